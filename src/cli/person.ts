import { userInfo } from 'node:os';
import { InputError } from '#domain/errors.ts';
import type { Person } from '#domain/run.ts';
import type { Stack } from '#domain/stack.ts';
import { words } from '#words/cli.ts';

/** Who the system user is. `nameOf`: default as the system says. @throws InputError when the stack file, or the system, does not say */
export function personAt({ terminal }: Stack, nameOf = () => userInfo().username): Person {
  const name = systemName(nameOf);
  const id = Object.hasOwn(terminal, name) ? terminal[name] : undefined;
  if (id === undefined) throw new InputError(words.noPerson(name), { advice: words.noPersonAdvice(name) });
  return { id, name };
}

/** In a container a user may be but a number. @see https://nodejs.org/api/os.html#osuserinfooptions */
function systemName(nameOf: () => string): string {
  try {
    return nameOf();
  } catch (error) {
    throw new InputError(words.noUserName, { cause: error, advice: words.noUserNameAdvice });
  }
}
