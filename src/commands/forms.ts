import type { Reply } from '#domain/command.ts';
import type { Form, FormErrors, FormRequest } from '#domain/form.ts';
import { plainOf } from '#domain/mrkdwn.ts';
import { answer, keepRefusal, refusedText } from './answer.ts';
import { COMMANDS } from './registry.ts';
import type { CommandDeps, CommandForm } from './spec.ts';

/** The error that belongs to no single field. */
const WHOLE = '';

/** A form as it is to be drawn for these values; every right is looked at anew. @throws as `answer` does */
export async function drawForm(request: FormRequest, deps: CommandDeps): Promise<Form | FormErrors> {
  const { command, values, caller } = request;
  const call = { request: { ...request, text: '' }, deps, args: { words: [], options: new Map<string, string>() } };
  try {
    return await formOf(command).draw(call, values);
  } catch (error) {
    await keepRefusal(error, { by: caller.person, what: `/${command}`, deps });
    return { kind: 'errors', errors: { [WHOLE]: plainOf(refusedText(error)) } };
  }
}

/**
 * Takes a form that was sent: what is wrong with it by field, else what the command answers to the same in words.
 * @throws as `answer` does
 */
export async function sendForm(request: FormRequest, deps: CommandDeps): Promise<Reply | FormErrors> {
  const { values, ...from } = request;
  const read = formOf(request.command).read(values);
  if (read.kind === 'errors') return read;
  const reply = await answer({ ...from, text: read.text }, deps);
  if (reply.kind !== 'text' || reply.error !== true) return reply;
  return { kind: 'errors', errors: { [WHOLE]: plainOf(reply.text) } };
}

/** @throws Error for a command without a form: no form of ours says so */
function formOf(command: string): CommandForm {
  const form = COMMANDS.find(({ name }) => name === command)?.form;
  if (!form) throw new Error(`finding the form of "${command}": there is none`);
  return form;
}
