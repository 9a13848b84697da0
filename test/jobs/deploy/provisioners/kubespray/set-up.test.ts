import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kubernetes } from '#domain/kubernetes.ts';
import type { SurveyContext } from '#domain/run.ts';
import { readSetUp } from '#jobs/deploy/provisioners/kubespray/set-up.ts';
import { openWorld, type World } from '../../../../sandbox/kubernetes/world.ts';

let world: World;
let cluster: Kubernetes;
beforeEach(async () => {
  world = await openWorld();
  cluster = world.open();
});
afterEach(() => world.close());

const read = () => {
  const ports = { kubernetes: () => cluster };
  return readSetUp({ name: 'cluster' }, { ports, signal: AbortSignal.timeout(60_000) } as unknown as SurveyContext);
};

describe('what a cluster was set up from', () => {
  it('is nothing where nobody answers, with why', async () => {
    await world.simulated.close();

    expect(await read()).toMatchObject({ isThere: false, isReady: false, unread: { sign: 'silent' } });
  });

  it('is not told by one in trouble', async () => {
    world.simulated.store.faults.add('apiBroken');

    expect(await read()).toMatchObject({ isThere: false, unread: { sign: 'ill' } });
  });

  it('is not told by one that refuses us: it is there, and would be set up a second time', async () => {
    world.simulated.store.faults.add('forbidden');

    await expect(read()).rejects.toMatchObject({
      message: expect.stringMatching(/^planning "cluster": whether it is there cannot be told: .*403/) as string,
      advice: expect.stringContaining('role binding') as string,
    });
  });
});
