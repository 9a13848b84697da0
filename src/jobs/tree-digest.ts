import { CheckError } from '#domain/errors.ts';
import type { Tools } from '#domain/tools.ts';

/** One hash over names and contents of all files below each folder; what Python and git keep for themselves is left out. */
const DIGEST = `
import hashlib, os, sys
skipped = set(sys.argv[1].split(','))
for top in sys.argv[2:]:
    whole = hashlib.sha256()
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(each for each in folders if each not in ('.git', '__pycache__'))
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name in skipped or name.endswith('.pyc') or not os.path.isfile(path): continue
            with open(path, 'rb') as file:
                whole.update(os.path.relpath(path, top).encode() + b'\\0' + hashlib.sha256(file.read()).digest())
    print(whole.hexdigest())
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
  const { output } = await tools.run({ doing, argv: ['python3', '-c', DIGEST, skipped.join(','), ...folders] });
  const hashes = output.trim().split('\n');
  const isWhole = hashes.length === folders.length && hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash));
  if (!isWhole) throw new CheckError(`${doing}: ${output.trim().split('\n').at(-1)?.slice(0, 300) ?? ''}`);
  return hashes as unknown as { readonly [Index in keyof F]: string };
}
