import type { Member } from './options.ts';
import { directId, nextTs, randomId, type Message, type State } from './state.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The event of a message in which a member mentions the app; undefined where Slack makes none: in direct messages, where
 * the app is not, or did not subscribe. @see https://docs.slack.dev/reference/events/app_mention
 */
export function mentionIn(state: State, message: Message, member: Member): Json | undefined {
  const { app, team, options } = state;
  const channel = options.channels.find(({ id }) => id === message.channel);
  const isHeard = options.events?.includes('app_mention') ?? true;
  if (!isHeard || !channel || channel.withoutBot || !message.text.includes(`<@${app.userId}>`)) return undefined;
  const isShared = options.members.some(({ teamId }) => teamId !== undefined);
  const own = member.teamId ?? team.id;
  const { user, text, ts, thread_ts: thread } = message;
  const event = {
    ...{ type: 'app_mention', user, text, ts, event_ts: ts, channel: channel.id, team: own },
    ...(thread === undefined ? {} : { thread_ts: thread }),
    // https://github.com/slack-go/slack/issues/695
    ...(isShared ? { user_team: own, source_team: own } : {}),
  };
  return wrapped(state, event, isShared);
}

/** The event of a member who comes to a tab of the app; undefined where it did not subscribe. `view`: once published. */
export function homeOpened(
  state: State,
  member: Member,
  { tab, view }: { readonly tab: string; readonly view: Json | undefined },
): Json | undefined {
  if (state.options.events?.includes('app_home_opened') === false) return undefined;
  const event = {
    ...{ type: 'app_home_opened', user: member.id, channel: directId(member.id), tab, event_ts: nextTs(state) },
    ...(view === undefined ? {} : { view }),
  };
  const payload = wrapped(state, event, member.teamId !== undefined);
  // https://github.com/slackapi/bolt-js/issues/1948
  return { ...payload, team_id: member.teamId ?? state.team.id };
}

/** @see https://docs.slack.dev/apis/events-api#callback-field */
function wrapped({ app, team }: State, event: Json, isShared: boolean): Json {
  const installation = { enterprise_id: null, team_id: team.id, user_id: app.userId, is_bot: true };
  return {
    ...{ token: 'standin', team_id: team.id, context_team_id: team.id, api_app_id: app.id, event },
    ...{ type: 'event_callback', event_id: randomId('Ev'), event_time: Math.floor(Date.now() / 1000) },
    authorizations: [{ ...installation, is_enterprise_install: false }],
    is_ext_shared_channel: isShared,
  };
}
