/** An answer of Slack's that is not `ok`: `error` is Slack's name for it, `detail` its `response_metadata.messages`. */
export class Refusal extends Error {
  readonly error: string;
  readonly detail: string | undefined;

  constructor(error: string, detail?: string) {
    super(detail === undefined ? error : `${error}: ${detail}`);
    this.error = error;
    this.detail = detail;
  }
}

type Unit = 'characters' | 'items';
export type Limit = { readonly max: number; readonly unit: Unit; readonly error: string; readonly source: string };

const KIT = 'https://docs.slack.dev/reference/block-kit/blocks';
const BUTTON = 'https://docs.slack.dev/reference/block-kit/block-elements/button-element';
const SUM = 'https://github.com/slackapi/bolt-js/issues/2509';
const EDIT = 'https://github.com/F3-Nation/archive-slackblast/issues/64';
const MENU = 'https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element';
const VIEW = 'https://docs.slack.dev/reference/views/modal-views';
const PUBLISH = 'https://docs.slack.dev/reference/methods/views.publish';
const POST = 'https://docs.slack.dev/reference/methods/chat.postMessage';

/** What Slack refuses in a message, with the name it answers and where that is written. */
export const LIMITS = {
  messageText: { max: 40_000, unit: 'characters', error: 'msg_too_long', source: POST },
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
  /** A command or click must be acknowledged within it. https://docs.slack.dev/interactivity/handling-user-interaction */
  ackMs: 3000,
  /** A trigger opens one view within it. https://docs.slack.dev/interactivity/handling-user-interaction */
  triggerMs: 3000,
  /** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
  responseUrlMs: 1_800_000,
  responseUrlUses: 5,
  /** Uploads are processed after they were completed; the duration is ours. */
  processingMs: 500,
  /** https://docs.slack.dev/apis/events-api/using-socket-mode#using-multiple-connections */
  maxConnections: 10,
  /** When an event that was not acknowledged comes again. https://docs.slack.dev/apis/events-api#retries */
  eventRetriesMs: [0, 60_000, 300_000] as readonly number[],
};
export type Timings = typeof TIMINGS;

/** Calls a minute and in a burst. Bursts of tiers are ours. https://docs.slack.dev/apis/web-api/rate-limits */
const RATES: Readonly<Record<string, { readonly perMinute: number; readonly burst: number }>> = {
  'chat.postMessage': { perMinute: 60, burst: 5 },
  'chat.update': { perMinute: 50, burst: 50 },
  'chat.postEphemeral': { perMinute: 100, burst: 100 },
  'apps.connections.open': { perMinute: 50, burst: 50 },
  // https://docs.slack.dev/reference/methods/pins.add
  'pins.add': { perMinute: 20, burst: 20 },
  'pins.remove': { perMinute: 20, burst: 20 },
  'usergroups.users.list': { perMinute: 20, burst: 20 },
  'conversations.list': { perMinute: 20, burst: 20 },
  'views.open': { perMinute: 100, burst: 100 },
  'views.publish': { perMinute: 100, burst: 100 },
  'files.getUploadURLExternal': { perMinute: 100, burst: 100 },
  'files.completeUploadExternal': { perMinute: 100, burst: 100 },
  'auth.test': { perMinute: 600, burst: 600 },
  other: { perMinute: 50, burst: 50 },
};

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
      const { perMinute, burst } = RATES[method] ?? RATES['other']!;
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
