import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openJournal } from '#adapters/redis/journal.ts';
import { fold, type StepView } from '#domain/fold.ts';
import type { RunRef } from '#domain/run.ts';
import { type Judge, openDoor } from '../chaos/door.ts';
import { nextMoment } from './deaths.ts';
import type { Strata } from './strata.ts';

/**
 * Where a worker dies. `begun`: the journal says so, and nothing was done yet; `amid`: the journal has a note of what is being
 * done; `done`: it is, and the journal never says so.
 */
type Boundary = {
  readonly stepId: string;
  readonly at: 'begun' | 'amid' | 'done';
  /** Beginnings of the event that it is known by: one of them. */
  readonly events: readonly string[];
};

export type Mortality = {
  /** How a note begins at which a worker dies as well, by step. */
  readonly amid: Readonly<Record<string, string>>;
  /** Steps that run a tool: it ends when its worker says nothing for half a lease, which is no moment on a busy machine. */
  readonly tools: RegExp;
};

/** The lease of a worker that waits for nothing but APIs: so soon another one may follow it; and that of one with a tool. */
const [SHORT_MS, LONG_MS] = [1500, 6000];

/**
 * Carries a run with worker after worker, each with an empty disk and each killed at the next boundary of a step that none
 * was killed at. `met` are those at which a worker died, as `begun cloud/server-node-7`, and `all` those that the plan has.
 */
export async function killAtEachStep(strata: Strata, run: RunRef, { amid, tools }: Mortality) {
  const journal = openJournal(strata.redis);
  const stepsNow = async () => fold(await journal.read(run))?.steps ?? [];
  const boundariesNow = async () => (await stepsNow()).flatMap((step) => boundariesOf(step, amid[step.id]));
  const [due, met] = [await boundariesNow(), [] as string[]];
  const disks = mkdtempSync(join(tmpdir(), 'strata-mortal-'));
  const ended = nextMoment(async () => ((await journal.read(run)).at(-1)?.type === 'ended' ? true : undefined));
  for (;;) {
    const next = (await stepsNow()).find(({ status }) => status !== 'done' && status !== 'skipped');
    const lockMs = tools.test(next?.id ?? '') ? LONG_MS : SHORT_MS;
    const worker = await startMortal(strata, judgeOf(run, due), { lockMs, disk: mkdtempSync(join(disks, 'disk-')) });
    const boundary = await Promise.race([worker.died, ended.then(() => undefined)]);
    if (!boundary) {
      await worker.end();
      rmSync(disks, { recursive: true });
      return { met: met.toSorted(), all: (await boundariesNow()).map(nameOf).toSorted() };
    }
    met.push(nameOf(boundary));
    const status = async () => (await stepsNow()).find(({ id }) => id === boundary.stepId)?.status;
    // The journal knows that it began, and of no end.
    await expect.poll(status, { timeout: 10_000, message: nameOf(boundary) }).toBe('running');
  }
}

function nameOf({ at, stepId }: Boundary): string {
  return `${at} ${stepId}`;
}

/** A step that finds nothing to do is over as well as one that is done; one that is planned to be skipped never begins. */
function boundariesOf({ id: stepId, skip }: StepView, amid: string | undefined): readonly Boundary[] {
  if (skip !== undefined) return [];
  const event = (type: string, more: object = {}) => JSON.stringify({ type, stepId, ...more });
  const begun = event('step-started').slice(0, -1);
  const over = [event('step-done'), event('step-skipped')].map((text) => text.slice(0, -1));
  return [
    { stepId, at: 'begun', events: [begun] },
    ...(amid === undefined
      ? []
      : [{ stepId, at: 'amid', events: [event('note', { text: amid }).slice(0, -2)] } as const]),
    { stepId, at: 'done', events: over },
  ];
}

/**
 * Takes the boundary that is met off those that are due. One append may hold several: what it says is done comes first, as
 * nothing of it is heard then.
 */
function judgeOf({ number, key }: RunRef, due: Boundary[]): (sent: string) => Boundary | undefined {
  return (sent) => {
    const commands = sent.split(/\r\n\*\d+\r\n/).filter((command) => command.includes(`${number}-${key}`));
    const isIn = (event: string) => commands.some((command) => command.includes(event));
    const met = due.filter(({ events }) => events.some(isIn));
    const boundary = met.find(({ at }) => at === 'done') ?? met[0];
    if (boundary) due.splice(due.indexOf(boundary), 1);
    return boundary;
  };
}

/** A worker with a disk of its own. `died` gives the boundary at which it was killed. */
async function startMortal(
  { redisUrl, spawn }: Strata,
  judge: ReturnType<typeof judgeOf>,
  { lockMs, disk }: { readonly lockMs: number; readonly disk: string },
) {
  let boundary: Boundary | undefined;
  const hear: Judge = (sent) => {
    boundary = judge(sent);
    return boundary === undefined ? 'pass' : boundary.at === 'done' ? 'kill-before' : 'kill-after';
  };
  const door = await openDoor(redisUrl, hear, () => child.kill('SIGKILL'));
  const env = { REDIS_URL: door.url, STRATA_LOCK_MS: String(lockMs), HOME: disk, TMPDIR: disk };
  const child = spawn(['worker'], env);
  let log = '';
  child.stderr?.on('data', (text: Buffer) => (log += text.toString()));
  child.stdout?.resume();
  const gone = once(child, 'exit').then(() => door.close());
  const died = gone.then(() => {
    if (!boundary) throw new Error(`strata worker ended:\n${log}`);
    return boundary;
  });
  // One that is told to end has met none.
  died.catch(() => undefined);
  return {
    died,
    async end() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
