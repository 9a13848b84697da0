#!/usr/bin/env -S node --max-semi-space-size=16
import { enableCompileCache } from 'node:module';
import { StrataError } from '#domain/errors.ts';
import { words } from '#words/cli.ts';

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

async function main([name = 'help', ...args]: string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) {
    process.stdout.write(words.usage);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    const { nearest } = await import('#domain/nearest.ts');
    process.stderr.write(`${words.unknown(name, nearest(name, Object.keys(COMMANDS)))}\n`);
    return 2;
  }
  const command = await load();
  return command(args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof StrataError) {
    process.stderr.write(`strata: ${error.message}\n${error.advice ? `${error.advice}\n` : ''}`);
    process.exitCode = error.code === 'INPUT' || error.code === 'POLICY' ? 2 : 1;
  } else {
    console.error(words.bug, error);
    process.exitCode = 1;
  }
}
