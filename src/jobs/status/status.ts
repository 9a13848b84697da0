import { z } from 'zod';
import { worst, worstFirst } from '#domain/health.ts';
import type { LayerHealth, Report, Table, Trouble } from '#domain/report.ts';
import type { Job, Plan, RunOutcome, Step } from '#domain/run.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { words } from '#words/status.ts';
import type { Reader } from './reader.ts';
import { READERS } from './readers.ts';

const Input = z.object({ layer: z.string() });
type Input = z.infer<typeof Input>;
/** Names of the layers to read. */
type Facts = { readonly layers: readonly string[] };
/** What a reading came to: all that the journal keeps of it. */
type Told = { readonly summary: string; readonly troubles: readonly Trouble[]; readonly tables: readonly Table[] };

/** Longest time for a reading; its parts have shorter ones. */
const READ_TIMEOUT_MS = 90_000;

/** Reads every layer and says what is wrong first. Changes nothing. */
export const status: Job<Input, Facts> = {
  name: 'status',
  parse: (raw) => Input.parse(raw),
  survey: async ({ layer }, { environment }) => ({ layers: chosen(environment, layer).map(({ name }) => name) }),
  plan: (_input, { layers }, environment): Plan => ({
    summary: words.summary(layers),
    risk: 'read',
    independent: true,
    steps: environment.layers
      .filter(({ name }) => layers.includes(name))
      .flatMap((layer) => readersOf(layer).map((reader) => readStep(layer, reader))),
  }),
  report,
};

function chosen(environment: Environment, layer: string): readonly Layer[] {
  return environment.layers.filter(({ name }) => layer === 'all' || layer === name);
}

function readersOf(layer: Layer): readonly Reader[] {
  return READERS[layer.kind].filter((reader) => reader.appliesTo(layer));
}

function stepId(layer: Layer, reader: Reader): string {
  return `${layer.name}/${reader.name}`;
}

function readStep(layer: Layer, reader: Reader): Step<Told | undefined> {
  return {
    id: stepId(layer, reader),
    title: reader.title(layer),
    layer: layer.name,
    timeoutMs: READ_TIMEOUT_MS,
    find: async () => undefined,
    act: async () => undefined,
    async settle({ environment, ports, signal }) {
      const reading = await reader.read({ layer, environment, ports, signal });
      const summary = reader.summary(reading);
      const value = { summary, troubles: reader.troubles(layer, reading), tables: reader.tables(layer, reading) };
      return { kind: 'ready', value, detail: summary };
    },
  };
}

function report({ layer }: Input, facts: Facts | undefined, outcome: RunOutcome): Report {
  const { environment, endedAt: at } = outcome;
  const told = chosen(environment, layer).map((each) => {
    const isRead = facts?.layers.includes(each.name) ?? false;
    return { layer: each, parts: isRead ? readersOf(each).map((reader) => toldBy(each, reader, outcome)) : [] };
  });
  const layers = told.map(({ layer: each, parts }) => healthOf(each, parts));
  // Bottom first: what is wrong below is the cause of what is wrong above.
  const troubles = worstFirst(told.flatMap(({ parts }) => distinct(parts.flatMap((part) => part.troubles))));
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
    tables: told.flatMap(({ parts }) => parts.flatMap(({ tables }) => tables)),
    leftovers: [],
    at,
  };
}

/** What a reader told; that it could not read is told for it. */
function toldBy(layer: Layer, reader: Reader, { steps }: RunOutcome): Told {
  const step = steps[stepId(layer, reader)];
  if (step?.status === 'done') return step.value as Told;
  if (step?.status !== 'failed') return { summary: words.notRead, troubles: [], tables: [] };
  const { message: cause, advice } = step;
  const lost: Trouble = { layer: layer.name, health: 'unknown', what: words.unread([layer.name]), cause, advice };
  return { summary: words.notRead, troubles: [lost], tables: [] };
}

function healthOf({ name, kind }: Layer, parts: readonly Told[]): LayerHealth {
  if (parts.length === 0) return { layer: name, kind, health: 'off', summary: words.nothingToRead };
  const health = worst(parts.flatMap(({ troubles }) => troubles.map((trouble) => trouble.health)));
  return { layer: name, kind, health, summary: words.together([...new Set(parts.map(({ summary }) => summary))]) };
}

/** Two readers that stand before the same closed door say the same. */
function distinct(troubles: readonly Trouble[]): readonly Trouble[] {
  return [...new Map(troubles.map((trouble) => [JSON.stringify(trouble), trouble])).values()];
}
