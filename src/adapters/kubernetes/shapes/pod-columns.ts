import type { Pod } from '#domain/kubernetes.ts';
import { conditionOf } from './meta.ts';
import type { ContainerStatus, RawPod } from './pod.ts';

type Columns = Pick<Pod, 'status' | 'readyContainers' | 'containers' | 'restarts'>;
/** What the containers of one sort amount to; `status` is undefined when they say nothing of their own. */
type Sum = { readonly status: string | undefined; readonly ready: number; readonly restarts: number };

/**
 * The columns READY, STATUS and RESTARTS as `kubectl get pods` prints them.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ (what the API server's printer makes of it)
 */
export function columnsOf(pod: RawPod): Columns {
  const { spec, status } = pod;
  const isGated = status.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  const own = isGated ? 'SchedulingGated' : status.reason || status.phase;
  const sidecars = new Set(
    spec.initContainers?.flatMap((each) => (each.restartPolicy === 'Always' ? [each.name] : [])),
  );
  const init = initSum(pod, sidecars);
  // A pod that was initialized once counts as such, also while an init container runs again.
  const isInitialized = init.status === undefined || conditionOf(status.conditions, 'Initialized')?.status === 'True';
  const main = isInitialized ? mainSum(pod, init.status ?? own) : undefined;
  const restartsOfSidecars = sum(status.initContainerStatuses?.filter(({ name }) => sidecars.has(name)));
  return {
    status: endingOr(pod, main?.status ?? init.status ?? own),
    containers: spec.containers.length + sidecars.size,
    readyContainers: init.ready + (main?.ready ?? 0),
    restarts: main ? restartsOfSidecars + main.restarts : init.restarts,
  };
}

/** Deletion hides everything but a node that was lost, and a pod that had already ended. */
function endingOr({ metadata, status: { reason, phase } }: RawPod, shown: string): string {
  if (!metadata.deletionTimestamp) return shown;
  if (reason === 'NodeLost') return 'Unknown';
  return phase === 'Succeeded' || phase === 'Failed' ? shown : 'Terminating';
}

/** Up to the first init container that is not through. */
function initSum({ spec, status }: RawPod, sidecars: ReadonlySet<string>): Sum {
  let [ready, restarts] = [0, 0];
  for (const [index, container] of (status.initContainerStatuses ?? []).entries()) {
    restarts += container.restartCount;
    const { waiting, terminated } = container.state;
    if (terminated?.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started) {
      if (container.ready) ready += 1;
      continue;
    }
    const waits = waiting !== undefined && waiting.reason !== '' && waiting.reason !== 'PodInitializing';
    const why = terminated
      ? endingOf(terminated)
      : waits
        ? waiting.reason
        : `${index}/${spec.initContainers?.length ?? 0}`;
    return { status: `Init:${why}`, ready, restarts };
  }
  return { status: undefined, ready, restarts };
}

/** The first container that does not run gives the status; one that runs keeps a pod whose others have ended. */
function mainSum({ status }: RawPod, before: string): Sum {
  const containers = status.containerStatuses ?? [];
  const stopped = containers.find(
    ({ state }) => state.terminated !== undefined || (state.waiting?.reason ?? '') !== '',
  );
  const { waiting, terminated } = stopped?.state ?? {};
  const shown = waiting?.reason || (terminated ? endingOf(terminated) : before);
  const ready = containers.filter((each) => each.ready && each.state.running).length;
  if (shown !== 'Completed' || ready === 0) return { status: shown, ready, restarts: sum(containers) };
  const isReady = conditionOf(status.conditions, 'Ready')?.status === 'True';
  return { status: isReady ? 'Running' : 'NotReady', ready, restarts: sum(containers) };
}

type Terminated = NonNullable<ContainerStatus['state']['terminated']>;

function endingOf({ reason, signal, exitCode }: Terminated): string {
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

function sum(containers: readonly ContainerStatus[] | undefined): number {
  return containers?.reduce((restarts, container) => restarts + container.restartCount, 0) ?? 0;
}
