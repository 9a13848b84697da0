import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

type Range = readonly [first: number, last: number];
type Face = { readonly family: string; readonly files: string };
/** A font file that serves some characters of a family. */
export type Slice = {
  readonly family: string;
  readonly weight: number;
  /** Module path of a WOFF2 file. */
  readonly file: string;
  readonly ranges: readonly Range[];
  /** Registered with the first picture, whatever its text. */
  readonly always: boolean;
};

const require = createRequire(import.meta.url);
const FACES: readonly Face[] = [
  { family: 'Inter', files: 'inter' },
  { family: 'JetBrains Mono', files: 'jetbrains-mono' },
];
const SCRIPTS = ['latin', 'latin-ext', 'greek', 'cyrillic', 'vietnamese'];
const WEIGHTS = [400, 600];

/**
 * Stands first in every font stack. It serves one character that nobody writes, so all others pass on to the next
 * family; what no family covers ends in the first one's slashed box instead of Inter's wide "no glyph" plate.
 */
export const BOX_FAMILY = 'Box';
const BOX: Slice = {
  family: BOX_FAMILY,
  weight: 400,
  file: '@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2',
  ranges: [[0x25af, 0x25af]],
  always: true,
};

/** Reads `U+0000-00FF,U+0131` as the packages' `unicode.json` has it. */
function rangesOf(unicode: string): Range[] {
  return unicode.split(',').map((entry) => {
    const [first = '', last = first] = entry.replace('U+', '').split('-');
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });
}

function slicesOf({ family, files }: Face): Slice[] {
  const unicode = require(`@fontsource/${files}/unicode.json`) as Record<string, string>;
  return SCRIPTS.flatMap((script) =>
    WEIGHTS.map((weight) => ({
      family,
      weight,
      file: `@fontsource/${files}/files/${files}-${script}-${weight}-normal.woff2`,
      ranges: rangesOf(unicode[script] ?? ''),
      always: script === 'latin',
    })),
  );
}

/** Every font file that pictures may need; all come with packages, none from the system. */
export const SLICES: readonly Slice[] = [BOX, ...FACES.flatMap(slicesOf)];

/** True when a text with these code points needs the slice. */
export function isNeeded(slice: Slice, codes: ReadonlySet<number>): boolean {
  if (slice.always) return true;
  return [...codes].some((code) => slice.ranges.some(([first, last]) => code >= first && code <= last));
}

/** The slice as takumi registers it. @throws Error when the package's file is missing */
export async function load(
  slice: Slice,
): Promise<{ name: string; weight: number; data: Buffer; unicodeRange: [number, number][] }> {
  return {
    name: slice.family,
    weight: slice.weight,
    data: await readFile(require.resolve(slice.file)),
    unicodeRange: slice.ranges.map(([first, last]) => [first, last]),
  };
}
