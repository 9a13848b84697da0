import type { Health } from '#domain/health.ts';
import type { ScheduledJob } from '#domain/schedule.ts';
import { listed, plural } from './language.ts';
import { about } from './time.ts';

/** What is said of layers that turned bad. */
const ILL: Readonly<Partial<Record<Health, readonly [one: string, several: string]>>> = {
  failure: ['failed', 'failed'],
  warning: ['needs a look', 'need a look'],
  unknown: ['cannot be read', 'cannot be read'],
};

const TITLES: Readonly<Record<ScheduledJob, string>> = { status: 'Watch', 'smoke-test': 'Smoke test' };
const FOUND: Readonly<Record<ScheduledJob, Readonly<Partial<Record<Health, string>>>>> = {
  status: {
    ok: 'all well',
    failure: 'something failed',
    warning: 'needs a look',
    unknown: 'not all could be read',
  },
  'smoke-test': { ok: 'passed' },
};

/** Sentences about what is looked at time after time. Names in arguments are escaped by the caller. */
export const words = {
  title: (job: ScheduledJob, target: string, depth?: string) =>
    `${TITLES[job]} of ${target}${depth === undefined ? '' : `, ${depth}`}`,
  target: (environment: string, layer: string) => (layer === 'all' ? environment : `${environment} / ${layer}`),
  every: (everyMs: number) => `every ${about(everyMs)}`,
  by: (person: string) => `by ${person}`,

  // why a tick was left out, or a schedule ticks no more
  rightLost: 'whoever asked for it may no longer',
  stillLooking: 'the look before it is still under way',
  stillRuns: (run: number) => `run #${run} of the tick before it has not ended`,
  frozen: (who: string) => `the environment is frozen by ${who}`,
  changing: (run: number) => `run #${run} changes the environment`,
  cancelled: (run: number) => `run #${run} was cancelled`,
  notRead: 'it could not be read',
  removedByHand: 'removed',

  // the message of a schedule
  end: { status: 'Stop watching', 'smoke-test': 'Stop testing' } satisfies Record<ScheduledJob, string>,
  endTitle: 'Stop it?',
  endText: 'Nothing more is looked at or told. What it tells of now stays as it is.',
  endNo: 'Go on',
  number: (number: number) => `schedule ${number}`,
  firstLook: 'the first look is under way',
  well: 'all well',
  bad: (bad: number, all: number) => `${bad} of ${all} ${plural(all, 'layer', 'layers')} to look at`,
  passed: (times: number) => plural(times, 'passed', `passed ${times} times in a row`),
  failed: (run: number) => `failed: run #${run}`,
  layer: (layer: string, health: string, what: string) => `*${layer}*  ${health}${what === '' ? '' : `  ·  ${what}`}`,
  checked: (time: string) => `checked ${time}`,
  rhythm: (everyMs: number, next: string) => `every ${about(everyMs)}${next === '' ? '' : `, next ${next}`}`,
  duringChange: (run: number) => `run #${run} changes the environment; nothing is told until it ends`,
  leftOut: (why: string, time: string) => `left out ${time}: ${why}`,
  pausedNow: (why: string) => `paused: ${why}`,
  pausedTold: (who: string, title: string) =>
    `${who}: ${title} is paused, because you may no longer ask for it. Somebody who may can ask for it again.`,
  ended: (who: string, time: string) => `ended by ${who} ${time}`,

  // what turned bad
  incident: (environment: string, ills: string) => `${environment}: ${ills}`,
  ill: (layers: readonly string[], health: Health) =>
    `${listed(layers)} ${ILL[health]?.[layers.length === 1 ? 0 : 1] ?? ''}`,
  healedAfter: (time: string) => `healed after ${time}`,
  wellAgain: (layers: readonly string[], time: string) =>
    `${listed(layers)} ${plural(layers.length, 'is', 'are')} well again, after ${time}`,
  allWell: 'Nothing is left of it.',
  turned: { worse: 'It got worse', again: 'It is back' },
  was: (what: string) => `it was: ${what}`,
  since: (time: string) => `since ${time}`,
  unwatched: 'not looked at any more',

  // answers
  summary: 'what is watched and tested time after time; removes it',
  made: (number: number, title: string, everyMs: number) =>
    `Schedule ${number}: ${title}, every ${about(everyMs)}. One message in this channel shows how it is; what turns bad is told once.`,
  exists: (number: number, title: string, everyMs: number) =>
    `That stands already: schedule ${number}, ${title}, every ${about(everyMs)}. Its message is in this channel.`,
  changed: (number: number, title: string, everyMs: number) =>
    `Schedule ${number}, ${title}: every ${about(everyMs)} from now on.`,
  resumed: (number: number, title: string, everyMs: number) =>
    `Schedule ${number} goes on: ${title}, every ${about(everyMs)}, in your name.`,
  removed: (number: number, title: string) => `Schedule ${number} is removed: ${title}.`,
  none: (number: number) => `finding schedule ${number}: there is none`,
  noNumber: (word: string) =>
    word === ''
      ? 'reading the command: which schedule? Give its number'
      : `reading the command: "${word}" is not the number of a schedule`,
  onlyInSlack: 'keeping a schedule: it shows in a channel, and here is none',
  onlyInSlackAdvice:
    'Ask for it in a channel of the environment; the command "schedules" lists and removes them from anywhere.',
  notPrivate: 'reading the command: a watch shows in its channel, so --watch and --private do not go together',
  empty: 'Nothing is watched or tested time after time. As in: /cloud-status --watch, /smoke-test --every 6h.',
  heading: '*Schedules*',
  found: (health: Health, job: ScheduledJob, time: string) => `${FOUND[job][health] ?? 'failed'} at ${time}`,
  notYet: 'not looked yet',
  skipped: (why: string) => `left out the last time: ${why}`,
  paused: (why: string, time: string) => `paused since ${time}: ${why}`,
  next: (time: string) => `next ${time}`,
};
