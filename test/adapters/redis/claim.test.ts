import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flawsOf } from '#domain/audit.ts';
import type { Claim } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import { openWorld, type World } from '../../engine/world.ts';

const LEASE_MS = 20;
const STARTER = { worker: 'worker-1', jobs: ['drill', 'smoke-test'] };
const operator = { id: 'U1', name: 'operator' };

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

type Held = Extract<Claim, { readonly kind: 'held' }>;

/** Claims the run once nobody else has it. */
async function claimed(run: RunRef, starter = STARTER): Promise<Held> {
  for (;;) {
    const claim = await world.runs.claim(run, LEASE_MS, starter);
    if (claim.kind === 'held') return claim;
    await sleep(LEASE_MS);
  }
}

const typesOf = ({ events }: Pick<Held, 'events'>) => events.map(({ type }) => type);

describe('the first claim of a run', () => {
  it('begins it, and gives the journal as it then stands', async () => {
    const run = await world.ask();

    const claim = await claimed(run);

    expect(claim).toMatchObject({ hasBegun: true, control: {} });
    expect(claim.events).toEqual(await world.journal.read(run));
    expect(claim.events.at(-1)).toMatchObject({ seq: 2, type: 'started', worker: 'worker-1', attempt: 1 });
  });

  it('leaves a chain that is whole', async () => {
    await claimed(await world.ask());

    const { head, records } = await world.audit.read(world.environment);

    expect(head.n).toBe(2);
    expect(flawsOf(records, head)).toEqual([]);
  });

  it('tells that the run is to be shown, and those who watch it', async () => {
    const run = await world.ask();
    await world.runs.shown(run, 1);
    const seen = Promise.withResolvers<RunRef>();
    const unwatch = await world.runs.watch(seen.resolve);

    await claimed(run);

    expect(await seen.promise).toEqual({ environment: run.environment, number: run.number, key: run.key });
    expect(await world.runs.unshown(world.environment)).toHaveLength(1);
    await unwatch();
  });

  it('is followed by appends from where it left the journal', async () => {
    const run = await world.ask();
    const { fence } = await claimed(run);

    const at = await world.journal.append(run, { fence, seq: 2 }, [{ type: 'note', stepId: 'a', text: 'b' }]);

    expect(at.seq).toBe(3);
  });

  it('begins nothing that a person wants to stop', async () => {
    const run = await world.ask();
    await world.gate.stop(run, { by: operator, stop: 'now' });

    const claim = await claimed(run);

    expect(claim).toMatchObject({ hasBegun: false, control: { stop: { by: operator, stop: 'now' } } });
    expect(typesOf(claim)).toEqual(['requested']);
  });

  it.each([
    ['does not know the job', { worker: 'older', jobs: ['status'] }],
    ['knows no job', { worker: 'older', jobs: [] }],
  ])('begins nothing by a worker that %s', async (_what, starter) => {
    const run = await world.ask();

    const claim = await claimed(run, starter);

    expect(claim.hasBegun).toBe(false);
    expect(typesOf(claim)).toEqual(['requested']);
  });

  it('tells of a freeze, and of one that cannot be read', async () => {
    const [run, other] = [await world.ask(), await world.ask()];
    const freeze = { by: operator, reason: 'a move', at: new Date(0).toISOString() };
    await world.gate.freeze(world.environment, freeze);

    const frozen = await claimed(run);
    await world.redis.del(`strata:{${world.environment}}:freeze`);
    await world.redis.lpush(`strata:{${world.environment}}:freeze`, 'x');
    const blocked = await claimed(other);

    expect(frozen.control).toEqual({ freeze });
    expect(blocked.control.freeze?.reason).toContain('cannot be read');
  });
});

describe('a later claim of a run', () => {
  it('does not begin it again', async () => {
    const run = await world.ask();
    await claimed(run);

    const claim = await claimed(run, { ...STARTER, worker: 'worker-2' });

    expect(claim.hasBegun).toBe(false);
    expect(typesOf(claim)).toEqual(['requested', 'started']);
  });
});
