import type { Caller } from './access.ts';
import type { Origin, RunRequest } from './run.ts';

/** A command as somebody gave it, in Slack or at a terminal. */
export type CommandRequest = {
  /** Without slash and prefix: `smoke-test`, `status`, `strata`. */
  readonly command: string;
  /** What stands behind it, as it came: Slack's escapes included. */
  readonly text: string;
  readonly caller: Caller;
  readonly origin: Origin;
  /** Deliveries with the same one make one run. */
  readonly once: string;
  /** True while it is not known who is in some of the user groups, so that a refusal may be premature. Default false. */
  readonly groupsUnknown?: boolean | undefined;
};

/** The answer, for the caller alone. `text` is Slack mrkdwn in which every name is escaped. */
export type Reply =
  | { readonly kind: 'run'; readonly request: RunRequest; readonly fresh: boolean; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly error?: boolean | undefined };
