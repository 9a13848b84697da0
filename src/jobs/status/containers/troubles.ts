import type { Health } from '#domain/health.ts';
import type { Trouble } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/containers.ts';
import { unreadTroubles, valueOf } from '../part.ts';
import type { Reading, Seen } from './reading.ts';

/** So many endings lately are a crash loop, not somebody's restart. */
const LOOP = 2;
/** One that came up so lately may be about to crash. */
const FRESH_MS = 60_000;
/** One that was made so lately is fresh because it is new. */
const NEW_MS = 300_000;

/** What is told, in this order. */
const ILL = ['looping', 'down', 'paused', 'unhealthy', 'fresh'] as const;
export type Condition = (typeof ILL)[number] | 'starting' | 'well';
export const HEALTH: Readonly<Record<Condition, Health>> = {
  looping: 'failure',
  down: 'failure',
  paused: 'failure',
  unhealthy: 'failure',
  fresh: 'warning',
  starting: 'running',
  well: 'ok',
};

/** Every container with how it is doing. */
export function judged({ host, endings }: Reading): { readonly container: Seen; readonly condition: Condition }[] {
  const { engine, containers = [] } = valueOf(host) ?? {};
  const now = Date.parse(engine?.time ?? '');
  const counts = valueOf(endings) ?? {};
  return containers.map((container) => ({
    container,
    condition: conditionOf(container, counts[container.id] ?? 0, now),
  }));
}

function conditionOf({ state, health, createdAt, detail }: Seen, endings: number, now: number): Condition {
  if (state === 'restarting' || (endings >= LOOP && state !== 'paused')) return 'looping';
  if (state === 'paused') return 'paused';
  if (state !== 'running') return 'down';
  if (health === 'unhealthy') return 'unhealthy';
  const started = Date.parse(detail?.startedAt ?? '');
  if (now - started < FRESH_MS && started - Date.parse(createdAt) > NEW_MS) return 'fresh';
  return health === 'starting' ? 'starting' : 'well';
}

/** What is wrong with the containers of a layer. Those that suffer alike for the same reason are told as one. */
export function troublesOf({ name: layer }: Layer, reading: Reading): Trouble[] {
  const counts = valueOf(reading.endings) ?? {};
  const all = judged(reading);
  const ill = ILL.flatMap((condition) => {
    const those = all.filter((each) => each.condition === condition).map(({ container }) => container);
    const groups = Map.groupBy(those, (container) => causeOf(condition, container, counts[container.id] ?? 0));
    return [...groups].map(([cause, alike]): Trouble => {
      const names = alike.map(({ name }) => name);
      const what = words.ill[condition](names, alike.length === 1 ? alike[0]?.status : undefined);
      return { layer, health: HEALTH[condition], what, cause, advice: words.advice[condition](names) };
    });
  });
  return [...unreadTroubles(layer, reading, words.parts), ...ill];
}

function causeOf(condition: Condition, { detail }: Seen, endings: number): string | undefined {
  if (detail?.error !== undefined) return detail.error;
  if (detail?.outOfMemory) return words.outOfMemory;
  if (condition === 'unhealthy') return detail?.lastCheck === undefined ? undefined : words.lastCheck(detail.lastCheck);
  if (condition !== 'looping') return undefined;
  return detail !== undefined && detail.restarts > 0 ? words.restarts(detail.restarts) : words.endings(endings);
}
