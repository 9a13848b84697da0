import { Cluster, Redis } from 'ioredis';
import type { RedisAddress } from '#domain/redis.ts';

/** One Redis, the master that Sentinels name, or a whole cluster: the rest of the code need not know which. */
export type RedisClient = Redis | Cluster;

/**
 * `patient`: outlives an outage; it reconnects for ever, at least once a second, and commands wait meanwhile. For workers,
 * publishers and watchers. `impatient`: answers or refuses at once. For whatever a person waits for, as Slack's three
 * seconds.
 */
export type Temper = 'patient' | 'impatient';

const TEMPERS = {
  patient: { maxRetriesPerRequest: null },
  impatient: { maxRetriesPerRequest: 1, commandTimeout: 1500 },
} as const;

/** Opens a connection; errors come back from each command. @see https://github.com/redis/ioredis */
export function openRedis(address: RedisAddress, temper: Temper): RedisClient {
  const redis = address.kind === 'cluster' ? openCluster(address, temper) : openOne(address, temper);
  // Without a listener the first lost connection would end the process.
  redis.on('error', () => undefined);
  return redis;
}

function retryStrategy(times: number): number {
  return Math.min(50 * 2 ** times, 1000);
}

function shared({ username, password, tls }: RedisAddress, temper: Temper) {
  return {
    ...TEMPERS[temper],
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls } : {}),
    // A master that became a replica while we were connected: the next connection finds the new one.
    reconnectOnError: (error: Error) => (error.message.includes('READONLY') ? (2 as const) : false),
  };
}

function openOne(address: RedisAddress, temper: Temper): Redis {
  const { kind, hosts, master, database, sentinelPassword, tls } = address;
  const options = {
    ...shared(address, temper),
    db: database,
    enableOfflineQueue: temper === 'patient',
    retryStrategy,
  };
  if (kind === 'single') return new Redis({ ...options, ...hosts[0] });
  return new Redis({
    ...options,
    name: master,
    sentinels: [...hosts],
    sentinelRetryStrategy: retryStrategy,
    sentinelCommandTimeout: 1000,
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: tls } : {}),
  });
}

function openCluster(address: RedisAddress, temper: Temper): Cluster {
  return new Cluster([...address.hosts], {
    redisOptions: shared(address, temper),
    enableOfflineQueue: temper === 'patient',
    clusterRetryStrategy: retryStrategy,
    // A command meets one redirection each tenth of a second for as long as a failover takes.
    ...(temper === 'patient' ? { maxRedirections: Number.POSITIVE_INFINITY } : {}),
    // A certificate names hosts, so these are not looked up first.
    ...(address.tls ? { dnsLookup: (host, done) => done(null, host) } : {}),
  });
}

/** Why a Redis cannot be used: it is not there, or refuses the password, or its certificate is not to be trusted. */
export type NotReady = { readonly kind: 'away' | 'password' | 'certificate'; readonly why: string };

/** Resolves when commands can be sent, or with what stands in the way: at once for what no waiting mends. */
export function untilReady(redis: RedisClient, timeoutMs: number): Promise<NotReady | undefined> {
  if (redis.status === 'ready') return Promise.resolve(undefined);
  return new Promise((resolve) => {
    let why = `no connection within ${timeoutMs} ms`;
    const onReady = () => end(undefined);
    const onError = (error: Error) => {
      const cause = 'lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error;
      why = cause.message || ('code' in cause ? String(cause.code) : why);
      if (/WRONGPASS|NOAUTH|NOPERM|invalid password/.test(why)) end({ kind: 'password', why });
      else if (/certificate|SSL|TLS|altnames/i.test(why)) end({ kind: 'certificate', why });
    };
    const timer = setTimeout(() => end({ kind: 'away', why }), timeoutMs);
    redis.on('error', onError).once('ready', onReady);
    function end(answer: NotReady | undefined): void {
      clearTimeout(timer);
      redis.off('error', onError).off('ready', onReady);
      resolve(answer);
    }
  });
}
