import type { Node } from '#domain/kubernetes.ts';
import { words } from '#words/guards.ts';
import { clusterOf } from './cluster.ts';
import { type Guard, voiceOf } from './guard.ts';

const { holds, warns, refuses } = voiceOf('other-nodes');

/** One node at a time: the others carry what this one gives up. */
export const otherNodes: Guard = {
  name: 'other-nodes',
  before: ['drain', 'delete'],
  async check(subject, look) {
    const nodes = await clusterOf(subject, look).nodes();
    const away = nodes.filter(({ name }) => name !== subject.node).filter(isAway);
    if (away.length === 0) return [holds(words.othersReady(nodes.length - 1))];
    const evidence = words.othersAway(away.map((node) => words.away(node.name, node.ready === 'True')));
    // Of two dead ones, one must be the first.
    return [subject.mode === 'replace' ? warns(evidence, words.othersAdvice) : refuses(evidence, words.othersAdvice)];
  },
};

function isAway({ ready, schedulable }: Node): boolean {
  return ready !== 'True' || !schedulable;
}
