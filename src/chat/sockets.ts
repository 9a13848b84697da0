import { setTimeout as sleep } from 'node:timers/promises';
import { type App, SocketModeReceiver } from '@slack/bolt';
import type { FetchFunction, WebClientOptions } from '@slack/web-api';
import { type Log, slackLogger } from './log.ts';
import { FATAL_CODES } from './trouble.ts';

/** How deliveries reach the bot: start, health, stop. */
export type Intake = {
  readonly attach: (app: App) => void;
  start(): Promise<void>;
  healthy(): boolean;
  stop(): Promise<void>;
};

export type SocketSettings = {
  readonly appToken: string;
  readonly apiUrl?: string | undefined;
  readonly log: Log;
  /** Slack refuses the app token for good. */
  readonly onRefused: (code: string) => void;
};

const CONNECTIONS = 2;
/**
 * Pongs may be this late. It is also how long a connection that Slack closes stays away, for which there is another; two
 * different times keep both from being away at once for long.
 */
const PING_TIMEOUTS_MS = [10_000, 15_000];
/** Simultaneous connections of one app meet rate limits. */
const STAGGER_MS = 700;
const MOST_BACKOFF_MS = 10_000;
const OPEN_TIMEOUT_MS = 10_000;
const CLOSE_PATIENCE_MS = 2000;

/**
 * Socket Mode over two connections on one app, so that the routine disconnect of one loses nothing.
 * @see https://docs.slack.dev/apis/events-api/using-socket-mode
 */
export function openSockets({ appToken, apiUrl, log, onRefused }: SocketSettings): Intake {
  const isOpen = Array.from({ length: CONNECTIONS }, () => false);
  const receivers = isOpen.map((_, index) => {
    const clientOptions: WebClientOptions = {
      ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
      retryConfig: { forever: true, retries: 20, factor: 1.3, maxTimeout: MOST_BACKOFF_MS },
      timeout: OPEN_TIMEOUT_MS,
      fetch: fetchUnlessRefused(onRefused),
    };
    const receiver = new SocketModeReceiver({
      appToken,
      logger: slackLogger(log),
      clientPingTimeout: PING_TIMEOUTS_MS[index] ?? 15_000,
      installerOptions: { clientOptions },
      customPropertiesExtractor: ({ envelope_id: envelopeId }) => ({ envelopeId }),
    });
    receiver.client.on('connected', () => (isOpen[index] = true));
    for (const event of ['close', 'disconnecting', 'disconnected', 'reconnecting']) {
      receiver.client.on(event, () => (isOpen[index] = false));
    }
    return receiver;
  });
  let isStopping = false;

  return {
    attach: (app) => receivers.forEach((receiver) => receiver.init(app)),
    healthy: () => isOpen.includes(true),
    async start() {
      const [first, ...others] = receivers;
      await first?.start();
      for (const receiver of others) {
        void sleep(STAGGER_MS, undefined, { ref: false })
          .then(() => (isStopping ? undefined : receiver.start()))
          .catch((error: unknown) => log.error({ error }, 'opening a further connection to Slack failed'));
      }
    },
    async stop() {
      isStopping = true;
      // The receiver's own stop does not wait for the connection to close.
      const closing = receivers.map(({ client }) => client.disconnect());
      await Promise.race([Promise.allSettled(closing), sleep(CLOSE_PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}

/**
 * A refused app token ends in a rejection that nobody can catch when it comes at a reconnect. So the answer is read on
 * its way: a refusal is reported, and the caller waits for good.
 */
function fetchUnlessRefused(onRefused: (code: string) => void): FetchFunction {
  return async (url, init) => {
    const response = await fetch(url, init);
    const text = await response.text();
    const code = /"error"\s*:\s*"([a-z_]+)"/.exec(text)?.[1];
    if (code !== undefined && FATAL_CODES.has(code)) {
      onRefused(code);
      return new Promise<never>(() => undefined);
    }
    return new Response(text, { status: response.status, headers: response.headers });
  };
}
