import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { RunView } from '#domain/fold.ts';
import { codeBlock } from '#domain/mrkdwn.ts';
import type { Environment } from '#domain/stack.ts';
import { raster } from '#report/kit/raster.ts';
import { pictureOf } from '#report/picture.ts';
import { textOf } from '#report/text.ts';
import { words } from '#words/chat.ts';
import type { Place, SlackApi } from './api.ts';
import { pictureMessage } from './blocks.ts';
import { cut, LIMITS, type Message } from './limits.ts';
import type { Log } from './log.ts';
import type { Shown } from './show-run.ts';
import { SlackTrouble } from './trouble.ts';

export type PictureTask = {
  /** Names it among all that is shown of the run. */
  readonly part: string;
  readonly view: RunView;
  readonly place: Place;
  readonly theme: Environment['theme'];
  readonly shown: Shown;
};
export type PictureDeps = {
  readonly api: SlackApi;
  readonly log: Log;
  readonly signal: AbortSignal;
  remember(values: Record<string, string>): Promise<void>;
  /** Posts the part, once. */
  post(message: Message): Promise<void>;
};

const UploadUrl = z.object({ upload_url: z.string(), file_id: z.string() });
const FileInfo = z.object({ file: z.object({ mimetype: z.string().optional(), shares: z.unknown() }) });
const UPLOAD_TIMEOUT_MS = 20_000;
const POLL_MS = 500;
const MOST_POLLS = 40;
/** Then the text goes in its place. */
const MOST_FAILURES = 5;
const TEXT_WIDTH_CELLS = 76;

/**
 * Posts the report card as a private file in an image block; else as a file shared in the thread; else the report as
 * text. Each stage is recorded.
 * @see https://docs.slack.dev/reference/methods/files.getUploadURLExternal
 */
export async function postPicture(task: PictureTask, deps: PictureDeps): Promise<void> {
  const { part, shown, view } = task;
  if (!view.report || shown.facts?.[`${part}.ts`] !== undefined || shown.facts?.[`${part}.done`] !== undefined) return;
  if (shown.pictureFailures >= MOST_FAILURES) return postText(task, deps);
  try {
    await postCard(task, deps);
  } catch (error) {
    deps.signal.throwIfAborted();
    if (!(error instanceof SlackTrouble)) {
      deps.log.error({ runId: view.request.number, error }, 'drawing the picture failed');
      return postText(task, deps);
    }
    if (error.kind !== 'refused') {
      if (error.kind === 'unclear') shown.pictureFailures += 1;
      throw error;
    }
    deps.log.warn({ runId: view.request.number, code: error.code }, 'Slack does not take the picture');
    await postText(task, deps);
  }
}

async function postCard(task: PictureTask, deps: PictureDeps): Promise<void> {
  const { part, view, shown } = task;
  if (!view.report) return;
  if (shown.facts?.[`${part}.shared`] === 'yes') return shareFile(task, deps, undefined);
  const { number, by } = view.request;
  const { card, altText } = pictureOf(view.report, task.theme, { footer: words.footer(number, by.name) });
  let fileId = shown.facts?.[`${part}.file`];
  if (fileId === undefined) {
    fileId = await upload(task, deps, { png: await raster(card) });
    await deps.remember({ [`${part}.file`]: fileId });
  }
  await untilReady(fileId, deps, ({ file }) => Boolean(file.mimetype));
  for (const isLast of [false, true]) {
    try {
      return await deps.post(pictureMessage(view, fileId, altText));
    } catch (error) {
      if (!(error instanceof SlackTrouble) || !isImageFault(error.code)) throw error;
      if (!isLast) await sleep(POLL_MS * 4, undefined, { signal: deps.signal });
    }
  }
  await shareFile(task, deps, await raster(card));
}

function isImageFault(code: string): boolean {
  return code.startsWith('invalid_blocks') || code.includes('slack_file');
}

/** Puts the bytes at Slack, in no channel, or with `share` in the thread. Gives the file's id. */
async function upload(
  { view, place }: PictureTask,
  { api, signal }: PictureDeps,
  { png, share = false }: { readonly png: Buffer; readonly share?: boolean },
): Promise<string> {
  const filename = `strata-run-${view.request.number}.png`;
  const asked = await api.call('files.getUploadURLExternal', { filename, length: png.length });
  const { upload_url: url, file_id: id } = UploadUrl.parse(asked);
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_TIMEOUT_MS)]);
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(png), signal: within });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`answered ${response.status}`);
  } catch (error) {
    signal.throwIfAborted();
    throw new SlackTrouble('the upload address', { kind: 'unclear', code: 'upload came to nothing', cause: error });
  }
  const files = [{ id, title: words.pictureTitle(view.request.number) }];
  const target = share ? { channel_id: place.channel, thread_ts: place.thread } : {};
  await api.call('files.completeUploadExternal', { files, ...target });
  return id;
}

type Ready = (info: z.infer<typeof FileInfo>) => boolean;

/** Processing is asynchronous. Gives false when it took too long. */
async function untilReady(fileId: string, { api, signal }: PictureDeps, isReady: Ready): Promise<boolean> {
  for (let poll = 0; poll < MOST_POLLS; poll++) {
    if (isReady(FileInfo.parse(await api.call('files.info', { file: fileId })))) return true;
    await sleep(POLL_MS, undefined, { signal });
  }
  return false;
}

/** Shares the picture as a file in the thread; when Slack never shows it, the text goes. `png` undefined: shared before. */
async function shareFile(task: PictureTask, deps: PictureDeps, png: Buffer | undefined): Promise<void> {
  const { part, shown } = task;
  let fileId = shown.facts?.[`${part}.file`] ?? '';
  if (png !== undefined) {
    fileId = await upload(task, deps, { png, share: true });
    await deps.remember({ [`${part}.file`]: fileId, [`${part}.shared`]: 'yes' });
  }
  const isShared = await untilReady(fileId, deps, ({ file }) => Object.keys(file.shares ?? {}).length > 0);
  if (!isShared) return postText(task, deps);
  await deps.remember({ [`${part}.done`]: 'shared' });
}

async function postText({ part, view, shown }: PictureTask, deps: PictureDeps): Promise<void> {
  if (!view.report || shown.facts?.[`${part}.done`] !== undefined) return;
  const text = textOf(view.report, { width: TEXT_WIDTH_CELLS });
  const block = cut(codeBlock(text), LIMITS.sectionText);
  await deps.post({
    text: words.asText,
    blocks: [
      { type: 'context', elements: [{ type: 'mrkdwn', text: words.asText }] },
      { type: 'section', text: { type: 'mrkdwn', text: block, verbatim: true } },
    ],
  });
}
