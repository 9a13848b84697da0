import type { JobPorts } from '#domain/ports.ts';
import type { Environment, Layer } from '#domain/stack.ts';

/**
 * The node that is to go. `mode`: `remove` a living one, `replace` a dead one. `serverId`: the one of the cloud below that
 * people approved; undefined: it is not known yet.
 */
export type Subject = {
  readonly layer: Layer;
  readonly node: string;
  readonly mode: 'remove' | 'replace';
  readonly serverId?: string | undefined;
};

/** `evidence`: what was seen, one sentence. `warns`: an approver judges it. */
export type Verdict = {
  readonly guard: string;
  readonly kind: 'holds' | 'warns' | 'refuses';
  readonly evidence: string;
  readonly advice?: string | undefined;
};

/**
 * `plan`: for the plan, and before the first change. `drain`: before pods are evicted, or taken from a dead node by force.
 * `delete`: when all of that is done, before the machine or its node object is deleted.
 */
export type Moment = 'plan' | 'drain' | 'delete';

/** What guards read by. */
export type GuardSource = {
  readonly environment: Environment;
  readonly ports: JobPorts;
  readonly signal: AbortSignal;
};
export type Look = GuardSource & { readonly moment: Moment };

/** Something that must hold before a node may go. */
export interface Guard {
  readonly name: string;
  /** When it is asked besides for the plan. */
  readonly before: readonly Exclude<Moment, 'plan'>[];
  /** Reads afresh and changes nothing; empty: it has nothing to do with this node. @throws what cannot be read: then it refuses */
  check(subject: Subject, look: Look): Promise<readonly Verdict[]>;
}

/** The three verdicts of a guard. */
export function voiceOf(guard: string) {
  return {
    holds: (evidence: string): Verdict => ({ guard, kind: 'holds', evidence }),
    warns: (evidence: string, advice?: string): Verdict => ({ guard, kind: 'warns', evidence, advice }),
    refuses: (evidence: string, advice: string): Verdict => ({ guard, kind: 'refuses', evidence, advice }),
  };
}
