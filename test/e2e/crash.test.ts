import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import type { RunEvent } from '#domain/events.ts';
import type { RunRef } from '#domain/run.ts';
import { deletedServers, everything } from './openstack.ts';
import { cloudLayer, installStrata, type Strata } from './strata.ts';

const NUMBER_OF_STEPS = 15;

describe('kill -9 of the worker that carries a smoke test, on a real OpenStack', () => {
  let strata: Strata;
  let before: Awaited<ReturnType<typeof everything>>;

  beforeAll(async () => {
    before = await everything('cloud');
  });
  beforeEach(async () => {
    strata = await installStrata({ database: 3, layers: [cloudLayer()] });
    return () => strata.close();
  });
  afterAll(() => strata.close());

  /** Carries one run with worker after worker; each is killed at the next moment of a kind that none was killed at. */
  async function carryThroughDeaths(isMoment: (event: RunEvent) => boolean, delayMs: (kills: number) => number) {
    const asking = strata.spawn(['run', 'smoke-test', 'lab', 'cloud', 'standard', '--json']);
    const journal = openJournal(strata.redis);
    const run = await theRun();
    const killedAt = new Set<string>();
    for (;;) {
      const worker = await strata.start('worker');
      const moment = await nextMoment(async () => {
        const events = await journal.read(run);
        if (events.at(-1)?.type === 'ended') return 'ended';
        return events
          .filter(isMoment)
          .map(nameOf)
          .find((name) => !killedAt.has(name));
      });
      if (moment !== 'ended') await sleep(delayMs(killedAt.size));
      await worker.end('SIGKILL');
      if (moment === 'ended') break;
      killedAt.add(moment);
    }
    if (asking.exitCode === null) await once(asking, 'exit');
    return { run, kills: killedAt.size, code: asking.exitCode, events: await journal.read(run) };
  }

  async function theRun(): Promise<RunRef> {
    const runs = openRuns(strata.redis, { environments: ['lab'], subscriber: () => strata.redis, advice: '' });
    return nextMoment(async () => (await runs.open('lab'))[0]);
  }

  async function expectOneServerAndNothingLeft({ number, key }: RunRef): Promise<void> {
    const made = (await deletedServers('cloud')).filter((name) => name.startsWith(`strata-${number}-${key}-`));
    expect(made).toEqual([`strata-${number}-${key}-server`]);
    expect(await everything('cloud')).toEqual(before);
  }

  it('in every step: another one finishes, one server was made, nothing is left', async () => {
    const isStep = (event: RunEvent) => event.type === 'step-started';

    // Some die before the cloud has heard of the step, others while it works on it.
    const { run, kills, code, events } = await carryThroughDeaths(isStep, (count) => (count % 3) * 60);

    expect(kills).toBe(NUMBER_OF_STEPS);
    expect(code).toBe(0);
    expect(events.at(-1)).toMatchObject({ type: 'ended', outcome: 'succeeded', leftovers: [] });
    await expectOneServerAndNothingLeft(run);
  });

  it('in every part of the clean-up: another one finishes it', async () => {
    const isPart = (event: RunEvent) => event.type === 'clean-up-started' || event.type === 'undone';

    const { run, kills, code } = await carryThroughDeaths(isPart, (count) => (count % 3) * 60);

    expect(kills).toBeGreaterThan(8);
    expect(code).toBe(0);
    await expectOneServerAndNothingLeft(run);
  });

  it('told to stop by a signal, hands the run over, and the next one ends it', async () => {
    const asking = strata.spawn(['run', 'smoke-test', 'lab', 'cloud', 'standard', '--json']);
    const first = await strata.start('worker');
    const run = await theRun();
    const journal = openJournal(strata.redis);
    await nextMoment(async () =>
      (await journal.read(run)).find((event) => event.type === 'step-started' && event.stepId === 'cloud/server'),
    );

    await first.end('SIGTERM');
    await strata.start('worker');
    await once(asking, 'exit');

    const events = await journal.read(run);
    expect(events.map(({ type }) => type)).toContain('handed-over');
    expect(asking.exitCode).toBe(0);
    await expectOneServerAndNothingLeft(run);
  });
});

/** Looks every few milliseconds until there is something. */
async function nextMoment<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(10);
  }
}

function nameOf(event: RunEvent): string {
  return 'stepId' in event ? `${event.type} ${event.stepId}` : event.type;
}
