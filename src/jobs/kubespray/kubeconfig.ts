import { CheckError } from '#domain/errors.ts';
import type { StepContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/kubespray.ts';
import type { Host } from './inventory.ts';
import { adHoc } from './playbook.ts';

/** Where kubeadm leaves the administrator's, on each control-plane node. */
const ADMIN_CONF = '/etc/kubernetes/admin.conf';

/** The administrator's kubeconfig of a new cluster, read from its first control-plane node. @throws CheckError, ToolError */
export async function fetchKubeconfig(ctx: StepContext, layer: Layer, hosts: readonly Host[]): Promise<string> {
  const first = hosts.find(({ groups }) => groups.includes('kube_control_plane'));
  if (!first) throw new CheckError(words.noKubeconfig(layer.name, ''));
  const module = ['--become', '-m', 'ansible.builtin.slurp', '-a', `src=${ADMIN_CONF}`];
  const { output } = await adHoc(ctx, layer, { hosts, pattern: first.name, module });
  const [, content] = /"content": ?"([A-Za-z0-9+/=]+)"/.exec(output) ?? [];
  const text = Buffer.from(content ?? '', 'base64').toString();
  if (!text.includes('current-context')) throw new CheckError(words.noKubeconfig(layer.name, first.name));
  return text;
}
