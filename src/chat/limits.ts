import type { KnownBlock } from '@slack/types';
import { redact } from '#domain/redact.ts';

/**
 * What Slack takes, in characters unless named otherwise. `sum` is well below where it answers `msg_blocks_too_long`.
 * @see https://docs.slack.dev/reference/block-kit/blocks
 */
export const LIMITS = {
  blocks: 50,
  /** Of a modal or App Home. @see https://docs.slack.dev/reference/views/home-tab-views */
  viewBlocks: 100,
  sectionText: 3000,
  headerText: 150,
  contextElements: 10,
  contextText: 2000,
  altText: 2000,
  imageTitle: 2000,
  sum: 10_000,
  messageText: 4000,
  ephemeralText: 10_000,
} as const;

/**
 * A message: blocks, and the text for notifications and for clients that show no blocks. `plain`: the same without blocks
 * that some Slack may not take yet.
 */
export type Message = {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  readonly plain?: readonly KnownBlock[] | undefined;
};

const ELLIPSIS = '…';

/** mrkdwn of at most `most` characters, never cut inside an escape, a mention or an emoji; an open code block is closed. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = most - ELLIPSIS.length - 4;
  const rough = text.slice(0, room).replace(/[\uD800-\uDBFF]$/, '');
  const whole = rough.replace(/&[a-z]{0,4}$|<[^<>]*$/, '');
  const lastLine = whole.lastIndexOf('\n');
  const kept = lastLine > room * 0.8 ? whole.slice(0, lastLine) : whole;
  const isOpen = (kept.match(/```/g)?.length ?? 0) % 2 === 1;
  return `${kept}${ELLIPSIS}${isOpen ? '\n```' : ''}`;
}

/** The characters of a block that Slack counts. */
export function sizeOf(block: KnownBlock): number {
  if (block.type === 'header') return block.text.text.length;
  if (block.type === 'image') return block.alt_text.length + (block.title?.text.length ?? 0);
  if (block.type === 'context') {
    return block.elements.reduce((sum, part) => sum + ('text' in part ? part.text.length : part.alt_text.length), 0);
  }
  if (block.type === 'plan') return textsOf(block).reduce((sum, text) => sum + text.length, 0);
  if (block.type !== 'section') return JSON.stringify(block).length;
  return (block.text?.text.length ?? 0) + (block.fields ?? []).reduce((sum, { text }) => sum + text.length, 0);
}

/** Every text and title in a block, at any depth. */
function textsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && (key === 'text' || key === 'title') ? [inner] : textsOf(inner),
  );
}

function fitText<T extends { readonly text: string }>(part: T, most: number): T {
  return { ...part, text: cut(redact(part.text), most) };
}

/** The same with the secrets in its texts masked, at any depth. */
function masked<T>(value: T): T {
  if (typeof value === 'string') return redact(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, masked(inner)] as const);
  return (Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)) as T;
}

function fitBlock(block: KnownBlock): KnownBlock {
  if (block.type === 'plan') return masked(block);
  if (block.type === 'header') return { ...block, text: fitText(block.text, LIMITS.headerText) };
  if (block.type === 'image') return { ...block, alt_text: cut(redact(block.alt_text), LIMITS.altText) };
  if (block.type === 'section') {
    return block.text ? { ...block, text: fitText(block.text, LIMITS.sectionText) } : block;
  }
  if (block.type !== 'context') return block;
  const elements = block.elements.slice(0, LIMITS.contextElements);
  return { ...block, elements: elements.map((part) => ('text' in part ? fitText(part, LIMITS.contextText) : part)) };
}

/** The door of every message: secrets masked, every limit of Slack kept; what is too much goes from the end. */
export function fit({ text, blocks }: Omit<Message, 'plain'>): Omit<Message, 'plain'> {
  return { text: cut(redact(text), LIMITS.messageText), blocks: fitBlocks(blocks, LIMITS.blocks) };
}

/** True when Slack takes these blocks of a message whole. */
export function hasRoom(blocks: readonly KnownBlock[]): boolean {
  return fitBlocks(blocks, LIMITS.blocks).length === blocks.length;
}

/** The same for the blocks of a view. */
export function fitBlocks(blocks: readonly KnownBlock[], most: number = LIMITS.viewBlocks): KnownBlock[] {
  let sum = 0;
  const fitted: KnownBlock[] = [];
  for (const block of blocks.map(fitBlock).slice(0, most)) {
    sum += sizeOf(block);
    if (sum > LIMITS.sum) break;
    fitted.push(block);
  }
  return fitted;
}
