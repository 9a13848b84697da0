#!/usr/bin/env -S node --max-semi-space-size=16
import { enableCompileCache } from 'node:module';
import { inspect } from 'node:util';
import { InputError, StrataError } from '#domain/errors.ts';
import { words } from '#words/cli.ts';
import { printable } from './terminal.ts';

enableCompileCache();

type Main = (args: string[]) => Promise<number>;

/** Loaded only when asked for, so that `strata run` starts fast. */
const COMMANDS: Readonly<Record<string, () => Promise<Main>>> = {
  up: async () => (await import('./serve.ts')).up,
  bot: async () => (await import('./serve.ts')).bot,
  worker: async () => (await import('./serve.ts')).worker,
  run: async () => (await import('./run.ts')).run,
  check: async () => (await import('./check.ts')).runCheck,
  audit: async () => (await import('./audit.ts')).runAudit,
  artifact: async () => (await import('./artifact.ts')).runArtifact,
  manifest: async () => (await import('./manifest.ts')).runManifest,
};

/** These are all that there is to say. */
const ALONE = new Set(['up', 'bot', 'worker', 'check']);
const HELP = ['help', '--help', '-h'];
/** As of a program that the end of a pipe ended. */
const BROKEN_PIPE = 141;

async function main([name = 'help', ...args]: string[]): Promise<number> {
  if (HELP.includes(name) || args.some((word) => HELP.slice(1).includes(word))) {
    process.stdout.write(words.usage);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    const { nearest } = await import('#domain/nearest.ts');
    process.stderr.write(`${printable(words.unknown(name, nearest(name, Object.keys(COMMANDS))))}\n`);
    return 2;
  }
  const [extra] = args;
  if (extra !== undefined && ALONE.has(name)) throw new InputError(words.extraWord(name, extra));
  const command = await load();
  return command(args);
}

/** Says what went wrong. Gives the exit code. */
function tell(error: unknown): number {
  if (error instanceof StrataError) {
    process.stderr.write(`${printable(words.problem(error.message, error.advice))}\n`);
    return error.code === 'INPUT' || error.code === 'POLICY' ? 2 : 1;
  }
  process.stderr.write(`${printable(`${words.bug} ${inspect(error)}`)}\n`);
  return 1;
}

process.on('uncaughtException', (error) => process.exit(tell(error)));
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`${words.noOutput(error.code ?? error.message)}\n`);
  process.exit(error.code === 'EPIPE' ? BROKEN_PIPE : 1);
});
// Whoever read the log is gone; the work goes on without.
process.stderr.on('error', () => undefined);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = tell(error);
}
