import type { Health } from '#domain/health.ts';
import type { Change, Report, Trouble } from '#domain/report.ts';
import type { RunOutcome } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import { took } from '#words/time.ts';
import { checkOf } from '../check.ts';
import { recapsOf } from '../recap.ts';
import { afterId } from './after.ts';
import type { Facts, NodeFact } from './facts.ts';
import type { Input } from './input.ts';
import { offersOf } from './offers.ts';
import { plan } from './plan.ts';

/** Pure. What came and went, beside each step; without facts nothing was planned, and the run's own error says why. */
export function report(input: Input, facts: Facts | undefined, outcome: RunOutcome): Report {
  const steps = facts ? plan(input, facts).steps : [];
  const ends = steps.map((step) => ({ step, end: outcome.steps[step.id] ?? ({ status: 'not-run' } as const) }));
  // One that was refused before its plan has no time of its own.
  const time = steps.length > 0 ? took(outcome.tookMs) : undefined;
  const failures = ends.flatMap(({ step, end }): Trouble[] =>
    end.status === 'failed' ? [{ layer: step.layer, health: 'failure', what: end.message, advice: end.advice }] : [],
  );
  return {
    title: words.report.title[input.action][outcome.outcome],
    subtitle: words.report.subtitle(outcome.environment.name, input.layer, time),
    health: healthOf(outcome),
    layers: [],
    troubles: outcome.outcome === 'cancelled' ? [] : failures,
    checks: ends.map(({ step, end }) => checkOf(step.title, end)),
    hops: [],
    tables: recapsOf(outcome),
    change: facts && changeOf(facts, outcome),
    leftovers: outcome.leftovers,
    offers: offersOf(input, outcome),
    at: outcome.endedAt,
  };
}

function healthOf({ outcome }: RunOutcome): Health {
  if (outcome === 'succeeded') return 'ok';
  return outcome === 'failed' ? 'failure' : 'warning';
}

/** Nodes before and after, once they were read at the end. */
function changeOf({ layer, nodes: before }: Facts, { steps }: RunOutcome): Change | undefined {
  const end = steps[afterId(layer)];
  if (end?.status !== 'done') return undefined;
  const after = end.value as readonly NodeFact[];
  const count = (nodes: readonly NodeFact[], is: (node: NodeFact) => boolean) => nodes.filter(is).length;
  const measure = (name: string, is: (node: NodeFact) => boolean) => ({
    ...{ name, before: count(before, is), after: count(after, is) },
  });
  const has = (nodes: readonly NodeFact[], { name }: NodeFact) => nodes.some((node) => node.name === name);
  return {
    measures: [
      measure(words.report.nodes, () => true),
      measure(words.report.ready, ({ ready }) => ready === 'True'),
      measure(words.report.schedulable, ({ ready, schedulable }) => ready === 'True' && schedulable),
    ],
    things: [
      ...after.filter((node) => !has(before, node)).map(({ name }) => ({ name, how: 'came' as const })),
      ...before.filter((node) => !has(after, node)).map(({ name }) => ({ name, how: 'went' as const })),
    ],
  };
}
