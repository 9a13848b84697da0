import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openContainers } from '#adapters/docker/containers.ts';
import type { Containers } from '#domain/containers.ts';
import { DeadlineError, RemoteError } from '#domain/errors.ts';
import type { HostSetting } from '#domain/stack.ts';
import { type DockerBed, upDocker } from './docker.ts';
import { installStrata, metalLayer, type Strata } from './strata.ts';
import { type SshServer, startSshServer } from './ssh-server.ts';

type Json = {
  readonly outcome: string;
  readonly report: {
    readonly tables: readonly {
      readonly id: string;
      readonly rows: readonly { readonly cells: readonly string[] }[];
    }[];
    readonly troubles: readonly { readonly layer: string; readonly what: string; readonly cause?: string }[];
    readonly layers: readonly { readonly summary: string }[];
  };
};

const SCRIPT = join(import.meta.dirname, '../../testbed/docker/docker');
const calm = new AbortController().signal;

let docker: DockerBed;
beforeAll(async () => {
  docker = await upDocker();
});
afterAll(async () => docker?.stop());

function here(timeoutMs?: number): Containers {
  return openContainers({ url: `unix://${docker.socket}`, socket: docker.socket }, calm, timeoutMs);
}

describe('a real Docker host through ssh', () => {
  let server: SshServer;
  beforeAll(async () => {
    // What the host has in its PATH: Docker's own command line, and nothing of the bed's variables but its folder.
    const folder = docker.socket.replace(/\/docker\.sock$/, '');
    server = await startSshServer({ docker: `DOCKER_TESTBED_DIR=${folder} exec ${SCRIPT} cli "$@"` });
    return () => server.stop();
  });

  function there(socket: string | undefined = docker.socket): Containers {
    const { user, port } = server;
    const host: HostSetting = {
      url: `ssh://${user}@127.0.0.1:${port}`,
      socket,
      ssh: { host: '127.0.0.1', user, port },
    };
    return openContainers(host, calm);
  }

  it('is read as through its socket, by one login', async () => {
    const containers = there();

    const [near, far] = [await here().list(), await containers.list()];

    expect(far.map(({ id, name }) => [id, name])).toEqual(near.map(({ id, name }) => [id, name]));
    expect(await containers.inspect(far[0]?.id ?? '')).toMatchObject({ restarts: 0 });
    expect(server.commands).toEqual([`docker --host unix://${docker.socket} system dial-stdio`]);
  });

  it.each([
    ['whose host key is another', { host: false, key: true }, 'Host key verification failed', 'log in by hand once'],
    [
      'that does not know our key',
      { host: true, key: false },
      'Permission denied (publickey)',
      'ssh has no key for it',
    ],
  ])('is not asked when it is one %s, and nobody is asked anything', async (_, trust, message, advice) => {
    server.trust(trust);
    try {
      const error: unknown = await there()
        .list()
        .catch((thrown: unknown) => thrown);

      expect(error).toBeInstanceOf(RemoteError);
      expect(error).toMatchObject({
        message: expect.stringContaining(message),
        advice: expect.stringContaining(advice),
      });
    } finally {
      server.trust({ host: true, key: true });
    }
  });

  it('says so when no daemon listens there', async () => {
    await expect(there('/nowhere/docker.sock').list()).rejects.toMatchObject({
      message: expect.stringContaining('/nowhere/docker.sock'),
      advice: expect.stringMatching(/socket|systemctl status docker/),
    });
  });
});

describe('cloud-status and check of a layer with a real Docker host', () => {
  let strata: Strata;
  let status: Json;
  beforeAll(async () => {
    await docker.run('fault', 'horizon', 'unhealthy', 'GET / answered 502');
    await docker.run('fault', 'nova_api', 'exited', '137');
    await docker.run('fault', 'heat_api', 'exited');
    await docker.run('cli', 'start', 'heat_api');
    await docker.run('cli', 'wait', 'heat_api');
    await vi.waitFor(async () => expect(await docker.run('cli', 'ps')).toContain('(unhealthy)'), 30_000);
    strata = await installStrata({ database: 6, layers: [metalLayer({ host: `unix://${docker.socket}` })] });
    await strata.start('worker');
    status = JSON.parse((await strata.run('run', 'cloud-status', 'lab', '--json')).stdout) as Json;
    return () => strata.close();
  });

  it('shows what docker ps -a shows, but for the seconds that pass', async () => {
    const columns = ['ID', 'Image', 'Command', 'Status', 'Ports', 'Names'].map((name) => `{{.${name}}}`).join('|');
    const peer = await docker.run('cli', 'ps', '--all', '--format', columns);
    const timeless = (line: string) => line.replaceAll(/(Up|\)) [\w ]+?(?= ago| \(|\||$)/g, '$1 …');
    const rows = status.report.tables.find(({ id }) => id === 'metal/containers')?.rows ?? [];

    expect(rows.map(({ cells }) => timeless(cells.toSpliced(3, 1).join('|'))).toSorted()).toEqual(
      peer.split('\n').map(timeless).toSorted(),
    );
  });

  it('tells every trouble with its cause, and ends degraded', () => {
    expect(status.outcome).toBe('degraded');
    expect(status.report.troubles.filter(({ what }) => what.includes('container'))).toEqual([
      expect.objectContaining({ layer: 'metal', what: expect.stringContaining('heat_api crashes again and again') }),
      expect.objectContaining({ what: expect.stringContaining('nova_api does not run: Exited (137)') }),
      expect.objectContaining({
        what: expect.stringContaining('container horizon is unhealthy'),
        cause: 'its health check says: GET / answered 502',
      }),
    ]);
    expect(status.report.layers[0]?.summary).toContain('32 of 35 containers well');
  });

  it('checks that the host answers', async () => {
    const { stdout } = await strata.run('check');

    expect(stdout).toContain('✓ lab / metal, host: Docker 20.10.24+dfsg1 (API 1.41), 35 containers');
  });
});

describe('a real daemon that hangs', () => {
  it('is given up by the deadline, and read again once it goes on', async () => {
    const isOurs = (pid: string) => execFileSync('ps', ['-o', 'args=', pid]).includes(docker.socket);
    const pids = execFileSync('pgrep', ['-x', 'dockerd'], { encoding: 'utf8' }).trim().split('\n');
    const daemon = Number(pids.find(isOurs));
    process.kill(daemon, 'SIGSTOP');
    try {
      await expect(here(500).list()).rejects.toBeInstanceOf(DeadlineError);
    } finally {
      process.kill(daemon, 'SIGCONT');
    }

    expect(await here().list()).toHaveLength(35);
  });
});
