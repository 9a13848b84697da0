import { InputError } from '#domain/errors.ts';
import { visible } from '#domain/mrkdwn.ts';
import { nearest } from '#domain/nearest.ts';
import { words as say } from '#words/commands.ts';

/** What stood behind a command: words in order, and `--name value` or `--name=value` options. */
export type Arguments = { readonly words: readonly string[]; readonly options: ReadonlyMap<string, string> };

/** Opening quote -> the quotes that close it. Phones curl quotes, each keyboard in its own way. */
const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\u201c': '\u201d\u201c"',
  '\u201d': '\u201d\u201c"',
  '\u201e': '\u201c\u201d"',
  '\u00ab': '\u00bb',
  '\u2018': "\u2019\u2018'",
  '\u2019': "\u2019\u2018'",
};
/** Options that stand alone. */
const FLAGS: ReadonlySet<string> = new Set(['failed', 'private', 'dry-run', 'override', 'remove']);
/** Options that may stand alone: only an interval is their value. */
const INTERVALS: ReadonlySet<string> = new Set(['watch']);
const INTERVAL = /^\d+[a-z]$/i;
/** `--name`, and what stands behind its `=`. */
const OPTION = /^--([\p{L}][\p{L}\p{N}-]*)(?:=(.*))?$/su;
/** Dashes that phones and word processors put in place of `--`. */
const LONG_DASH = /^[\u2013\u2014\u2015](?=[\p{L}])/u;
const MOST_WORDS = 40;
/** The value of an option that stands alone. */
export const ALONE = 'yes';

/**
 * Splits what stood behind a command: quotes (curly ones too) keep words together, an em dash in front of a word is
 * `--`, flags as `--dry-run` stand alone and `--watch` may, and Slack's escapes become what they stand for: `<@U123|operator>` the id, `<https://x|label>` the address.
 * @throws InputError on a quote that is not closed, an option without a value or given twice, a flag with one, or too many words
 */
export function parseArguments(text: string): Arguments {
  const words: string[] = [];
  const options = new Map<string, string>();
  const tokens = tokenise(text);
  for (let index = 0; index < tokens.length; index++) {
    const [, name = '', given] = optionIn(tokens[index]);
    if (name === '') {
      words.push(tokens[index]?.value ?? '');
      continue;
    }
    const isFlag = FLAGS.has(name.toLowerCase());
    if (isFlag && given !== undefined) throw new InputError(say.optionWithValue(name));
    const isAlone = isFlag || (INTERVALS.has(name.toLowerCase()) && !INTERVAL.test(tokens[index + 1]?.value ?? ''));
    const value = given ?? (isAlone ? ALONE : valueIn(tokens[++index]));
    if (value === undefined || value === '') throw withoutValue(name);
    if (options.has(name.toLowerCase())) throw new InputError(say.optionTwice(name));
    options.set(name.toLowerCase(), value);
  }
  return { words, options };
}

/** Its name and what `=` gave it; nothing of what is no option. */
function optionIn(token: Token | undefined): readonly (string | undefined)[] {
  return token === undefined || token.quoted ? [] : (OPTION.exec(token.value) ?? []);
}

/** The value that follows an option; the next option is none, or a slip would swallow it. */
function valueIn(token: Token | undefined): string | undefined {
  return optionIn(token).length > 0 ? undefined : token?.value;
}

function withoutValue(name: string): InputError {
  const near = nearest(name, [...FLAGS]);
  return new InputError(
    say.optionWithoutValue(name),
    near === undefined ? {} : { advice: say.didYouMean(`--${near}`) },
  );
}

type Token = { readonly value: string; readonly quoted: boolean };

/** @throws InputError on a quote that is not closed, or too many words */
function tokenise(text: string): Token[] {
  const source = visible(text);
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    if (/\s/u.test(source[at] ?? '')) {
      at += 1;
      continue;
    }
    const { token, end } = readToken(source, at);
    tokens.push(token);
    if (tokens.length > MOST_WORDS) throw new InputError(say.tooManyWords(MOST_WORDS));
    at = end;
  }
  return tokens;
}

/** One token from `start` on: plain runs, quoted runs and Slack's escapes, one behind the other. */
function readToken(source: string, start: number): { token: Token; end: number } {
  let value = '';
  let at = start;
  const quoted = QUOTES[source[start] ?? ''] !== undefined;
  while (at < source.length && !/\s/u.test(source[at] ?? '')) {
    const char = source[at] ?? '';
    const closing = at === start || source[at - 1] === '=' ? QUOTES[char] : undefined;
    const escape = char === '<' ? /^<([^<>\n]+)>/.exec(source.slice(at, at + 600)) : undefined;
    if (closing) {
      const end = endOfQuote(source, at + 1, closing);
      value += unescape(source.slice(at + 1, end));
      at = end + 1;
    } else if (escape) {
      value += meaningOf(escape[1] ?? '');
      at += escape[0].length;
    } else {
      const run = /^[^\s<=]*=?|^[^\s]/u.exec(source.slice(at))?.[0] || char;
      value += unescape(run);
      at += run.length;
    }
  }
  return { token: { value: quoted ? value : value.replace(LONG_DASH, '--'), quoted }, end: at };
}

/** @throws InputError when the quote is not closed */
function endOfQuote(source: string, from: number, closing: string): number {
  for (let at = from; at < source.length; at++) if (closing.includes(source[at] ?? '')) return at;
  throw new InputError(say.openQuote(source.slice(from - 1, from + 20)));
}

/** What one of Slack's `<...>` escapes stands for. @see https://docs.slack.dev/messaging/formatting-message-text */
function meaningOf(inner: string): string {
  const [target = '', label = ''] = inner.split('|');
  if (/^[@#]/.test(target)) return target.slice(1);
  if (target.startsWith('!subteam^')) return target.slice('!subteam^'.length);
  if (target.startsWith('!')) return label || target.slice(1);
  return unescape(label || target);
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
