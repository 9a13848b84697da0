import { InputError } from '#domain/errors.ts';
import { foundationOf } from '#domain/foundation.ts';
import type { Kubernetes } from '#domain/kubernetes.ts';
import type { JobPorts } from '#domain/ports.ts';
import type { Environment, HelmSetting, Layer, ReleaseSetting } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';

type Reach = { readonly ports: JobPorts; readonly signal: AbortSignal };

/** @throws InputError when the stack file does not say what Helm installs there */
export function settingOf({ name, helm }: Layer): HelmSetting {
  if (!helm) throw new InputError(words.noHelm(name), { advice: words.advice.noHelm });
  return helm;
}

/** @throws InputError when the layer stands on no cluster */
export function clusterOf({ name }: Layer, { ports, signal }: Reach): Kubernetes {
  const cluster = ports.kubernetes(name, signal);
  if (!cluster) throw new InputError(words.noCluster(name), { advice: words.advice.noCluster });
  return cluster;
}

/** Where a release goes that names no namespace itself. @throws InputError when nothing says it */
export function namespaceOf(
  layer: Layer,
  { name, namespace = layer.namespace }: { name: string; namespace?: string | undefined },
): string {
  if (namespace === undefined) throw new InputError(words.noNamespace(name), { advice: words.advice.noNamespace });
  return namespace;
}

/** What tells helm which cluster: the context of the layer below, in the kubeconfig where the tools run. */
export function clusterFlags(layer: Layer, environment: Environment): readonly string[] {
  const { kubeconfig } = settingOf(layer);
  const context = foundationOf(environment, layer).findLast(({ kind }) => kind === 'kubernetes')?.context;
  return [
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(context === undefined ? [] : ['--kube-context', context]),
  ];
}

/**
 * What the stack file says of the network under the cloud, as Neutron's chart takes it: else it takes every wire for 1500 bytes.
 * @see https://docs.openstack.org/neutron/latest/admin/config-mtu.html global_physnet_mtu, path_mtu
 */
export function setsOf(
  { mtu }: Layer,
  { name, chart = name }: Pick<ReleaseSetting, 'name' | 'chart'>,
): readonly string[] {
  if (mtu === undefined || chart !== 'neutron') return [];
  const { physical } = mtu;
  return [`conf.neutron.DEFAULT.global_physnet_mtu=${physical}`, `conf.plugins.ml2_conf.ml2.path_mtu=${physical}`];
}
