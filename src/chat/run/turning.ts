import type { RunView, StepView } from '#domain/fold.ts';
import { mention } from '#domain/mrkdwn.ts';
import { words } from '#words/chat.ts';
import { STEP_MARKS } from '#words/marks.ts';
import { about } from '#words/time.ts';
import { line } from '../escape.ts';
import type { Message } from '../limits.ts';
import { sections } from '../pieces.ts';

/** A turning point that can come more than once; `part` names it among all that is shown of the run. */
export type Turn = { readonly part: string; readonly message: Message };

/** What the thread hears while a run goes on: that a layer is done, and that somebody has to look. */
export function turnsOf(view: RunView): Turn[] {
  return [...layersDone(view), ...doubts(view)];
}

/** A layer that a deploy has behind it, while there are others ahead; the end says it of the last one. */
function layersDone(view: RunView): Turn[] {
  const { request, steps, state } = view;
  if (request.job !== 'deploy' || state === 'ended') return [];
  const layers = [...new Set(steps.map(({ layer }) => layer))];
  return layers.slice(0, -1).flatMap((layer, index) => {
    const own = steps.filter((step) => step.layer === layer);
    const done = own.filter(({ status }) => status === 'done');
    const isPast = own.every(({ status }) => status === 'done' || status === 'skipped');
    if (!isPast || done.length === 0) return [];
    const headline = words.layerDone(line(layer, 60), done.length, timeOf(done));
    const next = words.layerNext(line(layers[index + 1] ?? '', 60));
    const text = `#${request.number}: ${headline.replaceAll('*', '')}. ${next}.`;
    return [{ part: `layer-${layer}`, message: { text, blocks: sections([`${STEP_MARKS.done} ${headline}`, next]) } }];
  });
}

/** How long these steps took together, one after the other. */
function timeOf(steps: readonly StepView[]): string {
  return about(steps.reduce((sum, { tookMs = 0 }) => sum + tookMs, 0));
}

/** A step of which nobody can tell whether it was done: the run waits for a person, who has to hear of it. */
function doubts({ request, steps, state, doubt, attempt }: RunView): Turn[] {
  if (state !== 'doubt' || !doubt) return [];
  const { stepId, error } = doubt;
  const title = steps.find(({ id }) => id === stepId)?.title ?? stepId;
  const text = words.doubted(mention(request.by.id), request.number, line(title, 80));
  const why = [line(error.message, 900), ...(error.advice ? [words.advice(line(error.advice, 600))] : [])];
  // The same step can be in doubt again, under another worker.
  return [{ part: `doubt-${attempt}`, message: { text, blocks: sections([`${STEP_MARKS.unknown} ${text}`, ...why]) } }];
}
