import { randomBytes } from 'node:crypto';
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { ClickRequest, Reply, Showing } from '#domain/command.ts';
import { words } from '#words/chat.ts';
import { ACTIONS, readModalValue, readValue } from './buttons.ts';
import type { Groups } from './groups.ts';
import { type Identity, isMember } from './identity.ts';
import { cut, LIMITS } from './limits.ts';
import type { Log } from './log.ts';
import { denyModal, FIELD, typeNameModal } from './modals.ts';

/** A person, as interactions name them. */
export const Who = z.object({
  id: z.string(),
  name: z.string().default(''),
  username: z.string().optional(),
  team_id: z.string().optional(),
});
export const Team = z.object({ id: z.string() });

/** What Slack delivers for a button. @see https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const BlockActions = z.object({
  type: z.literal('block_actions'),
  team: Team,
  user: Who,
  channel: z.object({ id: z.string(), name: z.string().default('') }),
  trigger_id: z.string().default(''),
  actions: z.tuple([z.object({ action_id: z.enum(ACTIONS), value: z.string().max(2000) })]),
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

/** What has to be written before the decision counts. */
type Asking = { readonly kind: 'ask-name'; readonly name: string } | { readonly kind: 'ask-reason' };

export type PressDeps = {
  /** Decides; see `#commands/press.ts`. */
  readonly press: (request: ClickRequest) => Promise<Reply | Asking | Showing>;
  readonly identity: Identity;
  readonly groups: Groups;
  readonly log: Log;
};

/** What came of it: a text for the person alone, a modal to open, or a run to show to that person. */
export type Pressed =
  | Showing
  | { readonly kind: 'text'; readonly text: string; readonly error: boolean }
  | { readonly kind: 'modal'; readonly view: ModalView };

type Sender = {
  readonly user: z.infer<typeof Who>;
  readonly team: z.infer<typeof Team>;
  readonly channel: { readonly id: string; readonly name: string };
};

/** Who it is, from where. */
export function callerOf(
  { user: { id, name, username, team_id: userTeam }, team, channel }: Sender,
  { groups, identity }: Pick<PressDeps, 'groups' | 'identity'>,
): Pick<ClickRequest, 'caller' | 'origin' | 'groupsUnknown'> {
  const { groups: memberOf, isSure } = groups.of(id);
  const person = { id, name: username ?? (name || id) };
  const isOutsider = !isMember(identity, team.id, userTeam);
  const caller = { person, groups: memberOf, channel, isOutsider };
  return { caller, origin: { kind: 'slack', team: team.id, channel: channel.id }, groupsUnknown: !isSure };
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
    const reply = await deps.press(request);
    if (reply.kind === 'show') return reply;
    if (reply.kind === 'ask-reason') return { kind: 'modal', view: denyModal(request) };
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

/** @throws ZodError, SyntaxError for what no button of ours sends */
function requestOf(payload: unknown, deps: PressDeps): ClickRequest {
  const { type } = z.object({ type: z.string() }).parse(payload);
  if (type === 'view_submission') {
    const { view, ...sender } = ViewSubmission.parse(payload);
    const answer = view.state.values[FIELD.block]?.[FIELD.action]?.value ?? '';
    const { channel, ...click } = readModalValue(view.private_metadata);
    const given = view.callback_id === 'deny' ? { reason: answer } : { typed: answer };
    return { ...callerOf({ ...sender, channel }, deps), action: view.callback_id, click: { ...click, ...given } };
  }
  const { actions, ...sender } = BlockActions.parse(payload);
  const [pressedAction] = actions;
  return { ...callerOf(sender, deps), action: pressedAction.action_id, click: readValue(pressedAction.value) };
}
