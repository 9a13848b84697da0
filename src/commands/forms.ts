import type { Reply } from '#domain/command.ts';
import type { Choice, Form, FormErrors, FormRequest, FormSearch } from '#domain/form.ts';
import { plainOf } from '#domain/mrkdwn.ts';
import { answer, keepRefusal, refusedText } from './answer.ts';
import { matching } from './fields.ts';
import { COMMANDS } from './registry.ts';
import type { CommandDeps, CommandForm } from './spec.ts';

/** The error that belongs to no single field. */
const WHOLE = '';

/** A form as it is to be drawn for these values, or why not, as mrkdwn; every right is looked at anew. @throws as `answer` does */
export async function drawForm(request: FormRequest, deps: CommandDeps): Promise<Form | FormErrors> {
  const { command, values, caller } = request;
  const call = { request: { ...request, text: '' }, deps, args: { words: [], options: new Map<string, string>() } };
  try {
    const last = await deps.habits.get(caller.person.id, command).catch(() => ({}));
    return await formOf(command).draw(call, { ...last, ...values });
  } catch (error) {
    await keepRefusal(error, { by: caller.person, what: `/${command}`, deps });
    return { kind: 'errors', errors: { [WHOLE]: refusedText(error) } };
  }
}

/**
 * Takes a form that was sent: what is wrong with it by field, else what the command answers to the same in words.
 * @throws as `answer` does
 */
export async function sendForm(request: FormRequest, deps: CommandDeps): Promise<Reply | FormErrors> {
  const { values, ...from } = request;
  const { command, caller } = request;
  const form = formOf(command);
  const read = form.read(values);
  if (read.kind === 'errors') return read;
  const reply = await answer({ ...from, text: read.text }, deps, { tellsUsage: false });
  if (reply.kind !== 'text' || reply.error !== true) {
    const kept = Object.fromEntries(Object.entries(values).filter(([name]) => form.keeps.includes(name)));
    // It only spares choosing: without it the next form begins anew.
    await deps.habits.keep(caller.person.id, command, kept).catch(() => undefined);
    return reply;
  }
  return { kind: 'errors', errors: { [WHOLE]: plainOf(reply.text) } };
}

/**
 * What a field of a form may be, of all that has the query in it; nothing for somebody who may do it nowhere. Reads the
 * stack file alone. @throws Error for a command without a form
 */
export function searchForm({ command, field, query, ...who }: FormSearch, deps: CommandDeps): readonly Choice[] {
  const form = formOf(command);
  if (field !== 'environment') return [];
  return matching(form.environments({ request: { ...who, command, text: '', once: '' }, deps }), query);
}

/** @throws Error for a command without a form: no form of ours says so */
function formOf(command: string): CommandForm {
  const form = COMMANDS.find(({ name }) => name === command)?.form;
  if (!form) throw new Error(`finding the form of "${command}": there is none`);
  return form;
}
