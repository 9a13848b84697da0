import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { runKeys } from '#adapters/redis/keys.ts';
import { approve, deny } from '#commands/approval.ts';
import { freeze, resolveDoubt, stop, tell, unfreeze } from '#commands/decisions.ts';
import { AmbiguousError } from '#domain/errors.ts';
import type { Job, Plan, RunRef, Step } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { carry } from '#engine/carry.ts';
import { jobOf, Shelf, thingStep } from '../engine/job.ts';
import { calm, openWorld, type World } from '../engine/world.ts';
import { askIn, changingPlan, closedWindow, deciderOf, lastingStep, setPeople } from './deciders.ts';

let world: World;
let shelf: Shelf;
beforeEach(async () => {
  world = await openWorld();
  shelf = new Shelf();
});
afterEach(() => world.close());

const lasting = (id: string, change: Partial<Step<string>> = {}) => lastingStep(shelf, id, change);
const changing = (change: Partial<Plan> = {}) => changingPlan(shelf, change);
const people = (change: Partial<Environment> = {}) => setPeople(world, change);
const as = (id: string) => deciderOf(world, id);
const asking = (job: Job) => askIn(world, job);

describe('approving', () => {
  it('is in time by the clock of Redis, whatever the clocks of bots and workers say', async () => {
    people({ approvalMinutes: 5 });
    const job = jobOf(changing());
    const shift = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
    onTestFinished(() => void vi.useRealTimers());

    shift(-600_000);
    const { run, click } = await asking(job);
    shift(1_200_000);
    await carry(world.engine(job), run, calm());
    const still = await world.view(run);
    await approve(click, as('U2'));
    await carry(world.engine(job), run, calm());

    expect(still.state).toBe('asking');
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
  });

  it('a change waits for one other person, with no worker, and then is done', async () => {
    people();
    const job = jobOf(changing());
    const { run, click } = await asking(job);
    expect(await world.view(run)).toMatchObject({ state: 'asking', approval: { needs: { others: 1 } } });
    expect(shelf.made).toBe(0);

    await approve(click, as('U2'));
    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', approval: { by: [{ id: 'U2' }] } });
    expect(shelf.made).toBe(3);
  });

  it.each([
    ['the one who asked', 'U1', {}, 'somebody else has to'],
    ['somebody who may not', 'U7', {}, 'approve'],
    ['a card of another plan', 'U2', { digest: 'f'.repeat(64) }, 'the plan has changed'],
    ['a run of the same number elsewhere', 'U2', { key: 'ffffffff' }, 'no run'],
    ['a run that never was', 'U2', { run: 99_999_999 }, 'no run'],
  ])('%s does not count', async (_who, id, change, why) => {
    people();
    const { run, click } = await asking(jobOf(changing()));

    await expect(approve({ ...click, ...change }, as(id))).rejects.toThrow(why);

    expect(await world.view(run)).toMatchObject({ state: 'asking', approval: { by: [] } });
  });

  it('of a plan that Slack cannot show counts at a terminal alone', async () => {
    people();
    const judged = Array.from({ length: 3000 }, (_, index) => `make server worker-${index}`);
    const { run, click } = await asking(jobOf(changing({ judged })));

    await expect(approve(click, as('U2'))).rejects.toThrow('one layer at a time');

    expect(await world.view(run)).toMatchObject({ state: 'asking', approval: { by: [] } });
    // At a terminal it is the key that is missing now, not the room.
    const { deps, caller } = as('U2');
    const there = { deps, caller: { ...caller, channel: undefined }, terminal: { host: 'bastion' } };
    await expect(approve(click, there)).rejects.toThrow('key');
  });

  it('to destroy, the approver types the name of what goes', async () => {
    people();
    const { run, click } = await asking(jobOf(changing({ risk: 'destroy', target: 'node-4' })));

    await expect(approve(click, as('U2'))).rejects.toThrow('node-4');
    await expect(approve({ ...click, typed: 'node-5' }, as('U2'))).rejects.toThrow('node-4');
    await approve({ ...click, typed: ' node-4 ' }, as('U2'));

    expect(await world.view(run)).toMatchObject({ approval: { state: 'approved' } });
  });

  it('to destroy in production, two different people agree, even in the same moment', async () => {
    people({ production: true });
    const { run, click } = await asking(jobOf(changing({ risk: 'destroy', target: 'node-4' })));
    const typed = { ...click, typed: 'node-4' };

    const ends = await Promise.allSettled([
      approve(typed, as('U2')),
      approve(typed, as('U2')),
      approve(typed, as('U3')),
    ]);

    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const { approval } = await world.view(run);
    expect(approval?.state).toBe('approved');
    expect(new Set(approval?.by.map(({ id }) => id))).toEqual(new Set(['U2', 'U3']));
  });

  it('of two who approve in the same moment one counts, the other hears that it is decided', async () => {
    people();
    const { run, click } = await asking(jobOf(changing()));

    const ends = await Promise.allSettled([approve(click, as('U2')), approve(click, as('U3'))]);

    expect(ends.map(({ status }) => status).toSorted((a, b) => a.localeCompare(b))).toEqual(['fulfilled', 'rejected']);
    expect((await world.view(run)).approval?.by).toHaveLength(1);
  });

  it('an approver who was removed after the card was drawn does not count', async () => {
    people();
    const { click } = await asking(jobOf(changing()));
    people({ people: { view: ['*'], operate: ['U1'], approve: ['U3'] } });

    await expect(approve(click, as('U2'))).rejects.toThrow('approve');
  });

  it('after its time nobody can approve, and the run ends', async () => {
    people({ approvalMinutes: 0.001 });
    const job = jobOf(changing());
    const { run, click } = await asking(job);
    await new Promise((resolve) => setTimeout(resolve, 100));

    await expect(approve(click, as('U2'))).rejects.toThrow('time');
    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled', approval: { state: 'expired' } });
    expect(shelf.made).toBe(0);
  });

  it('a denial ends the run with its reason', async () => {
    people();
    const job = jobOf(changing());
    const { run, click } = await asking(job);

    await expect(deny({ ...click, reason: '  ' }, as('U2'))).rejects.toThrow('reason');
    await deny({ ...click, reason: 'not on a Friday' }, as('U2'));
    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({
      outcome: 'cancelled',
      approval: { state: 'denied', reason: 'not on a Friday', deniedBy: { id: 'U2' } },
    });
    await expect(approve(click, as('U3'))).rejects.toThrow('decided');
  });

  it('a plan that changed since asks again and says what changed', async () => {
    people();
    let version = 'playbook 1';
    const job: Job = { ...jobOf(changing()), plan: () => changing({ judged: [version, 'make three things'] }) };
    const { run, click } = await asking(job);
    await approve(click, as('U2'));
    version = 'playbook 2';

    await carry(world.engine(job), run, calm());

    const { state, approval } = await world.view(run);
    expect({ state, by: approval?.by, changes: approval?.changes }).toEqual({
      state: 'asking',
      by: [],
      changes: ['- playbook 1', '+ playbook 2'],
    });
    expect(approval?.digest).not.toBe(click.digest);
    expect(shelf.made).toBe(0);
    await expect(approve(click, as('U3'))).rejects.toThrow('the plan has changed');
  });

  it('facts that nobody judged may change without asking again', async () => {
    people();
    let seen = 0;
    const job: Job = { ...jobOf(changing()), survey: async () => ({ pods: seen++ }) };
    const { run, click } = await asking(job);
    await approve(click, as('U2'));

    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', facts: { pods: 1 } });
  });
});

describe('one changing run an environment', () => {
  async function approved(job: Job): Promise<RunRef> {
    const { run, click } = await asking(job);
    await approve(click, as('U2'));
    return run;
  }

  it('the second waits behind the first, and goes on when that has ended', async () => {
    people();
    const { promise, resolve } = Promise.withResolvers<void>();
    const held = lasting('network', {
      settle: async (_ctx, made) => {
        await promise;
        return { kind: 'ready', value: made };
      },
    });
    const job = jobOf(changing({ steps: [held] as readonly Step[] }));
    const [first, second] = [await approved(job), await approved(job)];
    const carrying = carry(world.engine(job), first, calm());
    await expect.poll(() => shelf.made).toBe(1);

    await carry(world.engine(job), second, calm());
    expect(await world.view(second)).toMatchObject({ state: 'waiting', queue: { place: 1, behind: first.number } });
    resolve();
    await carrying;
    await carry(world.engine(job), second, calm());

    expect(await world.view(second)).toMatchObject({ outcome: 'succeeded' });
    expect(await world.gate.queue(world.environment)).toEqual({ inside: undefined, waiting: [] });
  });

  it('waiting runs go in the order of their approval', async () => {
    people();
    const job = jobOf(changing());
    const early = await asking(job);
    const late = await asking(job);
    await approve(late.click, as('U2'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await approve(early.click, as('U2'));
    const other = await world.ask();
    await world.gate.enter(other, { fence: 0, atMs: 0 });

    await carry(world.engine(job), early.run, calm());
    await carry(world.engine(job), late.run, calm());

    const { waiting } = await world.gate.queue(world.environment);
    expect(waiting.map(({ number }) => number)).toEqual([late.run.number, early.run.number]);
  });
});

describe('a freeze', () => {
  it('lets the step end, stops before the next, and the run goes on when it is lifted', async () => {
    people();
    const freezing = lasting('network', {
      settle: async (_ctx, made) => {
        await freeze(world.stack.environments, { reason: 'disk swap' }, as('U1'));
        return { kind: 'ready', value: made };
      },
    });
    const job = jobOf(changing({ steps: [freezing, lasting('server')] as readonly Step[] }));
    const { run, click } = await asking(job);
    await approve(click, as('U2'));

    await carry(world.engine(job), run, calm());
    expect(await world.view(run)).toMatchObject({ state: 'held', freeze: { reason: 'disk swap', by: { id: 'U1' } } });
    expect(shelf.made).toBe(1);
    await unfreeze(world.stack.environments, as('U1'));
    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
    expect(shelf.made).toBe(2);
  });

  it('keeps no secret that somebody wrote into its reason', async () => {
    people();
    await freeze(world.stack.environments, { reason: 'password=hunter2 leaked' }, as('U1'));

    const { records } = await world.audit.read(world.environment);

    expect(await world.gate.frozen(world.environment)).toMatchObject({ reason: 'password=[redacted] leaked' });
    expect(JSON.stringify(records)).not.toContain('hunter2');
  });

  it('holds a probe too, but not a read', async () => {
    people();
    await freeze(world.stack.environments, { reason: 'x' }, as('U1'));
    const [probe, read] = [await world.ask(), await world.ask()];

    await carry(world.engine(jobOf(changing({ risk: 'probe' }))), probe, calm());
    await carry(world.engine(jobOf(changing({ risk: 'read' }))), read, calm());

    expect(await world.view(probe)).toMatchObject({ state: 'held' });
    expect(await world.view(read)).toMatchObject({ state: 'ended', outcome: 'succeeded' });
  });

  it('does not keep a run from being stopped', async () => {
    people();
    const freezing = lasting('network', {
      settle: async (_ctx, made) => {
        await freeze(world.stack.environments, { reason: 'disk swap' }, as('U1'));
        return { kind: 'ready', value: made };
      },
    });
    const job = jobOf(changing({ steps: [freezing, lasting('server')] as readonly Step[] }));
    const { run, click } = await asking(job);
    await approve(click, as('U2'));
    await carry(world.engine(job), run, calm());
    await tell({ run: run.number }, as('U3'));
    await stop({ run: run.number }, 'after-step', as('U1'));

    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled', tell: [{ id: 'U3' }] });
    expect(shelf.made).toBe(1);
  });

  it('ends by itself at its time', async () => {
    people();
    const until = new Date((await world.gate.nowMs(world.environment)) + 50).toISOString();
    await freeze(world.stack.environments, { reason: 'x', until }, as('U1'));
    await expect.poll(() => world.gate.frozen(world.environment)).toBeUndefined();
  });

  it.each([
    ['no JSON', (key: string) => world.redis.set(key, 'nonsense')],
    ['another JSON', (key: string) => world.redis.set(key, '{"by":7}')],
    ['no text at all', (key: string) => world.redis.lpush(key, 'x')],
  ])('that cannot be read (%s) holds, says what to do, and is opened by unfreeze', async (_what, spoil) => {
    people();
    const key = `strata:{${world.environment}}:freeze`;
    await spoil(key);
    const job = jobOf(changing({ risk: 'probe' }));
    const run = await world.ask();

    await carry(world.engine(job), run, calm());
    const held = await world.view(run);
    await carry(world.engine(job), run, calm());
    const still = await world.view(run);
    await unfreeze(world.stack.environments, as('U1'));
    await carry(world.engine(job), run, calm());

    expect(held).toMatchObject({ state: 'held', freeze: { reason: expect.stringContaining(key) } });
    expect(held.freeze?.reason).toContain('unfreeze');
    expect(still.seq).toBe(held.seq);
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
  });

  it('a wish to stop that cannot be read holds until the run is stopped again', async () => {
    people();
    const job = jobOf(changing({ risk: 'probe' }));
    const run = await world.ask();
    await world.redis.hset(runKeys(run).record, 'stop', 'nonsense');

    await carry(world.engine(job), run, calm());
    const held = await world.view(run);
    await stop({ run: run.number }, 'after-step', as('U1'));
    await carry(world.engine(job), run, calm());

    expect(held).toMatchObject({ state: 'held', freeze: { reason: expect.stringContaining('field stop') } });
    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled' });
    expect(shelf.made).toBe(0);
  });
});

describe('maintenance windows', () => {
  it('a change begins only in one of them; what runs when it closes goes on', async () => {
    people({ maintenanceWindows: [await closedWindow(world)] });
    const job = jobOf(changing());
    const { run, click } = await asking(job);
    await approve(click, as('U2'));

    await carry(world.engine(job), run, calm());
    const held = await world.view(run);
    people({ maintenanceWindows: [] });
    await carry(world.engine(job), run, calm());

    expect(held).toMatchObject({ state: 'held', freeze: { by: { name: 'the stack file' } } });
    expect(held.freeze?.until).toMatch(/T00:00:00.000Z$/);
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
  });

  it.each([
    ['while it is surveyed, before its first step', 'survey', 'held', 0],
    ['in the middle, between two steps', 'settle', 'ended', 3],
  ] as const)('one that closes %s', async (_when, moment, state, made) => {
    people();
    const window = await closedWindow(world);
    const close = (at: string) => at === moment && people({ maintenanceWindows: [window] });
    const network = lasting('network', {
      settle: async (_ctx, value) => {
        close('settle');
        return { kind: 'ready', value };
      },
    });
    const steps = [network, lasting('server'), lasting('volume')] as readonly Step[];
    const { run, click } = await asking(jobOf(changing({ steps })));
    await approve(click, as('U2'));
    const survey = async () => {
      close('survey');
      return {};
    };

    await carry(world.engine({ ...jobOf(changing({ steps })), survey }), run, calm());

    expect(await world.view(run)).toMatchObject({ state });
    expect(shelf.made).toBe(made);
  });
});

describe('a step that may or may not be done', () => {
  /** A tool that leaves no trace: its second worker cannot tell. */
  async function doubtful(change: Partial<Step<string>> = {}): Promise<{ run: RunRef; job: Job }> {
    people();
    const dead = new AbortController();
    const playbook = lasting('playbook', {
      find: () => Promise.reject(new AmbiguousError('running the playbook: nobody knows whether it ended')),
      ...change,
    });
    const job = jobOf(changing({ steps: [playbook, lasting('after')] as readonly Step[] }));
    const { run, click } = await asking(job);
    await approve(click, as('U2'));
    shelf.budget = 1;
    shelf.onDeath = () => dead.abort();
    void carry(world.mortal(job, dead.signal), run, { signal: dead.signal, stopping: calm().stopping });
    await expect.poll(() => dead.signal.aborted).toBe(true);
    shelf.budget = Number.POSITIVE_INFINITY;
    await carry(world.engine(job), run, calm());
    expect(await world.view(run)).toMatchObject({ state: 'doubt', doubt: { stepId: 'playbook' } });
    expect(shelf.made).toBe(1);
    return { run, job };
  }

  it('is asked about; not done: it is run again', async () => {
    const { run, job } = await doubtful();
    await expect(resolveDoubt({ run: run.number }, 'done', as('U1'))).rejects.toThrow('nobody can say');
    await expect(resolveDoubt({ run: run.number }, 'again', as('U7'))).rejects.toThrow('may not');

    await resolveDoubt({ run: run.number }, 'again', as('U1'));
    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
    expect(shelf.made).toBe(3);
    await expect(resolveDoubt({ run: run.number }, 'again', as('U1'))).rejects.toThrow('in doubt');
  });

  it('is asked about; done: it is left alone', async () => {
    const { run, job } = await doubtful({ ifDone: 'as said' });

    await resolveDoubt({ run: run.number }, 'done', as('U1'));
    await carry(world.engine(job), run, calm());

    const view = await world.view(run);
    expect(view).toMatchObject({ outcome: 'succeeded', steps: [{ status: 'done', value: 'as said' }, {}] });
    expect(shelf.made).toBe(2);
  });

  it('is asked about; stopped: the run ends, and the environment is free', async () => {
    const { run, job } = await doubtful();

    await stop({ run: run.number }, 'after-step', as('U1'));
    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled' });
    expect((await world.gate.queue(world.environment)).inside).toBeUndefined();
    expect(shelf.made).toBe(1);
  });
});

describe('stopping', () => {
  it('after this step: the step ends, the next does not begin, what was made is removed', async () => {
    const run = await world.ask();
    const stopping = thingStep(shelf, 'server', {
      settle: async (_ctx, made) => {
        await stop({ run: run.number }, 'after-step', as('U1'));
        return { kind: 'ready', value: made };
      },
    });
    const steps = [stopping, thingStep(shelf, 'volume')] as readonly Step[];

    await carry(world.engine(jobOf({ summary: '', risk: 'probe', steps })), run, calm());

    const view = await world.view(run);
    expect(view).toMatchObject({ outcome: 'cancelled', stop: { by: { id: 'U1' }, stop: 'after-step' } });
    expect(view.steps.map(({ status }) => status)).toEqual(['done', 'pending']);
    expect(shelf.things.size).toBe(0);
  });

  it('now: aborts the step in the middle, cleans up with a signal of its own, and says who stopped it', async () => {
    const run = await world.ask();
    const endless = thingStep(shelf, 'server', {
      settle: async (ctx) => {
        await stop({ run: run.number }, 'now', as('U1'));
        return new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)));
      },
    });

    await carry(world.engine(jobOf({ summary: '', risk: 'probe', steps: [endless] as readonly Step[] })), run, calm());

    const view = await world.view(run);
    expect(view).toMatchObject({ outcome: 'cancelled', undone: ['server'] });
    expect(view.steps[0]).toMatchObject({ status: 'failed', detail: 'stopped by u1' });
    expect(shelf.things.size).toBe(0);
  });

  it('a run that waits for approval is stopped without a step', async () => {
    people();
    const job = jobOf(changing());
    const { run, click } = await asking(job);

    await stop(click, 'after-step', as('U1'));
    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled' });
    expect(shelf.made).toBe(0);
  });
});
