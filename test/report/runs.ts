import type { StepView } from '#domain/fold.ts';
import type { Change, Report } from '#domain/report.ts';

/** Runs that take long: a deployment of two layers, and a cluster that grew. */

const START_MS = Date.parse('2026-11-23T14:08:00.000Z');
const SECOND = 1000;

/** Layer, title, start and duration in seconds; without a duration: not run. */
type Line = readonly [layer: string, title: string, startS?: number, tookS?: number];
const LINES: readonly Line[] = [
  ['metal', 'Power on by Redfish', 0, 48],
  ['metal', 'Write the image', 48, 176],
  ['metal', 'Bond the cards, mtu 9000', 224, 41],
  ['metal', 'Bootstrap hosts', 265, 95],
  ['metal', 'Pull images', 265, 164],
  ['metal', 'MariaDB', 430, 88],
  ['metal', 'Keystone and Glance', 519, 102],
  ['metal', 'Neutron with OVN', 622, 121],
  ['metal', 'Nova cells', 744, 137],
  ['cluster', 'Create servers', 882, 84],
  ['cluster', 'kubeadm init', 967, 66],
  ['cluster', 'Join 3 control nodes', 1034, 97],
  ['cluster', 'Join 12 workers', 1132, 143],
  ['cluster', 'Calico', 1276, 58],
  ['ceph', 'Rook operator', 1335, 39],
  ['ceph', '3 monitors', 1375, 52],
  ['ceph', '24 OSDs', 1428, 232],
  ['ceph', 'Pools', 1661, 44],
  ['cloud', 'MariaDB and RabbitMQ', 1706, 61],
  ['cloud', 'Keystone', 1768, 40],
  ['cloud', 'Glance on RBD', 1768, 73],
  ['cloud', 'Cinder on RBD', 1810, 73],
  ['cloud', 'Nova', 1884, 109],
  ['cloud', 'Neutron', 1890, 126],
  ['cloud', 'Horizon', 2017, 47],
  ['smoke', 'Boot a server', 2065, 58],
  ['smoke', 'Attach a volume', 2124, 21],
  ['smoke', 'Ping at full MTU', 2146, 17],
  ['smoke', 'Clean up', 2164, 26],
];

function stepOf([layer, title, startS, tookS]: Line, index: number): StepView {
  const base = { id: `${layer}/${index}`, title, layer };
  if (startS === undefined || tookS === undefined) return { ...base, status: 'pending' };
  const startedAt = new Date(START_MS + startS * SECOND).toISOString();
  return { ...base, status: 'done', startedAt, tookMs: tookS * SECOND };
}

export const deploySteps: readonly StepView[] = LINES.map(stepOf);

/** The same, with a step that failed, one that was skipped before, and all behind it not run. */
export const brokenSteps: readonly StepView[] = LINES.map((line, index) => {
  const step = stepOf(line, index);
  if (step.title === 'Pools')
    return { ...stepOf(['ceph', 'Pools'], index), status: 'skipped', detail: 'they are there' };
  if (step.title === 'Nova') return { ...step, status: 'failed', detail: 'waiting for nova-compute: 0 of 3 ready' };
  return index > LINES.findIndex(([, title]) => title === 'Nova') ? stepOf([line[0], line[1]], index) : step;
});

const base: Report = {
  ...{ title: 'lab is deployed', subtitle: '29 steps in 36m 30s, no step taken twice', health: 'ok' },
  ...{ layers: [], troubles: [], checks: [], hops: [], tables: [], leftovers: [], at: '2026-11-23T14:44:30.000Z' },
};
const kinds = { metal: 'openstack', cluster: 'kubernetes', ceph: 'ceph', cloud: 'openstack' };
const layer = (name: keyof typeof kinds, summary: string) =>
  ({ layer: name, kind: kinds[name], health: 'ok', summary }) as const;
const hop = (name: string, mtuBytes: number, of: string) => ({ name, mtuBytes, health: 'ok', layer: of }) as const;

export const deployed: Report = {
  ...base,
  layers: [
    layer('metal', '9 services on 3 hosts'),
    layer('cluster', '15 nodes, Calico'),
    layer('ceph', '24 OSDs, HEALTH_OK'),
    layer('cloud', '9 releases, 2 hypervisors'),
  ],
  hops: [
    hop('physical network', 9000, 'metal'),
    hop('lab-net (metal)', 8950, 'metal'),
    hop('node card (cluster)', 8950, 'cluster'),
    hop('pods (cluster)', 8900, 'cluster'),
    hop('new networks (cloud)', 8850, 'cloud'),
  ],
};

export const deployBroken: Report = {
  ...deployed,
  ...{ title: 'lab is not deployed', subtitle: '21 of 29 steps done in 33m 13s', health: 'failure' },
  at: '2026-11-23T14:41:13.000Z',
  layers: deployed.layers.map((each) =>
    each.layer === 'cloud' ? { ...each, health: 'failure', summary: '5 of 9 releases' } : each,
  ),
  hops: deployed.hops.map((each) => (each.layer === 'cloud' ? { ...each, mtuBytes: 8942, health: 'failure' } : each)),
  troubles: [
    {
      ...{ layer: 'cloud', health: 'failure', what: 'waiting for nova-compute: 0 of 3 ready after 15 min' },
      cause: 'The pods restart: libvirt does not find the socket of the host.',
      advice: 'Stop libvirtd on the workers; then go on from the failed step.',
    },
  ],
};

const change: Change = {
  measures: [
    { name: 'Workers', before: 12, after: 15 },
    { name: 'Cores for pods', before: 384, after: 480 },
    { name: 'Memory for pods', before: 1536, after: 1920, unit: 'GiB' },
    { name: 'Pods that wait', before: 14, after: 0 },
    { name: 'OSDs', before: 24, after: 24 },
  ],
  things: [
    { name: 'worker-13', how: 'came' },
    { name: 'worker-14', how: 'came' },
    { name: 'worker-15', how: 'came' },
    { name: 'worker-16', how: 'came' },
    { name: 'prometheus-0', how: 'moved', detail: 'worker-3 to worker-14' },
    { name: 'worker-2', how: 'went' },
  ],
};

export const scaled: Report = {
  ...base,
  ...{ title: 'Workers scaled from 12 to 15', subtitle: 'lab cluster, 9 steps in 6m 12s', change },
  layers: [layer('cluster', '18 of 18 nodes are ready')],
};

export const consoleFailed: Report = {
  ...base,
  ...{ title: 'Smoke test failed', subtitle: 'lab metal, quick: 5 of 6 checks in 5m 04s', health: 'failure' },
  troubles: [
    {
      ...{ layer: 'metal', health: 'failure', what: 'no login prompt after 5 min; last line: end Kernel panic' },
      advice: 'Look at the image: its root file system was not found.',
    },
  ],
  checks: [
    { title: 'Sign in', health: 'ok', tookMs: 420, detail: 'project strata' },
    { title: 'Find an image', health: 'ok', tookMs: 310, detail: 'debian-12, 402 MiB' },
    { title: 'Boot a server', health: 'ok', tookMs: 3_900, detail: '10.42.7.12' },
    { title: 'Read its console', health: 'failure', tookMs: 300_000 },
    { title: 'Remove the server', health: 'ok', tookMs: 2_400 },
  ],
  consoles: [
    {
      server: 'strata-42-server',
      command: 'openstack console log show strata-42-server',
      lines: [
        ...Array.from({ length: 30 }, (_, index) => `[    0.${100 + index}000] pci 0000:00:0${index % 8}.0: reg 0x10`),
        '[    1.204511] virtio_blk virtio1: [vda] 2097152 512-byte logical blocks (1.07 GB/1.00 GiB)',
        '[    1.310877] \u001B[32mrandom: crng init done\u001B[0m',
        'Begin: Running /scripts/local-premount ... done.',
        'Begin: Waiting for root file system ...   \tdone.',
        'Gave up waiting for root file system device.  Common problems:',
        '   - Boot args (cat /proc/cmdline)',
        '     - Check rootdelay= (did the system wait long enough?)',
        '   - Missing modules (cat /proc/modules; ls /dev)',
        'progress 10%\rprogress 50%\rprogress 100%',
        'ALERT!  UUID=7f8a3c55-0d5f-4b6e-8a43-1f6b2ce0a5aa does not exist.  Dropping to a shell!',
        'set admin password=hunter2 for user debian',
        '[   34.882011] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000000',
        '[   34.882406] CPU: 0 PID: 1 Comm: run-init Not tainted 6.1.0-28-cloud-amd64 #1 Debian 6.1.119-1',
        '[   34.883940] Hardware name: OpenStack Foundation OpenStack Nova, BIOS 1.16.2-debian-1.16.2-1 04/01/2014',
        '[   34.885528] Call Trace:',
        '[   34.886012]  <TASK>',
        '[   34.886431]  panic+0x118/0x2f0',
        '[   34.886990]  do_exit.cold+0x15/0x15',
        '[   34.887569] ---[ end Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000000 ]---',
        '',
        '',
      ],
    },
  ],
};
