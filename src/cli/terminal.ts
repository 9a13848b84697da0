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

/** How a report fits there; colours only where they are wanted. @see https://no-color.org */
export function pageOf(stream: Pick<WriteStream, 'isTTY' | 'columns' | 'hasColors'>): TextOptions {
  return stream.isTTY ? { width: stream.columns, color: stream.hasColors() } : {};
}
