import type { Health } from '#domain/health.ts';
import type { CronJob, Job, PersistentVolumeClaim, Pod, Release, Service, Workload } from '#domain/kubernetes.ts';
import { isEmpty } from './service-troubles.ts';
import type { LookUp } from './look-up.ts';
import { conditionOf } from './why.ts';

export function podHealth(pod: Pod, look: LookUp): Health {
  const condition = conditionOf(pod, look);
  switch (condition.kind) {
    case 'well':
      return 'ok';
    case 'over':
      return pod.phase === 'Succeeded' ? 'ok' : 'off';
    case 'starting':
      return 'running';
    case 'ill':
      return condition.why.kind === 'evicted' ? 'warning' : 'failure';
  }
}

export function workloadHealth({ kind, ready, desired, nodeSelector }: Workload): Health {
  if (ready < desired) return ready === 0 ? 'failure' : 'warning';
  if (desired > 0) return 'ok';
  return kind === 'DaemonSet' && Object.keys(nodeSelector).length > 0 ? 'warning' : 'off';
}

const JOBS: Readonly<Record<Job['state'], Health>> = {
  complete: 'ok',
  failed: 'failure',
  running: 'running',
  suspended: 'off',
};

export function jobHealth({ state }: Job): Health {
  return JOBS[state];
}

export function cronJobHealth({ isSuspended }: CronJob): Health {
  return isSuspended ? 'off' : 'ok';
}

export function serviceHealth(service: Service, look: LookUp): Health {
  if (service.type === 'LoadBalancer' && service.externalIps.length === 0) return 'failure';
  return isEmpty(service, look) ? 'failure' : 'ok';
}

export function claimHealth({ phase }: PersistentVolumeClaim): Health {
  return phase === 'Bound' ? 'ok' : 'failure';
}

export function releaseHealth({ status }: Release): Health {
  if (status === 'deployed') return 'ok';
  return status === 'failed' ? 'failure' : 'warning';
}
