import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Panel, startPanel } from '../../../sandbox/panel/panel.ts';
import { createClock } from '../../../sandbox/story/clock.ts';

describe('the cloud panel', () => {
  let panel: Panel;
  const calls: string[] = [];
  let isGone = false;
  const trouble = (id: string) => ({
    ...{ id, layer: 'metal', title: `${id} dies`, about: 'It is gone.' },
    set: (on: boolean) => void calls.push(`${id} ${on ? 'on' : 'off'}`),
  });

  beforeEach(async () => {
    const layers = [{ name: 'metal', about: 'OpenStack' }];
    panel = await startPanel({ layers, troubles: [{ ...trouble('node'), isOver: () => isGone }, trouble('disk')] });
    calls.length = 0;
    isGone = false;
    return () => panel.close();
  });
  afterEach(() => calls.splice(0));

  const post = (body: object, type = 'application/json') =>
    fetch(`${panel.url}/set`, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });
  const states = async () => {
    const { troubles } = (await (await fetch(`${panel.url}/state`)).json()) as {
      troubles: { id: string; on: boolean }[];
    };
    return Object.fromEntries(troubles.map(({ id, on }) => [id, on]));
  };

  it('switches one trouble on and off, and knows which are on', async () => {
    await post({ id: 'node', on: true });
    expect(await states()).toEqual({ node: true, disk: false });
    await post({ id: 'node', on: false });

    expect(await states()).toEqual({ node: false, disk: false });
    expect(calls).toEqual(['node on', 'node off']);
  });

  it('has a clock, and refuses a speed that it does not have', async () => {
    const timing = { build: 3000, token: 60_000 };
    const told: number[] = [];
    const clock = createClock([timing], (factor) => void told.push(factor));
    await panel.close();
    panel = await startPanel({ layers: [], troubles: [], clock });
    const fast = (await (await post({ speed: '10×' })).json()) as { clock: { speed: string } };
    const refused = await post({ speed: '7×' });

    expect(fast.clock.speed).toBe('10×');
    expect(timing).toEqual({ build: 300, token: 60_000 });
    expect(told).toEqual([0.1]);
    expect(refused.status).toBe(400);
  });

  it('mends all that are on', async () => {
    await post({ id: 'node', on: true });
    await post({ id: 'disk', on: true });
    await post({ id: '*', on: false });

    expect(await states()).toEqual({ node: false, disk: false });
    expect(calls).toEqual(['node on', 'disk on', 'node off', 'disk off']);
  });

  it('has a trouble off that can happen no more, and neither mends it nor lets it happen', async () => {
    await post({ id: 'node', on: true });
    isGone = true;
    const seen = await states();
    await post({ id: '*', on: false });

    expect(seen).toEqual({ node: false, disk: false });
    expect((await post({ id: 'node', on: true })).status).toBe(400);
    expect(calls).toEqual(['node on']);
  });

  it('takes nothing from a form of another site, and no trouble that there is not', async () => {
    expect((await post({ id: 'node', on: true }, 'text/plain')).status).toBe(400);
    expect((await post({ id: 'flood', on: true })).status).toBe(400);
    expect((await fetch(`${panel.url}/../panel.ts`)).status).toBe(404);

    expect(calls).toEqual([]);
  });
});
