import { execFileSync } from 'node:child_process';
import { assert, property, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, isPublicKey, isSignedBy } from '#domain/ssh-signature.ts';
import { keyPair } from '../keys.ts';

function sign(file: string, text: string, options: readonly string[] = [], namespace = 'strata'): string {
  const argv = ['-Y', 'sign', '-n', namespace, '-f', file, ...options];
  return execFileSync('ssh-keygen', argv, { input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
}

const mine = keyPair();
const other = keyPair();
const about = { text: '{"run":42}', namespace: 'strata' };

describe('a signature of ssh-keygen', () => {
  it.each([
    ['sha512', []],
    ['sha256', ['-O', 'hashalg=sha256']],
  ])('over %s is known', (_hash, options) => {
    expect(isSignedBy(mine.line, sign(mine.file, about.text, options), about)).toBe(true);
  });

  it.each([
    ['of another text', () => sign(mine.file, '{"run":43}')],
    ['of another key', () => sign(other.file, about.text)],
    ['for another use', () => sign(mine.file, about.text, [], 'git')],
    [
      'with a bit turned',
      () =>
        remade(sign(mine.file, about.text), (bytes) =>
          bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
        ),
    ],
    ['cut short', () => remade(sign(mine.file, about.text), (bytes) => bytes.slice(0, -8))],
    ['that is none', () => 'yes'],
    ['that is empty', () => '-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n'],
  ])('%s is not taken', (_what, make) => {
    expect(isSignedBy(mine.line, make(), about)).toBe(false);
  });

  it('is never taken from noise, and noise does no harm', () => {
    assert(
      property(uint8Array({ maxLength: 300 }), string(), (bytes, text) => {
        const blob = Buffer.concat([Buffer.from('SSHSIG\0\0\0\x01'), bytes]).toString('base64');
        const armoured = `-----BEGIN SSH SIGNATURE-----\n${blob}\n-----END SSH SIGNATURE-----\n`;
        expect(isSignedBy(mine.line, armoured, { ...about, text })).toBe(false);
      }),
    );
  });
});

function remade(armoured: string, change: (bytes: Uint8Array) => Uint8Array): string {
  const bytes = change(new Uint8Array(Buffer.from(armoured.replace(/-----.*-----/g, ''), 'base64')));
  return `-----BEGIN SSH SIGNATURE-----\n${Buffer.from(bytes).toString('base64')}\n-----END SSH SIGNATURE-----\n`;
}

describe('a public key', () => {
  it('has the fingerprint that ssh-keygen shows', () => {
    const shown = execFileSync('ssh-keygen', ['-l', '-f', `${mine.file}.pub`], { encoding: 'utf8' });

    expect(shown.split(' ')[1]).toBe(fingerprintOf(mine.line));
  });

  it.each([
    ['of another kind', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ'],
    ['cut short', mine.line.slice(0, 70)],
    ['that says it is another kind inside', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE4${mine.line.slice(32, 80)}`],
    ['in two lines', `${mine.line}\n${other.line}`],
    ['that is private', '-----BEGIN OPENSSH PRIVATE KEY-----'],
  ])('%s is none', (_what, line) => {
    expect(isPublicKey(mine.line)).toBe(true);
    expect(isPublicKey(line)).toBe(false);
  });
});
