import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Journal, Runs, Schedules } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import type { Environment, Stack } from '#domain/stack.ts';
import { openApi } from './api.ts';
import type { DrawDeps } from './home/draw.ts';
import type { Groups } from './groups.ts';
import { keepHomes } from './home/keep.ts';
import type { Log } from './log.ts';
import { openPace } from './pace.ts';
import { showRun, type Shown, startShowing } from './run/show.ts';
import { openBoards } from './schedule/boards.ts';
import { PASSING, patienceMs, SlackTrouble } from './trouble.ts';

/** Times of the publisher, in milliseconds; tests make them short. */
export type Rhythm = {
  /** How often unshown runs are looked for, besides being told. */
  readonly pollMs: number;
  /** How long the right to publish outlives its holder. */
  readonly holdMs: number;
  /** How often runs are drawn anew though nothing happened in them, because time went on. */
  readonly refreshMs: number;
  readonly postGapMs: number;
  readonly editGapMs: number;
  readonly backoffMs: number;
  readonly mostBackoffMs: number;
  /** Between two publishings of App Homes. */
  readonly homeGapMs: number;
};

/** `chat.update` may be called about 50 times a minute, for all runs together. */
const RHYTHM: Rhythm = {
  pollMs: 1000,
  holdMs: 15_000,
  refreshMs: 60_000,
  postGapMs: 1000,
  editGapMs: 1200,
  backoffMs: 1000,
  mostBackoffMs: 30_000,
  homeGapMs: 3000,
};

export type PublisherDeps = DrawDeps & {
  /** The background client: no retries of its own, a timeout. */
  readonly client: WebClient;
  readonly botId?: string | undefined;
  /** Default `native`. */
  readonly blocks?: 'native' | 'plain' | undefined;
  readonly membersOf: (group: string) => readonly string[];
  readonly stack: Stack;
  readonly runs: Runs;
  readonly journal: Journal;
  readonly schedules: Schedules;
  readonly groupsOf: Groups['of'];
  readonly log: Log;
  readonly rhythm?: Rhythm;
};

/** Longest time a call to Slack may be under way; the hold must outlive it. */
export const CALL_TIMEOUT_MS = 8000;
const HOLD_NAME = 'publisher';
const STOP_PATIENCE_MS = 3000;
/** Runs of an environment that are shown at once. Slack takes about one post a second, so more would only wait there. */
const MOST_AT_ONCE = 100;
/** How long a run that Slack refuses to show is kept for a better day. */
const KEEP_REFUSED_MS = 3_600_000;

/** What is under way for one run in this process. */
type Work = { readonly shown: Shown; isBusy: boolean; isDirty: boolean; failures: number; notBefore: number };

/** Shows every run of the stack in Slack, out of the journal, while no other bot does. */
export function startPublisher(deps: PublisherDeps): { stop(): Promise<void> } {
  const { runs, memory, log, stack, rhythm = RHYTHM } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const works = new Map<string, Work>();
  const underWay = new Set<Promise<void>>();
  let heldUntil = 0;
  let refreshedAt = performance.now();
  const isOurs = () => performance.now() < heldUntil - Math.min(CALL_TIMEOUT_MS, rhythm.holdMs / 2);
  const pace = openPace();
  const { client, botId, blocks = 'native' } = deps;
  const api = openApi({ ...rhythm, client, pace, signal, isOurs, botId, blocks, log });
  const boards = openBoards({ ...deps, ...rhythm, api, signal, turned: () => homes.changed() });
  const homes = keepHomes({
    ...deps,
    ...{ homeGapMs: rhythm.homeGapMs, patienceMs: rhythm.mostBackoffMs, api, pace, signal, isOurs },
  });

  function take(run: RunRef): void {
    const environment = stack.environments.find(({ name }) => name === run.environment);
    if (!environment || signal.aborted || !isOurs()) return;
    homes.changed();
    const known = works.get(run.key);
    if (!known && countIn(run.environment) >= MOST_AT_ONCE) return;
    const work = known ?? {
      shown: startShowing(run),
      isBusy: false,
      isDirty: false,
      failures: 0,
      notBefore: 0,
    };
    works.set(run.key, work);
    begin(work, environment);
    // Those that wait behind it show how far it is.
    for (const other of works.values()) {
      const { run: waiting, behind } = other.shown;
      if (behind === run.number && waiting.environment === run.environment) begin(other, environment);
    }
  }

  function begin(work: Work, environment: Environment): void {
    work.isDirty = true;
    if (work.isBusy || performance.now() < work.notBefore) return;
    work.isBusy = true;
    const task = carry(work, environment).finally(() => {
      work.isBusy = false;
      underWay.delete(task);
    });
    underWay.add(task);
  }

  function countIn(environment: string): number {
    let count = 0;
    for (const { shown } of works.values()) if (shown.run.environment === environment) count += 1;
    return count;
  }

  /** Shows the run until nothing new has come meanwhile. */
  async function carry(work: Work, environment: Environment): Promise<void> {
    const { run } = work.shown;
    try {
      while (work.isDirty && !signal.aborted) {
        work.isDirty = false;
        const seq = await showRun(work.shown, { ...deps, api, environment, signal });
        await runs.shown(run, seq);
        work.failures = 0;
      }
      if (hasEnded(work.shown)) works.delete(run.key);
    } catch (error) {
      if (!signal.aborted) await putOff(work, error);
    }
  }

  async function putOff(work: Work, error: unknown): Promise<void> {
    const { shown } = work;
    work.failures += 1;
    const trouble = error instanceof SlackTrouble ? error : undefined;
    work.notBefore = performance.now() + patienceMs(work.failures, trouble, rhythm);
    if (PASSING.has(trouble?.kind)) return;
    log.warn(
      { runId: shown.run.number, error, failures: work.failures },
      'showing a run in Slack came to nothing; again later',
    );
    const endedAt = Date.parse(shown.events.at(-1)?.at ?? '');
    if (trouble?.kind !== 'refused' || !hasEnded(shown) || Date.now() - endedAt < KEEP_REFUSED_MS) return;
    log.error({ runId: shown.run.number, code: trouble.code }, 'Slack refuses to show this run; given up');
    works.delete(shown.run.key);
    await runs.shown(shown.run, shown.events.at(-1)?.seq ?? 0).catch(() => undefined);
  }

  async function look(): Promise<void> {
    const askedAt = performance.now();
    if (!(await memory.hold(HOLD_NAME, rhythm.holdMs))) {
      // Another bot shows them now; what this one knew of them grows old.
      heldUntil = 0;
      works.clear();
      boards.clear();
      homes.forget();
      return;
    }
    const isNew = heldUntil === 0;
    heldUntil = askedAt + rhythm.holdMs;
    if (isNew) homes.changed();
    for (const { name } of stack.environments) {
      for (const run of await runs.unshown(name)) take(run);
      // Cards that an older version drew get today's buttons.
      if (isNew) for (const run of await runs.open(name)) take(run);
    }
    await boards.look();
    if (askedAt - refreshedAt < rhythm.refreshMs) return;
    refreshedAt = askedAt;
    homes.changed();
    for (const { shown } of works.values()) take(shown.run);
  }

  async function loop(): Promise<void> {
    let isWell = true;
    while (!signal.aborted) {
      try {
        await look();
        isWell = true;
      } catch (error) {
        if (isWell) log.error({ error }, 'reading which runs to show failed; trying on');
        isWell = false;
      }
      await sleep(rhythm.pollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  const watching = runs.watch(take).catch((error: unknown) => {
    log.warn({ error }, 'watching for runs failed; polling alone');
    return async () => undefined;
  });
  const looping = loop();
  return {
    async stop() {
      stopping.abort();
      await (
        await watching
      )();
      const patience = sleep(STOP_PATIENCE_MS, undefined, { ref: false });
      await Promise.race([Promise.allSettled([looping, homes.done, ...underWay, boards.settled()]), patience]);
      await memory.release(HOLD_NAME).catch(() => undefined);
    },
  };
}

function hasEnded({ events }: Shown): boolean {
  return events.at(-1)?.type === 'ended';
}
