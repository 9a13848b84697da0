import type { HomeView, ModalView } from '@slack/types';
import { askingView, askView, toldView } from '#chat/thread/ask-view.ts';
import { askMessage, pictureMessage, rootMessage } from '#chat/run/blocks.ts';
import { ACTIONS } from '#chat/buttons.ts';
import { decidedMessage, failureMessage, summaryMessage } from '#chat/run/ending.ts';
import { formMessage } from '#chat/form/button.ts';
import { redrawForm } from '#chat/form/form.ts';
import { type FormMemory, formView, refusalView, waitingView } from '#chat/form/view.ts';
import { alarmsOf } from '#chat/run/glass.ts';
import { handle } from '#chat/handle.ts';
import type { Message } from '#chat/limits.ts';
import { mentioned } from '#chat/thread/mention.ts';
import { denyModal, typeNameModal } from '#chat/modals.ts';
import { postPicture } from '#chat/run/picture.ts';
import { pressed } from '#chat/press.ts';
import { show } from '#chat/show.ts';
import { startShowing } from '#chat/run/show.ts';
import { strandedOf } from '#chat/run/stranded.ts';
import { turnsOf } from '#chat/run/turning.ts';
import { whispersOf } from '#chat/run/whispers.ts';
import type { ClickRequest } from '#domain/command.ts';
import type { RunView } from '#domain/fold.ts';
import type { FormErrors, FormValues } from '#domain/form.ts';
import { pictureOfRun } from '#report/run.ts';
import { words } from '#words/chat.ts';
import { smokePassed, statusTroubled } from '../report/fixtures.ts';
import { EDGE, LAB, openDesk, seenNodes } from './desk.ts';
import { homeModals, homes } from './homes.ts';
import * as journals from './journals.ts';
import { scheduled } from './scheduled.ts';

/** Everything that the bot says by itself, by the name of its golden file. */
export type Messages = Readonly<Record<string, Message>>;

const { viewOf, START_MS, MINUTE } = journals;
const APPROVERS = ['U0LEAD', 'S0LEADS', 'U0OPERATOR'];
const AUDIENCE = { approvers: [...APPROVERS, '*'], membersOf: () => ['U0OTHER', 'U0LEAD'], channel: 'C0OPS' };
const ENDINGS = journals.endings(smokePassed, statusTroubled);
const rooms = { of: async () => ({ channels: [], isSure: true }) };
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no such message');
  return value;
}

function named<T>(before: string, entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [`${before}${name}`, value]));
}

function roots(): Messages {
  const views = Object.entries(journals.STATES).map(([name, bodies]) => [name, viewOf(bodies)] as const);
  const plain = views.map(([name, view]) => [name, rootMessage(view, momentOf(name))] as const);
  const waiting = viewOf(journals.STATES.waiting);
  const ahead = { running: 'under-way', cleaning: 'cleaning', 'waiting-too': 'waiting' } as const;
  const behind = Object.entries(ahead).map(
    ([name, state]) =>
      [`waiting-behind-${name}`, rootMessage(waiting, { ahead: viewOf(journals.STATES[state]) })] as const,
  );
  return Object.fromEntries([...plain, ...behind]);
}

/** One is looked at a while after its last event. */
function momentOf(name: string) {
  return name === 'under-way' ? { nowMs: START_MS + 12 * MINUTE } : {};
}

function replies(): Messages {
  const { asking } = journals.STATES;
  const reminded = viewOf([...asking, { type: 'reminded' }]);
  const told = { type: 'tell-asked', by: journals.other } as const;
  const [remind] = whispersOf(reminded, AUDIENCE);
  const [goesOn] = whispersOf(viewOf([...journals.underWay, told]), AUDIENCE);
  const [isOver] = whispersOf(viewOf([...ENDINGS.well.slice(0, -1), told, ...ENDINGS.well.slice(-1)]), AUDIENCE);
  const [alarm] = alarmsOf(viewOf(journals.STATES['after-glass']), ['*', ...APPROVERS]);
  const [far] = alarmsOf(viewOf(journals.STATES['after-glass-at-terminal']), []);
  return {
    'ask-anybody': there(askMessage(viewOf(asking), ['*'])),
    'ask-approvers': there(askMessage(viewOf(asking), APPROVERS)),
    decided: there(decidedMessage(viewOf(journals.STATES.approved))),
    'decided-by-glass': there(decidedMessage(viewOf(journals.STATES['after-glass']))),
    ...Object.fromEntries(
      [...turnsOf(viewOf(journals.metalDone)), ...turnsOf(viewOf(journals.STATES.doubt))].map(({ part, message }) => [
        part,
        message,
      ]),
    ),
    failure: there(failureMessage(viewOf(journals.failing))),
    'failure-of-a-probe': there(failureMessage(viewOf(journals.failingProbe))),
    'whisper-remind': there(remind).message,
    'whisper-goes-on': there(goesOn).message,
    'whisper-is-over': there(isOver).message,
    ...stranded(),
    glass: there(alarm).message,
    'glass-at-terminal': there(far).message,
  };
}

/** What the requester hears alone. */
function stranded(): Messages {
  const view = viewOf(journals.STATES.failed);
  const [deleted, end] = strandedOf(view, { channel: 'C0OPS', why: 'deleted' });
  const [closed] = strandedOf(view, { channel: 'C0OPS', why: 'closed' });
  const [nowhere] = strandedOf(view, { channel: undefined, why: 'closed' });
  return {
    'stranded-deleted': there(deleted).message,
    'stranded-closed': there(closed).message,
    'stranded-nowhere': there(nowhere).message,
    'stranded-end': there(end).message,
  };
}

function summaries(): Messages {
  return Object.fromEntries(Object.entries(ENDINGS).map(([name, bodies]) => [name, summaryMessage(viewOf(bodies))]));
}

/** The picture, and the text where Slack never shows it. */
async function pictures(): Promise<Messages> {
  const view = viewOf(ENDINGS.well);
  const { altText } = there(pictureOfRun(view, { theme: 'dark', footer: '' }));
  return { picture: pictureMessage(view, 'F0PICTURE', altText), 'picture-as-text': await textInstead(view) };
}

async function textInstead(view: RunView): Promise<Message> {
  let posted: Message | undefined;
  const unused = () => Promise.reject(new Error('no call is made for a text'));
  const api = { post: unused, edit: unused, editTurn: unused, find: unused, channelId: unused, call: unused };
  const shown = { ...startShowing(view.request), pictureFailures: Infinity };
  const { signal } = new AbortController();
  const deps = { api, log: SILENT, signal, remember: async () => undefined };
  const post = async (message: Message) => void (posted = message);
  await postPicture({ part: 'picture', view, place: { channel: 'C1' }, theme: 'dark', shown }, { ...deps, post });
  return there(posted);
}

/** What one person sees who pressed a button under the picture. */
async function shows(): Promise<Messages> {
  const view = viewOf(ENDINGS.well);
  const consoles = [{ server: 'server', command: 'strata artifact 42 log', lines: ['booted', 'login:'] }];
  const { signal } = new AbortController();
  const shown = async (as: 'text' | 'picture') => {
    let answer: Message | undefined;
    await show(
      { kind: 'show', as, view, consoles, theme: 'dark' },
      {
        log: SILENT,
        signal,
        call: () => Promise.reject(new Error('Slack takes no picture now')),
        respond: async ({ text, blocks = [] }) => void (answer = { text, blocks }),
      },
    );
    return there(answer);
  };
  return { 'as-text': await shown('text'), 'full-picture-as-text': await shown('picture') };
}

export async function messages(): Promise<Messages> {
  return {
    ...named('run/', roots()),
    ...named('reply/', replies()),
    ...named('end/', summaries()),
    ...named('end/', await pictures()),
    ...named('shown/', await shows()),
    ...named('shown/', await mishaps()),
    ...named('shown/', await mentions()),
    ...named('schedule/', scheduled()),
  };
}

/** What the person who did it sees when an answer comes too late, goes wrong, or was never one of ours. */
async function mishaps(): Promise<Messages> {
  const groups = { of: () => ({ groups: [], isSure: true }), membersOf: () => [], stop: () => undefined };
  const identity = { teamId: 'T1', botId: 'B1', botUserId: 'U0BOT' };
  const answering = async (answer: () => Promise<never>) => {
    const command = { command: '/cloud-status', team_id: 'T1', channel_id: 'C1', user_id: 'U1' };
    const { text } = (await handle(command, 'envelope', { answer, identity, groups, prefix: '', log: SILENT })).answer;
    return { text: text.replace(/[0-9a-f]{6}/, 'abcdef'), blocks: [] };
  };
  const press = () => Promise.reject(new Error('never asked'));
  const pressing = await pressed({ type: 'block_actions' }, { press, identity, groups, rooms, log: SILENT });
  if (pressing.kind !== 'text') throw new Error('a click of nobody shows nothing');
  return {
    bug: await answering(() => Promise.reject(new Error('a bug'))),
    late: await answering(() => new Promise(() => undefined)),
    'strange-click': { text: pressing.text, blocks: [] },
    'late-decision': { text: words.slowDecision, blocks: [] },
    unopened: { text: words.modals.unopened, blocks: [] },
  };
}

/** Mentions that ask for nothing. */
async function mentions(): Promise<Messages> {
  const said = async (event: object, name?: string) => {
    let text = '';
    await mentioned(
      { event_id: 'Ev1', team_id: 'T1', event: { user: 'U1', text: '<@U0BOT> help', channel: 'C1', ...event } },
      {
        ...{ identity: { teamId: 'T1', botId: 'B1', botUserId: 'U0BOT' }, prefix: '', log: SILENT },
        groups: { of: () => ({ groups: [], isSure: true }), membersOf: () => [], stop: () => undefined },
        answer: () => Promise.reject(new Error('nothing is asked')),
        recall: { first: async () => true, runAt: async () => undefined },
        channelNames: async () => name ?? Promise.reject(new Error('no such channel')),
        call: async (_, args) => void (text = String(args['text'])),
      },
    );
    return { text, blocks: [] };
  };
  return {
    'mention-not-first': await said({ text: 'ask <@U0BOT>' }, 'cloud-ops'),
    'mention-edited': await said({ edited: {} }, 'cloud-ops'),
    'mention-in-no-channel': await said({}),
    'mention-with-form': await offered(),
  };
}

/** The answer to a mention that left out what a form can ask for. */
async function offered(): Promise<Message> {
  const reply = await openDesk([LAB, EDGE]).ask('operator', '/strata deploy', { mention: {} });
  if (reply.kind !== 'text' || !reply.form) throw new Error('no form is offered');
  return formMessage(reply.text, reply.form);
}

/** The forms of the commands, as they are first drawn and as they become. */
async function forms(): Promise<Readonly<Record<string, ModalView>>> {
  const desk = openDesk([LAB, EDGE]);
  const memory = (command: string) => ({ command, channel: { id: 'C0OPS', name: 'cloud-ops' } });
  const drawn = async (command: string, values: FormValues = {}) => {
    const form = await desk.draw('operator', command, values);
    return 'fields' in form ? formView(memory(command), form) : refusalView(memory(command), form);
  };
  const removing = { environment: 'lab', layer: 'cluster', action: 'remove' };
  const views: Record<string, ModalView> = {
    deploy: await drawn('deploy'),
    'scale-node': await drawn('scale-node'),
    'scale-node-unseen': await drawn('scale-node', removing),
  };
  seenNodes(desk, 1, nodesOf(120));
  views['scale-node-many'] = await drawn('scale-node', removing);
  seenNodes(desk, 2, nodesOf(250));
  views['scale-node-too-many'] = await drawn('scale-node', removing);
  seenNodes(desk, 3, ['node-1', 'control-1']);
  views['scale-node-seen'] = await drawn('scale-node', removing);
  for (const command of ['smoke-test', 'status', 'show', 'stop', 'retry', 'freeze', 'unfreeze']) {
    views[command] = await drawn(command);
  }
  desk.add(4, journals.STATES.failed);
  views['retry-a-run'] = await drawn('retry');
  views['search'] = await searched(memory('status'));
  return { ...views, undrawn: await undrawn() };
}

/** A form with more environments than a menu takes. */
async function searched(memory: FormMemory): Promise<ModalView> {
  const crowd = Array.from({ length: 101 }, (_, index) => ({ ...LAB, name: `site-${index}` }));
  const form = await openDesk(crowd).draw('operator', 'status', {});
  if (!('fields' in form)) throw new Error('there is no such form');
  return formView(memory, form);
}

function nodesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `node-${index + 1}`);
}

/** Why somebody gets no form who may not do it. */
async function refused(): Promise<FormErrors> {
  const errors = await openDesk().draw('guest', 'deploy', {});
  if ('fields' in errors) throw new Error('a guest gets a form');
  return errors;
}

/** What stands in a form that could not be drawn. */
async function undrawn(): Promise<ModalView> {
  let shown: ModalView | undefined;
  await redrawForm(
    {
      team: { id: 'T1' },
      user: { id: 'U1', team_id: 'T1' },
      view: {
        ...{ id: 'V1', callback_id: 'form', state: { values: {} } },
        private_metadata: JSON.stringify({ command: 'deploy', channel: { id: 'C1', name: '' } }),
      },
    },
    {
      identity: { teamId: 'T1', botId: 'B1', botUserId: 'U0BOT' },
      groups: { of: () => ({ groups: [], isSure: true }), membersOf: () => [], stop: () => undefined },
      rooms,
      drawForm: () => Promise.reject(new Error('a bug')),
      sendForm: () => Promise.reject(new Error('never sent')),
      searchForm: () => [],
      log: SILENT,
      call: async (_, { view }) => void (shown = view as ModalView),
    },
  );
  return JSON.parse(JSON.stringify(there(shown)).replace(/[0-9a-f]{6}(?=\.")/, 'abcdef')) as ModalView;
}

/** What the shortcut "Ask Strata" opens on a message. */
function asked(): Readonly<Record<string, ModalView>> {
  const memory = { channel: { id: 'C0OPS', name: 'cloud-ops' }, thread: '1.000001', run: 42 };
  const may = [...ACTIONS];
  const now = { nowMs: START_MS + 12 * MINUTE };
  const [running, over] = [viewOf(journals.underWay), viewOf(ENDINGS.well)];
  const { comes, noRun } = words.shortcut;
  return {
    'ask-reading': askingView(memory),
    'ask-running': askView(memory, { kind: 'considered', view: running, may }, now),
    'ask-ended': askView(memory, { kind: 'considered', view: over, may }, { ...now, note: comes }),
    'ask-nothing': askView(memory, { kind: 'considered', view: running, may: [] }, now),
    'ask-no-run': toldView(memory, `${noRun}\n• \`@strata status\``),
  };
}

/** Every view that the bot opens or publishes. */
export async function opened(): Promise<Readonly<Record<string, ModalView | HomeView>>> {
  const request: ClickRequest = {
    action: 'approve',
    click: { run: 42, key: 'aa', digest: 'd'.repeat(64) },
    caller: { person: journals.lead, groups: [], channel: { id: 'C0OPS', name: 'cloud-ops' } },
    origin: { kind: 'slack', team: 'T1', channel: 'C0OPS' },
  };
  const memory = { command: 'deploy', channel: { id: 'C0OPS', name: 'cloud-ops' } };
  return {
    'modal/type-name': typeNameModal(request, 'node-4'),
    'modal/deny': denyModal(request),
    'modal/waiting': waitingView(memory),
    'modal/refused': refusalView(memory, await refused()),
    ...named('modal/', await forms()),
    ...named('modal/', homeModals),
    ...named('modal/', asked()),
    ...named('home/', homes()),
  };
}
