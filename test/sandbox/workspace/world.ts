import { setTimeout as sleep } from 'node:timers/promises';
import { App, HTTPReceiver, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { type ChatPostMessageResponse, WebClient, type WebClientOptions } from '@slack/web-api';
import type { WorkspaceOptions } from '../../../sandbox/workspace/options.ts';
import { startWorkspace, type Workspace } from '../../../sandbox/workspace/workspace.ts';

export const OPERATOR = 'U0OPERATOR';
export const OPS = 'C0OPS';
const BOT_TOKEN = 'xoxb-standin';
const SECRET = 'a signing secret';
const APP_TOKEN = 'xapp-standin';
const SILENT: Logger = {
  ...{ debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} },
  getLevel: () => LogLevel.ERROR,
};

/** One pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** A workspace of two members and two channels, one of which the app is not in. */
export async function openWorkspace(options: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
  return startWorkspace({
    members: [
      { id: OPERATOR, name: 'operator', realName: 'An operator' },
      { id: 'U0GUEST', name: 'guest' },
    ],
    channels: [
      { id: OPS, name: 'cloud-ops', topic: 'Clouds' },
      { id: 'C0OUT', name: 'elsewhere', withoutBot: true },
    ],
    userGroups: [{ id: 'S0OPS', handle: 'operators', users: [OPERATOR] }],
    tokens: { bot: BOT_TOKEN, app: APP_TOKEN },
    signingSecret: SECRET,
    ...options,
  });
}

/** Slack's own client, which does not try again unless asked to. */
export function clientOf({ apiUrl }: Workspace, options: WebClientOptions = {}, token = BOT_TOKEN): WebClient {
  return new WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
    ...options,
  });
}

/** Posts as the app. */
export async function say(client: WebClient, args: Record<string, unknown>): Promise<ChatPostMessageResponse> {
  return client.apiCall('chat.postMessage', args);
}

/** What a call is refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<{ error: string; messages?: string[] }> {
  const refused = await call.then(
    () => undefined,
    (error: unknown) => error as { data?: { error: string; response_metadata?: { messages?: string[] } } },
  );
  if (!refused?.data) throw new Error('the call was not refused');
  const { error, response_metadata: more } = refused.data;
  return { error, ...(more?.messages ? { messages: more.messages } : {}) };
}

/** Waiting for a client to say goodbye is of no use to a test. */
const GOODBYE_MS = 300;

/**
 * A Bolt app over Socket Mode, connected once it is given.
 * @param pingTimeoutMs how late a pong may be: a short one cuts the connection when the machine is busy, a long one is
 *   waited out before a lost connection is made again
 */
export async function overSockets(
  workspace: Workspace,
  listen: (app: App) => void,
  pingTimeoutMs = 60_000,
): Promise<() => Promise<void>> {
  const receiver = new SocketModeReceiver({
    appToken: APP_TOKEN,
    logger: SILENT,
    clientPingTimeout: pingTimeoutMs,
    customPropertiesExtractor: ({ envelope_id: envelopeId }) => ({ envelopeId }),
    installerOptions: { clientOptions: { slackApiUrl: workspace.apiUrl } },
  });
  listen(boltOf(workspace, receiver));
  await receiver.start();
  return async () => {
    await Promise.race([receiver.client.disconnect(), sleep(GOODBYE_MS)]);
  };
}

/** A Bolt app that takes signed requests on this port of loopback. */
export async function overHttp(
  workspace: Workspace,
  { port, secret = SECRET }: { port: number; secret?: string },
  listen: (app: App) => void,
): Promise<() => Promise<void>> {
  const receiver = new HTTPReceiver({ signingSecret: secret, endpoints: ['/slack/events'], logger: SILENT });
  listen(boltOf(workspace, receiver));
  const server = await receiver.start({ port, host: '127.0.0.1' });
  return async () => {
    server.closeAllConnections();
    await receiver.stop();
  };
}

function boltOf(workspace: Workspace, receiver: SocketModeReceiver | HTTPReceiver): App {
  return new App({
    receiver,
    token: BOT_TOKEN,
    botId: 'B0STANDIN',
    botUserId: 'U0STANDIN',
    convoStore: false,
    logger: SILENT,
    clientOptions: { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } },
  });
}
