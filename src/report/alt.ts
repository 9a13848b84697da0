import { worstFirst } from '#domain/health.ts';
import type { StepView } from '#domain/fold.ts';
import type { Report } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { quantityOf } from './change.ts';
import { clean } from './clean.ts';
import { countsOf, inWords, wordsFor } from './summary.ts';
import { healthsOf } from './timeline/rows.ts';

/** Slack's limit for the alternative text of an image block. */
const MOST_CHARACTERS = 2000;
const MOST_TROUBLES = 6;

/** Ends a sentence once. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

const SLOWEST = 3;

function slowestOf(steps: readonly StepView[]): string[] {
  const timed = steps
    .filter(({ tookMs }) => tookMs !== undefined)
    .toSorted((a, b) => (b.tookMs ?? 0) - (a.tookMs ?? 0));
  return timed.slice(0, SLOWEST).map(({ title, tookMs = 0 }) => `${title} ${words.duration(tookMs)}`);
}

/**
 * The picture in words: title, counts, each trouble with what to do, what changed, the MTU chain, the slowest steps of
 * those that are drawn. At most 2000 characters.
 */
export function altTextOf(report: Report, steps: readonly StepView[] = []): string {
  const healths = healthsOf(steps);
  const slowest = slowestOf(steps);
  const troubles = worstFirst(report.troubles);
  const chain = report.hops.map((hop) => `${hop.name} ${hop.mtuBytes || '?'}`).join(', ');
  const failed = report.checks.filter((check) => check.health === 'failure').map((check) => check.title);
  const parts = [
    report.title,
    report.subtitle,
    inWords(countsOf(report, healths), wordsFor(report, healths)),
    ...troubles.slice(0, MOST_TROUBLES).map(({ layer, what, advice }) => `${layer}: ${sentence(what)} ${advice ?? ''}`),
    troubles.length > MOST_TROUBLES ? words.moreTroubles(troubles.length - MOST_TROUBLES) : '',
    failed.length > 0 && troubles.length === 0 ? `${words.check('failure')}: ${words.list(failed)}` : '',
    ...(report.change?.measures ?? []).map(({ name, before, after, unit }) =>
      words.changed(name, quantityOf(before, unit), quantityOf(after, unit)),
    ),
    chain === '' ? '' : `${words.hops}: ${chain}`,
    slowest.length > 0 ? words.slowestOf(slowest) : '',
    report.leftovers.length > 0 ? words.leftovers(report.leftovers.length) : '',
  ];
  const text = parts
    .map((part) => clean(part))
    .filter((part) => part !== '')
    .map(sentence)
    .join(' ');
  return text.length <= MOST_CHARACTERS
    ? text
    : `${text
        .slice(0, MOST_CHARACTERS - 1)
        .toWellFormed()
        .trimEnd()}…`;
}
