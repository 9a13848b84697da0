import { expect, it } from 'vitest';
import type { RunOutcome } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { status } from '#jobs/status/status.ts';
import { layerOf } from './world.ts';

const environment: Environment = {
  ...{ name: 'lab', channels: [], people: { view: [], operate: [], approve: [] }, theme: 'dark' },
  ...{
    production: false,
    approvalMinutes: 1,
    approvalHours: 12,
    maintenanceWindows: [],
    layers: [layerOf('metal', 'openstack')],
  },
};

it('tells no layer to be well that it has not read', () => {
  const outcome: RunOutcome = {
    ...{ environment, outcome: 'cancelled', leftovers: [], tookMs: 0, endedAt: new Date(0).toISOString() },
    steps: { 'metal/openstack': { status: 'not-run' } },
  };

  const report = status.report({ layer: 'all' }, { layers: ['metal'] }, outcome);

  expect(report).toMatchObject({ health: 'warning', layers: [{ layer: 'metal', health: 'unknown' }] });
});
