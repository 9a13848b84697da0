import type { Result, Script } from './exec.ts';
import type { Store, Thing } from './store.ts';

/** What the story's containers know: a shell's small tools, and what Galera, RabbitMQ and Ceph say of themselves. */
export function storyScript(store: Store): Script {
  return (_pod, argv, stdin) => {
    const [command, ...rest] = argv;
    if (command === 'echo') return { stdout: `${rest.join(' ')}\n` };
    if (command === 'cat') return { stdout: stdin };
    if (command === 'false') return { exitCode: 1 };
    if (argv.join(' ').includes('wsrep')) return { stdout: galeraOf(store) };
    if (command === 'rabbitmqctl') return { stdout: `${JSON.stringify(rabbitmqOf(store))}\n` };
    return command === 'ceph' ? cephOf(store, rest) : undefined;
  };
}

function galeraOf(store: Store): string {
  const isDown = store.faults.has('galeraDown');
  const values = {
    wsrep_ready: isDown ? 'OFF' : 'ON',
    wsrep_connected: 'ON',
    wsrep_cluster_status: isDown ? 'non-Primary' : 'Primary',
    wsrep_local_state_comment: isDown ? 'Initialized' : 'Synced',
    wsrep_cluster_size: isDown ? '1' : String(podsOf(store, 'application', 'mariadb').filter(isReady).length),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}\t${value}\n`)
    .join('');
}

function rabbitmqOf(store: Store): object {
  const pods = podsOf(store, 'application', 'rabbitmq');
  const nodeOf = ({ metadata }: Thing) => `rabbit@${metadata.name}.rabbitmq.openstack.svc.cluster.local`;
  return {
    disk_nodes: pods.map(nodeOf),
    running_nodes: pods.filter(isReady).map(nodeOf),
    ...{ ram_nodes: [], partitions: {}, alarms: [] },
  };
}

/** With an OSD down, some placement groups have a copy less, and none may be lost. */
function cephOf({ faults, ...store }: Store, argv: readonly string[]): Result {
  const isClean = !faults.has('cephWarning') && !faults.has('cephError');
  const ids = argv
    .slice(2)
    .filter((word) => /^\d+$/.test(word))
    .map(Number);
  const said = (value: object) => ({ stdout: `\n${JSON.stringify(value)}\n` });
  if (argv[0] === 'osd' && argv[1] === 'ok-to-stop') {
    if (isClean) return said({ ok_to_stop: true, osds: ids, num_ok_pgs: 97, num_not_ok_pgs: 0 });
    const stderr = 'Error EBUSY: unsafe to stop osd(s) at this time (33 PGs are or would become offline)\n';
    return { exitCode: 16, stderr };
  }
  if (argv[0] === 'osd' && argv[1] === 'safe-to-destroy') {
    const [safe, active] = isClean ? [ids, []] : [[], ids];
    return said({ safe_to_destroy: safe, active, missing_stats: [], stored_pgs: [] });
  }
  if (argv[0] !== 'status') return { stdout: 'HEALTH_OK\n' };
  const mons = store.all('Pod', ({ metadata }) => metadata.labels?.['app'] === 'rook-ceph-mon');
  const states = isClean ? { 'active+clean': 97 } : { 'active+clean': 64, 'active+undersized+degraded': 33 };
  return said({
    quorum_names: mons.filter(isReady).map(({ metadata }) => metadata.labels?.['ceph_daemon_id']),
    monmap: { num_mons: mons.length },
    pgmap: {
      num_pgs: 97,
      pgs_by_state: Object.entries(states).map(([state_name, count]) => ({ state_name, count })),
    },
  });
}

function podsOf(store: Store, label: string, value: string): Thing[] {
  const isServer = ({ metadata }: Thing) => metadata.labels?.['component'] === 'server';
  return store.all('Pod', (pod) => pod.metadata.labels?.[label] === value && isServer(pod));
}

function isReady({ status }: Thing): boolean {
  return status?.conditions?.some(({ type, status: holds }: Thing['status']) => type === 'Ready' && holds === 'True');
}
