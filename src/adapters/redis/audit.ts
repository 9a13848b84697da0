import type { AuditRecord } from '#domain/audit.ts';
import type { Audit } from '#domain/ports.ts';
import type { RedisClient } from './connect.ts';
import { environmentKeys, memberOf, refOf, runKeys } from './keys.ts';
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

  return {
    async record(environment, event) {
      const { log, chain } = environmentKeys(environment);
      await evaluate(redis, RECORD, { keys: [log, chain], args: [JSON.stringify(event)] });
    },
    async read(environment) {
      const { log, chain, recent } = environmentKeys(environment);
      // The head first: what is written meanwhile lies behind it.
      const [n, link] = await redis.hmget(chain, 'n', 'link');
      const head = { n: Number(n ?? 0), link: link ?? '' };
      const records = await recordsOf(log, '');
      for (const member of await redis.zrange(recent, 0, '-1')) {
        const run = refOf(environment, member);
        records.push(...(await recordsOf(runKeys(run).events, memberOf(run))));
      }
      const known = records.filter((record) => record.n <= head.n || !Number.isInteger(record.n));
      return { head, records: known.toSorted((a, b) => a.n - b.n) };
    },
  };
}
