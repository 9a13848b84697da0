import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

type Range = readonly [first: number, last: number];
/** A font file that serves some characters of a family. */
export type Slice = {
  readonly family: string;
  /** undefined: the file serves every weight. */
  readonly weight: number | undefined;
  /** Module path of a WOFF2 file. */
  readonly file: string;
  readonly ranges: readonly Range[];
};

const require = createRequire(import.meta.url);
const FACES = [
  { family: 'Inter', name: 'inter' },
  { family: 'JetBrains Mono', name: 'jetbrains-mono' },
] as const;
const SCRIPTS = ['latin', 'latin-ext', 'greek', 'cyrillic', 'vietnamese'];
const WEIGHTS = [400, 600];
const HAN_FACES = ['sc', 'jp', 'kr'] as const;
type HanFace = (typeof HAN_FACES)[number];

/**
 * Stands first in every font stack. It serves one character that nobody writes, so all others pass on to the next
 * family; what no family covers ends in the first one's slashed box instead of Inter's wide "no glyph" plate.
 */
const BOX_FAMILY = 'Box';
const BOX: Slice = {
  family: BOX_FAMILY,
  weight: 400,
  file: '@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2',
  ranges: [[0x25af, 0x25af]],
};

/** Reads `U+0000-00FF,U+0131` as the packages' `unicode.json` has it. */
function rangesOf(unicode: string): Range[] {
  return unicode.split(',').map((entry) => {
    const [first = '', last = first] = entry.replace('U+', '').split('-');
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });
}

function unicodeOf(packageName: string): Record<string, string> {
  return require(`${packageName}/unicode.json`) as Record<string, string>;
}

function slicesOf({ family, name }: (typeof FACES)[number]): Slice[] {
  const unicode = unicodeOf(`@fontsource/${name}`);
  return SCRIPTS.flatMap((script) =>
    WEIGHTS.map((weight) => ({
      family,
      weight,
      file: `@fontsource/${name}/files/${name}-${script}-${weight}-normal.woff2`,
      ranges: rangesOf(unicode[script] ?? ''),
    })),
  );
}

const hanFamily = (face: HanFace) => `Noto Sans ${face.toUpperCase()}`;

/** Some hundred characters a file, every weight in it. The files of other scripts go unused: the faces above have them. */
function hanSlicesOf(face: HanFace): Slice[] {
  const name = `noto-sans-${face}`;
  return Object.entries(unicodeOf(`@fontsource-variable/${name}`))
    .filter(([key]) => /^\[\d+\]$/.test(key))
    .map(([key, unicode]) => ({
      family: hanFamily(face),
      weight: undefined,
      file: `@fontsource-variable/${name}/files/${name}-${key.slice(1, -1)}-wght-normal.woff2`,
      ranges: rangesOf(unicode),
    }));
}

const families = new Map<string, readonly Slice[]>([
  [BOX_FAMILY, [BOX]],
  ...FACES.map((face) => [face.family, slicesOf(face)] as const),
]);

/** The slices of a family; those of Chinese, Japanese and Korean are only looked up when a name needs them. */
function slicesOfFamily(family: string): readonly Slice[] {
  const known = families.get(family);
  if (known) return known;
  const face = HAN_FACES.find((each) => hanFamily(each) === family);
  const slices = face ? hanSlicesOf(face) : [];
  families.set(family, slices);
  return slices;
}

/** Latin, Greek, Cyrillic and punctuation: beyond it stands what our two faces do not have. */
const PLAIN = /^[\u0020-\u05ff\u1e00-\u206f]*$/;
const KANA = /[\u3041-\u30ff\uff66-\uff9f]/;
const HANGUL = /[\uac00-\ud7a3]/;

/**
 * The font stack of a text. Han characters look different in Chinese, Japanese and Korean: kana or Hangul in the same text
 * tells which is meant, else it is Chinese.
 */
export function stackOf(text: string, isMono: boolean): string {
  const own = isMono ? 'JetBrains Mono' : 'Inter';
  if (PLAIN.test(text)) return `${BOX_FAMILY}, ${own}`;
  const first: HanFace = KANA.test(text) ? 'jp' : HANGUL.test(text) ? 'kr' : 'sc';
  const faces = [first, ...HAN_FACES.filter((face) => face !== first)];
  return [BOX_FAMILY, own, ...faces.map(hanFamily)].join(', ');
}

const found = new Map<string, readonly Slice[]>();
/** More than the names of any cloud use. */
const MOST_FOUND = 20_000;

/** The slices of a family that have a character, each looked for once. */
function slicesWith(code: number, family: string): readonly Slice[] {
  const key = `${family} ${code}`;
  const known = found.get(key);
  if (known) return known;
  const slices = slicesOfFamily(family).filter(({ ranges }) =>
    ranges.some(([first, last]) => code >= first && code <= last),
  );
  if (found.size < MOST_FOUND) found.set(key, slices);
  return slices;
}

/** The slices that draw these characters: for each those of the first family in the stack that has it. */
export function slicesFor(characters: Iterable<string>, stack: string): readonly Slice[] {
  const names = stack.split(', ');
  const slices = new Set<Slice>();
  for (const character of characters) {
    const code = character.codePointAt(0) ?? 0;
    const name = names.find((family) => slicesWith(code, family).length > 0);
    if (name !== undefined) for (const slice of slicesWith(code, name)) slices.add(slice);
  }
  return [...slices];
}

/** What every picture needs. */
export const ALWAYS: readonly Slice[] = [BOX, ...FACES.flatMap(({ family }) => slicesFor('A', family))];

/** The slice as takumi registers it. @throws Error when the package's file is missing */
export async function load({
  family,
  weight,
  file,
  ranges,
}: Slice): Promise<{ name: string; weight?: number; data: Buffer; unicodeRange: [number, number][] }> {
  return {
    name: family,
    ...(weight === undefined ? {} : { weight }),
    data: await readFile(require.resolve(file)),
    unicodeRange: ranges.map(([first, last]) => [first, last]),
  };
}
