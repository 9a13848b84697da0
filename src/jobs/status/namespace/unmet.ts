import type { Pod } from '#domain/kubernetes.ts';
import { keyOf, type LookUp, selects } from './look-up.ts';

/** Something a pod waits for before it starts, and how it stands with that. */
export type Unmet = {
  readonly kind: 'Job' | 'Service' | 'Pods';
  /** `namespace/name`, or the labels of pods. */
  readonly key: string;
  readonly state: 'absent' | 'failed' | 'running' | 'empty' | 'unready';
};

/**
 * What kubernetes-entrypoint still waits for in this pod, compared with what stands in the cluster; what could not be read
 * is left out.
 * @see https://opendev.org/airship/kubernetes-entrypoint
 */
export function unmetOf(pod: Pod, look: LookUp): Unmet[] {
  const { jobs = [], services = [], pods = [] } = pod.dependencies ?? {};
  return [
    ...jobs.flatMap((job) => unmetJob(named(job, pod), look)),
    ...services.flatMap((service) => unmetService(named(service, pod), look)),
    ...pods.flatMap((wanted) => unmetPods(wanted, pod, look)),
  ];
}

type Named = { readonly namespace: string; readonly name: string };

/** `namespace:name`, or a name in the pod's own namespace. */
function named(text: string, { namespace }: Pod): Named {
  const [first = '', second] = text.split(':');
  return second === undefined ? { namespace, name: first } : { namespace: first, name: second };
}

function unmetJob(thing: Named, look: LookUp): Unmet[] {
  const job = look.job(thing);
  const at = { kind: 'Job', key: keyOf(thing) } as const;
  if (!job) return look.isKnown('jobs', thing.namespace) ? [{ ...at, state: 'absent' }] : [];
  if (job.state === 'complete') return [];
  return [{ ...at, state: job.state === 'failed' ? 'failed' : 'running' }];
}

function unmetService(thing: Named, look: LookUp): Unmet[] {
  const at = { kind: 'Service', key: keyOf(thing) } as const;
  if (!look.isKnown('services', thing.namespace)) return [];
  if (!look.service(thing)) return [{ ...at, state: 'absent' }];
  return look.readyBehind(thing) > 0 ? [] : [{ ...at, state: 'empty' }];
}

type Wanted = NonNullable<Pod['dependencies']>['pods'][number];

function unmetPods({ labels, requireSameNode }: Wanted, pod: Pod, look: LookUp): Unmet[] {
  if (!look.isKnown('pods', pod.namespace)) return [];
  const those = look.pods.filter(
    (other) =>
      other.namespace === pod.namespace &&
      selects(labels, other.labels) &&
      (!requireSameNode || other.node === pod.node),
  );
  if (those.some(({ isReady }) => isReady)) return [];
  const key = Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  return [
    {
      kind: 'Pods',
      key: requireSameNode ? `${key} on ${pod.node}` : key,
      state: those.length === 0 ? 'absent' : 'unready',
    },
  ];
}
