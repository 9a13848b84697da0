import { PolicyError } from '#domain/errors.ts';
import { NAMESPACE, type Proof, type Statement, textOfStatement } from '#domain/proof.ts';
import { fingerprintOf, isSignedBy } from '#domain/ssh-signature.ts';
import { words as say } from '#words/decisions.ts';
import type { Decider } from './decisions.ts';

/**
 * Says who decides, where Slack does not: at a terminal only the person's own key does. A decision that is judged again
 * is not signed again.
 */
export function proverOf(decider: Decider): (statement: Statement) => Promise<Proof | undefined> {
  let last: Proof | undefined;
  return async (statement) => {
    if (isInSlack(decider)) return undefined;
    const text = textOfStatement(statement);
    if (last?.statement !== text) last = await proofOf(text, statement, decider);
    return last;
  };
}

/** Whoever comes through a channel or App Home was named by Slack. */
export function isInSlack({ caller: { channel, memberOf } }: Pick<Decider, 'caller'>): boolean {
  return (channel ?? memberOf) !== undefined;
}

/** @throws PolicyError without a key of theirs in the stack file, without a signature, or with one of another key */
async function proofOf(text: string, { by, run }: Statement, { deps, terminal }: Decider): Promise<Proof> {
  const { environment } = run;
  const keys = deps.stack.keys?.[by.id] ?? [];
  if (keys.length === 0) throw new PolicyError(say.noKey(by.id), { environment, advice: say.noKeyAdvice(by.id) });
  if (!terminal?.sign) throw new PolicyError(say.notSigned, { environment, advice: say.notSignedAdvice });
  const signature = await terminal.sign(text);
  const key = keys.find((line) => isSignedBy(line, signature, { text, namespace: NAMESPACE }));
  if (!key) throw new PolicyError(say.otherKey(keys.map(fingerprintOf)), { environment });
  return { host: terminal.host, key: fingerprintOf(key), statement: text, signature };
}
