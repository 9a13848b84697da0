import { createHash } from 'node:crypto';
import { CheckError } from '#domain/errors.ts';
import type { FloatingIp, Network, Port } from '#domain/openstack.ts';
import type { CommandResult, Reach } from '#domain/ports.ts';
import type { Step, StepContext } from '#domain/run.ts';
import { words } from '#words/smoke-test.ts';
import { lookStep } from '../../mark.ts';
import { compare, measure, type MtuFacts } from '../mtu.ts';
import { type Booted, runKey } from './server.ts';

/** What the probes stand on. */
export type Target = {
  readonly layer: string;
  readonly user: string;
  readonly network: Step<Network>;
  readonly server: Step<Booted>;
  readonly floatingIp: Step<FloatingIp>;
  readonly skip: string | undefined;
};

/** Bytes that the tunnel of a network type adds, IPv4 outside. @see neutron-lib constants; OVN's Geneve needs 58 */
const OVERHEAD_BYTES: Readonly<Record<string, number>> = { vxlan: 50, geneve: 58, gre: 42, flat: 0, vlan: 0 };

const SSH_TIMEOUT_MS = 20_000;
const BULK_BYTES = 1_048_576;

function reachOf(ctx: StepContext, layer: string): Reach {
  const reach = ctx.ports.reach(layer, ctx.signal);
  if (!reach) throw new Error(`probing layer "${layer}": it has no reach, so this step should be skipped`);
  return reach;
}

function onGuest(
  ctx: StepContext,
  { layer, user, floatingIp, stdin }: Target & { readonly stdin?: Uint8Array },
  argv: readonly string[],
): Promise<CommandResult> {
  const { address } = ctx.result(floatingIp);
  const { privateKey } = runKey(ctx, layer);
  return reachOf(ctx, layer).ssh({ address, user, privateKey, timeoutMs: SSH_TIMEOUT_MS }, argv, stdin);
}

/** Ping, then the MTU probes, then ssh: where large packets vanish, ssh would only hang in its key exchange. */
export function pathProbes(target: Target) {
  const { layer, skip, floatingIp, network } = target;
  const ping = lookStep({
    id: `${layer}/ping`,
    title: words.title.ping,
    layer,
    skip,
    timeoutMs: 90_000,
    async look(ctx) {
      const { address } = ctx.result(floatingIp);
      const { sent, received } = await reachOf(ctx, layer).ping({ address, count: 2 });
      if (received === 0) return { kind: 'wait', afterMs: 500, why: words.looks.silent(address) };
      return { kind: 'ready', value: { sent, received }, detail: `${address} answers` };
    },
  });
  const measured = lookStep<MtuFacts>({
    id: `${layer}/measure`,
    title: words.title.measure,
    layer,
    skip,
    timeoutMs: 120_000,
    async look(ctx) {
      const { mtuBytes, type = 'vxlan' } = ctx.result(network);
      const { address } = ctx.result(floatingIp);
      const reach = reachOf(ctx, layer);
      const passes = async (packetBytes: number) =>
        (await reach.ping({ address, count: 2, packetBytes, dontFragment: true })).received > 0;
      const found = await measure(mtuBytes, passes);
      const value = { says: mtuBytes, ...found, overhead: OVERHEAD_BYTES[type] ?? 50 };
      return { kind: 'ready', value, detail: words.looks.largest(found.largest) };
    },
  });
  const mtu = lookStep({
    id: `${layer}/mtu`,
    title: words.title.mtu,
    layer,
    skip,
    async look(ctx) {
      const facts = ctx.result(measured);
      if (!facts) throw new Error('comparing the MTU: nothing was measured');
      const { says, largest, overhead = 0 } = facts;
      return compare(facts, { who: words.networkSays, tooLittle: words.advice.mtu(largest, says, overhead) });
    },
  });
  return { ping, measured, mtu };
}

/** What is only seen from within: login, metadata, a bulk copy. */
export function guestProbes(target: Target) {
  const { layer, skip } = target;
  const login = lookStep<{ readonly disks: number }>({
    id: `${layer}/login`,
    title: words.title.login,
    layer,
    skip,
    timeoutMs: 180_000,
    async look(ctx) {
      try {
        const { exitCode, stdout } = await onGuest(ctx, target, ['lsblk', '-d', '-n']);
        if (exitCode !== 0) throw new CheckError(words.looks.noDisks(exitCode), { advice: words.advice.ssh });
        return { kind: 'ready', value: { disks: linesOf(stdout) }, detail: `as ${target.user}` };
      } catch (error) {
        ctx.signal.throwIfAborted();
        if (error instanceof CheckError) throw error;
        return { kind: 'wait', afterMs: 1000, why: error instanceof Error ? error.message : words.looks.noLogin };
      }
    },
  });
  const metadata = lookStep({
    id: `${layer}/metadata`,
    title: words.title.metadata,
    layer,
    skip,
    async look(ctx) {
      const url = 'http://169.254.169.254/latest/meta-data/instance-id';
      const { exitCode, stdout, stderr } = await onGuest(ctx, target, ['curl', '-s', '-m', '10', url]);
      const said = stdout.trim();
      if (exitCode !== 0 || !/^i-[0-9a-f]+$/.test(said)) {
        const seen = (said || stderr.trim() || 'no answer').slice(0, 100);
        throw new CheckError(words.looks.metadata(seen), { advice: words.advice.metadata });
      }
      return { kind: 'ready', value: said, detail: said };
    },
  });
  const bulk = lookStep({
    id: `${layer}/bulk`,
    title: words.title.bulk,
    layer,
    skip,
    async look(ctx) {
      const bytes = Buffer.alloc(BULK_BYTES, ctx.run.key);
      const { stdout } = await onGuest(ctx, { ...target, stdin: bytes }, ['sha256sum']);
      const expected = createHash('sha256').update(bytes).digest('hex');
      if (!stdout.startsWith(expected)) {
        throw new CheckError(words.looks.damaged, {
          advice: words.advice.bulk,
        });
      }
      return { kind: 'ready', value: { bytes: BULK_BYTES }, detail: 'checksum matches' };
    },
  });
  return { login, metadata, bulk };
}

export function diskProbe(
  target: Target,
  login: Step<{ readonly disks: number } | undefined>,
  skip: string | undefined,
) {
  return lookStep({
    id: `${target.layer}/disk`,
    title: words.title.disk,
    layer: target.layer,
    skip,
    async look(ctx) {
      const before = ctx.maybe(login)?.disks ?? 0;
      const now = linesOf((await onGuest(ctx, target, ['lsblk', '-d', '-n'])).stdout);
      if (now > before) return { kind: 'ready', value: { disks: now }, detail: `${before} before, ${now} now` };
      return { kind: 'wait', afterMs: 1000, why: words.looks.sameDisks(now) };
    },
  });
}

type Tunnel = { readonly target: Target; readonly second: Step<Booted>; readonly port: Step<Port> };

/** From one server to the other at full size: the one probe that crosses the tunnel between two hypervisors. */
export function tunnelProbe({ target, second, port }: Tunnel) {
  return lookStep({
    id: `${target.layer}/tunnel`,
    title: words.title.tunnel,
    layer: target.layer,
    skip: target.skip,
    timeoutMs: 120_000,
    async look(ctx) {
      if (ctx.result(second).hostId === ctx.result(target.server).hostId) return { kind: 'skip', why: words.sameHost };
      const address = ctx.result(port).fixedIps[0]?.ip ?? '';
      const says = ctx.result(target.network).mtuBytes;
      const small = await onGuest(ctx, target, ['ping', '-c', '2', '-W', '1', address]);
      if (small.exitCode !== 0) return { kind: 'wait', afterMs: 1000, why: words.looks.silentYet(address) };
      const full = await onGuest(ctx, target, [
        'ping',
        '-c',
        '2',
        '-W',
        '1',
        '-M',
        'do',
        '-s',
        String(says - 28),
        address,
      ]);
      if (/invalid option|unrecognized option|usage:/i.test(full.stderr)) return { kind: 'skip', why: words.guestPing };
      if (full.exitCode !== 0) {
        throw new CheckError(words.looks.lostBetween(says), { advice: words.advice.tunnel });
      }
      return { kind: 'ready', value: { bytes: says }, detail: words.looks.between(says) };
    },
  });
}

function linesOf(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length;
}
