import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '#domain/fold.ts';
import { codeBlock } from '#domain/mrkdwn.ts';
import type { Environment } from '#domain/stack.ts';
import { INLINE_BYTES, raster } from '#report/kit/raster.ts';
import { pictureOfRun, textOfReport } from '#report/run.ts';
import { words } from '#words/chat.ts';
import type { Place, SlackApi } from '../api.ts';
import { pictureMessage } from './blocks.ts';
import { cut, LIMITS, type Message } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Shown } from './show.ts';
import { SlackTrouble } from '../trouble.ts';
import { isProcessed, isShared, untilReady, upload, type UploadDeps } from '../upload.ts';

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
  /** See `UploadDeps`. */
  readonly pollMs?: number | undefined;
  remember(values: Record<string, string>): Promise<void>;
  /** Posts the part, once. */
  post(message: Message): Promise<void>;
};

const AGAIN_MS = 2000;
/** Then the text goes in its place. */
const MOST_FAILURES = 5;
const TEXT_WIDTH_CELLS = 76;

/**
 * Posts the report card as a private file in an image block; else as a file shared in the thread; else the report as
 * text. Each stage is recorded.
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
  const { part, view, shown, theme } = task;
  const { number, by } = view.request;
  const picture = pictureOfRun(view, { theme, footer: words.footer(number, by.name) });
  if (!picture) return;
  if (shown.facts?.[`${part}.shared`] === 'yes') return shareFile(task, deps, undefined);
  const { card, altText } = picture;
  let fileId = shown.facts?.[`${part}.file`];
  if (fileId === undefined) {
    fileId = await upload({ png: await raster(card, INLINE_BYTES), ...fileOf(view) }, slackOf(deps));
    await deps.remember({ [`${part}.file`]: fileId });
  }
  await untilReady(fileId, isProcessed, slackOf(deps));
  for (const isLast of [false, true]) {
    try {
      return await deps.post(pictureMessage(view, fileId, altText));
    } catch (error) {
      if (!(error instanceof SlackTrouble) || !isImageFault(error.code)) throw error;
      if (!isLast) await sleep(AGAIN_MS, undefined, { signal: deps.signal });
    }
  }
  await shareFile(task, deps, await raster(card));
}

function slackOf({ api, signal, pollMs }: PictureDeps): UploadDeps {
  return { call: api.call, signal, pollMs };
}

/** How the file is called at Slack. */
function fileOf({ request: { number } }: RunView): { readonly filename: string; readonly title: string } {
  return { filename: `strata-run-${number}.png`, title: words.pictureTitle(number) };
}

function isImageFault(code: string): boolean {
  return code.startsWith('invalid_blocks') || code.includes('slack_file');
}

/** Shares the picture as a file in the thread; when Slack never shows it, the text goes. `png` undefined: shared before. */
async function shareFile(task: PictureTask, deps: PictureDeps, png: Buffer | undefined): Promise<void> {
  const { part, shown } = task;
  let fileId = shown.facts?.[`${part}.file`] ?? '';
  if (png !== undefined) {
    fileId = await upload({ png, ...fileOf(task.view), share: task.place }, slackOf(deps));
    await deps.remember({ [`${part}.file`]: fileId, [`${part}.shared`]: 'yes' });
  }
  if (!(await untilReady(fileId, isShared, slackOf(deps)))) return postText(task, deps);
  await deps.remember({ [`${part}.done`]: 'shared' });
}

async function postText({ part, view, shown }: PictureTask, deps: PictureDeps): Promise<void> {
  const text = textOfReport(view, { width: TEXT_WIDTH_CELLS });
  if (text === undefined || shown.facts?.[`${part}.done`] !== undefined) return;
  const block = cut(codeBlock(text), LIMITS.sectionText);
  await deps.post({
    text: words.asText,
    blocks: [
      { type: 'context', elements: [{ type: 'mrkdwn', text: words.asText }] },
      { type: 'section', text: { type: 'mrkdwn', text: block, verbatim: true } },
    ],
  });
}
