import type { RunRef } from '#domain/run.ts';

/** Sentences of the engine. */
export const words = {
  stackFile: 'the stack file',
  outsideWindows: 'outside the maintenance windows',
  otherWorkers: 'the workers',
  noJobHere: (job: string) => `none that looked knows the job "${job}"; it waits for one that is as new as the bot`,
  noEnvironmentHere: (environment: string) =>
    `none that looked has environment "${environment}" in its stack file; it waits for one that has`,
  reordered: 'the same steps in another order',
  stoppedBy: (person: string) => `stopped by ${person}`,
  deadlineAdvice: 'Look at the object named here in the cloud itself: it may still be on its way, or stuck.',
  leftoverAdvice: 'What is listed as left over can be deleted by hand; its name starts with "strata-".',
  gaveUp: (takeovers: number) => `carrying the run: given up after ${takeovers} workers left it at the same step`,
  gaveUpAdvice: 'Look at the log of the workers: something ends them while they carry this run.',
  notRenewed: ({ number }: RunRef) => `carrying run #${number}: its lease could not be renewed`,
  mayBeLeft: ({ number, key }: RunRef) =>
    `perhaps what it had made, which nobody removed: look for names that start with "strata-${number}-${key}-"`,
  notInTime: (title: string, seconds: number, seen: string | undefined) =>
    `waiting for "${title}": not done within ${seconds} s${seen === undefined ? '' : `; last seen: ${seen}`}`,
  queueSilent: 'Nothing was started. Try again in a moment; if it stays so, run "strata check" on the host of the bot.',
};
