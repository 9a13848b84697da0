import type { KnownBlock } from '@slack/types';
import type { Showing } from '#domain/command.ts';
import { codeBlock } from '#domain/mrkdwn.ts';
import { raster } from '#report/kit/raster.ts';
import { pictureOfRun, textOfReport } from '#report/run.ts';
import { words } from '#words/chat.ts';
import { imageBlock } from './run/blocks.ts';
import { cut, LIMITS } from './limits.ts';
import type { Log } from './log.ts';
import { isProcessed, untilReady, upload, type UploadDeps } from './upload.ts';

type Answer = { readonly text: string; readonly blocks?: KnownBlock[] };
export type ShowDeps = UploadDeps & {
  readonly log: Log;
  /** Answers the person alone. @throws when Slack does not take it */
  respond(answer: Answer): Promise<unknown>;
};

/** For a window that may be as wide as it likes. */
const TEXT_WIDTH_CELLS = 100;

/** Shows a run to one person: as text, or in full as a picture; the text where Slack takes no picture. */
export async function show(showing: Showing, deps: ShowDeps): Promise<void> {
  if (showing.as === 'text') return showText(showing, deps);
  try {
    await showPicture(showing, deps);
  } catch (error) {
    deps.signal.throwIfAborted();
    deps.log.warn({ runId: showing.view.request.number, error }, 'a full picture could not be shown');
    await showText(showing, deps, `${words.noFullPicture}\n`);
  }
}

async function showPicture({ view, consoles, theme }: Showing, deps: ShowDeps): Promise<void> {
  const { number, by } = view.request;
  const picture = pictureOfRun(view, { theme, consoles, footer: words.footer(number, by.name), isFull: true });
  if (!picture) return;
  const file = { filename: `strata-run-${number}-full.png`, title: words.pictureTitle(number) };
  const id = await upload({ png: await raster(picture.card), ...file }, deps);
  await untilReady(id, isProcessed, deps);
  await deps.respond({ text: words.buttons['full-picture'], blocks: [imageBlock(view, id, picture.altText)] });
}

async function showText({ view, consoles }: Showing, { respond }: ShowDeps, before = ''): Promise<void> {
  const text = textOfReport(view, { consoles, width: TEXT_WIDTH_CELLS }) ?? '';
  await respond({ text: cut(`${before}${codeBlock(text)}`, LIMITS.ephemeralText) });
}
