import type { Caller } from '#domain/access.ts';
import { type Click, type CommandRequest, isMeant, type Reply } from '#domain/command.ts';
import { BusyError, InputError, LeaseLostError } from '#domain/errors.ts';
import type { Resolution, RunEventBody, Stop } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';
import { dateOf, escapeName, mention } from '#domain/mrkdwn.ts';
import { redact } from '#domain/redact.ts';
import type { RunRef } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { words as say } from '#words/decisions.ts';
import type { CommandDeps } from './spec.ts';
import { requireRight } from './target.ts';

/** Somebody who decides about a run. */
export type Decider = {
  readonly caller: Caller;
  readonly groupsUnknown?: boolean | undefined;
  readonly deps: CommandDeps;
  /** Where they are when they come through no channel, and what their key signs. */
  readonly terminal?: { readonly host: string; readonly sign?: CommandRequest['sign'] } | undefined;
};

/** How often a decision is judged anew when another was written in between. */
const TRIES = 8;

/** A run as it stands. */
export type Seen = { readonly run: RunRef; readonly environment: Environment; readonly view: RunView };

/** @throws InputError for a run that never was, PolicyError for one of an environment that is not the caller's */
export async function look(click: Click, { deps, ...decider }: Decider): Promise<Seen> {
  const run = await deps.runs.get(click.run);
  const environment = deps.stack.environments.find(({ name }) => name === run?.environment);
  if (!run || !environment) throw new InputError(say.noRun(click.run));
  requireRight('view', environment, decider);
  const view = isMeant(click, run) ? fold(await deps.journal.read(run)) : undefined;
  if (!view) throw new InputError(say.noRun(click.run));
  return { run, environment, view };
}

type Judge = (seen: Seen) => Promise<RunEventBody>;

/**
 * Writes one event about a run that no worker carries, judged on the newest view: whoever decides in the same moment is
 * judged after it. Then has a worker go on with the run.
 * @throws PolicyError, InputError from `judge`; BusyError when a worker holds the run all the while
 */
export async function decide(click: Click, decider: Decider, judge: Judge): Promise<RunView> {
  const { deps } = decider;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const seen = await look(click, decider);
    const { run, view } = seen;
    const event = await judge(seen);
    try {
      const { seq } = await deps.journal.append(run, { fence: 0, seq: view.seq }, [event]);
      // Should this fail, the workers' sweep finds the run.
      await deps.wake(run, seq).catch(() => undefined);
      return fold(await deps.journal.read(run)) ?? view;
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 100));
    }
  }
  throw new BusyError(say.busy(click.run), { advice: say.busyAdvice });
}

/** Has the run stop: at the next step boundary, or at once. */
export async function stop(click: Click, how: Stop, decider: Decider): Promise<Reply> {
  const { caller, deps } = decider;
  const { run, environment, view } = await look(click, decider);
  if (view.state === 'ended') throw new InputError(say.hasEnded(click.run));
  if (caller.person.id !== view.request.by.id) requireRight('operate', environment, decider);
  await deps.gate.stop(run, { by: caller.person, stop: how });
  await deps.wake(run, view.seq).catch(() => undefined);
  return text(say.stopping(click.run, how));
}

/** Says of the step in doubt whether it was done. */
export async function resolveDoubt(click: Click, as: Resolution, decider: Decider): Promise<Reply> {
  const { caller } = decider;
  let title = '';
  await decide(click, decider, async ({ view: { state, doubt, steps }, environment }) => {
    requireRight('operate', environment, decider);
    if (state !== 'doubt' || !doubt) throw new InputError(say.noDoubt(click.run));
    title = steps.find(({ id }) => id === doubt.stepId)?.title ?? doubt.stepId;
    if (as === 'done' && !doubt.canBeDone) throw new InputError(say.cannotBeDone(title));
    return { type: 'resolved', by: caller.person, stepId: doubt.stepId, as };
  });
  return text(say.resolved(click.run, escapeName(title), as));
}

/** Has the caller hear privately when the run goes on. */
export async function tell(click: Click, decider: Decider): Promise<Reply> {
  await decide(click, decider, async ({ view: { state } }) => {
    if (!['asking', 'waiting', 'held'].includes(state)) throw new InputError(say.notWaiting(click.run));
    return { type: 'tell-asked', by: decider.caller.person };
  });
  return text(say.willTell(click.run));
}

/** Closes environments: what changes or probes them stops before its next step and waits. */
export async function freeze(
  environments: readonly Environment[],
  { reason, until }: { readonly reason: string; readonly until?: string | undefined },
  { caller, deps }: Decider,
): Promise<Reply> {
  for (const { name } of environments) {
    const at = new Date(await deps.gate.nowMs(name)).toISOString();
    const frozen = { by: caller.person, reason: redact(reason), at, until };
    await deps.gate.freeze(name, frozen);
    await deps.audit.record(name, { type: 'frozen', freeze: frozen });
  }
  return text(
    say.frozen(
      environments.map(({ name }) => escapeName(name)),
      mention(caller.person.id),
      until === undefined ? undefined : dateOf(until),
    ),
  );
}

/** Opens them again; whatever was held goes on. */
export async function unfreeze(environments: readonly Environment[], { caller, deps }: Decider): Promise<Reply> {
  const opened: string[] = [];
  for (const { name } of environments) {
    if (await deps.gate.unfreeze(name)) {
      opened.push(escapeName(name));
      await deps.audit.record(name, { type: 'unfrozen', by: caller.person });
    }
    for (const run of await deps.runs.open(name)) {
      const view = fold(await deps.journal.read(run));
      if (view?.state === 'held') await deps.wake(run, view.seq).catch(() => undefined);
    }
  }
  return text(opened.length === 0 ? say.notFrozen : say.opened(opened));
}

function text(answer: string): Reply {
  return { kind: 'text', text: answer };
}
