/** The containers of a Kolla-Ansible all-in-one, by name. */
export const KOLLA = [
  ...['cron', 'fluentd', 'kolla_toolbox', 'haproxy', 'proxysql', 'keepalived', 'mariadb', 'rabbitmq', 'memcached'],
  ...['keystone', 'keystone_ssh', 'keystone_fernet', 'glance_api', 'placement_api', 'nova_api', 'nova_metadata'],
  ...['nova_scheduler', 'nova_conductor', 'nova_novncproxy', 'nova_ssh', 'nova_libvirt', 'nova_compute'],
  ...['openvswitch_db', 'openvswitch_vswitchd', 'neutron_server', 'neutron_rpc_server', 'neutron_periodic_worker'],
  ...['neutron_openvswitch_agent', 'neutron_dhcp_agent', 'neutron_l3_agent', 'neutron_metadata_agent'],
  ...['heat_api', 'heat_api_cfn', 'heat_engine', 'horizon'],
];
/** Those without a health check. */
const UNCHECKED = new Set(['cron', 'fluentd', 'kolla_toolbox', 'keepalived']);

/** What became of a container. `looping` crashes every twelve seconds, as systemd starts it again; `restarting`, Docker. */
export type Fate = 'healthy' | 'unhealthy' | 'exited' | 'looping' | 'restarting' | 'paused' | 'created' | 'absent';
export type Thing = {
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  fate: Fate;
  /** When it became of it. */
  sinceMs: number;
  /** Exit code, or what its health check prints. */
  detail: string;
};

const LOOP_MS = 12_000;
const LOOP_UP_MS = 1000;

/** `State` and `Status` as the list has them, and when it was started and how often it has ended. */
export function lifeOf({ name, fate, sinceMs, createdMs, detail }: Thing, nowMs: number) {
  const health = UNCHECKED.has(name) ? '' : ' (healthy)';
  const forMs = nowMs - sinceMs;
  const endedAgo = (ms: number) => `Exited (${detail || 1}) ${span(ms)} ago`;
  switch (fate) {
    case 'healthy':
      return { state: 'running', status: `Up ${span(forMs)}${health}`, startedMs: sinceMs, endings: [] };
    case 'unhealthy':
      return {
        state: 'running',
        status: `Up ${span(nowMs - createdMs)} (unhealthy)`,
        startedMs: createdMs,
        endings: [],
      };
    case 'paused':
      return { state: 'paused', status: `Up ${span(nowMs - createdMs)} (Paused)`, startedMs: createdMs, endings: [] };
    case 'exited':
      return { state: 'exited', status: endedAgo(forMs), startedMs: createdMs, endings: [sinceMs] };
    case 'restarting':
      return {
        state: 'restarting',
        status: `Restarting (${detail || 1}) ${span(0)} ago`,
        startedMs: nowMs,
        endings: [nowMs],
      };
    case 'looping': {
      const endedMs = nowMs - (forMs % LOOP_MS);
      const endings = [3, 2, 1, 0].map((times) => endedMs - times * LOOP_MS);
      const isUp = forMs % LOOP_MS > LOOP_MS - LOOP_UP_MS;
      return isUp
        ? { state: 'running', status: `Up ${span(0)} (health: starting)`, startedMs: nowMs, endings }
        : { state: 'exited', status: endedAgo(nowMs - endedMs), startedMs: endedMs - LOOP_UP_MS, endings };
    }
    default:
      return { state: 'created', status: 'Created', startedMs: undefined, endings: [] };
  }
}

function span(ms: number): string {
  const units = [
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  for (const [unit, seconds] of units) {
    const count = Math.floor(ms / 1000 / seconds);
    if (count > 0) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return 'Less than a second';
}
