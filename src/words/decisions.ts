import type { Refusal } from '#domain/approval.ts';
import type { Resolution, Stop } from '#domain/events.ts';
import { mention } from '#domain/mrkdwn.ts';
import { listed, plural } from './language.ts';

/** Why a decision does not count. `name`: what has to be typed. */
const REFUSALS: Readonly<Record<Refusal, (name: string) => string>> = {
  'nothing-asked': () => 'approving: this run asks for nothing now',
  'another-plan': () => 'approving: the plan has changed since this was drawn; look at the run again',
  expired: () => 'approving: the time for it is over; ask for the run again',
  'own-run': () => 'approving: somebody else has to, this run is yours, or you had it go on',
  twice: () => 'approving: you have already; somebody else has to as well',
  'wrong-name': (name) => `approving: type the name as it stands: ${name}`,
  decided: () => 'approving: this was decided already',
};

/** Sentences about decisions of people on runs. */
export const words = {
  refusals: REFUSALS,
  noRun: (number: number) => `finding the run: there is no run #${number}`,
  noReport: (number: number) => `showing run #${number}: it has no report`,
  noOffer: (number: number) => `taking what run #${number} offered: it offers that no longer`,
  serverOn: (layer: string) => `the server on ${layer}`,
  busy: (number: number) => `deciding about run #${number}: a worker is at it just now`,
  busyAdvice: 'Nothing was decided. Try again in a moment.',
  approved: (number: number, given: number, needed: number) =>
    given >= needed
      ? `Run #${number} is approved, and goes on when its turn comes.`
      : `Counted: ${given} of ${needed} for run #${number}.`,
  noReason: 'denying: give a reason',
  denied: (number: number) => `Run #${number} is denied.`,
  hasEnded: (number: number) => `stopping run #${number}: it has ended`,
  stopping: (number: number, how: Stop) =>
    how === 'now' ? `Run #${number} stops now, then cleans up.` : `Run #${number} stops after this step.`,
  stillRuns: (number: number) => `trying run #${number} again: it has not ended`,
  nothingLeft: (number: number) => `trying run #${number} again: all of it is done`,
  wasNotApproved: (number: number) => `trying run #${number} again: it was not approved; ask for it anew`,
  retried: (number: number) => `Run #${number} goes on from its first step that is not done.`,
  asksAgain: (hours: number) =>
    `Before that it asks for approval again${hours === 0 ? '' : `: the last one is older than ${plural(hours, '1 hour', `${hours} hours`)}`}.`,
  asksAnew: 'Before that it asks for approval, which nobody has given.',
  goesOnFrom: (person: string, done: number, all: number) =>
    `${person} has it go on from where it ended; done so far: ${done} of ${all} ${plural(all, 'step', 'steps')}.`,
  isFrozen: (freeze: string) => `It waits until the freeze is over: ${freeze}.`,
  waitsForWindow: (opens: string) =>
    `No maintenance window is open now: it waits for the next one, which opens ${opens}, and goes on by itself.`,
  noGlassReason: 'breaking the glass: give a reason, in quotes; everybody will read it',
  glassBroken: (number: number) =>
    `Run #${number} goes on without a second person. The channel is told, with your reason.`,
  whichPlan: (number: number, command: string) =>
    `Nothing was decided yet. For just this plan of run #${number}: ${command}`,
  changed: 'Changed since it was approved:',
  seenWhole: 'Where it is cut below, the button Approve of the run shows it whole.',
  typeName: (name: string) => `With --typed and the name of what it destroys: ${name}.`,
  planTooLong: (run: number) =>
    `The plan of #${run} is longer than Slack can show to whoever approves it. Ask for one layer at a time, or approve at a terminal: strata run approve ${run}`,
  nothingAsked: (number: number) => `deciding about run #${number}: it asks for nothing now`,
  noKey: (person: string) =>
    `Deciding at a terminal takes a personal key, and ${mention(person)} has none in the stack file.`,
  noKeyAdvice: (person: string) =>
    `Add the line of your id_ed25519.pub to the stack file: keys: { ${person}: ["ssh-ed25519 AAAA..."] }; or decide in Slack.`,
  notSigned: 'Deciding at a terminal takes your personal key.',
  notSignedAdvice: 'Give its file: --key ~/.ssh/id_ed25519, or STRATA_KEY; or decide in Slack.',
  otherKey: (known: readonly string[]) =>
    `That is no signature of this decision by a key of yours. In the stack file: ${known.join(', ')}.`,
  noDoubt: (number: number) => `deciding about run #${number}: no step of it is in doubt`,
  cannotBeDone: (step: string) =>
    `deciding about "${step}": nobody can say that it is done, because what comes after needs what it made`,
  resolved: (number: number, step: string, as: Resolution) =>
    as === 'done' ? `Run #${number} goes on after "${step}".` : `Run #${number} runs "${step}" again.`,
  notWaiting: (number: number) => `waiting for run #${number}: it does not wait for anything`,
  willTell: (number: number) => `You will hear when run #${number} goes on.`,
  frozen: (names: readonly string[], by: string, until: string | undefined) =>
    `${listed(names)} ${plural(names.length, 'is', 'are')} frozen by ${by}${until === undefined ? '' : ` until ${until}`}.`,
  notFrozen: 'Nothing was frozen.',
  opened: (names: readonly string[]) => `${listed(names)} ${plural(names.length, 'is', 'are')} open again.`,
};
