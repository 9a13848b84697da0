import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMask } from '#adapters/tools/mask.ts';
import { redact } from '#domain/redact.ts';

const SECRET = 'correct "horse"\nbattery';
const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3BlbnNzaC1rZXk/'.repeat(300)}\n-----END OPENSSH PRIVATE KEY-----`;

/** The text, pushed in pieces of these sizes. */
function masked(text: string, sizes: readonly number[], secrets: readonly string[] = [SECRET]): string {
  const mask = openMask(secrets);
  let [out, at] = ['', 0];
  for (let turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    out += mask.push(text.slice(at, at + size));
    at += size;
  }
  return out + mask.end();
}

describe('a mask over pieces', () => {
  it('changes nothing of a text without secrets, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { maxLength: 50 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1 }),
        (lines, sizes) => {
          const text = `${lines.join('\n')}ok: [node-1]\n`.repeat(2000);
          // Once in many thousand texts something like `pwd:` comes about.
          fc.pre(redact(text) === text);

          return masked(text, sizes) === text;
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    ['a text that was named', SECRET],
    ['a text that was named, as JSON writes it', JSON.stringify(SECRET).slice(1, -1)],
    ['a private key', KEY],
    ['a password on the next line', 'password:\n  hunter2-and-more'],
    ['a long token', `Bearer ${'gAAAAAb-x_'.repeat(80)}`],
  ])('hides %s at every border of pieces', (_name, secret) => {
    const line = 'TASK [kubernetes/node : something] ok: [node-1]\n';
    for (const before of [0, 100, 4450, 16_000, 20_400, 20_500, 40_000]) {
      for (const size of [1000, 4096, 65_536]) {
        const text = `${line.repeat(before / line.length)}${secret}\n${line.repeat(1200)}`;
        const out = masked(text, [size]);

        expect(out).toContain('[redacted');
        for (const part of [secret.slice(12, 40), secret.slice(-14)]) expect(out).not.toContain(part);
        expect(out.endsWith(line.repeat(1000))).toBe(true);
      }
    }
  });

  it('shows whole lines meanwhile, but none that a secret may begin in', () => {
    const mask = openMask([SECRET]);
    mask.push('one\ntwo\ncorrect "horse"\n');

    expect(mask.peek()).toBe('one\ntwo\n');
    mask.push('and that was it\nhalf a li');
    expect(mask.peek()).toBe('one\ntwo\ncorrect "horse"\nand that was it\n');
  });
});
