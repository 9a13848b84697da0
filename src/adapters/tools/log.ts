import type { Artifacts } from '#domain/ports.ts';
import type { ToolCall } from '#domain/tools.ts';
import { words } from '#words/tools.ts';
import { abortable } from '../abortable.ts';

/** Half of what Redis takes as a file. */
const PIECE_BYTES = 512 * 1024;
/** Pieces of the beginning, and of the newest, that are kept: at most 5 MiB of a program that says more. */
const [FIRST, NEWEST] = [2, 8];
/** How much a worker that dies may not have written yet. */
const EVERY_MS = 5000;
/** A store that is away holds up nobody: what it did not take by then is lost. */
const LAST_TRY_MS = 10_000;

/** The whole output of a program as files of its run, written while it comes. Constant memory; never throws. */
export type ToolLog = {
  readonly name: string;
  push(text: string): void;
  end(): Promise<void>;
};

type Piece = { readonly number: number; readonly parts: Buffer[]; bytes: number; isDirty: boolean };

/**
 * `scale.log`, or `scale-2.log` when an earlier attempt has left one; then `scale.log.001`, ....
 * @param peek what comes next but is not certain yet: it stands at the end of what is written meanwhile
 */
export async function openLog(
  artifacts: Artifacts,
  { run, name }: NonNullable<ToolCall['log']>,
  peek: () => string,
): Promise<ToolLog> {
  const base = freeName(
    name,
    (await artifacts.list(run)).map((file) => file.name),
  );
  let pieces: Piece[] = [{ number: 0, parts: [], bytes: 0, isDirty: false }];
  let missing = 0;
  const dropped = new Set<string>();
  let writing: Promise<void> | undefined;
  const nameOf = (number: number) => (number === 0 ? base : `${base}.${String(number).padStart(3, '0')}`);

  function last(): Piece {
    const piece = pieces.at(-1) as Piece;
    if (piece.bytes < PIECE_BYTES) return piece;
    const next = { number: piece.number + 1, parts: [], bytes: 0, isDirty: false };
    pieces.push(next);
    const gone = pieces.length > FIRST + NEWEST ? pieces.splice(FIRST, 1) : [];
    for (const { number, bytes } of gone) {
      missing += bytes;
      dropped.add(nameOf(number));
      (pieces[FIRST - 1] as Piece).isDirty = true;
    }
    return next;
  }

  function contentOf(piece: Piece): Buffer {
    const { number, parts } = piece;
    const isEdge = missing > 0 && number === FIRST - 1;
    const next = pieces[FIRST]?.number ?? 0;
    const after = isEdge ? words.missing(missing, nameOf(next)) : piece === pieces.at(-1) ? peek() : '';
    return Buffer.concat([...parts, Buffer.from(after)]);
  }

  /** What has changed since; what fails is tried again the next time. */
  async function write(): Promise<void> {
    for (const piece of pieces.filter(({ isDirty }) => isDirty)) {
      if (!pieces.includes(piece)) continue;
      piece.isDirty = false;
      try {
        // Masked already.
        await artifacts.put(run, { name: nameOf(piece.number), content: contentOf(piece) });
      } catch {
        piece.isDirty = true;
      }
    }
    for (const gone of dropped) {
      if (await artifacts.remove(run, gone).then(yes, no)) dropped.delete(gone);
    }
  }

  const save = () => {
    writing ??= write().finally(() => (writing = undefined));
    return writing;
  };
  const timer = setInterval(() => {
    if (peek() !== '') (pieces.at(-1) as Piece).isDirty = true;
    void save();
  }, EVERY_MS);

  return {
    name: base,
    push(text) {
      for (let rest = Buffer.from(text); rest.length > 0;) {
        const piece = last();
        const size = cut(rest, PIECE_BYTES - piece.bytes);
        piece.parts.push(rest.subarray(0, size));
        piece.bytes += size;
        piece.isDirty = true;
        rest = rest.subarray(size);
      }
    },
    async end() {
      clearInterval(timer);
      const all = async () => {
        await writing;
        await save();
      };
      await abortable(all(), AbortSignal.timeout(LAST_TRY_MS)).catch(() => undefined);
    },
  };
}

function yes(): boolean {
  return true;
}

function no(): boolean {
  return false;
}

function freeName(name: string, taken: readonly string[]): string {
  const [, stem = name, ending = ''] = /^(.+?)(\.[^.]+)?$/.exec(name) ?? [];
  let free = name;
  for (let attempt = 2; taken.includes(free); attempt++) free = `${stem}-${attempt}${ending}`;
  return free;
}

/** At most this many bytes, and no character cut in two; at least one character, so that it goes on. */
function cut(bytes: Buffer, most: number): number {
  if (bytes.length <= most) return bytes.length;
  let size = most;
  while (size > 0 && isInside(bytes[size])) size -= 1;
  for (size = Math.max(size, 1); isInside(bytes[size]);) size += 1;
  return size;
}

/** In UTF-8: a byte that begins no character. */
function isInside(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
