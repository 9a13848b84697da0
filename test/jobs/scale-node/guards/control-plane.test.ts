import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, openLab } from './world.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.close());

/** The API server of node-1, which keeps its state at these hosts. */
function apiServer(...etcd: readonly string[]): void {
  apiServerOn('node-1', etcd);
}

function apiServerOn(node: string, etcd: readonly string[]): void {
  const command = ['kube-apiserver', `--etcd-servers=${etcd.map((host) => `https://${host}:2379`).join(',')}`];
  lab.put('Pod', `kube-apiserver-${node}`, {
    metadata: { name: `kube-apiserver-${node}`, namespace: 'kube-system', labels: { component: 'kube-apiserver' } },
    spec: { nodeName: 'node-1', containers: [{ name: 'kube-apiserver', image: 'kube-apiserver', command }] },
  });
}

it('lets a worker go that others can stand in for', async () => {
  apiServer('10.20.0.11', 'node-1');

  const { said } = await lab.ask('control-plane');

  expect(said).toEqual(['holds: node-3 is a worker; node-2 and node-4 can take its pods']);
});

it('refuses the only control plane, whatever is to become of it', async () => {
  const { said, advice } = await lab.ask('control-plane', { node: 'node-1', mode: 'replace' });

  expect(said).toEqual(['refuses: node-1 is the only control-plane node']);
  expect(advice[0]).toContain('Add control-plane nodes first');
});

it('refuses one of several with the procedure that Kubespray documents', async () => {
  lab.find('Node', 'node-2').metadata.labels = { 'node-role.kubernetes.io/control-plane': '' };

  const { said, advice } = await lab.ask('control-plane', { node: 'node-1' });

  expect(said).toEqual(['refuses: node-1 is of the control plane']);
  expect(advice[0]).toMatch(
    /docs\/operations\/nodes\.md.*end of kube_control_plane.*restart nginx-proxy.*remove-node\.yml/,
  );
});

it.each(['10.20.0.13', 'node-3'])(
  'refuses a worker that etcd runs on, which only the API server tells: %s',
  async (host) => {
    apiServer('10.20.0.11', host);

    const { said, advice } = await lab.ask('control-plane');

    expect(said).toEqual(['refuses: node-3 is a member of etcd']);
    expect(advice[0]).toContain('--etcd-servers');
  },
);

it('refuses a member of etcd that only one of several API servers knows of yet', async () => {
  apiServer('10.20.0.11');
  apiServerOn('node-9', ['10.20.0.11', '10.20.0.13']);

  const { said } = await lab.ask('control-plane');

  expect(said).toEqual(['refuses: node-3 is a member of etcd']);
});

it('refuses the last worker that is ready and open', async () => {
  lab.cluster.simulated.setFault('nodeNotReady', true);
  lab.find('Node', 'node-2')['spec'] = { unschedulable: true };

  const { said } = await lab.ask('control-plane');

  expect(said).toEqual(['refuses: node-3 is the last worker: no other node is ready and open for its pods']);
});

it('lets the only worker be replaced, once the new one is there', async () => {
  for (const name of ['node-2', 'node-3']) lab.store.remove(lab.find('Node', name));
  const wanted = { node: 'node-4', mode: 'replace' } as const;

  const plan = await lab.ask('control-plane', wanted);
  const drain = await lab.ask('control-plane', { ...wanted, moment: 'drain' });

  expect(plan.said).toEqual(['holds: node-4 is the only worker, and the new one comes first']);
  expect(drain.said[0]).toMatch(/^refuses: node-4 is the last worker/);
});

it('refuses a node that is not there, and knows which was meant', async () => {
  const { said, advice } = await lab.ask('control-plane', { node: 'nod-3' });

  expect(said).toEqual(['refuses: the cluster has no node "nod-3"']);
  expect(advice).toEqual(['Did you mean node-3?']);
});

it('does not keep a machine whose node object is gone already', async () => {
  lab.store.remove(lab.find('Node', 'node-3'));

  const { said } = await lab.ask('control-plane', { moment: 'delete' });

  expect(said).toEqual(['holds: node-3 is no node of the cluster any more']);
});
