import { afterEach, describe, expect, it } from 'vitest';
import { runKeys } from '#adapters/redis/keys.ts';
import { LeaseLostError } from '#domain/errors.ts';
import type { Position } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import { type LocalRedis, startRedis } from '../../../scripts/redis.ts';
import { openWorld, type World } from '../../engine/world.ts';
import { addressOf } from '../../redis.ts';

let world: World;
const servers: LocalRedis[] = [];
afterEach(async () => {
  world.close();
  for (const server of servers.splice(0)) await server.stop();
});

async function held(run: RunRef): Promise<Position> {
  const claim = await world.runs.claim(run, 60_000);
  if (claim.kind !== 'held') throw new Error(`the run is ${claim.kind}`);
  return { fence: claim.fence, seq: 1 };
}

describe('a journal on a Redis with a replica', () => {
  it('is safe only when the replica has it too', async () => {
    const master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] });
    servers.push(replica, master);
    world = await openWorld(addressOf(master.url));
    await expect.poll(() => world.redis.info('replication'), { timeout: 15_000 }).toContain('state=online');
    const run = await world.ask();
    const at = await held(run);
    await world.journal.secure(run, at);

    process.kill(replica.pid, 'SIGSTOP');
    let isSafe = false;
    const securing = world.journal.secure(run, at).then(() => (isSafe = true));
    await world.journal.renew(run, at);
    await world.journal.renew(run, at);

    expect(isSafe).toBe(false);
    process.kill(replica.pid, 'SIGCONT');
    await securing;
    expect(isSafe).toBe(true);
  });
});

describe('a failover that loses the end of a journal', () => {
  it('leaves the run to who claims it next, though the other one was as far', async () => {
    world = await openWorld();
    const run = await world.ask();
    const { record } = runKeys(run);
    const before = await world.redis.dumpBuffer(record);
    const lost = await held(run);

    await world.redis.restore(record, 0, before ?? '', 'REPLACE');
    const next = await held(run);

    await expect(world.journal.renew(run, lost)).rejects.toThrow(LeaseLostError);
    await expect(world.journal.secure(run, lost)).rejects.toThrow(LeaseLostError);
    await expect(world.journal.append(run, lost, [{ type: 'clean-up-started' }])).rejects.toThrow(LeaseLostError);
    await world.journal.append(run, next, [{ type: 'clean-up-started' }]);
  });

  it('ends the work of who wrote what was lost', async () => {
    world = await openWorld();
    const run = await world.ask();
    const { record } = runKeys(run);
    const at = await held(run);
    const before = await world.redis.dumpBuffer(record);
    const further = await world.journal.append(run, at, [{ type: 'clean-up-started' }]);

    await world.redis.restore(record, 0, before ?? '', 'REPLACE');

    await expect(world.journal.secure(run, further)).rejects.toThrow(LeaseLostError);
  });
});
