import { type Health, worst } from '#domain/health.ts';
import type { Hop, Report, Trouble } from '#domain/report.ts';
import type { RunOutcome, StepOutcome } from '#domain/run.ts';
import { words } from '#words/smoke-test.ts';
import { took } from '#words/time.ts';
import { checkOf } from '../check.ts';
import type { Input } from './input.ts';
import type { MtuFacts } from './mtu.ts';
import { type Facts, plan } from './plan.ts';

/** Pure. Without facts nothing was planned, and the run's own error says why. */
export function report(input: Input, facts: Facts | undefined, outcome: RunOutcome): Report {
  const steps = facts ? plan(input, facts).steps : [];
  const outcomes = steps.map((step) => ({ step, outcome: outcome.steps[step.id] ?? { status: 'not-run' as const } }));
  const isSeveral = (facts?.layers.length ?? 0) > 1;
  const checks = outcomes.map(({ step, outcome: end }) =>
    checkOf(isSeveral ? words.report.on(step.layer, step.title) : step.title, end),
  );
  const failures: Trouble[] = outcomes.flatMap(({ step, outcome: end }) =>
    end.status === 'failed' ? [{ layer: step.layer, health: 'failure', what: end.message, advice: end.advice }] : [],
  );
  const left: Trouble[] =
    outcome.leftovers.length === 0
      ? []
      : [
          {
            layer: input.layer,
            health: 'warning',
            what: words.report.leftovers(outcome.leftovers.length),
            advice: words.report.leftoverAdvice,
          },
        ];
  const done = outcomes.filter(({ outcome: end }) => end.status === 'done' || end.status === 'failed').length;
  return {
    title: words.report.title[outcome.outcome],
    subtitle: words.report.subtitle(outcome.environment.name, done, took(outcome.tookMs)),
    health: outcome.outcome === 'succeeded' ? 'ok' : 'failure',
    layers: layersOf(facts, outcomes),
    troubles: [...failures, ...left],
    checks,
    hops: outcomes.flatMap(({ step, outcome: end }) => (step.id.endsWith('/measure') ? hopsOf(end) : [])),
    tables: [],
    leftovers: outcome.leftovers,
    at: outcome.endedAt,
  };
}

type Ended = { readonly step: { readonly layer: string }; readonly outcome: StepOutcome };

function layersOf(facts: Facts | undefined, ended: readonly Ended[]): Report['layers'] {
  return (facts?.layers ?? []).map(({ name, kind }) => {
    const own = ended.filter(({ step }) => step.layer === name).map(({ outcome }) => outcome.status);
    const health: Health = worst(
      own.map((status) => (status === 'failed' ? 'failure' : status === 'not-run' ? 'waiting' : 'ok')),
    );
    const passed = own.filter((status) => status === 'done').length;
    const skipped = own.filter((status) => status === 'skipped').length;
    const summary = `${passed} of ${own.length} passed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    return { layer: name, kind, health, summary };
  });
}

/** What is promised, what its path carries, and what that means for the level below where its tunnel is known. */
function hopsOf(end: StepOutcome): Hop[] {
  if (end.status !== 'done') return [];
  const { says, largest, overhead } = end.value as MtuFacts;
  const health = largest >= says ? 'ok' : 'failure';
  const below: Hop[] = overhead === undefined ? [] : [{ name: 'underlay', mtuBytes: largest + overhead, health }];
  return [
    ...below,
    { name: overhead === undefined ? words.report.pods : words.report.network, mtuBytes: says, health: 'ok' },
    { name: words.report.path, mtuBytes: largest, health },
  ];
}
