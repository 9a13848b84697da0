import { describe, expect, it } from 'vitest';
import { signWith } from '#adapters/keys/sign.ts';
import { isSignedBy } from '#domain/ssh-signature.ts';
import { keyPair } from '../../keys.ts';

const text = '{"decision":"approve"}';

describe('signing with a personal key', () => {
  it('gives a signature that its public key knows', async () => {
    const { file, line } = keyPair();

    expect(isSignedBy(line, await signWith(file, text), { text, namespace: 'strata' })).toBe(true);
  });

  it.each([
    ['a file that is not there', () => '/nowhere/id_ed25519', /No such file/],
    ['a public key that no agent holds', () => `${keyPair().file}.pub.pub`, /No such file/],
    ['a name that looks like an option', () => '-Y', /./],
  ])('says what is wrong with %s', async (_what, fileOf, why) => {
    const failing = signWith(fileOf(), text);

    await expect(failing).rejects.toThrow(why);
    await expect(failing).rejects.toMatchObject({ code: 'TOOL', advice: expect.stringContaining('ssh-agent') });
  });
});
