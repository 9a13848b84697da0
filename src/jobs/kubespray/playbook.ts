import type { StepContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import type { Recap } from '#domain/tools.ts';
import { words } from '#words/ansible.ts';
import { runAnsible } from '../ansible/run.ts';
import { type Host, inventoryOf } from './inventory.ts';
import { settingOf } from './setting.ts';

/** One playbook of Kubespray's for these hosts. */
type Run = {
  readonly layer: Layer;
  readonly playbook: string;
  readonly hosts: readonly Host[];
  readonly limit?: readonly string[] | undefined;
  /** Extra variables. */
  readonly variables?: Readonly<Record<string, string | boolean>> | undefined;
  readonly stepId: string;
};

/** Runs a playbook to its end; every one of Kubespray's may be run again. @throws ToolError */
export async function runPlaybook(ctx: StepContext, run: Run): Promise<readonly Recap[]> {
  const { layer, playbook, hosts, limit, variables, stepId } = run;
  const argv = [
    ...['ansible-playbook', '--become', '-i', INVENTORY],
    ...(limit === undefined ? [] : ['--limit', limit.join(',')]),
    ...(variables === undefined ? [] : ['--extra-vars', JSON.stringify(variables)]),
    playbook,
  ];
  return runAnsible(ctx, { ...placeOf(layer, hosts), argv, layer: layer.name, name: playbook, stepId });
}

const INVENTORY = '{folder}/inventory/hosts.yaml';

/** Where Kubespray is, with an inventory of these hosts and the cluster's own variables beside it. */
function placeOf(layer: Layer, hosts: readonly Host[]) {
  const { path, groupVars, user, key } = settingOf(layer);
  return {
    cwd: path,
    files: { 'inventory/hosts.yaml': inventoryOf(hosts, { user, key }) },
    links: groupVars === undefined ? {} : { 'inventory/group_vars': groupVars },
  };
}

/** Which of the hosts Ansible cannot log in at yet, and the last that it said of them. */
export async function silentHosts(
  ctx: StepContext,
  layer: Layer,
  hosts: readonly Host[],
): Promise<{ readonly names: readonly string[]; readonly why: string }> {
  const { output } = await ctx.ports.tools(layer.name, ctx.signal).run({
    ...placeOf(layer, hosts),
    doing: words.running('ansible', layer.name),
    argv: ['ansible', 'all', '-i', INVENTORY, '--one-line', '-m', 'ansible.builtin.ping'],
  });
  const names = hosts.map(({ name }) => name).filter((name) => !output.includes(`${name} | SUCCESS`));
  return { names, why: output.trim().split('\n').at(-1)?.slice(0, 300) ?? '' };
}
