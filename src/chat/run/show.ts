import type { RunEvent } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';
import type { Journal, Runs } from '#domain/ports.ts';
import type { Moment } from '#domain/progress.ts';
import type { RunRef } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import type { Place } from '../api.ts';
import { askingOf, askMessage, rootMessage } from './blocks.ts';
import { decidedMessage, failureMessage, summaryMessage } from './ending.ts';
import { alarmsOf } from './glass.ts';
import type { Message } from '../limits.ts';
import { postPicture } from './picture.ts';
import { isUntouched } from '../pieces.ts';
import { drawnOf, isClosed, isGone, type Noted, type PostDeps, postOnce, remember } from '../posting.ts';
import { type Stranding, strandedOf } from './stranded.ts';
import { SlackTrouble } from '../trouble.ts';
import { turnsOf } from './turning.ts';
import { whispersOf } from './whispers.ts';

export type ShowDeps = PostDeps & {
  readonly runs: Pick<Runs, 'get'>;
  readonly journal: Journal;
  readonly environment: Environment;
  /** User ids of a user group. */
  readonly membersOf: (group: string) => readonly string[];
  readonly signal: AbortSignal;
};

/** The run is shown as far as this process knows it. */
export type Shown = Noted & {
  readonly run: RunRef;
  readonly events: RunEvent[];
  /** The number of the run that it waits behind, whose progress it shows. */
  behind: number | undefined;
  /** How often the picture came to nothing. */
  pictureFailures: number;
};

export function startShowing(run: RunRef): Shown {
  return { run, of: run, events: [], facts: undefined, behind: undefined, pictureFailures: 0 };
}

/**
 * Brings Slack up to the run's journal: root message, turning points in its thread, the end with its picture. Every part
 * is recorded, so that it can be called again after any failure and in another process. Gives the sequence shown.
 * @throws SlackTrouble when Slack does not take it
 */
export async function showRun(shown: Shown, deps: ShowDeps): Promise<number> {
  const view = await readOn(shown, deps);
  if (!view) return 0;
  shown.facts ??= { ...(await deps.memory.get(shown.run)) };
  try {
    return await showIn(shown, deps, view);
  } catch (error) {
    // It is tried on: somebody may ask the bot in again.
    if (isClosed(error)) await tellStranded(shown, deps, 'closed');
    throw error;
  }
}

async function showIn(shown: Shown, deps: ShowDeps, view: RunView): Promise<number> {
  const channel = shown.facts?.['root.channel'] ?? (await channelOf(view, deps));
  if (channel === undefined) return view.seq;
  if (shown.facts?.['root.ts'] === undefined) {
    let drawn = '';
    const render = async () => {
      const newest = (await readOn(shown, deps)) ?? view;
      const message = rootMessage(newest, await momentOf(shown, deps, newest));
      drawn = drawnOf(message);
      return message;
    };
    const isNew = await postOnce(shown, deps, {
      part: 'root',
      place: { channel },
      render,
      askedAt: view.request.askedAt,
    });
    // One that was found again may show an older view.
    if (isNew) await remember(shown, deps, { 'root.drawn': drawn });
  }
  await link(shown, deps);
  const latest = await editRoot(shown, deps, fold(shown.events) ?? view);
  await alarmAll(shown, deps, latest);
  await replyAll(shown, deps, latest);
  await whisperAll(shown, deps, latest);
  if (shown.facts?.['root.gone'] === 'yes') await tellStranded(shown, deps, 'deleted');
  return latest.seq;
}

/** Has whoever speaks in its thread mean the run; threads of older versions too. */
async function link(shown: Shown, deps: ShowDeps): Promise<void> {
  const { 'root.channel': channel, 'root.ts': ts, 'root.linked': linked } = shown.facts ?? {};
  if (channel === undefined || ts === undefined || linked === 'yes') return;
  await deps.memory.root(shown.run, { channel, ts });
  await remember(shown, deps, { 'root.linked': 'yes' });
}

async function readOn(shown: Shown, { journal }: ShowDeps): Promise<RunView | undefined> {
  shown.events.push(...(await journal.read(shown.run, shown.events.at(-1)?.seq ?? 0)));
  return fold(shown.events);
}

/**
 * Where the run was asked for; what came from a terminal or App Home shows in the environment's first channel, what is
 * private in the direct messages of the app with the person who asked; what a schedule asked for in its messages.
 */
async function channelOf(
  { request: { origin, by } }: RunView,
  { api, environment }: ShowDeps,
): Promise<string | undefined> {
  if (origin.private) return by.id;
  if (origin.kind === 'schedule') return undefined;
  if (origin.kind === 'slack' && origin.channel !== undefined) return origin.channel;
  const [first] = environment.channels;
  return first === undefined ? undefined : api.channelId(first);
}

/** Edits the root message to the newest view there is when its turn comes, unless it is drawn just so. */
async function editRoot(shown: Shown, deps: ShowDeps, view: RunView): Promise<RunView> {
  const { facts = {} } = shown;
  const [channel, ts] = [facts['root.channel'], facts['root.ts']];
  if (channel === undefined || ts === undefined || facts['root.gone'] === 'yes') return view;
  const now = rootMessage(view, await momentOf(shown, deps, view));
  // A bot of another version drew it otherwise, with other buttons perhaps.
  if (facts['root.drawn'] === drawnOf(now)) return view;
  await deps.api.editTurn();
  const latest = (await readOn(shown, deps)) ?? view;
  const message = rootMessage(latest, await momentOf(shown, deps, latest));
  try {
    await deps.api.edit({ channel, ts }, message);
    await remember(shown, deps, { 'root.drawn': drawnOf(message) });
  } catch (error) {
    if (!isGone(error)) throw error;
    deps.log.warn({ runId: shown.run.number }, 'the message of a run was deleted; it is not posted again');
    await remember(shown, deps, { 'root.gone': 'yes' });
  }
  return latest;
}

/** Now, and the run that this one waits behind. */
async function momentOf(shown: Shown, { runs, journal }: ShowDeps, view: RunView): Promise<Moment> {
  shown.behind = view.state === 'waiting' ? view.queue?.behind : undefined;
  const ahead = shown.behind === undefined ? undefined : await runs.get(shown.behind);
  // Times are the journal's; a clock that is behind it takes none back.
  const nowMs = Math.max(Date.now(), Date.parse(view.lastAt));
  return { nowMs, ahead: ahead && fold(await journal.read(ahead)) };
}

/** Tells the whole channel what it has to hear. */
async function alarmAll(shown: Shown, deps: ShowDeps, view: RunView): Promise<void> {
  const channel = shown.facts?.['root.channel'];
  if (channel === undefined) return;
  for (const { part, message } of alarmsOf(view, deps.environment.people.approve)) {
    await postOnce(shown, deps, { part, place: { channel }, render: () => message, askedAt: view.request.askedAt });
  }
}

/** Replies for the turning points that have come, each once. */
async function replyAll(shown: Shown, deps: ShowDeps, view: RunView): Promise<void> {
  const { facts = {} } = shown;
  const [channel, thread] = [facts['root.channel'], facts['root.ts']];
  if (channel === undefined || thread === undefined || facts['root.gone'] === 'yes') return;
  const place: Place = { channel, thread };
  const { askedAt } = view.request;
  // A run that was taken up again has another end to tell.
  const again = view.round === 0 ? '' : `-${view.round + 1}`;
  const ask = askMessage(view, deps.environment.people.approve);
  const decided = decidedMessage(view);
  const plan = view.approval && askingOf(view.approval);
  // When the run has ended already, the summary says it too.
  const failure = view.state === 'ended' || view.risk === 'read' ? undefined : failureMessage(view);
  try {
    if (ask) await postOnce(shown, deps, { part: `ask-${plan}`, place, render: () => ask, askedAt });
    if (decided) await postOnce(shown, deps, { part: `decided-${plan}`, place, render: () => decided, askedAt });
    for (const { part, message } of turnsOf(view)) {
      await postOnce(shown, deps, { part, place, render: () => message, askedAt });
    }
    if (failure) await postOnce(shown, deps, { part: `failure${again}`, place, render: () => failure, askedAt });
    if (view.outcome === undefined) return;
    await postOnce(shown, deps, { part: `summary${again}`, place, render: () => summaryMessage(view), askedAt });
    if (isUntouched(view)) return;
    await postPicture(
      { part: `picture${again}`, view, place, theme: deps.environment.theme, shown },
      {
        api: deps.api,
        log: deps.log,
        signal: deps.signal,
        remember: (values) => remember(shown, deps, values),
        async post(message) {
          await postOnce(shown, deps, { part: `picture${again}`, place, render: () => message, askedAt });
        },
      },
    );
  } catch (error) {
    if (!isGone(error)) throw error;
    deps.log.warn({ runId: shown.run.number }, 'the thread of a run is gone; nothing more is said in it');
    await remember(shown, deps, { 'root.gone': 'yes' });
  }
}

/** Says to single people what is for them, each once; one who cannot be reached holds nothing up. */
async function whisperAll(shown: Shown, deps: ShowDeps, view: RunView): Promise<void> {
  const channel = shown.facts?.['root.channel'];
  if (channel === undefined) return;
  const { environment, membersOf } = deps;
  const audience = { approvers: environment.people.approve, membersOf, channel };
  for (const { part, to, message } of whispersOf(view, audience))
    await whisper(shown, deps, { part, to, message, view });
}

type Whispered = { readonly part: string; readonly to: string; readonly message: Message; readonly view: RunView };

async function whisper(shown: Shown, deps: ShowDeps, { part, to, message, view }: Whispered): Promise<void> {
  const { askedAt } = view.request;
  try {
    await postOnce(shown, deps, { part, place: { channel: to }, render: () => message, askedAt });
  } catch (error) {
    if (!(error instanceof SlackTrouble) || error.kind !== 'refused') throw error;
    deps.log.warn({ runId: shown.run.number, part, code: error.code }, 'a person cannot be written to');
    await remember(shown, deps, { [`${part}.ts`]: 'refused' });
  }
}

/** Tells the requester of a run that its channel can show no longer; not of one that only they see anyway. */
async function tellStranded(shown: Shown, deps: ShowDeps, why: Stranding['why']): Promise<void> {
  const view = fold(shown.events);
  if (!view || view.request.origin.private) return;
  const { origin, by } = view.request;
  const asked = origin.kind === 'slack' ? origin.channel : undefined;
  const channel = shown.facts?.['root.channel'] ?? asked;
  for (const { part, message } of strandedOf(view, { channel, why })) {
    await whisper(shown, deps, { part, to: by.id, message, view });
  }
}
