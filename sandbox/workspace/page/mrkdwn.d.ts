/** Slack's mrkdwn as HTML. */
export function mrkdwn(source: string): string;
