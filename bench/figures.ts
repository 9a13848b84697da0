/** The middle one of several figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The figure below which a share of them lies, as 0.99. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Milliseconds that the work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Times each of the works in turn, `times` over, so that a change of load meets all alike. Gives the medians, ms. */
export async function inTurn(times: number, works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const figures = works.map((): number[] => []);
  for (let round = 0; round < times; round++) {
    for (const [index, work] of works.entries()) figures[index]?.push(await timed(work));
  }
  return figures.map(median);
}

export type Pairs = {
  /** Medians, ms. */
  readonly peer: number;
  readonly own: number;
  /** Of `own` to `peer` in each pair, smallest first. */
  readonly ratios: readonly number[];
  /** The same of the fastest of each: what a noisy machine disturbs least. */
  readonly ofFastest: number;
};

/** Times the two right after one another, `times` over; who comes first changes, so that neither has the better half. */
export async function inPairs(
  times: number,
  { peer, own }: { readonly peer: () => Promise<unknown>; readonly own: () => Promise<unknown> },
): Promise<Pairs> {
  const figures = { peer: [] as number[], own: [] as number[] };
  for (let round = 0; round < times; round++) {
    const isPeerFirst = round % 2 === 0;
    if (isPeerFirst) figures.peer.push(await timed(peer));
    figures.own.push(await timed(own));
    if (!isPeerFirst) figures.peer.push(await timed(peer));
  }
  const ratios = figures.own.map((ms, round) => ms / (figures.peer[round] ?? Number.NaN)).toSorted((a, b) => a - b);
  const ofFastest = Math.min(...figures.own) / Math.min(...figures.peer);
  return { peer: median(figures.peer), own: median(figures.own), ratios, ofFastest };
}

export function row(what: string, ms: number): void {
  console.log(`  ${what.padEnd(52)} ${ms.toFixed(0).padStart(7)} ms`);
}

/** A ratio held against its aim; it is printed, not judged. */
export function ratio(what: string, value: number, aim: { readonly atLeast?: number; readonly atMost?: number }): void {
  const { atLeast, atMost } = aim;
  const isMet = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
  const wanted = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  console.log(`  ${what.padEnd(52)} ${value.toFixed(2).padStart(7)}     aim: ${wanted}: ${isMet ? 'met' : 'missed'}`);
}
