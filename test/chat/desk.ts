import { answer } from '#commands/answer.ts';
import { drawForm, sendForm } from '#commands/forms.ts';
import { press } from '#commands/press.ts';
import type { CommandDeps } from '#commands/spec.ts';
import type { Caller } from '#domain/access.ts';
import type { CommandRequest, Click, ClickRequest, Reply } from '#domain/command.ts';
import type { Freeze, RunEventBody } from '#domain/events.ts';
import type { Form, FormErrors, FormRequest } from '#domain/form.ts';
import type { Artifact } from '#domain/ports.ts';
import type { RunRef, RunRequest } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { environment, layer, request, world } from '../commands/world.ts';
import { smokePassed } from '../report/fixtures.ts';
import { ended, requestedAs, START_MS } from './journals.ts';

const CHANNEL = { id: 'C1', name: 'cloud-ops' };
const RELEASES = ['keystone', 'nova'].map((name) => ({ name, values: [] }));

/** Who speaks in the transcripts. */
export const PEOPLE = {
  operator: { person: { id: 'U0OPERATOR', name: 'operator' }, groups: ['S0CREW'], channel: CHANNEL },
  lead: { person: { id: 'U0LEAD', name: 'lead' }, groups: [], channel: CHANNEL },
  second: { person: { id: 'U0SECOND', name: 'second lead' }, groups: [], channel: CHANNEL },
  guest: { person: { id: 'U0GUEST', name: 'guest' }, groups: [], channel: CHANNEL },
  elsewhere: { person: { id: 'U0OPERATOR', name: 'operator' }, groups: [], channel: { id: 'C9', name: 'random' } },
  inprivate: {
    ...{ person: { id: 'U0OPERATOR', name: 'operator' }, groups: [] },
    channel: { id: 'C8', name: 'privategroup' },
  },
  outsider: { person: { id: 'U0OUTSIDER', name: 'outsider' }, groups: [], channel: CHANNEL, isOutsider: true },
  /** In App Home, and in none of the environment's channels. */
  athome: { person: { id: 'U0GUEST', name: 'guest' }, groups: [], memberOf: [], channel: undefined },
  terminal: { person: { id: 'U0OPERATOR', name: 'operator' }, groups: [], channel: undefined },
} as const satisfies Record<string, Caller>;
export type Who = keyof typeof PEOPLE;

/** The environment of the story, and another that stands beside it. */
export const LAB = environment('lab', {
  people: {
    view: ['*'],
    operate: ['U0OPERATOR', 'U0LEAD'],
    approve: ['U0LEAD', 'U0SECOND'],
    breakGlass: ['U0OPERATOR'],
  },
  layers: [
    { ...layer('metal'), provisioner: 'kolla-ansible' },
    { ...layer('cluster', 'kubernetes'), on: 'metal', provisioner: 'kubespray' },
    { ...layer('storage', 'ceph'), on: 'cluster' },
    {
      ...layer('cloud'),
      on: 'cluster',
      helm: { charts: '/charts', releases: RELEASES, labels: {}, timeoutMinutes: 9 },
    },
  ],
});
export const EDGE = environment('edge', {
  people: { view: ['U0OPERATOR'], operate: ['S0CREW'], approve: [] },
  layers: [layer('only', 'ceph')],
});

type Answered = Awaited<ReturnType<typeof press>> | FormErrors;

export type Desk = {
  readonly transcript: string[];
  add(number: number, bodies: readonly RunEventBody[]): void;
  /** What a command is answered; nothing is written down. */
  ask(who: Who, line: string, change?: Partial<CommandRequest>): Promise<Reply>;
  /** A slash command, as `/deploy lab`; `change` is what else Slack or a terminal says. */
  type(who: Who, line: string, change?: Partial<CommandRequest>): Promise<void>;
  press(who: Who, action: ClickRequest['action'], click: Click): Promise<void>;
  draw(who: Who, command: string, values: FormRequest['values']): Promise<Form | FormErrors>;
  send(who: Who, command: string, values: FormRequest['values']): Promise<void>;
  /** What stands in front of the environment, and in the store. */
  readonly state: {
    inside?: RunRef | undefined;
    waiting: readonly RunRef[];
    files: readonly Artifact[];
    freeze?: Freeze | undefined;
  };
};

/** Commands, clicks and forms over a store in memory, at one moment, written down as people see them. */
export function openDesk(environments: readonly Environment[] = [LAB], change: Partial<CommandDeps> = {}): Desk {
  const { deps: base, add } = world(environments);
  const transcript: string[] = [];
  const state: Desk['state'] = { waiting: [], files: [] };
  const deps: CommandDeps = {
    ...base,
    gate: {
      ...base.gate,
      nowMs: async () => START_MS,
      freeze: async (_, freeze) => void (state.freeze = freeze),
      frozen: async () => state.freeze,
      unfreeze: async () => {
        const { freeze } = state;
        state.freeze = undefined;
        return freeze;
      },
      queue: async () => ({ inside: state.inside, waiting: state.waiting }),
    },
    artifacts: { ...base.artifacts, list: async () => state.files },
    ...change,
  };
  const origin = { kind: 'slack', team: 'T1', channel: 'C1' } as const;
  const note = (who: Who, said: string, reply: Answered) => transcript.push(`${who}> ${said}\n${textOf(reply)}\n`);
  let turn = 0;
  const formOf = (who: Who, command: string, values: FormRequest['values']): FormRequest => {
    turn += 1;
    return { command, values, caller: PEOPLE[who], origin, once: `form ${turn}` };
  };
  const ask: Desk['ask'] = (who, line, more = {}) => {
    turn += 1;
    const [, command = '', text = ''] = /^\/(\S+)\s*(.*)$/s.exec(line) ?? [];
    return answer(request(command, text, { caller: PEOPLE[who], once: `trigger ${turn}`, ...more }), deps);
  };
  return {
    transcript,
    state,
    add: (number, bodies) => {
      const [first, ...rest] = bodies;
      if (first?.type !== 'requested') throw new Error('a journal starts with a request');
      const made: RunRequest = { ...first.request, number };
      add(made, rest);
    },
    ask,
    async type(who, line, more = {}) {
      note(who, line, await ask(who, line, more));
    },
    async press(who, action, click) {
      note(who, `[${action}]`, await press({ action, click, caller: PEOPLE[who], origin }, deps));
    },
    draw: (who, command, values) => drawForm(formOf(who, command, values), deps),
    async send(who, command, values) {
      note(who, `[${command}: ${JSON.stringify(values)}]`, await sendForm(formOf(who, command, values), deps));
    },
  };
}

function textOf(reply: Answered): string {
  if ('text' in reply) return reply.text;
  // A report is drawn elsewhere.
  return JSON.stringify(reply.kind === 'show' ? { as: reply.as, consoles: reply.consoles } : reply);
}

/** A status that saw these nodes some hours ago, as run `number`; those called `control-...` carry the control plane. */
export function seenNodes(desk: Desk, number: number, names: readonly string[]): void {
  const columns = ['Name', 'Status', 'Roles'].map((title) => ({ title }));
  const rows = names.map((name) => ({
    health: 'ok' as const,
    cells: [name, 'Ready', name.startsWith('control-') ? 'control-plane' : '<none>'],
  }));
  const report = { ...smokePassed, tables: [{ id: 'cluster/nodes', title: 'Nodes', columns, rows }] };
  const askedAt = new Date(Date.now() - 5.5 * 3_600_000).toISOString();
  const first = requestedAs({ job: 'status', input: { layer: 'all' }, askedAt });
  desk.add(number, [first, ended('succeeded', { report })]);
}
