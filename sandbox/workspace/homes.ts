import { checkHome } from './check.ts';
import type { Answer, Delivery } from './delivery.ts';
import { homeOpened } from './events.ts';
import { Refusal } from './limits.ts';
import type { Member } from './options.ts';
import { buttons } from './people.ts';
import { newTrigger, nextTs, randomId, withIds, type Block, type Home, type State } from './state.ts';

type Json = Readonly<Record<string, unknown>>;

/** App Home: the app publishes it for each member, who looks at it and presses its buttons. */
export type Homes = {
  /** @throws Refusal as `views.publish` answers it */
  publish(user: string, view: Json, hash?: string): Json;
  of(member: Member): Home | undefined;
  /** The member comes to a tab of the app, and the app is told. */
  open(member: Member, tab?: 'home' | 'messages'): Promise<Answer>;
  /** @throws Refusal when there is no such button. `block`: of several the one in this block. */
  click(member: Member, action: { readonly id: string; readonly block?: string | undefined }): Promise<Answer>;
};

export function createHomes(state: State, delivery: Delivery): Homes {
  const { team, app, options, homes } = state;

  /** As Slack writes it. */
  function wireOf({ id, hash, member, given }: Home): Json {
    const own = options.members.find((one) => one.id === member)?.teamId ?? team.id;
    const ids = { id, hash, team_id: own, app_id: app.id, bot_id: app.botId, root_view_id: id };
    const empty = { private_metadata: '', callback_id: '', external_id: '', state: { values: {} } };
    return { ...empty, ...given, ...ids, app_installed_team_id: team.id, previous_view_id: null };
  }

  return {
    of: ({ id }) => homes.get(id),
    /** @see https://docs.slack.dev/reference/methods/views.publish */
    publish(user, view, hash) {
      if (options.homeTab === false) throw new Refusal('not_enabled');
      // https://github.com/slackapi/bolt-python/issues/954
      if (!options.members.some(({ id }) => id === user))
        throw new Refusal('invalid_arguments', '[ERROR] invalid `user_id`');
      checkHome(view);
      const before = homes.get(user);
      if (hash !== undefined && hash !== before?.hash) throw new Refusal('hash_conflict');
      const given = { ...view, blocks: withIds(view['blocks'] as readonly Block[]) };
      const home = { id: before?.id ?? randomId('V'), hash: `${Date.now()}.${randomId('')}`, member: user, given };
      homes.set(user, home);
      state.changes.emit('change', { type: 'home', home });
      return wireOf(home);
    },
    async open(member, tab = 'home') {
      const home = homes.get(member.id);
      const event = homeOpened(state, member, { tab, view: tab === 'home' && home ? wireOf(home) : undefined });
      return event ? delivery.announce(event) : { ok: true, payload: {}, tookMs: 0 };
    },
    /** Without a channel or a response_url. @see https://github.com/slackapi/bolt-js/issues/332, bolt-python/issues/550 */
    async click(member, { id, block }) {
      const home = homes.get(member.id);
      const blocks = (home?.given['blocks'] ?? []) as readonly Block[];
      const found = blocks
        .filter((one) => block === undefined || one.block_id === block)
        .flatMap((one) => buttons(one, one.block_id))
        .find(({ element }) => element['action_id'] === id);
      if (!home || !found) throw new Refusal('no_such_button', `"${id}" is not in the home of ${member.name}`);
      const { type, action_id, text, value, style } = found.element;
      const own = member.teamId ?? team.id;
      const payload = {
        type: 'block_actions',
        user: { id: member.id, username: member.name, name: member.name, team_id: own },
        api_app_id: app.id,
        token: 'standin',
        container: { type: 'view', view_id: home.id },
        trigger_id: newTrigger(state, member),
        team: { id: team.id, domain: team.domain },
        enterprise: null,
        is_enterprise_install: false,
        view: wireOf(home),
        actions: [{ type, action_id, block_id: found.block, text, value, style, action_ts: nextTs(state) }],
      };
      return delivery.deliver({ type: 'interactive', payload });
    },
  };
}
