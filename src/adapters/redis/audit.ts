import type { AuditEvent, AuditRecord, Head } from '#domain/audit.ts';
import { BusyError } from '#domain/errors.ts';
import type { Audit } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import { words } from '#words/redis.ts';
import type { RedisClient } from './connect.ts';
import { environmentKeys, INDEX, memberOf, refOf, runKeys } from './keys.ts';
import { evaluate, RECORD } from './scripts.ts';

/** The chain of each environment: its own records in one stream, those of its runs in their journals. */
export function openAudit(redis: RedisClient): Audit {
  async function recordsOf(stream: string, source: string): Promise<AuditRecord[]> {
    const entries = await redis.xrange(stream, '-', '+');
    return entries.map(([id, fields]) => {
      const field = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
      return {
        n: Number(field('n')),
        link: field('link'),
        atMs: Number(field('at')),
        source,
        seq: Number.parseInt(id, 10),
        event: field('event'),
      };
    });
  }

  async function record(environment: string, event: AuditEvent): Promise<void> {
    const { log, chain } = environmentKeys(environment);
    await evaluate(redis, RECORD, { keys: [log, chain], args: [JSON.stringify(event)] });
  }

  async function read(environment: string): Promise<{ head: Head; records: readonly AuditRecord[] }> {
    const { log, chain, recent } = environmentKeys(environment);
    // The head first: what is written meanwhile lies behind it.
    const [n, link] = await redis.hmget(chain, 'n', 'link');
    const head = { n: Number(n ?? 0), link: link ?? '' };
    const records = await recordsOf(log, '');
    for (const member of await redis.zrange(recent, 0, '-1')) {
      const run = refOf(environment, member);
      records.push(...(await recordsOf(runKeys(run).events, memberOf(run))));
    }
    const known = records.filter((entry) => entry.n <= head.n || !Number.isInteger(entry.n));
    return { head, records: known.toSorted((a, b) => a.n - b.n) };
  }

  async function remove(run: RunRef): Promise<void> {
    const keys = runKeys(run);
    const { open, unshown, recent } = environmentKeys(run.environment);
    await redis.del(keys.record, keys.memory, keys.artifacts, keys.events);
    await redis.hdel(INDEX, String(run.number));
    // The list of runs last: what was cut short is found by it and done again.
    for (const key of [open, unshown, recent]) await redis.zrem(key, memberOf(run));
  }

  return {
    record,
    read,
    async trim(environment, { by, head }) {
      const { records } = await read(environment);
      const isBehind = ({ n, source }: AuditRecord) => n <= head.n && source !== '';
      const members = new Set(records.filter(isBehind).map(({ source }) => source));
      const open = records.find(({ n, source }) => n > head.n && members.has(source));
      if (open)
        throw new BusyError(words.goesOn(refOf(environment, open.source).number), { advice: words.goesOnAdvice });
      // First said, then done: a trim that was cut short is no hole in the chain.
      await record(environment, { type: 'trimmed', by, head });
      for (const member of members) await remove(refOf(environment, member));
      await redis.xtrim(environmentKeys(environment).log, 'MINID', `${head.n + 1}-0`);
    },
  };
}
