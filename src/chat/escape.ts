import { escapeName, visible } from '#domain/mrkdwn.ts';
import { redact } from '#domain/redact.ts';

/** A text from outside on one escaped line of at most `most` characters before escaping. */
export function line(text: string, most = 300): string {
  return escapeName(shortened(text, most));
}

/** The same where Slack takes it as it stands: nothing in it formats or refers. */
export function flat(text: string, most: number): string {
  return redact(visible(shortened(text, most)));
}

function shortened(text: string, most: number): string {
  const whole = text.replace(/\s+/g, ' ').trim();
  return whole.length <= most ? whole : `${whole.slice(0, most - 1).toWellFormed()}…`;
}
