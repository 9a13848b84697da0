import { randomBytes } from 'node:crypto';
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { ClickRequest, Reply } from '#domain/command.ts';
import { words } from '#words/chat.ts';
import { ACTIONS, readModalValue, readValue } from './buttons.ts';
import type { Groups } from './groups.ts';
import type { Identity } from './identity.ts';
import { cut, LIMITS } from './limits.ts';
import type { Log } from './log.ts';
import { denyModal, FIELD, typeNameModal } from './modals.ts';

const Who = z.object({ id: z.string(), name: z.string().default(''), username: z.string().optional() });
const Team = z.object({ id: z.string() });

/** What Slack delivers for a button. @see https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const BlockActions = z.object({
  type: z.literal('block_actions'),
  team: Team,
  user: Who,
  channel: z.object({ id: z.string(), name: z.string().default('') }),
  trigger_id: z.string().default(''),
  actions: z.array(z.object({ action_id: z.enum(ACTIONS), value: z.string().max(2000) })).length(1),
});

/** What Slack delivers for a modal. @see https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const ViewSubmission = z.object({
  type: z.literal('view_submission'),
  team: Team,
  user: Who,
  view: z.object({
    callback_id: z.enum(['approve', 'deny']),
    private_metadata: z.string().max(3000),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))) }),
  }),
});

export type PressDeps = {
  /** Decides; see `#commands/press.ts`. */
  readonly press: (request: ClickRequest) => Promise<Reply | { readonly kind: 'ask-name'; readonly name: string }>;
  readonly identity: Identity;
  readonly groups: Groups;
  readonly log: Log;
};

/** What came of it: a text for the person alone, or a modal to open. */
export type Pressed =
  | { readonly kind: 'text'; readonly text: string; readonly error: boolean }
  | { readonly kind: 'modal'; readonly view: ModalView };

type Person = z.infer<typeof Who>;

function callerOf(
  { id, name, username }: Person,
  { groups }: PressDeps,
): Pick<ClickRequest, 'caller' | 'groupsUnknown'> {
  const { groups: memberOf, isSure } = groups.of(id);
  return { caller: { person: { id, name: username ?? (name || id) }, groups: memberOf }, groupsUnknown: !isSure };
}

/** Handles a button or a sent modal, whoever forged it, and never throws. */
export async function pressed(payload: unknown, deps: PressDeps): Promise<Pressed> {
  const reference = randomBytes(3).toString('hex');
  const say = (text: string, error: boolean): Pressed => ({
    kind: 'text',
    text: cut(text, LIMITS.ephemeralText),
    error,
  });
  try {
    const request = requestOf(payload, deps);
    if (request === undefined) return say(words.foreign, true);
    if (request.action === 'deny' && request.click.reason === undefined) {
      return { kind: 'modal', view: denyModal(request) };
    }
    const reply = await deps.press(request);
    if (reply.kind === 'ask-name') return { kind: 'modal', view: typeNameModal(request, reply.name) };
    return say(reply.text, reply.kind === 'text' && reply.error === true);
  } catch (error) {
    deps.log.error({ reference, error }, 'handling a click failed');
    return say(
      error instanceof z.ZodError || error instanceof SyntaxError ? words.strangeClick : words.bug(reference),
      true,
    );
  }
}

/** undefined for somebody of another workspace. @throws ZodError, SyntaxError for what no button of ours sends */
function requestOf(payload: unknown, deps: PressDeps): ClickRequest | undefined {
  const { type } = z.object({ type: z.string() }).parse(payload);
  if (type === 'view_submission') {
    const { team, user, view } = ViewSubmission.parse(payload);
    if (team.id !== deps.identity.teamId) return undefined;
    const answer = view.state.values[FIELD.block]?.[FIELD.action]?.value ?? '';
    const { channel, ...click } = readModalValue(view.private_metadata);
    const given = view.callback_id === 'deny' ? { reason: answer } : { typed: answer };
    const known = callerOf(user, deps);
    const caller = { ...known.caller, channel };
    return { ...known, caller, action: view.callback_id, click: { ...click, ...given } };
  }
  const { team, user, channel, actions } = BlockActions.parse(payload);
  if (team.id !== deps.identity.teamId) return undefined;
  const [pressedAction] = actions;
  if (!pressedAction) return undefined;
  const known = callerOf(user, deps);
  return {
    ...known,
    caller: { ...known.caller, channel },
    action: pressedAction.action_id,
    click: readValue(pressedAction.value),
  };
}
