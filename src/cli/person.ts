import { userInfo } from 'node:os';
import { InputError } from '#domain/errors.ts';
import type { Person } from '#domain/run.ts';
import type { Stack } from '#domain/stack.ts';
import { words } from '#words/cli.ts';

/** Who the system user is. @throws InputError when the stack file does not say */
export function personAt({ terminal }: Stack): Person {
  const name = userInfo().username;
  const id = Object.hasOwn(terminal, name) ? terminal[name] : undefined;
  if (id === undefined) throw new InputError(words.noPerson(name), { advice: words.noPersonAdvice(name) });
  return { id, name };
}
