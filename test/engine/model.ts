import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { approve, deny } from '#commands/approval.ts';
import { type Decider, freeze, stop, unfreeze } from '#commands/decisions.ts';
import { retry } from '#commands/retry.ts';
import { digestOf } from '#domain/approval.ts';
import type { Job, Plan, RunRef, Step } from '#domain/run.ts';
import { carry } from '#engine/carry.ts';
import { jobOf } from './job.ts';
import { openWorld, type World } from './world.ts';

const REQUESTER = 'U0REQUESTER';
const PEOPLE = [REQUESTER, 'U0LEAD', 'U0CHIEF', 'U0GUEST'] as const;
const RUNS = 3;
const STEPS = ['network', 'server'];

/** Mostly those who may. */
const anyVoter = fc.constantFrom(...PEOPLE, 'U0LEAD', 'U0CHIEF', 'U0LEAD', 'U0CHIEF');
const anyRun = fc.integer({ min: 0, max: RUNS - 1 });
const Operation = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('carry'),
      run: anyRun,
      diesAfter: fc.option(fc.integer({ min: 0, max: 8 })),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('approve'),
      run: anyRun,
      by: anyVoter,
      isStale: fc.nat(6).map((die) => die === 0),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('agree'), run: anyRun }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('rush') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deny'), run: anyRun, by: fc.constantFrom(...PEOPLE) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replan'), run: anyRun }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop'), run: anyRun }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retry'), run: anyRun }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('freeze', 'unfreeze') }) },
);
type Operation = typeof Operation extends fc.Arbitrary<infer T> ? T : never;

/** Batches of what people and workers do; a batch happens in the same moment. */
export const Story = fc.array(fc.array(Operation, { minLength: 2, maxLength: 6 }), { minLength: 8, maxLength: 14 });

type Made = { readonly run: string; readonly step: string; readonly version: number };

/** An environment in which every effect is written down, and whether another run was in the middle of one. */
class Site {
  readonly made: Made[] = [];
  readonly atWork = new Set<string>();
  readonly offences: string[] = [];
  readonly versions = new Map<string, number>();

  /** The plan depends on the world as it is when it is surveyed, which `replan` changes. */
  job(dead: AbortSignal, touch: () => void): Job {
    const stepOf =
      (version: number) =>
      (id: string): Step<string> => ({
        ...{ id, title: id, layer: 'metal', timeoutMs: 5000 },
        find: async ({ run }) => (this.made.some((made) => made.run === run.key && made.step === id) ? id : undefined),
        act: async ({ run }) => {
          touch();
          if (dead.aborted) await new Promise<never>(() => undefined);
          this.made.push({ run: run.key, step: id, version });
          this.atWork.add(run.key);
          if (this.atWork.size > 1)
            this.offences.push(`${[...this.atWork].join(' and ')} changed the environment at once`);
          await sleep(8);
          this.atWork.delete(run.key);
          touch();
          if (dead.aborted) await new Promise<never>(() => undefined);
          return id;
        },
        settle: async (_ctx, value) => ({ kind: 'ready', value }),
      });
    return {
      ...jobOf({ summary: '', risk: 'change', steps: [] }),
      parse: (raw) => raw,
      survey: async (input) => ({ version: this.versions.get((input as { name: string }).name) ?? 1 }),
      plan: (_input, facts): Plan => this.planOf((facts as { version: number }).version, stepOf),
    };
  }

  planOf(version: number, stepOf?: (version: number) => (id: string) => Step<string>): Plan {
    const steps = stepOf ? STEPS.map(stepOf(version)) : [];
    return {
      summary: 'two things',
      risk: 'destroy',
      target: 'lab',
      judged: [`plan ${version}`],
      steps: steps,
    };
  }
}

/** Plays a story on the real scripts and engine, then brings every run to its end. @throws when an invariant broke */
export async function play(story: readonly (readonly Operation[])[]): Promise<void> {
  const world = await openWorld();
  try {
    const [environment] = world.stack.environments;
    // Two others must agree.
    Object.assign(environment ?? {}, {
      production: true,
      // In half of the stories every retry asks again.
      approvalHours: story.length % 2 === 0 ? 0 : 12,
      people: { view: ['*'], operate: ['*'], approve: ['U0LEAD', 'U0CHIEF', REQUESTER] },
    });
    const site = new Site();
    const runs = await Promise.all(
      Array.from({ length: RUNS }, (_, index) =>
        world.ask({ by: { id: REQUESTER, name: 'requester' }, input: { name: String(index) } }),
      ),
    );
    await Promise.all(runs.map((run) => carryOn(run, { world, site })));
    for (const batch of story) {
      await Promise.all(batch.map((operation) => perform(operation, { world, site, runs })));
      await check({ world, site, runs });
    }
    await unfreeze(world.stack.environments, as('U0LEAD', world));
    for (let round = 0; round < RUNS + 1; round++) for (const run of runs) await carryOn(run, { world, site });
    await check({ world, site, runs });
    for (const run of runs) expect(['ended', 'asking']).toContain((await world.view(run)).state);
    expect((await world.gate.queue(world.environment)).inside).toBeUndefined();
  } finally {
    world.close();
  }
}

type Scene = { readonly world: World; readonly site: Site; readonly runs: readonly RunRef[] };

function as(id: string, { stack, runs, journal, gate, audit, artifacts, schedules, habits }: World): Decider {
  const dispatcher = { dispatch: () => Promise.reject(new Error('not here')) };
  const idle = { wake: async () => undefined, keepTicking: async () => undefined, habits };
  const deps = { stack, runs, journal, gate, audit, artifacts, schedules, dispatcher, ...idle };
  return { caller: { person: { id, name: id }, groups: [], channel: { id: 'C0OPS', name: 'ops' } }, deps };
}

async function carryOn(run: RunRef, { world, site }: Omit<Scene, 'runs'>, diesAfter?: number | null): Promise<void> {
  const dying = new AbortController();
  let left = diesAfter ?? Number.POSITIVE_INFINITY;
  const touch = () => left-- <= 0 && dying.abort();
  const job = site.job(dying.signal, touch);
  const died = new Promise<void>((resolve) => dying.signal.addEventListener('abort', () => resolve()));
  const signals = { signal: dying.signal, stopping: new AbortController().signal };
  await Promise.race([carry(world.mortal(job, dying.signal), run, signals).catch(() => undefined), died]);
  // What a dead worker was in the middle of is over.
  await sleep(diesAfter === undefined || diesAfter === null ? 0 : 5);
}

async function perform(operation: Operation, { world, site, runs }: Scene): Promise<void> {
  const run = 'run' in operation ? runs[operation.run] : undefined;
  const digest = run && (await world.view(run)).approval?.digest;
  const click = { run: run?.number ?? 0, key: run?.key, digest, typed: 'lab', reason: 'no' };
  // Refusals are answers like any other.
  const quietly = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      () => undefined,
    );
  switch (operation.kind) {
    case 'carry':
      return run && carryOn(run, { world, site }, 'diesAfter' in operation ? operation.diesAfter : undefined);
    case 'approve': {
      const isStale = 'isStale' in operation && operation.isStale;
      const seen = isStale ? digestOf(site.planOf(0)).digest : digest;
      return quietly(approve({ ...click, digest: seen }, as('by' in operation ? operation.by : '', world)));
    }
    case 'agree':
      return quietly(Promise.allSettled(['U0LEAD', 'U0CHIEF'].map((id) => approve(click, as(id, world)))));
    case 'rush':
      return quietly(Promise.all(runs.map((one) => carryOn(one, { world, site }))));
    case 'deny':
      return quietly(deny(click, as('by' in operation ? operation.by : '', world)));
    case 'replan': {
      const name = String('run' in operation ? operation.run : '');
      site.versions.set(name, (site.versions.get(name) ?? 1) + 1);
      return;
    }
    case 'stop':
      return quietly(stop(click, 'after-step', as(REQUESTER, world)));
    case 'retry':
      return quietly(retry(click, as(REQUESTER, world)));
    case 'freeze':
      return quietly(freeze(world.stack.environments, { reason: 'x' }, as('U0LEAD', world)));
    case 'unfreeze':
      return quietly(unfreeze(world.stack.environments, as('U0LEAD', world)));
  }
}

/** What must hold at every moment. */
async function check({ world, site, runs }: Scene): Promise<void> {
  expect(site.offences).toEqual([]);
  const effects = site.made.map(({ run, step }) => `${run} ${step}`);
  expect(effects).toEqual([...new Set(effects)]);
  for (const run of runs) {
    const events = await world.journal.read(run);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const agreed = new Set<string>();
    let asked: { digest: string; by: Set<string> } | undefined;
    for (const event of events) {
      if (event.type === 'asked') asked = { digest: event.digest, by: new Set() };
      if (event.type !== 'approved') continue;
      // Of this plan, by somebody else, once each, and by no more than were needed.
      expect(event.digest).toBe(asked?.digest);
      expect(['U0LEAD', 'U0CHIEF']).toContain(event.by.id);
      expect(asked?.by.has(event.by.id)).toBe(false);
      asked?.by.add(event.by.id);
      if (asked?.by.size === 2) agreed.add(asked.digest);
    }
    for (const { version } of site.made.filter((made) => made.run === run.key)) {
      expect(agreed).toContain(digestOf(site.planOf(version)).digest);
    }
  }
}
