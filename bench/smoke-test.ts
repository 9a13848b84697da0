import { setTimeout as sleep } from 'node:timers/promises';
import { type Auth, openBed } from './bed.ts';
import { median, ratio, row, timed } from './figures.ts';
import { signIn } from './keystone.ts';

const ROUNDS = 7;
/** The bare script looks so often that it hardly ever looks too late. */
const LOOK_MS = 50;
const MICROVERSION = '2.79';

/** smoke-test quick against a bare script of the same calls, and against the openstack command line. */
export async function run(): Promise<void> {
  const bed = await openBed();
  try {
    await bed.start('worker');
    const [runs, whole, bare, cli]: number[][] = [[], [], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      let report = '';
      whole?.push(
        await timed(async () => {
          report = await bed.strata('run', 'smoke-test', 'lab', 'cloud', 'quick', '--json');
        }),
      );
      const { startedAt, endedAt, outcome } = JSON.parse(report) as Record<string, string>;
      if (outcome !== 'succeeded') throw new Error(`the smoke test ${outcome}`);
      runs?.push(Date.parse(endedAt ?? '') - Date.parse(startedAt ?? ''));
      bare?.push(await timed(() => bareSmokeTest(bed.auth)));
      const server = ['--flavor', 'm1.tiny', '--image', 'cirros', '--nic', 'none', '--wait', 'bench'];
      cli?.push(
        await timed(async () => {
          await bed.openstack('--os-compute-api-version', '2.37', 'server', 'create', ...server);
          await bed.openstack('server', 'delete', '--wait', 'bench');
        }),
      );
    }
    console.log(`medians of ${ROUNDS} rounds, on a real OpenStack`);
    row('strata smoke-test quick, from started to ended', median(runs ?? []));
    row('the same calls in a script that does nothing else', median(bare ?? []));
    row('strata run smoke-test (whole process)', median(whole ?? []));
    row('openstack server create --wait, server delete --wait', median(cli ?? []));
    ratio('strata / bare calls', median(runs ?? []) / median(bare ?? []), { atMost: 1.1 });
    ratio('openstack / strata, whole processes', median(cli ?? []) / median(whole ?? []), { atLeast: 1 });
  } finally {
    await bed.close();
  }
}

/** Sign in, find image and flavor, boot, read the console, delete, see that nothing is left. */
async function bareSmokeTest(auth: Auth): Promise<void> {
  const { token, urlOf } = await signIn(auth);
  const [nova, glance] = [urlOf('compute'), urlOf('image')];
  const headers = {
    'x-auth-token': token,
    'content-type': 'application/json',
    'openstack-api-version': `compute ${MICROVERSION}`,
  };
  const call = async (url: string, method = 'GET', body?: unknown) => {
    const response = await fetch(url, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await response.text();
    return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, any>) };
  };
  const images = await call(`${glance}/v2/images`);
  const flavors = await call(`${nova}/flavors/detail`);
  const server = {
    name: 'bench-bare',
    imageRef: images.json['images'][0].id,
    flavorRef: flavors.json['flavors'].find(({ name }: { name: string }) => name === 'm1.tiny').id,
    networks: 'none',
  };
  const { id } = (await call(`${nova}/servers`, 'POST', { server })).json['server'];
  while ((await call(`${nova}/servers/${id}`)).json['server'].status !== 'ACTIVE') await sleep(LOOK_MS);
  for (;;) {
    const { json } = await call(`${nova}/servers/${id}/action`, 'POST', { 'os-getConsoleOutput': { length: 50 } });
    if (/login:/.test(json['output'])) break;
    await sleep(LOOK_MS);
  }
  await call(`${nova}/servers/${id}`, 'DELETE');
  while ((await call(`${nova}/servers/${id}`)).status !== 404) await sleep(LOOK_MS);
  for (const path of ['/servers/detail', '/os-keypairs', '/os-server-groups']) await call(nova + path);
}
