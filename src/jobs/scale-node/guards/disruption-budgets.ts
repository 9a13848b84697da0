import type { DisruptionBudget, Pod } from '#domain/kubernetes.ts';
import { words } from '#words/guards.ts';
import { selects } from '../../status/namespace/look-up.ts';
import { clusterOf, isMoved } from './cluster.ts';
import { type Guard, type Verdict, voiceOf } from './guard.ts';

const { holds, warns } = voiceOf('disruption-budgets');

/** Budgets that forbid an eviction now: the drain waits for them, perhaps for ever. Nobody asks them about a dead node. */
export const disruptionBudgets: Guard = {
  name: 'disruption-budgets',
  before: ['drain'],
  async check(subject, look) {
    if (subject.mode === 'replace') return [];
    const cluster = clusterOf(subject, look);
    const [budgets, pods] = await Promise.all([cluster.disruptionBudgets(), cluster.pods()]);
    const blocking = budgets.filter(({ disruptionsAllowed }) => disruptionsAllowed < 1);
    const verdicts = blocking.flatMap((budget) => verdictOn(budget, pods, subject.node));
    return verdicts.length > 0 ? verdicts : [holds(words.budgets.free)];
  },
};

function verdictOn(budget: DisruptionBudget, pods: readonly Pod[], node: string): readonly Verdict[] {
  const { namespace, name, selector, currentHealthy, desiredHealthy } = budget;
  const covered = pods.filter((pod) => pod.namespace === namespace && selects(selector, pod.labels));
  const here = covered.filter((pod) => pod.node === node && isMoved(pod)).map((pod) => pod.name);
  if (here.length === 0) return [];
  const ill = covered.filter(({ isReady }) => !isReady).map((pod) => pod.name);
  const why = words.budgets.why(currentHealthy, desiredHealthy, ill);
  return [warns(words.budgets.blocks(`${namespace}/${name}`, here, why), words.budgets.advice)];
}
