import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMemory } from '#adapters/redis/memory.ts';
import { openApi } from '#chat/api.ts';
import { openPace, type Pace } from '#chat/pace.ts';
import { showRun, startShowing } from '#chat/show-run.ts';
import { carry } from '#engine/carry.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { jobOf, Shelf, thingStep } from '../engine/job.ts';
import { calm, openWorld, type World } from '../engine/world.ts';

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

function deps({ pace = openPace(), editGapMs = 0 }: { pace?: Pace; editGapMs?: number } = {}) {
  const { signal } = calm();
  const client = new WebClient(TOKENS.bot, { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } });
  const gaps = { postGapMs: 0, editGapMs };
  const api = openApi({ ...gaps, client, pace, signal, isOurs: () => true, botId: undefined });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
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
