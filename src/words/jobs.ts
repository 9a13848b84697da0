import type { JobName, Outcome } from '#domain/run.ts';

type Sentences = { readonly title: string; readonly outcomes: Readonly<Record<Outcome, string>> };

const OUTCOMES = { succeeded: 'done', degraded: 'done, with remarks', failed: 'failed', cancelled: 'cancelled' };
const JOBS: Readonly<Record<JobName, Sentences>> = {
  'smoke-test': {
    title: 'Smoke test',
    outcomes: { ...OUTCOMES, succeeded: 'passed', degraded: 'passed, with remarks' },
  },
  status: { title: 'Status', outcomes: { ...OUTCOMES, succeeded: 'all well', degraded: 'something is unhealthy' } },
  drill: { title: 'Drill', outcomes: OUTCOMES },
};

/** What a job is called, and how it says how it ended. One that only a newer Strata knows is called by its own name. */
export function sentencesOf(job: JobName): Sentences {
  return Object.hasOwn(JOBS, job) ? JOBS[job] : { title: job, outcomes: OUTCOMES };
}
