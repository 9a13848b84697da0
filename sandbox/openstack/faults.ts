import type { ServiceName } from './options.ts';

/** What goes wrong with one service. */
export type Fault = {
  /** `refused`: nothing listens there. `unavailable`: the proxy before it answers 503. */
  down?: 'refused' | 'unavailable' | undefined;
  /** Answers so much later. */
  slowMs?: number | undefined;
  /** Takes calls and never answers. */
  hang?: boolean | undefined;
  /** Something else answers, with a web page and this status. */
  html?: number | undefined;
  /** The next n calls are too many: 429, with Retry-After. */
  tooMany?: number | undefined;
  /** Default 1. */
  retryAfterSeconds?: number | undefined;
  /** The next n calls find their token revoked: 401. */
  revoked?: number | undefined;
  /** The next n changes are made, and their answer is lost. */
  lost?: number | undefined;
};

export type Faults = {
  /** Changes what is named and leaves the rest; `down: undefined` ends it. */
  set(service: ServiceName, fault: Fault): Promise<void>;
  /** All is well again. */
  clear(): Promise<void>;
};

/** Counts one use down; true while there was one left. */
export function use(fault: Fault, kind: 'tooMany' | 'revoked' | 'lost'): boolean {
  const left = fault[kind] ?? 0;
  if (left > 0) fault[kind] = left - 1;
  return left > 0;
}
