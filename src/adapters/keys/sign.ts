import { spawn } from 'node:child_process';
import { ToolError } from '#domain/errors.ts';
import { NAMESPACE } from '#domain/proof.ts';
import { words } from '#words/cli.ts';

/**
 * Signs a text with a personal key, by `ssh-keygen`: it asks for the passphrase at the terminal, or leaves it to the agent.
 * @param keyFile the private key, or the public one of a key that the agent holds
 * @throws ToolError when there is no signature
 * @see https://man.openbsd.org/ssh-keygen.1#Y~4
 */
export async function signWith(keyFile: string, text: string): Promise<string> {
  const argv = ['-Y', 'sign', '-n', NAMESPACE, '-f', keyFile];
  // In our own process group: the terminal stays its own, so that it can ask for the passphrase.
  const child = spawn('ssh-keygen', argv, { stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  // One that ends before it has read is told by its exit code.
  child.stdin.on('error', () => undefined).end(text);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new ToolError(words.noSigner(cause.message), { cause, tail: '', advice: words.noSignerAdvice })),
    );
    child.once('close', (code) => resolve(code ?? -1));
  });
  if (exitCode === 0) return stdout;
  const why = stderr.trim().split('\n').at(-1) ?? '';
  throw new ToolError(words.notSigned(keyFile, why), { exitCode, tail: stderr, advice: words.notSignedAdvice });
}
