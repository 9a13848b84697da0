import { WebClient } from '@slack/web-api';
import type { CommandRequest, Reply } from '#domain/command.ts';
import type { Journal, Memory, Runs, Schedules } from '#domain/ports.ts';
import type { Stack } from '#domain/stack.ts';
import type { DrawDeps } from './home/draw.ts';
import type { FormDeps } from './form/form.ts';
import { type SlackSettings, startFront } from './front.ts';
import { watchGroups } from './groups.ts';
import { badToken, identify } from './identity.ts';
import { type Log, slackLogger } from './log.ts';
import type { PressDeps } from './press.ts';
import type { ShortcutDeps } from './thread/shortcut.ts';
import { CALL_TIMEOUT_MS, type Rhythm, startPublisher } from './publisher.ts';
import { openRooms } from './rooms.ts';

export type ChatDeps = {
  readonly slack: SlackSettings;
  readonly stack: Stack;
  /** Answers a command; see `#commands/answer.ts`. */
  readonly answer: (request: CommandRequest) => Promise<Reply>;
  /** Decides by a click; see `#commands/press.ts`. */
  readonly press: PressDeps['press'];
  /** What somebody may decide about a run; see `#commands/consider.ts`. */
  readonly consider: ShortcutDeps['consider'];
  /** Draw and take the forms of commands; see `#commands/forms.ts`. */
  readonly drawForm: FormDeps['drawForm'];
  readonly sendForm: FormDeps['sendForm'];
  readonly searchForm: FormDeps['searchForm'];
  /** Reads what people see in App Home; see `#commands/home.ts`. */
  readonly readHomes: DrawDeps['readHomes'];
  readonly runs: Runs;
  readonly journal: Journal;
  readonly memory: Memory;
  readonly schedules: Schedules;
  /** The same, for somebody who waits for an answer: it fails rather than waits. */
  readonly recall: Pick<Memory, 'first' | 'runAt'>;
  readonly log: Log;
  /** Ends waiting for Slack at the start. */
  readonly signal?: AbortSignal;
  /** Slack refuses a token for good, after the start: the process should end, and say so. */
  readonly onFatal?: (error: Error) => void;
  readonly rhythm?: Rhythm;
};

/** The Slack side: takes commands in, and shows every run in its channel. */
export type Chat = { stop(): Promise<void>; healthy(): boolean };

/**
 * Starts the Slack side; waits for Slack as long as it does not answer.
 * @throws InputError when Slack refuses a token, no mode is set, or the HTTP port is taken
 */
export async function startChat(deps: ChatDeps): Promise<Chat> {
  const { slack, stack, log, signal = new AbortController().signal } = deps;
  // Nobody waits for these calls; the publisher has its own patience.
  const client = new WebClient(slack.botToken, {
    ...(slack.apiUrl ? { slackApiUrl: slack.apiUrl } : {}),
    logger: slackLogger(log),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIMEOUT_MS,
  });
  const identity = await identify(client, log, signal);
  const groups = await watchGroups({ client, stack, log });
  const refusal = Promise.withResolvers<never>();
  let isStarted = false;
  let isRefused = false;
  refusal.promise.catch((error: Error) => {
    if (!isStarted) return;
    log.error({ error }, 'Slack refuses the app token');
    deps.onFatal?.(error);
  });
  const onRefused = (code: string) => {
    isRefused = true;
    refusal.reject(badToken('SLACK_APP_TOKEN', code));
  };
  const shared = { ...deps, identity, groups, rooms: openRooms({ client, stack, log }) };
  const starting = startFront(slack, { ...shared, prefix: slack.prefix ?? '', onRefused });
  try {
    const front = await Promise.race([starting, refusal.promise, whenAborted(signal)]);
    isStarted = true;
    const { membersOf, of: groupsOf } = groups;
    const { botId } = identity;
    const publisher = startPublisher({ ...shared, client, botId, membersOf, groupsOf, blocks: slack.blocks });
    return {
      healthy: () => !isRefused && front.healthy(),
      async stop() {
        groups.stop();
        await Promise.all([front.stop(), publisher.stop()]);
      },
    };
  } catch (error) {
    groups.stop();
    starting.then((front) => front.stop()).catch(() => undefined);
    throw error;
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
