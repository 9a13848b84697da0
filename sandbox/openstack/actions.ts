import { type Call, check, type Reply, reply } from './http.ts';
import { consoleOf, hostFor, isUp } from './life.ts';
import { type Store, type Thing, where } from './store.ts';

const VM_STATES: Readonly<Record<string, string>> = { ACTIVE: 'active', SHUTOFF: 'stopped', ERROR: 'error' };

/** What can be done to a server: the action's name, and what does it. @throws Refusal */
export function act(store: Store, call: Call, server: Thing): Reply {
  const [[name, wish] = ['', null]] = Object.entries(call.body);
  const action = ACTIONS[name];
  check(action, `400: There is no such action: ${name}`);
  return action({ store, call, server, wish: wish as Thing | null });
}

type Doing = {
  readonly store: Store;
  readonly call: Call;
  readonly server: Thing;
  readonly wish: Thing | null;
};
const ACTIONS: Readonly<Record<string, (doing: Doing) => Reply>> = {
  'os-getConsoleOutput': ({ store, server, wish }) =>
    reply({ output: consoleOf(store, server).split('\n').slice(-wish?.['length']).join('\n') }),
  'os-stop': stop,
  'os-migrateLive': liveMigrate,
  evacuate,
};

/** Nova's refusal of what does not fit the server's state. */
function checkState({ id, status, task }: Thing, action: string, states: readonly string[]): void {
  const may = `Cannot '${action}' instance ${id} while it is in`;
  check(task === null, `409: ${may} task_state ${task}`);
  check(states.includes(status), `409: ${may} vm_state ${VM_STATES[status] ?? 'building'}`);
}

function checkAdmin({ user }: Call, policy: string): void {
  check(user.role === 'admin', `403: Policy doesn't allow os_compute_api:${policy} to be performed.`);
}

function isHostUp({ hosts }: Store, server: Thing): boolean {
  return where(hosts, (host) => host.name === server.host).some(isUp);
}

/** Nothing happens on a host that is dead: it is powering off for ever. */
function stop({ store, server }: Doing): Reply {
  checkState(server, 'stop', ['ACTIVE', 'ERROR']);
  server.task = 'powering-off';
  store.later(store.timing.move, () => {
    if (isHostUp(store, server)) Object.assign(server, { status: 'SHUTOFF', task: null });
  });
  return reply(undefined, 202);
}

/** It stays where it is when no other host takes it. */
function liveMigrate({ store, call, server }: Doing): Reply {
  checkAdmin(call, 'os-migrate-server:migrate_live');
  checkState(server, 'os-migrateLive', ['ACTIVE']);
  Object.assign(server, { status: 'MIGRATING', task: 'migrating' });
  store.later(store.timing.move, () =>
    Object.assign(server, { status: 'ACTIVE', task: null, host: hostFor(store, server)?.name ?? server.host }),
  );
  return reply(undefined, 202);
}

function evacuate({ store, call, server }: Doing): Reply {
  checkAdmin(call, 'os-evacuate');
  checkState(server, 'evacuate', ['ACTIVE', 'SHUTOFF', 'ERROR']);
  check(!isHostUp(store, server), `400: Compute service of ${server.host} is still in use.`);
  const { status } = server;
  for (const host of where(store.hosts, ({ name }) => name === server.host)) host.evacuated = true;
  Object.assign(server, { status: 'REBUILD', task: 'rebuilding', fault: undefined });
  store.later(store.timing.move, () => {
    const host = hostFor(store, server);
    const message = 'No valid host was found. There are not enough hosts available.';
    const fault = { code: 500, message, created: new Date().toISOString() };
    const rebuilt = { status: status === 'SHUTOFF' ? status : 'ACTIVE', host: host?.name };
    Object.assign(server, { task: null, ...(host ? rebuilt : { status: 'ERROR', fault }) });
  });
  return reply({});
}
