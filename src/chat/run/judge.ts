import type { ModalView } from '@slack/types';
import type { Channel } from '#domain/access.ts';
import type { RunView } from '#domain/fold.ts';
import { mention } from '#domain/mrkdwn.ts';
import { words } from '#words/home.ts';
import { sizeOf } from '../limits.ts';
import { approveModal } from '../modals.ts';
import { section } from '../pieces.ts';
import { approvalBlocks, headlineOf, WHOLE } from './blocks.ts';

/** Slack takes 250 KB, and a character has up to four bytes. @see https://docs.slack.dev/reference/methods/views.open */
const MOST_CHARACTERS = 50_000;

/**
 * The whole plan, and what has to be typed to agree to it; sent, it is an approval like any other. undefined for a plan
 * that is too long for Slack: nobody is asked to agree to what is not shown.
 * @param channel where the button was; none in App Home
 */
export function judgeModal(view: RunView, channel?: Channel): ModalView | undefined {
  const { what, state } = headlineOf(view);
  const { number, by } = view.request;
  const head = section(`*#${number} ${what}*\n${state}, ${words.asked(mention(by.id))}`);
  const blocks = [head, ...approvalBlocks(view, WHOLE)];
  const size = blocks.reduce((sum, block) => sum + sizeOf(block), 0);
  return size > MOST_CHARACTERS ? undefined : approveModal(view, blocks, channel);
}
