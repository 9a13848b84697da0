import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRedis } from '#adapters/redis/connect.ts';
import type { RedisAddress } from '#domain/redis.ts';
import { freePort, type LocalRedis, makeCertificate, startRedis } from '../../scripts/redis.ts';

export type Redises = {
  readonly address: RedisAddress;
  readonly servers: readonly LocalRedis[];
  stop(): Promise<void>;
};

const [PASSWORD, SENTINEL_PASSWORD] = ['redis-secret', 'sentinel-secret'];

/** A master, a replica and three Sentinels, with TLS and passwords throughout. The master is the first of the servers. */
export async function startSentinels(): Promise<Redises> {
  const files = makeCertificate(mkdtempSync(join(tmpdir(), 'strata-sentinel-')));
  const own = ['--requirepass', PASSWORD, '--masterauth', PASSWORD, '--tls-replication', 'yes'];
  const master = await startRedis({ tls: files, args: own });
  const replica = await startRedis({
    tls: files,
    args: [...own, '--replicaof', '127.0.0.1', String(master.port), '--repl-diskless-sync-delay', '0'],
  });
  const sentinel = [
    `sentinel monitor main 127.0.0.1 ${master.port} 2`,
    `sentinel auth-pass main ${PASSWORD}`,
    'sentinel down-after-milliseconds main 1000',
    'sentinel failover-timeout main 5000',
    `requirepass ${SENTINEL_PASSWORD}`,
    `sentinel sentinel-pass ${SENTINEL_PASSWORD}`,
    'tls-replication yes',
  ].join('\n');
  const sentinels = await Promise.all([1, 2, 3].map(() => startRedis({ tls: files, sentinel })));
  const tls = { ca: readFileSync(files.ca, 'utf8') };
  const hosts = sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
  const access = { password: PASSWORD, sentinelPassword: SENTINEL_PASSWORD, tls };
  const address: RedisAddress = { kind: 'sentinel', hosts, master: 'main', database: 0, ...access };
  await untilWatched({ ...address, kind: 'single', password: SENTINEL_PASSWORD });
  const servers = [master, replica, ...sentinels];
  return { address, servers, stop: () => stopAll(servers) };
}

/** A Sentinel knows the replica and the other two: from now on they can fail over. */
async function untilWatched(sentinel: RedisAddress): Promise<void> {
  const redis = openRedis(sentinel, 'patient');
  for (;;) {
    const state = String(await redis.call('SENTINEL', 'MASTER', 'main'));
    if (/num-slaves,1\b/.test(state) && /num-other-sentinels,2\b/.test(state)) break;
    await sleep(50);
  }
  redis.disconnect();
}

/** A Redis Cluster of three masters. */
export async function startCluster(): Promise<Redises> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
  const servers = await Promise.all([1, 2, 3].map(async () => startRedis({ args, port: await clusterPort() })));
  const hosts = servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  const single = { kind: 'single', master: '', database: 0 } as const;
  const nodes = hosts.map((host) => openRedis({ ...single, hosts: [host] }, 'patient'));
  const share = Math.ceil(16_384 / nodes.length);
  for (const [index, node] of nodes.entries()) {
    await node.call('CLUSTER', 'ADDSLOTSRANGE', index * share, Math.min(16_383, (index + 1) * share - 1));
    await node.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    await node.call('CLUSTER', 'MEET', '127.0.0.1', hosts[0]?.port ?? 0);
  }
  for (const node of nodes) {
    while (!String(await node.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await sleep(50);
    node.disconnect();
  }
  const address: RedisAddress = { ...single, kind: 'cluster', hosts };
  return { address, servers, stop: () => stopAll(servers) };
}

/** A node's second port is its first and ten thousand. */
async function clusterPort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port < 55_000) return port;
  }
}

async function stopAll(servers: readonly LocalRedis[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}
