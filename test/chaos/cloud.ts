import { type SimulatedOpenStack, startOpenStack } from '../../sandbox/openstack/openstack.ts';

/** A cloud in a hurry. */
const TIMING_MS = { build: 60, boot: 40, remove: 40, volume: 40 };
const UNLIMITED = ['instances', 'cores', 'ram', 'volumes', 'gigabytes', 'network', 'subnet', 'port', 'router'];
const ALSO = ['floatingip', 'security_group', 'security_group_rule'];
const NAMED = ['servers', 'keyPairs', 'volumes', 'networks', 'subnets', 'ports', 'routers', 'security_groups'] as const;

export type CountedCloud = SimulatedOpenStack & {
  /** How often each object of a run was made, by kind and name. */
  readonly made: ReadonlyMap<string, number>;
  /** What is there now and was not at the start, as `servers strata-1-...`. */
  leftovers(): readonly string[];
};

/** A cloud that counts what is made in it. */
export async function startCountedCloud(): Promise<CountedCloud> {
  const quotas = Object.fromEntries([...UNLIMITED, ...ALSO].map((name) => [name, -1]));
  const hosts = Array.from({ length: 12 }, (_, index) => ({ name: `compute${index + 1}` }));
  const cloud = await startOpenStack({ timing: TIMING_MS, quotas, hosts });
  const things = () =>
    Object.entries(cloud.store).flatMap(([kind, all]) =>
      all instanceof Map && kind !== 'tokens' ? [...all.values()].map((thing) => ({ kind, thing })) : [],
    );
  const before = new Set(things().map(({ thing }) => thing));
  return {
    ...cloud,
    made: countMade(cloud),
    leftovers: () =>
      things()
        .filter(({ thing }) => !before.has(thing))
        .map(({ kind, thing }) => `${kind} ${thing['name'] || thing['description'] || thing.id}`),
  };
}

/** Counts things of one kind and name that differ in their ids. */
function countMade({ store }: SimulatedOpenStack): Map<string, number> {
  const made = new Map<string, number>();
  for (const kind of NAMED) {
    const things = store[kind];
    const seen = new Set<string>();
    const set = things.set.bind(things);
    things.set = (id, thing) => {
      const key = `${kind} ${thing['name']}`;
      if (key.startsWith(`${kind} strata-`) && !seen.has(id)) made.set(key, (made.get(key) ?? 0) + 1);
      seen.add(id);
      return set(id, thing);
    };
  }
  return made;
}
