import { setTimeout as sleep } from 'node:timers/promises';
import { DeadlineError } from '#domain/errors.ts';
import type { RunEventBody } from '#domain/events.ts';
import type { StepView } from '#domain/fold.ts';
import type { Plan, Step, StepContext, Wait } from '#domain/run.ts';
import { words } from '#words/engine.ts';
import { again, isAmbiguous } from './again.ts';
import { type Carried, contextOf } from './context.ts';

/** How often, and after how long, we look whether an ambiguous create took effect after all. */
const LOOK_AGAIN_MS = [500, 1000, 2000];

/**
 * Brings one step to its end, whatever an earlier attempt did of it: a step whose row is in the journal is left alone;
 * one that had begun is looked for before anything is made; only a step nobody ever began acts at once, because the
 * run's random key cannot stand on anything yet.
 * @throws whatever the step throws, DeadlineError when it takes longer than `timeoutMs`, ShutdownError between two looks
 */
export async function runStep(step: Step, before: StepView, carried: Carried & Pick<Plan, 'risk'>): Promise<void> {
  const { recorder, values } = carried;
  if (before.status === 'done' || before.status === 'skipped') return;
  if (step.skip !== undefined) return recorder.soon({ type: 'step-skipped', stepId: step.id, why: step.skip });
  carried.stopping.throwIfAborted();
  const startedAt = performance.now();
  const begun: RunEventBody = { type: 'step-started', stepId: step.id };
  // What only looks may be begun again by one who does not know of it.
  if (carried.risk === 'read') recorder.soon(begun);
  else await recorder.record(begun);
  const deadline = AbortSignal.timeout(step.timeoutMs);
  const ctx = contextOf(carried, step, AbortSignal.any([carried.signal, deadline]));
  let last: Wait | undefined;
  try {
    const found = before.status === 'pending' ? undefined : await step.find(ctx);
    if (found === undefined && carried.risk !== 'read') await recorder.holding();
    const made = found ?? (await actOnce(step, ctx));
    for (;;) {
      const next = await again(() => step.settle(ctx, made), ctx.signal);
      if (next.kind === 'skip') return recorder.soon({ type: 'step-skipped', stepId: step.id, why: next.why });
      if (next.kind === 'ready') {
        values.set(step.id, next.value);
        const tookMs = Math.round(performance.now() - startedAt);
        const { value, detail } = next;
        return recorder.soon({
          type: 'step-done',
          stepId: step.id,
          value,
          detail,
          found: found !== undefined,
          tookMs,
        });
      }
      last = next;
      recorder.note(step.id, next.why);
      await sleep(next.afterMs, undefined, { signal: AbortSignal.any([ctx.signal, carried.stopping]) });
    }
  } catch (error) {
    carried.signal.throwIfAborted();
    if (error instanceof Error && error.name === 'AbortError' && carried.stopping.aborted)
      throw carried.stopping.reason;
    if (!deadline.aborted) throw error;
    throw new DeadlineError(words.notInTime(step.title, step.timeoutMs / 1000, last?.why), {
      cause: error,
      advice: last?.advice ?? words.deadlineAdvice,
    });
  }
}

/** Acts; when the answer leaves open whether it took effect, looks for it instead of acting again. */
async function actOnce(step: Step, ctx: StepContext): Promise<unknown> {
  try {
    return await step.act(ctx);
  } catch (error) {
    if (!isAmbiguous(error) || ctx.signal.aborted) throw error;
    for (const afterMs of LOOK_AGAIN_MS) {
      await sleep(afterMs, undefined, { signal: ctx.signal });
      const found = await step.find(ctx);
      if (found !== undefined) return found;
    }
    throw error;
  }
}
