import { randomBytes } from 'node:crypto';
import type { KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import type { ClickRequest, CommandRequest, Considered, Reply } from '#domain/command.ts';
import type { Memory } from '#domain/ports.ts';
import { words } from '#words/chat.ts';
import { ASK, askingView, type AskMemory, askView, toldView } from './ask-view.ts';
import { callerOf, pressed, type PressDeps, Team, Who } from '../press.ts';
import { show } from '../show.ts';
import { type Call, openView, replaceView } from '../views.ts';

/** What Slack calls the shortcut "Ask Strata" on messages. */
export const SHORTCUT = 'ask_strata';

/** What Slack delivers for it. @see https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
const MessageAction = z.object({
  callback_id: z.literal(SHORTCUT),
  trigger_id: z.string(),
  team: Team.nullish(),
  user: Who,
  channel: z.object({ id: z.string(), name: z.string().default('') }),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }),
});
/** A button in the modal that the shortcut opened. */
const Clicked = z.object({
  team: Team.nullish(),
  user: Who,
  view: z.object({ id: z.string(), hash: z.string().default(''), private_metadata: z.string().max(3000) }),
});
const Remembered = z.object({
  channel: z.object({ id: z.string(), name: z.string() }),
  thread: z.string(),
  run: z.int().positive().optional(),
});

type Asked = Pick<ClickRequest, 'caller' | 'groupsUnknown'> & { readonly run: number };
export type ShortcutDeps = PressDeps & {
  /** See `#commands/consider.ts`. */
  readonly consider: (asked: Asked) => Promise<Considered | Extract<Reply, { kind: 'text' }>>;
  readonly answer: (request: CommandRequest) => Promise<Reply>;
  readonly recall: Pick<Memory, 'runAt'>;
};
type Deps = ShortcutDeps & { readonly call: Call };

/** True for what Slack delivers about a modal of the shortcut. */
export function isAsk(payload: unknown): boolean {
  const { view } = payload as { readonly view?: { readonly callback_id?: string } };
  return view?.callback_id === ASK;
}

/** Says in a modal what can be done about the run that a message shows, by whom asks. Never throws. */
export async function askAbout(payload: unknown, deps: Deps): Promise<void> {
  const { call, log, recall } = deps;
  try {
    const { trigger_id: trigger, team, user, channel, message } = MessageAction.parse(payload);
    const thread = message.thread_ts ?? message.ts;
    const seen = await openView(trigger, askingView({ channel, thread }), call);
    const who = await callerOf({ team: team ?? { id: '' }, user, channel }, deps);
    const read = async () => {
      const memory = { channel, thread, run: await recall.runAt({ channel: channel.id, ts: thread }) };
      return viewOf({ memory, who }, deps);
    };
    await replaceView(() => seen, await inWords({ channel, thread }, read, deps), deps);
  } catch (error) {
    log.error({ error }, 'a shortcut could not be answered');
  }
}

/** Handles a button in that modal, whoever forged it, and shows there what came of it. Never throws. */
export async function pressAsked(payload: unknown, deps: Deps & { readonly signal: AbortSignal }): Promise<void> {
  const { call, log } = deps;
  try {
    const { view, user, team } = Clicked.parse(payload);
    const memory: AskMemory = Remembered.parse(JSON.parse(view.private_metadata));
    const { channel } = memory;
    const who = await callerOf({ team: team ?? { id: '' }, user, channel }, deps);
    // As the same button in the channel.
    const came = await pressed({ ...(payload as object), view: undefined, channel }, deps);
    const note = came.kind === 'text' ? came.text : words.shortcut.comes;
    const next =
      came.kind === 'modal' ? came.view : await inWords(memory, () => viewOf({ memory, who, note }, deps), deps);
    await replaceView(() => view, next, deps);
    if (came.kind !== 'show') return;
    const privately = (answer: { readonly text: string; readonly blocks?: KnownBlock[] }) =>
      call('chat.postEphemeral', { channel: channel.id, user: user.id, thread_ts: memory.thread, ...answer });
    await show(came, { call, respond: privately, log, signal: deps.signal });
  } catch (error) {
    log.error({ error }, 'a button of a shortcut could not be handled');
  }
}

type Whoever = Awaited<ReturnType<typeof callerOf>>;

type Drawn = { readonly memory: AskMemory; readonly who: Whoever; readonly note?: string };

async function viewOf({ memory, who, note }: Drawn, deps: Deps): Promise<ModalView> {
  if (memory.run === undefined) return toldView(memory, await helpFor(who, deps));
  const found = await deps.consider({ ...who, run: memory.run });
  return found.kind === 'text' ? toldView(memory, found.text) : askView(memory, found, { nowMs: Date.now(), note });
}

/** What this person may ask for instead. */
async function helpFor(who: Whoever, { answer }: Deps): Promise<string> {
  const once = `help:${randomBytes(8).toString('hex')}`;
  const { text, ...reply } = await answer({ ...who, command: 'strata', text: 'help', once });
  return reply.kind === 'text' && reply.error ? text : `${words.shortcut.noRun}\n${text}`;
}

async function inWords(memory: AskMemory, draw: () => Promise<ModalView>, { log }: Deps): Promise<ModalView> {
  try {
    return await draw();
  } catch (error) {
    const reference = randomBytes(3).toString('hex');
    log.error({ reference, error }, 'reading what a shortcut asks about failed');
    return toldView(memory, words.bug(reference));
  }
}
