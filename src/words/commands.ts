import type { Right } from '#domain/access.ts';
import type { Resolution, Stop } from '#domain/events.ts';
import type { JobName, Outcome } from '#domain/run.ts';
import { sentencesOf } from './jobs.ts';
import { ordinal } from './ordinal.ts';
import { about } from './time.ts';
import { plural } from './language.ts';

/** Sentences of the commands' answers. Arguments are escaped by the caller where they come from outside. */
const RIGHTS: Readonly<Record<Right, string>> = {
  view: 'look at',
  operate: 'run things on',
  approve: 'approve changes of',
  breakGlass: 'break the glass of',
};
const OUTCOMES: Readonly<Record<Outcome, string>> = {
  succeeded: 'succeeded',
  degraded: 'done, something is unhealthy',
  failed: 'failed',
  cancelled: 'cancelled',
};

export const words = {
  // control
  stop: 'stops a run after its step, or now',
  approve: 'approves the plan of a run, from here or from a terminal with your key',
  deny: 'denies it, for a reason',
  breakGlass: 'lets a run go on without a second person; everybody is told',
  badPlan: 'reading the command: --plan is the start of the plan’s digest, 12 characters or more',
  retry: 'has an ended run go on from its first step that is not done',
  resolve: 'says of a step in doubt: it is done; or it is not, and is to be run again',
  notHow: (word: string) => `reading the command: "${word}" is neither done nor again`,
  freeze: 'closes an environment: nothing is changed or probed until it is opened',
  unfreeze: 'opens an environment again',
  queue: 'who changes an environment now, and who waits',
  drill: 'rehearses approval, stop and retry with a key pair of its own',
  freezeWithoutReason: 'freezing: give a reason, in quotes',
  noMoment: (word: string) => `reading the moment: "${word}" is none; as in 30m, 2h, 3d or 2026-12-24T18:00Z`,
  badMoment: (word: string) => `reading the moment: "${word}" is past, or more than 90 days ahead`,
  noInterval: (word: string) => `reading the interval: "${word}" is none; as in 5m, 6h or 1d`,
  badInterval: (word: string, leastMs: number, mostMs: number) =>
    `reading the interval: "${word}" is not from ${about(leastMs)} to ${about(mostMs)}`,
  badSeconds: (most: number) => `reading the command: --seconds is a whole number from 0 to ${most}`,
  // Whoever is inside is the first.
  waiting: (place: number, behind: number, who: string) =>
    `${ordinal(place + 1)}, behind #${behind}${who === '' ? '' : ` by ${who}`}`,
  frozenBy: (who: string, reason: string, until: string | undefined) =>
    `frozen by ${who}: ${reason}${until === undefined ? '' : `, until ${until}`}`,
  frozen: (freeze: string) => `It is ${freeze}.`,
  inside: (environment: string, line: string) => `Now changing ${environment}: ${line}`,
  nobodyInside: (environment: string) => `Nobody changes ${environment} now.`,

  // the umbrella command
  umbrella: 'All of Strata: help, history, show <run>, whoami, and every command',
  umbrellaParameters: 'help | history [environment] | show <run> | whoami | <command> ...',

  // grammar
  openQuote: (start: string) => `reading the command: the quote that starts at ${start} is not closed`,
  optionWithoutValue: (name: string) => `reading the command: option "--${name}" needs a value`,
  optionWithValue: (name: string) => `reading the command: option "--${name}" takes no value`,
  optionTwice: (name: string) => `reading the command: option "--${name}" is given twice`,
  tooManyWords: (most: number) => `reading the command: more than ${most} words`,
  unknownOption: (name: string) => `reading the command: no option "--${name}"`,
  extraWord: (word: string) => `reading the command: "${word}" is one word too many`,
  usageIs: (usage: string) => `Usage: ${usage}`,
  didYouMean: (near: string) => `Did you mean "${near}"?`,

  // targets
  noCommand: (name: string) => `reading the command: no command "${name}"`,
  noEnvironment: (name: string) => `finding the environment: there is no "${name}"`,
  whichEnvironment: 'finding the environment: there are several, so name one',
  theseAre: (names: readonly string[]) => (names.length === 0 ? '' : `There are: ${names.join(', ')}.`),
  noLayer: (name: string, environment: string) =>
    `finding the layer: environment "${environment}" has no layer "${name}"`,
  whichLayer: 'finding the layer: name one',
  noLevel: (name: string) => `reading the command: "${name}" is neither a layer nor quick, standard or full`,
  wrongKind: (layer: string, kind: string) =>
    `choosing layer "${layer}": it is a ${kind} layer, which this command does not work on yet`,
  fittingLayers: (names: readonly string[]) =>
    names.length === 0 ? 'This environment has no layer that it works on.' : `It works on: ${names.join(', ')}.`,
  noRunNumber: 'reading the command: which run? Give its number',
  badRunNumber: (word: string) => `reading the command: "${word}" is not the number of a run`,
  noRun: (number: number) => `finding run #${number}: there is none`,
  noRunAdvice: (history: string) => `The newest ones are listed by ${history}.`,

  // policy
  outsider: 'Strata answers only members of the workspace it is installed in.',
  mayNot: (right: Right, environment: string) => `You may not ${RIGHTS[right]} environment ${environment}.`,
  notHere: (environment: string) => `Environment ${environment} is not for this channel.`,
  thoseMay: (who: readonly string[]) => (who.length === 0 ? 'Nobody may so far.' : `These may: ${who.join(', ')}.`),
  usableIn: (channels: readonly string[]) =>
    channels.length === 0 ? 'It has no channel so far.' : `It is used in ${channels.join(', ')}.`,
  privateChannel: (id: string) =>
    `Slack keeps the name of a private channel from commands: if this is the one, put its id, ${id}, into the stack file.`,
  everybody: 'everybody in its channels',
  groupsUnknown: 'Slack has not told yet who is in these groups and channels, so try again in a minute.',
  nothingHere:
    'There is nothing you may do from here. Try it in a channel of an environment, or ask who keeps the stack file.',

  // answers
  started: (number: number, what: string) =>
    `Run #${number} is on its way: ${what}. Its progress shows in this channel.`,
  startedPrivately: (number: number, what: string) =>
    `Run #${number} is on its way: ${what}. It comes to you alone, as a direct message.`,
  startedElsewhere: (number: number, what: string) =>
    `Run #${number} is on its way: ${what}. Its progress shows in the channel of its environment.`,
  startedAtTerminal: (number: number, what: string) => `Run #${number} is on its way: ${what}.`,
  again: (number: number) => `This was asked already: it is run #${number}, and nothing new was started.`,
  what: (job: JobName, target: string, depth: string | undefined) =>
    `${sentencesOf(job).title.toLowerCase()} of ${target}${depth === undefined ? '' : `, ${depth}`}`,
  target: (environment: string, layer: string) => (layer === 'all' ? environment : `${environment} / ${layer}`),
  noRuns: (environment: string) => `No runs of ${environment} yet.`,
  noSuchRuns: (environment: string, among: number) =>
    plural(
      among,
      `The only run of ${environment} is not such.`,
      `None of the newest ${among} runs of ${environment} is such.`,
    ),
  newest: (environment: string) => `*Newest runs of ${environment}*`,
  outcome: (outcome: Outcome) => OUTCOMES[outcome],
  states: {
    queued: 'waiting for a worker',
    surveying: 'looking around',
    asking: 'waiting for approval',
    waiting: 'waiting for its turn',
    held: 'held by a freeze',
    doubt: 'waiting for somebody to say whether a step was done',
    running: 'running',
    cleaning: 'cleaning up',
    ended: 'ended',
  },
  plan: (summary: string, digest: string | undefined) =>
    `Plan: ${summary}${digest === undefined ? '' : ` (${digest})`}`,
  takes: (time: string) => `Time: ${time}`,
  log: {
    title: 'Log',
    started: (worker: string) => `${worker} takes it`,
    handedOver: (worker: string) => `${worker} hands it over`,
    waits: (place: string) => `waits: ${place}`,
    asked: (others: number, until: string) =>
      `asked for approval by ${plural(others, 'one other', `${others} others`)}, until ${until}`,
    approved: (who: string) => `approved by ${who}`,
    denied: (who: string, reason: string) => `denied by ${who}: ${reason}`,
    reminded: 'approvers reminded',
    glassBroken: (who: string, reason: string) => `‼ ${who} broke the glass: ${reason}`,
    terminal: (host: string, key: string) => ` (at a terminal on ${host}, key ${key})`,
    expired: 'nobody approved it in time',
    held: (freeze: string) => `held: ${freeze}`,
    stop: (who: string, how: Stop) => `stopped by ${who}, ${how === 'now' ? 'at once' : 'after the step'}`,
    retried: (who: string) => `taken up again by ${who}`,
    doubted: (step: string) => `in doubt whether "${step}" was done`,
    resolved: (who: string, step: string, as: Resolution) =>
      `${who} says that "${step}" ${as === 'done' ? 'is done' : 'is not done'}`,
    ended: (outcome: string) => `ended: ${outcome}`,
    foreign: (type: string) => `"${type}": written by another version of Strata, which this one does not understand`,
    earlier: (count: number) => `... and ${count} earlier`,
  },
  files: 'Files',
  file: (run: number, name: string, bytes: number) => `    ${name} (${bytes} bytes): strata artifact ${run} ${name}`,
  steps: {
    pending: 'not run',
    running: 'running',
    unknown: 'unknown',
    done: 'done',
    failed: 'failed',
    skipped: 'skipped',
  },
  by: (person: string) => `by ${person}`,
  asked: (time: string) => `asked ${time}`,
  advice: (text: string) => `What to do: ${text}`,
  leftovers: (count: number) => plural(count, '1 thing was left over:', `${count} things were left over:`),
  more: (count: number) => `... and ${count} more`,
  stepOf: (number: number, all: number, times = '') => `step ${number} of ${all}${times === '' ? '' : `, ${times}`}`,
  approvedBy: (who: string) => `✓ approved by ${who}`,
  removed: 'removed again',
  takeovers: (count: number) => `taken over ${plural(count, 'once', `${count} times`)}`,

  // help
  helpTitle: '*What you may do here*',
  helpInThread: (run: number) =>
    `In this thread a run number that is left out means #${run}: \`@strata show\`, \`@strata cancel\`, \`@strata retry\`.`,
  smokeTest:
    'proves that a cloud works: makes its own server (standard: network and volume too; full: reaches it), then removes all',
  status: 'how the layers are doing: services, hosts, servers, networks, volumes; trouble first',
  help: 'this list',
  history: 'the newest runs',
  show: 'one run: steps, times, outcome',
  whoami: 'who you are to Strata, and what you may do',

  // whoami
  youAre: (person: string, id: string) => `You are ${person} (${id}).`,
  groups: (groups: readonly string[]) =>
    groups.length === 0 ? 'You are in none of the groups of the stack file.' : `Your groups: ${groups.join(', ')}.`,
  rightsOn: (environment: string, rights: readonly string[]) =>
    `${environment}: ${rights.length === 0 ? 'nothing' : rights.join(', ')}`,
  rightNames: { view: 'view', operate: 'operate', approve: 'approve', breakGlass: 'break the glass' } satisfies Record<
    Right,
    string
  >,
  noRights: 'You have no rights on any environment from here.',
};
