import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, HTTPReceiver } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import type { WebClient, WebClientOptions } from '@slack/web-api';
import { InputError } from '#domain/errors.ts';
import { plainOf } from '#domain/mrkdwn.ts';
import { words } from '#words/chat.ts';
import { openChannelNames } from './channel-names.ts';
import { isFormButton, pressFormButton } from './form/button.ts';
import { type FormDeps, isForm, lateForm, openForm, redrawForm, searchOptions, takeForm } from './form/form.ts';
import { clickHome, isInHome } from './home/click.ts';
import { handle, type HandleDeps } from './handle.ts';
import { slackLogger } from './log.ts';
import { type MentionDeps, mentioned } from './thread/mention.ts';
import { FIELD, noticeModal } from './modals.ts';
import { openHome, type OpenDeps } from './home/open.ts';
import { type Pressed, pressed, type PressDeps } from './press.ts';
import { askAbout, isAsk, pressAsked, SHORTCUT, type ShortcutDeps } from './thread/shortcut.ts';
import { show } from './show.ts';
import { type Intake, openSockets } from './sockets.ts';
import { openView } from './views.ts';

/** Settings of the Slack side. `appToken` chooses Socket Mode, else `signingSecret` HTTP mode. */
export type SlackSettings = {
  readonly botToken: string;
  readonly appToken?: string | undefined;
  readonly signingSecret?: string | undefined;
  /** Base URL of a Slack-compatible Web API, with its `/api/`; default Slack's. */
  readonly apiUrl?: string | undefined;
  readonly httpPort: number;
  /** Default all interfaces. */
  readonly httpHost?: string | undefined;
  /** Put before every slash command of this installation, as `ops-`; default none. */
  readonly prefix?: string | undefined;
  /** `plain`: no blocks that some Slack may not take yet; default `native`. */
  readonly blocks?: 'native' | 'plain' | undefined;
};

/** A person waits for these calls: no retries, an end soon. */
const INTERACTIVE: WebClientOptions = { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, timeout: 2000 };
const EVENTS_PATH = '/slack/events';
const DRAIN_PATIENCE_MS = 2500;
/** Slack waits 3 s for what becomes of a modal. */
const PATIENCE_MS = 2400;
const LATE: Pressed = { kind: 'text', text: words.slowDecision, error: true };

export type FrontDeps = HandleDeps &
  PressDeps &
  FormDeps &
  OpenDeps &
  ShortcutDeps &
  Pick<MentionDeps, 'recall'> & { readonly onRefused: (code: string) => void };

/** What `startFront` gives. */
export type Front = { healthy(): boolean; stop(): Promise<void> };

/**
 * Takes slash commands, mentions, shortcuts, clicks, modals and openings of App Home in, over Socket Mode or HTTP, and
 * answers each privately.
 * @throws InputError when no mode is set, or the port is taken
 */
export async function startFront(settings: SlackSettings, deps: FrontDeps): Promise<Front> {
  const { log, identity } = deps;
  const underWay = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  const intake = openIntake(settings, deps);
  const app = new App({
    token: settings.botToken,
    // Given, so that Bolt makes no call of its own at the start, whose failure it would never get over.
    botId: identity.botId,
    botUserId: identity.botUserId,
    receiver: { init: intake.attach, start: async () => undefined, stop: async () => undefined },
    convoStore: false,
    logger: slackLogger(log),
    clientOptions: { ...INTERACTIVE, ...(settings.apiUrl ? { slackApiUrl: settings.apiUrl } : {}) },
  });
  app.error(async (error) => log.error({ error }, 'handling a delivery from Slack failed'));
  // One listener for all: Bolt would run every one that matches, and none would answer a command nobody registered.
  app.command(/.*/, async ({ command, context, ack, client, respond }) => {
    const envelopeId = context['envelopeId'] as string | undefined;
    const work = handle(command, envelopeId, deps).then(async ({ answer, form }) => {
      if (!form) return ack(answer);
      await ack();
      const isOpen = await openForm({ ...form, trigger: command.trigger_id }, { ...deps, call: callOf(client) });
      if (!isOpen) await respond(answer);
    });
    await track(work);
  });
  // Slack's own calls are acknowledged by Bolt before this runs.
  const channelNames = openChannelNames(callOf(app.client));
  app.event('app_mention', async ({ body, client }) =>
    track(mentioned(body, { ...deps, channelNames, call: callOf(client) })),
  );
  app.action(/.*/, async ({ body, ack, client, respond }) => {
    await ack();
    const call = callOf(client);
    if (isForm(body)) return track(redrawForm(body, { ...deps, call }));
    if (isFormButton(body)) return track(pressFormButton(body, { ...deps, call }));
    if (isAsk(body)) return track(pressAsked(body, { ...deps, call, signal: stopping.signal }));
    if (isInHome(body)) return track(clickHome(body, { ...deps, call }).catch(unanswered));
    const privately = (answer: { readonly text: string; readonly blocks?: KnownBlock[] }) =>
      respond({ response_type: 'ephemeral', replace_original: false, ...threadOf(body), ...answer });
    const answering = pressed(body, deps).then(async (answer) => {
      if (answer.kind === 'text') return privately({ text: answer.text });
      if (answer.kind === 'show') {
        return show(answer, { call, respond: privately, log, signal: stopping.signal });
      }
      const { trigger_id: trigger = '' } = body as { readonly trigger_id?: string };
      try {
        await openView(trigger, answer.view, call);
      } catch (error) {
        log.warn({ error }, 'a question could not be opened');
        await privately({ text: words.modals.unopened });
      }
    });
    await track(answering.catch(unanswered));
  });
  app.options(/.*/, async ({ body, ack }) => ack({ options: await searchOptions(body, deps, PATIENCE_MS) }));
  app.shortcut(SHORTCUT, async ({ body, ack, client }) => {
    await ack();
    await track(askAbout(body, { ...deps, call: callOf(client) }));
  });
  app.event('app_home_opened', ({ body, client }) => track(openHome(body, { ...deps, call: callOf(client) })));
  app.view(/.*/, async ({ body, ack }) => {
    if (isForm(body)) {
      const isLate = sleep(PATIENCE_MS, undefined, { ref: false });
      const sent = (await Promise.race([takeForm(body, deps), isLate])) ?? lateForm(body);
      if (sent.kind === 'told') return ack({ response_action: 'update', view: sent.view });
      return sent.kind === 'taken' ? ack() : ack({ response_action: 'errors', errors: sent.errors });
    }
    const late = sleep(PATIENCE_MS, LATE, { ref: false });
    const answer = await Promise.race([pressed(body, deps), late]);
    if (answer.kind !== 'text' || !answer.error) return ack();
    // An error stands under a field; where there is none it stands alone.
    if (FIELD.block in (body.view.state?.values ?? {})) {
      return ack({ response_action: 'errors', errors: { [FIELD.block]: plainOf(answer.text) } });
    }
    return ack({ response_action: 'update', view: noticeModal(words.modals.approve, answer.text) });
  });
  function unanswered(error: unknown): void {
    log.error({ error }, 'answering a click failed');
  }
  async function track(work: Promise<unknown>): Promise<void> {
    underWay.add(work);
    await work.finally(() => underWay.delete(work));
  }
  await intake.start();
  return {
    healthy: () => intake.healthy(),
    async stop() {
      const patience = new Promise((resolve) => setTimeout(resolve, DRAIN_PATIENCE_MS).unref());
      await Promise.race([Promise.allSettled(underWay), patience]);
      stopping.abort();
      await intake.stop();
    },
  };
}

function callOf(client: WebClient) {
  return (method: string, args: Record<string, unknown>): Promise<unknown> => client.apiCall(method, args);
}

/** An answer belongs where the button was. */
function threadOf(body: unknown): { readonly thread_ts?: string } {
  const { message: { thread_ts: thread } = {} } = body as { readonly message?: { readonly thread_ts?: string } };
  return thread === undefined ? {} : { thread_ts: thread };
}

/** @throws InputError when neither mode is set */
function openIntake(settings: SlackSettings, { log, onRefused }: FrontDeps): Intake {
  const { appToken, signingSecret, apiUrl } = settings;
  if (appToken) return openSockets({ appToken, apiUrl, log, onRefused });
  if (signingSecret) return openHttp({ ...settings, signingSecret }, slackLogger(log));
  throw new InputError(words.noMode, { advice: words.noModeAdvice });
}

/** HTTP mode: Slack calls us, and signs what it says. */
function openHttp(
  { signingSecret, httpPort: port, httpHost: host }: SlackSettings & { readonly signingSecret: string },
  logger: ReturnType<typeof slackLogger>,
): Intake {
  const receiver = new HTTPReceiver({ signingSecret, endpoints: [EVENTS_PATH], logger });
  let server: Server | undefined;
  return {
    attach: (app) => receiver.init(app),
    healthy: () => server?.listening ?? false,
    async start() {
      try {
        server = await receiver.start({ port, ...(host === undefined ? {} : { host }) });
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'refused';
        throw new InputError(words.portTaken(port, code), { advice: words.portAdvice, cause: error });
      }
    },
    async stop() {
      server?.closeAllConnections();
      await receiver.stop().catch(() => undefined);
    },
  };
}
