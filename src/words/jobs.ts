import type { Aim } from '#domain/aim.ts';
import type { JobName, Outcome } from '#domain/run.ts';
import { plural } from './language.ts';

type Sentences = { readonly title: string; readonly outcomes: Readonly<Record<Outcome, string>> };

const AIMS = {
  manyMarked: (step: string, count: number) => `looking for what step "${step}" made: ${count} things carry its mark`,
  nodes: (count: number) => plural(count, '1 node', `${count} nodes`),
  overridden: 'preflight overridden',
  dryRun: 'dry run',
};
const OUTCOMES = { succeeded: 'done', degraded: 'done, with remarks', failed: 'failed', cancelled: 'cancelled' };

/** How jobs are called, and what runs of theirs do. */
export const words: { readonly jobs: Readonly<Record<JobName, Sentences>> } & typeof AIMS = {
  jobs: {
    'smoke-test': {
      title: 'Smoke test',
      outcomes: { ...OUTCOMES, succeeded: 'passed', degraded: 'passed, with remarks' },
    },
    status: { title: 'Status', outcomes: { ...OUTCOMES, succeeded: 'all well', degraded: 'something is unhealthy' } },
    'scale-node': { title: 'Scaling', outcomes: { ...OUTCOMES } },
    deploy: { title: 'Deploy', outcomes: { ...OUTCOMES } },
    drill: { title: 'Drill', outcomes: { ...OUTCOMES } },
  },
  ...AIMS,
};

/** What a job is called, and how it says how it ended. One that only a newer Strata knows is called by its own name. */
export function sentencesOf(job: JobName): Sentences {
  return Object.hasOwn(words.jobs, job) ? words.jobs[job] : { title: job, outcomes: OUTCOMES };
}

/**
 * What a run does, in a few words: `full`, `remove node-4`, `add 2 nodes`, `rollback keystone`, `remove, dry run`;
 * undefined: no more than its job says.
 */
export function aimIn(aim: Omit<Aim, 'layer'>): string | undefined {
  const { depth, action, node, release, count, isDryRun = false, isOverride = false } = aim;
  if (depth !== undefined) return depth;
  const object = count === undefined ? (node ?? release) : words.nodes(count);
  // To apply is what a deploy is.
  const doing = action === 'apply' ? [] : [action, object].filter((part) => part !== undefined);
  const parts = [doing.join(' '), isOverride ? words.overridden : '', isDryRun ? words.dryRun : ''];
  const said = parts.filter((part) => part !== '');
  return said.length === 0 ? undefined : said.join(', ');
}
