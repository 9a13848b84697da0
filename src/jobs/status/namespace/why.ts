import type { Pod } from '#domain/kubernetes.ts';
import type { LookUp } from './look-up.ts';
import { type Unmet, unmetOf } from './unmet.ts';

/** Why a pod is not well. */
export type Why =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'dependency'; readonly unmet: Unmet }
  | { readonly kind: 'claim'; readonly claim: string }
  | { readonly kind: 'unschedulable'; readonly message: string }
  | {
      readonly kind: 'container';
      readonly reason: string;
      readonly message: string;
      /** Why it ended before, as `OOMKilled`. */
      readonly lastReason?: string | undefined;
      readonly exitCode?: number | undefined;
    }
  | { readonly kind: 'evicted'; readonly message: string }
  | { readonly kind: 'stuck'; readonly status: string; readonly message: string }
  | { readonly kind: 'unready'; readonly message: string };

/** How a pod is: well, on its way, at its end, or ill with a reason. */
export type Condition = { readonly kind: 'well' | 'starting' | 'over' } | { readonly kind: 'ill'; readonly why: Why };

/** A container that is being made is no trouble before this. */
const START_MS = 120_000;
/** How long a pod may take to end, in which it is asked and then killed. */
const END_MS = 300_000;
const STARTING = new Set(['ContainerCreating', 'PodInitializing', '']);

/** How long ago, by the clock of this worker; never less than nothing. */
export function ageMs(since: string | undefined, { atMs }: Pick<LookUp, 'atMs'>): number {
  const ms = atMs - Date.parse(since ?? '');
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}

/** How a pod is, and if it is ill, why: the deepest cause that can be seen comes first. */
export function conditionOf(pod: Pod, look: LookUp): Condition {
  if (pod.reason === 'Evicted') return ill({ kind: 'evicted', message: pod.message });
  if (pod.phase === 'Succeeded') return { kind: 'over' };
  // A Job's pod that failed is told of with its Job.
  if (pod.phase === 'Failed' && pod.owner?.kind === 'Job') return { kind: 'over' };
  if (pod.node !== '' && !look.isReady(pod.node)) return ill({ kind: 'node', node: pod.node });
  if (pod.deletingAt !== undefined) {
    const isStuck = ageMs(pod.deletingAt, look) > END_MS;
    return isStuck
      ? ill({ kind: 'stuck', status: pod.status, message: look.warning('Pod', pod) })
      : { kind: 'starting' };
  }
  if (pod.phase === 'Running' && pod.isReady) return { kind: 'well' };
  return conditionOfStarting(pod, look);
}

function conditionOfStarting(pod: Pod, look: LookUp): Condition {
  const [unmet] = pod.status.startsWith('Init:') ? unmetOf(pod, look) : [];
  if (unmet) return ill({ kind: 'dependency', unmet });
  const claim = pod.claims.find((name) => {
    const { namespace } = pod;
    const found = look.claim({ namespace, name });
    return found ? found.phase !== 'Bound' : look.isKnown('claims', namespace);
  });
  if (claim !== undefined && pod.node === '') return ill({ kind: 'claim', claim });
  if (pod.reason === 'Unschedulable') return ill({ kind: 'unschedulable', message: pod.message });
  const waiting = pod.waiting.find(({ reason }) => !STARTING.has(reason));
  if (waiting) return ill({ kind: 'container', ...waiting });
  if (pod.phase === 'Failed') return ill({ kind: 'stuck', status: pod.status, message: pod.message });
  const warning = look.warning('Pod', pod);
  const isYoung = ageMs(pod.createdAt, look) < START_MS;
  if (pod.phase === 'Running' && pod.waiting.length === 0) {
    return isYoung ? { kind: 'starting' } : ill({ kind: 'unready', message: warning });
  }
  return isYoung && warning === ''
    ? { kind: 'starting' }
    : ill({ kind: 'stuck', status: pod.status, message: warning });
}

function ill(why: Why): Condition {
  return { kind: 'ill', why };
}

/** What made the pod, as `Deployment nova-api`; the pod itself when nothing did. */
export function ownerOf({ owner, name }: Pod): { readonly kind: string; readonly name: string } {
  if (!owner) return { kind: 'Pod', name };
  if (owner.kind !== 'ReplicaSet') return owner;
  return { kind: 'Deployment', name: owner.name.replace(/-[a-z0-9]+$/, '') };
}
