import { type Auth, openBed } from './bed.ts';
import { inTurn, ratio, row } from './figures.ts';
import { signIn } from './keystone.ts';

/** What the status of a layer reads, as the openstack command line reads it: a process for each list. */
export const LISTS = [
  'compute service list',
  'hypervisor list --long',
  'server list --all-projects --long',
  'network list --long',
  'network agent list',
  'volume list --all-projects',
  'volume service list',
  'limits show --absolute',
  'endpoint list',
  'resource provider list',
];
const ROUNDS = 7;

/** The same reads by service and path. Calls to one service stand in one chain: a service answers one after the other. */
const CHAINS: Readonly<Record<string, readonly string[]>> = {
  compute: ['/', '/os-services', '/os-hypervisors/detail', '/servers/detail?all_tenants=True', '/limits'],
  network: ['/v2.0/networks', '/v2.0/agents', '/v2.0/quotas/{project}/details.json'],
  volumev3: ['/volumes/detail?all_tenants=True', '/os-services', '/limits'],
  placement: ['/', '/resource_providers'],
};

/** `strata run cloud-status` against the openstack command line, and against the bare calls. */
export async function run(): Promise<void> {
  const bed = await openBed();
  try {
    await bed.start('worker');
    for (const name of ['one', 'two', 'three']) {
      await bed.openstack('network', 'create', name);
    }
    const [strata = 0, cli = 0, chain = 0] = await inTurn(ROUNDS, [
      () => bed.strata('run', 'cloud-status', 'lab', '--json'),
      () => Promise.all(LISTS.map((list) => bed.openstack(...list.split(' ')).catch(() => ''))),
      () => longestChain(bed.auth),
    ]);
    console.log(`medians of ${ROUNDS} rounds, on a real OpenStack with 3 hypervisors`);
    row('strata run cloud-status (whole process)', strata);
    row(`openstack, ${LISTS.length} lists in parallel`, cli);
    row('a token and the longest chain to one service', chain);
    ratio('openstack / strata', cli / strata, { atLeast: 10 });
    ratio('strata / chain', strata / chain, { atMost: 1.5 });
  } finally {
    await bed.close();
  }
}

async function longestChain(auth: Auth): Promise<void> {
  const { token, project, urlOf } = await signIn(auth);
  await Promise.all(
    Object.entries(CHAINS).map(async ([type, paths]) => {
      for (const path of paths) {
        const answer = await fetch(urlOf(type) + path.replace('{project}', project), {
          headers: { 'x-auth-token': token },
        });
        await answer.text();
      }
    }),
  );
}
