import { expect, it } from 'vitest';
import { personAt } from '#cli/person.ts';

const stack = { environments: [], terminal: { kolla: 'U0123456789' } };

it('knows whom the stack file names', () => {
  expect(personAt(stack, () => 'kolla')).toEqual({ id: 'U0123456789', name: 'kolla' });
});

it.each([
  ['somebody else', () => 'root', 'the system user "root" is nobody in the stack file'],
  ['what every object has', () => 'constructor', 'the system user "constructor" is nobody'],
  [
    'a number without a name, as in a container',
    () => {
      throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
    },
    'the system user has no name here',
  ],
])('refuses %s in a sentence', (_what, nameOf, why) => {
  expect(() => personAt(stack, nameOf)).toThrow(
    expect.objectContaining({ code: 'INPUT', message: expect.stringContaining(why) }),
  );
});
