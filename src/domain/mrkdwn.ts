import { stripVTControlCharacters } from 'node:util';
import { redact } from './redact.ts';

/** Controls (but tab and newline), bidirectional marks and overrides, everything that takes no room. */
const HIDDEN = /[\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\ufff9-\uffff]|(?![\t\n])\p{Cc}/gu;
/** Characters that format: a zero-width space beside each takes their power. Inside a word, as in `my_net`, they have none. */
const FORMATTING = /(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])|`/gu;

/** Strips what hides, reorders or moves text. Newlines and tabs stay. */
export function visible(text: string): string {
  return stripVTControlCharacters(text.toWellFormed()).replaceAll('\r\n', '\n').replace(HIDDEN, '');
}

/** A text from outside on one line of at most `most` characters. Secrets are masked first: of one cut in two no half would be known. */
export function oneLine(text: string, most: number): string {
  const whole = redact(visible(text.replace(/\s+/g, ' '))).trim();
  return whole.length <= most ? whole : `${whole.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Text for mrkdwn: `<!channel>` and links lose their power, secrets are masked; formatting of the text stays its own. */
export function escapeText(text: string): string {
  return redact(visible(text)).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A name or message from outside on one line of mrkdwn: as `escapeText`, and `*_~` and backticks do not format. */
export function escapeName(text: string): string {
  const escaped = escapeText(text.replace(/\s+/g, ' ').trim()).replace(FORMATTING, '\u200B$&\u200B');
  // At the start of a line it would quote.
  return escaped.startsWith('&gt;') ? `\u200B${escaped}` : escaped;
}

/** A word between backticks. */
export function code(text: string): string {
  return `\`${escapeText(text.replace(/\s+/g, ' ').replaceAll('`', "'"))}\``;
}

/** Lines between triple backticks. */
export function codeBlock(text: string): string {
  return `\`\`\`\n${escapeText(text).replaceAll('```', "'''")}\n\`\`\``;
}

/** How Slack shows a person id `U...`, a group id `S...` or a channel; other words stay words. */
export function mention(id: string): string {
  if (/^[UW][A-Z0-9]+$/.test(id)) return `<@${id}>`;
  if (/^S[A-Z0-9]+$/.test(id)) return `<!subteam^${id}>`;
  if (/^[CG][A-Z0-9]+$/.test(id)) return `<#${id}>`;
  return escapeName(id);
}

const MINUTE_CHARACTERS = '2026-11-25T15:20'.length;

/**
 * A moment (ISO 8601) in the reader's own time zone; where nobody knows that one, in UTC.
 * @see https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function dateOf(iso: string, format = '{date_short_pretty} {time}'): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return escapeName(iso);
  const utc = `${at.toISOString().slice(0, MINUTE_CHARACTERS).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(at.getTime() / 1000)}^${format}|${utc}>`;
}

/** The mrkdwn of ours as plain text, for a terminal. */
export function plainOf(mrkdwn: string): string {
  return mrkdwn
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<(?:@|!subteam\^)([^>|]+)(?:\|[^>]*)?>/g, '@$1')
    .replace(/<#([^>|]+)(?:\|([^>]*))?>/g, '#$1')
    .replace(/(^|[\s(])\*([^*\n]+)\*/g, '$1$2')
    .replace(/```\n?|`/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('\u200B', '');
}
