import { InputError } from '#domain/errors.ts';
import type { Artifacts } from '#domain/ports.ts';
import { redact } from '#domain/redact.ts';
import type { RunRef } from '#domain/run.ts';
import { words } from '#words/artifacts.ts';
import { seal, unseal } from './seal.ts';
import type { Shelf } from './shelf.ts';

/** No slash, and no dot in front: a name stays within its run wherever it is put. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,79}$/i;

/**
 * Files of runs on a shelf. With a `key` (32 bytes) all of them are encrypted; without one only files without secrets are
 * taken.
 */
export function openArtifacts(shelf: Shelf, key?: Buffer): Artifacts {
  return {
    async put(run, { name, content, isSecret = false }) {
      checkName(name);
      if (isSecret && !key) throw new InputError(words.noKey(name), { advice: words.noKeyAdvice });
      const open = typeof content === 'string' && !isSecret ? redact(content) : content;
      const bytes = typeof open === 'string' ? Buffer.from(open) : open;
      if (bytes.length > shelf.mostBytes) {
        const advice = words.tooLargeAdvice;
        throw new InputError(words.tooLarge(name, bytes.length, shelf.mostBytes), { advice });
      }
      await shelf.put(run, name, seal(bytes, placeOf(run, name), key));
    },
    async get(run, name) {
      checkName(name);
      const stored = await shelf.get(run, name);
      if (!stored) return undefined;
      const bytes = unseal(stored, placeOf(run, name), key);
      if (!bytes) throw new InputError(words.sealed(name), { advice: words.sealedAdvice });
      return bytes;
    },
    async list(run) {
      const files = await shelf.list(run);
      return files.toSorted((a, b) => a.name.localeCompare(b.name));
    },
    async remove(run, name) {
      checkName(name);
      await shelf.remove(run, name);
    },
  };
}

function checkName(name: string): void {
  if (!NAME.test(name)) throw new InputError(words.name(name));
}

function placeOf({ environment, number, key }: RunRef, name: string): string {
  return [environment, number, key, name].join('/');
}
