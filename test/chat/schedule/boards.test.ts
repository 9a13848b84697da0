import { afterEach, describe, expect, it, vi } from 'vitest';
import { openMemory } from '#adapters/redis/memory.ts';
import { openBoards } from '#chat/schedule/boards.ts';
import { SlackTrouble } from '#chat/trouble.ts';
import { openWorld } from '../../engine/world.ts';
import { watching } from '../readings.ts';

afterEach(() => void vi.useRealTimers());

describe('a schedule that Slack does not show', () => {
  it('is tried again ever more seldom', async () => {
    const world = await openWorld();
    const { stack, schedules, environment } = world;
    await schedules.add({ ...watching, environment });
    const tried: number[] = [];
    const warned: unknown[] = [];
    const refuse = async () => {
      tried.push(performance.now());
      throw new SlackTrouble('chat.postMessage', { kind: 'refused', code: 'restricted_action' });
    };
    const boards = openBoards({
      ...{ stack, schedules, memory: openMemory(world.redis), signal: new AbortController().signal },
      api: { post: refuse, edit: refuse, editTurn: refuse, find: refuse, channelId: refuse, call: refuse },
      log: { info: () => undefined, warn: (fields) => void warned.push(fields), error: () => undefined },
      groupsOf: () => ({ groups: [], isSure: true }),
      ...{ backoffMs: 1000, mostBackoffMs: 30_000 },
    });
    vi.useFakeTimers({ toFake: ['performance'] });

    for (let second = 0; second < 60; second++) {
      await boards.look();
      await boards.settled();
      vi.advanceTimersByTime(1000);
    }

    const seconds = tried.map((at) => Math.round((at - tried[0]!) / 1000));
    expect(seconds).toEqual([0, 1, 3, 7, 15, 31]);
    expect(warned).toHaveLength(seconds.length);
    world.close();
  });
});
