import { WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { jsonOf, outputOf, pageOf, printable, printableLine } from '#cli/terminal.ts';

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

describe('JSON at a terminal', () => {
  it('says the same, and writes out what a terminal would obey or hide', () => {
    const value = { title: 'a\u001b[2J\u009b2J\u202e\u2066 ü 🔥', lines: ['\u007f'] };

    const text = jsonOf(value);

    expect(JSON.parse(text)).toEqual(value);
    expect(text).toBe('{"title":"a\\u001b[2J\\u009b2J\\u202e\\u2066 ü 🔥","lines":["\\u007f"]}');
  });
});

describe('a file that goes to standard output', () => {
  const bytes = new Uint8Array(Buffer.from('login: \u001b[2Jroot\r\n\tpassword=hunter2\n'));

  it('goes there as it is', () => {
    expect(outputOf(bytes, { isTTY: false })).toBe(bytes);
  });

  it('moves no cursor where it is read at a terminal, and is whole', () => {
    expect(outputOf(bytes, { isTTY: true })).toBe('login: root\n\tpassword=hunter2\n');
  });
});

describe('the page of a terminal', () => {
  const terminal = (): WriteStream =>
    Object.assign(Object.create(WriteStream.prototype) as WriteStream, { isTTY: true, columns: 77 });

  const COLOURFUL = { TERM: 'xterm-256color' };

  it('has colours', () => {
    expect(pageOf(terminal(), COLOURFUL)).toEqual({ width: 77, color: true });
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('has none with %o', (env) => {
    expect(pageOf(terminal(), { ...COLOURFUL, ...env })).toEqual({ width: 77, color: false });
  });

  it('is as wide as it likes where there is no terminal', () => {
    expect(pageOf(Object.assign(terminal(), { isTTY: false }))).toEqual({});
  });
});
