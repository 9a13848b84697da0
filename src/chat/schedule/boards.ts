import type { Schedules } from '#domain/ports.ts';
import type { Schedule } from '#domain/schedule.ts';
import type { Stack } from '#domain/stack.ts';
import type { Groups } from '../groups.ts';
import { type ScheduleDeps, type ShownSchedule, showSchedule } from './show.ts';
import { PASSING, patienceMs, SlackTrouble } from '../trouble.ts';

export type BoardsDeps = ScheduleDeps & {
  readonly stack: Stack;
  readonly schedules: Schedules;
  readonly groupsOf: Groups['of'];
  readonly signal: AbortSignal;
  readonly backoffMs: number;
  readonly mostBackoffMs: number;
  /** A watch found a layer otherwise than before: others show it too. */
  readonly turned: () => void;
};

/** What is under way for one schedule in this process. `text`: the state that was shown last. `healths`: what was found last. */
type Work = {
  readonly shown: ShownSchedule;
  isBusy: boolean;
  text: string;
  healths: string;
  failures: number;
  notBefore: number;
};

/** Shows every schedule of the stack, while this bot publishes. */
export type Boards = {
  /** Looks for what is not shown yet; does not wait for Slack. */
  look(): Promise<void>;
  /** Another bot shows them now. */
  clear(): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<unknown>;
};

export function openBoards(deps: BoardsDeps): Boards {
  const { stack, schedules, groupsOf, signal, log, turned } = deps;
  const works = new Map<string, Work>();
  const underWay = new Set<Promise<void>>();

  function take(schedule: Schedule): void {
    const { schedule: number, key, environment } = schedule;
    const of = { schedule: number, key, environment };
    const work = works.get(key) ?? {
      shown: { of, facts: undefined },
      isBusy: false,
      text: '',
      healths: '',
      failures: 0,
      notBefore: 0,
    };
    works.set(key, work);
    const healths = healthsOf(schedule);
    if (work.healths !== healths) turned();
    work.healths = healths;
    const text = JSON.stringify(schedule);
    if (work.isBusy || work.text === text || performance.now() < work.notBefore) return;
    work.isBusy = true;
    const task = show(work, schedule, text).finally(() => {
      work.isBusy = false;
      underWay.delete(task);
    });
    underWay.add(task);
  }

  async function show(work: Work, schedule: Schedule, text: string): Promise<void> {
    try {
      await showSchedule(work.shown, schedule, deps);
      work.text = text;
      work.failures = 0;
      if (schedule.removed) works.delete(schedule.key);
    } catch (error) {
      if (signal.aborted) return;
      const trouble = error instanceof SlackTrouble ? error : undefined;
      work.failures += 1;
      work.notBefore = performance.now() + patienceMs(work.failures, trouble, deps);
      if (PASSING.has(trouble?.kind)) return;
      log.warn({ schedule: schedule.schedule, error }, 'showing a schedule in Slack came to nothing; again later');
    }
  }

  /** Workers look at rights without Slack: they need to know in which groups it has the maker now. */
  async function keepGroups(schedule: Schedule): Promise<void> {
    const { groups, isSure } = groupsOf(schedule.by.id);
    const isSame = groups.length === schedule.groups.length && groups.every((id) => schedule.groups.includes(id));
    if (!isSure || isSame) return;
    await schedules.change(schedule, (now) => (now.by.id === schedule.by.id ? { ...now, groups } : undefined));
  }

  return {
    async look() {
      for (const { name } of stack.environments) {
        for (const schedule of await schedules.list(name)) {
          await keepGroups(schedule);
          take(schedule);
        }
      }
    },
    clear: () => works.clear(),
    settled: () => Promise.allSettled(underWay),
  };
}

function healthsOf({ last, job }: Schedule): string {
  return job === 'status' ? (last?.layers ?? []).map(({ layer, health }) => `${layer} ${health}`).join(', ') : '';
}
