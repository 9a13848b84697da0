import type { Health } from '#domain/health.ts';
import { judged } from '#domain/incidents.ts';
import type { LayerReading, Reading, Schedule } from '#domain/schedule.ts';

/** Long ago on every clock: what was posted since is searched for on the real one. */
const START_MS = Date.parse('2020-01-06T12:00:00.000Z');
const MINUTE_MS = 60_000;

export const watching: Schedule = {
  ...{ schedule: 3, key: 'k3', environment: 'lab', job: 'status', input: { layer: 'all' } },
  ...{
    by: { id: 'U0OPERATOR', name: 'operator' },
    groups: [],
    team: 'T1',
    channel: { id: 'C0OPS', name: 'cloud-ops' },
  },
  ...{ everyMs: 5 * MINUTE_MS, madeAt: timeOf(0), tick: 0, wellInARow: 0, incidents: [] },
};
export const testing: Schedule = {
  ...watching,
  ...{
    schedule: 4,
    key: 'k4',
    job: 'smoke-test',
    input: { layer: 'cluster', depth: 'quick' },
    everyMs: 360 * MINUTE_MS,
  },
};

export function timeOf(minute: number): string {
  return new Date(START_MS + minute * MINUTE_MS).toISOString();
}

const ILL: Readonly<Partial<Record<Health, Partial<LayerReading>>>> = {
  failure: {
    what: 'nova-compute on <compute3> is down',
    cause: 'it has not reported for a minute',
    advice: 'Look at its log.',
  },
  warning: { what: 'quota of cores: 15 of 16 used', advice: 'Free some.' },
  unknown: { what: 'it could not be read', cause: 'no route to host' },
};

export function reading(
  minute: number,
  healths: Readonly<Record<string, Health>>,
  more: Partial<Reading> = {},
): Reading {
  const layers = Object.entries(healths).map(([layer, health]) => ({
    layer,
    health,
    summary: '4 of 4 nodes ready',
    ...ILL[health],
  }));
  return { at: timeOf(minute), layers, ...more };
}

/** A watch after readings five minutes apart. */
export function after(schedule: Schedule, ...readings: readonly Reading[]): Schedule {
  return readings.reduce<Schedule>((one, last, index) => {
    const incidents = judged(one.incidents, last);
    return { ...one, last, incidents, tick: START_MS + 5 * index * MINUTE_MS, wellInARow: one.wellInARow + 1 };
  }, schedule);
}
