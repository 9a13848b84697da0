import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openMemory } from '#adapters/redis/memory.ts';
import { openBoards } from '#chat/schedule/boards.ts';
import { SlackTrouble } from '#chat/trouble.ts';
import { openWorld, type World } from '../../engine/world.ts';
import { after, reading, watching } from '../readings.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => {
  vi.useRealTimers();
  world.close();
});

/** The boards of a watch before a Slack that refuses everything. */
async function open() {
  const { stack, schedules, environment } = world;
  const { schedule } = await schedules.add({ ...watching, environment });
  const [tried, warned, turned]: [number[], unknown[], unknown[]] = [[], [], []];
  const refuse = async () => {
    tried.push(performance.now());
    throw new SlackTrouble('chat.postMessage', { kind: 'refused', code: 'restricted_action' });
  };
  const boards = openBoards({
    ...{ stack, schedules, memory: openMemory(world.redis), signal: new AbortController().signal },
    api: { post: refuse, edit: refuse, editTurn: refuse, find: refuse, channelId: refuse, call: refuse },
    log: { info: () => undefined, warn: (fields) => void warned.push(fields), error: () => undefined },
    groupsOf: () => ({ groups: [], isSure: true }),
    ...{ backoffMs: 1000, mostBackoffMs: 30_000, turned: () => void turned.push(1) },
  });
  async function look() {
    await boards.look();
    await boards.settled();
  }
  const found = (...readings: Parameters<typeof after>[1][]) =>
    schedules.change(schedule, (one) => after(one, ...readings));
  return { look, found, tried, warned, turned };
}

describe('a schedule', () => {
  it('that Slack does not show is tried again ever more seldom', async () => {
    const { look, tried, warned } = await open();
    vi.useFakeTimers({ toFake: ['performance'] });

    for (let second = 0; second < 60; second++) {
      await look();
      vi.advanceTimersByTime(1000);
    }

    const seconds = tried.map((at) => Math.round((at - tried[0]!) / 1000));
    expect(seconds).toEqual([0, 1, 3, 7, 15, 31]);
    expect(warned).toHaveLength(seconds.length);
  });

  it('says once that it found a layer otherwise than before, for those who show it elsewhere', async () => {
    const { look, found, turned } = await open();
    const counts: number[] = [];
    for (const layers of [{ metal: 'ok' }, { metal: 'ok' }, { metal: 'failure' }, { metal: 'failure' }] as const) {
      await found(reading(counts.length * 5, layers));
      await look();
      await look();
      counts.push(turned.length);
    }

    expect(counts).toEqual([1, 1, 2, 2]);
  });
});
