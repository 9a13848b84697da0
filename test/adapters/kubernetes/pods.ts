/** Pods in the states that `kubectl get pods` has words for, each with its READY, STATUS and RESTARTS. */
export const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };
export const waiting = (reason: string) => ({ waiting: { reason } });
export const ended = (exitCode: number, more: object = {}) => ({ terminated: { exitCode, ...more } });
const condition = (type: string, status: string, reason = '') => ({ type, status, reason });

/** A pod with containers `a`, `b`, ... and init containers `i0`, `i1`, ... in these states. */
function podOf(of: {
  phase?: string;
  states?: object[];
  init?: object[];
  sidecar?: boolean;
  ready?: boolean;
  status?: object;
  metadata?: object;
}) {
  const { states = [], init = [], phase = 'Running' } = of;
  const statusOf = (name: string, state: object) => ({
    name,
    state,
    ready: state === running,
    restartCount: 1,
    started: state === running,
  });
  return {
    metadata: { name: 'pod', ...of.metadata },
    spec: {
      containers: states.map((_, index) => ({ name: 'abc'[index] })),
      initContainers: init.map((_, index) => ({
        name: `i${index}`,
        ...(of.sidecar ? { restartPolicy: 'Always' } : {}),
      })),
    },
    status: {
      phase,
      containerStatuses: states.map((state, index) => statusOf('abc'[index] ?? '', state)),
      initContainerStatuses: init.map((state, index) => statusOf(`i${index}`, state)),
      ...(of.ready === undefined ? {} : { conditions: [condition('Ready', of.ready ? 'True' : 'False')] }),
      ...of.status,
    },
  };
}

export const PODS: readonly (readonly [string, ReturnType<typeof podOf>])[] = (
  [
    ['1/1 Running 1', { states: [running] }],
    ['0/1 Pending 0', { phase: 'Pending', states: [{}], status: { containerStatuses: [] } }],
    ['0/1 ContainerCreating 1', { phase: 'Pending', states: [waiting('ContainerCreating')] }],
    ['0/1 PodInitializing 1', { phase: 'Pending', states: [waiting('PodInitializing')], init: [ended(0)] }],
    ['0/1 ImagePullBackOff 1', { phase: 'Pending', states: [waiting('ImagePullBackOff')] }],
    ['1/2 CrashLoopBackOff 2', { states: [running, waiting('CrashLoopBackOff')] }],
    ['0/2 ErrImagePull 2', { states: [waiting('ErrImagePull'), waiting('CrashLoopBackOff')] }],
    ['0/1 OOMKilled 1', { states: [ended(137, { reason: 'OOMKilled' })] }],
    ['0/1 Error 1', { phase: 'Failed', states: [ended(1, { reason: 'Error' })] }],
    ['0/1 ExitCode:3 1', { states: [ended(3)] }],
    ['0/1 Signal:9 1', { states: [ended(137, { signal: 9 })] }],
    ['0/1 Completed 1', { phase: 'Succeeded', states: [ended(0, { reason: 'Completed' })] }],
    ['1/2 Running 2', { ready: true, states: [ended(0, { reason: 'Completed' }), running] }],
    ['1/2 NotReady 2', { ready: false, states: [ended(0, { reason: 'Completed' }), running] }],
    ['0/1 Init:0/1 1', { phase: 'Pending', init: [running], states: [waiting('PodInitializing')] }],
    [
      '0/1 Init:1/2 2',
      { phase: 'Pending', init: [ended(0), waiting('PodInitializing')], states: [waiting('PodInitializing')] },
    ],
    [
      '0/1 Init:Error 1',
      { phase: 'Pending', init: [ended(1, { reason: 'Error' })], states: [waiting('PodInitializing')] },
    ],
    ['0/1 Init:ExitCode:2 1', { phase: 'Pending', init: [ended(2)], states: [waiting('PodInitializing')] }],
    [
      '0/1 Init:Signal:9 1',
      { phase: 'Pending', init: [ended(9, { signal: 9 })], states: [waiting('PodInitializing')] },
    ],
    [
      '0/1 Init:CrashLoopBackOff 1',
      { phase: 'Pending', init: [waiting('CrashLoopBackOff')], states: [waiting('PodInitializing')] },
    ],
    ['2/2 Running 2', { sidecar: true, init: [running], states: [running] }],
    ['1/2 CrashLoopBackOff 2', { sidecar: true, init: [running], states: [waiting('CrashLoopBackOff')] }],
    // An init container that runs again in a pod that was initialized before.
    [
      '1/1 Init:0/1 1',
      { init: [running], states: [running], status: { conditions: [condition('Initialized', 'True')] } },
    ],
    ['0/0 Evicted 0', { phase: 'Failed', status: { reason: 'Evicted' } }],
    [
      '0/1 SchedulingGated 0',
      {
        phase: 'Pending',
        states: [{}],
        status: { containerStatuses: [], conditions: [condition('PodScheduled', 'False', 'SchedulingGated')] },
      },
    ],
    ['1/1 Terminating 1', { states: [running], metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }],
    [
      '0/1 Completed 1',
      {
        phase: 'Succeeded',
        states: [ended(0, { reason: 'Completed' })],
        metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' },
      },
    ],
    [
      '1/1 Unknown 1',
      { states: [running], metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, status: { reason: 'NodeLost' } },
    ],
  ] as const satisfies readonly (readonly [string, Parameters<typeof podOf>[0]])[]
).map(([columns, of]) => [columns, podOf(of)]);
