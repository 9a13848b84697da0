import { afterEach, expect, it } from 'vitest';
import type { RunEvent } from '#domain/events.ts';
import type { JobName, RunRef } from '#domain/run.ts';
import { approveAll } from './approve.ts';
import { type Judge, openDoor } from './door.ts';
import type { Service } from './services.ts';
import { allEnded, dice, expectAllWell, expectSucceeded, IS_PART, SEED } from './verdict.ts';
import { openWorld, type World } from './world.ts';

/** `lanes`: environments in which runs of the job follow one another, each beside all others. */
const JOBS: readonly { readonly job: JobName; readonly input: object; readonly lanes: number }[] = [
  { job: 'smoke-test', input: { layer: 'metal', depth: 'standard' }, lanes: 2 },
  { job: 'smoke-test', input: { layer: 'metal', depth: 'quick' }, lanes: 1 },
  { job: 'status', input: { layer: 'all' }, lanes: 1 },
  { job: 'drill', input: { layer: 'all', risk: 'change', seconds: 0 }, lanes: 1 },
  { job: 'drill', input: { layer: 'all', risk: 'destroy', seconds: 0 }, lanes: 1 },
];
const WORKERS = 4;
/** A worker's death hits whatever it carries, and a run that is left too often is given up. */
const KILLS_A_RUN = 3;
/** Kills of each job, when not all are made. */
const SAMPLE = 4;

/** Written by a worker: `event` is how the text of it begins. */
type Moment = { readonly event: string; readonly side: 'kill-before' | 'kill-after' };

let world: World;
afterEach(() => world.close());

it('kill -9 just before and just after each event of each job stands in the journal: all end well', async () => {
  world = await openWorld({ environments: JOBS.reduce((sum, { lanes }) => sum + lanes, 0) });
  const workers = mortalWorkers();
  await Promise.all([world.services.start('bot'), ...Array.from({ length: WORKERS }, workers.start)]);
  const stopApproving = approveAll(world);
  const random = dice();
  const free = [...world.environments];
  const labs = JOBS.map(({ lanes }) => free.splice(0, lanes));
  const calm = await Promise.all(JOBS.map(({ job, input }, index) => world.ask(job, input, labs[index]?.[0])));
  await allEnded(world, calm);

  const runs: RunRef[] = [...calm];
  const told = await Promise.all(
    JOBS.map(async ({ job, input }, index) => {
      const all = momentsOf(await world.journal.read(calm[index] as RunRef));
      const chosen = IS_PART ? all.toSorted(() => random() - 0.5).slice(0, SAMPLE) : all;
      const count = Math.ceil(chosen.length / KILLS_A_RUN);
      const shares = Array.from({ length: count }, (_, share) => chosen.filter((_moment, n) => n % count === share));
      const lanes = labs[index]?.map(async (lab) => {
        for (let share = shares.pop(); share; share = shares.pop()) {
          const run = await world.record(job, input, lab);
          runs.push(run);
          workers.killAt(run, share);
          await world.queue.enqueue(run, 1);
          await allEnded(world, [run]);
        }
      });
      await Promise.all(lanes ?? []);
      return `${job} ${Object.values(input).join(' ')} ${chosen.length} of ${all.length}`;
    }),
  );
  await stopApproving();
  workers.end();

  await expectSucceeded(world, runs);
  expect(workers.missed()).toEqual([]);
  await expectAllWell(world, runs);
  console.log(
    `chaos: seed ${SEED}: ${workers.deaths()} kills at event boundaries (${told.join(', ')}): ` +
      `${runs.length} runs succeeded, ${world.cloud.made.size} things made once each, 0 left`,
  );
});

/** Workers that die at the moments that are set, each followed by another. */
function mortalWorkers() {
  const due = new Map<string, readonly Moment[]>();
  let [deaths, isOver] = [0, false];

  /**
   * What is sent at once can hold several events, and of several runs. They stand behind one boundary: what is written is
   * not sent again, so one that Redis is not to hear of comes first.
   */
  function judge(sent: string): ReturnType<Judge> {
    const commands = sent.split(/\r\n\*\d+\r\n/);
    const isIn = (member: string, event: string) => commands.some((one) => one.includes(member) && one.includes(event));
    const met = [...due].flatMap(([member, moments]) => moments.filter(({ event }) => isIn(member, event)));
    const before = met.find(({ side }) => side === 'kill-before');
    const over = new Set(before ? [before] : met);
    for (const [member, moments] of due) {
      due.set(
        member,
        moments.filter((moment) => !over.has(moment)),
      );
    }
    return before ? 'kill-before' : met.length > 0 ? 'kill-after' : 'pass';
  }

  /** One that may die as soon as it takes a run, which is before it says that it is ready. */
  async function start(): Promise<void> {
    let worker: Service | undefined;
    const { promise: died, resolve } = Promise.withResolvers<void>();
    const door = await openDoor(world.redisUrl, judge, () => void worker?.signal('SIGKILL').then(resolve));
    worker = world.services.spawn('worker', { REDIS_URL: door.url });
    const follow = async () => {
      await died;
      deaths += 1;
      door.close();
      if (!isOver) await start();
    };
    void follow();
    await worker.ready.catch(() => undefined);
  }

  return {
    start,
    killAt: (run: RunRef, moments: readonly Moment[]) => due.set(`${run.number}-${run.key}`, moments),
    deaths: () => deaths,
    missed: () => [...due.values()].flat(),
    /** Nobody follows any more. */
    end: () => (isOver = true),
  };
}

/** Two for each event that a worker wrote. */
function momentsOf(events: readonly RunEvent[]): Moment[] {
  const written = events.filter(({ type }) => !['requested', 'approved', 'note'].includes(type));
  return written.flatMap(({ type, ...event }) => {
    const text = JSON.stringify({ type, ...('stepId' in event ? { stepId: event.stepId } : {}) }).slice(0, -1);
    return [
      { event: text, side: 'kill-before' as const },
      { event: text, side: 'kill-after' as const },
    ];
  });
}
