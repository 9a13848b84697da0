import type { ErrorName, Source } from './sources.ts';

/** An answer of Slack's that is not `ok`: `error` is Slack's name for it, `detail` its `response_metadata.messages`. */
export class Refusal extends Error {
  readonly error: ErrorName;
  readonly detail: string | undefined;

  constructor(error: ErrorName, detail?: string) {
    super(detail === undefined ? error : `${error}: ${detail}`);
    this.error = error;
    this.detail = detail;
  }
}

type Unit = 'characters' | 'items';
export type Limit = { readonly max: number; readonly unit: Unit; readonly error: ErrorName; readonly source: Source };

const KIT = 'https://docs.slack.dev/reference/block-kit/blocks';
const BUTTON = 'https://docs.slack.dev/reference/block-kit/block-elements/button-element';
const CONFIRM = 'https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object';
const SUM = 'https://github.com/slackapi/bolt-js/issues/2509';
const EDIT = 'https://github.com/F3-Nation/archive-slackblast/issues/64';
const MENU = 'https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element';
const VIEW = 'https://docs.slack.dev/reference/views/modal-views';
const PUBLISH = 'https://docs.slack.dev/reference/methods/views.publish';

/** What Slack refuses in a message, with the name it answers and where that is written. */
export const LIMITS = {
  /** Longer ones are posted, and refused when they are edited. */
  editText: { max: 4000, unit: 'characters', error: 'msg_too_long', source: EDIT },
  blocks: { max: 50, unit: 'items', error: 'invalid_blocks', source: KIT },
  /** Measured by others, not documented. */
  blockTextSum: { max: 13_200, unit: 'characters', error: 'msg_blocks_too_long', source: SUM },
  sectionText: { max: 3000, unit: 'characters', error: 'invalid_blocks', source: `${KIT}/section-block` },
  sectionFields: { max: 10, unit: 'items', error: 'invalid_blocks', source: `${KIT}/section-block` },
  fieldText: { max: 2000, unit: 'characters', error: 'invalid_blocks', source: `${KIT}/section-block` },
  headerText: { max: 150, unit: 'characters', error: 'invalid_blocks', source: `${KIT}/header-block` },
  altText: { max: 2000, unit: 'characters', error: 'invalid_blocks', source: `${KIT}/image-block` },
  contextElements: { max: 10, unit: 'items', error: 'invalid_blocks', source: `${KIT}/context-block` },
  actionsElements: { max: 25, unit: 'items', error: 'invalid_blocks', source: `${KIT}/actions-block` },
  buttonText: { max: 75, unit: 'characters', error: 'invalid_blocks', source: BUTTON },
  buttonValue: { max: 2000, unit: 'characters', error: 'invalid_blocks', source: BUTTON },
  buttonLabel: { max: 75, unit: 'characters', error: 'invalid_blocks', source: BUTTON },
  confirmTitle: { max: 100, unit: 'characters', error: 'invalid_blocks', source: CONFIRM },
  confirmText: { max: 300, unit: 'characters', error: 'invalid_blocks', source: CONFIRM },
  confirmButton: { max: 30, unit: 'characters', error: 'invalid_blocks', source: CONFIRM },
  tables: { max: 1, unit: 'items', error: 'invalid_attachments', source: `${KIT}/table-block` },
  tableRows: { max: 100, unit: 'items', error: 'invalid_blocks', source: `${KIT}/table-block` },
  tableCells: { max: 20, unit: 'items', error: 'invalid_blocks', source: `${KIT}/table-block` },
  options: { max: 100, unit: 'items', error: 'invalid_blocks', source: MENU },
  optionText: { max: 75, unit: 'characters', error: 'invalid_blocks', source: MENU },
  optionValue: { max: 150, unit: 'characters', error: 'invalid_blocks', source: MENU },
  viewTitle: { max: 24, unit: 'characters', error: 'invalid_arguments', source: VIEW },
  viewId: { max: 255, unit: 'characters', error: 'invalid_arguments', source: VIEW },
  viewMetadata: { max: 3000, unit: 'characters', error: 'invalid_arguments', source: VIEW },
  viewBytes: { max: 250_000, unit: 'characters', error: 'view_too_large', source: PUBLISH },
  viewBlocks: { max: 100, unit: 'items', error: 'invalid_arguments', source: VIEW },
  id: { max: 255, unit: 'characters', error: 'invalid_blocks', source: BUTTON },
} as const satisfies Record<string, Limit>;

/** Times and counts; `startWorkspace` takes others, so that a test need not wait. */
export const TIMINGS = {
  /** A command or click must be acknowledged within it. */
  ackMs: 3000,
  /** A trigger opens one view within it. */
  triggerMs: 3000,
  responseUrlMs: 1_800_000,
  responseUrlUses: 5,
  /** Uploads are processed after they were completed. */
  processingMs: 500,
  maxConnections: 10,
  /** When an event that was not acknowledged comes again. */
  eventRetriesMs: [0, 60_000, 300_000] as readonly number[],
};
export type Timings = typeof TIMINGS;

const INTERACTION = 'https://docs.slack.dev/interactivity/handling-user-interaction';

export const TIMING_SOURCES: Readonly<Record<keyof Timings, Source>> = {
  ackMs: INTERACTION,
  triggerMs: INTERACTION,
  responseUrlMs: `${INTERACTION}#message_responses`,
  responseUrlUses: `${INTERACTION}#message_responses`,
  processingMs: 'ours: Slack says that it takes a while, not how long',
  maxConnections: 'https://docs.slack.dev/apis/events-api/using-socket-mode#using-multiple-connections',
  eventRetriesMs: 'https://docs.slack.dev/apis/events-api#retries',
};

/** Calls a minute of each tier. @see https://docs.slack.dev/apis/web-api/rate-limits */
const TIERS = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;
/** Messages may come in short bursts, "more than 1 per second"; how many is ours. */
const POSTS = { perMinute: 60, burst: 5 };
/** "Hundreds of requests per minute". @see https://docs.slack.dev/reference/methods/auth.test */
const SPECIAL = { perMinute: 600, burst: 600 };

/** The tier that each method's page names; of others the third. */
const METHOD_TIERS: Readonly<Record<string, keyof typeof TIERS>> = {
  'chat.update': 3,
  'chat.delete': 3,
  'chat.postEphemeral': 4,
  // Stored copies of its page disagree: 1 or 3.
  'apps.connections.open': 3,
  'pins.add': 2,
  'pins.remove': 2,
  'usergroups.users.list': 2,
  'conversations.list': 2,
  'views.open': 4,
  'views.publish': 4,
  'files.getUploadURLExternal': 4,
  'files.completeUploadExternal': 4,
};

/** What a method may be called: a whole minute's worth at once is ours. */
function rateOf(method: string): { readonly perMinute: number; readonly burst: number } {
  if (method === 'chat.postMessage') return POSTS;
  if (method === 'auth.test') return SPECIAL;
  const perMinute = TIERS[METHOD_TIERS[method] ?? 3];
  return { perMinute, burst: perMinute };
}

/** Slack's own commands, which no app can be given. https://slack.com/help/articles/201259356 */
export const RESERVED = new Set(
  (
    'active apps archive away call collapse dm dnd expand feed feedback groups help huddle invite join kick leave me ' +
    'msg mute open people prefs remind remove rename search shortcuts shrug star status topic unarchive who'
  )
    .split(' ')
    .map((word) => `/${word}`),
);

/** Seconds to wait before `key` may be called again, or undefined when it may be now (which is then counted). */
export type Rates = { take(method: string, channel: string): number | undefined };

export function createRates(now: () => number): Rates {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(method, channel) {
      const { perMinute, burst } = rateOf(method);
      const key = method === 'chat.postMessage' ? `${method} ${channel}` : method;
      const bucket = buckets.get(key) ?? { tokens: burst, at: now() };
      bucket.tokens = Math.min(burst, bucket.tokens + ((now() - bucket.at) * perMinute) / 60_000);
      bucket.at = now();
      buckets.set(key, bucket);
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 60) / perMinute);
      bucket.tokens -= 1;
      return undefined;
    },
  };
}
