import { afterEach } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatDeps } from '#chat/chat.ts';
import { startChat } from '#chat/chat.ts';
import { SHORTCUT } from '#chat/thread/shortcut.ts';
import { openMemory } from '#adapters/redis/memory.ts';
import { answer } from '#commands/answer.ts';
import { consider } from '#commands/consider.ts';
import { drawForm, searchForm, sendForm } from '#commands/forms.ts';
import { openHomes } from '#commands/home.ts';
import { press } from '#commands/press.ts';
import type { CommandDeps } from '#commands/spec.ts';
import type { RunEventBody } from '#domain/events.ts';
import type { RunRef } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { freePort } from '../../scripts/redis.ts';
import type { Message } from '../../sandbox/workspace/state.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { openWorld, type World } from '../engine/world.ts';
import { nothing } from '../report/fixtures.ts';

export const OPERATOR = 'U0OPERATOR';
export const LEAD = 'U0LEAD';
export const DIGEST = 'd'.repeat(64);
export const SECRET = 'a signing secret';
/** Somebody of another workspace with which the channel is shared. */
export const OUTSIDER = { id: 'U0OUTSIDER', name: 'outsider', teamId: 'T0OTHERS' };
const TOKENS = { bot: 'xoxb-standin', app: 'xapp-standin' };
/** Short, so that the tests need not wait. */
const RHYTHM = {
  pollMs: 50,
  holdMs: 2000,
  refreshMs: 500,
  postGapMs: 0,
  editGapMs: 0,
  backoffMs: 50,
  mostBackoffMs: 200,
  homeGapMs: 50,
};
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type Scene = {
  readonly workspace: Workspace;
  readonly world: World;
  readonly deps: CommandDeps;
  /** Where HTTP mode listens. */
  readonly requestUrl: string;
  startBot(): Promise<() => Promise<void>>;
  /** A run of the operator with these events, as a worker would have written them. */
  run(...events: RunEventBody[]): Promise<RunRef>;
  write(run: RunRef, ...events: RunEventBody[]): Promise<void>;
  /** The message of a run in the channel, once it is there. */
  rootOf(run: RunRef, shows?: RegExp): Promise<Message>;
  refusals(): Promise<string[]>;
  /** What the log says that an operator has to look at. */
  readonly errors: readonly string[];
  close(): Promise<void>;
};

/** The Slack side on a real Redis, in a stand-in of Slack; everybody in the channel may do everything. */
export async function openScene(mode: 'Socket Mode' | 'HTTP', change: Partial<Environment> = {}): Promise<Scene> {
  const port = await freePort();
  const requestUrl = `http://127.0.0.1:${port}/slack/events`;
  const workspace = await startWorkspace({
    members: [
      { id: OPERATOR, name: 'operator' },
      { id: LEAD, name: 'lead' },
      OUTSIDER,
      { id: 'U0GUEST', name: 'guest' },
      { id: 'U0NAMELESS', name: '' },
    ],
    channels: [{ id: 'C0OPS', name: 'cloud-ops' }],
    shortcuts: [{ id: SHORTCUT, name: 'Ask Strata' }],
    tokens: TOKENS,
    rateLimits: false,
    ...(mode === 'HTTP' ? { requestUrl, signingSecret: SECRET } : {}),
  });
  const world = await openWorld();
  const [environment] = world.stack.environments;
  const people = { view: ['*'], operate: ['*'], approve: ['*'] };
  Object.assign(environment ?? {}, { channels: ['#cloud-ops'], people, ...change });
  const { stack, runs, journal, gate, audit, artifacts, schedules } = world;
  const memory = openMemory(world.redis);
  const dispatcher = { dispatch: runs.create };
  const idle = { wake: async () => undefined, keepTicking: async () => undefined, habits: world.habits };
  const deps: CommandDeps = { stack, runs, journal, gate, audit, artifacts, schedules, dispatcher, ...idle };
  const slack: ChatDeps['slack'] = {
    botToken: TOKENS.bot,
    ...(mode === 'HTTP' ? { signingSecret: SECRET } : { appToken: TOKENS.app }),
    apiUrl: workspace.apiUrl,
    httpPort: port,
    httpHost: '127.0.0.1',
  };
  const bots: (() => Promise<void>)[] = [];
  const errors: string[] = [];
  const log = { ...SILENT, error: (_fields: object, message: string) => void errors.push(message) };
  const write = async (run: RunRef, ...events: RunEventBody[]) => {
    const { seq } = await world.view(run);
    await journal.append(run, { fence: 0, seq }, events);
  };
  return {
    workspace,
    world,
    deps,
    requestUrl,
    errors,
    write,
    async startBot() {
      const chat = await startChat({
        slack,
        stack,
        answer: (request) => answer(request, deps),
        press: (request) => press(request, deps),
        consider: (asked) => consider(asked, deps),
        drawForm: (request) => drawForm(request, deps),
        sendForm: (request) => sendForm(request, deps),
        searchForm: (search) => searchForm(search, deps),
        readHomes: openHomes(deps),
        runs,
        journal,
        memory: openMemory(world.redis),
        schedules,
        recall: memory,
        log,
        rhythm: RHYTHM,
      });
      bots.push(() => chat.stop());
      return () => chat.stop();
    },
    async run(...events) {
      const run = await world.ask({
        job: 'drill',
        input: { layer: 'metal' },
        by: { id: OPERATOR, name: 'operator' },
        origin: { kind: 'slack', team: 'T0STANDIN', channel: 'C0OPS' },
      });
      if (events.length > 0) await write(run, ...events);
      return run;
    },
    async rootOf({ number }, shows = /./) {
      const isRoot = (message: Message) => message.thread_ts === undefined && message.text.startsWith(`#${number} `);
      const root = await workspace.waitFor(() =>
        workspace
          .channel('cloud-ops')
          .messages.find((message) => isRoot(message) && shows.test(JSON.stringify(message))),
      );
      // Then its thread is known too.
      while ((await memory.runAt({ channel: root.channel, ts: root.ts })) !== number) await sleep(5);
      return root;
    },
    async refusals() {
      const { records } = await audit.read(world.environment);
      return records.filter(({ source }) => source === '').map(({ event }) => event);
    },
    async close() {
      await Promise.all(bots.map((stop) => stop()));
      await workspace.close();
      world.close();
    },
  };
}

/** Opens scenes with a bot in them, which end with each test of the file. */
export function useScene(): typeof openScene {
  let scene: Scene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });
  return async (...options) => {
    scene = await openScene(...options);
    await scene.startBot();
    return scene;
  };
}

/** A plan of two steps that waits for approval. */
export function asking(change: Partial<Extract<RunEventBody, { type: 'asked' }>> = {}): readonly RunEventBody[] {
  const step = (id: string) => ({ id, title: `Make ${id}`, layer: 'metal' });
  return [
    { type: 'started', worker: 'worker-1', attempt: 1 },
    { type: 'planned', summary: 'two things', risk: 'change', steps: [step('one'), step('two')], facts: {} },
    {
      ...{ type: 'asked', digest: DIGEST, needs: { others: 1 }, judged: ['make two things'], changes: [] },
      expiresAt: new Date(Date.now() + 1_800_000).toISOString(),
      ...change,
    },
  ];
}

/** Of a run that failed, and can be taken up again. */
export const FAILED: readonly RunEventBody[] = [
  { type: 'started', worker: 'w', attempt: 1 },
  {
    type: 'planned',
    summary: 's',
    risk: 'change',
    steps: [{ id: 'one', title: 'Make one', layer: 'metal' }],
    facts: {},
  },
  { type: 'ended', outcome: 'failed', leftovers: [], report: { ...nothing, title: 'It failed' } },
];
