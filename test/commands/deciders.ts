import type { Decider } from '#commands/decisions.ts';
import type { Job, Plan, RunRef, Step } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { DAYS, type Window } from '#domain/window.ts';
import { carry } from '#engine/carry.ts';
import { type Shelf, thingStep } from '../engine/job.ts';
import { calm, type World } from '../engine/world.ts';

/** A step that makes what stays. */
export function lastingStep(shelf: Shelf, id: string, change: Partial<Step<string>> = {}): Step<string> {
  const { undo: _, ...step } = thingStep(shelf, id);
  return { ...step, ...change };
}

/** A plan that changes something: three things, unless it is told otherwise. */
export function changingPlan(shelf: Shelf, change: Partial<Plan> = {}): Plan {
  const steps = ['network', 'server', 'volume'].map((id) => lastingStep(shelf, id)) as readonly Step[];
  return { summary: 'three things', risk: 'change', steps, ...change };
}

/** U1 operates, U1 to U3 approve. */
export function setPeople({ stack }: World, change: Partial<Environment> = {}): void {
  const [environment] = stack.environments;
  const people = { view: ['*'], operate: ['U1'], approve: ['U1', 'U2', 'U3'] };
  Object.assign(environment ?? {}, { people, ...change });
}

export function deciderOf(world: World, id: string): Decider {
  const { stack, runs, journal, gate, audit, artifacts, schedules } = world;
  const dispatcher = { dispatch: () => Promise.reject(new Error('not here')) };
  const idle = { wake: async () => undefined, keepTicking: async () => undefined, habits: world.habits };
  return {
    caller: { person: { id, name: id.toLowerCase() }, groups: [], channel: { id: 'C0OPS', name: 'ops' } },
    deps: { stack, runs, journal, gate, audit, artifacts, schedules, dispatcher, ...idle },
  };
}

export type Asking = {
  readonly run: RunRef;
  readonly click: { readonly run: number; readonly key: string; readonly digest: string };
};

/** A run that was carried to where it asks for approval. */
export async function askIn(world: World, job: Job): Promise<Asking> {
  const run = await world.ask();
  await carry(world.engine(job), run, calm());
  return { run, click: await clickOn(world, run) };
}

/** What a button of the run carries as it is now. */
export async function clickOn(world: World, run: RunRef): Promise<Asking['click']> {
  const { approval } = await world.view(run);
  return { run: run.number, key: run.key, digest: approval?.digest ?? '' };
}

/** A maintenance window that is closed for two days from now, by the clock of Redis. */
export async function closedWindow({ gate, environment }: World): Promise<Window> {
  const today = new Date(await gate.nowMs(environment)).getUTCDay();
  return { days: [DAYS[(today + 3) % 7] ?? 'sun'], from: '00:00', to: '00:01', timeZone: 'UTC' };
}
