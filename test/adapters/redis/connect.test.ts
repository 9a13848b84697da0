import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRedis, type RedisClient, type Temper, untilReady } from '#adapters/redis/connect.ts';
import type { RedisAddress } from '#domain/redis.ts';
import { type LocalRedis, makeCertificate, startRedis } from '../../../scripts/redis.ts';
import { addressOf } from '../../redis.ts';

const folder = mkdtempSync(join(tmpdir(), 'strata-tls-'));
const files = makeCertificate(folder);
const ca = readFileSync(files.ca, 'utf8');

let server: LocalRedis;
let redis: RedisClient | undefined;
beforeAll(async () => {
  server = await startRedis({ dir: folder, tls: files, args: ['--requirepass', 'secret'] });
  return () => server.stop();
});
afterEach(() => redis?.disconnect());

async function reach(change: Partial<RedisAddress>, temper: Temper = 'impatient', timeoutMs = 5000) {
  redis = openRedis({ ...addressOf(server.url), password: 'secret', tls: { ca }, ...change }, temper);
  return untilReady(redis, timeoutMs);
}

describe('a Redis with TLS and a password', () => {
  it.each(['patient', 'impatient'] as const)('is reached, %s', async (temper) => {
    const trouble = await reach({}, temper);

    expect(trouble).toBeUndefined();
    expect(await redis?.ping()).toBe('PONG');
  });

  it.each([
    ['a wrong password', { password: 'wrong' }, { kind: 'password', why: expect.stringContaining('WRONGPASS') }],
    ['no password', { password: undefined }, { kind: 'password', why: expect.stringContaining('NOAUTH') }],
    ['a user that is not', { username: 'nobody' }, { kind: 'password', why: expect.stringContaining('WRONGPASS') }],
    ['a certificate nobody trusts', { tls: {} }, { kind: 'certificate', why: expect.stringContaining('self-signed') }],
  ])('says at once what is wrong: %s', async (_what, change, trouble) => {
    expect(await reach(change)).toEqual(trouble);
  });

  it('says that nobody is there', async () => {
    const trouble = await reach({ hosts: [{ host: '127.0.0.1', port: 1 }] }, 'impatient', 300);

    expect(trouble).toEqual({ kind: 'away', why: expect.stringContaining('ECONNREFUSED') });
  });
});
