/** One kind of the API: where it is in paths, and whether its objects are in namespaces. */
export type Kind = {
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
};

/** `version kind plural`; a star behind it: not in namespaces. */
const LINES = `
v1 Namespace namespaces *
v1 Node nodes *
v1 Pod pods
v1 Service services
v1 ConfigMap configmaps
v1 Secret secrets
v1 Event events
v1 Endpoints endpoints
v1 PersistentVolume persistentvolumes *
v1 PersistentVolumeClaim persistentvolumeclaims
apps/v1 Deployment deployments
apps/v1 StatefulSet statefulsets
apps/v1 DaemonSet daemonsets
batch/v1 Job jobs
batch/v1 CronJob cronjobs
networking.k8s.io/v1 Ingress ingresses
networking.k8s.io/v1 IngressClass ingressclasses *
gateway.networking.k8s.io/v1 HTTPRoute httproutes
discovery.k8s.io/v1 EndpointSlice endpointslices
storage.k8s.io/v1 StorageClass storageclasses *
policy/v1 PodDisruptionBudget poddisruptionbudgets
ceph.rook.io/v1 CephCluster cephclusters
crd.projectcalico.org/v1 FelixConfiguration felixconfigurations *
crd.projectcalico.org/v1 IPPool ippools *`;

export const KINDS: readonly Kind[] = LINES.trim()
  .split('\n')
  .map((line) => {
    const [version = '', kind = '', plural = '', star] = line.split(' ');
    return { version, kind, plural, namespaced: star === undefined };
  });

export function kindOf(version: string, name: string): Kind | undefined {
  return KINDS.find((each) => each.version === version && (each.kind === name || each.plural === name));
}
