import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StepContext } from '#domain/run.ts';
import { emptySteps } from '#jobs/scale-node/nested/leave.ts';
import { reopenStep } from '#jobs/scale-node/nested/reopen.ts';
import { type Lab, openLab } from './guards/world.ts';

let lab: Lab;
let ctx: StepContext;
beforeEach(async () => {
  lab = await openLab();
  ctx = { ...lab.source, run: { number: 12, key: 'k', environment: 'lab' } } as unknown as StepContext;
});
afterEach(() => lab.close());

const COMPUTE = { layer: 'cloud', namespace: 'openstack', host: 'node-3', labels: [] };

async function serviceOf(host: string) {
  const services = await lab.cloud.open().compute.services();
  return services.find((service) => service.binary === 'nova-compute' && service.host === host);
}

async function disable(): Promise<void> {
  const [step] = emptySteps({ layer: 'cluster', node: 'node-3', mode: 'remove' }, COMPUTE);
  await step?.act(ctx);
}

it('an uncordon enables the compute service that a removal has disabled', async () => {
  await disable();
  const before = await serviceOf('node-3');

  const count = await reopenStep('cloud', 'node-3').act(ctx);

  expect(before).toMatchObject({ status: 'disabled', disabledReason: 'strata #12 removes node-3' });
  expect(count).toBe(1);
  expect(await serviceOf('node-3')).toMatchObject({ status: 'enabled' });
});

it('leaves disabled what somebody else has disabled, also when a removal came after', async () => {
  const { compute } = lab.cloud.open();
  await compute.setService((await serviceOf('node-3'))?.id ?? '', { status: 'disabled', reason: 'bad memory' });
  await disable();

  const count = await reopenStep('cloud', 'node-3').act(ctx);

  expect(count).toBe(0);
  expect(await serviceOf('node-3')).toMatchObject({ status: 'disabled', disabledReason: 'bad memory' });
});
