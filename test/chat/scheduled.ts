import { boardMessage, incidentMessage, pausedMessage, turnMessage } from '#chat/schedule/blocks.ts';
import type { Health } from '#domain/health.ts';
import { judged } from '#domain/incidents.ts';
import type { NewSchedule, Schedules } from '#domain/ports.ts';
import type { LayerReading, Reading, Schedule } from '#domain/schedule.ts';
import { lead, MINUTE, operator, START_MS } from './journals.ts';
import type { Messages } from './messages.ts';

/** What is looked at time after time, and what is said of it. */

const at = (minutes: number) => new Date(START_MS + minutes * MINUTE).toISOString();

const WATCH: Schedule = {
  ...{ schedule: 3, key: 'aa', environment: 'lab', job: 'status', input: { layer: 'all' }, by: operator, groups: [] },
  ...{ team: 'T1', channel: { id: 'C1', name: 'cloud-ops' }, everyMs: 5 * MINUTE, madeAt: at(0), tick: 0 },
  ...{ wellInARow: 0, incidents: [] },
};
const TEST: Schedule = { ...WATCH, job: 'smoke-test', input: { layer: 'metal', depth: 'full' }, everyMs: 360 * MINUTE };

function layerOf(layer: string, health: Health): LayerReading {
  if (health === 'ok') return { layer, health, summary: '11 servers on 3 hypervisors' };
  const told = { what: 'node-4 is NotReady', cause: 'its kubelet does not answer', advice: 'Look at its host.' };
  return { layer, health, summary: '1 thing to look at', ...told };
}

function readingAt(minutes: number, healths: Readonly<Record<string, Health>>): Reading {
  return { at: at(minutes), layers: Object.entries(healths).map(([layer, health]) => layerOf(layer, health)) };
}

/** The schedule after these readings. */
function after(schedule: Schedule, ...readings: readonly Reading[]): Schedule {
  const incidents = readings.reduce((all, reading) => judged(all, reading), schedule.incidents);
  return { ...schedule, tick: START_MS + 60 * MINUTE, last: readings.at(-1), incidents };
}

const WELL = { metal: 'ok', cluster: 'ok' } as const;
const BAD = { metal: 'ok', cluster: 'warning', storage: 'unknown' } as const;
const bad = after(WATCH, readingAt(0, WELL), readingAt(5, BAD));
const worse = after(WATCH, readingAt(5, BAD), readingAt(10, { ...BAD, cluster: 'failure' }));
const healed = after(WATCH, readingAt(5, BAD), readingAt(30, { metal: 'ok', cluster: 'ok', storage: 'ok' }));
const back = after(healed, readingAt(35, { metal: 'ok', cluster: 'failure', storage: 'ok' }));
const run = { number: 42, key: 'bb', environment: 'lab' };

function incidentOf(schedule: Schedule, more: Partial<Schedule> = {}) {
  const [incident] = schedule.incidents;
  if (!incident) throw new Error('nothing turned bad');
  return incidentMessage({ ...schedule, ...more }, { ...incident, ...(schedule.job === 'status' ? {} : { run }) });
}

function turnOf({ incidents: [incident] }: Schedule) {
  const turn = incident?.turns.at(-1);
  if (!turn) throw new Error('nothing turned');
  return turnMessage(turn, turn.kind === 'healed');
}

export function scheduled(): Messages {
  const removed = { at: at(60), by: lead };
  const paused = { at: at(60), why: 'whoever asked for it may no longer', isChannel: false };
  const skipped = { at: at(60), why: 'run #41 changes the environment' };
  const failing = after(TEST, readingAt(5, { metal: 'failure' }));
  return {
    'board-first-look': boardMessage(WATCH),
    'board-well': boardMessage(after(WATCH, readingAt(5, WELL))),
    'board-bad': boardMessage({ ...bad, skipped }),
    'board-during-change': boardMessage({ ...bad, last: { ...readingAt(5, BAD), changedBy: 41 } }),
    'board-paused': boardMessage({ ...bad, paused }),
    'board-removed': boardMessage({ ...bad, removed }),
    'board-test-passed': boardMessage({ ...after(TEST, readingAt(5, { metal: 'ok' })), wellInARow: 1 }),
    'board-test-passes-on': boardMessage({ ...after(TEST, readingAt(5, { metal: 'ok' })), wellInARow: 12 }),
    'board-test-failed': boardMessage({ ...failing, last: { ...readingAt(5, { metal: 'failure' }), run } }),
    incident: incidentOf(bad),
    'incident-of-a-test': incidentOf(failing),
    'incident-healed': incidentOf(healed),
    'incident-unwatched': incidentOf(bad, { removed }),
    'turn-worse': turnOf(worse),
    'turn-healed': turnOf(healed),
    'turn-again': turnOf(back),
    paused: pausedMessage(WATCH),
  };
}

/** Schedules in memory. */
export function schedulesOf(all: Schedule[]): Schedules {
  return {
    list: async (environment) => all.filter((one) => one.environment === environment),
    async add(wanted: NewSchedule) {
      const same = all.find(({ job, input }) => job === wanted.job && input.layer === wanted.input.layer);
      if (same) return { schedule: same, fresh: false };
      const made = { ...WATCH, ...wanted, schedule: all.length + 1 };
      all.push(made);
      return { schedule: made, fresh: true };
    },
    async change({ schedule }, change) {
      const index = all.findIndex((one) => one.schedule === schedule);
      const now = all[index];
      const next = now && change(now);
      if (next) all[index] = next;
      return next ?? now;
    },
    forget: async () => undefined,
  };
}

/** As people find them: one that paused, one that left a tick out, one that found something. */
export function standing(): Schedule[] {
  return [
    { ...WATCH, schedule: 1, paused: { at: at(9), why: 'whoever asked for it may no longer', isChannel: false } },
    { ...after(TEST, readingAt(5, { metal: 'failure' })), schedule: 2, skipped: { at: at(9), why: 'run #41 runs' } },
    { ...bad, schedule: 3, environment: 'edge', by: lead },
  ];
}
