import { judge } from '#domain/access.ts';
import { isActive, rightOf, type Schedule } from '#domain/schedule.ts';
import { words } from '#words/schedules.ts';
import { test } from './test-tick.ts';
import { type Going, nowOf, type TickDeps, type TickOf } from './tick-record.ts';
import { watch } from './watch-tick.ts';

/**
 * Carries one tick of a schedule, safe to do again by any worker: it counts once. Resolves when what it found stands in the
 * record, or why it was left out.
 * @throws the signal's reason; whatever Redis or the queue throws
 */
export async function carryTick(tick: TickOf, deps: TickDeps, signal: AbortSignal): Promise<void> {
  const { engine, schedules } = deps;
  const environment = engine.stack.environments.find(({ name }) => name === tick.of.environment);
  const schedule = await schedules.change(tick.of, () => undefined);
  if (!environment || !schedule || !isActive(schedule)) return;
  const going = { ...deps, tick, schedule, environment, signal };
  if (!judge(environment, rightOf(schedule), callerOf(schedule)).allowed) return pause(going);
  return schedule.job === 'status' ? watch(going) : test(going);
}

function callerOf({ by, groups, channel }: Schedule) {
  return { person: by, groups, channel };
}

/** Ends the ticking of one whose maker lost the right to it. */
async function pause({ schedules, audit, tick, engine, environment }: Going): Promise<void> {
  const at = await nowOf(engine, environment);
  const why = words.rightLost;
  let isOurs = false;
  await schedules.change(tick.of, (one) => {
    isOurs = isActive(one);
    return isOurs ? { ...one, underWay: undefined, paused: { at, why, isChannel: false } } : undefined;
  });
  if (!isOurs) return;
  await audit.record(environment.name, { type: 'unscheduled', schedule: tick.of.schedule, why });
}
