import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { BusyError } from '#domain/errors.ts';
import type { RunEvent, RunEventBody } from '#domain/events.ts';
import type { NewRun, Runs, Starter } from '#domain/ports.ts';
import type { RunRef, RunRequest } from '#domain/run.ts';
import { words } from '#words/redis.ts';
import { abortable } from '../abortable.ts';
import type { RedisClient } from './connect.ts';
import { controlOf } from './gate.ts';
import { eventOf, MOST_PAST, openJournal } from './journal.ts';
import { COUNTER, environmentKeys, INDEX, memberOf, refOf, runKeys } from './keys.ts';
import { CLAIM, CREATE, evaluate, readNowMs, SHOWN } from './scripts.ts';
import { troubleOf, unreadable } from './trouble.ts';

/** How long a delivery is remembered: longer than anybody delivers it again. */
const ONCE_TTL_S = 86_400;
/** How long a caller waits for the record to be made; made later it would surprise them. */
const PATIENCE_MS = 1500;
/** After a failover that lost a claim nobody gets its fence again: fences grow by chance. */
const MOST_FENCE_STEP = 1_000_000;
const Took = z.record(z.string(), z.number());
/** Begins nothing by its claim. */
const NOBODY: Starter = { worker: '', jobs: [] };
const NEVER = new AbortController().signal;
const Entry = z.tuple([z.string(), z.array(z.string())]);
const Text = z.string().nullable();
const Claimed = z.union([z.number(), z.tuple([z.number(), z.string(), z.number(), Text, Text, z.array(Entry)])]);

type Made = { readonly request: RunRequest; readonly fresh: boolean };
/** `isSent`: from then on the record may stand, whatever is heard of it. */
type Attempt = { readonly wanted: NewRun; readonly signal: AbortSignal; isSent: boolean };

/**
 * The register of runs. `environments` are watched for changes.
 * @param redis for reads and writes @param subscriber a connection of its own for `watch` @param advice said when busy
 */
export function openRuns(
  redis: RedisClient,
  {
    environments,
    subscriber,
    advice,
  }: { environments: readonly string[]; subscriber: () => RedisClient; advice: string },
): Runs {
  async function create(wanted: NewRun, signal = NEVER): Promise<Made> {
    const attempt = { wanted, signal, isSent: false };
    try {
      return await abortable(make(attempt), signal);
    } catch (error) {
      const trouble = troubleOf(error, COUNTER);
      if (trouble instanceof BusyError) throw trouble;
      const isRefused = error instanceof Error && error.message.startsWith('LATE');
      const told = attempt.isSent && !isRefused ? words.perhapsRecorded : advice;
      throw new BusyError('asking for a run: Redis does not answer', { cause: error, advice: told });
    }
  }

  async function make(attempt: Attempt): Promise<Made> {
    const { once, ...wanted } = attempt.wanted;
    const beganMs = performance.now();
    const shared = environmentKeys(wanted.environment);
    const prior = await redis.get(shared.once(once));
    if (prior) return { request: await requestOf(refOf(wanted.environment, prior)), fresh: false };
    const [number, nowMs] = await Promise.all([redis.incr(COUNTER), readNowMs(redis, wanted.environment)]);
    const request: RunRequest = {
      ...wanted,
      number,
      key: randomBytes(4).toString('hex'),
      askedAt: new Date(nowMs).toISOString(),
    };
    await redis.hset(INDEX, String(number), `${wanted.environment} ${memberOf(request)}`);
    // Whoever has been told that it did not come about must not find it later.
    attempt.signal.throwIfAborted();
    attempt.isSent = true;
    const member = await record(request, once, nowMs + Math.ceil(PATIENCE_MS - (performance.now() - beganMs)));
    if (member === memberOf(request)) return { request, fresh: true };
    return { request: await requestOf(refOf(wanted.environment, member)), fresh: false };
  }

  async function record(request: RunRequest, once: string, lastMomentMs: number): Promise<string> {
    const own = runKeys(request);
    const shared = environmentKeys(request.environment);
    const requested: RunEventBody = { type: 'requested', request };
    const keys = [shared.once(once), own.record, own.events, shared.recent, shared.open, shared.unshown, shared.chain];
    const args = [
      memberOf(request),
      request.number,
      JSON.stringify(requested),
      lastMomentMs,
      shared.changed,
      ONCE_TTL_S,
      request.job,
    ];
    return String(await evaluate(redis, CREATE, { keys, args }));
  }

  async function requestOf(run: RunRef): Promise<RunRequest> {
    const [first] = await openJournal(redis).read(run);
    if (first?.type !== 'requested') throw new Error(`reading run #${run.number}: its journal has no beginning`);
    return first.request;
  }

  async function get(number: number): Promise<RunRef | undefined> {
    const [environment, member] = ((await redis.hget(INDEX, String(number))) ?? '').split(' ');
    if (!environment || !member) return undefined;
    const run = refOf(environment, member);
    return (await redis.exists(runKeys(run).record)) ? run : undefined;
  }

  async function range(environment: string, key: string): Promise<readonly RunRef[]> {
    return (await redis.zrange(key, 0, '-1')).map((member) => refOf(environment, member));
  }

  async function watch(onChange: (run: RunRef) => void): Promise<() => Promise<void>> {
    const listener = subscriber();
    listener.on('message', (channel: string, member: string) => {
      const environment = /\{(.+)\}/.exec(channel)?.[1];
      if (environment) onChange(refOf(environment, member));
    });
    await listener.subscribe(...environments.map((name) => environmentKeys(name).changed));
    return async () => listener.disconnect();
  }

  return {
    create,
    get,
    async isHeld(run) {
      const [until, nowMs] = await Promise.all([
        redis.hget(runKeys(run).record, 'until'),
        readNowMs(redis, run.environment),
      ]);
      const untilMs = Number(until ?? 0);
      if (Number.isNaN(untilMs)) throw unreadable(runKeys(run).record, 'until');
      return untilMs > nowMs;
    },
    watch,
    async claim(run, leaseMs, { worker, jobs } = NOBODY) {
      const own = runKeys(run);
      const shared = environmentKeys(run.environment);
      const started: RunEventBody = { type: 'started', worker, attempt: 1 };
      const keys = [own.record, shared.freeze, own.events, shared.unshown, shared.chain];
      const fenceStep = randomInt(1, MOST_FENCE_STEP);
      const args = [leaseMs, fenceStep, JSON.stringify(started), memberOf(run), run.number, shared.changed, ...jobs];
      const answer = Claimed.parse(await evaluate(redis, CLAIM, { keys, args }));
      if (typeof answer === 'number') return answer === 0 ? { kind: 'over' } : { kind: 'busy', forMs: -answer };
      const [fence, now, begins, stop, freeze, entries] = answer;
      const nowMs = Number(now);
      const before = entries.map(eventOf);
      const first: RunEvent = { seq: before.length + 1, at: new Date(nowMs).toISOString(), ...started };
      return {
        ...{ kind: 'held', fence, nowMs, control: controlOf(run, { stop, freeze, nowMs }) },
        ...{ events: begins === 0 ? before : [...before, first], hasBegun: begins === 1 },
      };
    },
    recent: async (environment, limit = 20) =>
      (await redis.zrevrange(environmentKeys(environment).recent, 0, limit - 1)).map((m) => refOf(environment, m)),
    open: (environment) => range(environment, environmentKeys(environment).open),
    unshown: (environment) => range(environment, environmentKeys(environment).unshown),
    async shown(run, seq) {
      const keys = [runKeys(run).record, environmentKeys(run.environment).unshown];
      await evaluate(redis, SHOWN, { keys, args: [memberOf(run), seq] });
    },
    async past({ environment, job }) {
      const texts = await redis.lrange(environmentKeys(environment).took(job), 0, MOST_PAST - 1);
      return texts.map((text) => Took.parse(JSON.parse(text)));
    },
  };
}
