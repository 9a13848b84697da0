import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Trouble } from '#domain/report.ts';
import { galera } from '#jobs/status/galera/galera.ts';
import { readGalera, type Reading } from '#jobs/status/galera/reading.ts';
import { layerOf } from '../jobs/status/world.ts';
import { type GaleraBed, upGalera } from './galera.ts';

const cloud = layerOf('cloud', 'openstack', { namespace: 'openstack', on: 'cluster' });
const calm = new AbortController().signal;
/** The kernel's longest pause between two tries is two minutes. */
const PATIENCE = { timeout: 150_000, interval: 500 };

let bed: GaleraBed;
beforeAll(async () => {
  bed = await upGalera(1500);
});
afterAll(async () => bed?.stop());

function read(...numbers: readonly number[]): Promise<Reading> {
  return readGalera(bed.members(...numbers), bed.settings, calm);
}

/** Looks until there is trouble of this kind. */
function troubled(pattern: RegExp, ...numbers: readonly number[]): Promise<Trouble> {
  return vi.waitFor(async () => {
    const [first] = galera.troubles(cloud, await read(...numbers));
    expect(first?.what).toMatch(pattern);
    return first as Trouble;
  }, PATIENCE);
}

/** Looks until all are synced. */
function whole(...numbers: readonly number[]): Promise<void> {
  return vi.waitFor(async () => {
    const reading = await read(...numbers);
    expect(galera.troubles(cloud, reading)).toEqual([]);
    expect(galera.summary(reading)).toBe(`Galera: ${numbers.length} of ${numbers.length} members synced`);
  }, PATIENCE);
}

function pidIn(line: string): string | undefined {
  return /pid=(\d+)/.exec(line)?.[1];
}

describe('a member that joins over a wire too small for what the overlay promises', () => {
  let joiner: string;

  it('hangs in its state transfer: found, with the black hole at its link and the advice of a pair', async () => {
    await bed.start(2);

    const trouble = await troubled(/stands still/, 1, 2);

    joiner = await bed.statusOf(2);
    expect(trouble.what).toMatch(
      /^the state transfer \((SST, port 4444|IST, port 4568)\) from node-1 to node-2 stands still$/,
    );
    expect(trouble.cause).toContain(
      'an MTU black hole on the way from node-1 to node-2: packets of 1450 bytes pass, those of 1472 vanish without a word',
    );
    expect(trouble.advice).toContain('Mend the MTU first');
    expect(trouble.advice).toContain('leave node-2 alone: it goes on by itself');
    expect(trouble.advice).toContain('Never kill or delete node-2 with two members');
  });

  it('makes the donor look ill, which is told to be misleading', async () => {
    const trouble = await troubled(/stands still/, 1, 2);

    expect(await bed.statusOf(1)).toContain("readiness='WSREP not synced'");
    expect(joiner).toContain("readiness='Select from mysql failed'");
    expect(trouble.cause).toContain('"WSREP not synced" of node-1 misleads, it is not at fault');
  });

  it('goes on by itself once the MTU is mended, as the process that it was', async () => {
    await bed.run('mtu', '1450');

    await whole(1, 2);

    expect(pidIn(await bed.statusOf(2))).toBe(pidIn(joiner));
  });
});

describe('a member that joins over a wire that fits', () => {
  it('is told as joining, then as synced', async () => {
    await bed.start(3);

    const joining = await vi.waitFor(async () => {
      const reading = await read(1, 2, 3);
      expect(galera.summary(reading)).toBe('Galera: 1 of 3 members synced; node-3 joining');
      return reading;
    }, PATIENCE);

    expect(galera.troubles(cloud, joining)).toEqual([]);
    await whole(1, 2, 3);
  });
});

describe('a member that comes back over a wire too small', () => {
  it('hangs in the incremental transfer, of a donor that looks well; one of three may be restarted later', async () => {
    await bed.run('leave', '3');
    for (let row = 0; row < 3; row++)
      await bed.run('sql', '1', "insert into bot.t (body) values (repeat('x', 200000))");
    await bed.run('mtu', '1500');
    await bed.start(3);

    const trouble = await troubled(/stands still/, 1, 2, 3);

    expect(trouble.what).toMatch(/^the state transfer \(IST, port 4568\) from node-[12] to node-3 stands still$/);
    expect(trouble.cause).toContain('packets of 1450 bytes pass, those of 1472 vanish');
    expect(trouble.cause).not.toContain('misleads');
    expect(trouble.advice).toContain('of three members one may be restarted, after mending');
  });

  it('goes on by itself once the MTU is mended', async () => {
    await bed.run('mtu', '1450');

    await whole(1, 2, 3);
  });
});

describe('a pair of which one is killed', () => {
  it('has lost its quorum', async () => {
    await bed.run('leave', '3');
    await whole(1, 2);
    await bed.run('stop', '2');

    const trouble = await troubled(/quorum/, 1, 2);

    expect(trouble.what).toBe('Galera has lost its quorum: node-1 is in no primary component');
  });
});
