import type { Outcome } from '#domain/run.ts';

/** Sentences of the terminal. */
export const words = {
  usage: `Strata: ChatOps for layered private clouds.

  strata up                      the bot and a worker in one process
  strata bot                     the Slack side alone
  strata worker                  a worker alone; start more to scale
  strata run COMMAND [ARGS]      a command through the same queue: strata run smoke-test lab metal quick
      --json                     the report as JSON on standard output
      --picture FILE             the report as a PNG
  strata check                   is everything there and reachable? a line each; exit 1 when not
  strata manifest [--prefix P]   the Slack app manifest

Settings come from the environment: STRATA_CONFIG (the stack file), REDIS_URL, OS_CLIENT_CONFIG_FILE,
SLACK_BOT_TOKEN, SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode), SLACK_API_URL, STRATA_HTTP_PORT.
Exit codes of run: 0 succeeded, 1 failed, 2 refused or misunderstood, 3 done but something is unhealthy.
`,
  unknown: (word: string, near: string | undefined) =>
    `strata: no command "${word}"${near ? `, did you mean "${near}"?` : ''} (strata help)`,
  ready: (what: string) => `strata: ${what} ready`,
  stopping: 'strata: stopping at the next step boundary (again to stop now)',
  noWorker: 'strata: no worker is running, so this waits; start one with "strata worker"',
  noPerson: (user: string) =>
    `strata: the system user "${user}" is nobody in the stack file; add it under "terminal:" with a Slack user id`,
  slackMissing: 'strata: no SLACK_BOT_TOKEN, so no bot; only "strata run" reaches this worker',
  outcome: (number: number, outcome: Outcome, seconds: string) => `run #${number} ${outcome} after ${seconds}`,
  goesOn: (number: number) => `strata: run #${number} goes on; see it with "strata run strata show ${number}"`,
  takenOver: (attempt: number) => `another worker goes on (attempt ${attempt})`,
  cleaningUp: 'cleaning up',
  bug: 'strata: this is a bug',
};
