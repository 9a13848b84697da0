import { judged } from '#domain/incidents.ts';
import type { Audit, Dispatcher, Schedules } from '#domain/ports.ts';
import { isActive, isBad, type Reading, type Schedule, type ScheduleRef } from '#domain/schedule.ts';
import type { Environment } from '#domain/stack.ts';
import { words } from '#words/schedules.ts';
import type { Engine } from './engine.ts';

export type TickDeps = {
  readonly engine: Engine;
  readonly schedules: Schedules;
  readonly dispatcher: Dispatcher;
  readonly audit: Pick<Audit, 'record'>;
  /** How long after a look that differs from what was told it is looked again. */
  readonly confirmMs: number;
};

/** A tick: `atMs` is its time, which is its name too. */
export type TickOf = { readonly of: ScheduleRef; readonly atMs: number };

/** What is at hand of a tick that may be carried. */
export type Going = TickDeps & {
  readonly tick: TickOf;
  readonly schedule: Schedule;
  readonly environment: Environment;
  readonly signal: AbortSignal;
};

/** The time of the store, ISO 8601. */
export async function nowOf({ gate }: Engine, { name }: Environment): Promise<string> {
  return new Date(await gate.nowMs(name)).toISOString();
}

/** Takes the tick for this worker, unless it was carried, or an earlier one still is: then says so. */
export async function begin(
  { schedules, tick: { of, atMs }, engine, environment }: Going,
  lastMs: number,
): Promise<boolean> {
  const nowMs = await engine.gate.nowMs(environment.name);
  const begun = await schedules.change(of, (one) => {
    const { underWay } = one;
    if (!isActive(one) || underWay?.tick === atMs || one.tick >= atMs) return undefined;
    if (underWay && underWay.untilMs > nowMs) {
      return { ...one, tick: atMs, skipped: { at: new Date(nowMs).toISOString(), why: words.stillLooking } };
    }
    return { ...one, tick: atMs, underWay: { tick: atMs, untilMs: nowMs + lastMs } };
  });
  return begun?.underWay?.tick === atMs;
}

/** Writes why the tick is not carried. */
export async function leaveOut(
  { schedules, tick: { of, atMs }, engine, environment }: Going,
  why: string,
): Promise<void> {
  const at = await nowOf(engine, environment);
  await schedules.change(of, (one) => (one.tick >= atMs ? undefined : { ...one, tick: atMs, skipped: { at, why } }));
}

/** Writes what the tick found, once, with what that means for the incidents. */
export async function settle(
  { schedules }: Pick<Going, 'schedules'>,
  { of, atMs }: TickOf,
  { reading, counts }: { readonly reading: Reading; readonly counts?: (layer: string) => boolean },
): Promise<void> {
  await schedules.change(of, (one) => {
    if (one.underWay?.tick !== atMs) return undefined;
    const isWell = !reading.layers.some(isBad);
    const incidents = reading.changedBy === undefined ? judged(one.incidents, reading, counts) : one.incidents;
    const wellInARow = isWell ? one.wellInARow + 1 : 0;
    return { ...one, underWay: undefined, skipped: undefined, last: reading, incidents, wellInARow };
  });
}
