import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/**
 * Why a call to Slack came to nothing. `limited`: not done, later it will be. `refused`: not done, and the same call
 * never will be. `unclear`: perhaps done; look before doing it again. `away`: not sent, another bot publishes. `token`: not
 * done, since Slack takes the token for nothing; a person has to mend that, and then the same call will do.
 */
export type TroubleKind = 'limited' | 'refused' | 'unclear' | 'away' | 'token';
/** What says nothing about what was to be shown, and is told elsewhere where anybody has to know. */
export const PASSING: ReadonlySet<TroubleKind | undefined> = new Set<TroubleKind>(['limited', 'away', 'token']);

/** Slack asks for patience without saying how long. */
const DEFAULT_PATIENCE_MS = 30_000;
/** Answers that speak of Slack's own trouble, not of our call. */
const SLACKS_OWN = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);
const LIMITS = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
/** Answers about the token, whatever it was to do. @see https://docs.slack.dev/reference/methods/auth.test */
const TOKEN_CODES = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'user_removed_from_team',
  'team_disabled',
];
/** Answers that no patience mends. */
export const FATAL_CODES: ReadonlySet<string> = new Set([...TOKEN_CODES, 'not_allowed_token_type']);

/** A call to Slack that came to nothing. `code` is Slack's own word, as `channel_not_found`. */
export class SlackTrouble extends Error {
  readonly kind: TroubleKind;
  readonly code: string;
  readonly afterMs: number;

  constructor(method: string, trouble: { kind: TroubleKind; code: string; afterMs?: number; cause?: unknown }) {
    super(`calling ${method}: ${trouble.code}`, { cause: trouble.cause });
    this.name = 'SlackTrouble';
    this.kind = trouble.kind;
    this.code = trouble.code;
    this.afterMs = trouble.afterMs ?? 0;
  }
}

/** Anything a Slack client throws, as one of ours. */
export function troubleOf(method: string, error: unknown): SlackTrouble {
  if (error instanceof SlackTrouble) return error;
  if (error instanceof WebAPIRateLimitedError) {
    return new SlackTrouble(method, { kind: 'limited', code: 'ratelimited', afterMs: error.retryAfter * 1000 });
  }
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error.slice(0, 80);
    if (LIMITS.has(code)) return new SlackTrouble(method, { kind: 'limited', code, afterMs: DEFAULT_PATIENCE_MS });
    if (TOKEN_CODES.includes(code)) return new SlackTrouble(method, { kind: 'token', code });
    const isTheirs = SLACKS_OWN.has(code) || !/^[a-z_]+$/.test(code);
    return new SlackTrouble(method, { kind: isTheirs ? 'unclear' : 'refused', code });
  }
  const message = error instanceof Error ? error.message : String(error);
  // A 429 without Retry-After reaches us as a plain error.
  if (message.includes('Retry header')) {
    return new SlackTrouble(method, { kind: 'limited', code: 'ratelimited', afterMs: DEFAULT_PATIENCE_MS });
  }
  return new SlackTrouble(method, { kind: 'unclear', code: 'no clear answer', cause: error });
}

type Backoff = { readonly backoffMs: number; readonly mostBackoffMs: number };

/** How long to wait after so many failures in a row (at least one), twice as long each time; where Slack says it, that long. */
export function patienceMs(failures: number, trouble: SlackTrouble | undefined, rhythm: Backoff): number {
  if (trouble?.kind === 'limited') return trouble.afterMs;
  return Math.min(rhythm.mostBackoffMs, rhythm.backoffMs * 2 ** Math.min(20, failures - 1));
}
