import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import { freePort } from '../scripts/redis.ts';
import { startWorkspace, type Workspace } from '../sandbox/workspace/workspace.ts';
import { type Bed, OPERATOR, openBed } from './bed.ts';
import { quantile, ratio, row } from './figures.ts';

const PER_SECOND = 50;
const SECONDS = 20;
const TOKENS = { bot: 'xoxb-bench', app: 'xapp-bench' };
const SECRET = 'bench';

type Mode = 'Socket Mode' | 'HTTP';

/** Slash command to acknowledgement at 50 a second, against a Bolt app that only acknowledges. */
export async function run(): Promise<void> {
  const bed = await openBed({ clouds: [] });
  try {
    for (const mode of ['Socket Mode', 'HTTP'] as const) {
      const bare = await measure(mode, (workspace, port) => startBare(workspace, mode, port));
      const strata = await measure(mode, (workspace, port) => startStrata({ bed, workspace, mode, port }));
      console.log(`${mode}: ${PER_SECOND} commands a second for ${SECONDS} s`);
      row('strata, median', quantile(strata, 0.5));
      row('strata, 99 of 100', quantile(strata, 0.99));
      row('a bare Bolt app, 99 of 100', quantile(bare, 0.99));
      ratio('strata, 99 of 100, ms', quantile(strata, 0.99), { atMost: 100 });
      console.log(`  strata / bare Bolt, median: ${(quantile(strata, 0.5) / quantile(bare, 0.5)).toFixed(1)}\n`);
    }
  } finally {
    await bed.close();
  }
}

type Start = (workspace: Workspace, port: number) => Promise<() => Promise<unknown>>;

async function measure(mode: Mode, start: Start): Promise<number[]> {
  const port = await freePort();
  const workspace = await startWorkspace({
    members: [{ id: OPERATOR, name: 'operator' }],
    channels: [{ id: 'C0CLOUDOPS', name: 'cloud-ops' }],
    tokens: TOKENS,
    rateLimits: false,
    ...(mode === 'HTTP' ? { requestUrl: `http://127.0.0.1:${port}/slack/events`, signingSecret: SECRET } : {}),
  });
  const stop = await start(workspace, port);
  try {
    if (mode === 'Socket Mode') while (workspace.connections() === 0) await sleep(20);
    const member = workspace.as(OPERATOR);
    const answers: Promise<number>[] = [];
    const startedAt = performance.now();
    for (let count = 0; count < PER_SECOND * SECONDS; count++) {
      await sleep(Math.max(0, startedAt + (count * 1000) / PER_SECOND - performance.now()));
      answers.push(
        member.type('/smoke-test lab cloud quick', { channel: 'cloud-ops' }).then((answer) => {
          if (!answer.ok) throw new Error(`not acknowledged: ${answer.error}`);
          return answer.tookMs;
        }),
      );
    }
    // The first second warms both up alike.
    return (await Promise.all(answers)).slice(PER_SECOND);
  } finally {
    await stop();
    await workspace.close();
  }
}

async function startBare({ apiUrl }: Workspace, mode: Mode, port: number): Promise<() => Promise<unknown>> {
  const clientOptions = { slackApiUrl: apiUrl };
  const receiver =
    mode === 'HTTP'
      ? new HTTPReceiver({ signingSecret: SECRET, endpoints: ['/slack/events'] })
      : new SocketModeReceiver({ appToken: TOKENS.app, installerOptions: { clientOptions } });
  const app = new App({ token: TOKENS.bot, receiver, clientOptions });
  app.command(/.*/, async ({ ack }) => ack({ response_type: 'ephemeral', text: 'ok' }));
  await app.start(port);
  return () => app.stop();
}

type Installation = { readonly bed: Bed; readonly workspace: Workspace; readonly mode: Mode; readonly port: number };

/** A bot of its own process on a real Redis; no worker, so that the runs it records only wait. */
async function startStrata({ bed, workspace, mode, port }: Installation): Promise<() => Promise<unknown>> {
  const bot = await bed.start('bot', {
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: TOKENS.bot,
    ...(mode === 'HTTP'
      ? { SLACK_SIGNING_SECRET: SECRET, STRATA_HTTP_PORT: String(port) }
      : { SLACK_APP_TOKEN: TOKENS.app }),
  });
  return async () => {
    bot.kill('SIGKILL');
    await once(bot, 'exit');
  };
}
