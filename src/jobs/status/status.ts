import { z } from 'zod';
import { worst, worstFirst } from '#domain/health.ts';
import type { LayerHealth, Report, Trouble } from '#domain/report.ts';
import type { Job, Plan, RunOutcome, Step } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { words } from '#words/status.ts';
import { readCloud, type Reading, rowsOf } from './reading.ts';
import { tablesOf } from './tables.ts';
import { troublesOf } from './troubles.ts';

const Input = z.object({ layer: z.string() });
type Input = z.infer<typeof Input>;
/** Layer names to read; the rest of the environment is not built yet and is said so. */
type Facts = { readonly layers: readonly string[] };

/** Reads every layer and says what is wrong first. Changes nothing. */
export const status: Job<Input, Facts> = {
  name: 'status',
  parse: (raw) => Input.parse(raw),
  survey: async ({ layer }, { environment }) => ({
    layers: chosen(environment, layer)
      .filter(({ kind }) => kind === 'openstack')
      .map(({ name }) => name),
  }),
  plan: (_input, { layers }): Plan => ({
    summary: words.summary(layers),
    risk: 'read',
    independent: true,
    steps: layers.map(readStep),
  }),
  report,
};

function chosen(environment: Environment, layer: string) {
  return environment.layers.filter(({ name }) => layer === 'all' || layer === name);
}

function readStep(layer: string): Step<Reading | undefined> {
  return {
    id: `${layer}/read`,
    title: words.read(layer),
    layer,
    timeoutMs: 60_000,
    find: async () => undefined,
    act: async () => undefined,
    async settle(ctx) {
      const reading = await readCloud((signal) => ctx.ports.openstack(layer, signal), ctx.signal);
      return { kind: 'ready', value: reading, detail: summaryOf(reading) };
    },
  };
}

function report({ layer }: Input, facts: Facts | undefined, outcome: RunOutcome): Report {
  const { environment } = outcome;
  const readings = (facts?.layers ?? []).map((name) => ({ name, step: outcome.steps[`${name}/read`] }));
  const read = readings.flatMap(({ name, step }) =>
    step?.status === 'done' ? [{ name, reading: step.value as Reading }] : [],
  );
  const lost = readings.flatMap(({ name, step }): Trouble[] =>
    step?.status === 'failed'
      ? [{ layer: name, health: 'unknown', what: words.unread(name), cause: step.message, advice: step.advice }]
      : [],
  );
  const troubles = worstFirst([...lost, ...read.flatMap(({ name, reading }) => troublesOf(name, reading))]);
  const layers = chosen(environment, layer).map(({ name, kind }): LayerHealth => {
    if (kind !== 'openstack') return { layer: name, kind, health: 'off', summary: words.notYet(kind) };
    const own = troubles.filter((trouble) => trouble.layer === name).map(({ health }) => health);
    const reading = read.find((each) => each.name === name)?.reading;
    return { layer: name, kind, health: worst(own), summary: reading ? summaryOf(reading) : words.notRead };
  });
  const health = worst(layers.map((each) => each.health).filter((each) => each !== 'off'));
  return {
    title: words.title(environment.name),
    subtitle: words.subtitle(layers.length, troubles.length),
    // An unread part is not a healthy one.
    health: health === 'unknown' ? 'warning' : health,
    layers,
    troubles,
    checks: [],
    hops: [],
    tables: read.flatMap(({ name, reading }) => tablesOf(name, reading)),
    leftovers: [],
    at: outcome.endedAt,
  };
}

function summaryOf(reading: Reading): string {
  if (reading.login.kind !== 'read') return words.notRead;
  const servers = rowsOf(reading.servers);
  if (reading.servers?.kind !== 'read') return words.unread(words.parts.servers);
  if (servers.length === 0) return words.empty;
  return words.counts(servers.filter(({ status: state }) => state === 'ACTIVE').length, servers.length);
}
