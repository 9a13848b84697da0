import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Place } from './api.ts';
import { SlackTrouble } from './trouble.ts';

export type UploadDeps = {
  call(method: string, args: Record<string, unknown>): Promise<unknown>;
  readonly signal: AbortSignal;
  /** Between two looks at a file that is being processed. Default 500. */
  readonly pollMs?: number | undefined;
};
/** `share`: the thread that gets to see the file; without it nobody does until it stands in a message. */
export type Upload = {
  readonly png: Buffer;
  readonly filename: string;
  readonly title: string;
  readonly share?: Place | undefined;
};

const UploadUrl = z.object({ upload_url: z.string(), file_id: z.string() });
const FileInfo = z.object({ file: z.object({ mimetype: z.string().optional(), shares: z.unknown() }) });
const UPLOAD_TIMEOUT_MS = 20_000;
const POLL_MS = 500;
const MOST_POLLS = 40;

/**
 * Puts the bytes at Slack. Gives the file's id.
 * @throws SlackTrouble `unclear` when they did not get there, and whatever `call` throws
 * @see https://docs.slack.dev/reference/methods/files.getUploadURLExternal
 */
export async function upload({ png, filename, title, share }: Upload, { call, signal }: UploadDeps): Promise<string> {
  const asked = await call('files.getUploadURLExternal', { filename, length: png.length });
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
  const target = share ? { channel_id: share.channel, thread_ts: share.thread } : {};
  await call('files.completeUploadExternal', { files: [{ id, title }], ...target });
  return id;
}

type Ready = (info: z.infer<typeof FileInfo>['file']) => boolean;

/** Its bytes are looked at: before that no message can show it. */
export const isProcessed: Ready = ({ mimetype }) => Boolean(mimetype);
/** It stands in a channel. */
export const isShared: Ready = ({ shares }) => Object.keys(shares ?? {}).length > 0;

/** Processing is asynchronous. Gives false when it took too long. */
export async function untilReady(
  fileId: string,
  isReady: Ready,
  { call, signal, pollMs = POLL_MS }: UploadDeps,
): Promise<boolean> {
  for (let poll = 0; poll < MOST_POLLS; poll++) {
    if (isReady(FileInfo.parse(await call('files.info', { file: fileId })).file)) return true;
    await sleep(pollMs, undefined, { signal });
  }
  return false;
}
