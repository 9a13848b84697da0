/**
 * Where it is written that Slack does what this workspace does: its documentation, its help centre, the SDK's types, or a
 * thread in which a maintainer or somebody who measured it says so. `ours`: nobody says it, and why it is here all the same.
 */
export type Source = `https://${string}` | `@slack/types: ${string}` | `ours: ${string}`;

const DOCS = 'https://docs.slack.dev';
const METHODS = `${DOCS}/reference/methods` as const;
const SDK = 'https://github.com/slackapi';
const COMMANDS = `${DOCS}/interactivity/implementing-slash-commands` as const;

/** What calls, uploads, response URLs and clients answer when something is wrong. */
export const ERRORS = {
  already_pinned: `${METHODS}/pins.add`,
  cant_delete_message: `${METHODS}/chat.delete`,
  cant_update_message: `${METHODS}/chat.update`,
  channel_not_found: `${METHODS}/chat.postMessage`,
  exchanged_trigger_id: `${METHODS}/views.open`,
  expired_trigger_id: `${METHODS}/views.open`,
  file_not_found: `${METHODS}/files.info`,
  hash_conflict: `${METHODS}/views.update`,
  invalid_arguments: `${METHODS}/chat.postMessage`,
  invalid_attachments: `${DOCS}/reference/block-kit/blocks/table-block`,
  invalid_auth: `${METHODS}/auth.test`,
  invalid_blocks: `${METHODS}/chat.postMessage`,
  invalid_blocks_format: `${METHODS}/chat.postMessage`,
  invalid_metadata_format: `${METHODS}/chat.postMessage`,
  invalid_trigger_id: `${METHODS}/views.open`,
  is_archived: `${METHODS}/chat.postMessage`,
  /** Of an edit in an archived channel. */
  is_inactive: `${METHODS}/chat.update`,
  message_not_found: `${METHODS}/chat.update`,
  msg_blocks_too_long: `${METHODS}/chat.postMessage`,
  msg_too_long: `${METHODS}/chat.update`,
  no_item_specified: `${METHODS}/pins.add`,
  no_such_subteam: `${METHODS}/usergroups.users.list`,
  no_text: `${METHODS}/chat.postMessage`,
  not_authed: `${METHODS}/auth.test`,
  not_enabled: `${METHODS}/views.publish`,
  not_found: `${METHODS}/views.update`,
  not_in_channel: `${METHODS}/chat.postMessage`,
  not_pinnable: `${METHODS}/pins.add`,
  not_pinned: `${METHODS}/pins.remove`,
  ratelimited: `${DOCS}/apis/web-api/rate-limits`,
  thread_not_found: `${METHODS}/conversations.replies`,
  token_revoked: `${METHODS}/auth.test`,
  unknown_method: `${METHODS}/chat.postMessage`,
  user_not_in_channel: `${METHODS}/chat.postEphemeral`,
  view_too_large: `${METHODS}/views.open`,
  /** What people read of a command that was not acknowledged. */
  dispatch_failed: `${SDK}/node-slack-sdk/issues/1357`,
  http_service_error: `${COMMANDS}#responding_with_errors`,
  operation_timeout: `${SDK}/bolt-js/issues/1548`,
  /** A manifest with the name of a command of Slack's own. */
  invalid_manifest: `${METHODS}/apps.manifest.create`,
  expired_url: `${DOCS}/interactivity/handling-user-interaction#message_responses`,
  used_url: `${DOCS}/interactivity/handling-user-interaction#message_responses`,
  cannot_reply_to_message:
    'ours: Slack advises against the ts of a reply; refused, so that such a mistake of ours shows',
  incomplete: "ours: a client's own check of its inputs; nothing is sent",
  no_file_data: 'ours: an upload without a file in its form',
  no_such_button: 'ours: a test clicked what is not there',
  no_such_shortcut: 'ours: a test chose a shortcut that is not there',
  no_such_menu: 'ours: a test searched where nothing is searched',
  query_too_short: "ours: a client's own check before it asks the app",
  no_such_choice: 'ours: a test chose what is not there',
  no_such_view: 'ours: a test sent a modal that is not open',
  not_json: 'ours: the page speaks JSON to this server',
  reserved: 'https://slack.com/help/articles/201259356',
  unknown_command: 'ours: a command that no app has, which none hears of',
  not_in_threads: 'https://github.com/slackapi/bolt-python/issues/873',
  user_not_found: 'ours: a test spoke for nobody',
} as const satisfies Record<string, Source>;
export type ErrorName = keyof typeof ERRORS;

/** What the workspace does besides refusing, where that is no limit, time or rate. */
export const BEHAVIOURS = {
  'a message of more than 40,000 characters is cut': `${METHODS}/chat.postMessage`,
  'a reply to a message that was deleted comes out of its thread': 'https://github.com/slack-go/slack/issues/1571',
  'an edit without blocks takes the blocks away': `${METHODS}/chat.update`,
  'metadata is shown to those who ask for it': `${DOCS}/messaging/message-metadata`,
  'a block without an id gets one': `${DOCS}/reference/block-kit/blocks`,
  'block and action ids are unique': `${DOCS}/reference/block-kit/blocks/actions-block`,
  'an upload is asked for, sent, completed, and processed later': `${METHODS}/files.getUploadURLExternal`,
  'a file that is shared appears after what is posted meanwhile': `${SDK}/node-slack-sdk/issues/2260`,
  'an image block of a file that is not processed is refused': `${SDK}/python-slack-sdk/issues/1658`,
  'a modal opens by a trigger, once': `${DOCS}/interactivity/handling-user-interaction#modal_responses`,
  'errors of a modal stand under its blocks': `${DOCS}/surfaces/modals#response_actions`,
  'an envelope has an id, a type and a payload, and is acknowledged by its id': `${DOCS}/apis/events-api/using-socket-mode`,
  'a socket is told hello, and goodbye with a reason': `${DOCS}/apis/events-api/using-socket-mode`,
  'any socket may get the next envelope': `${SDK}/bolt-js/issues/2327`,
  'requests are signed with the time and the body': `${DOCS}/authentication/verifying-requests-from-slack`,
  'commands and clicks are delivered once, events again': `${SDK}/bolt-python/issues/1071`,
  'a command or click may come twice': `${SDK}/bolt-js/issues/2188`,
  'the app hears people and channels as references': `${DOCS}/interactivity/implementing-slash-commands`,
  'app commands do not work in threads': 'https://github.com/slackapi/bolt-python/issues/873',
  'an outsider is named with their own workspace': `${SDK}/bolt-js/issues/1614`,
  'an image has an alternative text': '@slack/types: ImageBlock.alt_text',
  'a plan has a title and tasks, a task an id and a title': '@slack/types: PlanBlock, TaskCardBlock',
} as const satisfies Record<string, Source>;
