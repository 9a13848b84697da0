import type { Step } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import { lookStep, nameOf } from '../../mark.ts';
import type { NestedCloud } from '../facts.ts';
import { clusterOf } from '../hold.ts';

/** A new node becomes a hypervisor of a cloud that stands in the cluster. */
export function hypervisorSteps(cluster: string, node: string, cloud: NestedCloud): readonly Step[] {
  const { cellSetup } = cloud;
  return [...(cellSetup === undefined ? [] : [cellStep(cluster, node, { ...cloud, cellSetup })]), upStep(node, cloud)];
}

/** The CronJob would come within the hour: a Job is made of it at once. */
function cellStep(cluster: string, node: string, cloud: NestedCloud & { readonly cellSetup: string }): Step {
  const { layer, namespace, cellSetup } = cloud;
  return {
    id: `${layer}/cell-${node}`,
    title: words.title.cell(node),
    layer,
    timeoutMs: 900_000,
    find: async () => undefined,
    async act(ctx) {
      const name = nameOf(ctx.run, `cell-${node.replaceAll('.', '-')}`).slice(0, 63);
      await clusterOf(cluster, ctx).runCronJob({ namespace, name: cellSetup }, name);
      return name;
    },
    async settle(ctx, made) {
      const name = String(made);
      const [job] = await clusterOf(cluster, ctx).jobs({ namespace, fields: `metadata.name=${name}` });
      if (job?.state === 'complete') return { kind: 'ready', value: name, detail: name };
      // It goes by the hour anyway, so one that failed does not end the run: the hypervisor's own step tells.
      if (job?.state === 'failed') return { kind: 'skip', why: words.cellFailed(name, job.message) };
      return { kind: 'wait', afterMs: 2000, why: words.jobRuns(name) };
    },
  };
}

function upStep(node: string, { layer }: NestedCloud): Step {
  return lookStep<string>({
    id: `${layer}/hypervisor-${node}`,
    title: words.title.hypervisor(node),
    layer,
    timeoutMs: 900_000,
    async look(ctx) {
      const { compute } = ctx.ports.openstack(layer, ctx.signal);
      const found = (await compute.hypervisors()).find(({ name }) => name === node || name.startsWith(`${node}.`));
      if (found?.state === 'up') return { kind: 'ready', value: found.name, detail: `${found.name}: ${found.state}` };
      return { kind: 'wait', afterMs: 2000, why: words.hypervisor(found?.state), advice: words.advice.hypervisor };
    },
  });
}
