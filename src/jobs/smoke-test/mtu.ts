import { CheckError } from '#domain/errors.ts';
import type { Ready } from '#domain/run.ts';
import { words } from '#words/smoke-test.ts';

/** The largest packet that passed, beside what is promised; JSON. All bytes. */
export type MtuFacts = {
  readonly says: number;
  readonly largest: number;
  readonly largerPasses: boolean;
  /** What the tunnel below adds; undefined where it is not known. */
  readonly overhead?: number | undefined;
};

/** No IPv4 link carries less; below it a probe says nothing. */
const SMALLEST_BYTES = 576;

/**
 * The largest packet that passes, up to `wanted`, found by halving; at `wanted` itself two probes are enough.
 * @param passes sends packets of this size, IP header included, that may not be fragmented; judged by loss alone
 */
export async function measure(
  wanted: number,
  passes: (packetBytes: number) => Promise<boolean>,
): Promise<{ readonly largest: number; readonly largerPasses: boolean }> {
  if (await passes(wanted)) return { largest: wanted, largerPasses: await passes(wanted + 1) };
  let [fits, tooBig] = [SMALLEST_BYTES, wanted];
  while (tooBig - fits > 1) {
    const middle = Math.floor((fits + tooBig) / 2);
    if (await passes(middle)) fits = middle;
    else tooBig = middle;
  }
  return { largest: fits, largerPasses: false };
}

/**
 * What passes against what is promised.
 * @param against who promises it, as `the network says`, and what to do when less passes
 * @throws CheckError when less passes, or more
 */
export function compare(
  { says, largest, largerPasses }: MtuFacts,
  against: { readonly who: string; readonly tooLittle: string },
): Ready<{ readonly says: number }> {
  if (largest < says) {
    throw new CheckError(words.looks.tooLarge(against.who, says, largest), { advice: against.tooLittle });
  }
  if (largerPasses) {
    throw new CheckError(words.looks.tooSmall(against.who, says), { advice: words.advice.mtuAbove });
  }
  return { kind: 'ready', value: { says }, detail: words.looks.fits(says) };
}
