import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openRedis } from '#adapters/redis/connect.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import type { NewRun } from '#domain/ports.ts';
import { openDispatcher, type SegmentQueue } from '#engine/queue.ts';
import { openWorld, type World } from '../../engine/world.ts';
import { ownRedis } from '../../database.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  // Redis knows the script from then on: what records a run is one call.
  await world.ask();
});
afterEach(() => world.close());

const NOTHING = 'Nothing was started.';
const idle: SegmentQueue = {
  enqueue: async () => undefined,
  isAlive: async () => false,
  workers: async () => 0,
  close: async () => undefined,
};

/** A Redis whose answers no longer come once this was asked of it; what is asked reaches it all the same. */
async function silentFrom(asked: string) {
  const address = ownRedis();
  const [host] = address.hosts;
  const held: (() => void)[] = [];
  let isSilent = false;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const redis = connect(host?.port ?? 0, host?.host);
    for (const each of [socket, redis]) sockets.add(each.on('error', () => undefined));
    socket.on('data', (chunk) => {
      isSilent ||= chunk.includes(asked);
      redis.write(chunk);
    });
    redis.on('data', (chunk) => void (isSilent ? held.push(() => socket.write(chunk)) : socket.write(chunk)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const redis = openRedis({ ...address, hosts: [{ host: '127.0.0.1', port }] }, 'patient');
  onTestFinished(() => redis.disconnect());
  const { environment } = world;
  const runs = openRuns(redis, { environments: [environment], subscriber: () => redis, advice: NOTHING });
  return {
    dispatcher: openDispatcher(runs, idle),
    redis,
    answer() {
      isSilent = false;
      for (const send of held.splice(0)) send();
    },
  };
}

function wanted(delivery: string): NewRun {
  const { environment } = world;
  const origin = { kind: 'slack', team: 'T1', channel: 'C0OPS00001' } as const;
  const by = { id: 'U1', name: 'operator' };
  return { job: 'status', environment, input: {}, by, origin, once: delivery };
}

describe('a run that was asked for and not confirmed in time', () => {
  it('may stand, and that is what is said', async () => {
    const { dispatcher } = await silentFrom('"type":"requested"');

    await expect(dispatcher.dispatch(wanted('trigger:1'))).rejects.toMatchObject({
      message: 'asking for a run: Redis does not answer',
      advice: expect.stringMatching(/may have been taken all the same.*before you ask again/) as string,
    });

    expect(await world.runs.recent(world.environment)).toHaveLength(2);
    // Who publishes finds it among what is not shown yet, so it gets its thread.
    expect(await world.runs.unshown(world.environment)).toHaveLength(2);
  });

  it('is the same run when the same delivery comes again, another when a person asks again', async () => {
    const { dispatcher } = await silentFrom('"type":"requested"');
    await dispatcher.dispatch(wanted('trigger:1')).catch(() => undefined);
    const [run] = await world.runs.recent(world.environment);

    const again = await world.runs.create(wanted('trigger:1'));
    const another = await world.runs.create(wanted('trigger:2'));

    expect(again).toMatchObject({ fresh: false, request: { number: run?.number } });
    expect(another.fresh).toBe(true);
    expect(await world.runs.recent(world.environment)).toHaveLength(3);
  });

  it('never comes about later when it was not sent in time, and that is what is said', async () => {
    const { dispatcher, redis, answer } = await silentFrom('trigger:1');

    await expect(dispatcher.dispatch(wanted('trigger:1'))).rejects.toMatchObject({ advice: NOTHING });
    answer();
    await redis.ping();
    // What was given up goes as far as it will go before this is answered.
    await world.ask();

    expect(await world.runs.recent(world.environment)).toHaveLength(2);
    const { fresh } = await world.runs.create(wanted('trigger:1'));
    expect(fresh).toBe(true);
  });
});
