import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModalView, PlainTextOption } from '@slack/types';
import { z } from 'zod';
import type { CommandRequest, Reply } from '#domain/command.ts';
import type { Choice, Form, FormErrors, FormRequest, FormSearch, FormValues } from '#domain/form.ts';
import { plainOf } from '#domain/mrkdwn.ts';
import { words } from '#words/chat.ts';
import { fieldOf, FORM, type FormMemory, formView, optionsOf, readState, refusalView, waitingView } from './view.ts';
import type { Log } from '../log.ts';
import { noticeModal } from '../modals.ts';
import { callerOf, type PressDeps, Team, Who } from '../press.ts';
import { type Call, openView, replaceView, type SeenView } from '../views.ts';

const Input = z.object({
  value: z.string().max(3000).nullish(),
  selected_option: z.object({ value: z.string().max(150) }).nullish(),
});
const Memory = z.object({ command: z.string(), channel: z.object({ id: z.string(), name: z.string() }).optional() });
/** A form as Slack delivers it, sent or on the way. @see https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const Delivered = z.object({
  team: Team,
  user: Who,
  view: z.object({
    id: z.string(),
    hash: z.string().default(''),
    callback_id: z.literal(FORM),
    private_metadata: z.string().max(3000),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Input)) }),
  }),
});

/** What somebody types into a menu that is searched. */
const Searched = z.object({
  team: Team,
  user: Who,
  block_id: z.string().max(255),
  value: z.string().max(300),
  view: z.object({ callback_id: z.literal(FORM), private_metadata: z.string().max(3000) }),
});

export type FormDeps = Pick<PressDeps, 'identity' | 'groups' | 'rooms'> & {
  /** See `#commands/forms.ts`. */
  readonly drawForm: (request: FormRequest) => Promise<Form | FormErrors>;
  readonly sendForm: (request: FormRequest) => Promise<Reply | FormErrors>;
  readonly searchForm: (search: FormSearch) => readonly Choice[];
  readonly log: Log;
};

/** What becomes of a form that was sent: taken, taken with an answer that stands in its place, or wrong in these blocks. */
export type Sent =
  | { readonly kind: 'taken' }
  | { readonly kind: 'told'; readonly view: ModalView }
  | { readonly kind: 'wrong'; readonly errors: FormValues };

/**
 * The last drawing of each form on the way: a slower one of an earlier choice is dropped. `seen`: what it replaces, which
 * may be what an earlier drawing of ours has put there meanwhile.
 */
const newest = new Map<string, { seen: SeenView }>();

/** True for what Slack delivers about a form. */
export function isForm(payload: unknown): boolean {
  const { view } = payload as { readonly view?: { readonly callback_id?: string } };
  return view?.callback_id === FORM;
}

/** Opens a form at once, within the life of the trigger, and fills it when what there is to choose was read. False: Slack does not. */
export async function openForm(
  { command, values, request, trigger }: OpenedFor,
  { call, ...deps }: FormDeps & { readonly call: Call },
): Promise<boolean> {
  const { caller, origin, once, groupsUnknown } = request;
  const memory = { command, channel: caller.channel };
  try {
    const seen = await openView(trigger, waitingView(memory), call);
    await fill(seen, { request: { command, values, caller, origin, once, groupsUnknown }, memory }, { call, ...deps });
    return true;
  } catch (error) {
    deps.log.warn({ error }, 'a form could not be opened');
    return false;
  }
}

type OpenedFor = {
  readonly command: string;
  readonly values: FormValues;
  readonly request: Omit<CommandRequest, 'command' | 'text'>;
  readonly trigger: string;
};

/** Draws a form anew after a choice on which other fields depend. Never throws. */
export async function redrawForm(payload: unknown, deps: FormDeps & { readonly call: Call }): Promise<void> {
  try {
    const { seen, ...given } = await requestOf(payload, deps);
    await fill(seen, given, deps);
  } catch (error) {
    deps.log.error({ error }, 'drawing a form anew failed');
  }
}

/** Takes a form that was sent, whoever forged it. Never throws. */
export async function takeForm(payload: unknown, deps: FormDeps): Promise<Sent> {
  const reference = randomBytes(3).toString('hex');
  try {
    const { request, blocks } = await requestOf(payload, deps);
    const reply = await deps.sendForm(request);
    if (reply.kind === 'errors') return wrong(blocks, reply.errors);
    // The thread of a run says it all, where it is to be seen.
    if (reply.kind === 'run' && request.caller.channel) return { kind: 'taken' };
    return { kind: 'told', view: noticeModal(words.forms.told, reply.text) };
  } catch (error) {
    deps.log.error({ reference, error }, 'taking a form failed');
    const text =
      error instanceof z.ZodError || error instanceof SyntaxError ? words.strangeClick : words.bug(reference);
    return wrong(blocksIn(payload), { '': plainOf(text) });
  }
}

/**
 * What a menu that is searched may offer, by what the person typed; nothing where that cannot be told, or not within
 * `patienceMs`: in App Home Slack may have to say first in which channels they are. Never throws.
 */
export async function searchOptions(payload: unknown, deps: FormDeps, patienceMs: number): Promise<PlainTextOption[]> {
  try {
    return await Promise.race([optionsFor(payload, deps), sleep(patienceMs, [], { ref: false })]);
  } catch (error) {
    deps.log.error({ error }, 'searching a menu failed');
    return [];
  }
}

/** @throws ZodError, SyntaxError for what no menu of ours sends */
async function optionsFor(payload: unknown, deps: FormDeps): Promise<PlainTextOption[]> {
  const { view, user, team, block_id: block, value: query } = Searched.parse(payload);
  const { command, channel } = Memory.parse(JSON.parse(view.private_metadata));
  const who = await callerOf({ user, team, channel }, deps);
  return optionsOf(deps.searchForm({ ...who, command, field: fieldOf(block), query }));
}

/** Where the answer comes too late for Slack. */
export function lateForm(payload: unknown): Sent {
  return wrong(blocksIn(payload), { '': words.slowDecision });
}

/** Each error under its field; one of none under the first. */
function wrong(blocks: FormValues, errors: FormValues): Sent {
  const [first = ''] = Object.values(blocks);
  const placed = Object.entries(errors).map(([field, text]) => [blocks[field] ?? first, text]);
  return { kind: 'wrong', errors: Object.fromEntries(placed) as FormValues };
}

function blocksIn(payload: unknown): FormValues {
  const { data } = Delivered.safeParse(payload);
  return data ? readState(data.view.state.values).blocks : {};
}

type Given = { readonly request: FormRequest; readonly memory: FormMemory };

/** @throws ZodError, SyntaxError for what no form of ours sends */
async function requestOf(
  payload: unknown,
  deps: FormDeps,
): Promise<Given & { readonly seen: SeenView; readonly blocks: FormValues }> {
  const { view, user, team } = Delivered.parse(payload);
  const memory = Memory.parse(JSON.parse(view.private_metadata));
  const { values, blocks } = readState(view.state.values);
  const who = await callerOf({ user, team, channel: memory.channel }, deps);
  return {
    ...{ seen: view, memory, blocks },
    request: { ...who, command: memory.command, values, once: `form:${view.id}` },
  };
}

async function fill(
  seen: SeenView,
  { request, memory }: Given,
  { call, drawForm, log }: FormDeps & { readonly call: Call },
): Promise<void> {
  const { id } = seen;
  const turn = { seen };
  newest.set(id, turn);
  const isWanted = () => newest.get(id) === turn;
  const view = await drawn(request, memory, { drawForm, log });
  const shown = await replaceView(() => turn.seen, view, { call, log, isWanted });
  const later = newest.get(id);
  if (later === turn) newest.delete(id);
  else if (later && shown) later.seen = shown;
}

async function drawn(request: FormRequest, memory: FormMemory, { drawForm, log }: Pick<FormDeps, 'drawForm' | 'log'>) {
  try {
    const form = await drawForm(request);
    return 'fields' in form ? formView(memory, form) : refusalView(memory, form);
  } catch (error) {
    const reference = randomBytes(3).toString('hex');
    log.error({ reference, error }, 'drawing a form failed');
    return refusalView(memory, { kind: 'errors', errors: { '': words.forms.undrawn(reference) } });
  }
}
