/**
 * The Web API methods in use and the bot scopes each needs; nothing else is asked for. `commands` comes with the slash
 * commands. @see https://docs.slack.dev/reference/scopes
 */
const SCOPES_OF: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.info': ['files:read'],
  'pins.add': ['pins:write'],
  'pins.remove': ['pins:write'],
  'usergroups.users.list': ['usergroups:read'],
  'views.open': [],
  'views.update': [],
};

/** Every bot scope that Strata uses, sorted. */
export const BOT_SCOPES: readonly string[] = [...new Set(['commands', ...Object.values(SCOPES_OF).flat()])].toSorted(
  (a, b) => a.localeCompare(b),
);

/** Methods that the code calls; a test holds this table against the code. */
export const METHODS: readonly string[] = Object.keys(SCOPES_OF);
