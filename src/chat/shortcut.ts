/** What Slack calls the shortcut "Ask Strata" on messages. */
export const SHORTCUT = 'ask_strata';
