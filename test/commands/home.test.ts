import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHomes, type ReadHomes } from '#commands/home.ts';
import type { Caller } from '#domain/access.ts';
import type { RunEventBody } from '#domain/events.ts';
import type { Home } from '#domain/home.ts';
import type { NewRun } from '#domain/ports.ts';
import type { Report } from '#domain/report.ts';
import type { RunRef } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { openWorld, type World } from '../engine/world.ts';
import { nothing, statusHealthy, statusTroubled } from '../report/fixtures.ts';
import { watching } from '../chat/readings.ts';
import { layer } from './world.ts';

const OPS = { id: 'C0OPS', name: 'cloud-ops' };
const operator: Caller = { person: { id: 'U0OPERATOR', name: 'operator' }, groups: [], memberOf: [OPS] };
const lead: Caller = { person: { id: 'U0LEAD', name: 'lead' }, groups: [], memberOf: [] };
const guest: Caller = { person: { id: 'U0GUEST', name: 'guest' }, groups: [], memberOf: [OPS] };
const stranger: Caller = { person: { id: 'U0STRANGER', name: 'stranger' }, groups: [], memberOf: [] };
const DIGEST = 'd'.repeat(64);

let world: World;
let twin: string;
let read: ReadHomes;
let reads: number[];
beforeEach(async () => {
  world = await openWorld();
  const [first] = world.stack.environments;
  if (!first) throw new Error('the world has no environment');
  twin = `${first.name}-twin`;
  const layers = [layer('metal'), layer('cluster', 'kubernetes'), layer('cloud')];
  const people = { view: ['*'], operate: [operator.person.id], approve: [lead.person.id] };
  const environments: Environment[] = [
    { ...first, channels: ['#cloud-ops'], people, layers },
    { ...first, name: twin, channels: ['#secret'], people: { view: ['U0LEAD'], operate: [], approve: [] }, layers },
  ];
  reads = [];
  const { runs, journal, gate, schedules } = world;
  const counting: World['journal'] = {
    ...journal,
    async read(ref, after) {
      const events = await journal.read(ref, after);
      reads.push(events.length);
      return events;
    },
  };
  read = openHomes({ stack: { environments, terminal: {} }, runs, journal: counting, gate, schedules });
});
afterEach(() => world.close());

async function homeOf(caller: Caller): Promise<Home> {
  const [home] = await read([{ caller, isSure: true }]);
  if (!home) throw new Error('there is no home');
  return home;
}

async function run(change: Partial<NewRun>, ...events: RunEventBody[]): Promise<RunRef> {
  const made = await world.ask({ by: operator.person, job: 'drill', input: { layer: 'metal' }, ...change });
  if (events.length > 0) await world.journal.append(made, { fence: 0, seq: 1 }, events);
  return made;
}

const ended = (report?: Report): RunEventBody => ({ type: 'ended', outcome: 'succeeded', leftovers: [], report });
const at = (report: Report, time: string): Report => ({ ...report, at: time });

function asked(change: Partial<Extract<RunEventBody, { type: 'asked' }>> = {}): RunEventBody {
  const expiresAt = new Date(Date.now() + 1_800_000).toISOString();
  return {
    ...{ type: 'asked', digest: DIGEST, needs: { others: 1 }, judged: ['do it'], changes: [], expiresAt },
    ...change,
  };
}

const numbers = (views: Home['open']) => views.map(({ request }) => request.number);

describe('what a person sees in App Home', () => {
  it('are the environments that they may look at, and nothing of others', async () => {
    await run({ environment: twin }, asked());

    expect((await homeOf(guest)).environments.map(({ name }) => name)).toEqual([world.environment]);
    expect((await homeOf(lead)).environments.map(({ name }) => name)).toEqual([world.environment, twin]);
    expect(await homeOf(stranger)).toMatchObject({ environments: [], open: [], approvals: [], mine: [], starts: [] });
    expect(JSON.stringify(await homeOf(guest))).not.toContain(twin);
  });

  it('is each layer as the newest status saw it that looked at it, with its worst trouble and its time', async () => {
    await run({ job: 'status' }, ended(at(statusHealthy, '2026-11-25T10:00:00.000Z')));
    const [metal] = statusTroubled.layers;
    const onlyMetal = at({ ...statusTroubled, layers: metal ? [metal] : [] }, '2026-11-25T11:00:00.000Z');
    await run({ job: 'status' }, ended(onlyMetal));
    await run({ job: 'smoke-test' }, ended(at(nothing, '2026-11-25T12:00:00.000Z')));

    const [lab] = (await homeOf(guest)).environments;

    expect(lab?.layers).toEqual([
      {
        ...{ layer: 'metal', kind: 'openstack' },
        last: {
          ...{ health: 'failure', at: '2026-11-25T11:00:00.000Z' },
          summary: statusTroubled.troubles[0]?.what,
        },
      },
      { layer: 'cluster', kind: 'kubernetes', last: undefined },
      {
        ...{ layer: 'cloud', kind: 'openstack' },
        last: { health: 'ok', summary: '4 servers on 2 hypervisors', at: '2026-11-25T10:00:00.000Z' },
      },
    ]);
  });

  it('is each layer as a watch saw it, where that is newer, and never as a scheduled test did', async () => {
    const { environment, schedules } = world;
    await run({ job: 'status' }, ended(at(statusHealthy, '2026-11-25T10:00:00.000Z')));
    const found = async (job: 'status' | 'smoke-test', name: string, time: string) => {
      const { schedule } = await schedules.add({ ...watching, environment, job, input: { layer: name } });
      const ill = { layer: name, health: 'failure', summary: '3 of 4', what: `${name} lost one` } as const;
      await schedules.change(schedule, (one) => ({ ...one, last: { at: time, layers: [ill] } }));
    };
    await found('status', 'cluster', '2026-11-25T11:00:00.000Z');
    await found('status', 'metal', '2026-11-25T09:00:00.000Z');
    await found('smoke-test', 'cloud', '2026-11-25T12:00:00.000Z');

    const [lab] = (await homeOf(guest)).environments;

    expect(lab?.layers.map(({ layer: name, last }) => [name, last?.health, last?.at])).toEqual([
      ['metal', 'ok', '2026-11-25T10:00:00.000Z'],
      ['cluster', 'failure', '2026-11-25T11:00:00.000Z'],
      ['cloud', 'ok', '2026-11-25T10:00:00.000Z'],
    ]);
    expect(lab?.layers[1]?.last?.summary).toBe('cluster lost one');
  });

  it('is the health that somebody asked for privately too, but not that they did', async () => {
    const origin = { kind: 'slack', team: 'T1', channel: 'C0OPS', private: true } as const;
    await run({ job: 'status', origin }, ended(statusHealthy));
    const open = await run({ job: 'status', origin });

    const home = await homeOf(guest);

    expect(home.environments[0]?.layers[0]?.last?.health).toBe('ok');
    expect(home.open).toEqual([]);
    expect(JSON.stringify(home)).not.toContain(operator.person.id);
    expect(numbers((await homeOf(operator)).open)).toEqual([open.number]);
  });

  it('are the runs under way, and their own last five, the newest first', async () => {
    const others = await run({ by: lead.person }, ended());
    const mine: RunRef[] = [];
    for (let count = 0; count < 6; count++) mine.push(await run({}, ended()));
    const [queued, asking] = [await run({}), await run({}, asked())];

    const home = await homeOf(operator);

    expect(numbers(home.open)).toEqual([queued.number, asking.number]);
    expect(numbers(home.mine)).toEqual(
      mine
        .slice(1)
        .map(({ number }) => number)
        .toReversed(),
    );
    expect(numbers((await homeOf(lead)).mine)).toEqual([others.number]);
  });

  it('are the approvals that would count now, and no others', async () => {
    const two = { others: 2 };
    const open = await run({}, asked());
    const typed = await run({}, asked({ needs: { others: 1, typed: 'metal' } }));
    await run({ by: lead.person }, asked());
    await run({}, asked({ expiresAt: new Date(Date.now() - 1000).toISOString() }));
    await run({}, asked({ needs: two }), { type: 'approved', by: lead.person, digest: DIGEST });
    await run({}, asked(), { type: 'denied', by: lead.person, digest: DIGEST, reason: 'no' });

    expect(numbers((await homeOf(lead)).approvals)).toEqual([open.number, typed.number]);
    expect((await homeOf(operator)).approvals).toEqual([]);
    expect((await homeOf(guest)).approvals).toEqual([]);
  });

  it('are the forms of what they may do somewhere', async () => {
    expect((await homeOf(operator)).starts.map(({ command }) => command)).toEqual(
      expect.arrayContaining(['deploy', 'scale-node']),
    );
    expect((await homeOf(guest)).starts.map(({ command }) => command)).not.toContain('deploy');
  });

  it('is who froze an environment', async () => {
    const freeze = { by: operator.person, reason: 'disk swap', at: '2026-11-25T10:00:00.000Z' };
    await world.gate.freeze(world.environment, freeze);

    expect((await homeOf(guest)).environments[0]?.freeze).toMatchObject({ reason: 'disk swap' });
  });

  it('is of one reading for many people, who each see their own', async () => {
    await run({}, asked());
    const before = reads.length;
    await homeOf(lead);
    const alone = reads.length - before;

    const homes = await read([lead, guest, stranger].map((caller) => ({ caller, isSure: true })));

    expect(reads.length - before - alone).toBe(alone);
    expect(homes.map(({ approvals }) => approvals.length)).toEqual([1, 0, 0]);
  });

  it('reads an ended run once, and again when somebody had it go on', async () => {
    const failed = await run({}, { type: 'ended', outcome: 'failed', leftovers: [] });
    await homeOf(operator);
    reads.splice(0);
    await homeOf(operator);
    expect(reads).toEqual([0]);

    await world.journal.append(failed, { fence: 0, seq: 2 }, [{ type: 'retried', by: operator.person }]);

    const home = await homeOf(operator);
    expect(numbers(home.open)).toEqual([failed.number]);
    expect(home.mine).toEqual([]);
  });

  it('stays bounded with hundreds of runs', async () => {
    for (let count = 0; count < 130; count++) await run({ once: randomUUID() });

    const home = await homeOf(operator);

    expect(home.open.length).toBeLessThanOrEqual(150);
    expect(home.open.length).toBeGreaterThanOrEqual(100);
  });
});
