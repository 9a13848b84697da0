import type { Step } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import { lookStep } from '../../../mark.ts';
import type { Booted } from '../../../kubespray/server.ts';
import { layerOf } from '../../hold.ts';
import type { NodeSource } from '../source.ts';
import type { KubesprayFacts } from './facts.ts';
import { workerOf } from '../../../kubespray/inventory.ts';
import { forgetNodeStep, machineSteps, offStep } from './leave.ts';
import { runPlaybook, silentHosts } from '../../../kubespray/playbook.ts';
import { groupStep, serverSteps } from './servers.ts';
import { settingOf } from '../../../kubespray/setting.ts';
import { judged, survey } from './survey.ts';

/** Kubespray makes nodes of servers of the OpenStack below. */
export const kubespray: NodeSource<KubesprayFacts> = {
  name: 'kubespray',
  survey,
  judged,
  add,
  stop: (target, facts) => [offStep(target, facts)],
  remove: (target, facts) => [
    forgetNodeStep(target, facts, joinedIn(target.layer, facts)),
    ...machineSteps(target, facts),
  ],
};

function add(layer: string, facts: KubesprayFacts): readonly Step[] {
  const { cloud, names, pattern } = facts;
  if (names.length === 0) return [];
  const group = pattern?.groupId === undefined ? groupStep(layer, cloud) : undefined;
  const made = names.map((name) => serverSteps({ layer, name }, facts, group));
  const servers = made.map(({ server }) => server);
  return [
    ...(group ? [group] : []),
    ...made.flatMap(({ ports, server }) => [...ports, server]),
    reachStep(layer, facts, servers),
    joinStep(layer, facts, servers),
  ] as readonly Step[];
}

/** The servers that the same plan makes. */
function joinedIn(layer: string, facts: KubesprayFacts): readonly Step<Booted>[] {
  return facts.names.map((name) => serverSteps({ layer, name }, facts, groupStep(layer, facts.cloud)).server);
}

/** A server that is ACTIVE still boots: Ansible waits until it can log in. */
function reachStep(layer: string, facts: KubesprayFacts, servers: readonly Step<Booted>[]): Step {
  return lookStep<null>({
    id: `${layer}/reach-${facts.names.join('-')}`.slice(0, 120),
    title: words.title.reach(facts.names),
    layer,
    timeoutMs: 900_000,
    async look(ctx) {
      const on = layerOf(layer, ctx);
      const hosts = servers.map((server) => ctx.result(server)).map(({ name, ip }) => workerOf(name, ip));
      const silent = await silentHosts(ctx, on, hosts);
      if (silent.names.length === 0) return { kind: 'ready', value: null, detail: words.reached(hosts.length) };
      const advice = words.advice.reach(settingOf(on).user);
      return { kind: 'wait', afterMs: 5000, why: words.silent(silent.names, silent.why), advice };
    },
  });
}

/**
 * Both playbooks in one step: `scale.yml` with a limit needs the facts that `facts.yml` left where it ran, and a worker
 * that takes the run over may run them elsewhere.
 */
function joinStep(layer: string, facts: KubesprayFacts, servers: readonly Step<Booted>[]): Step {
  const id = `${layer}/join-${facts.names.join('-')}`.slice(0, 120);
  return {
    id,
    title: words.title.join(facts.names),
    layer,
    timeoutMs: 7_200_000,
    risk: words.risk.join,
    find: async () => undefined,
    async act(ctx) {
      const made = servers.map((server) => ctx.result(server)).map(({ name, ip }) => workerOf(name, ip));
      // A dead one would answer for nobody: facts are gathered of all hosts.
      const living = facts.hosts.filter(({ name }) => !facts.dead?.includes(name));
      const run = { layer: layerOf(layer, ctx), hosts: [...living, ...made], stepId: id };
      await runPlaybook(ctx, { ...run, playbook: 'playbooks/facts.yml' });
      return runPlaybook(ctx, { ...run, playbook: 'scale.yml', limit: facts.names });
    },
    settle: async (_ctx, recap) => ({ kind: 'ready', value: recap, detail: words.joined(facts.names) }),
  };
}
