import type { StepContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import type { Recap, ToolResult } from '#domain/tools.ts';
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
  const { output } = await adHoc(ctx, layer, { hosts, pattern: 'all', module: ['-m', 'ansible.builtin.ping'] });
  const names = hosts.map(({ name }) => name).filter((name) => !output.includes(`${name} | SUCCESS`));
  return { names, why: output.trim().split('\n').at(-1)?.slice(0, 300) ?? '' };
}

/** One module on the hosts of a pattern, a line each. Its output is kept nowhere: it may be a secret. */
export async function adHoc(
  ctx: StepContext,
  layer: Layer,
  of: { readonly hosts: readonly Host[]; readonly pattern: string; readonly module: readonly string[] },
): Promise<ToolResult> {
  return ctx.ports.tools(layer.name, ctx.signal).run({
    ...placeOf(layer, of.hosts),
    doing: words.running('ansible', layer.name),
    argv: ['ansible', of.pattern, '-i', INVENTORY, '--one-line', ...of.module],
  });
}
