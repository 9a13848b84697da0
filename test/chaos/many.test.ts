import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunRef } from '#domain/run.ts';
import { approveAll } from './approve.ts';
import {
  allEnded,
  dice,
  expectAllWell,
  expectSucceeded,
  IS_PART,
  pick,
  postsIn,
  SEED,
  until,
  viewOf,
} from './verdict.ts';
import { openWorld, type World } from './world.ts';

const ROUNDS = IS_PART ? 7 : 60;
const COMMANDS = [
  (lab: string) => `/strata smoke-test ${lab} metal standard`,
  (lab: string) => `/strata smoke-test ${lab} metal quick`,
  (lab: string) => `/strata status ${lab}`,
  (lab: string) => `/strata drill ${lab} change --seconds 0`,
  (lab: string) => `/strata drill ${lab} destroy --seconds 0`,
];
/** A service dies at some moment within so long after a command was typed. */
const LATEST_KILL_MS = 400;

let world: World;
afterEach(() => world.close());

async function everyRun(): Promise<RunRef[]> {
  return (await Promise.all(world.environments.map((name) => world.runs.recent(name, 10_000)))).flat();
}

describe('two bots and three workers behave as one', () => {
  it('while any of them dies: a command makes one run, a run has one thread', async () => {
    world = await openWorld({ environments: 4 });
    const { services, workspace, environments } = world;
    const names = ['bot', 'bot', 'worker', 'worker', 'worker'] as const;
    await Promise.all(names.map((name) => services.start(name)));
    const stopApproving = approveAll(world);
    const random = dice();
    const operator = workspace.as('operator');
    const numbers: number[] = [];
    const killed = { bot: 0, worker: 0 };
    let [doubled, unanswered] = [0, 0];

    for (let round = 0; round < ROUNDS; round++) {
      const lab = pick(random, environments);
      const isDoubled = random() < 0.3;
      if (isDoubled) workspace.faults.set({ duplicates: 1 });
      const typing = operator.type(pick(random, COMMANDS)(lab), { channel: lab });
      const victim = pick(random, [...services.running]);
      await sleep(random() * LATEST_KILL_MS);
      await services.replace(victim);
      killed[victim.name] += 1;
      const answer = await typing;
      const number = answer.ok
        ? /Run #(\d+)|run #(\d+)/.exec(String(answer.payload['text']))?.slice(1).find(Boolean)
        : '';
      if (number) numbers.push(Number(number));
      else unanswered += 1;
      doubled += isDoubled ? 1 : 0;
    }
    await allEnded(world, await everyRun());
    await stopApproving();

    const runs = await everyRun();
    // A bot that dies before its answer may have made the run, or not.
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.filter((number) => !runs.some((run) => run.number === number))).toEqual([]);
    expect(runs.length - numbers.length).toBeLessThanOrEqual(unanswered);
    const heard = environments.flatMap((name) => workspace.channel(name).messages).filter(isAnswerToCommand);
    expect(heard.length).toBe(ROUNDS);
    await expectSucceeded(world, runs);
    await expectAllWell(world, runs);
    console.log(
      `chaos: seed ${SEED}: ${ROUNDS} commands (${doubled} delivered twice, ${unanswered} without an answer as their bot ` +
        `died), ${killed.bot} bots and ${killed.worker} workers killed: ${runs.length} runs succeeded, ` +
        `${world.cloud.made.size} things made once each, ${postsIn(world).length} posts, none twice, 0 left`,
    );
  });

  it('when the bot that publishes dies in the middle of a run, the other goes on in the same thread', async () => {
    world = await openWorld({ environments: 2 });
    const { services, cloud, environments } = world;
    await services.start('worker');
    const first = await services.start('bot');
    // The first holds the right to publish when the second comes.
    await until('a publisher', 30_000, async () => world.redis.exists('strata:hold:publisher'));
    await services.start('bot');
    await cloud.faults.set('nova', { slowMs: 500 });
    const runs = await Promise.all(
      environments.map((lab) => world.ask('smoke-test', { layer: 'metal', depth: 'standard' }, lab)),
    );
    await until('the threads', 60_000, async () => postsIn(world).length >= runs.length);
    const states = await Promise.all(runs.map(async (run) => (await viewOf(world, run)).state));

    await first.signal('SIGKILL');
    const posts = postsIn(world).length;
    await cloud.faults.clear();
    await allEnded(world, runs);

    expect(states).not.toContain('ended');
    await expectAllWell(world, runs);
    console.log(
      `chaos: seed ${SEED}: the publishing bot killed under ${runs.length} runs after ${posts} posts: the other made the ` +
        `remaining ${postsIn(world).length - posts}, none twice`,
    );
  });
});

/** What one member alone sees: the answer to a command, or Slack's own word that there was none; not one to a click. */
function isAnswerToCommand({ visible_to: only, text }: { visible_to?: string; text: string }): boolean {
  return only === 'U0OPERATOR' && (/#\d+/.test(text) || text.startsWith('/strata failed'));
}
