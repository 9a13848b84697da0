import { describe, expect, it } from 'vitest';
import { CheckError } from '#domain/errors.ts';
import type { Installed, ObjectRef, Pod } from '#domain/kubernetes.ts';
import { standingIn } from '#jobs/deploy/helm/standing.ts';
import * as a from '../../status/world.ts';

const object = (kind: string, name: string): ObjectRef => ({ apiVersion: 'v1', kind, name, namespace: 'openstack' });

function contentOf(objects: readonly ObjectRef[], hooks: readonly string[] = []): Installed {
  return { chart: 'nova', version: '1', appVersion: '', objects, hooks: hooks.map((name) => object('Job', name)) };
}

type Things = Parameters<typeof readingOf>[0];
function readingOf(things: {
  readonly pods?: readonly Pod[];
  readonly deployments?: readonly ReturnType<typeof a.workload>[];
  readonly daemonSets?: readonly ReturnType<typeof a.workload>[];
  readonly jobs?: readonly ReturnType<typeof a.job>[];
  readonly services?: readonly ReturnType<typeof a.service>[];
}) {
  const { pods = [], deployments = [], daemonSets = [], jobs = [], services = [] } = things;
  return {
    ...{ at: a.NOW, login: a.read(null), pods: a.read(pods), deployments: a.read(deployments) },
    ...{ daemonSets: a.read(daemonSets), statefulSets: a.read([]), jobs: a.read(jobs), services: a.read(services) },
    ...{ slices: a.read([]), claims: a.read([]), nodes: a.read([a.node('node-2')]), events: a.read([]) },
  };
}

const API = contentOf([object('Deployment', 'nova-api')], ['nova-db-sync']);
const owner = { kind: 'ReplicaSet', name: 'nova-api-5d4f' };
function standing(things: Things, content = API, isRollback = false) {
  return standingIn(readingOf(things), { namespace: 'openstack', content, isRollback }, 'cloud');
}

describe('how a release stands', () => {
  it('is ready when its Jobs are complete and all its pods are', () => {
    const deployments = [a.workload('Deployment', 'nova-api', { desired: 2, ready: 2, updated: 2 })];

    expect(standing({ deployments, jobs: [a.job('nova-db-sync', 'complete')] })).toEqual({
      ...{ kind: 'ready', detail: '1 workload with 2 pods ready' },
    });
  });

  it('is ready when a Job has deleted itself after its end', () => {
    expect(standing({ deployments: [a.workload('Deployment', 'nova-api')] }).kind).toBe('ready');
  });

  it('says what a pod waits for', () => {
    const pods = [a.waitingPod('nova-api-5d4f-x', { jobs: ['nova-db-sync'] }, { owner })];
    const deployments = [a.workload('Deployment', 'nova-api', { ready: 0 })];

    const { kind, ...said } = standing({ pods, deployments, jobs: [a.job('nova-db-sync', 'running')] });

    expect(kind).toBe('wait');
    expect(said).toMatchObject({
      why: expect.stringMatching(/Deployment nova-api 0 of 1 and Job nova-db-sync.*waits? for Job nova-db-sync/),
    });
  });

  it('waits for the pods of the newest template', () => {
    const deployments = [a.workload('Deployment', 'nova-api', { desired: 2, ready: 2, updated: 1 })];

    expect(standing({ deployments })).toMatchObject({ kind: 'wait', why: 'not yet: Deployment nova-api 2 of 2' });
  });

  it('waits for a workload whose controller has not seen it yet, or that is not there', () => {
    const unseen = [a.workload('Deployment', 'nova-api', { isObserved: false })];

    expect(standing({ deployments: unseen }).kind).toBe('wait');
    expect(standing({})).toMatchObject({ kind: 'wait', why: 'not yet: what is not there yet' });
  });

  it('does not count what belongs to others', () => {
    const deployments = [a.workload('Deployment', 'nova-api'), a.workload('Deployment', 'other', { ready: 0 })];
    const jobs = [a.job('other-db-sync', 'failed')];

    expect(standing({ deployments, jobs }).kind).toBe('ready');
  });

  it('fails at a Job that has failed for good, with what that means', () => {
    const failed = a.job('nova-db-sync', 'failed', { reason: 'BackoffLimitExceeded', message: 'too often' });

    const judge = () => standing({ deployments: [a.workload('Deployment', 'nova-api')], jobs: [failed] });

    expect(judge).toThrow(CheckError);
    expect(judge).toThrow('waiting for Job "nova-db-sync": it failed: BackoffLimitExceeded, too often');
  });

  it('after a rollback, which runs no Jobs, those of the upgrade are only told', () => {
    const things = { deployments: [a.workload('Deployment', 'nova-api')], jobs: [a.job('nova-db-sync', 'failed')] };

    expect(standing(things, API, true)).toEqual({
      kind: 'ready',
      detail: expect.stringContaining('nova-db-sync of the upgrade has not ended'),
    });
  });

  it('a DaemonSet that no node is labelled for is none of its pods', () => {
    const daemonSets = [a.workload('DaemonSet', 'nova-compute', { desired: 0, ready: 0, updated: 0 })];

    expect(standing({ daemonSets }, contentOf([object('DaemonSet', 'nova-compute')])).kind).toBe('ready');
  });
});

describe('a release that waits for one further on', () => {
  const libvirt = { application: 'libvirt', component: 'libvirt' };
  const agent = { application: 'neutron', component: 'neutron-ovs-agent' };
  const daemon = (name: string) => ({ kind: 'DaemonSet', name });
  const waiting = (name: string, set: string, labels: Readonly<Record<string, string>>, more: Partial<Pod> = {}) =>
    a.waitingPod(name, { pods: [{ labels, requireSameNode: true }] }, { owner: daemon(set), ...more });
  const short = (name: string) => a.workload('DaemonSet', name, { ready: 0 });

  it('is told apart from one that is ill: nobody has brought yet what its pods wait for', () => {
    const things = { pods: [waiting('libvirt-a', 'libvirt', agent)], daemonSets: [short('libvirt')] };

    const found = standing(things, contentOf([object('DaemonSet', 'libvirt')]));

    expect(found).toEqual({ kind: 'later', why: expect.stringContaining('application=neutron') });
  });

  it('also behind another that waits for it', () => {
    const pods = [
      waiting('libvirt-a', 'libvirt', agent, { labels: libvirt }),
      waiting('nova-compute-a', 'nova-compute', libvirt),
    ];

    expect(
      standing({ pods, daemonSets: [short('nova-compute')] }, contentOf([object('DaemonSet', 'nova-compute')])).kind,
    ).toBe('later');
  });

  it('but not when what it waits for is there, and ill', () => {
    const pods = [
      a.pendingPod('neutron-ovs-agent-a', { labels: agent, node: 'node-2' }),
      waiting('libvirt-a', 'libvirt', agent),
    ];

    expect(standing({ pods, daemonSets: [short('libvirt')] }, contentOf([object('DaemonSet', 'libvirt')])).kind).toBe(
      'wait',
    );
  });

  it('nor while Jobs of its own run', () => {
    const things = {
      ...{ pods: [waiting('libvirt-a', 'libvirt', agent)], daemonSets: [short('libvirt')] },
      jobs: [a.job('libvirt-init', 'running')],
    };

    expect(standing(things, contentOf([object('DaemonSet', 'libvirt')], ['libvirt-init'])).kind).toBe('wait');
  });
});
