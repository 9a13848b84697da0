/**
 * The Web API methods in use and the bot scopes each needs; nothing else is asked for. `commands` comes with the slash
 * commands and shortcuts. @see https://docs.slack.dev/reference/scopes
 */
const SCOPES_OF: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.info': ['files:read'],
  'pins.add': ['pins:write'],
  'pins.remove': ['pins:write'],
  'usergroups.users.list': ['usergroups:read'],
  'users.conversations': ['channels:read', 'groups:read'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
};

/** The events that are listened for, and the scopes that each needs. @see https://docs.slack.dev/reference/events */
const SCOPES_OF_EVENT: Readonly<Record<string, readonly string[]>> = {
  app_mention: ['app_mentions:read'],
  app_home_opened: [],
};

/** Every bot scope that Strata uses, sorted. */
export const BOT_SCOPES: readonly string[] = [
  ...new Set(['commands', ...Object.values(SCOPES_OF).flat(), ...Object.values(SCOPES_OF_EVENT).flat()]),
].toSorted((a, b) => a.localeCompare(b));

/** Events to subscribe to; a test holds them against the code too. */
export const EVENTS: readonly string[] = Object.keys(SCOPES_OF_EVENT);

/** Methods that the code calls; a test holds this table against the code. */
export const METHODS: readonly string[] = Object.keys(SCOPES_OF);
