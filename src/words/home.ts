import type { Health } from '#domain/health.ts';
import { words as report } from './report.ts';
import { plural } from './language.ts';

/** Sentences of App Home. Names in arguments are escaped by the caller. */
export const words = {
  approvals: 'Waiting for your approval',
  environments: 'Environments',
  open: 'Under way',
  mine: 'Your last runs',
  start: 'Start',
  asked: (person: string) => `asked by ${person}`,
  planLines: (count: number) => `The plan has ${plural(count, '1 line', `${count} lines`)}.`,
  judge: 'Read the plan',
  judgeRun: (number: number) => `Read the plan of #${number}`,
  decided: 'There is nothing to decide about this run any more.',
  /** What follows is of it. */
  marked: (mark: string, name: string) => `${mark} *${name}*`,
  health: (marked: string, health: Health) => `${marked}  ${report.thing(health)}`,
  unseen: (marked: string) => `${marked}  not looked at yet`,
  /** Which of its layers are so. */
  ofLayers: (said: string, layers: string) => `${said}: ${layers}`,
  beside: (line: string, detail: string) => `${line}  ·  ${detail}`,
  seen: (ago: string) => `Seen ${ago}`,
  noStatus: 'No status has been asked for of late, so nothing is known.',
  frozen: (who: string, reason: string, until: string) =>
    `‖ *frozen* by ${who}: ${reason}${until === '' ? '' : `, until ${until}`}`,
  isFrozen: (line: string) => `${line}  ·  ‖ frozen`,
  look: 'Look now',
  lookAt: (name: string) => `Look now at ${name}`,
  run: (marked: string, what: string, state: string) => `${marked} ${what}: ${state}`,
  quiet: 'Nothing runs or waits.',
  more: (count: number) => `... and ${count} more`,
  moreEnvironments: (count: number) =>
    plural(
      count,
      '... and 1 more environment, which is no worse',
      `... and ${count} more environments, which are no worse`,
    ),
  unsure: 'Slack has not told yet which groups and channels you are in, so there may be more to see in a minute.',
  nothing:
    'There is no environment here that you may look at. Ask who keeps the stack file of Strata, or join the channel of an environment.',
  outsider: 'Strata answers only members of the workspace it is installed in.',
  unread: (reference: string) =>
    `Strata could not read its own store, so there is nothing to show. Open this page again in a moment; the reference in the log is ${reference}.`,
  answerTitle: 'Strata',
};
