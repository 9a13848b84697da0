import { escapeName } from '#domain/mrkdwn.ts';

/** A text from outside on one escaped line of at most `most` characters before escaping. */
export function line(text: string, most = 300): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return escapeName(flat.length <= most ? flat : `${flat.slice(0, most - 1).toWellFormed()}…`);
}
