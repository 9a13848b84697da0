import type { RunView } from '#domain/fold.ts';
import type { Gate, JobPorts } from '#domain/ports.ts';
import type { RunRef, Step, StepContext } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import type { Recorder } from './recorder.ts';

/** What one run has in hand while a worker carries it. `values` holds the results of the steps that are done. */
export type Carried = {
  readonly run: RunRef;
  readonly environment: Environment;
  readonly ports: JobPorts;
  readonly recorder: Recorder;
  readonly gate: Gate;
  readonly values: Map<string, unknown>;
  /** Aborts when the run must stop touching anything: its lease is lost, this process runs out of time, or (for
   * steps) a person stops it at once. */
  readonly signal: AbortSignal;
  /** Aborts when this process wants to stop: the run hands over at the next step boundary, or while it waits. */
  readonly stopping: AbortSignal;
};

/** The results that earlier attempts left in the journal. */
export function valuesOf(view: RunView): Map<string, unknown> {
  return new Map(view.steps.filter((step) => step.status === 'done').map((step) => [step.id, step.value]));
}

export function contextOf(carried: Carried, step: Pick<Step, 'id'>, signal: AbortSignal): StepContext {
  const { run, environment, ports, values, recorder } = carried;
  return {
    run,
    environment,
    ports,
    signal,
    result<T>(other: Step<T>): T {
      if (!values.has(other.id))
        throw new Error(`planning step "${step.id}": it needs "${other.id}", which is not done`);
      return values.get(other.id) as T;
    },
    maybe: <T>(other: Step<T>) => values.get(other.id) as T | undefined,
    note: (text) => recorder.note(step.id, text),
  };
}
