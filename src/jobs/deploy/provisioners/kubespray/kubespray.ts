import type { Step, StepContext } from '#domain/run.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-kubespray.ts';
import { etcdHosts } from '../../../etcd.ts';
import { type Host, hostsOf } from '../../../kubespray/inventory.ts';
import { fetchKubeconfig } from '../../../kubespray/kubeconfig.ts';
import { runPlaybook, silentHosts } from '../../../kubespray/playbook.ts';
import type { Booted } from '../../../kubespray/server.ts';
import { settingOf } from '../../../kubespray/setting.ts';
import { lookStep } from '../../../mark.ts';
import type { Provisioner } from '../../provisioner.ts';
import { signOf } from '../../absence.ts';
import type { KubesprayFacts, Wanted } from './facts.ts';
import { type Ground, groundSteps, ungroundStep } from './network.ts';
import { nodeSteps, spreadStep, unbuildStep } from './servers.ts';
import { keepStep } from './set-up.ts';
import { survey } from './survey.ts';

/** Kubespray's own defaults: Services, pods. @see https://github.com/kubernetes-sigs/kubespray/blob/master/docs/cloud_controllers/openstack.md */
const POD_RANGES = ['10.233.0.0/18', '10.233.64.0/18'];

/** Kubernetes by Kubespray, on servers of the OpenStack below. */
export const kubespray: Provisioner<KubesprayFacts> = {
  name: 'kubespray',
  survey,
  steps(layer, facts, environment) {
    if (facts.isSetUp) return [];
    const { made, booted } = siteSteps(layer, facts, environment);
    return [...made, ...clusterSteps(layer, facts, { servers: facts.servers, booted })];
  },
  removeSteps(layer, facts, environment) {
    if (!settingOf(layer).servers) return [];
    const ground = groundOf(layer, facts, environment);
    return [unbuildStep(ground), ungroundStep(ground)];
  },
};

function groundOf({ name: layer }: Layer, { cloud }: KubesprayFacts, { name: environment }: Environment): Ground {
  return { environment, layer, cloud };
}

/** Everything of the nodes' own that is missing, and how each host gets its address. */
function siteSteps(layer: Layer, facts: KubesprayFacts, environment: Environment) {
  const { servers: setting, flavor = '', image = '' } = settingOf(layer);
  if (!setting) return { made: [], booted: new Map<string, Step<Booted>>() };
  const ground = groundOf(layer, facts, environment);
  const site = { ...ground, setting, flavor, image, pods: POD_RANGES };
  const on = { ...groundSteps(ground, setting.cidr, setting.externalNetwork), spread: spreadStep(site) };
  const missing = facts.servers.filter(({ have }) => !have);
  const nodes = missing.map((wanted) => ({ name: wanted.name, ...nodeSteps(site, wanted, on) }));
  const made = [
    on.network,
    on.subnet,
    on.router,
    on.group,
    on.spread,
    ...nodes.flatMap(({ port, server }) => [port, server]),
  ];
  return {
    made: missing.length === 0 ? [] : (made as readonly unknown[] as readonly Step[]),
    booted: new Map(nodes.map(({ name, server }) => [name, server])),
  };
}

type Site = { readonly servers: readonly Wanted[]; readonly booted: ReadonlyMap<string, Step<Booted>> };

function clusterSteps(layer: Layer, facts: KubesprayFacts, site: Site): readonly Step[] {
  const { name } = layer;
  const id = `${name}/cluster`;
  const reach = lookStep<null>({
    id: `${name}/reach`,
    title: words.title.reach,
    layer: name,
    timeoutMs: 900_000,
    async look(ctx) {
      const silent = await silentHosts(ctx, layer, await hostsFor(ctx, layer, site));
      if (silent.names.length === 0) return { kind: 'ready', value: null };
      return { kind: 'wait', afterMs: 5000, why: words.silent(silent.names, silent.why), advice: words.advice.reach };
    },
  });
  const set: Step = {
    id,
    title: words.title.cluster,
    layer: name,
    timeoutMs: 7_200_000,
    risk: words.risk.cluster,
    find: async () => undefined,
    act: async (ctx) =>
      runPlaybook(ctx, { layer, playbook: 'cluster.yml', hosts: await hostsFor(ctx, layer, site), stepId: id }),
    settle: async (_ctx, recap) => ({ kind: 'ready', value: recap }),
  };
  const answers = lookStep<null>({
    id: `${name}/answers`,
    title: words.title.answers,
    layer: name,
    timeoutMs: 900_000,
    look: (ctx) => untilReady(ctx, layer),
  });
  return [reach, set, kubeconfigStep(layer, site), answers, keepStep(name, facts.digest)] as readonly Step[];
}

/** A new cluster is known to nobody: its kubeconfig becomes a secret file of the run, for whoever gives it to the workers. */
function kubeconfigStep(layer: Layer, site: Site): Step {
  const { name } = layer;
  return lookStep<null>({
    id: `${name}/kubeconfig`,
    title: words.title.kubeconfig,
    layer: name,
    timeoutMs: 300_000,
    async look(ctx) {
      if (await isKnown(ctx, layer)) return { kind: 'skip', why: words.known };
      const content = await fetchKubeconfig(ctx, layer, await hostsFor(ctx, layer, site));
      await ctx.ports.artifacts.put(ctx.run, { name: `${name}-kubeconfig`, content, isSecret: true });
      return { kind: 'ready', value: null, detail: words.kept(ctx.run.number, `${name}-kubeconfig`) };
    },
  });
}

/** True when the kubeconfig that Strata was given reaches the cluster; one of a cluster before is refused, or trusts another. */
async function isKnown(ctx: StepContext, { name }: Layer): Promise<boolean> {
  try {
    return ((await ctx.ports.kubernetes(name, ctx.signal)?.nodes()) ?? []).length > 0;
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (signOf(error) === undefined) throw error;
    return false;
  }
}

/** The servers of the plan; those that the cluster has where somebody else made them. */
async function hostsFor(ctx: StepContext, { name }: Layer, { servers, booted }: Site): Promise<readonly Host[]> {
  const cluster = ctx.ports.kubernetes(name, ctx.signal);
  if (servers.length === 0) return cluster ? hostsOf(await cluster.nodes(), await etcdHosts(cluster)) : [];
  return servers.map(({ name: host, isControlPlane, have }): Host => {
    const step = booted.get(host);
    const ip = have?.ip ?? (step ? ctx.result(step).ip : '');
    return { name: host, ip, groups: isControlPlane ? ['kube_control_plane', 'etcd'] : ['kube_node'] };
  });
}

/** The kubeconfig that Strata was given reaches the cluster, and every node is Ready. */
async function untilReady(ctx: StepContext, { name, context = '' }: Layer) {
  try {
    const nodes = (await ctx.ports.kubernetes(name, ctx.signal)?.nodes()) ?? [];
    const late = nodes.filter(({ ready }) => ready !== 'True').map((node) => node.name);
    if (nodes.length > 0 && late.length === 0)
      return { kind: 'ready', value: null, detail: words.nodes(nodes.length) } as const;
    return { kind: 'wait', afterMs: 2000, why: words.notReady(late) } as const;
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (signOf(error) === undefined) throw error;
    const why = error instanceof Error ? error.message : '';
    return { kind: 'wait', afterMs: 5000, why, advice: words.advice.kubeconfig(name, context) } as const;
  }
}
