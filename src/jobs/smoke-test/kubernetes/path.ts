import { RemoteError } from '#domain/errors.ts';
import type { Kubernetes, Pod } from '#domain/kubernetes.ts';
import type { CommandResult } from '#domain/ports.ts';
import type { Skip, StepContext } from '#domain/run.ts';
import { words } from '#words/smoke-kubernetes.ts';
import { lookStep } from '../../mark.ts';
import { compare, measure, type MtuFacts } from '../mtu.ts';
import type { KubernetesFacts } from './facts.ts';
import { clusterOf } from './object.ts';
import { webPods } from './web.ts';

/** Bytes of IPv4 and ICMP headers around a ping's payload. */
const HEADER_BYTES = 28;
const SMALL_BYTES = 84;
const PING = ['ping', '-c', '2', '-W', '1', '-M', 'do', '-s'];
const INTERFACE_MTU = '/sys/class/net/eth0/mtu';

/** The largest packet from a pod on one node to a pod on another, against what the pods' interface promises. */
export function pathProbes({ name: layer }: KubernetesFacts) {
  const measured = lookStep<MtuFacts>({
    ...{ id: `${layer}/measure`, title: words.title.measure, layer, timeoutMs: 120_000 },
    async look(ctx) {
      const [from, to] = await twoNodes(ctx, layer);
      if (!from || !to) return { kind: 'skip', why: words.oneNode };
      const cluster = clusterOf(ctx, layer);
      try {
        return await largestBetween(cluster, from, to);
      } catch (error) {
        if (error instanceof RemoteError && error.failure.status === 403) return { kind: 'skip', why: words.noExec };
        throw error;
      }
    },
  });
  const mtu = lookStep({
    ...{ id: `${layer}/mtu`, title: words.title.mtu, layer },
    async look(ctx) {
      const facts = ctx.maybe(measured);
      if (!facts) return { kind: 'skip', why: words.notMeasured };
      const { says, largest } = facts;
      return compare(facts, { who: words.podsSay, tooLittle: words.advice.mtu(largest, says) });
    },
  });
  return { measured, mtu };
}

async function largestBetween(cluster: Kubernetes, from: Pod, to: Pod) {
  const { stdout, stderr, exitCode } = await cluster.exec(from, ['cat', INTERFACE_MTU]);
  const says = Number(stdout.trim());
  if (exitCode !== 0 || !(says > 0)) return skip(words.noInterface(stderr.trim()));
  const ping = (packetBytes: number) => cluster.exec(from, [...PING, String(packetBytes - HEADER_BYTES), to.ip]);
  const small = await ping(SMALL_BYTES);
  if (/invalid option|unrecognized option|usage:|not found/i.test(small.stderr)) return skip(words.imagePing);
  if (/permitted|permission|socket/i.test(small.stderr)) return skip(words.mayNotPing);
  // Network policies may forbid ICMP where they let TCP pass.
  if (!isAnswered(small)) return skip(words.noEcho);
  const found = await measure(says, async (packetBytes) => isAnswered(await ping(packetBytes)));
  const detail = words.largest(found.largest, from.node, to.node);
  return { kind: 'ready' as const, value: { says, ...found }, detail };
}

/** Judged by loss, never by ping's words. */
function isAnswered({ stdout }: CommandResult): boolean {
  return Number(/(\d+)(?: packets)? received/.exec(stdout)?.[1] ?? 0) > 0;
}

function skip(why: string): Skip {
  return { kind: 'skip', why };
}

async function twoNodes(ctx: StepContext, layer: string): Promise<readonly (Pod | undefined)[]> {
  const [from, ...others] = (await webPods(ctx, layer)).toSorted((a, b) => a.name.localeCompare(b.name));
  return [from, others.find(({ node }) => node !== from?.node)];
}
