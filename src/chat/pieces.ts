import type { ContextBlock, KnownBlock, SectionBlock } from '@slack/types';
import type { BrokenGlass, RunView } from '#domain/fold.ts';
import { code, dateOf, mention } from '#domain/mrkdwn.ts';
import { words } from '#words/chat.ts';
import { line } from './escape.ts';
import { cut, hasRoom, LIMITS } from './limits.ts';

/** Leaves room below Slack's limit for a section. */
const SECTION_ROOM = 2800;

/** A text that Slack shows whole, however long. @see https://docs.slack.dev/reference/block-kit/blocks/section-block */
export function section(text: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true }, expand: true };
}

export function context(text: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}

/** Lines in as few sections as Slack's limit allows. */
export function sections(lines: readonly string[]): SectionBlock[] {
  const texts: string[] = [];
  for (const one of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + one.length < SECTION_ROOM) texts[texts.length - 1] = `${last}\n${one}`;
    else texts.push(one);
  }
  return texts.map(section);
}

/** The same, but Slack may fold what is long under "see more". */
export function foldable(lines: readonly string[]): SectionBlock[] {
  return sections(lines).map((one) => ({ ...one, expand: false }));
}

/** An answer of many lines, as a modal shows it. */
export function answerSections(text: string): SectionBlock[] {
  const lines = cut(text, LIMITS.ephemeralText).split('\n');
  return sections(lines.map((one) => cut(one, SECTION_ROOM)));
}

/** The richest drawing that Slack takes whole, else the last: what stands at its end are buttons, and somebody needs them. */
export function withRoom<T>(richestFirst: readonly T[], draw: (how: T) => KnownBlock[]): KnownBlock[] {
  const drawn = richestFirst.map(draw);
  return drawn.find(hasRoom) ?? drawn.at(-1) ?? [];
}

export function cutList(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), words.more(lines.length - most)];
}

/** How long ago a moment was, as the reader's client counts it; others read it in UTC. @see RichTextDate of @slack/types */
export function agoOf(iso: string): string {
  return dateOf(iso, '{ago}');
}

/** Who, when and why, for the card. */
export function glassLine(glass: BrokenGlass): string {
  const { by, at, reason } = glass;
  return `${words.glass(mention(by.id), dateOf(at), line(reason, 500))}${whereOf(glass)}`;
}

/** Where somebody was who did not come through Slack, and by which key. */
export function whereOf({ proof }: BrokenGlass): string {
  return proof ? words.atTerminalWith(line(proof.host, 60), code(proof.key)) : '';
}

/** True for a run that ended before its first step: there is nothing to show of it. */
export function isUntouched({ outcome, steps }: RunView): boolean {
  return outcome === 'cancelled' && steps.every(({ status }) => status === 'pending');
}

/** What went wrong with the run as a whole, and what to do. */
export function errorBlocks({ error }: RunView): KnownBlock[] {
  if (!error) return [];
  const advice = error.advice ? `\n${words.advice(line(error.advice, 600))}` : '';
  return [section(`✗ ${line(error.message, 900)}${advice}`)];
}
