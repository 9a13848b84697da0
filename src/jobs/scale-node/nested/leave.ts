import { CheckError, RemoteError, viewOf } from '#domain/errors.ts';
import type { Server } from '#domain/openstack.ts';
import type { Settled, Step, StepContext } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import type { NestedCompute } from '../facts.ts';
import { clusterOf, hold, type Target } from '../hold.ts';

const LOOK_MS = 2000;
/** How often one server's live migration is asked for. */
const MOST_TRIES = 3;
/** OpenStack-Helm's labels of the pods that run the hypervisor's side. */
const COMPUTE_PODS = { application: 'nova', component: 'compute' };

function computeOf(ctx: StepContext, { layer }: NestedCompute) {
  return ctx.ports.openstack(layer, ctx.signal).compute;
}

async function serviceOf(ctx: StepContext, on: NestedCompute) {
  const services = await computeOf(ctx, on).services();
  return services.find(({ binary, host }) => binary === 'nova-compute' && host === on.host);
}

/** Nothing new is scheduled to the host, and what is there moves away while it lives. */
export function emptySteps(target: Target, on: NestedCompute): readonly Step[] {
  const { layer, host } = on;
  const disable: Step = {
    id: `${layer}/disable-${host}`,
    title: words.title.disable(host),
    layer,
    timeoutMs: 120_000,
    risk: words.risk.disable(host),
    find: async () => undefined,
    async act(ctx) {
      const service = await serviceOf(ctx, on);
      const reason = words.disabledReason(ctx.run.number, target.node);
      // What somebody else has disabled keeps his reason: an uncordon takes back what is ours alone.
      if (service?.status === 'enabled')
        await computeOf(ctx, on).setService(service.id, { status: 'disabled', reason });
      return null;
    },
    settle: async () => ({ kind: 'ready', value: null }),
  };
  const tries = new Map<string, Tried>();
  const migrate: Step = {
    id: `${layer}/migrate-${host}`,
    title: words.title.migrate(host),
    layer,
    timeoutMs: 7_200_000,
    risk: words.risk.migrate,
    find: async () => undefined,
    act: async () => null,
    settle: (ctx) => moveOn(ctx, on, { tries, isMovable: isLive, move: (id) => computeOf(ctx, on).liveMigrate(id) }),
  };
  return [disable, migrate];
}

/** The host is declared dead, and its servers are built anew elsewhere from their disks. */
export function evacuateSteps(target: Target, on: NestedCompute): readonly Step[] {
  const { layer, host } = on;
  const down: Step = {
    id: `${layer}/down-${host}`,
    title: words.title.down(host),
    layer,
    timeoutMs: 120_000,
    risk: words.risk.down(host),
    find: async () => undefined,
    async act(ctx) {
      await hold(target, 'drain', ctx);
      const service = await serviceOf(ctx, on);
      if (service) await computeOf(ctx, on).setService(service.id, { forcedDown: true });
      return null;
    },
    settle: async () => ({ kind: 'ready', value: null }),
  };
  const tries = new Map<string, Tried>();
  const evacuate: Step = {
    id: `${layer}/evacuate-${host}`,
    title: words.title.evacuate(host),
    layer,
    timeoutMs: 7_200_000,
    risk: words.risk.evacuate,
    find: async () => undefined,
    async act(ctx) {
      // Evacuated while the old one runs, a server would run twice on one disk; and days may have passed before a retry.
      await hold(target, 'drain', ctx);
      return null;
    },
    settle: (ctx) => moveOn(ctx, on, { tries, isMovable: () => true, move: (id) => computeOf(ctx, on).evacuate(id) }),
  };
  return [down, evacuate];
}

/** The label that drew the compute to the node goes, and with it the pods. */
export function unlabelStep(target: Target, on: NestedCompute): Step {
  const { layer, namespace, labels } = on;
  const fields = `spec.nodeName=${target.node}`;
  return {
    id: `${layer}/unlabel-${target.node}`,
    title: words.title.unlabel(target.node),
    layer,
    timeoutMs: 600_000,
    find: async () => undefined,
    async act(ctx) {
      await hold(target, 'delete', ctx);
      const gone = Object.fromEntries(labels.map((label) => [label, null]));
      await clusterOf(target.layer, ctx).patchNode(target.node, { labels: gone });
      return null;
    },
    async settle(ctx) {
      const pods = await clusterOf(target.layer, ctx).pods({ namespace, labels: COMPUTE_PODS, fields });
      if (pods.length === 0) return { kind: 'ready', value: null };
      return { kind: 'wait', afterMs: LOOK_MS, why: words.stillThere(pods.map(({ name }) => name)) };
    },
  };
}

/** The cloud forgets the host: its compute service, then its network agents. */
export function forgetStep(target: Target, on: NestedCompute): Step {
  const { layer, host } = on;
  return {
    id: `${layer}/forget-${host}`,
    title: words.title.forget(host),
    layer,
    timeoutMs: 300_000,
    find: async () => undefined,
    async act(ctx) {
      const service = await serviceOf(ctx, on);
      if (service) await computeOf(ctx, on).deleteService(service.id);
      return null;
    },
    async settle(ctx) {
      const { network } = ctx.ports.openstack(layer, ctx.signal);
      const agents = (await network.agents()).filter((agent) => agent.host === host);
      for (const { id } of agents) await network.deleteAgent(id);
      return { kind: 'ready', value: null, detail: words.agents(agents.length) };
    },
  };
}

/** How often a server was asked to move, and why the cloud would not the last time. */
type Tried = { readonly times: number; readonly why?: string | undefined };

type Way = {
  readonly tries: Map<string, Tried>;
  readonly isMovable: (server: Server) => boolean;
  readonly move: (id: string) => Promise<void>;
};

/** Moves every server off the host, and asks again for those that came to rest there: one that cannot holds up no other. */
async function moveOn(ctx: StepContext, on: NestedCompute, { tries, isMovable, move }: Way): Promise<Settled<null>> {
  const servers = await computeOf(ctx, on).serversOn(on.host);
  if (servers.length === 0) return { kind: 'ready', value: null, detail: words.hostEmpty };
  const resting = servers.filter(({ taskState, status }) => taskState === undefined && status !== 'MIGRATING');
  const isStuck = ({ id }: Server) => (tries.get(id)?.times ?? 0) >= MOST_TRIES;
  const stuck = resting.filter(isStuck);
  const due = resting.filter((server) => isMovable(server) && !isStuck(server));
  if (stuck.length > 0 && due.length === 0 && resting.length === servers.length) {
    const names = stuck.map((server) => words.stuckServer(nameOf(server), tries.get(server.id)?.why));
    throw new CheckError(words.stuck(on.host, names), { advice: words.advice.stuck(on.layer) });
  }
  for (const { id } of due) {
    const times = (tries.get(id)?.times ?? 0) + 1;
    tries.set(id, { times, why: await refusalOf(() => move(id)) });
  }
  const still = resting.filter((server) => !isMovable(server));
  const advice = still.length > 0 ? words.advice.notLive : undefined;
  return { kind: 'wait', afterMs: LOOK_MS, why: words.moving(servers.length, still.map(nameOf)), advice };
}

/** Why Nova does not move this one, as it is locked, or in a state that forbids it; undefined: it does. @throws all else */
async function refusalOf(move: () => Promise<void>): Promise<string | undefined> {
  try {
    await move();
    return undefined;
  } catch (error) {
    const status = error instanceof RemoteError ? error.failure.status : undefined;
    if (status !== 400 && status !== 404 && status !== 409) throw error;
    return viewOf(error).message;
  }
}

/** Only what runs is moved alive. */
function isLive({ status }: Server): boolean {
  return status === 'ACTIVE' || status === 'PAUSED';
}

function nameOf({ name, status }: Server): string {
  return `${name} (${status})`;
}
