import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRef } from '#domain/run.ts';
import type { Shelf } from './shelf.ts';

const MOST_BYTES = 256 * 2 ** 20;

/** A folder that all workers share: `<root>/<environment>/<number>-<key>/<name>`, for this system user alone. */
export function openFolder(root: string): Shelf {
  const folderOf = ({ environment, number, key }: RunRef) => join(root, environment, `${number}-${key}`);
  return {
    mostBytes: MOST_BYTES,
    async put(run, name, bytes) {
      const folder = folderOf(run);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const draft = join(folder, `.${name}.${randomUUID()}`);
      try {
        const file = await open(draft, 'wx', 0o600);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, join(folder, name));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    get: (run, name) => readFile(join(folderOf(run), name)).catch(unlessMissing),
    async list(run) {
      const folder = folderOf(run);
      const names = (await readdir(folder).catch(unlessMissing)) ?? [];
      const whole = names.filter((name) => !name.startsWith('.'));
      return Promise.all(whole.map(async (name) => ({ name, bytes: (await stat(join(folder, name))).size })));
    },
    remove: (run, name) => rm(join(folderOf(run), name), { force: true }),
  };
}

/** @throws the error unless it says that there is no such file */
function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
