import { isUnderstood, type RunEvent } from '#domain/events.ts';
import { mention } from '#domain/mrkdwn.ts';
import { words as say } from '#words/commands.ts';
import { short, timeOf } from './run-text.ts';

const MOST_LINES = 25;

/** What people and workers did with a run, a line each; its steps are not repeated. Nothing for a run without any. */
export function logOf(events: readonly RunEvent[]): string[] {
  const lines = events.flatMap((event) => {
    const what = isUnderstood(event) ? textOf(event) : say.log.foreign(short(event.type));
    return what === undefined ? [] : [`    ${timeOf(event.at)} ${what}`];
  });
  if (lines.length === 0) return [];
  const hidden = lines.length - MOST_LINES;
  return [say.log.title, ...(hidden > 0 ? [`    ${say.log.earlier(hidden)}`] : []), ...lines.slice(-MOST_LINES)];
}

function textOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'started':
      return say.log.started(short(event.worker));
    case 'handed-over':
      return say.log.handedOver(short(event.worker));
    case 'asked':
      return say.log.asked(event.needs.others, timeOf(event.expiresAt));
    case 'approved':
      return say.log.approved(mention(event.by.id));
    case 'denied':
      return say.log.denied(mention(event.by.id), short(event.reason));
    case 'reminded':
      return say.log.reminded;
    case 'expired':
      return say.log.expired;
    case 'waiting':
      return say.log.waiting(event.place, event.behind);
    case 'held':
      return say.log.held(
        event.freeze.by.id === '' ? event.freeze.by.name : mention(event.freeze.by.id),
        short(event.freeze.reason),
      );
    case 'stop-asked':
      return say.log.stop(mention(event.by.id), event.stop);
    case 'retried':
      return say.log.retried(mention(event.by.id));
    case 'doubted':
      return say.log.doubted(short(event.stepId));
    case 'resolved':
      return say.log.resolved(mention(event.by.id), short(event.stepId), event.as);
    case 'ended':
      return say.log.ended(say.outcome(event.outcome));
    default:
      return undefined;
  }
}
