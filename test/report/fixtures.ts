import type { StepView } from '#domain/fold.ts';
import type { Health } from '#domain/health.ts';
import type { Check, Report, Row, Table } from '#domain/report.ts';

/** Reports in the words of one story: environment "lab", a cloud on metal and a cloud on that one's servers. */

const SERVER_COLUMNS = [
  { title: 'ID' },
  { title: 'Name' },
  { title: 'Status' },
  { title: 'Networks' },
  { title: 'Flavor' },
  { title: 'Host' },
  { title: 'Age', align: 'right' as const },
];

function server(index: number, name: string, [health, status]: readonly [Health, string]): Row {
  const id = (0x5f3d9552 + index * 7919 * 65537).toString(16).slice(-8).padStart(8, '0');
  return {
    health,
    cells: [
      `${id}-77a1-4c0e-9b1d-0123456789ab`,
      name,
      status,
      status === 'BUILD' ? '' : `lab-net=10.42.0.${20 + index}`,
      index % 3 === 0 ? 'm1.large' : 'm1.xlarge',
      `metal-0${1 + (index % 3)}`,
      `${3 + index}d`,
    ],
  };
}

export function servers(count: number, troubled = true): Table {
  const rows = Array.from({ length: count }, (_, index) => {
    const state: readonly [Health, string] = !troubled
      ? ['ok', 'ACTIVE']
      : index === 0
        ? ['failure', 'ERROR']
        : index === 1 || index === 2
          ? ['warning', 'REBOOT']
          : index === 3
            ? ['running', 'BUILD']
            : index === 4
              ? ['off', 'SHUTOFF']
              : ['ok', 'ACTIVE'];
    return server(index, index < 5 ? `node-${5 - index}` : `tenant-web-${index - 4}`, state);
  });
  return {
    id: 'servers',
    title: 'Servers on metal',
    command: 'openstack --os-cloud kolla server list --all-projects',
    columns: SERVER_COLUMNS,
    statusColumn: 2,
    rows,
  };
}

const networks: Table = {
  id: 'networks',
  title: 'Networks on metal',
  command: 'openstack network list --long',
  columns: [{ title: 'Name' }, { title: 'Type' }, { title: 'MTU', align: 'right' }, { title: 'Status' }],
  statusColumn: 3,
  rows: [
    { health: 'ok', cells: ['lab-net', 'vxlan', '1450', 'ACTIVE'] },
    { health: 'ok', cells: ['public1', 'flat', '1500', 'ACTIVE'] },
  ],
};

const services: Table = {
  id: 'services',
  title: 'Compute services on metal',
  command: 'openstack compute service list',
  columns: [{ title: 'Binary' }, { title: 'Host' }, { title: 'State' }, { title: 'Updated', align: 'right' }],
  statusColumn: 2,
  rows: [
    { health: 'ok', cells: ['nova-scheduler', 'metal-01', 'up', '4s'] },
    { health: 'ok', cells: ['nova-conductor', 'metal-01', 'up', '6s'] },
    { health: 'ok', cells: ['nova-compute', 'metal-01', 'up', '2s'] },
    { health: 'ok', cells: ['nova-compute', 'metal-02', 'up', '9s'] },
  ],
};

const empty: Report = {
  title: 'lab',
  subtitle: '',
  health: 'ok',
  layers: [],
  troubles: [],
  checks: [],
  hops: [],
  tables: [],
  leftovers: [],
  at: '2026-11-23T14:50:00.000Z',
};

export const statusTroubled: Report = {
  ...empty,
  title: 'lab needs a look',
  subtitle: '2 layers, 48 things read in 1.9s',
  health: 'failure',
  layers: [
    { layer: 'metal', kind: 'openstack', health: 'failure', summary: '40 servers on 3 hypervisors, 1 in ERROR' },
    { layer: 'cloud', kind: 'openstack', health: 'unknown', summary: '9 of 10 parts read, volumes did not answer' },
  ],
  troubles: [
    {
      layer: 'metal',
      health: 'failure',
      what: 'Server "node-5" is in ERROR: No valid host was found. There are not enough hosts available.',
      cause: 'No compute host has room for m1.large: 2 of 48 VCPUs are free, and 4 are wanted.',
      advice: 'Free a server, or take a smaller flavor; Placement usage is in the table of hypervisors.',
    },
    {
      layer: 'cloud',
      health: 'unknown',
      what: 'The block storage API did not answer within 10s.',
      advice: 'Look at the pods of cinder-api on the cluster.',
    },
  ],
  tables: [services, networks, servers(40)],
};

export const statusHealthy: Report = {
  ...empty,
  title: 'lab is healthy',
  subtitle: '2 layers, 17 things read in 1.4s',
  layers: [
    { layer: 'metal', kind: 'openstack', health: 'ok', summary: '11 servers on 3 hypervisors' },
    { layer: 'cloud', kind: 'openstack', health: 'ok', summary: '4 servers on 2 hypervisors' },
  ],
  tables: [servers(11, false), services, networks],
};

function check(title: string, tookMs: number, detail?: string): Check {
  return { title, health: 'ok', tookMs, ...(detail ? { detail } : {}) };
}

const passed: readonly Check[] = [
  check('Sign in', 420, 'project strata, region RegionOne'),
  check('Find an image', 310, 'cirros-0.6.3, 21 MiB'),
  check('Find a flavor', 190, 'm1.tiny: 1 VCPU, 512 MiB, 1 GiB'),
  check('Make a network', 640, 'mtu 1450'),
  check('Make a subnet', 510, '10.42.7.0/24'),
  check('Make a router to the outside', 1840, 'public1'),
  check('Make a security group', 700, 'icmp, tcp/22'),
  check('Make a key pair', 260),
  check('Boot a server', 21_400, 'ACTIVE on metal-02'),
  check('Read its console', 8_200, 'login prompt'),
  check('Give it a floating IP', 2_300, '192.0.2.118'),
  check('Attach a volume', 9_700, '1 GiB as /dev/vdb'),
];

export const smokePassed: Report = {
  ...empty,
  title: 'Smoke test passed',
  subtitle: 'lab metal, standard: 12 checks in 46s',
  layers: [{ layer: 'metal', kind: 'openstack', health: 'ok', summary: '12 of 12 checks passed' }],
  checks: passed,
};

export const smokeFailed: Report = {
  ...empty,
  title: 'Smoke test failed',
  subtitle: 'lab metal, full: 17 checks in 2m 12s',
  health: 'failure',
  layers: [{ layer: 'metal', kind: 'openstack', health: 'failure', summary: '12 of 17 checks passed' }],
  troubles: [
    {
      layer: 'metal',
      health: 'failure',
      what: 'Packets of 1450 bytes do not reach the server, though its network promises mtu 1450.',
      cause: 'The tunnels between the hosts carry less than the network counts on: 1422 bytes pass, 1450 do not.',
      advice: 'Raise the MTU below by 28 bytes, or set global_physnet_mtu to 1472 and make the network anew.',
    },
  ],
  checks: [
    ...passed.slice(0, 11),
    check('Ping it', 3_100, '3 of 3 came back'),
    {
      title: 'Ping it at full MTU',
      health: 'failure',
      tookMs: 17_000,
      detail: 'passes at 1422 bytes, drops at 1450; first bad hop: tunnel',
    },
    {
      title: 'Log in over ssh',
      health: 'warning',
      tookMs: 58_000,
      detail: 'the key was accepted at the 3rd try, after 58s',
    },
    { title: 'Read the metadata service', health: 'off', detail: 'skipped: no reach' },
    { title: 'Attach a volume', health: 'waiting' },
    { title: 'Copy 1 MB through the tunnel', health: 'waiting' },
  ],
  hops: [
    { name: 'metal-01 eth1', mtuBytes: 1500, health: 'ok' },
    { name: 'tunnel', mtuBytes: 1422, health: 'failure' },
    { name: 'lab-net', mtuBytes: 1450, health: 'ok' },
    { name: 'server', mtuBytes: 1422, health: 'failure' },
  ],
  leftovers: ['volume strata-42-volume (0c3e7d0a-58c1-4b5e-9be0-2a41f1a7a0cd)'],
};

export const nothing: Report = { ...empty, subtitle: 'no layer answered' };

const HOSTILE = '"><b>*_~`x`\u202Egnp.exe\u0007\u001B[31m 数据库-主 🚀👩‍🚀 .*(?:a|b)+$ Zal̵̢̧̛͙͚g̷o &amp; <!channel> \uD800 ';

export const hostile: Report = {
  ...statusTroubled,
  title: `lab ${HOSTILE.repeat(4)}`,
  subtitle: `${HOSTILE} password=hunter2 \n\n second line`,
  layers: [
    { layer: HOSTILE, kind: HOSTILE, health: 'warning', summary: HOSTILE.repeat(3) },
    { layer: '云', kind: 'openstack', health: 'ok', summary: 'Größe, čeština, Ελλάδα, Київ, Đà Nẵng' },
  ],
  troubles: [
    {
      layer: HOSTILE,
      health: 'warning',
      what: HOSTILE.repeat(9),
      cause: 'x'.repeat(5000),
      advice: `token=${'gAAAA'.padEnd(90, 'z')}`,
    },
  ],
  checks: [],
  tables: [
    {
      ...servers(3),
      title: HOSTILE,
      command: `openstack --os-password hunter2 ${HOSTILE}`,
      rows: servers(3).rows.map((row, index) => ({
        ...row,
        cells: row.cells.map((cell, column) =>
          column === 1 ? HOSTILE : column === 3 ? '服务器'.repeat(20) : index === 2 ? '' : cell,
        ),
      })),
    },
  ],
  leftovers: Array.from({ length: 7 }, (_, index) => `${HOSTILE}${index}`),
};

/** As long as OpenStack lets a name be, in each script that is written otherwise; without a space to break at. */
const LONG = ['worker-', '服务器', 'データ', '데이터', 'שרת-', 'خادم-'].map((part) => part.repeat(255).slice(0, 255));
const long = (index: number): string => LONG[index % LONG.length] ?? '';

export const longNames: Report = {
  ...empty,
  ...{ title: long(0), subtitle: long(1), health: 'warning' },
  layers: LONG.map((name) => ({ layer: name, kind: name, health: 'warning', summary: name })),
  troubles: LONG.slice(3).map((name) => ({ layer: name, health: 'warning', what: name, cause: name, advice: name })),
  checks: LONG.map((name, index) => ({
    ...{ title: name, health: index % 2 === 0 ? 'ok' : 'failure', detail: name },
    ...(index % 3 === 0 ? {} : { tookMs: 10 ** index }),
  })),
  hops: LONG.map((name) => ({ name, mtuBytes: 1450, health: 'ok', layer: name })),
  change: {
    measures: LONG.map((name) => ({ name, before: 1e12, after: 2e15, unit: name })),
    things: LONG.map((name) => ({ name, how: 'moved', detail: name })),
  },
  consoles: [{ server: long(0), command: long(0), lines: LONG }],
  tables: [
    {
      ...{ id: 'long', title: long(4), command: long(5), statusColumn: 1 },
      columns: LONG.map((name) => ({ title: name })),
      rows: [{ health: 'ok', cells: LONG }],
    },
  ],
  leftovers: LONG,
};

export const longSteps: readonly StepView[] = LONG.map((title, index) => ({
  ...{ id: String(index), title, layer: title, status: index % 2 === 0 ? 'skipped' : 'failed', detail: title },
  ...(index % 3 === 0 ? {} : { startedAt: '2026-11-23T14:40:00.000Z', tookMs: 1000 * index }),
}));

/** A cloud whose names are in Chinese, Japanese and Korean. */
export const eastern: Report = {
  ...empty,
  ...{ title: '阿姆斯特丹的服务器', subtitle: '项目 生产环境，5 台服务器', health: 'failure' },
  layers: [
    { layer: '金属', kind: 'openstack', health: 'ok', summary: '3 台主机' },
    { layer: '本番クラウド', kind: 'openstack', health: 'failure', summary: 'データベースが応答しません' },
  ],
  troubles: [
    {
      ...{ layer: '本番クラウド', health: 'failure', what: '서버 "데이터베이스-주"가 ERROR 상태입니다' },
      advice: '确认磁盘故障后重新启动服务器。',
    },
  ],
  tables: [
    {
      ...servers(0),
      command: 'openstack server list --project 生产环境',
      rows: ['数据库-主', 'データベース-副', '데이터베이스-주', 'ｷｬｯｼｭ-1', 'web-前端'].map((name, index) =>
        server(index, name, index === 2 ? ['failure', 'ERROR'] : ['ok', 'ACTIVE']),
      ),
    },
  ],
};
