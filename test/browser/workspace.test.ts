import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM } from './chromium.ts';
import type { Workspace } from '../../sandbox/workspace/workspace.ts';
import { clientOf, openWorkspace, OPS, overSockets, PNG, say } from '../sandbox/workspace/world.ts';

const HOSTILE = `<img src=x onerror="document.title='owned'"> </div><script>document.title='owned'</script> "'\`&lt;b&gt;`;
/** No limit of time is tried here, on whatever machine. */
const SLOWEST_MS = 60_000;
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (id: string, text: string, more = {}) => ({
  ...{ type: 'button', action_id: id, value: id, text: { type: 'plain_text', text } },
  ...more,
});

type Chosen = {
  readonly view: { readonly id: string };
  readonly actions: readonly [{ readonly selected_option: { readonly value: string } }];
};

/** A modal whose last question follows from the first. */
function formFor(what: string): ModalView {
  const words = (text: string) => ({ type: 'plain_text' as const, text });
  const option = (value: string) => ({ text: words(`${value} <b>`), value });
  const menu = (id: string, values: readonly string[], chosen?: string) => ({
    ...{ type: 'static_select' as const, action_id: id, options: values.map(option) },
    ...(chosen === undefined ? {} : { initial_option: option(chosen) }),
  });
  const number = { type: 'number_input' as const, action_id: 'given', is_decimal_allowed: false };
  const count = { ...number, min_value: '1', max_value: '20', initial_value: '1' };
  const last =
    what === 'add'
      ? { block_id: 'count', label: words('How many'), hint: words('At most 20.'), element: count }
      : { block_id: 'node', label: words('Node'), element: menu('given', ['node-2', 'node-4']) };
  const first = { block_id: 'what', label: words('What'), element: menu('choice', ['add', 'remove'], what) };
  return {
    ...{ type: 'modal', callback_id: 'scale', title: words('Scale'), submit: words('Start') },
    blocks: [
      { type: 'input', ...first, dispatch_action: true },
      { type: 'input', ...last },
    ],
  };
}

/** An app that answers each command with a run in the channel, and edits it at a click. */
function listen(app: App): void {
  app.command('/smoke-test', async ({ command, ack, client }) => {
    const blocks = [
      section(`*#1 Smoke test of ${command.text}*`),
      { type: 'actions', elements: [button('retry', 'Try again')] },
    ];
    const { ts } = await say(client, { channel: OPS, text: '#1', blocks });
    await say(client, { channel: OPS, thread_ts: ts, text: 'Booting `server-1`' });
    await ack({ response_type: 'ephemeral', text: 'Run *#1* has started.' });
  });
  app.action('deny', async ({ ack, body, client }) => {
    await ack();
    const words = (text: string) => ({ type: 'plain_text' as const, text });
    const element = { type: 'plain_text_input' as const, action_id: 'text', multiline: true };
    const blocks = [{ type: 'input' as const, block_id: 'why', label: words('Why not? <b>'), element }];
    const view = { type: 'modal' as const, callback_id: 'deny', title: words('Deny'), submit: words('Send'), blocks };
    await client.views.open({ trigger_id: (body as { trigger_id: string }).trigger_id, view });
  });
  app.view('deny', async ({ ack, view, client }) => {
    const reason = view.state.values['why']?.['text']?.value ?? '';
    if (reason === 'because') return ack({ response_action: 'errors', errors: { why: 'A better one, please.' } });
    await ack();
    await say(client, { channel: OPS, text: `Denied: ${reason}` });
  });
  app.command('/scale-node', async ({ command, ack, client }) => {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: formFor('add') });
  });
  app.action('choice', async ({ ack, body, client }) => {
    await ack();
    const { actions, view } = body as unknown as Chosen;
    await client.views.update({ view_id: view.id, view: formFor(actions[0].selected_option.value) });
  });
  app.view('scale', async ({ ack, view, client }) => {
    const values = Object.entries(view.state.values).map(([block, { choice, given }]) => {
      const value = choice?.selected_option?.value ?? given?.selected_option?.value ?? given?.value;
      return `${block}=${value}`;
    });
    await ack();
    await say(client, { channel: OPS, text: values.join(' ') });
  });
  app.command('/cloud-status', async ({ command, ack, client }) => {
    await ack();
    const words = (text: string) => ({ type: 'plain_text' as const, text });
    const initial = { text: words('site-7'), value: 'site-7' };
    const element = { type: 'external_select', action_id: 'given', min_query_length: 0, initial_option: initial };
    const blocks = [{ type: 'input', block_id: 'site', label: words('Site'), element }];
    const form = { type: 'modal', callback_id: 'scale', title: words('Status'), submit: words('Start'), blocks };
    await client.views.open({ trigger_id: command.trigger_id, view: form as ModalView });
  });
  app.options('given', async ({ ack, body: { value } }) => {
    const names = Array.from({ length: 150 }, (_, index) => `site-${index}`).filter((name) => name.includes(value));
    const options = names
      .slice(0, 100)
      .map((name) => ({ text: { type: 'plain_text' as const, text: name }, value: name }));
    await ack({ options });
  });
  app.action('retry', async ({ body, ack, respond }) => {
    await ack();
    await respond({ replace_original: true, text: `Tried again by <@${body.user.id}>` });
  });
}

describe('the page of the workspace', () => {
  let browser: Browser;
  let workspace: Workspace;
  let stop: () => Promise<void>;
  let page: Page;
  const troubles: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    const commands = [
      { command: '/smoke-test', description: 'Proves that a cloud works' },
      { command: '/cloud-status', description: 'How it does' },
      { command: '/scale-node' },
      { command: '/strata' },
    ];
    const timings = { processingMs: 0, ackMs: SLOWEST_MS, triggerMs: SLOWEST_MS };
    workspace = await openWorkspace({ commands, rateLimits: false, timings });
    stop = await overSockets(workspace, listen);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(SLOWEST_MS);
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    await page.goto(workspace.url);
    await page.getByRole('heading', { name: '# cloud-ops' }).waitFor();
  });
  afterEach(async () => {
    await page.close();
    await stop();
    await workspace.close();
    expect(troubles.splice(0)).toEqual([]);
  });

  const log = () => page.getByRole('log', { name: 'Messages' });
  const thread = () => page.getByRole('complementary', { name: 'Thread' });
  const shows = (where: Locator, text: string | RegExp) => where.getByText(text).waitFor();
  async function type(text: string): Promise<void> {
    await page.getByRole('combobox', { name: 'Message, or / for commands' }).fill(text);
    await page.keyboard.press('Enter');
  }

  it('takes a command, shows the private answer, the thread, and what a click changes', async () => {
    await type('/smoke-test lab');
    await shows(log(), 'Run #1 has started.');
    await shows(log(), 'Only visible to you');
    await shows(log(), '#1 Smoke test of lab');

    await log().getByRole('link', { name: '1 reply' }).click();
    await shows(thread(), 'Booting server-1');
    expect(await thread().locator('code').textContent()).toBe('server-1');

    await thread().getByRole('button', { name: 'Try again' }).click();
    await shows(thread(), 'Tried again by @operator');
    await shows(log(), '(edited)');
  });

  it('can be used by keyboard alone', async () => {
    await page.getByRole('combobox', { name: 'Message, or / for commands' }).focus();
    await page.keyboard.type('/sm');
    await page.getByRole('option', { name: '/smoke-test', selected: true }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('lab');
    await page.keyboard.press('Enter');
    await log().getByRole('link', { name: '1 reply' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Reply…' }).waitFor();

    await page.keyboard.type('Thank you');
    await page.keyboard.press('Enter');
    await shows(thread(), 'Thank you');
    await page.keyboard.type('/smoke-test lab');
    await page.keyboard.press('Enter');
    await shows(thread(), 'not supported in threads');

    await page.keyboard.press('Escape');
    await thread().waitFor({ state: 'hidden' });
    // What one alone sees is not counted.
    await log().getByRole('link', { name: '2 replies' }).waitFor();
  });

  it('shows pictures, small and whole', async () => {
    const client = clientOf(workspace);
    const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({ filename: 'a.png', length: 70 });
    await fetch(url!, { method: 'POST', body: new Uint8Array(PNG) });
    await client.files.completeUploadExternal({ files: [{ id: id!, title: 'Card' }] });
    const image = { type: 'image', slack_file: { id }, alt_text: 'All 9 checks passed' };
    await say(client, { channel: OPS, text: 'card', blocks: [image] });

    const shown = log().getByRole('img', { name: 'All 9 checks passed' });
    await shown.waitFor();
    await expect.poll(() => shown.evaluate((img) => (img as { naturalWidth?: number }).naturalWidth)).toBe(1);

    await shown.click();
    const viewer = page.getByRole('dialog', { name: 'Picture' });
    await viewer.getByRole('img', { name: 'All 9 checks passed' }).waitFor();
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'hidden' });
  });

  it('shows every other block that the app sends', async () => {
    const at = Date.UTC(2026, 10, 24, 12) / 1000;
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'A header' } },
      { type: 'section', fields: [{ type: 'mrkdwn', text: '*Where*\nlab' }] },
      { type: 'divider' },
      section(`_slanted_ ~gone~ <https://example.org/?a=1&amp;b=2|a link> <!date^${at}^{date_short}|then>`),
      section('Before\n> quoted\nAfter\n```\nlet a = &lt;b&gt; * c * d\n```'),
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'Asked by <@U0GUEST>' }] },
    ];
    await say(clientOf(workspace), { channel: OPS, text: 'x', blocks });

    await log().getByRole('heading', { name: 'A header' }).waitFor();
    expect(await log().locator('.fields b').textContent()).toBe('Where');
    expect(await log().locator('hr').count()).toBe(1);
    expect(await log().locator('i').textContent()).toBe('slanted');
    expect(await log().locator('s').textContent()).toBe('gone');
    expect(await log().getByRole('link', { name: 'a link' }).getAttribute('href')).toBe('https://example.org/?a=1&b=2');
    expect(await log().locator('.content time').textContent()).toBe('Nov 24, 2026');
    expect(await log().locator('blockquote').textContent()).toBe('quoted');
    expect(await log().locator('pre').textContent()).toBe('let a = <b> * c * d\n');
    await shows(log(), 'Asked by @guest');
  });

  it('folds the tasks of a plan; an edit leaves them unfolded where it keeps the name of the block', async () => {
    const client = clientOf(workspace);
    const task = { type: 'task_card', task_id: 'boot', title: 'Boot a server', status: 'complete' };
    const plan = (id: string, done: number) => ({
      ...{ channel: OPS, text: 'x' },
      blocks: [{ type: 'plan', block_id: id, title: `${done} of 2 steps done`, tasks: [task] }],
    });
    const { ts } = await say(client, plan('steps', 0));
    const tasks = log().getByText('Boot a server');
    await shows(log(), '0 of 2 steps done');
    const first = await tasks.isVisible();
    await log().getByText('0 of 2 steps done').focus();
    await page.keyboard.press('Enter');
    await tasks.waitFor();
    await client.apiCall('chat.update', { ts, ...plan('steps', 1) });
    await shows(log(), '1 of 2 steps done');
    const kept = [await tasks.isVisible(), await page.locator(':focus').textContent()];
    await client.apiCall('chat.update', { ts, ...plan('others', 2) });
    await shows(log(), '2 of 2 steps done');

    expect(first).toBe(false);
    expect(kept).toEqual([true, '1 of 2 steps done']);
    expect(await tasks.isVisible()).toBe(false);
  });

  it('folds a long text under "See more", unless the app says that it is to be shown whole', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => `• line ${index}`).join('\n');
    const whole = { ...section(lines), expand: true };
    await say(clientOf(workspace), { channel: OPS, text: lines, blocks: [section('Short'), section(lines)] });
    await log().getByText('See more').waitFor();
    const heights = [await heightOf(0)];
    await log().getByText('See more').click();
    heights.push(await heightOf(0));
    await say(clientOf(workspace), { channel: OPS, text: lines.repeat(20), blocks: [whole] });
    await log().getByRole('article').nth(1).waitFor();
    heights.push(await heightOf(1));
    const pageHeight = await page.evaluate('document.documentElement.scrollHeight');

    const [folded = 0, unfolded = 0, always = 0] = heights;
    expect(folded).toBeLessThan(unfolded / 3);
    expect(always).toBeGreaterThan(folded * 3);
    expect(await log().getByText('See more').count()).toBe(1);
    // What is said to those who do not see it makes the page no longer.
    expect(pageHeight).toBe(800);

    async function heightOf(message: number): Promise<number> {
      return (await log().getByRole('article').nth(message).boundingBox())?.height ?? 0;
    }
  });

  it('keeps hostile text as text, wherever it stands', async () => {
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: HOSTILE.slice(0, 150) } },
      section(HOSTILE),
      section('<javascript:alert(1)|click> `<b>code</b>`'),
      {
        type: 'actions',
        elements: [button('"><i>', HOSTILE.slice(0, 70)), button('go', 'Go', { url: 'javascript:1' })],
      },
      { type: 'context', elements: [{ type: 'mrkdwn', text: HOSTILE }] },
    ];
    await say(clientOf(workspace), { channel: OPS, text: HOSTILE, blocks });
    await workspace.as('guest').type(HOSTILE, { channel: 'cloud-ops' });

    await expect.poll(() => log().getByRole('article').count()).toBe(2);
    expect(await log().locator('img, script, i').count()).toBe(0);
    expect(await log().locator('article').last().locator('.content').innerText()).toBe(HOSTILE);
    expect(await log().locator('a[href^="javascript"]').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
  });

  it('shows each member what is theirs, and says who clicked', async () => {
    await type('/smoke-test lab');
    await shows(log(), 'Only visible to you');

    await page.getByRole('combobox', { name: 'You are' }).selectOption('guest');
    await expect.poll(() => log().getByText('Only visible to you').count()).toBe(0);
    await log().getByRole('button', { name: 'Try again' }).click();
    await shows(log(), 'Tried again by @guest');
  });

  it('asks before a click that wants it, and says when the app did not take it', async () => {
    const words = (text: string) => ({ type: 'plain_text', text });
    const confirm = {
      title: words('Cancel #1?'),
      text: words('It ends.'),
      confirm: words('End it'),
      deny: words('Stay'),
    };
    const elements = [button('unheard', 'Cancel', { style: 'danger', confirm })];
    await say(clientOf(workspace), { channel: OPS, text: 'x', blocks: [{ type: 'actions', elements }] });
    workspace.faults.set({ undelivered: 1 });
    const cancel = log().getByRole('button', { name: 'Cancel' });

    await cancel.click();
    await page.getByRole('dialog', { name: 'Cancel #1?' }).getByRole('button', { name: 'Stay' }).click();
    await cancel.click();
    await page.getByRole('dialog', { name: 'Cancel #1?' }).getByRole('button', { name: 'End it' }).click();

    await shows(log(), /did not take the click \(operation_timeout\)/);
  });

  it('shows a modal to the one who clicked, with what is wrong in it, until it is sent or closed', async () => {
    const elements = [button('deny', 'Deny')];
    await say(clientOf(workspace), { channel: OPS, text: 'x', blocks: [{ type: 'actions', elements }] });
    const modal = page.getByRole('dialog', { name: 'Deny' });
    const reason = modal.getByRole('textbox', { name: 'Why not? <b>' });

    await log().getByRole('button', { name: 'Deny' }).click();
    await expect.poll(() => reason.evaluate((input) => input === input.ownerDocument.activeElement)).toBe(true);
    await modal.getByRole('button', { name: 'Send' }).click();
    await modal.getByRole('alert').getByText('Please complete this required field.').waitFor();
    await reason.fill('because');
    await modal.getByRole('button', { name: 'Send' }).click();
    await modal.getByRole('alert').getByText('A better one, please.').waitFor();
    expect(await reason.inputValue()).toBe('because');
    await reason.fill('not on a Friday');
    await modal.getByRole('button', { name: 'Send' }).click();
    await modal.waitFor({ state: 'hidden' });
    await shows(log(), 'Denied: not on a Friday');

    await log().getByRole('button', { name: 'Deny' }).click();
    await modal.waitFor();
    await page.keyboard.press('Escape');
    await modal.waitFor({ state: 'hidden' });
    expect(workspace.as('operator').modal()).toBeUndefined();
  });

  it('gives the keyboard back to a message that was drawn anew under a modal', async () => {
    const client = clientOf(workspace);
    const denies = (text: string) => ({
      ...{ channel: OPS, text },
      blocks: [section(text), { type: 'actions', elements: [button('deny', 'Deny')] }],
    });
    const { ts } = await say(client, denies('waits'));
    await log().getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('dialog', { name: 'Deny' }).waitFor();
    await client.apiCall('chat.update', { ts, ...denies('waits on') });
    await shows(log(), 'waits on');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Deny' }).waitFor({ state: 'hidden' });

    // A dialog that has just gone may still have it for a moment.
    await expect.poll(() => page.locator(':focus').allTextContents()).toEqual(['Deny']);
  });

  it('draws the menus of a modal anew when one follows from another', async () => {
    await type('/scale-node');
    const modal = page.getByRole('dialog', { name: 'Scale' });
    const many = modal.getByRole('spinbutton', { name: 'How many' });

    expect(await many.inputValue()).toBe('1');
    await shows(modal, 'At most 20.');
    await many.fill('3');
    await modal.getByRole('combobox', { name: 'What' }).selectOption('remove');
    await modal.getByRole('button', { name: 'Start' }).click();
    await modal.getByRole('alert').getByText('Please complete this required field.').waitFor();
    await modal.getByRole('combobox', { name: 'Node' }).selectOption({ label: 'node-4 <b>' });
    await modal.getByRole('button', { name: 'Start' }).click();
    await modal.waitFor({ state: 'hidden' });

    await shows(log(), 'what=remove node=node-4');
  });

  it('searches a menu whose options the app has, and sends what was found', async () => {
    await type('/cloud-status');
    const form = page.getByRole('dialog', { name: 'Status' });
    const menu = form.getByLabel('Site', { exact: true });
    await form.getByRole('searchbox', { name: 'Search: Site' }).focus();
    await menu.getByRole('option', { name: '100 found' }).waitFor({ state: 'attached' });
    await page.keyboard.type('14');
    await menu.getByRole('option', { name: '12 found' }).waitFor({ state: 'attached' });
    const found = await menu.getByRole('option').allInnerTexts();
    await menu.selectOption('site-148');
    await form.getByRole('button', { name: 'Start' }).click();
    await shows(log(), 'site=site-148');

    expect(found.slice(1, 4)).toEqual(['site-14', 'site-114', 'site-140']);
  });

  it('has a place where the app writes to one member alone', async () => {
    await say(clientOf(workspace), { channel: 'U0GUEST', text: 'Run #7 goes on now.' });
    await page.getByRole('combobox', { name: 'You are' }).selectOption('guest');
    await page.getByRole('link', { name: '✉ Strata' }).click();
    await shows(log(), 'Run #7 goes on now.');

    await page.getByRole('combobox', { name: 'You are' }).selectOption('An operator');
    await expect.poll(() => page.getByText('Run #7 goes on now.').count()).toBe(0);
  });

  it('tells of a reserved command, and fits a telephone', async () => {
    await page.setViewportSize({ width: 400, height: 780 });
    await type('/status');
    await shows(log(), /Slack’s own command/);

    const [wide, high] = (await page.evaluate('[document.body.scrollWidth, document.body.scrollHeight]')) as number[];
    expect([wide, high]).toEqual([400, 780]);
  });
});
