import { isUnderstood, type RunEvent } from '#domain/events.ts';
import { code, dateOf, escapeName, mention } from '#domain/mrkdwn.ts';
import type { Proof } from '#domain/proof.ts';
import { words as say } from '#words/commands.ts';
import { freezeText, short } from './run-text.ts';

const MOST_LINES = 25;

/** What people and workers did with a run, a line each; its steps are not repeated. Nothing for a run without any. */
export function logOf(events: readonly RunEvent[]): string[] {
  const lines = events.flatMap((event) => {
    const what = newsOf(event);
    return what === undefined ? [] : [`    ${dateOf(event.at)} ${what}`];
  });
  if (lines.length === 0) return [];
  const hidden = lines.length - MOST_LINES;
  return [say.log.title, ...(hidden > 0 ? [`    ${say.log.earlier(hidden)}`] : []), ...lines.slice(-MOST_LINES)];
}

function whereOf(proof: Proof | undefined): string {
  return proof ? say.log.terminal(short(proof.host), code(proof.key)) : '';
}

/** One event in a line of mrkdwn; undefined for what the steps show anyway. */
export function newsOf(event: RunEvent): string | undefined {
  if (!isUnderstood(event)) return say.log.foreign(short(event.type));
  switch (event.type) {
    case 'started':
      return say.log.started(short(event.worker));
    case 'handed-over':
      return say.log.handedOver(short(event.worker));
    case 'asked':
      return say.log.asked(event.needs.others, dateOf(event.expiresAt));
    case 'approved':
      return `${say.log.approved(mention(event.by.id))}${whereOf(event.proof)}`;
    case 'denied':
      return `${say.log.denied(mention(event.by.id), short(event.reason))}${whereOf(event.proof)}`;
    case 'glass-broken':
      return `${say.log.glassBroken(mention(event.by.id), short(event.reason))}${whereOf(event.proof)}`;
    case 'reminded':
      return say.log.reminded;
    case 'expired':
      return say.log.expired;
    case 'waiting':
      return say.log.waits(say.waiting(event.place, event.behind, event.by ? escapeName(event.by.name) : ''));
    case 'held':
      return say.log.held(freezeText(event.freeze));
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
