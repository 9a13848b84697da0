import type { Offer } from '#domain/report.ts';
import type { RunOutcome } from '#domain/run.ts';
import { words } from '#words/scale-command.ts';
import { cordonId, drainId } from './drain.ts';
import type { Input } from './input.ts';

/** After a drain that did not come to its end nothing is deleted, and the node only takes no pods: that can be undone. */
export function offersOf(input: Input, { environment, outcome, steps }: RunOutcome): readonly Offer[] {
  if (input.action !== 'remove') return [];
  const { layer, node } = input;
  const isDone = (id: string) => steps[id]?.status === 'done';
  if (outcome === 'succeeded' || !isDone(cordonId(input)) || isDone(drainId(input))) return [];
  const text = `--environment ${environment.name} --layer ${layer} uncordon ${node}`;
  return [{ label: words.uncordon(node), command: 'scale-node', text }];
}
