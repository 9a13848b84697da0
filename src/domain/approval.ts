import { createHash } from 'node:crypto';
import type { Person, Plan, Risk } from './run.ts';
import type { Environment } from './stack.ts';

/** Who must agree: how many people besides the one who asked, and the name each must type. */
export type Needs = { readonly others: number; readonly typed?: string | undefined };

/** One asking for approval, and how it stands. It is about this digest and nothing else. */
export type Approval = {
  readonly digest: string;
  /** The round of the run in which it was asked for. */
  readonly round: number;
  readonly needs: Needs;
  readonly askedAt: string;
  readonly expiresAt: string;
  /** What is judged: one line each, in order. */
  readonly judged: readonly string[];
  /** What became of the plan since it was asked for before; empty the first time. */
  readonly changes: readonly string[];
  readonly by: readonly Person[];
  readonly state: 'asking' | 'approved' | 'denied' | 'expired';
  /** When the last one needed agreed: the order in which runs wait for their environment. */
  readonly approvedAt?: string | undefined;
  readonly deniedBy?: Person | undefined;
  readonly reason?: string | undefined;
  readonly reminded?: boolean | undefined;
};

/** undefined: nobody needs to agree. */
export function needsOf({ risk, target }: Pick<Plan, 'risk' | 'target'>, environment: Environment): Needs | undefined {
  if (risk === 'read' || risk === 'probe') return undefined;
  if (risk === 'change') return { others: 1 };
  return { others: environment.production ? 2 : 1, typed: target ?? environment.name };
}

/** What a person judges of a plan, and its digest: the same lines, risk and target give the same digest. */
export function digestOf({ risk, target, judged, steps }: Plan): {
  readonly digest: string;
  readonly judged: readonly string[];
} {
  const lines = judged ?? steps.map(({ layer, title }) => `${layer}: ${title}`);
  const whole = JSON.stringify([risk, target ?? null, lines]);
  return { digest: createHash('sha256').update(whole).digest('hex'), judged: lines };
}

/** What became of the lines: `- ` went, `+ ` came. A changed order alone shows as one line. */
export function changesBetween(before: readonly string[], after: readonly string[], reordered: string): string[] {
  const went = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  const came = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  return went.length + came.length === 0 ? [reordered] : [...went, ...came];
}

/** Lines and characters of a plan that a message has room for beside all else that it shows. */
const MOST_SHOWN = { lines: 40, characters: 5000 };
/** Of a plan that Slack shows at all: it takes 250 KB in a modal, and a character can need five once it is escaped. */
const MOST_CHARACTERS = 50_000;

/** True when a message cannot show all that is judged: then it is read whole before anybody agrees. */
export function isLong({ judged, changes }: Pick<Approval, 'judged' | 'changes'>): boolean {
  const { lines, characters } = MOST_SHOWN;
  const isMany = judged.length > lines || changes.length > lines;
  return isMany || sizeOf({ judged, changes }) > characters;
}

/** True when Slack cannot show all that is judged: then nobody agrees to it there. */
export function isTooLong(approval: Pick<Approval, 'judged' | 'changes'>): boolean {
  return sizeOf(approval) > MOST_CHARACTERS;
}

function sizeOf({ judged, changes }: Pick<Approval, 'judged' | 'changes'>): number {
  return [...judged, ...changes].join('').length;
}

export type Decision = {
  readonly by: Person;
  /** The digest that the person saw. */
  readonly digest: string;
  readonly typed?: string | undefined;
  /** Epoch ms by the store's clock. */
  readonly nowMs: number;
  /** What does not matter for this kind of decision. Default nothing. */
  readonly free?: ReadonlySet<Refusal> | undefined;
};
export type Refusal = 'nothing-asked' | 'another-plan' | 'expired' | 'own-run' | 'twice' | 'wrong-name' | 'decided';

const NOTHING: ReadonlySet<Refusal> = new Set();

/**
 * Why this decision does not count; undefined when it does. The right to decide is judged elsewhere.
 * @param askers those who had the run go on: their own approval never counts
 */
export function refusalOf(
  approval: Approval | undefined,
  askers: readonly Person[],
  { by, digest, typed, nowMs, free = NOTHING }: Decision,
): Refusal | undefined {
  if (!approval) return 'nothing-asked';
  const { needs, state } = approval;
  if (approval.digest !== digest) return 'another-plan';
  if (state === 'expired' || nowMs >= Date.parse(approval.expiresAt)) return 'expired';
  if (state !== 'asking') return 'decided';
  if (askers.some(({ id }) => id === by.id) && !free.has('own-run')) return 'own-run';
  if (approval.by.some(({ id }) => id === by.id) && !free.has('twice')) return 'twice';
  if (needs.typed !== undefined && typed?.trim() !== needs.typed && !free.has('wrong-name')) return 'wrong-name';
  return undefined;
}

/** True when a plan of this risk may run beside others of its environment. */
export function isShared(risk: Risk | undefined): boolean {
  return risk === 'read' || risk === 'probe';
}
