import { CheckError } from '#domain/errors.ts';
import type { KeyPair, Port, Server, ServerGroup, Volume } from '#domain/openstack.ts';
import type { Settled, Step, StepContext } from '#domain/run.ts';
import { sshKeyPair, type SshKeyPair } from '#domain/ssh-key.ts';
import { adviceOn, meaningOf } from '#words/failures.ts';
import { words } from '#words/smoke-test.ts';
import type { Found } from './basics.ts';
import { LOOK_MS, lookStep, metadataOf, nameOf, thingStep } from '../../mark.ts';

function api(ctx: StepContext, layer: string) {
  return ctx.ports.openstack(layer, ctx.signal).compute;
}

/** The run's key pair, derived from the cloud's credential: any worker gets the same, and none is ever stored. */
export function runKey(ctx: StepContext, layer: string): SshKeyPair {
  const { identity } = ctx.ports.openstack(layer, ctx.signal);
  return sshKeyPair(identity.deriveSecret(`smoke-test ${ctx.run.number}-${ctx.run.key}`));
}

export function keyPairStep(layer: string): Step<KeyPair> {
  return thingStep<KeyPair>({
    id: `${layer}/key`,
    title: words.title.key,
    layer,
    async list(ctx) {
      const found = await api(ctx, layer).keyPair(nameOf(ctx.run, 'key'));
      return found ? [found] : [];
    },
    make: (ctx) => api(ctx, layer).importKeyPair(nameOf(ctx.run, 'key'), runKey(ctx, layer).publicKey),
    remove: (ctx, { name }) => api(ctx, layer).deleteKeyPair(name),
  });
}

export function affinityStep(layer: string, skip: string | undefined): Step<ServerGroup> {
  return thingStep<ServerGroup>({
    id: `${layer}/affinity`,
    title: words.title.affinity,
    layer,
    skip,
    list: async (ctx) =>
      (await api(ctx, layer).serverGroups()).filter(({ name }) => name === nameOf(ctx.run, 'affinity')),
    make: (ctx) => api(ctx, layer).createServerGroup(nameOf(ctx.run, 'affinity'), 'soft-anti-affinity'),
    remove: (ctx, { id }) => api(ctx, layer).deleteServerGroup(id),
  });
}

export type ServerOn = {
  readonly id: string;
  readonly title: string;
  readonly layer: string;
  readonly what: string;
  readonly image: Step<Found | undefined>;
  readonly flavor: Step<Found | undefined>;
  readonly port?: Step<Port> | undefined;
  readonly key?: Step<KeyPair> | undefined;
  readonly affinity?: Step<ServerGroup> | undefined;
  readonly skip?: string | undefined;
};

/** What later steps and the report need of a server. */
export type Booted = { readonly id: string; readonly name: string; readonly hostId: string };

export function serverStep(on: ServerOn): Step<Booted> {
  const { id, title, layer, what, skip } = on;
  return thingStep<Booted>({
    id,
    title,
    layer,
    skip,
    timeoutMs: 300_000,
    async list(ctx) {
      const mark = metadataOf(ctx.run, id)['strata'];
      const named = await api(ctx, layer).servers({ name: nameOf(ctx.run, what) });
      return named.filter((server) => server.metadata['strata'] === mark);
    },
    make: (ctx) => api(ctx, layer).createServer(wantedServer(ctx, on)),
    settle: (ctx, made) => untilActive(ctx, layer, made),
    remove: (ctx, server) => api(ctx, layer).deleteServer(server.id),
  });
}

function wantedServer(ctx: StepContext, { id, layer, what, image, flavor, port, key, affinity }: ServerOn) {
  const setting = ctx.environment.layers.find((known) => known.name === layer)?.smokeTest;
  const group = affinity && ctx.maybe(affinity);
  return {
    name: nameOf(ctx.run, what),
    imageId: ctx.result(image)?.id ?? '',
    flavorId: ctx.result(flavor)?.id ?? '',
    portIds: port ? [ctx.result(port).id] : [],
    metadata: { ...setting?.metadata, ...metadataOf(ctx.run, id) },
    ...(key ? { keyName: ctx.result(key).name } : {}),
    ...(group ? { serverGroupId: group.id } : {}),
  };
}

async function untilActive(ctx: StepContext, layer: string, made: Booted): Promise<Settled<Booted>> {
  const server = await api(ctx, layer).server(made.id);
  if (!server) throw new CheckError(words.looks.serverGone(made.name));
  if (server.status === 'ERROR') throw faultOf(server);
  if (server.status !== 'ACTIVE') {
    return { kind: 'wait', afterMs: LOOK_MS, why: [server.status, server.taskState].filter(Boolean).join(', ') };
  }
  const { id, name, hostId } = server;
  return {
    kind: 'ready',
    value: { id, name, hostId },
    detail: server.addresses.map(({ ip }) => ip).join(', ') || 'ACTIVE',
  };
}

function faultOf({ name, fault }: Server): CheckError {
  const said = fault?.message.trim() ?? words.looks.noFault;
  const advice = adviceOn(said);
  return new CheckError(`booting server "${name}": ${said}`, advice === undefined ? {} : { advice });
}

/** Passes on a login prompt: kernel, disk and user space came up. */
export function consoleStep(layer: string, server: Step<Booted>): Step {
  let kept = '';
  return lookStep<string>({
    id: `${layer}/console`,
    title: words.title.console,
    layer,
    timeoutMs: 300_000,
    async look(ctx) {
      const text = await api(ctx, layer).consoleOutput(ctx.result(server).id, 60);
      // The server is removed when this fails; what it said stays. A file that cannot be kept fails no cloud.
      const file = { name: `${layer}-console.log`, content: text };
      if (text !== kept) await ctx.ports.artifacts.put(ctx.run, file).catch(() => undefined);
      kept = text;
      const lines = text
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean);
      const prompt = lines.findLast((line) => /login:|login as/i.test(line));
      if (prompt !== undefined) return { kind: 'ready', value: prompt.slice(0, 200), detail: prompt.slice(0, 100) };
      return {
        kind: 'wait',
        afterMs: 2 * LOOK_MS,
        why: words.looks.noPrompt(lines.at(-1)?.slice(0, 80)),
      };
    },
  });
}

export function volumeSteps(
  layer: string,
  { server, skip }: { readonly server: Step<Booted>; readonly skip: string | undefined },
) {
  const volumes = (ctx: StepContext) => ctx.ports.openstack(layer, ctx.signal).volume;
  const id = `${layer}/volume`;
  const volume = thingStep<Volume>({
    id,
    title: words.title.volume,
    layer,
    skip,
    timeoutMs: 120_000,
    async list(ctx) {
      const mark = metadataOf(ctx.run, id)['strata'];
      const named = await volumes(ctx).volumes({ name: nameOf(ctx.run, 'volume') });
      return named.filter((each) => each.metadata['strata'] === mark);
    },
    make: (ctx) =>
      volumes(ctx).createVolume({ name: nameOf(ctx.run, 'volume'), sizeGiB: 1, metadata: metadataOf(ctx.run, id) }),
    async settle(ctx, made) {
      const now = await volumes(ctx).volume(made.id);
      if (!now || now.status.startsWith('error')) {
        throw new CheckError(`creating volume "${made.name}": it is ${now?.status ?? 'gone'}`, {
          advice: meaningOf('No valid backend was found')?.advice ?? '',
        });
      }
      if (now.status === 'creating') return { kind: 'wait', afterMs: LOOK_MS, why: now.status };
      return { kind: 'ready', value: now, detail: `${now.sizeGiB} GiB` };
    },
    async remove(ctx, each) {
      // While it detaches, Cinder refuses to delete it: look again instead.
      if (!['deleting', 'detaching', 'attaching', 'in-use', 'creating'].includes(each.status))
        await volumes(ctx).deleteVolume(each.id);
    },
  });
  const attach = thingStep<{ readonly serverId: string; readonly device: string }>({
    id: `${layer}/attach`,
    title: words.title.attach,
    layer,
    skip,
    timeoutMs: 120_000,
    async list(ctx) {
      const made = ctx.maybe(volume);
      const now = made && (await volumes(ctx).volume(made.id));
      return now?.attachedTo ?? [];
    },
    async make(ctx) {
      const serverId = ctx.result(server).id;
      return { serverId, ...(await api(ctx, layer).attachVolume(serverId, ctx.result(volume).id)) };
    },
    async settle(ctx, made) {
      const now = await volumes(ctx).volume(ctx.result(volume).id);
      if (now?.status === 'in-use') return { kind: 'ready', value: made, detail: made.device };
      if (!now || now.status.startsWith('error')) throw new CheckError(words.looks.notAttached(now?.status));
      return { kind: 'wait', afterMs: LOOK_MS, why: now.status };
    },
    remove: (ctx, { serverId }) => api(ctx, layer).detachVolume(serverId, ctx.result(volume).id),
  });
  return { volume, attach };
}
