import { afterEach, describe, expect, it } from 'vitest';
import type { RunRef } from '#domain/run.ts';
import { allEnded, dice, expectAllWell, IS_PART, pick, postsIn, SEED, until } from './verdict.ts';
import { openWorld, type World } from './world.ts';

const QUICK = { layer: 'metal', depth: 'quick' };
/** Root, summary and picture. */
const POSTS_A_RUN = 3;
const RETRY_AFTER_S = 2;

let world: World;
afterEach(() => world.close());

async function askIn(labs: readonly string[]): Promise<RunRef[]> {
  return Promise.all(labs.map((lab) => world.ask('smoke-test', QUICK, lab)));
}

function rootsOf(runs: readonly RunRef[]): number {
  return postsIn(world).filter(({ part, key }) => part === 'root' && runs.some((run) => run.key === key)).length;
}

function callsOf(method: string, since = 0) {
  return world.workspace.calls.slice(since).filter((call) => call.method === method);
}

/** Has runs shown, one after the other, until Slack was ill so often as it was told to be. */
async function showUntilUsedUp(kind: 'rateLimited' | 'lost'): Promise<RunRef[]> {
  const asked: RunRef[] = [];
  while (Object.values(world.workspace.faults[kind]).some((left) => left > 0)) {
    const [lab = ''] = world.environments;
    const run = await world.ask('smoke-test', QUICK, lab);
    asked.push(run);
    await allEnded(world, [run]);
    await until('Slack to show it', 120_000, async () => (await world.runs.unshown(lab)).length === 0);
  }
  return asked;
}

describe('with a Slack', () => {
  it('that is away runs go on; then each thread shows the latest state, without a flood', async () => {
    world = await openWorld({ environments: 4 });
    await Promise.all([world.services.start('bot'), world.services.start('worker')]);
    const { workspace, environments, cloud } = world;
    const how = pick(dice(), [{ down: true }, { silent: true }]);
    await cloud.faults.set('nova', { slowMs: 300 });
    const before = await askIn(environments);
    await until('the first runs to be shown', 60_000, async () => rootsOf(before) === before.length);

    workspace.faults.set(how);
    await cloud.faults.clear();
    const during: RunRef[] = [];
    for (let count = 0; count < (IS_PART ? 2 : 10); count++) during.push(...(await askIn(environments)));
    await allEnded(world, [...before, ...during]);
    const posts = postsIn(world).length;
    const tries = callsOf('chat.postMessage').length + callsOf('chat.update').length;
    // The publisher goes on to try, and none of it gets through.
    await until('further tries', 60_000, async () => {
      return callsOf('chat.postMessage').length + callsOf('chat.update').length > tries;
    });
    expect(postsIn(world).length).toBe(posts);
    workspace.faults.clear();
    const [callsBefore, returnedAt] = [workspace.calls.length, Date.now()];

    const asked = [...before, ...during];
    await expectAllWell(world, asked);
    const edits = callsOf('chat.update', callsBefore).length;
    expect(postsIn(world).length).toBe(POSTS_A_RUN * asked.length);
    // What was posted before is edited once; what comes now comes as it is now.
    expect(edits).toBeLessThanOrEqual(before.length);
    console.log(
      `chaos: seed ${SEED}: Slack ${JSON.stringify(how)} under ${asked.length} runs, of which ${before.length} were shown ` +
        `before: all ended; then within ${Math.round((Date.now() - returnedAt) / 1000)} s ` +
        `${postsIn(world).length - posts} posts (${POSTS_A_RUN} a run), ${edits} edits, none twice`,
    );
  });

  it('that is slow, loses answers, and refuses for a time: each part is posted once, and its Retry-After is kept', async () => {
    world = await openWorld();
    await Promise.all([world.services.start('bot'), world.services.start('worker')]);
    const { workspace, environments, cloud } = world;
    const random = dice();
    const asked: RunRef[] = [];
    const some = () => 1 + Math.floor(random() * 2);

    // Long enough for a run to be shown under way, and edited.
    await cloud.faults.set('nova', { slowMs: 200 });
    workspace.faults.set({ slowMs: 700 });
    asked.push(...(await askIn(environments)));
    await until('a slow root', 60_000, async () => rootsOf(asked) === asked.length);
    const lost = { 'chat.postMessage': some(), 'chat.update': some(), 'files.completeUploadExternal': some() };
    workspace.faults.set({ slowMs: 0, lost });
    asked.push(...(await showUntilUsedUp('lost')));
    const refused = { 'chat.postMessage': some(), 'chat.update': some() };
    const since = workspace.calls.length;
    workspace.faults.set({ rateLimited: refused, retryAfterSeconds: RETRY_AFTER_S });
    asked.push(...(await showUntilUsedUp('rateLimited')));

    await expectAllWell(world, asked);
    expect(postsIn(world).length).toBe(POSTS_A_RUN * asked.length);
    for (const [method, count] of Object.entries(refused)) {
      const times = callsOf(method, since).map(({ atMs }) => atMs);
      const pauses = times.slice(0, count).map((atMs, index) => (times[index + 1] ?? Infinity) - atMs);
      for (const pause of pauses) expect(pause, method).toBeGreaterThanOrEqual(RETRY_AFTER_S * 1000);
    }
    console.log(
      `chaos: seed ${SEED}: Slack slow, lost ${JSON.stringify(lost)}, 429 ${JSON.stringify(refused)}: ` +
        `${asked.length} runs shown with ${postsIn(world).length} posts, none twice`,
    );
  });
});
