import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { openCloud } from '#adapters/openstack/cloud.ts';
import { readCloud } from '#adapters/openstack/clouds.ts';
import type { OpenStack } from '#domain/openstack.ts';
import { type SimulatedOpenStack, startOpenStack } from '../../../sandbox/openstack/openstack.ts';
import type { OpenStackOptions } from '../../../sandbox/openstack/store.ts';

export type World = {
  readonly simulated: SimulatedOpenStack;
  /** The adapter, logged in as `metal` (the administrator), `demo` or another entry, each with a session of its own. */
  open(entry?: string, timeoutMs?: number): OpenStack;
  /** Adds an entry to clouds.yaml. */
  add(entry: string, value: object): void;
  close(): Promise<void>;
};

/** No limit of time is tried with it, on whatever machine. */
const TIMEOUT_MS = 15_000;

/** A simulated cloud in a hurry, and the real adapter to talk to it. */
export async function openWorld(options: OpenStackOptions = {}): Promise<World> {
  const timing = { build: 40, boot: 20, remove: 20, volume: 20, ...options.timing };
  const simulated = await startOpenStack({ ...options, timing });
  const folder = mkdtempSync(join(tmpdir(), 'strata-simulator-'));
  const file = join(folder, 'clouds.yaml');
  const entries: Record<string, unknown> = { metal: simulated.clouds, demo: simulated.member };
  const write = () => writeFileSync(file, stringify({ clouds: entries }));
  write();
  return {
    simulated,
    open: (entry = 'metal', timeoutMs = TIMEOUT_MS) =>
      openCloud(readCloud(entry, file), { timeoutMs }).bind(new AbortController().signal),
    add(entry, value) {
      entries[entry] = value;
      write();
    },
    async close() {
      await simulated.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Looks again until there is something. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
