import { setTimeout as sleep } from 'node:timers/promises';
import { openRedis } from '#adapters/redis/connect.ts';
import { openMemory } from '#adapters/redis/memory.ts';
import { readPolicy } from '#adapters/redis/policy.ts';
import { startChat } from '#chat/chat.ts';
import { answer } from '#commands/answer.ts';
import { consider } from '#commands/consider.ts';
import { drawForm, searchForm, sendForm } from '#commands/forms.ts';
import { openHomes } from '#commands/home.ts';
import { press } from '#commands/press.ts';
import { InputError } from '#domain/errors.ts';
import { openDispatcher } from '#engine/queue.ts';
import { startTicker } from '#engine/ticker.ts';
import { startWorker } from '#engine/worker.ts';
import { jobs } from '#jobs/registry.ts';
import { type Log, openLog } from '#telemetry/log.ts';
import { words } from '#words/cli.ts';
import { commandDeps, openStore, processName, readSettings, type Settings } from './compose.ts';
import { openAllPorts } from './ports.ts';
import { printable } from './terminal.ts';

/** After the grace of steps, what is left to do takes no longer while Redis answers. */
const HAND_OVER_MS = 10_000;

/** A part of this process that runs until it is stopped. */
type Service = { stop(): Promise<void> };
type Start = (settings: Settings, log: Log, stopping: AbortSignal) => Promise<Service>;

/** The bot and a worker in one process; without a bot token the worker alone. */
export async function up(): Promise<number> {
  return serve('up', async (settings, log, stopping) => {
    const carrying = await openWorker(settings, log);
    if (settings.env.slack.botToken === undefined) {
      process.stderr.write(`${words.slackMissing}\n`);
      return carrying;
    }
    const chatting = await openBot(settings, log, stopping);
    return {
      async stop() {
        await Promise.all([chatting.stop(), carrying.stop()]);
      },
    };
  });
}

/** The Slack side alone. */
export async function bot(): Promise<number> {
  return serve('bot', openBot);
}

/** A worker alone. */
export async function worker(): Promise<number> {
  return serve('worker', openWorker);
}

/** Runs until a signal: the first asks for an orderly end, the second ends at once. */
async function serve(name: 'up' | 'bot' | 'worker', start: Start): Promise<number> {
  const settings = readSettings();
  const log = openLog(settings.env.logLevel);
  const stopping = new AbortController();
  const asked = new Promise<void>((resolve) => {
    const onSignal = () => {
      if (stopping.signal.aborted) process.exit(130);
      process.stderr.write(`${words.stopping}\n`);
      stopping.abort(new InputError(words.stoppedEarly));
      resolve();
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
  await refuseForgetfulRedis(settings);
  const service = await start(settings, log, stopping.signal);
  process.stderr.write(`${words.ready(name)}\n`);
  await asked;
  // What waits for a Redis that is away would wait for ever; whatever is not handed over is taken over.
  const late = sleep(settings.env.worker.graceMs + HAND_OVER_MS, 'late' as const, { ref: false });
  if ((await Promise.race([service.stop(), late])) === 'late') {
    process.stderr.write(`${words.stoppedLate}\n`);
    process.exit(1);
  }
  // Sockets of clouds may stay open a while; nothing waits for them.
  await sleep(50);
  process.exit(0);
}

/** @throws InputError for a Redis that may forget: runs and locks would vanish */
async function refuseForgetfulRedis(settings: Settings): Promise<void> {
  const store = await openStore(settings, 'patient');
  try {
    const { evicts } = await readPolicy(store.redis);
    if (evicts !== undefined) throw new InputError(words.evicts(evicts), { advice: words.evictsAdvice });
  } finally {
    await store.close();
  }
}

async function openWorker(settings: Settings, log: Log): Promise<Service> {
  const store = await openStore(settings, 'patient');
  const engine = {
    jobs,
    stack: settings.stack,
    ports: openAllPorts(settings, store.artifacts),
    runs: store.runs,
    journal: store.journal,
    gate: store.gate,
    leaseMs: settings.env.worker.lockMs,
    worker: processName(),
  };
  // BullMQ blocks on its connection, so it gets one of its own.
  const connection = openRedis(settings.env.redis, 'patient');
  const common = { engine, connection, settings: settings.env.worker, log };
  const running = startWorker({ ...common, queue: store.queue });
  const { schedules, ticks, audit } = store;
  const dispatcher = openDispatcher(store.runs, store.queue);
  const ticking = startTicker({
    ...common,
    schedules,
    ticks,
    audit,
    dispatcher,
    confirmMs: settings.env.worker.confirmMs,
  });
  return {
    async stop() {
      await Promise.all([running.stop(), ticking.stop()]);
      connection.disconnect();
      await store.close();
    },
  };
}

async function openBot(settings: Settings, log: Log, stopping: AbortSignal): Promise<Service> {
  const { env, stack } = settings;
  if (env.slack.botToken === undefined) throw new InputError(words.noBotToken, { advice: words.noBotTokenAdvice });
  const front = await openStore(settings, 'impatient');
  const back = await openStore(settings, 'patient');
  const deps = commandDeps(settings, front);
  const chat = await startChat({
    slack: { ...env.slack, botToken: env.slack.botToken },
    stack,
    answer: (request) => answer(request, deps),
    press: (request) => press(request, deps),
    consider: (asked) => consider(asked, deps),
    drawForm: (request) => drawForm(request, deps),
    sendForm: (request) => sendForm(request, deps),
    searchForm: (search) => searchForm(search, deps),
    readHomes: openHomes({ ...back, stack }),
    runs: back.runs,
    journal: back.journal,
    memory: openMemory(back.redis),
    schedules: back.schedules,
    recall: openMemory(front.redis),
    log,
    signal: stopping,
    onFatal: (error) => {
      process.stderr.write(`${printable(words.problem(error.message, undefined))}\n`);
      process.exit(1);
    },
  });
  return {
    async stop() {
      await chat.stop();
      await Promise.all([front.close(), back.close()]);
    },
  };
}
