import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key pair that OpenSSH made: its private file, and the line of its public one. */
export function keyPair(passphrase = ''): { readonly file: string; readonly line: string } {
  const file = join(mkdtempSync(join(tmpdir(), 'strata-keys-')), 'id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'somebody', '-f', file]);
  return { file, line: readFileSync(`${file}.pub`, 'utf8').trim() };
}
