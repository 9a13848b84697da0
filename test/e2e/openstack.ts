import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { inject } from 'vitest';

type Cloud = 'metal' | 'cloud' | 'metal-demo' | 'cloud-demo';
export type Row = Readonly<Record<string, unknown>>;

const exec = promisify(execFile);

/** Nothing that an openrc file or a proxy has exported. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], OS_CLIENT_CONFIG_FILE: inject('clouds').file };
}

/** What `openstack ARGS -f json` prints: the peer that our numbers are held against. */
export async function openstack(cloud: Cloud, ...args: string[]): Promise<readonly Row[]> {
  const { stdout } = await exec('openstack', ['--os-cloud', cloud, ...args, '-f', 'json'], { env: environment() });
  const answer = JSON.parse(stdout) as Row | readonly Row[];
  return Array.isArray(answer) ? (answer as readonly Row[]) : [answer as Row];
}

/** Runs an `openstack` command that prints nothing worth reading. */
export async function openstackDo(cloud: Cloud, ...args: string[]): Promise<void> {
  await exec('openstack', ['--os-cloud', cloud, ...args], { env: environment() });
}

const LISTS = [
  'server',
  'network',
  'router',
  'port',
  'floating ip',
  'volume',
  'image',
  'keypair',
  'security group',
  'server group',
];

/**
 * Every object of every kind that a smoke test makes, by kind, with what identifies it. Not the groups called `default`:
 * Neutron makes one for a project the first time that it is asked for anything.
 */
export async function everything(cloud: Cloud): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows = await Promise.all(LISTS.map((kind) => openstack(cloud, ...kind.split(' '), 'list')));
  return Object.fromEntries(
    LISTS.map((kind, index) => [
      kind,
      (rows[index] ?? [])
        .filter((row) => row['Name'] !== 'default')
        .map((row) => String(row['ID'] ?? row['Name']))
        .toSorted(),
    ]),
  );
}

/** Names of every server that was ever made and is gone. */
export async function deletedServers(cloud: Cloud): Promise<readonly string[]> {
  const rows = await openstack(cloud, 'server', 'list', '--deleted', '--all-projects');
  return rows.map(({ Name }) => String(Name));
}

/** How often anybody had a server of this name, of those that are gone, deleted. */
export async function deletionsOf(cloud: Cloud, name: string): Promise<number> {
  const rows = await openstack(cloud, 'server', 'list', '--deleted', '--all-projects');
  const ids = rows.filter(({ Name }) => Name === name).map(({ ID }) => String(ID));
  // Since 2.21 Nova tells what became of a server that is gone.
  const actions = ids.map((id) => openstack(cloud, '--os-compute-api-version', '2.21', 'server', 'event', 'list', id));
  return (await Promise.all(actions)).flat().filter(({ Action }) => Action === 'delete').length;
}

/** As after a crash of all of it: compute services, or agents, that were deleted are there again, and guests go on. */
export async function restart(service: 'nova' | 'neutron'): Promise<void> {
  const { metal, script } = inject('clouds');
  await exec(script, ['restart', service], { env: { ...process.env, ...metal } });
}

/** Makes what the hypervisors' underlay carries larger or smaller, at once. */
export function setUnderlay(mtuBytes: number): void {
  const { metal, script } = inject('clouds');
  const env = { ...process.env, ...metal, OPENSTACK_TESTBED_UNDERLAY_MTU: String(mtuBytes) };
  execFileSync(script, ['up'], { env, stdio: 'ignore' });
}
