import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approve, deny } from '#commands/approval.ts';
import { freeze, stop, unfreeze } from '#commands/decisions.ts';
import { retry } from '#commands/retry.ts';
import { CheckError } from '#domain/errors.ts';
import type { Job, Plan, RunRef, Step } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { carry } from '#engine/carry.ts';
import { jobOf, Shelf, thingStep } from '../engine/job.ts';
import { calm, openWorld, type World } from '../engine/world.ts';
import {
  askIn,
  type Asking,
  changingPlan,
  clickOn,
  closedWindow,
  deciderOf,
  lastingStep,
  setPeople,
} from './deciders.ts';

let world: World;
let shelf: Shelf;
let isBroken: boolean;
beforeEach(async () => {
  world = await openWorld();
  shelf = new Shelf();
  isBroken = true;
});
afterEach(() => world.close());

const lasting = (id: string, change: Partial<Step<string>> = {}) => lastingStep(shelf, id, change);
const changing = (change: Partial<Plan> = {}) => changingPlan(shelf, change);
const people = (change: Partial<Environment> = {}) => setPeople(world, change);
const as = (id: string) => deciderOf(world, id);
const asking = (job: Job) => askIn(world, job);
const go = (job: Job, run: RunRef) => carry(world.engine(job), run, calm());

/** Three things, of which the second is not made while it is broken. */
function breaking(change: Partial<Plan> = {}): Job {
  const server = lasting('server', {
    act: async (ctx) => {
      if (isBroken) throw new Error('quota exceeded');
      return shelf.make(`${ctx.run.key}-server`);
    },
  });
  const steps = [lasting('network'), server, lasting('volume')] as readonly Step[];
  return jobOf(changing({ steps, ...change }));
}

/** A run that was approved by U2, made its first thing, and failed at the second. */
async function failed(job: Job): Promise<Asking> {
  const { run, click } = await asking(job);
  await approve(click, as('U2'));
  await go(job, run);
  expect(await world.view(run)).toMatchObject({ outcome: 'failed' });
  expect(shelf.made).toBe(1);
  return { run, click };
}

describe('trying again', () => {
  it('a run that ended can go on at once, also when another segment of it came late', async () => {
    people();
    const network = lasting('network', {
      settle: async (_ctx, made) => {
        if (isBroken) throw new CheckError('looking at the network: it is down');
        return { kind: 'ready', value: made };
      },
    });
    const job = jobOf(changing({ steps: [network] as readonly Step[] }));
    const { run, click } = await asking(job);
    await approve(click, as('U2'));
    await go(job, run);
    await go(job, run);
    expect(await world.runs.isHeld(run)).toBe(false);
    isBroken = false;

    await retry({ run: run.number }, as('U1'));
    await go(job, run);

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
    expect(shelf.made).toBe(1);
  });

  it('goes on at the first step that is not done; done ones are not run again', async () => {
    people();
    const job = breaking();
    const { run, click } = await failed(job);
    isBroken = false;

    await retry(click, as('U1'));
    await go(job, run);

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', state: 'ended' });
    expect(shelf.made).toBe(3);
  });

  it('what the clean-up removed is made again', async () => {
    const failing = thingStep(shelf, 'server', {
      settle: async (_ctx, made) => {
        if (isBroken) throw new Error('no valid host');
        return { kind: 'ready', value: made };
      },
    });
    const job = jobOf({ summary: '', risk: 'probe', steps: [thingStep(shelf, 'network'), failing] as readonly Step[] });
    const run = await world.ask();
    people();
    await carry(world.engine(job), run, calm());
    isBroken = false;

    await retry({ run: run.number }, as('U1'));
    await carry(world.engine(job), run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', undone: ['server', 'network'] });
    expect(shelf.made).toBe(4);
    expect(shelf.things.size).toBe(0);
  });

  it('one that has not ended is not tried again', async () => {
    people();
    const { click } = await asking(jobOf(changing()));

    await expect(retry(click, as('U1'))).rejects.toThrow('has not ended');
  });
});

describe('a retry outside the maintenance windows', () => {
  it('is held before its next step, says when the next one opens, and goes on by itself then', async () => {
    people();
    const job = breaking();
    const { run, click } = await failed(job);
    isBroken = false;
    people({ maintenanceWindows: [await closedWindow(world)] });

    const reply = await retry(click, as('U1'));
    await go(job, run);
    const held = await world.view(run);
    people({ maintenanceWindows: [] });
    await go(job, run);

    expect(held).toMatchObject({ state: 'held', freeze: { by: { name: 'the stack file' } } });
    const opens = Date.parse(held.freeze?.until ?? '') / 1000;
    expect(reply).toMatchObject({ text: expect.stringMatching(/No maintenance window is open now/) });
    expect(reply).toMatchObject({ text: expect.stringContaining(`<!date^${opens}^`) });
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
    expect(shelf.made).toBe(3);
  });

  it('is stopped like any other that is held', async () => {
    people();
    const job = breaking();
    const { run, click } = await failed(job);
    people({ maintenanceWindows: [await closedWindow(world)] });
    await retry(click, as('U1'));
    await go(job, run);

    await stop(click, 'after-step', as('U1'));
    await go(job, run);

    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled' });
    expect(await world.gate.queue(world.environment)).toEqual({ inside: undefined, waiting: [] });
    expect(shelf.made).toBe(1);
  });

  it('holds no probe', async () => {
    people({ maintenanceWindows: [await closedWindow(world)] });
    const job = breaking({ risk: 'probe' });
    const run = await world.ask();
    await go(job, run);
    isBroken = false;

    const reply = await retry({ run: run.number }, as('U1'));
    await go(job, run);

    expect(reply).toMatchObject({ text: expect.not.stringContaining('window') });
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
  });
});

describe('a retry meets what a new run meets', () => {
  it('a freeze holds it until it is lifted, and the answer says so', async () => {
    people();
    const job = breaking();
    const { run, click } = await failed(job);
    isBroken = false;
    await freeze(world.stack.environments, { reason: 'disk swap' }, as('U1'));

    const reply = await retry(click, as('U1'));
    await go(job, run);
    const held = await world.view(run);
    await unfreeze(world.stack.environments, as('U1'));
    await go(job, run);

    expect(reply).toMatchObject({ text: expect.stringContaining('disk swap') });
    expect(held).toMatchObject({ state: 'held' });
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
  });

  it('the right to operate now, whatever the person could when it began', async () => {
    people();
    const { run, click } = await failed(breaking());
    people({ people: { view: ['*'], operate: ['U3'], approve: ['U2'] } });

    await expect(retry(click, as('U1'))).rejects.toThrow('may not run things');

    expect(await world.view(run)).toMatchObject({ state: 'ended', round: 0 });
  });

  it('it waits behind those that were approved before it was retried', async () => {
    people();
    const job = breaking();
    const { run, click } = await failed(job);
    const [inside, earlier] = [await world.ask(), await asking(job)];
    await approve(earlier.click, as('U2'));
    await world.gate.enter(inside, { fence: 0, atMs: 0 });
    await new Promise((resolve) => setTimeout(resolve, 5));

    await retry(click, as('U1'));
    await go(job, run);
    await go(job, earlier.run);

    const { waiting } = await world.gate.queue(world.environment);
    expect(waiting.map(({ number }) => number)).toEqual([earlier.run.number, run.number]);
  });
});

describe('a retry under the approval that its run had', () => {
  it('goes on within the time for which that is good', async () => {
    people();
    const job = breaking();
    const { run, click } = await failed(job);
    isBroken = false;
    const before = await world.view(run);

    const reply = await retry(click, as('U1'));
    await go(job, run);

    const after = await world.view(run);
    expect(reply).toMatchObject({ text: expect.not.stringContaining('approval') });
    expect(after).toMatchObject({ outcome: 'succeeded', approval: { askedAt: before.approval?.askedAt } });
  });

  it('asks for it again when that is too old, changes nothing meanwhile, and then makes only the rest', async () => {
    people({ approvalHours: 0 });
    const job = breaking();
    const { run, click } = await failed(job);
    isBroken = false;

    const reply = await retry(click, as('U1'));
    await go(job, run);
    const asked = await world.view(run);
    const made = shelf.made;
    await approve(await clickOn(world, run), as('U2'));
    await go(job, run);

    expect(reply).toMatchObject({ text: expect.stringContaining('asks for approval again') });
    expect(asked).toMatchObject({ state: 'asking', approval: { by: [], digest: click.digest, round: 1, changes: [] } });
    expect(made).toBe(1);
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
    expect(shelf.made).toBe(3);
  });

  it('asks again for a plan that is not the approved one any more, and says what changed', async () => {
    people();
    const { run, click } = await failed(breaking({ judged: ['nova 31'] }));
    isBroken = false;
    await retry(click, as('U1'));

    await go(breaking({ judged: ['nova 32'] }), run);

    const { state, approval } = await world.view(run);
    expect({ state, changes: approval?.changes }).toEqual({ state: 'asking', changes: ['- nova 31', '+ nova 32'] });
    expect(shelf.made).toBe(1);
  });

  it('neither who asked for the run nor who retried it approves', async () => {
    const both = { view: ['*'], operate: ['U1', 'U3'], approve: ['U1', 'U2', 'U3'] };
    people({ approvalHours: 0, people: both });
    const job = breaking();
    const { run, click } = await failed(job);
    await retry(click, as('U3'));
    await go(job, run);
    const again = await clickOn(world, run);

    await expect(approve(again, as('U1'))).rejects.toThrow('somebody else has to');
    await expect(approve(again, as('U3'))).rejects.toThrow('somebody else has to');
    await approve(again, as('U2'));

    expect(await world.view(run)).toMatchObject({ approval: { state: 'approved', by: [{ id: 'U2' }] } });
  });

  it('asks outside of windows and freezes too, with nobody waiting behind it', async () => {
    people({ approvalHours: 0 });
    const job = breaking();
    const { run, click } = await failed(job);
    people({ approvalHours: 0, maintenanceWindows: [await closedWindow(world)] });
    await freeze(world.stack.environments, { reason: 'disk swap' }, as('U1'));

    await retry(click, as('U1'));
    await go(job, run);
    const asked = await world.view(run);
    const queue = await world.gate.queue(world.environment);
    await approve(await clickOn(world, run), as('U2'));
    await go(job, run);

    expect(asked.state).toBe('asking');
    expect(queue).toEqual({ inside: undefined, waiting: [] });
    expect(await world.view(run)).toMatchObject({ state: 'held', freeze: { reason: 'disk swap' } });
    expect(shelf.made).toBe(1);
  });

  it.each([
    ['that nobody answers', { approvalHours: 0, approvalMinutes: 0.0001 }, async () => undefined],
    [
      'that is withdrawn',
      { approvalHours: 0 },
      async (run: RunRef) => void (await stop({ run: run.number }, 'after-step', as('U1'))),
    ],
  ])('an asking %s ends the run, which can be retried, and asks again', async (_what, change, end) => {
    people({ approvalHours: 0 });
    const job = breaking();
    const { run, click } = await failed(job);
    people(change);
    await retry(click, as('U1'));
    await go(job, run);
    await end(run);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await go(job, run);
    const ended = await world.view(run);

    people({ approvalHours: 12 });
    const reply = await retry(click, as('U1'));
    await go(job, run);

    expect(ended).toMatchObject({ state: 'ended', outcome: 'cancelled' });
    expect(reply).toMatchObject({ text: expect.stringContaining('nobody has given') });
    expect(await world.view(run)).toMatchObject({ state: 'asking', round: 2 });
    expect(shelf.made).toBe(1);
  });

  it('stopped before it is asked for, it asks nobody', async () => {
    people({ approvalHours: 0 });
    const job = breaking();
    const { run, click } = await failed(job);
    await retry(click, as('U1'));
    await stop(click, 'after-step', as('U1'));

    await go(job, run);

    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled', approval: { round: 0 } });
    expect(shelf.made).toBe(1);
  });

  it('what the run left before is still listed when it ends without a step', async () => {
    people({ approvalHours: 0 });
    const stuck = thingStep(shelf, 'network', { undo: async () => Promise.reject(new Error('409 in use')) });
    const [, ...others] = breaking().plan({}, {}, world.stack.environments[0] as Environment).steps;
    const job = breaking({ steps: [stuck, ...others] });
    const { run, click } = await failed(job);
    const before = await world.view(run);
    await retry(click, as('U1'));
    await go(job, run);
    await stop(click, 'after-step', as('U1'));

    await go(job, run);

    expect(before.leftovers).toEqual(['409 in use']);
    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled', leftovers: ['409 in use'] });
  });

  it('a denial ends it, and it is not retried', async () => {
    people({ approvalHours: 0 });
    const job = breaking();
    const { run, click } = await failed(job);
    await retry(click, as('U1'));
    await go(job, run);
    await deny({ ...(await clickOn(world, run)), reason: 'not tonight' }, as('U2'));
    await go(job, run);

    await expect(retry(click, as('U1'))).rejects.toThrow('not approved');

    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled' });
    expect(shelf.made).toBe(1);
  });

  it('the newest approval is the one whose age counts', async () => {
    people({ approvalHours: 0 });
    const job = breaking();
    const { run, click } = await failed(job);
    await retry(click, as('U1'));
    await go(job, run);
    await approve(await clickOn(world, run), as('U2'));
    await go(job, run);
    expect(await world.view(run)).toMatchObject({ outcome: 'failed', round: 1 });
    people({ approvalHours: 12 });
    isBroken = false;

    await retry(click, as('U1'));
    await go(job, run);

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', round: 2 });
    expect(shelf.made).toBe(3);
  });
});
