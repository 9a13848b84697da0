import { basename } from 'node:path';

/**
 * Argument array that runs `argv` behind a command, as `ssh bastion` or `docker exec -i box`. ssh, and only ssh, joins its
 * arguments for a shell on the other side: there each word is quoted, so that it stays one word.
 */
export function behind(command: readonly string[], argv: readonly string[]): readonly string[] {
  const isJoined = basename(command[0] ?? '') === 'ssh';
  return [...command, ...(isJoined ? argv.map(quoted) : argv)];
}

/** A word as every POSIX shell reads it back unchanged. */
export function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
