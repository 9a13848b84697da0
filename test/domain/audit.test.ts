import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environmentKeys, runKeys } from '#adapters/redis/keys.ts';
import { flawsOf, type Head, trimmableTo } from '#domain/audit.ts';
import type { RunRef } from '#domain/run.ts';
import { openWorld, type World } from '../engine/world.ts';

let world: World;
let runs: RunRef[];
beforeEach(async () => {
  world = await openWorld();
  runs = [await world.ask(), await world.ask()];
  const by = { id: 'U0GUEST', name: 'guest' };
  await world.audit.record(world.environment, { type: 'refused', by, what: '/smoke-test', why: 'may not' });
  for (const run of runs) {
    const at = { fence: 0, seq: 1 };
    const note = (text: string) => ({ type: 'note', stepId: 'a', text }) as const;
    await world.journal.append(run, at, [note(randomUUID()), note('second'), note('third')]);
  }
});
afterEach(() => world.close());

async function flaws(remembered?: Head): Promise<string[]> {
  const { records, head } = await world.audit.read(world.environment);
  return flawsOf(records, head, remembered).map(({ n, kind, record }) => `${n} ${kind} ${record?.seq ?? ''}`.trim());
}

const events = (index: number) => runKeys(runs[index] ?? { environment: '', number: 0 }).events;

/** Writes a journal anew, entry by entry, as somebody with the password of Redis could. */
async function rewrite(stream: string, change: (entries: [string, string[]][]) => [string, string[]][]): Promise<void> {
  const entries = await world.redis.xrange(stream, '-', '+');
  await world.redis.del(stream);
  for (const [id, fields] of change(entries)) await world.redis.xadd(stream, id, ...fields);
}

describe('the chain of an environment', () => {
  it('holds runs, their events and refusals, in the order in which they were written', async () => {
    const { records, head } = await world.audit.read(world.environment);

    expect(records.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(records.map(({ event }) => (JSON.parse(event) as { type: string }).type).slice(0, 4)).toEqual([
      ...['requested', 'requested', 'refused', 'note'],
    ]);
    expect(head).toEqual({ n: 9, link: records.at(-1)?.link });
    expect(await flaws()).toEqual([]);
    expect(await flaws(head)).toEqual([]);
  });

  it('names a record whose text was changed', async () => {
    const change = (fields: string[]) => fields.map((field) => field.replace('second', 'Second'));
    await rewrite(events(0), (entries) => entries.map(([id, fields]) => [id, change(fields)]));

    expect(await flaws()).toEqual(['5 changed 3']);
  });

  it('names records that are missing: in the middle, at the end, a whole run', async () => {
    await world.redis.xdel(events(0), '3-0');
    expect(await flaws()).toEqual(['5 missing']);

    await world.redis.xdel(events(1), '4-0');
    expect(await flaws()).toEqual(['5 missing', '9 missing']);

    await world.redis.del(environmentKeys(world.environment).log);
    expect(await flaws()).toEqual(['3 missing', '5 missing', '9 missing']);
  });

  it('names records that changed places', async () => {
    await rewrite(events(1), ([first, second, third, fourth]) =>
      first && second && third && fourth ? [first, [second[0], third[1]], [third[0], second[1]], fourth] : [],
    );

    expect(await flaws()).toEqual(['7 changed 3', '8 reordered 2']);
  });

  it('finds a chain that was written anew to its end, by a head that was kept elsewhere', async () => {
    const { head } = await world.audit.read(world.environment);
    const { chain } = environmentKeys(world.environment);
    await world.redis.hset(chain, 'link', 'f'.repeat(40));
    await rewrite(events(1), (entries) =>
      entries.map(([id, fields]) => [id, fields.map((field) => (field === head.link ? 'f'.repeat(40) : field))]),
    );

    expect(await flaws(head)).toEqual(['9 changed 4', '9 changed 4']);
    expect(await flaws({ n: 40, link: head.link })).toContain('40 missing');
  });
});

describe('trimming the chain of an environment', () => {
  const by = { id: 'U0ADA', name: 'ada' };
  const soonMs = () => Date.now() + 3_600_000;

  /** Ends a run of the six records above. */
  async function end(index: number): Promise<void> {
    const run = runs[index];
    if (!run) throw new Error('no such run');
    const ended = { type: 'ended', outcome: 'succeeded', leftovers: [] } as const;
    await world.journal.append(run, { fence: 0, seq: 4 }, [ended]);
  }

  async function trim(): Promise<Head | undefined> {
    const { records } = await world.audit.read(world.environment);
    const head = trimmableTo(records, soonMs());
    if (head) await world.audit.trim(world.environment, { by, head });
    return head;
  }

  it('takes no run away that goes on since it was judged', async () => {
    await end(0);
    await end(1);
    const { records } = await world.audit.read(world.environment);
    const head = trimmableTo(records, soonMs()) ?? { n: 0, link: '' };
    const [run] = runs;
    if (run) await world.journal.append(run, { fence: 0, seq: 5 }, [{ type: 'retried', by }]);

    await expect(world.audit.trim(world.environment, { by, head })).rejects.toThrow(`run #${run?.number} goes on`);

    expect(await world.runs.get(run?.number ?? 0)).toMatchObject({ key: run?.key });
    expect(await flaws()).toEqual([]);
  });

  it('removes runs that have ended, and the rest verifies, further records included', async () => {
    await end(0);
    await end(1);
    const before = (await world.audit.read(world.environment)).head;

    expect(await trim()).toEqual(before);
    const kept = await world.ask();

    expect(await flaws()).toEqual([]);
    expect(await world.runs.get(runs[0]?.number ?? 0)).toBeUndefined();
    expect(await world.runs.recent(world.environment)).toMatchObject([{ key: kept.key }]);
    expect(await world.redis.exists(...Object.values(runKeys(runs[1] ?? kept)))).toBe(0);
    const { records } = await world.audit.read(world.environment);
    expect(records.map(({ event }) => JSON.parse(event) as object)).toMatchObject([
      { type: 'trimmed', by, head: before },
      { type: 'requested' },
    ]);
  });

  it('stops before a run that is open, even when later ones have ended', async () => {
    await end(1);

    expect(await trim()).toBeUndefined();
    await end(0);
    const open = await world.ask();
    const later = await world.ask();
    runs.push(open, later);

    const head = await trim();

    expect(head?.n).toBe(11);
    expect(await world.runs.get(open.number)).toMatchObject({ key: open.key });
    expect(await flaws()).toEqual([]);
  });

  it('takes nothing that is not older than was said', async () => {
    await end(0);
    await end(1);
    const { records } = await world.audit.read(world.environment);

    expect(trimmableTo(records, (records[0]?.atMs ?? 0) - 1)).toBeUndefined();
  });

  it('is no cover for what is changed or missing behind it, nor for a head from before it', async () => {
    await end(0);
    await end(1);
    await trim();
    const kept = await world.ask();
    await world.journal.append(kept, { fence: 0, seq: 1 }, [{ type: 'reminded' }]);

    expect(await flaws({ n: 3, link: 'x' })).toEqual(['3 missing']);
    await world.redis.xdel(runKeys(kept).events, '1-0');
    expect(await flaws()).toEqual(['13 missing']);
  });

  it('that was cut short leaves a chain that verifies, and is finished by the next', async () => {
    await end(0);
    await end(1);
    const { records, head } = await world.audit.read(world.environment);
    expect(records).toHaveLength(head.n);
    await world.audit.record(world.environment, { type: 'trimmed', by, head });

    expect(await flaws()).toEqual([]);
    await trim();

    expect(await flaws()).toEqual([]);
    expect((await world.audit.read(world.environment)).records).toHaveLength(1);
  });
});
