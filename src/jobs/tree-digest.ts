import { CheckError } from '#domain/errors.ts';
import type { Tools } from '#domain/tools.ts';

/**
 * Python: `digest(top, skipped)`, one hash over a file, or over names and contents of all files below a folder; what Python and
 * git keep for themselves is left out, and files of the names in `skipped`.
 */
export const DIGEST = `
import hashlib, os

def digest(top, skipped=()):
    if os.path.isfile(top):
        with open(top, 'rb') as file: return hashlib.sha256(file.read()).hexdigest()
    if not os.path.isdir(top): raise OSError('no such file or folder: ' + top)
    whole = hashlib.sha256()
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(each for each in folders if each not in ('.git', '__pycache__'))
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name in skipped or name.endswith('.pyc') or not os.path.isfile(path): continue
            with open(path, 'rb') as file:
                whole.update(os.path.relpath(path, top).encode() + b'\\0' + hashlib.sha256(file.read()).digest())
    return whole.hexdigest()
`;
const PROGRAM = `${DIGEST}
import sys
for top in sys.argv[2:]: print(digest(top, set(sys.argv[1].split(','))))
`;

/**
 * SHA-256 of each folder where the tools run: whoever approves a plan approves just these files. `skipped`: file names.
 * @throws ToolError, CheckError when it cannot be read
 */
export async function digestTrees<const F extends readonly string[]>(
  tools: Tools,
  folders: F,
  { doing, skipped = [] }: { readonly doing: string; readonly skipped?: readonly string[] },
): Promise<{ readonly [Index in keyof F]: string }> {
  const { output } = await tools.run({ doing, argv: ['python3', '-c', PROGRAM, skipped.join(','), ...folders] });
  const hashes = output.trim().split('\n');
  const isWhole = hashes.length === folders.length && hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash));
  if (!isWhole) throw new CheckError(`${doing}: ${output.trim().split('\n').at(-1)?.slice(0, 300) ?? ''}`);
  return hashes as unknown as { readonly [Index in keyof F]: string };
}
