import { afterAll, describe, expect, it } from 'vitest';
import type { RunEventBody } from '#domain/events.ts';
import type { NewSchedule } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import { carryTick } from '#engine/tick.ts';
import { nothing } from '../report/fixtures.ts';
import { until } from '../contract/until.ts';
import { openUp, type Sky, stateOf, statusOf, tickDeps, wanted } from './watching.ts';
import { openWorld, type World } from './world.ts';

const worlds: World[] = [];
afterAll(() => worlds.forEach((world) => world.close()));

async function open(change: Partial<NewSchedule> = {}) {
  const world = await openWorld();
  worlds.push(world);
  openUp(world);
  const sky: Sky = { healths: { metal: 'ok', cluster: 'ok' }, looks: 0 };
  const { schedule } = await world.schedules.add(wanted(world, change));
  const deps = tickDeps(world, statusOf(sky));
  const calm = new AbortController().signal;
  const tick = (atMs: number, signal = calm) => carryTick({ of: schedule, atMs }, deps, signal);
  return { world, sky, schedule, deps, tick, now: () => stateOf(world, schedule) };
}

describe('a tick of a watch', () => {
  it('keeps what it found, and makes no run', async () => {
    const { world, tick, now } = await open();

    await tick(1000);

    expect(await now()).toMatchObject({
      tick: 1000,
      wellInARow: 1,
      incidents: [],
      last: { layers: [{ layer: 'metal', health: 'ok' }, { layer: 'cluster' }] },
    });
    expect(await world.runs.recent(world.environment)).toEqual([]);
    expect((await world.audit.read(world.environment)).records).toEqual([]);
  });

  it('tells of a layer that turned bad with its cause, after a second look', async () => {
    const { sky, tick, now } = await open();
    await tick(1000);
    sky.healths = { metal: 'failure', cluster: 'ok' };

    await tick(2000);
    await tick(3000);

    const { incidents, wellInARow } = await now();
    expect(sky.looks).toBe(4);
    expect(wellInARow).toBe(0);
    expect(incidents).toMatchObject([
      { id: 1, ills: [{ layer: 'metal', what: 'metal broke', cause: 'a cable', advice: 'Plug it in.' }], turns: [] },
    ]);
  });

  it('closes it when the layer is well', async () => {
    const { sky, tick, now } = await open();
    sky.healths = { metal: 'failure', cluster: 'ok' };
    await tick(1000);
    sky.healths = { metal: 'ok', cluster: 'ok' };

    await tick(2000);

    expect((await now()).incidents).toMatchObject([{ turns: [{ kind: 'healed', layers: [{ layer: 'metal' }] }] }]);
  });

  it('does not believe one look alone', async () => {
    const { sky, tick, now, deps } = await open();
    const job = statusOf(sky);
    const flapping = {
      ...job,
      survey: async () => ((sky.healths = { metal: sky.looks === 0 ? 'failure' : 'ok', cluster: 'ok' }), {}),
    };
    Object.assign(deps.engine.jobs, { status: flapping });

    await tick(1000);

    expect(sky.looks).toBe(2);
    expect(await now()).toMatchObject({ incidents: [], last: { layers: [{ health: 'ok' }, { health: 'ok' }] } });
  });

  it('tells nothing of a layer that only the second look found bad', async () => {
    const { sky, tick, now, deps } = await open();
    const job = statusOf(sky);
    const metal = { metal: 'failure', cluster: 'ok' } as const;
    const cluster = { metal: 'ok', cluster: 'failure' } as const;
    const wandering = { ...job, survey: async () => ((sky.healths = sky.looks === 0 ? metal : cluster), {}) };
    Object.assign(deps.engine.jobs, { status: wandering });

    await tick(1000);

    expect(await now()).toMatchObject({ incidents: [], last: { layers: [{ health: 'ok' }, { health: 'failure' }] } });
    await tick(2000);
    expect((await now()).incidents).toMatchObject([{ ills: [{ layer: 'cluster' }] }]);
  });

  it('says of every layer that it could not be read, when nothing could', async () => {
    const { sky, tick, now } = await open();
    sky.broken = new Error('no route to host');

    await tick(1000);
    await tick(2000);

    const { incidents } = await now();
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.ills).toMatchObject([
      { layer: 'metal', health: 'unknown', cause: 'no route to host' },
      { layer: 'cluster', health: 'unknown' },
    ]);
  });

  it('counts once, whoever carries it and how often', async () => {
    const { sky, tick, now } = await open();
    sky.healths = { metal: 'failure', cluster: 'ok' };

    await Promise.all([tick(1000), tick(1000), tick(1000)]);
    await tick(1000);

    expect(await now()).toMatchObject({ tick: 1000, incidents: [{ id: 1 }] });
    expect((await now()).incidents).toHaveLength(1);
  });

  it('is left out while the one before it is still carried', async () => {
    const { world, sky, tick, now, schedule } = await open();
    const untilMs = (await world.gate.nowMs(world.environment)) + 60_000;
    await world.schedules.change(schedule, (one) => ({ ...one, tick: 1000, underWay: { tick: 1000, untilMs } }));

    await tick(2000);

    expect(await now()).toMatchObject({
      tick: 2000,
      skipped: { why: 'the look before it is still under way' },
      underWay: { tick: 1000 },
    });
    expect(sky.looks).toBe(0);
  });

  it('counts for nothing when its worker comes back after a later tick has begun', async () => {
    const { world, sky, tick, now, schedule, deps } = await open();
    const job = statusOf(sky);
    const waking = Promise.withResolvers<object>();
    Object.assign(deps.engine.jobs, {
      status: { ...job, survey: async () => (sky.looks === 0 ? {} : waking.promise) },
    });
    sky.healths = { metal: 'failure', cluster: 'ok' };
    const stale = tick(1000);
    await until(async () => sky.looks === 1);
    await world.schedules.change(schedule, (one) => ({ ...one, tick: 2000, underWay: { tick: 2000, untilMs: 0 } }));

    waking.resolve({});
    await stale;

    expect(await now()).toMatchObject({ incidents: [], underWay: { tick: 2000 } });
    expect((await now()).last).toBeUndefined();
  });

  it('goes on after its worker was killed in the middle of it', async () => {
    const { sky, tick, now, deps } = await open();
    const dying = new AbortController();
    sky.healths = { metal: 'failure', cluster: 'ok' };
    Object.assign(deps, { confirmMs: 60_000 });
    const first = tick(1000, dying.signal).catch((error: unknown) => error);
    await until(async () => sky.looks === 1);
    dying.abort(new Error('killed'));
    await first;
    Object.assign(deps, { confirmMs: 0 });

    await tick(1000);

    expect((await now()).incidents).toHaveLength(1);
    expect((await now()).underWay).toBeUndefined();
  });

  it('tells nothing of what a change breaks and mends, and shows it', async () => {
    const { world, sky, tick, now } = await open();
    const run = await world.ask({ job: 'drill' });
    await world.gate.enter(run, { fence: 0, atMs: 1 });
    sky.healths = { metal: 'failure', cluster: 'ok' };

    await tick(1000);

    expect(await now()).toMatchObject({
      incidents: [],
      last: { changedBy: run.number, layers: [{ health: 'failure' }, {}] },
    });
  });

  it('pauses, once, when whoever asked for it lost the right; and not while a group of theirs has it', async () => {
    const { world, sky, tick, now, schedule } = await open({ groups: ['S0OPS'] });
    const [environment] = world.stack.environments;
    Object.assign(environment ?? {}, { people: { view: [], operate: ['S0OPS'], approve: [] } });
    await tick(1000);
    expect(sky.looks).toBe(1);
    await world.schedules.change(schedule, (one) => ({ ...one, groups: [] }));

    await Promise.all([tick(2000), tick(2000)]);
    await tick(3000);

    expect(await now()).toMatchObject({ paused: { isChannel: false }, tick: 1000 });
    expect(sky.looks).toBe(1);
    const { records } = await world.audit.read(world.environment);
    expect(records.map(({ event }) => event).filter((event) => event.includes('unscheduled'))).toHaveLength(1);
  });
});

describe('a tick of a smoke test', () => {
  const SMOKE = { job: 'smoke-test', input: { layer: 'metal', depth: 'quick' } } as const;
  const layers = [{ layer: 'metal', kind: 'openstack', health: 'ok', summary: '9 of 9 passed' }] as const;
  const passed: RunEventBody = { type: 'ended', outcome: 'succeeded', leftovers: [], report: { ...nothing, layers } };
  const failed: RunEventBody = {
    ...{ type: 'ended', outcome: 'failed', leftovers: [] },
    report: {
      ...nothing,
      layers: [{ ...layers[0], health: 'failure' }],
      troubles: [{ layer: 'metal', health: 'failure', what: 'no valid host' }],
    },
  };

  async function runOf(world: World): Promise<RunRef> {
    return until(async () => (await world.runs.recent(world.environment))[0]);
  }

  async function end(world: World, run: RunRef, event: RunEventBody): Promise<void> {
    const { seq } = await world.view(run);
    await world.journal.append(run, { fence: 0, seq }, [event]);
  }

  it('is a run of the schedule, and what it ended with is what was found', async () => {
    const { world, tick, now, schedule } = await open(SMOKE);

    const first = tick(1000);
    const run = await runOf(world);
    await end(world, run, passed);
    await first;

    expect((await world.view(run)).request).toMatchObject({
      job: 'smoke-test',
      input: SMOKE.input,
      by: { id: 'U1' },
      origin: { kind: 'schedule', schedule: schedule.schedule },
    });
    expect(await now()).toMatchObject({
      wellInARow: 1,
      last: { run: { number: run.number }, layers: [{ health: 'ok' }] },
      incidents: [],
    });
  });

  it('is one run, whoever carries the tick and however often a worker is killed on its way', async () => {
    const { world, tick, now } = await open(SMOKE);
    const dying = new AbortController();
    const killed = tick(1000, dying.signal).catch(() => 'killed');
    const run = await runOf(world);
    dying.abort(new Error('killed'));
    expect(await killed).toBe('killed');

    const others = [tick(1000), tick(1000)];
    await end(world, run, failed);
    await Promise.all(others);

    expect(await world.runs.recent(world.environment)).toHaveLength(1);
    expect(await now()).toMatchObject({
      incidents: [{ id: 1, run: { number: run.number }, ills: [{ what: 'no valid host' }] }],
      wellInARow: 0,
    });
  });

  it('is left out while its last run has not ended; the tick after that one tells of both', async () => {
    const { world, tick, now } = await open(SMOKE);
    const dying = new AbortController();
    const killed = tick(1000, dying.signal).catch(() => 'killed');
    const run = await runOf(world);
    await until(async () => (await now()).underWay?.run);
    dying.abort(new Error('killed'));
    await killed;

    await tick(2000);
    expect(await now()).toMatchObject({ skipped: { why: `run #${run.number} of the tick before it has not ended` } });
    await end(world, run, failed);
    const third = tick(3000);
    await until(async () => (await world.runs.recent(world.environment)).length === 2);
    expect(await now()).toMatchObject({ incidents: [{ run: { number: run.number } }] });
    await end(world, await runOf(world), passed);
    await third;

    expect((await now()).incidents).toMatchObject([{ turns: [{ kind: 'healed' }] }]);
  });

  it.each([
    [
      'the environment is frozen',
      async ({ gate, environment }: World) =>
        gate.freeze(environment, { by: { id: 'U2', name: 'lead' }, reason: 'x', at: '2026-11-23T12:00:00.000Z' }),
      /frozen by lead/,
    ],
    [
      'a run is inside',
      async (world: World) => void (await world.gate.enter(await world.ask({ job: 'drill' }), { fence: 0, atMs: 1 })),
      /run #\d+ changes the environment/,
    ],
  ])('is left out while %s, and never made up for', async (_what, hinder, why) => {
    const { world, tick, now } = await open(SMOKE);
    await hinder(world);

    await tick(1000);

    expect((await now()).skipped?.why).toMatch(why);
    const views = await Promise.all((await world.runs.recent(world.environment)).map((run) => world.view(run)));
    expect(views.filter(({ request }) => request.origin.kind === 'schedule')).toEqual([]);
  });

  it('says nothing of the cloud when a person stopped it', async () => {
    const { world, tick, now } = await open(SMOKE);
    const first = tick(1000);
    const run = await runOf(world);

    await end(world, run, { type: 'ended', outcome: 'cancelled', leftovers: [] });
    await first;

    expect(await now()).toMatchObject({ incidents: [], skipped: { why: `run #${run.number} was cancelled` } });
    expect((await now()).last).toBeUndefined();
  });

  it('is bad news when it failed before it had a layer to tell of', async () => {
    const { world, tick, now } = await open(SMOKE);
    const first = tick(1000);

    await end(world, await runOf(world), {
      type: 'ended',
      outcome: 'failed',
      leftovers: [],
      error: { code: 'REMOTE', message: 'no token' },
    });
    await first;

    expect((await now()).incidents).toMatchObject([
      { ills: [{ layer: 'metal', health: 'failure', what: 'no token' }] },
    ]);
  });
});
