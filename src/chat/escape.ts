import { escapeName, oneLine } from '#domain/mrkdwn.ts';

/** A text from outside on one escaped line of at most `most` characters before escaping. */
export function line(text: string, most = 300): string {
  return escapeName(oneLine(text, most));
}
