import { afterEach, expect, it } from 'vitest';
import type { Script } from '../../../../sandbox/kubernetes/exec.ts';
import { type Lab, openLab } from './world.ts';

const OPEN: Lab[] = [];
afterEach(async () => {
  await Promise.all(OPEN.splice(0).map((lab) => lab.close()));
});

async function open(script?: Script): Promise<Lab> {
  const lab = await openLab(script);
  OPEN.push(lab);
  return lab;
}

const NODES = [0, 1].map((index) => `rabbit@rabbitmq-rabbitmq-${index}.rabbitmq.openstack.svc.cluster.local`);

/** What every broker answers, over a whole cluster of two. */
function answering(status: object): Script {
  const whole = { disk_nodes: NODES, running_nodes: NODES, partitions: {}, alarms: [] };
  const stdout = JSON.stringify({ ...whole, ...status });
  return (_pod, [command]) => (command === 'rabbitmqctl' ? { stdout } : undefined);
}

/** Brokers that rabbitmqctl fails in: those whose name ends so. */
function failing(...ends: readonly string[]): Script {
  return ({ metadata: { name } }, [command]) =>
    command === 'rabbitmqctl' && ends.some((end) => name.endsWith(end))
      ? { exitCode: 69, stderr: 'Error: unable to perform an operation on node\nnode is not running\n' }
      : undefined;
}

/** The second broker is on the node that dies. */
async function openDead(script?: Script): Promise<Lab> {
  const lab = await open(script);
  lab.find('Pod', 'rabbitmq-rabbitmq-1')['spec'].nodeName = 'node-4';
  lab.cluster.simulated.setFault('nodeNotReady', true);
  return lab;
}
const DEAD = { node: 'node-4', mode: 'replace' } as const;

it('lets a node go while all brokers run', async () => {
  const { said } = await (await open()).ask('rabbitmq');

  expect(said).toEqual(['holds: RabbitMQ in openstack: all 2 brokers run, no partition, no alarm']);
});

it.each<[what: string, status: object, faults: string]>([
  ['a broker is down', { running_nodes: NODES.slice(0, 1) }, 'rabbitmq-rabbitmq-1 does not run'],
  ['a broker never joined', { disk_nodes: [NODES[0]], running_nodes: [NODES[0]] }, '1 of 2 brokers run'],
  ['it is split', { partitions: { [NODES[0] ?? '']: [NODES[1]] } }, 'rabbitmq-rabbitmq-0 is cut off from others'],
  [
    'there is an alarm',
    { alarms: [{ type: 'resource_limit', resource: 'memory', node: NODES[1] }] },
    'rabbitmq-rabbitmq-1 has the alarm memory',
  ],
])('refuses while %s', async (_what, status, faults) => {
  const { said, advice } = await (await open(answering(status))).ask('rabbitmq', { moment: 'drain' });

  expect(said).toEqual([`refuses: RabbitMQ in openstack: ${faults}`]);
  expect(advice[0]).toContain('Bring every broker back first');
});

it('refuses while one broker answers nothing and the other says that all run', async () => {
  const { said } = await (await open(failing('-1'))).ask('rabbitmq');

  expect(said).toEqual([
    'refuses: RabbitMQ in openstack: rabbitmq-rabbitmq-1 does not answer: rabbitmqctl ended with 69: node is not running',
  ]);
});

it('refuses when the panel kills a broker for its memory', async () => {
  const lab = await open();
  lab.cluster.simulated.setFault('outOfMemory', true);

  const { said } = await lab.ask('rabbitmq');

  expect(said).toEqual(['refuses: RabbitMQ in openstack: rabbitmq-rabbitmq-1 does not run']);
});

it('goes by the probes, with a warning, where nobody can be asked', async () => {
  const { said, advice } = await (await open(failing(''))).ask('rabbitmq');

  expect(said).toEqual([
    'warns: RabbitMQ in openstack could not be asked (rabbitmqctl ended with 69: node is not running); by their probes 2 of 2 brokers are ready',
  ]);
  expect(advice[0]).toContain('rabbitmqctl cluster_status');
});

it('refuses where nobody can be asked and a probe fails', async () => {
  const lab = await open(failing(''));
  lab.cluster.simulated.setFault('outOfMemory', true);

  const { said } = await lab.ask('rabbitmq');

  expect(said[0]).toMatch(/^refuses: .* by their probes 1 of 2 brokers are ready$/);
});

it('refuses an answer that is no status', async () => {
  const lab = await open((_pod, [command]) => (command === 'rabbitmqctl' ? { stdout: '\u{fffd}{"error"' } : undefined));
  lab.cluster.simulated.setFault('outOfMemory', true);

  const { said } = await lab.ask('rabbitmq');

  expect(said[0]).toMatch(/^refuses: RabbitMQ in openstack could not be asked \(its answer could not be understood\)/);
});

it('lets a dead node be replaced when its broker is the only one away', async () => {
  const { said } = await (await openDead()).ask('rabbitmq', DEAD);

  expect(said).toEqual([
    'holds: RabbitMQ in openstack: all 1 brokers run, no partition, no alarm, apart from rabbitmq-rabbitmq-1 on the dead node',
  ]);
});

it('refuses to replace a dead node while the broker that is left is cut off', async () => {
  const cut = answering({ running_nodes: NODES.slice(0, 1), partitions: { [NODES[0] ?? '']: [NODES[1]] } });

  const { said } = await (await openDead(cut)).ask('rabbitmq', DEAD);

  expect(said).toEqual(['refuses: RabbitMQ in openstack: rabbitmq-rabbitmq-0 is cut off from others']);
});

it('warns when the only broker is on the node', async () => {
  const lab = await open();
  const set = lab.find('StatefulSet', 'rabbitmq-rabbitmq');
  set['spec'] = { ...set['spec'], replicas: 1 };
  lab.settle();

  const { said } = await lab.ask('rabbitmq', { node: 'node-2' });

  expect(said).toEqual(['warns: the only broker of RabbitMQ in openstack is on this node']);
});

it('refuses to take all brokers away at once', async () => {
  const lab = await open();
  lab.find('Pod', 'rabbitmq-rabbitmq-0')['spec'].nodeName = 'node-3';

  const { said } = await lab.ask('rabbitmq');

  expect(said).toEqual([
    'refuses: RabbitMQ in openstack: rabbitmq-rabbitmq-0 and rabbitmq-rabbitmq-1 are on this node: too few would stay',
  ]);
});

it('lets a drain that was cut off go on, whose broker comes up elsewhere by now', async () => {
  const lab = await open(failing('-1'));
  lab.find('Pod', 'rabbitmq-rabbitmq-1')['spec'].nodeName = 'node-2';

  const { said } = await lab.ask('rabbitmq', { moment: 'drain' });

  expect(said).toEqual(['holds: no broker of RabbitMQ in openstack is on this node']);
});
