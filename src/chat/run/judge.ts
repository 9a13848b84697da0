import type { ModalView } from '@slack/types';
import type { Channel } from '#domain/access.ts';
import { isTooLong } from '#domain/approval.ts';
import type { RunView } from '#domain/fold.ts';
import { mention } from '#domain/mrkdwn.ts';
import { words } from '#words/home.ts';
import { approveModal } from '../modals.ts';
import { section } from '../pieces.ts';
import { approvalBlocks, headlineOf, WHOLE } from './blocks.ts';

/**
 * The whole plan, and what has to be typed to agree to it; sent, it is an approval like any other. undefined for a plan
 * that is too long for Slack: nobody is asked to agree to what is not shown.
 * @param channel where the button was; none in App Home
 */
export function judgeModal(view: RunView, channel?: Channel): ModalView | undefined {
  if (!view.approval || isTooLong(view.approval)) return undefined;
  const { what, state } = headlineOf(view);
  const { number, by } = view.request;
  const head = section(`*#${number} ${what}*\n${state}, ${words.asked(mention(by.id))}`);
  const blocks = [head, ...approvalBlocks(view, WHOLE)];
  return approveModal(view, blocks, channel);
}
