import type { Gate, JobPorts, Journal, Runs } from '#domain/ports.ts';
import type { Job, JobName, RunRef } from '#domain/run.ts';
import type { Environment, Stack } from '#domain/stack.ts';
import type { Recorder } from './recorder.ts';

/** What carrying runs takes. */
export type Engine = {
  readonly jobs: Readonly<Record<JobName, Job>>;
  readonly stack: Stack;
  /** Opens what the jobs of an environment may use. */
  readonly ports: (environment: Environment) => JobPorts;
  readonly runs: Runs;
  readonly journal: Journal;
  readonly gate: Gate;
  /** How long this worker keeps a run without a sign of life. */
  readonly leaseMs: number;
  /** Name of this worker, for people: host and process. */
  readonly worker: string;
};

/** What one attempt has in hand. */
export type Attempt = {
  readonly engine: Engine;
  readonly run: RunRef;
  readonly job: Job;
  readonly recorder: Recorder;
};
