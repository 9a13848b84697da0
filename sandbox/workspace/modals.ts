import { word } from './args.ts';
import { checkOptions, checkView } from './check.ts';
import type { Answer, Delivery } from './delivery.ts';
import { Refusal } from './limits.ts';
import type { Member } from './options.ts';
import { buttons } from './people.ts';
import { newTrigger, randomId, takeTrigger, type Block, type State, type View } from './state.ts';

type Json = Readonly<Record<string, unknown>>;
const MENUS = new Set(['static_select', 'external_select']);
/** What a member wrote, by the id of the block. */
export type Values = Readonly<Record<string, string>>;

/** Modals: an app opens them, a member fills them in, sends them or closes them. */
export type Modals = {
  /** @throws Refusal as `views.open` answers it */
  open(trigger: string, view: Json): View;
  /** `hash`: what the app saw; left out, it does not care. @throws Refusal as `views.update` answers it */
  update(seen: { readonly id: string; readonly hash?: string }, view: Json): View;
  /** The one that this member sees on top. */
  of(member: Member): View | undefined;
  /** Held to the inputs' own rules first, as Slack's clients do. @throws Refusal when none is open */
  submit(member: Member, values: Values): Promise<Answer>;
  /** Chooses in a block that tells the app at once. @throws Refusal when there is no such choice */
  choose(member: Member, blockId: string, value: string): Promise<Answer>;
  /**
   * Searches a menu whose options the app has. @throws Refusal for another menu, too short a query, or options that Slack
   * would not take
   */
  suggest(member: Member, blockId: string, query: string): Promise<readonly Json[]>;
  /** Clicks a button in it. @throws Refusal when there is no such button */
  press(member: Member, actionId: string): Promise<Answer>;
  close(member: Member): Promise<Answer | undefined>;
};

export function createModals(state: State, delivery: Delivery): Modals {
  const { team, app } = state;
  const of = ({ id }: Member) => state.views.findLast((view) => view.member === id && view.isOpen);

  function open(trigger: string, given: Json): View {
    const member = takeTrigger(state, trigger);
    checkView(given);
    const view: View = {
      id: randomId('V'),
      hash: `${Date.now()}.${randomId('')}`,
      member,
      isOpen: true,
      errors: {},
      given,
      filled: {},
      suggested: {},
    };
    state.views.push(view);
    tell(view);
    return view;
  }

  function update({ id, hash }: { readonly id: string; readonly hash?: string }, given: Json): View {
    const view = state.views.find((one) => one.id === id && one.isOpen);
    if (!view) throw new Refusal('not_found');
    // https://docs.slack.dev/reference/methods/views.update#errors
    if (hash !== undefined && hash !== view.hash) throw new Refusal('hash_conflict');
    checkView(given);
    view.given = given;
    view.hash = `${Date.now()}.${randomId('')}`;
    view.errors = {};
    tell(view);
    return view;
  }

  /** @see https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload */
  async function suggest(member: Member, blockId: string, query: string): Promise<readonly Json[]> {
    const view = of(member);
    const found = view && inputsOf(view.given).find(({ block }) => block.block_id === blockId);
    if (!view || found?.element['type'] !== 'external_select') throw new Refusal('no_such_menu', blockId);
    // https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
    if (query.length < Number(found.element['min_query_length'] ?? 3)) throw new Refusal('query_too_short', query);
    const about = { action_id: found.element['action_id'], block_id: blockId, value: query };
    const container = { type: 'view', view_id: view.id };
    const payload = { ...payloadOf('block_suggestion', view), container, ...about };
    const answer = await delivery.deliver({ type: 'interactive', payload });
    const options = answer.ok ? ((answer.payload['options'] ?? []) as readonly Json[]) : [];
    if (options.length > 0) checkOptions({ options }, 'options');
    view.suggested = { ...view.suggested, [blockId]: options };
    return options;
  }

  async function choose(member: Member, blockId: string, value: string): Promise<Answer> {
    const view = of(member);
    const found = view && inputsOf(view.given).find(({ block }) => block.block_id === blockId);
    if (!view || !found || !optionOf(found.element, value, view.suggested[blockId]))
      throw new Refusal('no_such_choice', `${blockId}: ${value}`);
    view.filled = { ...view.filled, [blockId]: value };
    if (found.block['dispatch_action'] !== true) return { ok: true, payload: {}, tookMs: 0 };
    const { element } = found;
    const action = { type: element['type'], action_id: element['action_id'], block_id: blockId, action_ts: '1' };
    const actions = [{ ...action, selected_option: optionOf(element, value, view.suggested[blockId]) }];
    const container = { type: 'view', view_id: view.id };
    const payload = { ...payloadOf('block_actions', view), container, actions };
    return delivery.deliver({ type: 'interactive', payload });
  }

  async function press(member: Member, actionId: string): Promise<Answer> {
    const view = of(member);
    const blocks = (view?.given['blocks'] ?? []) as readonly Block[];
    const found = blocks
      .flatMap((block) => buttons(block, block.block_id))
      .find(({ element }) => element['action_id'] === actionId && element['type'] === 'button');
    if (!view || !found) throw new Refusal('no_such_button', actionId);
    const { type, action_id, text, value } = found.element;
    const actions = [{ type, action_id, text, value, block_id: found.block, action_ts: '1' }];
    const container = { type: 'view', view_id: view.id };
    return delivery.deliver({
      type: 'interactive',
      payload: { ...payloadOf('block_actions', view), container, actions },
    });
  }

  function tell(view: View): void {
    state.changes.emit('change', { type: 'view', view });
  }

  async function submit(member: Member, values: Values): Promise<Answer> {
    const view = of(member);
    if (!view) throw new Refusal('no_such_view', member.name);
    view.filled = { ...view.filled, ...values };
    view.errors = errorsOf(view);
    if (Object.keys(view.errors).length > 0) {
      tell(view);
      return { ok: false, error: 'incomplete', tookMs: 0 };
    }
    const answer = await delivery.deliver({ type: 'interactive', payload: payloadOf('view_submission', view) });
    if (!answer.ok) view.errors = { '': `We had some trouble connecting. Try again? (${answer.error})` };
    else react(view, answer.payload);
    tell(view);
    return answer;
  }

  /** What the app's acknowledgement does to the modal. @see https://docs.slack.dev/surfaces/modals#response_actions */
  function react(view: View, { response_action: action, errors, view: next }: Json): void {
    if (action === 'errors') view.errors = (errors ?? {}) as Record<string, string>;
    else if (action === 'update' && next) {
      checkView(next as Json);
      view.given = next as Json;
    } else view.isOpen = false;
  }

  function payloadOf(type: 'view_submission' | 'view_closed' | 'block_actions' | 'block_suggestion', view: View): Json {
    const member = state.options.members.find(({ id }) => id === view.member);
    const inputs = inputsOf(view.given).map(({ block, element }) => {
      const value = valueOf(view, block, element) || null;
      const isMenu = MENUS.has(word(element['type']));
      const option = value && optionOf(element, value, view.suggested[word(block.block_id)]);
      const given = isMenu ? { selected_option: option } : { value };
      return [word(block.block_id), { [word(element['action_id'])]: { type: element['type'], ...given } }];
    });
    return {
      type,
      // Of an outsider both are theirs. https://github.com/slackapi/bolt-js/issues/1614
      team: { id: member?.teamId ?? team.id, domain: team.domain },
      user: { id: member?.id, username: member?.name, name: member?.name, team_id: member?.teamId ?? team.id },
      api_app_id: app.id,
      token: 'standin',
      enterprise: null,
      is_enterprise_install: false,
      view: { ...wireOf(view), state: { values: Object.fromEntries(inputs) as Json } },
      ...(type === 'view_closed'
        ? { is_cleared: false }
        : { response_urls: [], trigger_id: newTrigger(state, { id: view.member }) }),
    };
  }

  /** As Slack writes it. */
  function wireOf({ id, hash, given }: View): Json {
    const ids = {
      id,
      hash,
      team_id: team.id,
      app_id: app.id,
      bot_id: app.botId,
      app_installed_team_id: team.id,
      root_view_id: id,
      previous_view_id: null,
    };
    return { private_metadata: '', callback_id: '', external_id: '', ...given, ...ids };
  }

  async function close(member: Member): Promise<Answer | undefined> {
    const view = of(member);
    if (!view) return undefined;
    view.isOpen = false;
    tell(view);
    if (view.given['notify_on_close'] !== true) return undefined;
    return delivery.deliver({ type: 'interactive', payload: payloadOf('view_closed', view) });
  }

  return { open, update, of, submit, suggest, choose, press, close };
}

/** The blocks that ask for something. */
function inputsOf(view: Json): { block: Block; element: Json }[] {
  const blocks = (view['blocks'] ?? []) as readonly Block[];
  return blocks.flatMap((block) => (block.type === 'input' ? [{ block, element: block['element'] as Json }] : []));
}

/** What stands in an input: what the member put there, else what the app did. */
function valueOf({ filled }: View, { block_id: id }: Block, element: Json): string {
  const initial = element['initial_value'] ?? (element['initial_option'] as Json | undefined)?.['value'];
  return filled[word(id)] ?? word(initial);
}

function optionOf(element: Json, value: string, suggested: readonly Json[] = []): Json | undefined {
  const groups = (element['option_groups'] ?? []) as readonly Json[];
  const options = [element, ...groups].flatMap((each) => (each['options'] ?? []) as readonly Json[]);
  const initial = element['initial_option'] as Json | undefined;
  const all = [...options, ...suggested, ...(initial ? [initial] : [])];
  return all.find((option) => option['value'] === value);
}

/** What Slack's clients say before they send anything. */
function errorsOf(view: View): Record<string, string> {
  const errors = inputsOf(view.given).flatMap(({ block, element }) => {
    const id = word(block.block_id);
    const value = valueOf(view, block, element);
    const [least, most] = [Number(element['min_length'] ?? 0), Number(element['max_length'] ?? 3000)];
    if (value === '') return block['optional'] === true ? [] : [[id, 'Please complete this required field.']];
    if (element['type'] === 'number_input') return isInRange(element, value) ? [] : [[id, 'Choose another number.']];
    if (value.length < least) return [[id, `Use at least ${least} characters.`]];
    return value.length > most ? [[id, `Use at most ${most} characters.`]] : [];
  });
  return Object.fromEntries(errors) as Record<string, string>;
}

function isInRange(element: Json, value: string): boolean {
  const number = Number(value);
  const isWhole = Number.isInteger(number) || element['is_decimal_allowed'] === true;
  return (
    isWhole && number >= Number(element['min_value'] ?? -Infinity) && number <= Number(element['max_value'] ?? Infinity)
  );
}
