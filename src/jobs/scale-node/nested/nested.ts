import type { Node } from '#domain/kubernetes.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import type { NestedCloud, NestedCompute } from '../facts.ts';
import { isHost } from '../guards/cluster.ts';
import { clusterOf } from '../hold.ts';

/** OpenStack-Helm's label of nodes that carry the compute. @see https://docs.openstack.org/openstack-helm/latest/install/ */
const COMPUTE_LABEL = 'openstack-compute-node';
/** OpenStack-Helm's CronJob that maps new hosts into a cell, once an hour. */
const CELL_SETUP = 'nova-cell-setup';

/** Clouds that stand in this cluster. */
export function cloudsOn({ layers }: Environment, cluster: string): readonly Layer[] {
  return layers.filter(({ kind, on, namespace }) => kind === 'openstack' && on === cluster && namespace !== undefined);
}

/** Clouds that get a compute service on every node with these labels. */
export async function readNestedClouds(
  cluster: string,
  labels: Readonly<Record<string, string>>,
  ctx: SurveyContext,
): Promise<readonly NestedCloud[]> {
  if (labels[COMPUTE_LABEL] === undefined) return [];
  return Promise.all(
    cloudsOn(ctx.environment, cluster).map(async ({ name: layer, namespace = '' }) => {
      const cronJobs = await clusterOf(cluster, ctx).cronJobs({ namespace });
      return { layer, namespace, cellSetup: cronJobs.find(({ name }) => name === CELL_SETUP)?.name };
    }),
  );
}

/** Compute services of clouds in this cluster that run on the node. */
export async function readComputes(
  cluster: string,
  node: Pick<Node, 'name' | 'labels'>,
  ctx: SurveyContext,
): Promise<readonly NestedCompute[]> {
  const found = await Promise.all(
    cloudsOn(ctx.environment, cluster).map(async ({ name: layer, namespace = '' }) => {
      const services = await ctx.ports.openstack(layer, ctx.signal).compute.services();
      const own = services.filter(({ binary, host }) => binary === 'nova-compute' && isHost(host, node.name));
      const labels = [COMPUTE_LABEL].filter((label) => node.labels[label] !== undefined);
      return own.map(({ host }): NestedCompute => ({ layer, namespace, host, labels }));
    }),
  );
  return found.flat();
}
