import type { Flavor, OpenStack, Quota } from '#domain/openstack.ts';
import { words } from '#words/kubespray.ts';

type Need = {
  readonly flavor: Pick<Flavor, 'vcpus' | 'ramMiB'>;
  readonly count: number;
  /** Of all of them. */
  readonly ports: number;
};

/** What is too little for so many servers more, one line each; empty: it is enough. */
export async function shortOfQuota(cloud: OpenStack, { flavor, count, ports }: Need): Promise<readonly string[]> {
  const [compute, network] = await Promise.all([cloud.compute.quotas(), cloud.network.quotas()]);
  const needs: readonly (readonly [resource: string, amount: number])[] = [
    ['instances', count],
    ['cores', count * flavor.vcpus],
    ['ram (MiB)', count * flavor.ramMiB],
    ['ports', ports],
  ];
  return needs.flatMap(([resource, amount]) => shortOf([...compute, ...network], resource, amount));
}

function shortOf(quotas: readonly Quota[], resource: string, amount: number): readonly string[] {
  const quota = quotas.find((each) => each.resource === resource);
  // A limit of -1 is none.
  if (!quota || quota.limit < 0 || quota.used + amount <= quota.limit) return [];
  return [words.short({ resource, amount, used: quota.used, limit: quota.limit })];
}
