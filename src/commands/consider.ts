import { judge, type Right } from '#domain/access.ts';
import type { ClickRequest, Considered, Reply } from '#domain/command.ts';
import { askersOf } from '#domain/rounds.ts';
import { keepRefusal, refusedText } from './answer.ts';
import { type Decider, look, type Seen } from './decisions.ts';
import type { CommandDeps } from './spec.ts';

/** Those of a run. */
type Action = Exclude<ClickRequest['action'], 'unschedule'>;
/** What each button needs at least. */
const RIGHTS: Readonly<Record<Action, Right>> = {
  approve: 'approve',
  deny: 'approve',
  'stop-step': 'operate',
  'stop-now': 'operate',
  retry: 'operate',
  'step-done': 'operate',
  'step-again': 'operate',
  tell: 'view',
  'as-text': 'view',
  'full-picture': 'view',
  offer: 'operate',
};
/** What one may do with a run that one asked for, besides looking at it. */
const OWN: ReadonlySet<Action> = new Set(['deny', 'stop-step', 'stop-now']);

/** Whether a button is worth showing to this person; the click itself is judged anew. */
function mayPress(action: Action, { view, environment }: Pick<Seen, 'view' | 'environment'>, { caller }: Decider) {
  const { request, approval } = view;
  const isOwn = caller.person.id === request.by.id;
  const isAsker = askersOf(view).some(({ id }) => id === caller.person.id);
  const hasAgreed = approval?.by.some(({ id }) => id === caller.person.id) ?? false;
  if (action === 'approve' && (isAsker || hasAgreed)) return false;
  return (isOwn && OWN.has(action)) || judge(environment, RIGHTS[action], caller).allowed;
}

type Asked = Pick<ClickRequest, 'caller' | 'groupsUnknown'> & { readonly run: number };

/**
 * A run for somebody who asks what can be done about it, with what they may do. Whoever may not see it gets a text with
 * `error`.
 * @throws as `press` does
 */
export async function consider(
  { run, caller, groupsUnknown }: Asked,
  deps: CommandDeps,
): Promise<Considered | Extract<Reply, { kind: 'text' }>> {
  const decider: Decider = { caller, groupsUnknown, deps };
  try {
    const seen = await look({ run }, decider);
    const may = (Object.keys(RIGHTS) as Action[]).filter((action) => mayPress(action, seen, decider));
    return { kind: 'considered', view: seen.view, may };
  } catch (error) {
    await keepRefusal(error, { by: caller.person, what: `ask #${run}`, deps });
    return { kind: 'text', error: true, text: refusedText(error) };
  }
}
