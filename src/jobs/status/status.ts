import { z } from 'zod';
import { worst, worstFirst } from '#domain/health.ts';
import type { Hop, LayerHealth, Report, Table, Trouble } from '#domain/report.ts';
import type { Job, Plan, RunOutcome, Step } from '#domain/run.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { words } from '#words/status.ts';
import type { Reader, Scope } from './reader.ts';
import { READERS } from './readers.ts';

const Input = z.object({ layer: z.string() });
type Input = z.infer<typeof Input>;
/** Names of the layers to read. */
type Facts = { readonly layers: readonly string[] };
/** What a reading came to: all that the journal keeps of it. */
type Told = {
  readonly summary: string;
  readonly troubles: readonly Trouble[];
  readonly tables: readonly Table[];
  readonly hops: readonly Hop[];
};

/** Troubles that one reading may tell: whoever mends the first ones looks again. */
const MOST_TROUBLES = 40;
/** Longest time for a reading; its parts have shorter ones. */
const READ_TIMEOUT_MS = 90_000;

/** Reads every layer and says what is wrong first. Changes nothing. */
export const status: Job<Input, Facts> = {
  name: 'status',
  parse: (raw) => Input.parse(raw),
  survey: async ({ layer }, { environment }) => ({ layers: chosen(environment, layer).map(({ name }) => name) }),
  plan({ layer }, { layers }, environment): Plan {
    const scope = { environment, chosen: chosen(environment, layer) };
    const steps = scope.chosen.flatMap((each) => readersOf(each, scope).map((reader) => readStep(each, reader)));
    return { summary: words.summary(layers), risk: 'read', independent: true, steps };
  },
  report,
};

function chosen(environment: Environment, layer: string): readonly Layer[] {
  return environment.layers.filter(({ name }) => layer === 'all' || layer === name);
}

function readersOf(layer: Layer, scope: Scope): readonly Reader[] {
  return READERS[layer.kind].filter((reader) => reader.appliesTo(layer, scope));
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
      const troubles = firstOf(layer, worstFirst(reader.troubles(layer, reading)));
      const tables = reader.tables(layer, reading);
      return {
        kind: 'ready',
        value: { summary, troubles, tables, hops: reader.hops?.(reading) ?? [] },
        detail: summary,
      };
    },
  };
}

function report({ layer }: Input, facts: Facts | undefined, outcome: RunOutcome): Report {
  const { environment, endedAt: at } = outcome;
  const scope = { environment, chosen: chosen(environment, layer) };
  const told = scope.chosen.map((each) => {
    const isRead = facts?.layers.includes(each.name) ?? false;
    return { layer: each, parts: isRead ? readersOf(each, scope).map((reader) => toldBy(each, reader, outcome)) : [] };
  });
  // Bottom first: what is wrong below is the cause of what is wrong above.
  const troubles = worstFirst(distinct(told.flatMap(({ parts }) => parts.flatMap((part) => part.troubles))));
  const layers = told.map(({ layer: each, parts }) => healthOf(each, parts, troubles));
  const healths = [...layers, ...troubles].map((each) => each.health);
  const health = worst(healths.filter((each) => each !== 'off' && each !== 'waiting'));
  return {
    title: words.title(environment.name),
    subtitle: words.subtitle(layers.length, troubles.length),
    // An unread part is not a healthy one.
    health: health === 'unknown' ? 'warning' : health,
    layers,
    troubles,
    checks: [],
    hops: worstChain(told.flatMap(({ parts }) => parts.map(({ hops }) => hops))),
    tables: told.flatMap(({ parts }) => parts.flatMap(({ tables }) => tables)),
    leftovers: [],
    at,
  };
}

/** What a reader told; that it could not read is told for it. */
function toldBy(layer: Layer, reader: Reader, { steps }: RunOutcome): Told {
  const step = steps[stepId(layer, reader)];
  if (step?.status === 'done') return step.value as Told;
  // Also one that was not begun before the run was stopped: what nobody has looked at is not well.
  const { message: cause, advice } = step?.status === 'failed' ? step : {};
  const lost: Trouble = { layer: layer.name, health: 'unknown', what: words.unread([layer.name]), cause, advice };
  return { summary: words.notRead, troubles: [lost], tables: [], hops: [] };
}

/** A trouble may be found from above: each counts for the layer that has it. */
function healthOf({ name, kind }: Layer, parts: readonly Told[], troubles: readonly Trouble[]): LayerHealth {
  if (parts.length === 0) return { layer: name, kind, health: 'off', summary: words.nothingToRead };
  const health = worst(troubles.filter((trouble) => trouble.layer === name).map((trouble) => trouble.health));
  return { layer: name, kind, health, summary: words.together([...new Set(parts.map(({ summary }) => summary))]) };
}

/** The first ones, and how many more there are. */
function firstOf({ name: layer }: Layer, troubles: readonly Trouble[]): readonly Trouble[] {
  if (troubles.length <= MOST_TROUBLES) return troubles;
  const rest = troubles.slice(MOST_TROUBLES);
  const health = worst(rest.map((trouble) => trouble.health));
  return [...troubles.slice(0, MOST_TROUBLES), { layer, health, what: words.moreTroubles(rest.length) }];
}

/** Two readers that stand before the same closed door say the same. */
function distinct(troubles: readonly Trouble[]): readonly Trouble[] {
  return [...new Map(troubles.map((trouble) => [JSON.stringify(trouble), trouble])).values()];
}

/** Of several chains the one that is worst, then the longest: one picture has room for one. */
function worstChain(chains: readonly (readonly Hop[])[]): readonly Hop[] {
  const judged = chains.map((hops) => ({ hops, health: worst(hops.map(({ health }) => health)) }));
  return worstFirst(judged.toSorted((a, b) => b.hops.length - a.hops.length))[0]?.hops ?? [];
}
