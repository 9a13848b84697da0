import { setTimeout as sleep } from 'node:timers/promises';
import { CheckError } from '#domain/errors.ts';
import type { Server } from '#domain/openstack.ts';
import type { Settled, StepContext } from '#domain/run.ts';
import { adviceOn } from '#words/failures.ts';
import { words } from '#words/kubespray.ts';

/** A server as the inventory needs it. */
export type Booted = { readonly id: string; readonly name: string; readonly ip: string };

export function bootedOf({ id, name, addresses }: Server): Booted {
  return { id, name, ip: addresses.find(({ type }) => type === 'fixed')?.ip ?? '' };
}

/** False of one that could not be built: it stays in ERROR for ever, so a further try begins anew. */
export function isWhole({ status }: Server): boolean {
  return status !== 'ERROR';
}

/** Waits until a server runs and has an address. @throws CheckError with what the cloud says of why not */
export async function untilActive(ctx: StepContext, cloud: string, made: Booted): Promise<Settled<Booted>> {
  const server = await ctx.ports.openstack(cloud, ctx.signal).compute.server(made.id);
  if (!server) throw new CheckError(words.serverGone(made.name));
  if (!isWhole(server)) {
    const said = server.fault?.message.trim() ?? words.noFault;
    throw new CheckError(words.serverFailed(made.name, said), { advice: adviceOn(said) ?? words.advice.retry });
  }
  const value = bootedOf(server);
  if (server.status === 'ACTIVE' && value.ip !== '') return { kind: 'ready', value, detail: value.ip };
  return { kind: 'wait', afterMs: 1000, why: [server.status, server.taskState].filter(Boolean).join(', ') };
}

/** Removes servers that could not be built, and waits: their ports are given to the next only when they have let them go. */
export async function removeBroken(ctx: StepContext, cloud: string, servers: readonly Server[]): Promise<void> {
  const { compute } = ctx.ports.openstack(cloud, ctx.signal);
  for (const { id, name } of servers.filter((server) => !isWhole(server))) {
    await compute.deleteServer(id);
    while ((await compute.server(id)) !== undefined) {
      ctx.note(words.removing(name));
      await sleep(1000, undefined, { signal: ctx.signal });
    }
  }
}
