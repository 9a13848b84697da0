import { Redis } from 'ioredis';

/**
 * A connection that outlives an outage: it reconnects for ever, at least once a second, and commands wait meanwhile.
 * For workers, publishers and watchers, which have nothing better to do than wait.
 */
export function connectPatiently(url: string): Redis {
  return quiet(
    new Redis(url, { maxRetriesPerRequest: null, retryStrategy: (times) => Math.min(50 * 2 ** times, 1000) }),
  );
}

/** A connection that answers or refuses at once: for whatever a person waits for, as Slack's three seconds. */
export function connectImpatiently(url: string): Redis {
  return quiet(
    new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: 1500,
      retryStrategy: (times) => Math.min(50 * 2 ** times, 1000),
    }),
  );
}

/** Connection errors come back from every command as well; without a listener they would end the process. */
function quiet(redis: Redis): Redis {
  redis.on('error', () => undefined);
  return redis;
}

/** Resolves when commands can be sent. @throws Error when that takes longer than `timeoutMs` */
export function untilReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`reaching Redis: no connection within ${timeoutMs} ms`)),
      timeoutMs,
    );
    redis.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
