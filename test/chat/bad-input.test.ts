import { WebClient } from '@slack/web-api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openPace } from '#chat/pace.ts';
import { openApi } from '#chat/api.ts';
import { rootMessage } from '#chat/run/blocks.ts';
import { failureMessage, summaryMessage } from '#chat/run/ending.ts';
import { alarmsOf } from '#chat/run/glass.ts';
import { fit, type Message } from '#chat/limits.ts';
import { postPicture } from '#chat/run/picture.ts';
import { startShowing } from '#chat/run/show.ts';
import type { RunRef } from '#domain/run.ts';
import { mrkdwn } from '../../sandbox/workspace/page/mrkdwn.js';
import { checkMessage } from '../../sandbox/workspace/check.ts';
import type { Message as Said } from '../../sandbox/workspace/state.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { smokePassed } from '../report/fixtures.ts';
import * as journals from './journals.ts';
import { asking, LEAD, openScene, OPERATOR, type Scene } from './world.ts';

let scene: Scene | undefined;
let workspace: Workspace | undefined;
afterEach(async () => {
  await Promise.all([scene?.close(), workspace?.close()]);
  [scene, workspace] = [undefined, undefined];
  vi.useRealTimers();
});

const { viewOf, underWay } = journals;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function open(): Promise<Scene> {
  scene = await openScene('Socket Mode');
  await scene.startBot();
  return scene;
}

/** Every message in which people read what others wrote. */
function messagesWith(text: string): readonly Message[] {
  const error = { code: 'TOOL', message: text, advice: text };
  const failed = { type: 'step-failed', stepId: 'Run playbook', error, tookMs: 1 } as const;
  const note = { type: 'note', stepId: 'Run playbook', text } as const;
  const planned = { ...journals.asked, judged: [text], changes: [text] };
  const { requested, started, approved, again } = journals;
  const asked = [requested, started, journals.planned, planned];
  const glass = { type: 'glass-broken', by: journals.operator, digest: planned.digest, reason: text } as const;
  const denied = { type: 'denied', by: journals.lead, digest: planned.digest, reason: text } as const;
  const held = { type: 'held', freeze: { by: journals.lead, reason: text, at: '' } } as const;
  const report = { ...smokePassed, title: text, troubles: [{ layer: text, health: 'failure', what: text }] } as const;
  const alarmed = viewOf([...asked, glass]);
  const roots = [
    viewOf([...asked, approved, again, ...underWay.slice(-3), note]),
    viewOf([...asked, denied]),
    viewOf([...asked, approved, held]),
    alarmed,
  ];
  return [
    ...roots.flatMap((view) => rootMessage(view)).flatMap((root) => [root, { ...root, blocks: root.plain ?? [] }]),
    failureMessage(viewOf([...underWay, failed])),
    summaryMessage(viewOf([...asked, denied, journals.ended('cancelled')])),
    summaryMessage(viewOf([...underWay, failed, journals.ended('failed', { error, report, leftovers: [text] })])),
    ...alarmsOf(alarmed, []).map(({ message }) => message),
  ].filter((message) => message !== undefined);
}

/** The mrkdwn of a message, each piece for itself. */
function piecesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { readonly type?: unknown; readonly text?: unknown };
  const own = type === 'mrkdwn' && typeof text === 'string' ? [text] : [];
  return [...own, ...Object.values(value).flatMap(piecesOf)];
}

/** What Slack would make of a message besides bold and italic words, as the workspace's page shows it. */
const TELLING = /<(?:a|time|pre|blockquote)\b|class="mention">[^<]*/g;

describe('a text that somebody wrote', () => {
  it.each([
    '*bold*',
    '_italic_',
    '~struck~',
    '`code`',
    '```block```',
    '> quoted',
    '&lt;!channel&gt; &amp;lt;',
    '<!channel> <!here> <!everyone>',
    '<@U0LEAD> <#C0OPS> <!subteam^S0LEADS>',
    '<https://evil.example|the runbook>',
    '<!date^1^{date}^https://evil.example|now>',
    '*a _b ~c `d <e &f >g',
  ])('calls nobody, links nowhere, and takes no line of ours with it: %s', (text) => {
    const written = `zz ${text} zz`;
    const bare = messagesWith('zz zz');

    const all = [...messagesWith(text), ...messagesWith(written)];

    expect(all).toHaveLength(2 * bare.length);
    for (const [index, message] of all.entries()) {
      const tags = (texts: readonly string[]) => texts.flatMap((each) => mrkdwn(each).match(TELLING) ?? []).toSorted();
      const plain = bare[index % bare.length]!;
      expect(tags(piecesOf(message))).toEqual(tags(piecesOf(plain)));
      expect(tags([message.text])).toEqual(tags([plain.text]));
    }
  });

  it('of 3,000 characters leaves every message within what Slack takes', () => {
    for (const message of messagesWith('because '.repeat(375))) {
      const { text, blocks } = fit(message);
      expect(blocks).toEqual(message.blocks);
      expect(() => checkMessage({ text, blocks: blocks.map((block) => ({ ...block })) }, () => true)).not.toThrow();
    }
  });
});

describe('a reason', () => {
  it.each([
    ['that calls everybody', '<!channel> <@U0LEAD> *now*', '&lt;!channel&gt; &lt;@U0LEAD&gt;'],
    ['of 3,000 characters', 'because '.repeat(375).trim(), 'because because'],
  ])('%s denies the run, and is shown as it is', async (_what, reason, shown) => {
    const here = await open();
    const run = await here.run(...asking());
    const root = await here.rootOf(run, /"approve"/);

    const command = `/strata deny ${run.number} "${reason}"`;
    expect(await here.workspace.as('lead').type(command, { channel: 'cloud-ops' })).toMatchObject({ ok: true });

    expect(await here.world.view(run)).toMatchObject({ approval: { state: 'denied', reason } });
    const card = JSON.stringify(await here.rootOf(run, /denied by/));
    expect(card).toContain(shown);
    expect(card).not.toMatch(/<!channel>|<@U0LEAD>[^:]*now/);
    expect(root.ts).toBe((await here.rootOf(run)).ts);
  });
});

/** What the app says to the operator alone, once something of it fits. */
async function whispered({ workspace: { waitFor, channel } }: Scene, shows: RegExp): Promise<Said> {
  return waitFor(() =>
    channel(`D${OPERATOR.slice(1)}`).messages.find((message) => shows.test(JSON.stringify(message))),
  );
}

async function begun(here: Scene): Promise<RunRef> {
  const [started, planned] = asking();
  const run = await here.run(started!, planned!, { type: 'step-started', stepId: 'one' });
  await here.rootOf(run, /step 1 of 2/);
  return run;
}

const goesOn = [
  { type: 'step-done', stepId: 'one', value: 1, found: false, tookMs: 5 },
  { type: 'step-started', stepId: 'two' },
] as const;
const done = { type: 'step-done', stepId: 'two', value: 1, found: false, tookMs: 5 } as const;
const ended = { type: 'ended', outcome: 'succeeded', leftovers: [] } as const;

describe('a channel in which nothing can be written any more', () => {
  it.each([
    ['was archived', { archived: ['cloud-ops'] }],
    ['the bot was removed from', { withoutBot: ['cloud-ops'] }],
  ])('that %s: the run goes on, and the requester hears alone of that and of its end', async (_how, fault) => {
    const here = await open();
    const run = await begun(here);

    here.workspace.faults.set(fault);
    await here.write(run, ...goesOn);
    await whispered(here, /cannot be shown in <#C0OPS>: it is archived, or Strata is not in it/);
    await here.write(run, done, ended);

    await whispered(here, /done after/);
    expect(await here.world.view(run)).toMatchObject({ state: 'ended', outcome: 'succeeded' });
    const told = here.workspace.channel(`D${OPERATOR.slice(1)}`).messages;
    expect(told).toHaveLength(2);
  });

  it('is caught up with when the bot is let in again', async () => {
    const here = await open();
    const run = await begun(here);
    here.workspace.faults.set({ withoutBot: ['cloud-ops'] });
    await here.write(run, ...goesOn, done, ended);
    await whispered(here, /done after/);

    here.workspace.faults.clear();

    await here.rootOf(run, /done after/);
  });
});

describe('a bot token that Slack takes no longer', () => {
  it('is told once in the log; everything that was to be said is said when Slack takes it again, however late', async () => {
    const here = await open();
    const run = await begun(here);
    const toldOf = () => here.errors.filter((message) => message.startsWith('Slack refuses the bot token'));

    here.workspace.faults.set({ refused: { 'chat.update': 'token_revoked', 'chat.postMessage': 'token_revoked' } });
    await here.write(run, { type: 'tell-asked', by: journals.lead }, ...goesOn, done, ended);
    await expect.poll(toldOf).toHaveLength(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7_200_000 });
    const before = here.workspace.calls.length;
    await expect.poll(() => here.workspace.calls.length).toBeGreaterThan(before + 5);
    here.workspace.faults.clear();

    const root = await here.rootOf(run, /done after/);
    await here.workspace.waitFor(() => here.workspace.thread(root.ts).length > 1);
    const toLead = () => here.workspace.channel(`D${LEAD.slice(1)}`).messages;
    await here.workspace.waitFor(() => toLead().length > 0);
    expect(toldOf()).toHaveLength(1);
    expect(here.errors).toEqual(toldOf());
  });
});

describe('the message of a run', () => {
  it('that an admin deleted is not posted again: nothing falls into the channel, and the requester hears how it ends', async () => {
    const here = await open();
    const run = await begun(here);
    const root = await here.rootOf(run);

    here.workspace.delete(root.ts);
    await here.write(run, ...goesOn);
    await whispered(here, /was deleted/);
    await here.write(run, done, ended);

    await whispered(here, /done after/);
    expect(here.workspace.channel('cloud-ops').messages).toEqual([]);
    expect(await here.world.view(run)).toMatchObject({ outcome: 'succeeded' });
  });
});

describe('somebody without a display name', () => {
  it('is called by their id, by a command and by a click', async () => {
    const here = await open();
    const nameless = here.workspace.as('U0NAMELESS');
    const run = await here.run(...asking());
    const root = await here.rootOf(run, /"approve"/);

    await nameless.type('/strata whoami', { channel: 'cloud-ops' });
    await nameless.click(root, 'approve');

    await here.rootOf(run, /approved by <@U0NAMELESS>/);
    const { approval } = await here.world.view(run);
    expect(approval?.by).toEqual([{ id: 'U0NAMELESS', name: 'U0NAMELESS' }]);
    const answer = here.workspace.channel('cloud-ops').messages.find(({ visible_to: to }) => to === 'U0NAMELESS');
    expect(answer?.text).toContain('You are U0NAMELESS');
  });
});

describe('a picture that Slack never finishes', () => {
  it('is told as text in its place', async () => {
    const here = await startWorkspace({
      ...{ members: [], channels: [{ id: 'C0OPS', name: 'ops' }], rateLimits: false },
      ...{ tokens: { bot: 'xoxb-test', app: 'xapp-test' }, timings: { processingMs: 1_000_000 } },
    });
    workspace = here;
    const { signal } = new AbortController();
    const client = new WebClient('xoxb-test', { slackApiUrl: here.apiUrl, retryConfig: { retries: 0 } });
    const api = openApi({
      ...{ client, pace: openPace(), signal, isOurs: () => true, botId: undefined, blocks: 'native', log: SILENT },
      ...{ postGapMs: 0, editGapMs: 0 },
    });
    const view = viewOf(journals.endings(smokePassed, smokePassed).well);
    const mark = { of: view.request, part: 'picture' };
    const shown = startShowing(view.request);

    await postPicture(
      { part: 'picture', view, place: { channel: 'C0OPS' }, theme: 'dark', shown },
      {
        ...{ api, log: SILENT, signal, pollMs: 0 },
        remember: async (values) => void (shown.facts = { ...shown.facts, ...values }),
        post: async (message) => void (await api.post({ channel: 'C0OPS' }, () => message, mark)),
      },
    );

    const [posted, ...others] = here.channel('ops').messages;
    expect(others).toEqual([]);
    expect(posted?.text).toContain('so here it is as text');
  });
});
