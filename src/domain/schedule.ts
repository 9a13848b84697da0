import type { Right } from './access.ts';
import { type Health, worst, worstFirst } from './health.ts';
import type { Report } from './report.ts';
import type { Person, RunRef } from './run.ts';

/** What identifies a schedule. `key` is random, so that a message of another installation is never taken for one of ours. */
export type ScheduleRef = { readonly schedule: number; readonly key: string; readonly environment: string };

/** `status`: a watch. */
export type ScheduledJob = 'status' | 'smoke-test';

/** How one layer was found; `what`, `cause` and `advice` are of its worst trouble. */
export type LayerReading = {
  readonly layer: string;
  readonly health: Health;
  readonly summary: string;
  readonly what?: string | undefined;
  readonly cause?: string | undefined;
  readonly advice?: string | undefined;
};

/**
 * What one tick found. `run`: the run that found it; a watch looks without one. `changedBy`: the run that changed the
 * environment meanwhile.
 */
export type Reading = {
  readonly at: string;
  readonly layers: readonly LayerReading[];
  readonly run?: RunRef | undefined;
  readonly changedBy?: number | undefined;
};

/** A layer of an incident, as it was when that was last told. */
export type Ill = LayerReading & { readonly since: string; readonly healedAt?: string | undefined };

/** What was told after the beginning of an incident. */
export type Turn = {
  readonly at: string;
  readonly kind: 'worse' | 'healed' | 'again';
  readonly layers: readonly Ill[];
};

/** Layers that turned bad in one reading, until each of them is well. `id` counts from 1 within a schedule. */
export type Incident = {
  readonly id: number;
  readonly at: string;
  readonly ills: readonly Ill[];
  readonly turns: readonly Turn[];
  readonly run?: RunRef | undefined;
};

/** Something that is looked at time after time, where one message shows how it is. */
export type Schedule = ScheduleRef & {
  readonly job: ScheduledJob;
  readonly input: { readonly layer: string; readonly depth?: string | undefined };
  readonly by: Person;
  /** The user groups of theirs that Slack named last. */
  readonly groups: readonly string[];
  readonly team: string;
  readonly channel: { readonly id: string; readonly name: string };
  readonly everyMs: number;
  readonly madeAt: string;
  /** Epoch ms of the newest tick that was carried or left out; 0: none. */
  readonly tick: number;
  /** The tick that is being carried, until then at the longest, or until its run ends. */
  readonly underWay?:
    | { readonly tick: number; readonly untilMs: number; readonly run?: RunRef | undefined }
    | undefined;
  readonly last?: Reading | undefined;
  /** How many readings in a row, up to the last, found all well. */
  readonly wellInARow: number;
  /** Why the newest tick was left out. */
  readonly skipped?: { readonly at: string; readonly why: string } | undefined;
  readonly incidents: readonly Incident[];
  /** It ticks no more until somebody asks for it again. `why` is a person's right, or Slack's word of the channel. */
  readonly paused?: { readonly at: string; readonly why: string; readonly isChannel: boolean } | undefined;
  /** Its message still has to say so. */
  readonly removed?: { readonly at: string; readonly by: Person } | undefined;
};

/** The same for two that would show the same in the same place. */
export function aimKeyOf({ job, input, channel }: Pick<Schedule, 'job' | 'input' | 'channel'>): string {
  return [job, channel.id, input.layer, input.depth ?? ''].join(' ');
}

/** True for one that ticks. */
export function isActive({ paused, removed }: Schedule): boolean {
  return !paused && !removed;
}

/** What its maker must be allowed, at each tick. */
export function rightOf({ job }: Pick<Schedule, 'job'>): Right {
  return job === 'status' ? 'view' : 'operate';
}

/** When it ticks next; undefined: not known before its first tick, or never. */
export function nextAt(schedule: Schedule): string | undefined {
  const { tick, everyMs } = schedule;
  return tick === 0 || !isActive(schedule) ? undefined : new Date(tick + everyMs).toISOString();
}

/** The record is read every second, and a message has room for no more. */
const MOST_CHARACTERS = 500;

function cut(text: string | undefined): string | undefined {
  return text?.slice(0, MOST_CHARACTERS).toWellFormed();
}

/** The layers of a report, each with its worst trouble. */
export function readingOf({ layers, troubles, at }: Report): Reading {
  const read = layers.map(({ layer, health, summary }): LayerReading => {
    const [first] = worstFirst(troubles.filter((trouble) => trouble.layer === layer));
    const { what, cause, advice } = first ?? {};
    return { layer, health, summary: cut(summary) ?? '', what: cut(what), cause: cut(cause), advice: cut(advice) };
  });
  return { at, layers: read };
}

/** True for what somebody has to look at. */
export function isBad({ health }: Pick<LayerReading, 'health'>): boolean {
  return health === 'failure' || health === 'warning' || health === 'unknown';
}

/** The worst of a reading. */
export function healthOf({ layers }: Reading): Health {
  return worst(layers.filter(isBad).map(({ health }) => health));
}
