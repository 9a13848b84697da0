import type { ComputeService } from '#domain/openstack.ts';
import type { Step } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import { isHost } from '../guards/cluster.ts';

/** With the cordon goes what a removal that did not come to its end left of its own: a compute service that is disabled. */
export function reopenStep(layer: string, node: string): Step {
  return {
    id: `${layer}/enable-${node}`,
    title: words.title.enable(node),
    layer,
    timeoutMs: 60_000,
    find: async () => undefined,
    async act(ctx) {
      const { compute } = ctx.ports.openstack(layer, ctx.signal);
      const closed = (await compute.services()).filter((service) => isClosedByUs(service, node));
      for (const { id } of closed) await compute.setService(id, { status: 'enabled' });
      return closed.length;
    },
    settle: async (_ctx, count) => ({ kind: 'ready', value: count, detail: words.enabled(Number(count)) }),
  };
}

/** Only what carries the reason that a removal gives: whatever else is disabled, somebody wanted so. */
function isClosedByUs({ binary, host, status, disabledReason = '' }: ComputeService, node: string): boolean {
  const run = Number(/^strata #(\d+) /.exec(disabledReason)?.[1]);
  const isOurs = disabledReason === words.disabledReason(run, node);
  return binary === 'nova-compute' && isHost(host, node) && status === 'disabled' && isOurs;
}
