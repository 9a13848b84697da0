import type { WriteStream } from 'node:tty';
import { visible } from '#domain/mrkdwn.ts';
import { redact } from '#domain/redact.ts';
import type { TextOptions } from '#report/text.ts';

/** A text for a terminal, whatever names and messages stand in it: nothing moves the cursor, hides, or is a secret. */
export function printable(text: string): string {
  return redact(visible(text));
}

/** The same on one line, so that no name makes up a line of its own. */
export function printableLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ')).replace(/ +/g, ' ').trim();
}

/** How a report fits there; colours only where they are wanted. `env`: default this process's. @see https://no-color.org */
export function pageOf(
  stream: Pick<WriteStream, 'isTTY' | 'columns' | 'hasColors'>,
  env?: NodeJS.ProcessEnv,
): TextOptions {
  return stream.isTTY ? { width: stream.columns, color: stream.hasColors(env) } : {};
}

/** What a terminal obeys or hides. JSON.stringify itself escapes only the oldest of it. */
const OBEYED = /[\u007f-\u009f\p{Default_Ignorable_Code_Point}]/gu;

/** JSON that says the same, and does nothing to a terminal. `indent`: default on one line. */
export function jsonOf(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(OBEYED, (hidden) =>
    Array.from({ length: hidden.length }, (_, at) => `\\u${hidden.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}

/** The bytes of a file for standard output. Who reads them there sees the text alone: a server wrote it, perhaps a hostile one. */
export function outputOf(bytes: Uint8Array, { isTTY }: Pick<WriteStream, 'isTTY'>): Uint8Array | string {
  return isTTY ? visible(Buffer.from(bytes).toString('utf8')) : bytes;
}
