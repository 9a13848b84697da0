import { WriteStream } from 'node:tty';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pageOf, printable, printableLine } from '#cli/terminal.ts';

afterEach(() => vi.unstubAllEnvs());

const HOSTILE = [
  ['a title of the window', 'a\u001b]0;owned\u0007b', 'ab'],
  ['a colour', 'a\u001b[31mb', 'ab'],
  ['the 8-bit way to begin the same', 'a\u009b2Jb', 'ab'],
  ['a carriage return that writes over the line', 'a\rb', 'ab'],
  ['a backspace', 'a\bb', 'ab'],
  ['an override of the direction', 'a\u202eb', 'ab'],
  ['a password', 'password=hunter2', 'password=[redacted]'],
] as const;

describe('a text for a terminal', () => {
  it.each(HOSTILE)('is shown without %s', (_what, text, left) => {
    expect(printable(text)).toBe(left);
  });

  it('keeps its lines, unless it has to be one', () => {
    expect(printable('one\ntwo')).toBe('one\ntwo');
    expect(printableLine('one\r\n two\rthree\n')).toBe('one two three');
  });
});

describe('the page of a terminal', () => {
  const terminal = (): WriteStream =>
    Object.assign(Object.create(WriteStream.prototype) as WriteStream, { isTTY: true, columns: 77 });

  it('has colours', () => {
    vi.stubEnv('NO_COLOR', undefined);
    vi.stubEnv('NODE_DISABLE_COLORS', undefined);
    vi.stubEnv('FORCE_COLOR', undefined);
    vi.stubEnv('TERM', 'xterm-256color');

    expect(pageOf(terminal())).toEqual({ width: 77, color: true });
  });

  it.each([
    ['NO_COLOR', '1'],
    ['TERM', 'dumb'],
  ])('has none with %s=%s', (name, value) => {
    vi.stubEnv('FORCE_COLOR', undefined);
    vi.stubEnv(name, value);

    expect(pageOf(terminal())).toEqual({ width: 77, color: false });
  });

  it('is as wide as it likes where there is no terminal', () => {
    expect(pageOf(Object.assign(terminal(), { isTTY: false }))).toEqual({});
  });
});
