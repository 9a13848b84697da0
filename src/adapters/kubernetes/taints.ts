import { z } from 'zod';
import type { Taint } from '#domain/kubernetes.ts';
import { type Client, MANAGER, NODES, pathOf } from './client.ts';
import { failureOf } from './errors.ts';

/** Others write to a node too, but none of them this often while we look. */
const TRIES = 5;

type SetTaint = Pick<Taint, 'key' | 'effect'>;
const NodeTaints = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  // As they are: some have a time that we do not know of.
  spec: z.object({ taints: z.array(z.looseObject({ key: z.string(), effect: z.string() })).default([]) }).prefault({}),
});

export function without<T extends SetTaint>(taints: readonly T[], { key, effect }: SetTaint): readonly T[] {
  return taints.filter((taint) => taint.key !== key || taint.effect !== effect);
}

/** A patch replaces the whole list, so it holds only for the node that was read; else it is read again. */
export async function changeTaints(
  client: Client,
  name: string,
  change: (taints: readonly SetTaint[]) => readonly SetTaint[],
): Promise<void> {
  const path = pathOf(NODES, { name });
  const doing = `changing the taints of node "${name}" of ${client.name}`;
  for (let left = TRIES; ; left--) {
    const { metadata, spec } = await client.call({ doing, path }, NodeTaints);
    const { resourceVersion } = metadata;
    const answer = await client.send({
      ...{ doing, method: 'PATCH', path, query: MANAGER, type: 'application/merge-patch+json' },
      body: { metadata: { resourceVersion }, spec: { taints: change(spec.taints) } },
      expected: [409],
    });
    if (answer.status !== 409) return;
    if (left === 1) throw failureOf(answer);
  }
}
