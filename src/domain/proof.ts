import type { Person, RunRef } from './run.ts';

/** What personal keys sign for, so that no signature made for something else passes here. */
export const NAMESPACE = 'strata';

/** How somebody at a terminal showed who they are. Kept with the decision, to be verified again by whoever audits. */
export type Proof = {
  /** Name of the host of the terminal. */
  readonly host: string;
  /** Fingerprint of the key, as `SHA256:...`. */
  readonly key: string;
  /** What was signed, and its signature as `ssh-keygen -Y sign` gives it. */
  readonly statement: string;
  readonly signature: string;
};

/** One decision about one asking. */
export type Statement = {
  readonly decision: 'approve' | 'deny' | 'break-glass';
  readonly run: RunRef;
  readonly digest: string;
  /** When this plan was asked for: an old signature says nothing of a new asking. */
  readonly askedAt: string;
  readonly by: Person;
  readonly typed?: string | undefined;
  readonly reason?: string | undefined;
};

/** The text that is signed: JSON, so that nothing that was typed can pass for another field. */
export function textOfStatement({ decision, run, digest, askedAt, by, typed, reason }: Statement): string {
  const { environment, number, key } = run;
  return JSON.stringify({ decision, environment, run: number, key, plan: digest, askedAt, by: by.id, typed, reason });
}
