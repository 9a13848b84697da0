import { describe, expect, it } from 'vitest';
import { line } from '#chat/escape.ts';
import { oneLine } from '#domain/mrkdwn.ts';

const SECRET = 'hunter2'.repeat(10);

describe.each([
  ['a line of mrkdwn', line],
  ['a plain line', oneLine],
])('%s', (_what, show) => {
  it.each([
    ['an address', `connecting to amqp://nova:${SECRET}@rabbit:5672 was refused`],
    ['a quoted value', `with {"password": "${SECRET}"}`],
    ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----`],
  ])('shows no half of a secret, wherever it is cut: %s', (_where, text) => {
    for (let most = 10; most < text.length; most++) expect(show(text, most)).not.toContain('hunter');
  });

  it('cuts no letter in two', () => {
    const text = '🔥'.repeat(50);

    for (let most = 1; most < 20; most++) expect(show(text, most)).toMatch(/^🔥*…$/u);
  });

  it('is one line, of no more than it may have', () => {
    expect(show('a\r\nb\u2028c\td\re', 300)).toBe('a b c d e');
    expect(show('a'.repeat(400), 300)).toHaveLength(300);
  });
});
