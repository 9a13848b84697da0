import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openMemory } from '#adapters/redis/memory.ts';
import { openApi } from '#chat/api.ts';
import { rootMessage } from '#chat/run/blocks.ts';
import { openPace, type Pace } from '#chat/pace.ts';
import { showRun, startShowing } from '#chat/run/show.ts';
import { carry } from '#engine/carry.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { jobOf, Shelf, thingStep } from '../engine/job.ts';
import { calm, openWorld, type World } from '../engine/world.ts';
import { underWay, viewOf } from './journals.ts';

const TOKENS = { bot: 'xoxb-test', app: 'xapp-test' };
const CHANNEL = 'C0OPS00001';

let world: World;
let workspace: Workspace;
beforeEach(async () => {
  world = await openWorld();
  workspace = await startWorkspace({ members: [], channels: [{ id: CHANNEL, name: 'ops' }], tokens: TOKENS });
});
afterEach(async () => {
  world.close();
  await workspace.close();
});

type Change = { pace?: Pace; editGapMs?: number; blocks?: 'native' | 'plain' };

function deps({ pace = openPace(), editGapMs = 0, blocks = 'native' }: Change = {}) {
  const { signal } = calm();
  const client = new WebClient(TOKENS.bot, { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } });
  const gaps = { postGapMs: 0, editGapMs };
  const log = { info: () => undefined, warn: vi.fn(), error: () => undefined };
  const api = openApi({ ...gaps, client, pace, signal, isOurs: () => true, botId: undefined, blocks, log });
  const [environment] = world.stack.environments;
  if (!environment) throw new Error('no environment');
  return {
    api,
    runs: world.runs,
    journal: world.journal,
    memory: openMemory(world.redis),
    environment,
    membersOf: () => [],
    log,
    signal,
  };
}

function job() {
  return jobOf({ summary: 'one thing', risk: 'probe', steps: [thingStep(new Shelf(), 'server')] });
}

async function ask() {
  return world.ask({ origin: { kind: 'slack', team: 'T0STANDIN', channel: CHANNEL } });
}

describe('what is posted and edited', () => {
  it('is found again when the answer was lost, and brought up to date', async () => {
    const run = await ask();
    workspace.faults.set({ lost: { 'chat.postMessage': 1 } });
    await expect(showRun(startShowing(run), deps())).rejects.toThrow('no clear answer');
    await carry(world.engine(job()), run, calm());

    await showRun(startShowing(run), deps());

    const [root, ...replies] = workspace.channel('ops').messages;
    expect(root?.text).toMatch(/passed/);
    expect(replies.every(({ thread_ts: thread }) => thread === root?.ts)).toBe(true);
  });

  it('shows a run as it is when the turn to post has come, not as it was before', async () => {
    const run = await ask();
    const turn = Promise.withResolvers<void>();
    const queued = Promise.withResolvers<void>();
    const pace = openPace();
    const showing = showRun(
      startShowing(run),
      deps({
        pace: {
          ...pace,
          async turn(kind, gapMs, signal) {
            if (kind === `post ${CHANNEL}`) queued.resolve();
            if (kind === `post ${CHANNEL}`) await turn.promise;
            return pace.turn(kind, gapMs, signal);
          },
        },
      }),
    );
    await queued.promise;
    await carry(world.engine(job()), run, calm());

    turn.resolve();
    await showing;

    expect(workspace.channel('ops').messages[0]?.text).toMatch(/passed/);
    expect(workspace.calls.map(({ method }) => method)).not.toContain('chat.update');
  });

  it('goes out in its own turn, without waiting for another', async () => {
    const { api } = deps({ editGapMs: 600_000 });
    const mark = { of: await ask(), part: 'root' };
    const posted = await api.post({ channel: CHANNEL }, () => ({ text: 'before', blocks: [] }), mark);

    await api.editTurn();
    await api.edit(posted, { text: 'after', blocks: [] });

    expect(workspace.channel('ops').messages[0]?.text).toBe('after');
  });
});

describe('the steps of a run', () => {
  const types = () => workspace.channel('ops').messages.map(({ blocks = [] }) => blocks.map(({ type }) => type));

  async function shown(change: Change = {}) {
    const { api, ...rest } = deps(change);
    const mark = { of: await ask(), part: 'root' };
    const post = () => api.post({ channel: CHANNEL }, () => rootMessage(viewOf(underWay)), mark);
    return { post, ...rest };
  }

  it('are a plan', async () => {
    const { post } = await shown();

    await post();

    expect(types()).toEqual([['section', 'section', 'context', 'plan', 'context', 'actions']]);
  });

  it('are text where Slack does not take a plan, which is tried once and said once', async () => {
    workspace.faults.set({ unknownBlocks: ['plan'] });
    const { post, log } = await shown();

    await post();
    await post();

    const plain = ['section', 'section', 'context', 'section', 'context', 'actions'];
    expect(types()).toEqual([plain, plain]);
    expect(workspace.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(3);
    expect(log.warn).toHaveBeenCalledTimes(1);
  });

  it('are a plan again after a message that Slack took in no form', async () => {
    workspace.faults.set({ unknownBlocks: ['plan', 'section'] });
    const { post } = await shown();

    await post();
    workspace.faults.clear();
    await post();

    expect(types()[0]).toEqual([]);
    expect(types()[1]).toContain('plan');
  });

  it('are text where that is wished for', async () => {
    const { post } = await shown({ blocks: 'plain' });

    await post();

    expect(types()[0]).not.toContain('plan');
    expect(workspace.calls.map(({ method }) => method)).toEqual(['chat.postMessage']);
  });
});
