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
