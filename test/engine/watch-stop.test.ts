import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawnCommand } from '#adapters/reach/spawn.ts';
import type { Job, RunRef, Step } from '#domain/run.ts';
import { carry } from '#engine/carry.ts';
import { jobOf, Shelf, thingStep } from './job.ts';
import { calm, openWorld, type World } from './world.ts';

let world: World;
let shelf: Shelf;
beforeEach(async () => {
  world = await openWorld();
  shelf = new Shelf();
});
afterEach(() => world.close());

async function stopNow(run: RunRef): Promise<void> {
  await world.gate.stop(run, { by: { id: 'U1', name: 'operator' }, stop: 'now' });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie has ended; only its parent has not looked.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** A tool with a child of its own; neither listens to SIGTERM. */
function stubbornTool(): { readonly path: string; pids(): number[] } {
  const path = join(mkdtempSync(join(tmpdir(), 'strata-stop-')), 'tool');
  const child = 'sh -c \'trap "" TERM; sleep 600; sleep 600\'';
  writeFileSync(path, `#!/bin/sh\ntrap "" TERM\n${child} &\necho "$$ $!" > "${path}.pids"\nwait; wait; sleep 600\n`, {
    mode: 0o755,
  });
  return {
    path,
    pids() {
      try {
        return readFileSync(`${path}.pids`, 'utf8').trim().split(' ').map(Number);
      } catch {
        return [];
      }
    },
  };
}

type Busy = { readonly what: string; readonly settle: Step<string>['settle']; isUnderWay(): boolean };

describe('stop now', () => {
  it('ends a tool and its children that do not listen, cleans up, and frees the run', async () => {
    const tool = stubbornTool();
    const running = thingStep(shelf, 'playbook', {
      timeoutMs: 600_000,
      settle: async (ctx, made) => {
        await spawnCommand([tool.path], ctx.signal);
        return { kind: 'ready', value: made };
      },
    });
    const run = await world.ask();
    const job = jobOf({ summary: '', risk: 'probe', steps: [running] as readonly Step[] });
    const carrying = carry(world.engine(job), run, calm());
    await expect.poll(() => tool.pids().filter(isAlive), { timeout: 10_000 }).toHaveLength(2);

    await stopNow(run);
    await carrying;

    // The end of the run is told only when nothing of it is left.
    expect(tool.pids().filter(isAlive)).toEqual([]);
    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled', undone: ['playbook'], stop: { stop: 'now' } });
    expect(await world.runs.isHeld(run)).toBe(false);
    expect(shelf.things.size).toBe(0);
  });

  it.each<[what: string, make: () => Promise<Busy>]>([
    [
      'a call that is never answered',
      async () => {
        let calls = 0;
        const silent = createServer(() => (calls += 1)).listen(0, '127.0.0.1');
        await new Promise((resolve) => silent.once('listening', resolve));
        silent.unref();
        const { port } = silent.address() as AddressInfo;
        return {
          what: 'call',
          settle: async (ctx, made) => {
            await fetch(`http://127.0.0.1:${port}`, { signal: ctx.signal });
            return { kind: 'ready', value: made };
          },
          isUnderWay: () => calls > 0,
        };
      },
    ],
    [
      'a long sleep',
      async () => {
        let isAsleep = false;
        return {
          what: 'sleep',
          settle: async (ctx, made) => {
            isAsleep = true;
            await sleep(600_000, undefined, { signal: ctx.signal });
            return { kind: 'ready', value: made };
          },
          isUnderWay: () => isAsleep,
        };
      },
    ],
    [
      'the wait between two looks',
      async () => {
        let looks = 0;
        return {
          what: 'wait',
          settle: async () => {
            looks += 1;
            return { kind: 'wait', afterMs: 600_000, why: 'BUILD' };
          },
          isUnderWay: () => looks > 0,
        };
      },
    ],
  ])('ends %s', async (_what, make) => {
    const busy = await make();
    const step = thingStep(shelf, 'server', { timeoutMs: 600_000, settle: busy.settle });
    const run = await world.ask();
    const job = jobOf({ summary: '', risk: 'probe', steps: [step] as readonly Step[] });
    const carrying = carry(world.engine(job), run, calm());
    await expect.poll(() => busy.isUnderWay()).toBe(true);

    await stopNow(run);
    await carrying;

    const view = await world.view(run);
    expect(view).toMatchObject({ outcome: 'cancelled', undone: ['server'] });
    expect(view.steps[0]).toMatchObject({ status: 'failed', detail: 'stopped by operator' });
    expect(shelf.things.size).toBe(0);
  });

  it('ends a survey that never comes to its end; nothing was begun', async () => {
    let isLooking = false;
    const job: Job = {
      ...jobOf({ summary: '', risk: 'probe', steps: [thingStep(shelf, 'server')] as readonly Step[] }),
      async survey(_input, { signal }) {
        isLooking = true;
        await sleep(600_000, undefined, { signal });
        return {};
      },
    };
    const run = await world.ask();
    const carrying = carry(world.engine(job), run, calm());
    await expect.poll(() => isLooking).toBe(true);

    await stopNow(run);
    await carrying;

    expect(await world.view(run)).toMatchObject({ outcome: 'cancelled', steps: [], stop: { by: { id: 'U1' } } });
    expect(shelf.made).toBe(0);
  });
});
