import { RemoteError } from '#domain/errors.ts';
import type { ClusterEvent, Kubernetes, Pod, Select } from '#domain/kubernetes.ts';
import { adviceOn } from '#words/failures.ts';
import { words } from '#words/smoke-kubernetes.ts';

/** Why pods do not run yet. */
export type Holdup = {
  readonly why: string;
  readonly advice: string | undefined;
  /** True when waiting longer does not help: it was tried again already, or cannot work. */
  readonly isFinal: boolean;
};

const FINAL = new Set([
  ...['ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'],
  ...['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'StartError', 'CrashLoopBackOff'],
]);

/** Looks at the pods, and at the last warning of their namespace, which has no other pods than ours. */
export async function holdupOf(cluster: Kubernetes, pods: readonly Pod[], namespace: string): Promise<Holdup> {
  const stuck = pods.find(({ isReady, phase }) => !isReady && phase !== 'Succeeded');
  const waiting = stuck?.waiting.find(({ reason }) => FINAL.has(reason)) ?? stuck?.waiting[0];
  const said = stuck ? saidOf(stuck) : words.noPodYet;
  const warning = (await warnings(cluster, { namespace })).find(({ message }) => !said.includes(message));
  const why = [said, warning?.message].filter(Boolean).join('; ');
  return { why, advice: adviceOn(why), isFinal: waiting !== undefined && FINAL.has(waiting.reason) };
}

function saidOf({ status, reason, message, waiting: [first] }: Pod): string {
  if (first?.reason) return [first.reason, first.message].filter(Boolean).join(': ');
  return [reason || status, message].filter(Boolean).join(': ');
}

/** Newest first; none where they may not be read. */
async function warnings(cluster: Kubernetes, by: Select): Promise<readonly ClusterEvent[]> {
  try {
    return (await cluster.events(by)).filter(({ type }) => type === 'Warning');
  } catch (error) {
    if (error instanceof RemoteError && error.failure.status === 403) return [];
    throw error;
  }
}
