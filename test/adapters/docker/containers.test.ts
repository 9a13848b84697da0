import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openContainers } from '#adapters/docker/containers.ts';
import type { Containers } from '#domain/containers.ts';
import { DeadlineError, RemoteError } from '#domain/errors.ts';
import { type SimulatedDocker, startDocker } from '../../../sandbox/docker/docker.ts';

/** No limit of time is tried with it. */
const TIMEOUT_MS = 15_000;
/** For what never answers. */
const HASTY_MS = 300;

let folder: string;
let docker: SimulatedDocker | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-docker-'));
});
afterEach(async () => {
  await docker?.close();
  docker = undefined;
  rmSync(folder, { recursive: true });
});

function open(name = 'docker.sock', timeoutMs = TIMEOUT_MS): Containers {
  const socket = join(folder, name);
  return openContainers({ url: `unix://${socket}`, socket }, new AbortController().signal, timeoutMs);
}

async function start(versions?: readonly [string, string], timeoutMs = TIMEOUT_MS): Promise<Containers> {
  docker = await startDocker({ socket: join(folder, 'docker.sock'), ...(versions ? { versions } : {}) });
  return open('docker.sock', timeoutMs);
}

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the version of the API', () => {
  it.each([
    ['that of an old daemon', ['1.12', '1.24'], '1.24'],
    ['the newest that both know', ['1.44', '1.57'], '1.52'],
  ] as const)('is %s', async (_, versions, spoken) => {
    const containers = await start(versions);

    expect((await containers.engine()).apiVersion).toBe(spoken);
    expect(await containers.list()).toHaveLength(35);
  });

  it('is a reason to stop when the daemon has left ours behind', async () => {
    const containers = await start(['1.60', '1.64']);

    const error = await thrownBy(containers.list());

    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({
      message: expect.stringContaining('it speaks API 1.60 to 1.64'),
      advice: expect.any(String),
    });
  });
});

it('asks again where the daemon has closed the connection that it was about to use', async () => {
  const document = { Version: '27', ApiVersion: '1.47' };
  const daemon = createServer(({ url }, response) => response.end(JSON.stringify(url === '/version' ? document : [])));
  await once(daemon.listen(join(folder, 'docker.sock')), 'listening');
  const containers = open();
  await containers.list();

  daemon.closeAllConnections();

  expect(await containers.list()).toEqual([]);
  daemon.close();
});

describe('the adapter before a daemon that is unwell', () => {
  it.each([
    ['hangs', DeadlineError, /^asking for the version of unix:.*: no answer from the daemon within 0.3 s$/],
    ['breaks', RemoteError, /: 500 the layer store is corrupt$/],
    ['is no Docker', RemoteError, /: an answer in an unknown shape/],
  ] as const)('says so when it %s, with advice', async (behaviour, type, message) => {
    const containers = await start(undefined, behaviour === 'hangs' ? HASTY_MS : TIMEOUT_MS);
    docker?.behave(behaviour);

    const error = await thrownBy(containers.list());

    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({
      message: expect.stringMatching(message),
      advice: expect.stringMatching(/\.$|:$|"\.$/),
    });
  });

  it('says so when it hangs later', async () => {
    // The first list has to come in this time.
    const containers = await start(undefined, 2000);
    await containers.list();
    docker?.behave('hangs');

    expect(await thrownBy(containers.list())).toMatchObject({
      message: expect.stringMatching(/^listing the containers of/),
    });
  });

  it('says so when there is no socket, or nobody behind it', async () => {
    const containers = await start();
    await docker?.close();
    docker = undefined;

    expect(await thrownBy(open('elsewhere.sock').list())).toMatchObject({
      message: expect.stringContaining('ENOENT'),
      advice: expect.stringContaining('There is no such socket'),
    });
    expect(await thrownBy(containers.list())).toBeInstanceOf(RemoteError);
  });
});
