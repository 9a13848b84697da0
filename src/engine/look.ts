import type { RunEvent } from '#domain/events.ts';
import type { Journal } from '#domain/ports.ts';
import type { Report } from '#domain/report.ts';
import type { Job, RunRequest } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { endOf } from './conclude.ts';
import type { Engine } from './engine.ts';
import { openRecorder } from './recorder.ts';
import { runSteps } from './run-plan.ts';

/** A journal that nobody reads. */
const NOWHERE: Journal = {
  append: async (_run, { fence, seq }, events) => ({ fence, seq: seq + events.length }),
  end: async (_run, at) => at,
  renew: async () => undefined,
  secure: async () => undefined,
  release: async () => undefined,
  read: async () => [],
};

type Look = {
  readonly job: Job;
  readonly request: Omit<RunRequest, 'number' | 'askedAt'>;
  readonly environment: Environment;
  readonly atMs: number;
  readonly signal: AbortSignal;
};

/**
 * Carries a job that only reads, outside of any run: nothing of it is kept but the report, and one that is lost with its
 * worker is lost.
 * @throws Error for a plan that does more than read, whatever the survey throws, the signal's reason
 */
export async function lookOnce(
  { gate, ports: portsOf, leaseMs }: Pick<Engine, 'gate' | 'ports' | 'leaseMs'>,
  { job, request, environment, atMs, signal }: Look,
): Promise<Report> {
  const ports = portsOf(environment);
  const input = job.parse(request.input);
  const facts = await job.survey(input, { environment, ports, signal });
  const plan = job.plan(input, facts, environment);
  if (plan.risk !== 'read') throw new Error(`looking without a run: job "${job.name}" does more than read`);
  const at = new Date(atMs).toISOString();
  const run = { number: 0, key: request.key, environment: environment.name };
  const requested: RunEvent = { seq: 1, at, type: 'requested', request: { ...request, ...run, askedAt: at } };
  const recorder = openRecorder({ journal: NOWHERE, run, events: [requested], nowMs: atMs, fence: 1, leaseMs });
  const steps = plan.steps.map(({ id, title, layer, skip }) => ({ id, title, layer, skip }));
  await recorder.record({ type: 'planned', summary: plan.summary, risk: plan.risk, steps, facts });
  const values = new Map<string, unknown>();
  await runSteps(plan, recorder.view(), {
    ...{ run, environment, ports, recorder, gate, values, signal, stopping: signal },
  });
  return job.report(input, facts, endOf(recorder.view(), { environment, outcome: 'succeeded', leftovers: [] }));
}
