import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type LocalRedis, startRedis } from '../../scripts/redis.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/strata.ts');

let redis: LocalRedis;
let worker: ChildProcess;
const folder = mkdtempSync(join(tmpdir(), 'strata-serve-'));
afterEach(async () => {
  worker.kill('SIGKILL');
  await redis.stop();
  rmSync(folder, { recursive: true });
});

describe('strata worker', () => {
  it('ends when it is told to, also while Redis is away, and says that it handed nothing over', async () => {
    redis = await startRedis();
    const configPath = join(folder, 'strata.yaml');
    const layers = [{ name: 'cluster', kind: 'kubernetes', context: 'lab' }];
    writeFileSync(configPath, stringify({ environments: { lab: { channels: ['#ops'], people: {}, layers } } }));
    const env = {
      PATH: process.env['PATH'] ?? '',
      STRATA_CONFIG: configPath,
      REDIS_URL: redis.url,
      STRATA_GRACE_MS: '0',
    };
    worker = spawn(process.execPath, [MAIN, 'worker'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    worker.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    await expect.poll(() => said, { timeout: 60_000 }).toContain('worker ready');
    await redis.stop();

    worker.kill('SIGTERM');
    const [code] = (await once(worker, 'exit')) as [number | null];

    expect(code).toBe(1);
    expect(said).toContain('Redis does not answer; another worker takes it over');
    // It waits for Redis for ten seconds, and a process takes a while to begin.
  }, 120_000);
});
