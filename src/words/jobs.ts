import type { Aim } from '#domain/aim.ts';
import type { JobName, Outcome } from '#domain/run.ts';

type Sentences = { readonly title: string; readonly outcomes: Readonly<Record<Outcome, string>> };

const OUTCOMES = { succeeded: 'done', degraded: 'done, with remarks', failed: 'failed', cancelled: 'cancelled' };
const JOBS: Readonly<Record<JobName, Sentences>> = {
  'smoke-test': {
    title: 'Smoke test',
    outcomes: { ...OUTCOMES, succeeded: 'passed', degraded: 'passed, with remarks' },
  },
  status: { title: 'Status', outcomes: { ...OUTCOMES, succeeded: 'all well', degraded: 'something is unhealthy' } },
  'scale-node': { title: 'Scaling', outcomes: OUTCOMES },
  deploy: { title: 'Deploy', outcomes: OUTCOMES },
  drill: { title: 'Drill', outcomes: OUTCOMES },
};

/** What a job is called, and how it says how it ended. One that only a newer Strata knows is called by its own name. */
export function sentencesOf(job: JobName): Sentences {
  return Object.hasOwn(JOBS, job) ? JOBS[job] : { title: job, outcomes: OUTCOMES };
}

/** What a run does, in a word or two: `full`, `remove node-4`, `add 2 nodes`; undefined: no more than its job says. */
export function aimIn({ depth, action, node, count }: Omit<Aim, 'layer'>): string | undefined {
  const nodes = count === undefined ? node : count === 1 ? '1 node' : `${count} nodes`;
  return depth ?? (action === undefined ? undefined : [action, nodes].filter((part) => part !== undefined).join(' '));
}
