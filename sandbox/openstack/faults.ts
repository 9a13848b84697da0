/** What goes wrong with one service. The counts are of calls, from now on. */
export type Fault = {
  /** `refused`: nothing listens there. `unavailable`: the proxy before it answers 503. */
  down?: 'refused' | 'unavailable' | undefined;
  /** Answers so much later; `Infinity` is never. */
  slowMs?: number | undefined;
  /** Something else answers, with a web page and this status. */
  html?: number | undefined;
  /** So many are too many: 429, with Retry-After. */
  tooMany?: number | undefined;
  /** So many find their token revoked: 401. */
  revoked?: number | undefined;
  /** So many changes are made, and their answer is lost. */
  lost?: number | undefined;
};

/** Counts one use down; true while there was one left. */
export function use(fault: Fault, kind: 'tooMany' | 'revoked' | 'lost'): boolean {
  const left = fault[kind] ?? 0;
  if (left > 0) fault[kind] = left - 1;
  return left > 0;
}
