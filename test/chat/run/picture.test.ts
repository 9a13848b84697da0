import { afterEach, describe, expect, it } from 'vitest';
import type { RunRef } from '#domain/run.ts';
import type { Message } from '../../../sandbox/workspace/state.ts';
import { smokeFailed } from '../../report/fixtures.ts';
import { consoleFailed } from '../../report/runs.ts';
import { LEAD, openScene, OPERATOR, type Scene } from '../world.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

type Block = { readonly type: string; readonly alt_text?: string; readonly slack_file?: { readonly id: string } };

/** A run that has ended with a report, and the message with its picture. */
async function open(...change: Parameters<typeof openScene> extends [unknown, ...infer T] ? T : never): Promise<{
  readonly here: Scene;
  readonly run: RunRef;
  readonly picture: Message;
}> {
  const here = await openScene('Socket Mode', ...change);
  scene = here;
  await here.startBot();
  const run = await here.run(
    { type: 'started', worker: 'w', attempt: 1 },
    {
      ...{ type: 'planned', summary: 'a test', risk: 'probe', facts: {} },
      steps: [{ id: 'one', title: 'Boot a server', layer: 'metal' }],
    },
    { type: 'step-started', stepId: 'one' },
    { type: 'step-done', stepId: 'one', value: 1, found: false, tookMs: 21_400 },
    { type: 'ended', outcome: 'failed', leftovers: [], report: smokeFailed },
  );
  const root = await here.rootOf(run, /failed/);
  const picture = await here.workspace.waitFor(() =>
    here.workspace.thread(root.ts).find(({ blocks = [] }) => blocks.some(({ type }) => type === 'image')),
  );
  return { here, run, picture };
}

/** What one member alone gets to see of a thread. */
async function privately({ workspace }: Scene, member: string, root: string): Promise<Message> {
  return workspace.waitFor(() =>
    workspace.channel('cloud-ops').messages.find(({ visible_to: to, thread_ts: ts }) => to === member && ts === root),
  );
}

function imageOf({ blocks = [] }: Message): Block | undefined {
  return (blocks as readonly Block[]).find(({ type }) => type === 'image');
}

describe('the picture of a run', () => {
  it('stands in the thread with alternative text and buttons', async () => {
    const { here, picture } = await open();

    const image = imageOf(picture);
    expect(image?.alt_text).toContain('Smoke test failed. lab metal, full');
    expect(
      here.workspace
        .file(image?.slack_file?.id ?? '')
        ?.bytes.subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(JSON.stringify(picture.blocks)).toMatch(/Show as text.*Full picture/);
  });

  it('is told as text to the one who asks, in the thread', async () => {
    const { here, picture } = await open();

    await here.workspace.as('lead').click(picture, 'as-text');

    const { text } = await privately(here, LEAD, picture.thread_ts ?? '');
    expect(text).toMatch(/^```\nSmoke test failed/);
    expect(text).toContain('✗ metal: Packets of 1450 bytes do not reach the server');
    expect(text).toContain('Boot a server');
  });

  it('is shown in full to the one who asks, with what the servers wrote', async () => {
    const { here, run, picture } = await open();
    const content = (consoleFailed.consoles?.[0]?.lines ?? []).join('\n');
    await here.world.artifacts.put(run, { name: 'metal-console.log', content });

    await here.workspace.as('lead').click(picture, 'full-picture');

    const shown = await privately(here, LEAD, picture.thread_ts ?? '');
    const bytesOf = (message: Message) => here.workspace.file(imageOf(message)?.slack_file?.id ?? '')?.bytes;
    expect(bytesOf(shown)?.subarray(1, 4).toString()).toBe('PNG');
    expect(bytesOf(shown)?.length).toBeGreaterThan(bytesOf(picture)?.length ?? Infinity);
    await here.workspace.as('operator').click(picture, 'as-text');
    const { text } = await privately(here, OPERATOR, picture.thread_ts ?? '');
    expect(text).toContain('Console of the server on metal');
    expect(text).not.toContain('hunter2');
  });

  it('is told as text where the full one cannot be shown', async () => {
    const { here, picture } = await open();
    here.workspace.faults.set({ rateLimited: { 'files.getUploadURLExternal': 1 } });

    await here.workspace.as('lead').click(picture, 'full-picture');

    const { text, blocks } = await privately(here, LEAD, picture.thread_ts ?? '');
    expect(text).toMatch(/^The full picture could not be shown.*\n```\nSmoke test failed/);
    expect(blocks).toBeUndefined();
  });

  it.each(['as-text', 'full-picture'])('shows nothing by "%s" to one who may not look', async (button) => {
    const people = { view: [OPERATOR], operate: [OPERATOR], approve: [] };
    const { here, picture } = await open({ people });

    await here.workspace.as('lead').click(picture, button);

    const { text } = await privately(here, LEAD, picture.thread_ts ?? '');
    expect(text).not.toContain('Packets');
    expect(await here.refusals()).toEqual([expect.stringContaining(LEAD)]);
  });
});
