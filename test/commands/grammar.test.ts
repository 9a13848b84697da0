import { describe, expect, it } from 'vitest';
import { parseArguments } from '#commands/grammar.ts';
import { InputError } from '#domain/errors.ts';

describe('parseArguments', () => {
  it.each<[text: string, words: string[], options: Record<string, string>]>([
    ['', [], {}],
    ['  lab   metal\tfull ', ['lab', 'metal', 'full'], {}],
    ['lab\u00a0metal', ['lab', 'metal'], {}],
    ['"my lab" full', ['my lab', 'full'], {}],
    ["'my lab'", ['my lab'], {}],
    ['\u201cmy lab\u201d', ['my lab'], {}],
    ['\u201emy lab\u201c', ['my lab'], {}],
    ['\u2018my lab\u2019', ['my lab'], {}],
    ['\u201cmy lab" x', ['my lab', 'x'], {}],
    ['guest\u2019s', ['guest\u2019s'], {}],
    ["guest's", ["guest's"], {}],
    ['""', [''], {}],
    ['--level full lab', ['lab'], { level: 'full' }],
    ['--level=full', [], { level: 'full' }],
    ['\u2014level full', [], { level: 'full' }],
    ['\u2014level=\u201cfull\u201d', [], { level: 'full' }],
    ['--layer="my layer"', [], { layer: 'my layer' }],
    ['"--level" full', ['--level', 'full'], {}],
    ['--Level full', [], { level: 'full' }],
    ['lab --dry-run all', ['lab', 'all'], { 'dry-run': 'yes' }],
    ['lab --watch', ['lab'], { watch: 'yes' }],
    ['--watch lab', ['lab'], { watch: 'yes' }],
    ['--watch 5m lab', ['lab'], { watch: '5m' }],
    ['--watch=6h --private', [], { watch: '6h', private: 'yes' }],
    ['--reason "--dry-run"', [], { reason: '--dry-run' }],
    ['a \u2014 b', ['a', '\u2014', 'b'], {}],
    ['<@U123|operator> <#C9|ops>', ['U123', 'C9'], {}],
    ['<!subteam^S1|@ops>', ['S1'], {}],
    ['<https://lab.example|lab.example>', ['lab.example'], {}],
    ['a&amp;b &lt;x&gt;', ['a&b', '<x>'], {}],
    ['&amp;lt;', ['&lt;'], {}],
    ['<', ['<'], {}],
    ['a<b', ['a<b'], {}],
    ['x=y', ['x=y'], {}],
    ['la\u202eb\u200b', ['lab'], {}],
  ])('reads %j', (text, words, options) => {
    const read = parseArguments(text);

    expect(read.words).toEqual(words);
    expect(Object.fromEntries(read.options)).toEqual(options);
  });

  it.each([
    ['"my lab', /quote/],
    ['\u201cmy lab', /quote/],
    ['--level', /needs a value/],
    ['--level=', /needs a value/],
    ['--watch=', /needs a value/],
    ['--every', /needs a value/],
    ['--level --layer metal', /"--level" needs a value/],
    ['--level full --level quick', /twice/],
    ['--level full --Level quick', /twice/],
    ['--dry-run=no', /"--dry-run" takes no value/],
    ['x '.repeat(41), /more than 40/],
  ])('refuses %j', (text, message) => {
    expect(() => parseArguments(text)).toThrow(InputError);
    expect(() => parseArguments(text)).toThrow(message);
  });

  it('guesses the flag that an unknown option at the end was', () => {
    expect(() => parseArguments('lab --dryrun')).toThrow(
      expect.objectContaining({ advice: 'Did you mean "--dry-run"?' }),
    );
  });

  it('reads a very long text without stalling', () => {
    expect(parseArguments('<'.repeat(20_000)).words).toHaveLength(1);
  });
});
