import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startRedis } from '../../scripts/redis.ts';

it('never takes another server at its port for the one that it started', async () => {
  const other = await startRedis();
  onTestFinished(() => other.stop());

  await expect(startRedis({ port: other.port })).rejects.toThrow(/it ended with 1: .*Address already in use/s);
});

it('takes another port when somebody was faster', async () => {
  // Free at 127.0.0.1, where it is looked for; taken where this Redis is told to listen.
  const fast = createServer();
  onTestFinished(() => void fast.close());
  const port = 5000 + (process.pid % 5000);
  await once(fast.listen(port, '127.0.0.2'), 'listening');
  const random = vi.spyOn(Math, 'random').mockReturnValueOnce((port - 5000 + 0.5) / 5000);
  onTestFinished(() => random.mockRestore());

  const redis = await startRedis({ args: ['--bind', '127.0.0.2'] });
  onTestFinished(() => redis.stop());

  expect(redis.port).not.toBe(port);
  const client = new Redis(redis.port, '127.0.0.2');
  onTestFinished(() => client.disconnect());
  expect(await client.info('server')).toContain(`process_id:${redis.pid}`);
});
