import type { Health } from '#domain/health.ts';
import type { Table } from '#domain/report.ts';

/** A line a row, columns apart by two spaces or more, led by what the row's health is: `ok`, `!`, `x`, `-` or `>`. */
const SIGNS: Readonly<Record<string, Health>> = { ok: 'ok', '!': 'warning', x: 'failure', '-': 'off', '>': 'running' };

/** A table as a command prints it. Titles that start with `#` are numbers. */
function printed(command: string, title: string, lines: string): Table {
  const [heads = [], ...rows] = lines
    .trim()
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/ +/, '  ')
        .split(/\s{2,}/),
    );
  const [, ...titles] = heads;
  const status = titles.findIndex((head) => head === 'Status' || head === 'State');
  return {
    id: `cluster/${title}`,
    title: `${title} of cluster`,
    command,
    columns: titles.map((head) => ({
      title: head.replace('#', ''),
      ...(head.startsWith('#') ? { align: 'right' as const } : {}),
    })),
    ...(status < 0 ? {} : { statusColumn: status }),
    rows: rows.map(([sign = '', ...cells]) => ({
      health: SIGNS[sign] ?? 'unknown',
      cells: cells.map((cell) => (cell === '.' ? '' : cell)),
    })),
  };
}

/** What the commands print that the pictures stand for. */
export const printouts: Readonly<Record<string, Table>> = {
  nodes: printed(
    'kubectl get nodes -o wide',
    'Nodes',
    `. Name              Status                     Roles           #Age  Version  Internal IP  OS image                         Kernel
     x  cluster-worker-2  NotReady                   <none>          12d   v1.31.4  10.42.0.23   Debian GNU/Linux 12 (bookworm)   6.1.0-28-amd64
     !  cluster-worker-1  Ready,SchedulingDisabled   <none>          12d   v1.31.4  10.42.0.22   Debian GNU/Linux 12 (bookworm)   6.1.0-28-amd64
     ok cluster-ctl-0     Ready                      control-plane   12d   v1.31.4  10.42.0.20   Debian GNU/Linux 12 (bookworm)   6.1.0-28-amd64
     ok cluster-worker-0  Ready                      <none>          12d   v1.31.4  10.42.0.21   Debian GNU/Linux 12 (bookworm)   6.1.0-28-amd64`,
  ),
  pods: printed(
    'kubectl get pods -n openstack -o wide',
    'Pods',
    `. Name                                 #Ready  Status                #Restarts  #Age  IP           Node
     x  nova-compute-default-7xk2p           0/1     CrashLoopBackOff      41         3h    10.42.0.22   cluster-worker-1
     x  glance-api-6c7d9f5b7c-lq8vn          0/1     ImagePullBackOff      0          12m   10.233.64.9  cluster-worker-0
     >  neutron-db-sync-8m4xd                0/1     ContainerCreating     0          9s    .            cluster-worker-0
     -  keystone-bootstrap-hv9kq             0/1     Completed             0          2d    10.233.65.4  cluster-worker-0
     ok keystone-api-7f8b6d5c94-2wz5r        1/1     Running               0          2d    10.233.65.8  cluster-worker-0
     ok mariadb-server-0                     1/1     Running               1          2d    10.233.64.3  cluster-worker-2
     ok rabbitmq-rabbitmq-0                  1/1     Running               0          2d    10.233.65.2  cluster-worker-1`,
  ),
  services: printed(
    'kubectl get services -n openstack',
    'Services',
    `. Name              Type          Cluster IP     External IP   Ports                        #Endpoints  #Age
     x  glance-api        ClusterIP     10.233.18.40   .             9292/TCP                     0           2d
     ok keystone-api      ClusterIP     10.233.5.211   .             5000/TCP                     2           2d
     ok public-openstack  LoadBalancer  10.233.41.9    10.42.0.240   80:30080/TCP,443:30443/TCP   3           2d`,
  ),
  claims: printed(
    'kubectl get persistentvolumeclaims -A',
    'Claims',
    `. Name                        Status    Volume      #Capacity  Access modes  Storage class  #Age
     !  mariadb-data-mariadb-2        Pending  .           .          .             general        14m
     ok mariadb-data-mariadb-0        Bound    pvc-4f1c9a  5Gi        RWO           general        2d
     ok glance-images                Bound    pvc-b07e21  100Gi      RWX           cephfs         2d`,
  ),
  daemonSets: printed(
    'kubectl get daemonsets -n openstack',
    'DaemonSets',
    `. Name                  #Desired  #Current  #Ready  #Up to date  #Available  Node selector
     x  nova-compute-default  3         3         2       3            2           openstack-compute-node=enabled
     ok ovn-controller        3         3         3       3            3           openvswitch=enabled
     ok libvirt-default       3         3         3       3            3           openstack-compute-node=enabled`,
  ),
  statefulSets: printed(
    'kubectl get statefulsets -n openstack',
    'StatefulSets',
    `. Name                  #Ready  #Up to date  #Available  #Age
     !  mariadb-server        2/3     3            2           2d
     ok rabbitmq-rabbitmq     3/3     3            3           2d`,
  ),
  jobs: printed(
    'kubectl get jobs -n openstack',
    'Jobs',
    `. Name                Status    #Completions  #Failed  #Age
     x  nova-db-sync        Failed    0/1           6        18m
     >  neutron-db-sync     Running   0/1           0        9s
     ok keystone-bootstrap  Complete  1/1           0        2d`,
  ),
  ingress: printed(
    'kubectl get ingress -n openstack',
    'Ingresses',
    `. Name        Class  Hosts                                   Address      Ports    #Age
     x  horizon     nginx  horizon.lab.example,horizon             .            80, 443  2d
     ok keystone    nginx  keystone.lab.example,keystone           10.42.0.240  80, 443  2d`,
  ),
  containers: printed(
    'docker ps --all',
    'Containers',
    `. Container ID  Image                                          Status                     #Up    Names
     x  3f0a9be1c7d2  quay.io/openstack.kolla/nova-compute:2024.2    Restarting (1) 8s ago      .      nova_compute
     !  91cc07ad55e0  quay.io/openstack.kolla/mariadb-server:2024.2  Up 3 hours (unhealthy)     3h     mariadb
     -  b8d21f6620aa  quay.io/openstack.kolla/kolla-toolbox:2024.2   Exited (0) 2 days ago      .      kolla_toolbox
     ok 0c7be6a4f1d8  quay.io/openstack.kolla/keystone:2024.2        Up 2 days (healthy)        2d     keystone
     ok 77ab3c90e4f5  quay.io/openstack.kolla/neutron-server:2024.2  Up 2 days (healthy)        2d     neutron_server`,
  ),
  recap: printed(
    'kolla-ansible deploy --inventory inventory',
    'PLAY RECAP',
    `. Host       State        #OK  #Changed  #Unreachable  #Failed  #Skipped
     x  metal-02   failed       318  66        0             1        240
     x  metal-03   unreachable  12   0         1             0        4
     ok metal-01   changed      412  87        0             0        290
     ok localhost  ok           4    0         0             0        1`,
  ),
  releases: printed(
    'helm list --all -n openstack',
    'Helm releases',
    `. Name       Namespace  #Revision  #Age  Status           Chart           App version
     x  nova       openstack  3          18m   failed           nova-2024.2.7   v1.0.0
     >  neutron    openstack  1          12s   pending-install  neutron-2024.2  v1.0.0
     ok keystone   openstack  2          2d    deployed         keystone-2024.2  v1.0.0`,
  ),
  endpoints: printed(
    'openstack endpoint list',
    'Endpoints',
    `. Service    Interface  Region     URL                                                        State
     x  glance     public     RegionOne  https://glance.lab.example:443                             503
     ok keystone   public     RegionOne  https://keystone.lab.example:443/v3                        200
     ok nova       internal   RegionOne  http://nova-api.openstack.svc.cluster.local:8774/v2.1      200`,
  ),
};
