import { randomBytes } from 'node:crypto';
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Channel } from '#domain/access.ts';
import type { ClickRequest, Reply, Showing } from '#domain/command.ts';
import type { RunView } from '#domain/fold.ts';
import { words } from '#words/chat.ts';
import { words as decisions } from '#words/decisions.ts';
import { ACTIONS, readModalValue, readValue } from './buttons.ts';
import type { Groups } from './groups.ts';
import { type Identity, isMember } from './identity.ts';
import { cut, LIMITS } from './limits.ts';
import type { Log } from './log.ts';
import { denyModal, FIELD, typeNameModal } from './modals.ts';
import type { Rooms } from './rooms.ts';
import { judgeModal } from './run/judge.ts';

/** A person, as interactions name them. */
export const Who = z.object({
  id: z.string(),
  name: z.string().default(''),
  username: z.string().optional(),
  team_id: z.string().optional(),
});
export const Team = z.object({ id: z.string() });

/**
 * What Slack delivers for a button: in a message with its channel, in App Home with its view.
 * @see https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
 */
const BlockActions = z
  .object({
    type: z.literal('block_actions'),
    team: Team,
    user: Who,
    channel: z.object({ id: z.string(), name: z.string().default('') }).optional(),
    view: z.object({ type: z.literal('home') }).optional(),
    actions: z.tuple([z.object({ action_id: z.enum(ACTIONS), value: z.string().max(2000) })]),
  })
  .refine(({ channel, view }) => channel !== undefined || view !== undefined);

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

/** What has to be read or written before the decision counts. */
type Asking =
  | { readonly kind: 'ask-name'; readonly name: string }
  | { readonly kind: 'ask-plan'; readonly view: RunView }
  | { readonly kind: 'ask-reason' };

export type PressDeps = {
  /** Decides; see `#commands/press.ts`. */
  readonly press: (request: ClickRequest) => Promise<Reply | Asking | Showing>;
  readonly identity: Identity;
  readonly groups: Groups;
  readonly rooms: Rooms;
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
  /** undefined in App Home. */
  readonly channel?: Channel | undefined;
};

/** Who it is, from where. */
export async function callerOf(
  { user: { id, name, username, team_id: userTeam }, team, channel }: Sender,
  { groups, rooms, identity }: Pick<PressDeps, 'groups' | 'rooms' | 'identity'>,
): Promise<Pick<ClickRequest, 'caller' | 'origin' | 'groupsUnknown'>> {
  const { groups: inGroups, isSure } = groups.of(id);
  const person = { id, name: username || name || id };
  const isOutsider = !isMember(identity, team.id, userTeam);
  const origin = { kind: 'slack', team: team.id, channel: channel?.id } as const;
  const caller = { person, groups: inGroups, channel, isOutsider };
  if (channel) return { caller, origin, groupsUnknown: !isSure };
  const inRooms = await rooms.of(id);
  return { caller: { ...caller, memberOf: inRooms.channels }, origin, groupsUnknown: !isSure || !inRooms.isSure };
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
    const request = await requestOf(payload, deps);
    const reply = await deps.press(request);
    if (reply.kind === 'show') return reply;
    if (reply.kind === 'ask-reason') return { kind: 'modal', view: denyModal(request) };
    if (reply.kind === 'ask-name') return { kind: 'modal', view: typeNameModal(request, reply.name) };
    if (reply.kind === 'ask-plan') {
      const view = judgeModal(reply.view, request.caller.channel);
      return view ? { kind: 'modal', view } : say(decisions.planTooLong(request.click.run), true);
    }
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
async function requestOf(payload: unknown, deps: PressDeps): Promise<ClickRequest> {
  const { type } = z.object({ type: z.string() }).parse(payload);
  if (type === 'view_submission') {
    const { view, ...sender } = ViewSubmission.parse(payload);
    const answer = view.state.values[FIELD.block]?.[FIELD.action]?.value ?? '';
    const { channel, ...click } = readModalValue(view.private_metadata);
    const given = view.callback_id === 'deny' ? { reason: answer } : { typed: answer };
    const who = await callerOf({ ...sender, channel }, deps);
    return { ...who, action: view.callback_id, click: { ...click, ...given } };
  }
  const { actions, ...sender } = BlockActions.parse(payload);
  const [pressedAction] = actions;
  const who = await callerOf(sender, deps);
  return { ...who, action: pressedAction.action_id, click: readValue(pressedAction.value) };
}
