import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Workspace } from '../../../sandbox/workspace/workspace.ts';
import { clientOf, openWorkspace, OPS, PNG, refusalOf, say } from './world.ts';

const PROCESSING_MS = 200;

describe('files', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = await openWorkspace({ rateLimits: false, timings: { processingMs: PROCESSING_MS } });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await workspace.close();
  });

  const pictureOf = (id: string) => ({ type: 'image', slack_file: { id }, alt_text: 'A card' }) as const;
  async function upload(): Promise<string> {
    const client = clientOf(workspace);
    const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({ filename: 'a.png', length: 70 });
    const sent = await fetch(url!, { method: 'POST', body: new Uint8Array(PNG) });
    expect(sent.status).toBe(200);
    await client.files.completeUploadExternal({ files: [{ id: id!, title: 'Card' }] });
    return id!;
  }
  const infoOf = async (id: string) => (await clientOf(workspace).files.info({ file: id })).file!;

  it('can be shown once they were processed, not before', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const client = clientOf(workspace);
    const id = await upload();

    const early = say(client, { channel: OPS, text: 'card', blocks: [pictureOf(id)] });
    expect(await refusalOf(early)).toEqual({
      error: 'invalid_blocks',
      messages: ['[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]'],
    });
    expect((await infoOf(id)).mimetype).toBe('');
    vi.setSystemTime(Date.now() + PROCESSING_MS);

    const card = { title: 'Card', mimetype: 'image/png', original_w: 1, original_h: 1, shares: {} };
    expect(await infoOf(id)).toMatchObject(card);
    const posted = await say(client, { channel: OPS, text: 'card', blocks: [pictureOf(id)] });
    expect(posted.ok).toBe(true);
    const served = await fetch(`${workspace.url}/files/${id}`);
    expect(served.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await served.arrayBuffer())).toEqual(PNG);
  });

  it('are shared in a thread by Slack’s own upload, later than the answer', async () => {
    const client = clientOf(workspace);
    const { ts } = await say(client, { channel: OPS, text: 'root' });

    vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] });
    await client.files.uploadV2({ channel_id: OPS, thread_ts: ts!, file: PNG, filename: 'a.png', title: 'Card' });
    expect(workspace.thread(ts!)).toHaveLength(1);
    vi.advanceTimersByTime(PROCESSING_MS);

    const shared = await workspace.waitFor(() => workspace.thread(ts!)[1]);
    expect(shared.files).toMatchObject([{ title: 'Card', mimetype: 'image/png' }]);
    const file = await infoOf(shared.files![0]!.id);
    expect(file.shares).toEqual({ public: { [OPS]: [{ ts: shared.ts, thread_ts: ts }] } });
  });

  it('that are unknown or empty are refused', async () => {
    const client = clientOf(workspace);

    const { file_id: id } = await client.files.getUploadURLExternal({ filename: 'a.png', length: 1 });

    const shown = say(client, { channel: OPS, text: 'card', blocks: [pictureOf('F0NONE')] });
    expect(await refusalOf(shown)).toMatchObject({ error: 'invalid_blocks' });
    const empty = client.files.getUploadURLExternal({ filename: 'a.png', length: 0 });
    expect(await refusalOf(empty)).toMatchObject({ error: 'invalid_arguments' });
    const unsent = client.files.completeUploadExternal({ files: [{ id: id!, title: 'x' }] });
    expect(await refusalOf(unsent)).toMatchObject({ error: 'file_not_found' });
    expect(await refusalOf(client.files.info({ file: 'F0NONE' }))).toMatchObject({ error: 'file_not_found' });
  });

  it('of HTML are served as plain text', async () => {
    const client = clientOf(workspace);
    await client.files.uploadV2({ channel_id: OPS, content: '<script>alert(1)</script>', filename: 'a.html' });
    const { files } = await workspace.waitFor(() => workspace.channel(OPS).messages[0]);

    const served = await fetch(`${workspace.url}/files/${files![0]!.id}`);

    expect(served.headers.get('content-type')).toBe('text/plain');
    expect(served.headers.get('x-content-type-options')).toBe('nosniff');
    expect(served.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
