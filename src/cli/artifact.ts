import { InputError } from '#domain/errors.ts';
import { words } from '#words/cli.ts';
import { openStore, readSettings } from './compose.ts';
import { outputOf, printable } from './terminal.ts';

/** `strata artifact RUN [NAME]`: the files of a run, or one of them on standard output. */
export async function runArtifact([number = '', name, extra]: string[]): Promise<number> {
  if (!/^#?\d{1,9}$/.test(number) || extra !== undefined) throw new InputError(words.artifactUsage);
  const store = await openStore(readSettings(), 'impatient');
  try {
    const run = await store.runs.get(Number(number.replace('#', '')));
    if (!run) throw new InputError(words.noRun(number));
    if (name === undefined) {
      for (const file of await store.artifacts.list(run)) process.stdout.write(`${printable(words.artifact(file))}\n`);
      return 0;
    }
    const bytes = await store.artifacts.get(run, name);
    if (!bytes) throw new InputError(words.noArtifact(number, name));
    await new Promise<void>((resolve) => process.stdout.write(outputOf(bytes, process.stdout), () => resolve()));
    return 0;
  } finally {
    await store.close();
  }
}
