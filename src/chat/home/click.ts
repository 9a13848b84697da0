import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { CommandRequest, Reply } from '#domain/command.ts';
import { words as questions } from '#words/chat.ts';
import { words as decisions } from '#words/decisions.ts';
import { words } from '#words/home.ts';
import { type DrawDeps, ownerOf } from './draw.ts';
import { judgeModal } from '../run/judge.ts';
import { HOME_ACTIONS } from './view.ts';
import { type FormDeps, openForm } from '../form/form.ts';
import { cut, LIMITS } from '../limits.ts';
import { noticeModal } from '../modals.ts';
import { callerOf, pressed, type PressDeps, Team, Who } from '../press.ts';
import { openView } from '../views.ts';

/** A button of App Home. It has neither a channel nor a response_url. @see https://github.com/slackapi/bolt-js/issues/332 */
const Clicked = z.object({
  team: Team,
  user: Who,
  view: z.object({ type: z.literal('home') }),
  trigger_id: z.string(),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().max(2000).default('') })]),
});

export type ClickDeps = PressDeps &
  FormDeps &
  DrawDeps & { readonly answer: (request: CommandRequest) => Promise<Reply>; readonly call: Call };
type Call = (method: string, args: Record<string, unknown>) => Promise<unknown>;
type Click = z.infer<typeof Clicked>;

/** True for a click in App Home. */
export function isInHome(payload: unknown): boolean {
  const { view } = payload as { readonly view?: { readonly type?: string } };
  return view?.type === 'home';
}

/** Does what a button of App Home says, whoever forged it, and answers in a modal. @throws when Slack takes no answer */
export async function clickHome(payload: unknown, deps: ClickDeps): Promise<unknown> {
  const { success: isOurs, data } = Clicked.safeParse(payload);
  const [name, ...rest] = isOurs ? data.actions[0].action_id.split('-') : [];
  if (isOurs && name === HOME_ACTIONS.start && rest.length > 0) return start(data, deps);
  if (isOurs && name === HOME_ACTIONS.judge) return judge(data, deps);
  if (isOurs && name === HOME_ACTIONS.look) return tell((await look(data, deps)).text, data, deps);
  const answer = await pressed(payload, deps);
  if (!isOurs || answer.kind === 'show') return undefined;
  return answer.kind === 'text' ? tell(answer.text, data, deps) : ask(answer.view, data, deps);
}

async function start(click: Click, deps: ClickDeps): Promise<void> {
  const { trigger_id: trigger, actions } = click;
  const request = { ...(await callerOf(click, deps)), once: `trigger:${trigger}` };
  // Where it cannot be opened it says so in the log: the button is still there.
  await openForm({ command: actions[0].value, values: {}, request, trigger }, deps);
}

/** Shows the whole plan of a run that this person may decide about now, and nothing of any other. */
async function judge(click: Click, deps: ClickDeps): Promise<unknown> {
  const { caller } = await callerOf(click, deps);
  const [home] = caller.isOutsider ? [] : await deps.readHomes([await ownerOf(click.user.id, deps)]);
  const view = home?.approvals.find(({ request }) => request.key === click.actions[0].value);
  const whole = view && judgeModal(view);
  if (!whole) return tell(view ? decisions.planTooLong(view.request.number) : words.decided, click, deps);
  return ask(whole, click, deps);
}

/** Opens a question; says so where its trigger was over before it came to that. */
async function ask(question: ModalView, click: Click, deps: ClickDeps): Promise<unknown> {
  try {
    return await openView(click.trigger_id, question, deps.call);
  } catch (error) {
    deps.log.warn({ error }, 'a question could not be opened');
    return tell(questions.modals.unopened, click, deps);
  }
}

/** Asks for a status. What comes of it goes to the person alone, as the page does; the page shows it to all who may look. */
async function look(click: Click, deps: ClickDeps): Promise<Reply> {
  const who = await callerOf(click, deps);
  const text = `--environment "${click.actions[0].value.replaceAll('"', '')}" --private`;
  return deps.answer({ ...who, command: 'status', text, once: `trigger:${click.trigger_id}` });
}

/** In a modal, since there is no place for an answer beside the button; as a message where that comes too late. */
async function tell(text: string, { trigger_id: trigger, user }: Click, { call, log }: ClickDeps): Promise<void> {
  const said = cut(text, LIMITS.sectionText);
  try {
    await call('views.open', { trigger_id: trigger, view: noticeModal(words.answerTitle, said) });
  } catch (error) {
    log.warn({ error }, 'an answer could not be shown in a modal, so it goes as a message');
    await call('chat.postMessage', { channel: user.id, text: said });
  }
}
