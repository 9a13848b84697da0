import { describe, expect, it } from 'vitest';
import { clean, cleanForPicture, cleanScreen } from '#report/clean.ts';

describe('clean', () => {
  it.each([
    ['line\nbreaks\tand  spaces ', 'line breaks and spaces'],
    ['\u001B[31mred\u001B[0m', 'red'],
    ['a\u202Egnp.exe', 'agnp.exe'],
    ['ze\u200Bro\u2060wid\uFEFFth', 'zerowidth'],
    ['bell\u0007', 'bell'],
    ['half\uD83D', 'half'],
    ['e\u0301'.normalize('NFD'), '\u00e9'],
    ['a\u0335\u0322\u0321\u0327', 'a\u0335\u0322'],
    ['pass\u200Bword=hunter2', 'password=[redacted]'],
    ['数据库 🚀', '数据库 🚀'],
    ['plain text', 'plain text'],
  ])('makes %j fit to be shown', (text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  it.each([
    ['up 🚀👩‍🚀 ok', 'up [emoji][emoji] ok'],
    ['🇳🇱 ❤️‍🔥 4️⃣ 👋🏽', '[emoji] [emoji] [emoji] [emoji]'],
    ['version 4 #1 ©', 'version 4 #1 ©'],
  ])('puts a word for an emoji into pictures, one for a whole family of signs: %j', (text, shown) => {
    expect(cleanForPicture(text)).toBe(shown);
  });

  it.each([
    ['שרת חדש-3', '[right-to-left]-3'],
    ['web-خادم', 'web-[right-to-left]'],
    ['\u202Eabc\u202C', 'abc'],
  ])('puts a word into pictures for what runs the other way in %j', (text, shown) => {
    expect(cleanForPicture(text)).toBe(shown);
    expect(clean(text)).toBe(text.replace(/[\u202C\u202E]/g, ''));
  });

  it('keeps the lines of a screen in their places', () => {
    const lines = ['a\tb', '  10%\r  99%\r', '\u001B[31mred\u001B[0m  x ', 'a\u202Eb\u0007', 'ab\tc'];

    expect(cleanScreen(lines)).toEqual(['a       b', '  99%', 'red  x', 'ab', 'ab      c']);
  });

  it('masks on a screen what goes over several lines', () => {
    const key = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEow', 'AKCAQ', '-----END RSA PRIVATE KEY-----'];

    expect(cleanScreen(['before', ...key, 'password=hunter2'])).toEqual([
      ...['before', '[redacted private key]', 'password=[redacted]'],
    ]);
  });

  it('caps what goes into a picture without halving a character', () => {
    const capped = cleanForPicture(`${'x'.repeat(599)}𝒜${'y'.repeat(10)}`);

    expect(capped).toBe(`${'x'.repeat(599)}…`);
  });
});
