import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AmbiguousError, CheckError, LeaseLostError, RemoteError, ShutdownError } from '#domain/errors.ts';
import type { Journal } from '#domain/ports.ts';
import type { Job, Plan, RunRef, Step } from '#domain/run.ts';
import { carry } from '#engine/carry.ts';
import type { Engine } from '#engine/engine.ts';
import { jobOf, Shelf, thingStep } from './job.ts';
import { calm, openWorld, unlessLost, type World } from './world.ts';

let world: World;
let shelf: Shelf;
beforeEach(async () => {
  world = await openWorld();
  shelf = new Shelf();
});
afterEach(() => world.close());

function planOf(steps: readonly Step<never>[] | readonly Step<string>[], change: Partial<Plan> = {}): Plan {
  return { summary: 'three things', risk: 'probe', steps: steps as readonly Step[], ...change };
}
const three = () => planOf(['network', 'server', 'volume'].map((id) => thingStep(shelf, id)));

/** Carries the run until its worker dies in the given call of the shelf. */
async function carryUntilDeath(job: Job, run: RunRef, diesAt: number): Promise<void> {
  const death = new AbortController();
  shelf.budget = diesAt;
  await Promise.race([
    new Promise<void>((resolve) => {
      shelf.onDeath = resolve;
    }),
    carry(world.mortal(job, death.signal), run, calm()).catch(unlessLost),
  ]);
  death.abort();
  shelf.budget = Number.POSITIVE_INFINITY;
}

/** How long one keeps a run that is out of touch. */
const LEASE_MS = 1000;

/** An engine whose calls to Redis can be held up, as by an outage that only this worker meets. */
function faltering(job: Job): { engine: Engine; falterFor(ms: number): void } {
  const engine = world.engine(job);
  let until = 0;
  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    while (performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    return work();
  };
  return {
    engine: {
      ...engine,
      leaseMs: LEASE_MS,
      journal: {
        read: engine.journal.read,
        append: (...args) => held(() => engine.journal.append(...args)),
        end: (...args) => held(() => engine.journal.end(...args)),
        renew: (...args) => held(() => engine.journal.renew(...args)),
        secure: (...args) => held(() => engine.journal.secure(...args)),
        release: (...args) => held(() => engine.journal.release(...args)),
      },
    },
    falterFor(ms) {
      until = performance.now() + ms;
    },
  };
}

describe('carrying a run', () => {
  it('makes everything, removes everything and says so', async () => {
    const run = await world.ask();

    await carry(world.engine(jobOf(three())), run, calm());

    const view = await world.view(run);
    expect(view).toMatchObject({ state: 'ended', outcome: 'succeeded', undone: ['volume', 'server', 'network'] });
    expect(view.report?.subtitle).toBe('network:done server:done volume:done');
    expect(shelf.made).toBe(3);
    expect(shelf.things.size).toBe(0);
  });

  // 3 makes of 2 calls and 3 removals of 2 calls: a boundary before and after each effect.
  it.each(Array.from({ length: 12 }, (_, i) => i))(
    'makes each thing once and leaves nothing when the worker dies at call %i',
    async (diesAt) => {
      const run = await world.ask();
      await carryUntilDeath(jobOf(three()), run, diesAt);

      await carry(world.engine(jobOf(three())), run, calm());

      expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', takeovers: 1 });
      expect(shelf.made).toBe(3);
      expect(shelf.things.size).toBe(0);
    },
  );

  it.each([
    ['what it made is there', 1, ['find']],
    ['nothing is there', 0, ['find', 'act']],
  ])('looks for a step whose worker died in it before it does anything: %s', async (_what, diesAt, calls) => {
    const run = await world.ask();
    await carryUntilDeath(jobOf(planOf([thingStep(shelf, 'server')])), run, diesAt);
    const called: string[] = [];
    const { find, act } = thingStep(shelf, 'server');
    const spied = thingStep(shelf, 'server', {
      find: (ctx) => (called.push('find'), find(ctx)),
      act: (ctx) => (called.push('act'), act(ctx)),
    });

    await carry(world.engine(jobOf(planOf([spied]))), run, calm());

    expect(called).toEqual(calls);
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
    expect(shelf.made).toBe(1);
  });

  it('stops at the first failure, cleans up what was made and tells cause and advice', async () => {
    const failing = thingStep(shelf, 'server', {
      settle: async () => {
        throw new CheckError('booting server "x": No valid host was found.', { advice: 'free some memory' });
      },
    });
    const run = await world.ask();

    await carry(
      world.engine(jobOf(planOf([thingStep(shelf, 'network'), failing, thingStep(shelf, 'volume')]))),
      run,
      calm(),
    );

    const view = await world.view(run);
    expect(view.outcome).toBe('failed');
    expect(view.report?.subtitle).toBe('network:done server:failed volume:not-run');
    expect(view.steps[1]).toMatchObject({
      detail: 'booting server "x": No valid host was found.',
      advice: 'free some memory',
    });
    expect(shelf.things.size).toBe(0);
  });

  it('looks for what an unanswered create made instead of making it again', async () => {
    const failure = { service: 'compute', method: 'POST', url: 'http://x', status: 503 };
    const answerLost = thingStep(shelf, 'server', {
      act: async (ctx) => {
        await shelf.make(`${ctx.run.key}-server`);
        throw new RemoteError('creating server "x": 503', { failure });
      },
    });
    const run = await world.ask();

    await carry(world.engine(jobOf(planOf([answerLost]))), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
    expect(shelf.made).toBe(1);
  });

  it('does not act twice when an unanswered create is not found', async () => {
    const failure = { service: 'compute', method: 'POST', url: 'http://x' };
    let acts = 0;
    const lost = thingStep(shelf, 'server', {
      act: async () => {
        acts += 1;
        throw new RemoteError('creating server "x": connection reset', { failure });
      },
    });
    const run = await world.ask();

    await carry(world.engine(jobOf(planOf([lost]))), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'failed' });
    expect(acts).toBe(1);
  });

  it('fails the step when two things answer to one mark', async () => {
    const run = await world.ask();
    const twins = thingStep(shelf, 'server', {
      find: async () => {
        throw new AmbiguousError('finding server "x": 2 carry its mark');
      },
    });
    const job = jobOf(planOf([twins]));
    await carryUntilDeath(job, run, 0);

    await carry(world.engine(job), run, calm());

    expect((await world.view(run)).steps[0]).toMatchObject({
      status: 'failed',
      detail: 'finding server "x": 2 carry its mark',
    });
  });

  it('names what it waited for, what it saw last and its advice when a step takes too long', async () => {
    const slow = thingStep(shelf, 'server', {
      timeoutMs: 300,
      settle: async () => ({ kind: 'wait', afterMs: 50, why: 'BUILD', advice: 'Look at nova-compute.' }),
    });
    const run = await world.ask();

    await carry(world.engine(jobOf(planOf([slow]))), run, calm());

    expect((await world.view(run)).steps[0]).toMatchObject({
      detail: 'waiting for "make server": not done within 0.3 s; last seen: BUILD',
      advice: 'Look at nova-compute.',
    });
  });

  it('hands over while it waits, and another worker goes on without making anything again', async () => {
    let ready = false;
    const stop = new AbortController();
    const waiting = thingStep(shelf, 'server', {
      async settle(_ctx, made) {
        if (ready) return { kind: 'ready', value: made };
        setTimeout(() => stop.abort(new ShutdownError('stopping')), 10);
        return { kind: 'wait', afterMs: 100, why: 'BUILD' };
      },
    });
    const run = await world.ask();
    const engine = world.engine(jobOf(planOf([waiting])));

    await expect(carry(engine, run, { ...calm(), stopping: stop.signal })).rejects.toThrow(ShutdownError);
    ready = true;
    await carry(engine, run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', attempt: 2 });
    expect(shelf.made).toBe(1);
  });

  it('does not let a worker write that woke up after another took over', async () => {
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let first = true;
    const sleepy = thingStep(shelf, 'server', {
      settle: async (_ctx, made) => {
        if (first) {
          first = false;
          await asleep;
        }
        return { kind: 'ready', value: made };
      },
    });
    const run = await world.ask();
    const job = jobOf(planOf([sleepy]));
    const { engine, falterFor } = faltering(job);
    const stale = carry(engine, run, calm());
    await expect.poll(() => shelf.made).toBe(1);
    falterFor(Number.POSITIVE_INFINITY);

    await carry(world.engine(job), run, calm());
    const events = (await world.journal.read(run)).length;
    falterFor(0);
    wake();

    await expect(stale).rejects.toThrow(LeaseLostError);
    expect((await world.journal.read(run)).length).toBe(events);
    expect(shelf.made).toBe(1);
  });

  it('ends what it does when it cannot renew its lease, before another can have the run', async () => {
    const run = await world.ask();
    const aborted: boolean[] = [];
    let signal: AbortSignal | undefined;
    const long = thingStep(shelf, 'server', {
      settle: async (ctx, made) => {
        if (signal === undefined) {
          signal = ctx.signal;
          falterFor(Number.POSITIVE_INFINITY);
          await new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)));
        }
        aborted.push(signal.aborted);
        return { kind: 'ready', value: made };
      },
    });
    const job = jobOf(planOf([long]));
    const { engine, falterFor } = faltering(job);

    const cutOff = carry({ ...engine, leaseMs: 2 * LEASE_MS }, run, calm()).catch((error: unknown) => error);
    await expect.poll(() => signal).toBeDefined();
    await carry(world.engine(job), run, calm());

    expect(aborted).toEqual([true]);
    expect(await cutOff).toBeInstanceOf(LeaseLostError);
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', attempt: 2 });
  });

  it('goes on from the journal when an event could not be written, and leaves no hole in it', async () => {
    const run = await world.ask();
    const engine = { ...world.engine(jobOf(three())), leaseMs: LEASE_MS };
    let refusals = 1;
    const append: Journal['append'] = async (of, at, events) => {
      const isDone = events.some(({ type }) => type === 'step-done');
      if (isDone && refusals-- > 0) throw new Error('TRYAGAIN Multiple keys request during rehashing of slot');
      return engine.journal.append(of, at, events);
    };
    const troubled = { ...engine, journal: { ...engine.journal, append } };

    await expect(carry(troubled, run, calm())).rejects.toThrow('TRYAGAIN');
    await carry(troubled, run, calm());

    const { outcome, steps } = await world.view(run);
    expect(outcome).toBe('succeeded');
    expect(steps.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    expect(shelf.made).toBe(3);
  });

  it('waits for the lease of a worker that is only slow, and then has nothing to do', async () => {
    const slow = thingStep(shelf, 'server', {
      settle: async (_ctx, made) => {
        await new Promise((resolve) => setTimeout(resolve, 2 * LEASE_MS));
        return { kind: 'ready', value: made };
      },
    });
    const run = await world.ask();
    const engine = { ...world.engine(jobOf(planOf([slow]))), leaseMs: LEASE_MS };

    await Promise.all([carry(engine, run, calm()), carry(engine, run, calm())]);

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', attempt: 1 });
    expect(shelf.made).toBe(1);
  });

  it('changes nothing after it was out of touch until it knows that the run is still its own', async () => {
    const run = await world.ask();
    const job = jobOf(three());
    const { engine, falterFor } = faltering(job);
    // Out of touch while the first thing is found ready: before the second is made, the lease has run out.
    const first = thingStep(shelf, 'network', {
      settle: async (_ctx, made) => {
        falterFor(3 * LEASE_MS);
        return { kind: 'ready', value: made };
      },
    });
    const faltered = { ...job, plan: () => planOf([first, thingStep(shelf, 'server'), thingStep(shelf, 'volume')]) };

    const ends = await Promise.allSettled([
      carry({ ...engine, jobs: { ...engine.jobs, 'smoke-test': faltered } }, run, calm()),
      carry(world.engine(job), run, calm()),
    ]);

    expect(ends.map(({ status }) => status).toSorted((a, b) => a.localeCompare(b))).toEqual(['fulfilled', 'rejected']);
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', attempt: 2 });
    expect(shelf.made).toBe(3);
    expect(shelf.things.size).toBe(0);
  });

  it('lets independent steps fail alone', async () => {
    const failing = thingStep(shelf, 'cloud', {
      act: async () => {
        throw new CheckError('reading cloud');
      },
    });
    const run = await world.ask();

    await carry(world.engine(jobOf(planOf([failing, thingStep(shelf, 'metal')], { independent: true }))), run, calm());

    const view = await world.view(run);
    expect(view.outcome).toBe('succeeded');
    expect(view.report?.subtitle).toBe('cloud:failed metal:done');
  });

  it('counts a step that is skipped as neither passed nor failed', async () => {
    const run = await world.ask();

    await carry(world.engine(jobOf(planOf([thingStep(shelf, 'ping', { skip: 'no reach' })]))), run, calm());

    expect((await world.view(run)).steps[0]).toMatchObject({ status: 'skipped', detail: 'no reach' });
    expect(shelf.made).toBe(0);
  });

  it('ends a run whose survey fails, with the reason', async () => {
    const job = {
      ...jobOf(three()),
      survey: async () => Promise.reject(new CheckError('reading image "cirros": none')),
    };
    const run = await world.ask();

    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({
      outcome: 'failed',
      error: { message: 'reading image "cirros": none' },
    });
  });

  it('tries once more, at the end of the clean-up, to remove what could not be removed', async () => {
    let tries = 0;
    const stubborn = thingStep(shelf, 'server', {
      async undo(ctx) {
        tries += 1;
        if (shelf.things.has(`${ctx.run.key}-network`))
          throw new CheckError('removing server "x": the network is there');
        await shelf.remove(`${ctx.run.key}-server`);
      },
    });
    const run = await world.ask();

    await carry(world.engine(jobOf(planOf([thingStep(shelf, 'network'), stubborn]))), run, calm());

    const { outcome, undone, stuck } = await world.view(run);
    expect({ outcome, undone, stuck }).toEqual({ outcome: 'succeeded', undone: ['network', 'server'], stuck: {} });
    expect(tries).toBe(2);
    expect(shelf.things.size).toBe(0);
  });

  it('fails a run that leaves something behind and lists it', async () => {
    const run = await world.ask();

    await carry(
      world.engine(jobOf(planOf([thingStep(shelf, 'a')], { leftovers: async () => ['server x'] }))),
      run,
      calm(),
    );

    expect(await world.view(run)).toMatchObject({ outcome: 'failed', leftovers: ['server x'] });
  });

  it('gives up a run that 20 workers left without a word, and says where what it made may be', async () => {
    const run = await world.ask();
    const claim = await world.runs.claim(run, 300);
    const fence = claim.kind === 'held' ? claim.fence : 0;
    const started = (attempt: number) => ({ type: 'started', worker: 'worker-0', attempt }) as const;
    const steps = [{ id: 'network', title: 'make network', layer: 'metal' }];
    await world.journal.append(run, { fence, seq: 1 }, [
      started(1),
      { type: 'planned', summary: 'three things', risk: 'probe', steps, facts: { seen: true } },
      { type: 'step-started', stepId: 'network' },
      ...Array.from({ length: 20 }, (_, index) => started(index + 2)),
    ]);

    await carry(world.engine(jobOf(three())), run, calm());

    const { outcome, error, leftovers } = await world.view(run);
    expect({ outcome, error }).toMatchObject({
      outcome: 'failed',
      error: { message: expect.stringContaining('20 workers left it at the same step') },
    });
    expect(leftovers).toEqual([expect.stringContaining(`"strata-${run.number}-${run.key}-"`)]);
    expect(shelf.made).toBe(0);
  });

  it('keeps secrets out of the journal', async () => {
    const leaky = thingStep(shelf, 'a', {
      settle: async (_ctx, made) => ({ kind: 'ready', value: made, detail: 'password=hunter22' }),
    });
    const run = await world.ask();

    await carry(world.engine(jobOf(planOf([leaky]))), run, calm());

    expect(JSON.stringify(await world.journal.read(run))).not.toContain('hunter22');
  });

  it('does nothing to a run that has ended', async () => {
    const run = await world.ask();
    const engine = world.engine(jobOf(three()));
    await carry(engine, run, calm());

    await carry(engine, run, calm());

    expect(shelf.made).toBe(3);
  });
});
