import type { JobName, Outcome } from '#domain/run.ts';
import { sentencesOf } from './jobs.ts';
import { ordinal } from './ordinal.ts';
import { plural } from './language.ts';

/** Sentences of the Slack side. Names in arguments are escaped by the caller. */
export const words = {
  target: (environment: string, layer: string) => (layer === 'all' ? environment : `${environment} / ${layer}`),
  what: (job: JobName, target: string, depth: string | undefined) =>
    `${sentencesOf(job).title} of ${target}${depth === undefined ? '' : `, ${depth}`}`,
  askedBy: (person: string) => `asked by ${person}`,
  atTerminal: (person: string, host: string) => `asked by ${person} at a terminal on ${host}`,
  queued: 'waiting for a worker',
  surveying: 'looking around',
  step: (number: number, all: number, times = '') => `step ${number} of ${all}${times === '' ? '' : `, ${times}`}`,
  named: (step: string, title: string) => `${step}: ${title}`,
  cleaning: (removed: number) => (removed === 0 ? 'cleaning up' : `cleaning up, ${removed} removed`),
  outcome: (job: JobName, outcome: Outcome, time: string | undefined) => {
    const said = sentencesOf(job).outcomes[outcome];
    if (time === undefined) return said;
    // "something is unhealthy after 399 ms" would tell of the thing, not of the look at it.
    const isState = outcome === 'degraded' || (job === 'status' && outcome === 'succeeded');
    return isState ? `${said} (took ${time})` : `${said} after ${time}`;
  },
  attempt: (takeovers: number) =>
    plural(takeovers, 'taken over by another worker', `taken over by other workers ${takeovers} times`),
  foreign: (count: number) =>
    `${plural(count, 'one event', `${count} events`)} of another version of Strata not understood`,
  statuses: {
    pending: 'to do',
    running: 'running',
    unknown: 'unknown, being looked at',
    done: 'done',
    failed: 'failed',
    skipped: 'skipped',
  },
  progress: (past: number, all: number, hidden: number) =>
    `${past} of ${all} ${plural(all, 'step', 'steps')} done${hidden === 0 ? '' : `, ${hidden} not shown`}`,
  taskThatIs: (title: string, status: string) => `${title} (${status})`,
  hiddenSteps: (count: number) => plural(count, '... and 1 more step', `... and ${count} more steps`),
  advice: (text: string) => `What to do: ${text}`,
  cause: (text: string) => `Likely cause: ${text}`,
  stepFailed: (title: string, layer: string) => `*${title}* failed on ${layer}`,
  cleaningNext: 'What was made is being removed now.',
  leftovers: (count: number) => plural(count, '*1 thing was left over*', `*${count} things were left over*`),
  more: (count: number) => `... and ${count} more`,
  pictureTitle: (number: number) => `run ${number}`,
  footer: (number: number, person: string) => `#${number} by ${person}`,
  noFullPicture: 'The full picture could not be shown, so here it is as text.',
  asText: 'The picture could not be posted, so here it is as text.',

  // approval, stop, retry
  buttons: {
    approve: 'Approve',
    deny: 'Deny',
    'stop-step': 'Stop after this step',
    'stop-now': 'Stop now',
    retry: 'Go on from where it ended',
    withdraw: 'Withdraw',
    'step-done': 'It is done, go on',
    'step-again': 'It is not, run it again',
    'stop-here': 'Stop here',
    tell: 'Tell me when it starts',
    'as-text': 'Show as text',
    'full-picture': 'Full picture',
  },
  stopNowTitle: 'Stop in the middle?',
  stopNowIn: (step: string, risk: string) =>
    `“${step}” is under way.${risk === '' ? ' What it began is cleaned up.' : ` Stopping it can leave: ${risk}.`}`,
  stopNowBetween: 'What was begun is cleaned up.',
  stopNowNo: 'Go on',
  forms: {
    title: 'One moment',
    reading: 'Reading what there is to choose from ...',
    submit: 'Start',
    open: 'Fill in a form',
    close: 'Cancel',
    told: 'Strata',
    group: (first: number, last: number) => `${first} to ${last}`,
    undrawn: (reference: string) =>
      `The form could not be drawn, and nothing was started. Its reference in the log is ${reference}.`,
  },
  modals: {
    approve: 'Approve',
    deny: 'Deny',
    close: 'Back',
    done: 'Close',
    typeName: (name: string) => `Type ${name}, which this run destroys`,
    reason: 'Why not?',
    unopened: 'Slack did not open the question, so nothing was decided. Press the button again.',
  },
  asking: (needed: number, given: number, minutes: string) =>
    given === 0
      ? `waiting for ${plural(needed, 'approval', `${needed} approvals`)} until ${minutes}`
      : `approved by ${given} of ${needed}, until ${minutes}`,
  /** Until a worker has taken notice. */
  decidedAs: { approved: 'approved, waiting for a worker', denied: 'denied', expired: 'not approved in time' },
  askAnybody: (number: number, what: string) =>
    `<!here>: the plan of #${number} (${what}) waits for the approval of somebody else.`,
  askApprovers: (who: string, number: number, what: string) =>
    `${who}: the plan of #${number} (${what}) waits for your approval.`,
  decided: (requester: string, number: number, who: string) =>
    `${requester}: #${number} is approved by ${who}, so it goes on when its turn comes.`,
  decidedByGlass: (requester: string, number: number, who: string) =>
    `${requester}: #${number} goes on, without a second person, by ${who}.`,
  doubted: (requester: string, number: number, title: string) =>
    `${requester}: #${number} cannot tell whether *${title}* was done. Somebody has to look, and say so above.`,
  layerDone: (layer: string, steps: number, time: string) =>
    `*${layer}* is done: ${plural(steps, '1 step', `${steps} steps`)}, ${time}`,
  strandedDeleted: (number: number, what: string, where: string) =>
    `The message of your run #${number} (${what}) in ${where} was deleted. The run goes on; how it ends comes here.`,
  strandedClosed: (number: number, what: string, where: string) =>
    `Your run #${number} (${what}) cannot be shown in ${where}: it is archived, or Strata is not in it. The run goes on; how it ends comes here.`,
  itsChannel: 'its channel',
  layerNext: (layer: string) => `Next: ${layer}`,
  left: '*What it left*',
  nothingBegun: 'No step was begun, so nothing is left of it.',
  notBegun: (count: number) => plural(count, '1 step was not begun', `${count} steps were not begun`),
  remains: (step: string, how: string) => `${step}: ${how}`,
  remind: (number: number, what: string, where: string) =>
    `Run #${number} (${what}) still waits for your approval in ${where}; half of its time is over.`,
  plan: '*Plan*',
  planDestroying: (name: string) => `*Plan, which destroys ${name}*`,
  planToRead: '*Approve* shows the whole plan before it counts.',
  planDigest: (digest: string) => `plan ${digest}`,
  changed: '*The plan has changed since it was approved:*',
  approvedBy: (who: string, time: string) => `✓ approved by ${who}${time === '' ? '' : ` at ${time}`}`,
  glass: (who: string, time: string, reason: string) =>
    `‼ *Break-glass* by ${who} at ${time}, without a second person: ${reason}`,
  glassLoud: (who: string, number: number, what: string) =>
    `‼ *Break-glass* on run #${number} (${what}): ${who} has it go on without a second person.`,
  glassWhy: (reason: string) => `Why: ${reason}`,
  atTerminalWith: (host: string, key: string) => ` (at a terminal on ${host}, key ${key})`,
  deniedBy: (who: string, reason: string) => `✗ denied by ${who}: ${reason}`,
  expired: '– nobody approved it in time',
  stoppedBy: (who: string) => `– stopped by ${who}`,
  ahead: (number: number, who: string) => `behind #${number}${who === '' ? '' : ` by ${who}`}`,
  // Whoever is inside is the first.
  waiting: (place: number, ahead: string, step: string) =>
    [ordinal(place + 1), ahead, step].filter((part) => part !== '').join(', '),
  waitsToo: 'which waits too',
  doubt: (title: string) => `in doubt: was *${title}* done?`,
  goesOn: (number: number, what: string, where: string) => `Run #${number} (${what}) goes on now, in ${where}.`,
  isOver: (number: number, what: string, state: string) => `Run #${number} (${what}) is over: ${state}.`,
  held: (who: string, reason: string, until: string) =>
    `held: frozen by ${who} (${reason})${until === '' ? '' : ` until ${until}`}`,
  strangeClick: 'That button is not one of ours, or too old. Look at the run again: /strata show, and its number.',

  // answers of the front
  bug: (reference: string) =>
    `That went wrong, and it is a bug of Strata, not a mistake of yours. Nothing is known to have been started; its reference in the log is ${reference}.`,
  slow: 'Strata did not get an answer from its own store in time. Look at the newest runs before you send this again: it may have counted.',

  slowDecision:
    'Strata did not get an answer from its own store in time. Look at the run before you send this again: it may have counted.',

  mention: {
    notFirst:
      'Nothing was done. A command begins with the mention: `@strata show`, `@strata status`, or `@strata help` for all of them.',
    edited: 'Nothing was done: an edited message is no command. Write it as a new one.',
    noChannel: 'Slack did not tell which channel this is, so nothing was done. Try again in a moment.',
  },
  shortcut: {
    name: 'Ask Strata',
    description: 'What can be done now about the run that this message shows',
    title: (number: number) => `Run #${number}`,
    close: 'Close',
    nothing: 'There is nothing for you to decide about it now.',
    byWords: 'In its thread also by words: `@strata show`, `@strata cancel`, `@strata retry`.',
    comes: 'It comes into the thread, only for you.',
    noRun: 'This message shows no run of Strata.',
  },

  // start
  noMode: 'starting the bot: neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP mode) is set',
  noModeAdvice: 'Set one of them; both stand on the page of the app at api.slack.com/apps.',
  badToken: (variable: string, code: string) => `signing in to Slack: it refuses ${variable} (${code})`,
  badTokenAdvice: 'Copy the token again from the page of the app, or install the app again if it was removed.',
  portTaken: (port: number, code: string) => `listening on port ${port}: ${code}`,
  portAdvice: 'Another process has this port; choose one with STRATA_HTTP_PORT.',
  noSlack: (code: string) => `signing in to Slack: ${code}`,
  noSlackAdvice: 'Check the network and SLACK_API_URL; a bot that runs already tries on by itself.',
  scopesMissing: (scopes: readonly string[]) => `signing in to Slack: the app lacks ${scopes.join(', ')}`,
  scopesAdvice: 'Update the app with "strata manifest", then install it again.',
  signedIn: (user: string, team: string, mode: string) => `${user} in ${team}, ${mode}`,

  // manifest
  appName: 'Strata',
  appDescription: 'Watches and tests layered private clouds, from their channels.',
  reserved: (name: string) => `writing the manifest: Slack keeps "/${name}" for itself`,
  reservedAdvice: 'Choose another prefix, as in: strata manifest --prefix ops-',
  badCommand: (name: string) =>
    `writing the manifest: "/${name}" is no name for a command; lower-case letters, digits, - and _, at most 32`,
};
