import { describe, expect, it } from 'vitest';
import { PodShape } from '#adapters/kubernetes/shapes/pod.ts';
import { ended, PODS, running, waiting } from './pods.ts';

describe('the columns of kubectl get pods', () => {
  it.each(PODS)('shows %s', (columns, raw) => {
    const pod = PodShape.parse(raw);

    expect(`${pod.readyContainers}/${pod.containers} ${pod.status} ${pod.restarts}`).toBe(columns);
  });

  it('takes a pod without a status', () => {
    const pod = PodShape.parse({ metadata: { name: 'new' }, spec: { containers: [{ name: 'a' }] } });

    expect(pod).toMatchObject({ status: 'Unknown', phase: 'Unknown', isReady: false, containers: 1, waiting: [] });
  });

  it('tells why a container waits, how it ended before, and what kubernetes-entrypoint waits for', () => {
    const crashed = { name: 'a', state: waiting('CrashLoopBackOff'), lastState: ended(137, { reason: 'OOMKilled' }) };
    const env = [
      { name: 'DEPENDENCY_JOBS', value: 'nova-db-sync,nova-ks-user' },
      { name: 'DEPENDENCY_SERVICE', value: 'openstack:mariadb,openstack:keystone-api' },
      { name: 'DEPENDENCY_POD_JSON', value: '[{"labels":{"application":"neutron"},"requireSameNode":true}]' },
      { name: 'POD_NAME' },
    ];
    const pod = PodShape.parse({
      metadata: { name: 'nova-compute-1' },
      spec: {
        containers: [{ name: 'a' }],
        initContainers: [{ name: 'init', env }],
        volumes: [{ persistentVolumeClaim: { claimName: 'data' } }],
      },
      status: {
        phase: 'Pending',
        containerStatuses: [crashed],
        initContainerStatuses: [{ name: 'init', state: running }],
      },
    });

    expect(pod.waiting).toEqual([
      {
        container: 'a',
        isInit: false,
        reason: 'CrashLoopBackOff',
        message: '',
        exitCode: 137,
        lastReason: 'OOMKilled',
      },
    ]);
    expect(pod.dependencies).toEqual({
      jobs: ['nova-db-sync', 'nova-ks-user'],
      services: ['openstack:mariadb', 'openstack:keystone-api'],
      pods: [{ labels: { application: 'neutron' }, requireSameNode: true }],
    });
    expect(pod.claims).toEqual(['data']);
  });
});
