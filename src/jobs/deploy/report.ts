import type { Health } from '#domain/health.ts';
import type { Report, Table, Trouble } from '#domain/report.ts';
import type { RunOutcome } from '#domain/run.ts';
import { words } from '#words/deploy.ts';
import { took } from '#words/time.ts';
import { checkOf } from '../check.ts';
import { recapsOf } from '../recap.ts';
import { tellChain } from '../status/mtu/mtu.ts';
import { status } from '../status/status.ts';
import { type Facts, findingsOf, isKept, partsOf } from './facts.ts';
import { offersOf } from './offers.ts';
import type { Input } from './input.ts';
import { plan } from './plan.ts';
import type { Finding } from './provisioner.ts';

const HEALTHS: Readonly<Record<Finding['health'], Health>> = { ok: 'ok', warning: 'warning', failure: 'failure' };

/** Pure. What was done, what the layers are now, and what the preflight found. */
export function report(input: Input, facts: Facts | undefined, outcome: RunOutcome): Report {
  const { environment, endedAt: at } = outcome;
  const steps = facts ? plan(input, facts, environment).steps : [];
  const ends = steps.map((step) => ({ step, end: outcome.steps[step.id] ?? ({ status: 'not-run' } as const) }));
  const isRead = input.action === 'apply' && outcome.outcome === 'succeeded' && !input.isDryRun;
  const now = input.layers.map((layer) => status.report({ layer }, isRead ? { layers: [layer] } : undefined, outcome));
  const failures = ends.flatMap(({ step, end }): Trouble[] =>
    end.status === 'failed' ? [{ layer: step.layer, health: 'failure', what: end.message, advice: end.advice }] : [],
  );
  return {
    title: words.report.title(input, outcome.outcome, facts !== undefined && isKept(facts)),
    subtitle: words.report.subtitle(environment.name, input.layers, took(outcome.tookMs)),
    health: outcome.outcome === 'succeeded' ? 'ok' : outcome.outcome === 'failed' ? 'failure' : 'warning',
    layers: isRead ? now.flatMap(({ layers }) => layers) : [],
    troubles: [...failures, ...(isRead ? now.flatMap(({ troubles }) => troubles) : [])],
    checks: ends.map(({ step, end }) => checkOf(words.report.on(step.layer, step.title), end)),
    hops: facts ? tellChain(facts.chain).hops : [],
    tables: [...(facts ? tablesOf(input, facts, outcome) : []), ...recapsOf(outcome)],
    leftovers: outcome.leftovers,
    offers: facts && offersOf(facts, outcome),
    at,
  };
}

function tablesOf(input: Input, facts: Facts, { outcome }: RunOutcome): Table[] {
  const findings = findingsOf(facts);
  const parts = facts.layers.flatMap(({ name, facts: of }) => partsOf(input, of).map((part) => ({ name, part })));
  return [
    {
      ...{ id: 'preflight', title: words.report.preflight, statusColumn: 1, columns: columnsOf(words.report.findings) },
      rows: findings.map(({ layer, check, health, what }) => ({
        ...{ health: HEALTHS[health], cells: [layer, words.report.healths[health], check, what] },
      })),
    },
    {
      ...{ id: 'parts', title: words.report.parts, statusColumn: 2, columns: columnsOf(words.report.partColumns) },
      rows: parts.map(({ name, part }) => ({
        health: part.from === part.to || outcome === 'succeeded' ? 'ok' : 'warning',
        cells: [name, part.what, words.change(part), part.from ?? '', part.to ?? ''],
      })),
    },
  ].filter(({ rows }) => rows.length > 0) as Table[];
}

function columnsOf(titles: readonly string[]): Table['columns'] {
  return titles.map((title) => ({ title }));
}
