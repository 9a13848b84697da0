import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCluster } from '#adapters/kubernetes/cluster.ts';
import { readContext } from '#adapters/kubernetes/kubeconfig.ts';
import { openCloud } from '#adapters/openstack/cloud.ts';
import { readCloud } from '#adapters/openstack/clouds.ts';
import { RemoteError } from '#domain/errors.ts';
import { signOf } from '#jobs/deploy/absence.ts';
import { startKubernetes, type SimulatedKubernetes } from '../../../sandbox/kubernetes/kubernetes.ts';
import { startOpenStack, type SimulatedOpenStack } from '../../../sandbox/openstack/openstack.ts';
import { type Doors, openDoors, type Pair } from './doors.ts';

/** One that says nothing is waited for no longer than this; nothing else in here is a limit of time. */
const SHORT_MS = 200;

let doors: Doors;
let kubernetes: SimulatedKubernetes;
let openstack: SimulatedOpenStack;
let server: Pair;
let client: Pair;
beforeAll(async () => {
  doors = openDoors();
  [kubernetes, openstack] = await Promise.all([startKubernetes(), startOpenStack()]);
  [server, client] = [doors.pair('server'), doors.pair('client')];
});
afterAll(async () => {
  await Promise.all([doors.close(), kubernetes.close(), openstack.close()]);
});

const signal = new AbortController().signal;
const thrown = async (read: () => Promise<unknown>): Promise<Error> => {
  try {
    await read();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it could be read');
};

type Entry = { readonly cluster: object; readonly user?: object };

function fileOf(content: string): string {
  const file = join(doors.folder, 'config');
  writeFileSync(file, content);
  return file;
}
function askCluster(file: string, timeoutMs?: number): Promise<Error> {
  return thrown(async () =>
    openCluster(readContext('lab', [file]), timeoutMs === undefined ? {} : { timeoutMs })
      .bind(signal)
      .nodes(),
  );
}
function askEntry({ cluster, user = {} }: Entry, timeoutMs?: number): Promise<Error> {
  const context = { name: 'lab', context: { cluster: 'lab', user: 'me' } };
  const config = { contexts: [context], clusters: [{ name: 'lab', cluster }], users: [{ name: 'me', user }] };
  return askCluster(fileOf(JSON.stringify(config)), timeoutMs);
}
const urlOfKubernetes = () => {
  const { clusters } = kubernetes.kubeconfig('lab') as {
    readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
  };
  return clusters[0]?.cluster.server ?? '';
};
const trusting = (url: string, { cert }: Pair = server) => ({ server: url, 'certificate-authority': cert });
const presenting = ({ cert, key }: Pair) => ({ 'client-certificate': cert, 'client-key': key });

type Way = readonly [why: string, ask: () => Promise<Error>, said: RegExp];

const CLUSTER_SILENT: readonly Way[] = [
  ['no kubeconfig', () => askCluster(join(doors.folder, 'no-such-file')), /no such file/],
  ['no entry of that name in it', () => askCluster(fileOf('contexts: []')), /no context "lab"/],
  ['nobody listens', async () => askEntry({ cluster: { server: await doors.closed() } }), /connection refused/],
];
const CLUSTER_ILL: readonly Way[] = [
  [
    'the API server is in trouble',
    async () => {
      kubernetes.store.faults.add('apiBroken');
      const error = await askEntry({ cluster: { server: urlOfKubernetes() } });
      kubernetes.store.faults.delete('apiBroken');
      return error;
    },
    /500 etcdserver/,
  ],
  [
    'a proxy has nobody behind it',
    async () => askEntry({ cluster: { server: await doors.http(503) } }),
    /503 a web page/,
  ],
  [
    'the connection is broken',
    async () => askEntry({ cluster: { server: await doors.net('reset') } }),
    /connection (reset|closed)/,
  ],
  [
    'our certificate is refused after the handshake',
    async () => {
      const url = await doors.tls(server, doors.pair('another'));
      return askEntry({ cluster: trusting(url), user: presenting(client) });
    },
    /connection (reset|closed)/,
  ],
  [
    'it does not answer',
    async () => askEntry({ cluster: { server: await doors.net('silent') } }, SHORT_MS),
    /no answer from Kubernetes/,
  ],
];
const CLUSTER_BARRED: readonly Way[] = [
  [
    'our token is refused',
    () => askEntry({ cluster: { server: urlOfKubernetes() }, user: { token: 'old' } }),
    /401 Unauthorized/,
  ],
  [
    'our token is empty',
    () => askEntry({ cluster: { server: urlOfKubernetes() }, user: { token: '' } }),
    /401 Unauthorized/,
  ],
  [
    'we may not see nodes',
    async () => {
      kubernetes.store.faults.add('forbidden');
      const file = fileOf(JSON.stringify(kubernetes.kubeconfig('lab')));
      const error = await askCluster(file);
      kubernetes.store.faults.delete('forbidden');
      return error;
    },
    /403/,
  ],
  ['another thing answers', async () => askEntry({ cluster: { server: await doors.http(404) } }), /404 a web page/],
  [
    'a page to log in answers',
    async () => askEntry({ cluster: { server: await doors.http(200) } }),
    /answered with a web page/,
  ],
  [
    'our certificate has expired',
    async () => {
      const old = doors.pair('old', { days: -1 });
      return askEntry({ cluster: { server: urlOfKubernetes() }, user: presenting(old) });
    },
    /the client certificate of user "me" expired on/,
  ],
  [
    'our certificate is refused in the handshake',
    async () => {
      const url = await doors.alerting(server, doors.pair('another'));
      return askEntry({ cluster: trusting(url), user: presenting(client) });
    },
    /TLS: .*alert unknown ca/,
  ],
  [
    'a certificate is wanted, and we have none',
    async () => askEntry({ cluster: trusting(await doors.alerting(server, client)) }),
    /TLS: .*alert handshake failure/,
  ],
  [
    'its certificate is of an authority that we do not know',
    async () => askEntry({ cluster: { server: await doors.tls(server) } }),
    /TLS: .*self signed/,
  ],
  [
    'its certificate has expired',
    async () => {
      const old = doors.pair('old-server', { days: -1 });
      return askEntry({ cluster: trusting(await doors.tls(old), old) });
    },
    /TLS: cert has expired/,
  ],
  [
    'its certificate is for another name',
    async () => {
      const other = doors.pair('other', { san: 'DNS:other.test' });
      return askEntry({ cluster: trusting(await doors.tls(other), other) });
    },
    /TLS: .*altname invalid/,
  ],
  [
    'it speaks no TLS',
    async () => askEntry({ cluster: trusting((await doors.http(200)).replace('http:', 'https:')) }),
    /TLS: /,
  ],
  ['the kubeconfig is no YAML', () => askCluster(fileOf('contexts: [')), /not valid YAML/],
  ['the kubeconfig is something else', () => askCluster(fileOf('contexts: 1')), /it is no kubeconfig/],
  [
    'the kubeconfig cannot be read',
    () => {
      mkdirSync(join(doors.folder, 'kubeconfig'), { recursive: true });
      return askCluster(join(doors.folder, 'kubeconfig'));
    },
    /it is not readable/,
  ],
  ['the address in it is none', () => askEntry({ cluster: { server: 'nonsense' } }), /server: Invalid URL/],
  [
    'its certificate file is gone',
    () =>
      askEntry({ cluster: { server: urlOfKubernetes() }, user: presenting({ cert: '/no/me.crt', key: '/no/me.key' }) }),
    /not readable/,
  ],
  [
    'the login command fails',
    () => askEntry({ cluster: { server: urlOfKubernetes() }, user: { exec: { command: '/no/such-login' } } }),
    /the command "\/no\/such-login" failed/,
  ],
];

function askCloud(auth: object, { file, timeoutMs }: { readonly file?: string; readonly timeoutMs?: number } = {}) {
  const path = file ?? fileOf(JSON.stringify({ clouds: { metal: auth } }));
  return thrown(async () =>
    openCloud(readCloud('metal', path), timeoutMs === undefined ? {} : { timeoutMs })
      .bind(signal)
      .identity.authenticate(),
  );
}
const at = (url: string, more: object = {}) => ({
  ...{ auth: { auth_url: url, username: 'admin', password: 'secret', project_name: 'admin' } },
  ...more,
});

const CLOUD_SILENT: readonly Way[] = [
  ['no clouds.yaml', () => askCloud({}, { file: join(doors.folder, 'no-such-file') }), /no such file/],
  ['no entry of that name in it', () => askCloud({}, { file: fileOf('clouds: {}') }), /no cloud "metal"/],
  ['nobody listens', async () => askCloud(at(await doors.closed())), /connection refused/],
];
const CLOUD_ILL: readonly Way[] = [
  ['a proxy has nobody behind it', async () => askCloud(at(await doors.http(503))), /503/],
  ['the connection is broken', async () => askCloud(at(await doors.net('reset'))), /connection (reset|closed)/],
  [
    'it does not answer',
    async () => askCloud(at(await doors.net('silent')), { timeoutMs: SHORT_MS }),
    /no answer from identity/,
  ],
];
const CLOUD_BARRED: readonly Way[] = [
  [
    'our password is refused',
    () => askCloud({ ...openstack.clouds, auth: { ...openstack.clouds.auth, password: 'old' } }),
    /refused \(401\)/,
  ],
  [
    'our token is empty',
    () => askCloud({ auth_type: 'token', auth: { auth_url: openstack.url, token: '' } }),
    /refused \(401\)/,
  ],
  ['we may not', async () => askCloud(at(await doors.http(403))), /403/],
  ['another thing answers', async () => askCloud(at(await doors.http(404))), /404/],
  ['a page to log in answers', async () => askCloud(at(await doors.http(200))), /answered with a web page/],
  [
    'its certificate is of an authority that we do not know',
    async () => askCloud(at(await doors.tls(server))),
    /TLS: .*self signed/,
  ],
  [
    'its certificate is for another name',
    async () => {
      const other = doors.pair('other-cloud', { san: 'DNS:other.test' });
      return askCloud(at(await doors.tls(other), { cacert: other.cert }));
    },
    /TLS: .*altname invalid/,
  ],
  ['clouds.yaml is something else', () => askCloud({}, { file: fileOf('cloud: {}') }), /it has no "clouds:"/],
  ['the entry is incomplete', () => askCloud({ auth: {} }), /auth\.auth_url/],
];

describe('a read that failed', () => {
  it.each(CLUSTER_SILENT)('of a cluster may mean that there is none yet: %s', async (_why, ask, said) => {
    const error = await ask();

    expect(error.message).toMatch(said);
    expect(signOf(error)).toBe('silent');
  });

  it.each(CLUSTER_ILL)('of a cluster that cannot answer now is no absence: %s', async (_why, ask, said) => {
    const error = await ask();

    expect(error.message).toMatch(said);
    expect(signOf(error)).toBe('ill');
  });

  it.each(CLUSTER_BARRED)('of a cluster that we are kept from is no absence: %s', async (_why, ask, said) => {
    const error = await ask();

    expect(error.message).toMatch(said);
    expect(signOf(error)).toBe('barred');
    expect(error).toHaveProperty('advice', expect.stringMatching(/\.$/));
  });

  it.each(CLOUD_SILENT)('of a cloud may mean that there is none yet: %s', async (_why, ask, said) => {
    const error = await ask();

    expect(error.message).toMatch(said);
    expect(signOf(error)).toBe('silent');
  });

  it.each(CLOUD_ILL)('of a cloud that cannot answer now is no absence: %s', async (_why, ask, said) => {
    const error = await ask();

    expect(error.message).toMatch(said);
    expect(signOf(error)).toBe('ill');
  });

  it.each(CLOUD_BARRED)('of a cloud that we are kept from is no absence: %s', async (_why, ask, said) => {
    const error = await ask();

    expect(error.message).toMatch(said);
    expect(signOf(error)).toBe('barred');
  });

  it('is none where Strata itself is wrong, or is stopped', () => {
    expect(signOf(new TypeError('x is undefined'))).toBeUndefined();
    expect(signOf(new DOMException('stop', 'AbortError'))).toBeUndefined();
  });

  it('counts one who asks for patience as there', () => {
    const failure = { service: 'Kubernetes', method: 'GET', url: 'https://lab', status: 429 };

    expect(signOf(new RemoteError('listing nodes: 429', { failure }))).toBe('ill');
  });
});
