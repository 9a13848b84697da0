import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '#adapters/redis/journal.ts';
import type { RunEvent } from '#domain/events.ts';
import type { RunRef } from '#domain/run.ts';
import { carryThroughDeaths, nextMoment, theRun } from './deaths.ts';
import { deletedServers, everything } from './openstack.ts';
import { cloudLayer, installStrata, type Strata } from './strata.ts';

const NUMBER_OF_STEPS = 15;
const COMMAND = ['smoke-test', 'lab', 'cloud', 'standard'];
const delayMs = (kills: number) => (kills % 3) * 60;

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

  async function expectOneServerAndNothingLeft({ number, key }: RunRef): Promise<void> {
    const made = (await deletedServers('cloud')).filter((name) => name.startsWith(`strata-${number}-${key}-`));
    expect(made).toEqual([`strata-${number}-${key}-server`]);
    expect(await everything('cloud')).toEqual(before);
  }

  it('in every step: another one finishes, one server was made, nothing is left', async () => {
    const isStep = (event: RunEvent) => event.type === 'step-started';

    // Some die before the cloud has heard of the step, others while it works on it.
    const { run, kills, code, events } = await carryThroughDeaths(strata, {
      command: COMMAND,
      isMoment: isStep,
      delayMs,
    });

    expect(kills).toBe(NUMBER_OF_STEPS);
    expect(code).toBe(0);
    expect(events.at(-1)).toMatchObject({ type: 'ended', outcome: 'succeeded', leftovers: [] });
    await expectOneServerAndNothingLeft(run);
  });

  it('in every part of the clean-up: another one finishes it', async () => {
    const isPart = (event: RunEvent) => event.type === 'clean-up-started' || event.type === 'undone';

    const { run, kills, code } = await carryThroughDeaths(strata, { command: COMMAND, isMoment: isPart, delayMs });

    expect(kills).toBeGreaterThan(8);
    expect(code).toBe(0);
    await expectOneServerAndNothingLeft(run);
  });

  it('told to stop by a signal, hands the run over, and the next one ends it', async () => {
    const asking = strata.spawn(['run', ...COMMAND, '--json']);
    const first = await strata.start('worker');
    const run = await theRun(strata);
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
