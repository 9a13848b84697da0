import { openDispatcher } from '#engine/queue.ts';
import type { TickDeps } from '#engine/tick-record.ts';
import type { NewSchedule } from '#domain/ports.ts';
import type { Job } from '#domain/run.ts';
import type { Schedule } from '#domain/schedule.ts';
import type { Health } from '#domain/health.ts';
import { layer } from '../commands/world.ts';
import type { World } from './world.ts';

/** A cloud whose layers are as the test says. */
export type Sky = { healths: Record<string, Health>; broken?: Error | undefined; looks: number };

/** A job that only reads that. */
export function statusOf(sky: Sky): Job {
  const step = {
    ...{ id: 'read', title: 'Read', layer: 'metal', timeoutMs: 5000 },
    find: async () => undefined,
    act: async () => undefined,
    settle: async () => {
      sky.looks += 1;
      return { kind: 'ready' as const, value: { ...sky.healths } };
    },
  };
  return {
    name: 'status',
    parse: (raw) => raw,
    survey: async () => {
      if (sky.broken) throw sky.broken;
      return {};
    },
    plan: () => ({ summary: 'read', risk: 'read', independent: true, steps: [step] }),
    report(_input, _facts, { steps, endedAt: at }) {
      const { read } = steps;
      const healths = (read?.status === 'done' ? read.value : {}) as Record<string, Health>;
      const layers = Object.entries(healths).map(([name, health]) => ({
        layer: name,
        kind: 'openstack',
        health,
        summary: `${name} is ${health}`,
      }));
      const troubles = layers
        .filter(({ health }) => health !== 'ok')
        .map(({ layer: name, health }) => ({
          layer: name,
          health,
          what: `${name} broke`,
          cause: 'a cable',
          advice: 'Plug it in.',
        }));
      const empty = { checks: [], hops: [], tables: [], leftovers: [] };
      return { title: 'Status', subtitle: '', health: 'ok', layers, troubles, at, ...empty };
    },
  };
}

/** Everybody of the channel may look and operate, unless a test says otherwise. */
export function openUp({ stack }: World): void {
  const [environment] = stack.environments;
  if (environment)
    Object.assign(environment, { channels: ['C0OPS'], layers: [layer('metal'), layer('cluster', 'kubernetes')] });
}

export function wanted({ environment }: World, change: Partial<NewSchedule> = {}): NewSchedule {
  return {
    ...{ environment, job: 'status', input: { layer: 'all' }, by: { id: 'U1', name: 'operator' }, groups: [] },
    ...{ team: 'T1', channel: { id: 'C0OPS', name: 'ops' }, everyMs: 300_000 },
    ...change,
  };
}

/** What carries a tick of this job, with no pause before the second look. */
export function tickDeps(world: World, job: Job): TickDeps {
  const queue = {
    enqueue: async () => undefined,
    isAlive: async () => true,
    workers: async () => 0,
    close: async () => undefined,
  };
  const { runs, schedules, audit } = world;
  return { engine: world.engine(job), schedules, dispatcher: openDispatcher(runs, queue), audit, confirmMs: 0 };
}

export async function stateOf({ schedules }: World, { environment, key }: Schedule): Promise<Schedule> {
  const found = (await schedules.list(environment)).find((one) => one.key === key);
  if (!found) throw new Error('the schedule is gone');
  return found;
}
