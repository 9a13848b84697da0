import type { RunRef } from '#domain/run.ts';

/** Where the bytes of files lie: any worker finds what another put there. Names are checked before. */
export interface Shelf {
  /** Largest file it takes. */
  readonly mostBytes: number;
  /** Whole or not at all, in place of an earlier one. */
  put(run: RunRef, name: string, bytes: Buffer): Promise<void>;
  get(run: RunRef, name: string): Promise<Buffer | undefined>;
  /** Names and sizes, in no order. */
  list(run: RunRef): Promise<readonly { readonly name: string; readonly bytes: number }[]>;
  remove(run: RunRef, name: string): Promise<void>;
}
