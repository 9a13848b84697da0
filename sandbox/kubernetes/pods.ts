import type { FaultName } from './faults.ts';
import { isSilent } from './nodes.ts';
import type { Store, Thing } from './store.ts';

const condition = (type: string, isTrue: boolean, more: object = {}) => ({
  type,
  status: isTrue ? 'True' : 'False',
  ...more,
});
type State = { readonly waiting?: object; readonly running?: object; readonly terminated?: object };
const RUNNING: State = { running: {} };
const waits = (reason: string, message = ''): State => ({ waiting: { reason, message } });
const ended = (exitCode: number, reason: string): State => ({ terminated: { exitCode, reason } });

/** Which pods, by the beginning of their name, a fault strikes, and what becomes of their container. */
const STRUCK: Partial<
  Record<FaultName, readonly [string, () => { state: State; lastState?: State; restartCount?: number }]>
> = {
  crashLoop: [
    'glance-api',
    () => ({
      state: waits('CrashLoopBackOff', 'back-off 5m0s restarting failed container'),
      lastState: ended(1, 'Error'),
      restartCount: 17,
    }),
  ],
  outOfMemory: [
    'rabbitmq-rabbitmq-1',
    () => ({ state: ended(137, 'OOMKilled'), lastState: ended(137, 'OOMKilled'), restartCount: 4 }),
  ],
  imagePull: [
    'horizon-',
    () => ({
      state: waits('ImagePullBackOff', 'Back-off pulling image "quay.io/airshipit/horizon:2026.1-ubuntu_noble"'),
    }),
  ],
};

/** No registry has an image of this name. */
const isUnknown = (image = '') => image.includes('missing');

/** The status of a pod: as old as it is, where it is, and with what goes wrong. */
export function statusOf(store: Store, pod: Thing): Record<string, unknown> {
  const { spec, metadata } = pod;
  const { timing, faults } = store;
  const isOfJob = metadata['ownerReferences']?.[0]?.kind === 'Job';
  const ageMs = store.ageOf(pod);
  const message = keptBack(store, pod);
  if (message !== undefined)
    return { phase: 'Pending', conditions: [condition('PodScheduled', false, { reason: 'Unschedulable', message })] };
  if (isSilent(store, spec.nodeName)) return { ...pod['status'], conditions: [condition('Ready', false)] };
  const address = {
    hostIP: '10.20.0.11',
    podIP: `10.233.64.${1 + (Number.parseInt(metadata.uid.slice(0, 2), 16) % 250)}`,
  };
  const said = isOfJob ? store.script(pod, spec.containers[0].command ?? [], '') : undefined;
  const isFailedJob = (faults.has('jobFailed') && metadata.name.startsWith('nova-db-sync')) || !!said?.exitCode;
  const init = spec.initContainers?.[0];
  const unmet = init !== undefined && faults.has('jobFailed') && JSON.stringify(init.env).includes('nova-db-sync');
  const own = isUnknown(spec.containers[0].image)
    ? { state: waits('ImagePullBackOff', `Back-off pulling image "${spec.containers[0].image}"`) }
    : Object.entries(STRUCK).find(
        ([fault, [name]]) => !isOfJob && faults.has(fault as FaultName) && metadata.name.startsWith(name),
      )?.[1][1]();
  const isStarted = ageMs >= timing.start;
  const state =
    own?.state ??
    (unmet
      ? waits('PodInitializing')
      : !isStarted
        ? waits('ContainerCreating')
        : stateOf({ isOfJob, isFailedJob, isOver: ageMs >= timing.start + timing.job }));
  const isReady = state === RUNNING;
  const phase =
    'terminated' in state && isOfJob
      ? isFailedJob
        ? 'Failed'
        : 'Succeeded'
      : isStarted && !unmet && !('waiting' in state && !own?.lastState)
        ? 'Running'
        : 'Pending';
  const containers = spec.containers.map(({ name }: { name: string }) => ({
    name,
    ready: isReady,
    started: isReady,
    restartCount: 0,
    lastState: {},
    ...own,
    state,
  }));
  const conditions = [condition('PodScheduled', true), condition('Initialized', !unmet), condition('Ready', isReady)];
  const initStatus = init && {
    name: init.name,
    ready: !unmet,
    restartCount: 0,
    lastState: {},
    state: unmet ? RUNNING : ended(0, 'Completed'),
  };
  return {
    phase,
    conditions,
    ...address,
    containerStatuses: containers,
    ...(init ? { initContainerStatuses: [initStatus] } : {}),
  };
}

function stateOf(of: { isOfJob: boolean; isFailedJob: boolean; isOver: boolean }): State {
  if (!of.isOfJob || !of.isOver) return RUNNING;
  return of.isFailedJob ? ended(1, 'Error') : ended(0, 'Completed');
}

/** Why nothing is scheduled; undefined when it is. */
function keptBack(store: Store, { spec, metadata }: Thing): string | undefined {
  const unbound = (spec.volumes ?? []).some(({ persistentVolumeClaim: claim }: Thing) => {
    return (
      claim && store.find('PersistentVolumeClaim', claim.claimName, metadata.namespace)?.['status'].phase !== 'Bound'
    );
  });
  if (unbound) return 'pod has unbound immediate PersistentVolumeClaims';
  if (spec.nodeName !== undefined) return undefined;
  return `0/${store.all('Node').length} nodes are available: didn't match Pod's node affinity/selector.`;
}
