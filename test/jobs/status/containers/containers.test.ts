import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openContainers } from '#adapters/docker/containers.ts';
import type { ContainerDetail } from '#domain/containers.ts';
import { containers as reader } from '#jobs/status/containers/containers.ts';
import { readContainers, type Reading, type Seen } from '#jobs/status/containers/reading.ts';
import { type SimulatedDocker, startDocker } from '../../../../sandbox/docker/docker.ts';
import { layerOf } from '../world.ts';

const metal = layerOf('metal', 'openstack');
const NOW = '2026-11-25T12:00:00.000Z';

function seen(name: string, change: Partial<Seen> = {}): Seen {
  const createdAt = '2026-11-04T12:00:00.000Z';
  const well = { state: 'running', status: 'Up 3 weeks (healthy)', health: 'healthy' as const, ports: '' };
  return {
    id: `${name}-0123456789abcdef`,
    name,
    image: 'keystone:1',
    command: 'dumb-init --single-child',
    createdAt,
    ...well,
    ...change,
  };
}

function detail(change: Partial<ContainerDetail>): ContainerDetail {
  return { restarts: 0, outOfMemory: false, ...change };
}

function reading(containers: readonly Seen[], endings: Readonly<Record<string, number>> = {}): Reading {
  const engine = { name: 'Docker 20.10.24', apiVersion: '1.41', time: NOW };
  return { host: { kind: 'read', value: { engine, containers } }, endings: { kind: 'read', value: endings } };
}

const EXITED = { state: 'exited', status: 'Exited (1) 4 seconds ago', health: undefined };
const justNow = { status: 'Up 3 seconds (healthy)', detail: detail({ startedAt: '2026-11-25T11:59:57.000Z' }) };

describe('the containers of a host, judged', () => {
  it.each<readonly [string, Seen, number, string, string | undefined, string]>([
    [
      'one that has ended',
      seen('heat_api', EXITED),
      1,
      'container heat_api does not run: Exited (1) 4 seconds ago',
      undefined,
      'docker logs --tail 50 heat_api',
    ],
    [
      'one that was killed for memory',
      seen('heat_api', { ...EXITED, detail: detail({ outOfMemory: true }) }),
      0,
      'does not run',
      'memory was used up',
      'docker logs',
    ],
    [
      'one that cannot start',
      seen('heat_api', { ...EXITED, detail: detail({ error: 'OCI runtime create failed' }) }),
      0,
      'does not run',
      'OCI runtime create failed',
      'docker logs',
    ],
    [
      'a crash loop that systemd drives, between two starts',
      seen('heat_api', EXITED),
      4,
      'crashes again and again',
      'it ended 4 times',
      'configuration',
    ],
    [
      'a crash loop that systemd drives, just started',
      seen('heat_api', justNow),
      4,
      'crashes again and again',
      'it ended 4 times',
      'configuration',
    ],
    [
      'a crash loop that Docker drives',
      seen('heat_api', { ...EXITED, state: 'restarting', detail: detail({ restarts: 7 }) }),
      7,
      'crashes again and again',
      'started it again 7 times',
      'configuration',
    ],
    [
      'one that is unhealthy',
      seen('horizon', {
        health: 'unhealthy',
        status: 'Up 3 weeks (unhealthy)',
        detail: detail({ lastCheck: 'GET / answered 502' }),
      }),
      0,
      'container horizon is unhealthy',
      'its health check says: GET / answered 502',
      'docker logs --tail 50 horizon',
    ],
    [
      'one that is paused',
      seen('cron', { state: 'paused', status: 'Up 3 weeks (Paused)', health: undefined }),
      0,
      'container cron is paused',
      undefined,
      'docker unpause cron',
    ],
    [
      'one that came up again just now',
      seen('heat_api', justNow),
      1,
      'came up again a moment ago',
      undefined,
      'Look again in a minute',
    ],
  ])('tells %s with cause and advice', (_, container, endings, what, cause, advice) => {
    const [trouble, ...more] = reader.troubles(
      metal,
      reading([container, seen('keystone')], { [container.id]: endings }),
    );

    expect(more).toEqual([]);
    expect(trouble).toMatchObject({
      layer: 'metal',
      what: expect.stringContaining(what),
      advice: expect.stringContaining(advice),
    });
    if (cause === undefined) expect(trouble?.cause).toBeUndefined();
    else expect(trouble?.cause).toContain(cause);
  });

  it.each([
    ['healthy', seen('keystone')],
    ['without a health check', seen('cron', { status: 'Up 3 weeks', health: undefined })],
    ['new, and starting', seen('keystone', { ...justNow, health: 'starting', createdAt: '2026-11-25T11:59:56.000Z' })],
  ])('has no trouble with one that is %s', (_, container) => {
    expect(reader.troubles(metal, reading([container]))).toEqual([]);
  });

  it('tells those that suffer alike as one, crash loops first', () => {
    const all = ['heat_api', 'horizon', 'nova_api'].map((name) => seen(name, EXITED));

    const troubles = reader.troubles(
      metal,
      reading([...all, seen('glance_api', EXITED)], { [seen('glance_api').id]: 3 }),
    );

    expect(troubles.map(({ what }) => what)).toEqual([
      'container glance_api crashes again and again: Exited (1) 4 seconds ago',
      '3 containers do not run: heat_api, horizon and nova_api',
    ]);
  });

  it('shows them as docker ps does, the worst first', () => {
    const [table] = reader.tables(metal, reading([seen('keystone'), seen('heat_api', EXITED)]));

    expect(table).toMatchObject({
      id: 'metal/containers',
      title: 'Containers of metal',
      command: 'docker ps -a',
      statusColumn: 4,
    });
    expect(table?.rows).toEqual([
      {
        health: 'failure',
        cells: [
          'heat_api-012',
          'keystone:1',
          '"dumb-init --single-…"',
          '3 weeks ago',
          'Exited (1) 4 seconds ago',
          '',
          'heat_api',
        ],
      },
      {
        health: 'ok',
        cells: [
          'keystone-012',
          'keystone:1',
          '"dumb-init --single-…"',
          '3 weeks ago',
          'Up 3 weeks (healthy)',
          '',
          'keystone',
        ],
      },
    ]);
    expect(reader.summary(reading([seen('keystone'), seen('heat_api', EXITED)]))).toBe('1 of 2 containers well');
  });
});

describe('the containers of a simulated host, read', () => {
  let folder: string;
  let docker: SimulatedDocker;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'strata-docker-'));
  });
  beforeEach(async () => {
    docker = await startDocker({ socket: join(folder, 'docker.sock') });
    return () => docker.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (timeoutMs?: number) => {
    const socket = join(folder, 'docker.sock');
    const open = (signal: AbortSignal) => openContainers({ url: `unix://${socket}`, socket }, signal, timeoutMs);
    return readContainers(open, new AbortController().signal);
  };

  it('are all well', async () => {
    const found = await read();

    expect(reader.troubles(metal, found)).toEqual([]);
    expect(reader.summary(found)).toBe('35 of 35 containers well');
  });

  it('are in trouble, each in its own', async () => {
    docker.set('horizon', 'unhealthy', 'GET / answered 502');
    docker.set('heat_api', 'looping');
    docker.set('nova_api', 'exited', '137');
    docker.set('rabbitmq', 'absent');

    const found = await read();

    expect(reader.summary(found)).toBe('31 of 34 containers well');
    expect(reader.troubles(metal, found).map(({ what, cause }) => [what, cause])).toEqual([
      [
        expect.stringContaining('container heat_api crashes again and again'),
        expect.stringContaining('it ended 4 times'),
      ],
      [expect.stringContaining('container nova_api does not run: Exited (137)'), undefined],
      [expect.stringContaining('container horizon is unhealthy'), 'its health check says: GET / answered 502'],
    ]);
  });

  it('are unknown when the daemon hangs, told once, with advice', async () => {
    docker.behave('hangs');

    const found = await read(300);

    expect(reader.summary(found)).toBe('the containers of the host could not be read');
    expect(reader.tables(metal, found)).toEqual([]);
    expect(reader.troubles(metal, found)).toEqual([
      expect.objectContaining({
        health: 'unknown',
        what: expect.stringContaining('could not be read'),
        cause: expect.stringContaining('no answer from the daemon within 0.3 s'),
        advice: expect.stringContaining('journalctl -u docker'),
      }),
    ]);
  });
});
