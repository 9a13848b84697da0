import { redact } from '#domain/redact.ts';

/** What is held back at least, so that a secret is seen whole: longer than any that `redact` knows the looks of. */
const HELD = 4500;
/** Masking again and again what is held back would cost more than the text is worth: so some of it at once. */
const BATCH = 16 * 1024;
/** What is held back at most: a text that allows no cut for so long goes out masked as a whole. */
const MOST_HELD = 512 * 1024;
/** How many line ends are tried for a cut before more text is waited for. */
const TRIES = 8;
const MASK = '[redacted]';

/** Masks a text that comes in pieces, also what lies across their borders. Constant memory. */
export type Mask = {
  /** What can be told now; the rest is held back. */
  push(text: string): string;
  /** The whole lines of what is held back, as far as can be told: to show, as it may come out otherwise. */
  peek(): string;
  end(): string;
};

/** @param secrets masked besides what looks like one, as they are and as JSON writes them */
export function openMask(secrets: readonly string[]): Mask {
  const known = secrets
    .flatMap((secret) => (secret === '' ? [] : [secret, JSON.stringify(secret).slice(1, -1)]))
    .toSorted((a, b) => b.length - a.length);
  const held = Math.max(HELD, known[0]?.length ?? 0);
  const mask = (text: string) => redact(known.reduce((left, secret) => left.replaceAll(secret, MASK), text));
  let rest = '';

  return {
    push(text) {
      rest += text;
      if (rest.length < held + BATCH) return '';
      const whole = mask(rest);
      for (const at of cuts(rest, rest.length - held)) {
        const before = mask(rest.slice(0, at));
        // A cut is good when it changes nothing: then it lies in no secret.
        if (before + mask(rest.slice(at)) === whole) {
          rest = rest.slice(at);
          return before;
        }
      }
      if (rest.length < MOST_HELD) return '';
      rest = '';
      return whole;
    },
    peek() {
      const lines = rest.length > held + 2 * BATCH ? '' : rest.slice(0, rest.lastIndexOf('\n') + 1);
      const begun = known.map((secret) => overlap(lines, secret));
      return mask(lines.slice(0, lines.length - Math.max(0, ...begun)));
    },
    end() {
      const whole = mask(rest);
      rest = '';
      return whole;
    },
  };
}

/** How many characters at the end of the text may be the beginning of this secret. */
function overlap(text: string, secret: string): number {
  let size = Math.min(text.length, secret.length - 1);
  while (size > 0 && !text.endsWith(secret.slice(0, size))) size -= 1;
  return size;
}

/** Where to cut, best first: after the last lines before `last`, or, in a text without lines, there. */
function cuts(text: string, last: number): readonly number[] {
  if (last <= 0) return [];
  const found: number[] = [];
  for (
    let at = text.lastIndexOf('\n', last - 1);
    at >= 0 && found.length < TRIES;
    at = text.lastIndexOf('\n', at - 1)
  ) {
    found.push(at + 1);
    if (at === 0) break;
  }
  return found.length > 0 ? found : [last];
}
