import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { parse, stringify } from 'yaml';

declare module 'vitest' {
  export interface ProvidedContext {
    clouds: {
      /** clouds.yaml with `metal` and `cloud`, and their members as `metal-demo` and `cloud-demo`. */
      readonly file: string;
      /** Environment of the test bed's script for `metal`, for `exec` and the underlay's MTU. */
      readonly metal: Readonly<Record<string, string>>;
      readonly script: string;
    };
  }
}

const exec = promisify(execFile);
const SCRIPT = join(import.meta.dirname, '../../testbed/openstack/openstack');

/** Two real OpenStacks side by side: `metal` with real wires, `cloud` without. Installed when they are missing. */
export default async function provideClouds(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-clouds-'));
  const bedOf = (name: string, port: number, wires: string) => ({
    OPENSTACK_TESTBED_DIR: join(folder, name),
    OPENSTACK_TESTBED_PORT: String(port),
    OPENSTACK_TESTBED_WIRES: wires,
    OPENSTACK_TESTBED_REGION: name === 'metal' ? 'RegionOne' : 'RegionTwo',
  });
  // Six ports each, below those that the kernel hands out, other ones for each run of the suite on this machine.
  const port = 10_000 + (process.pid % 500) * 20;
  const beds = { metal: bedOf('metal', port, '1'), cloud: bedOf('cloud', port + 10, '0') };
  const run = (bed: Record<string, string>, ...args: string[]) =>
    execFileSync(SCRIPT, args, { env: { ...process.env, ...bed }, stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    execFileSync('dpkg', ['-s', 'python3-nova', 'dropbear-bin', 'netcat-openbsd', 'python3-openstackclient'], {
      stdio: 'ignore',
    });
  } catch {
    console.log('tests: installing the packages of a real OpenStack (1 to 2 minutes)');
    run(beds.metal, 'install');
  }
  // While this waits, Vitest ends its workers: one that it hears nothing of, as this process stands still, counts as stuck.
  const clean = async () => {
    const all = Object.values(beds);
    await Promise.all(all.map((bed) => exec(SCRIPT, ['clean'], { env: { ...process.env, ...bed } })));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const bed of Object.values(beds)) run(bed, 'up');
  } catch (error) {
    await clean();
    throw error;
  }
  const clouds = Object.fromEntries(
    Object.entries(beds).flatMap(([name, bed]) => {
      const file = parse(readFileSync(join(bed.OPENSTACK_TESTBED_DIR, 'clouds.yaml'), 'utf8')) as {
        clouds: { admin: unknown; demo: unknown };
      };
      return [
        [name, file.clouds.admin],
        [`${name}-demo`, file.clouds.demo],
      ];
    }),
  );
  const file = join(folder, 'clouds.yaml');
  writeFileSync(file, stringify({ clouds }));
  project.provide('clouds', { file, metal: beds.metal, script: SCRIPT });
  return clean;
}
