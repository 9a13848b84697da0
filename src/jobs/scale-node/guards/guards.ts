import { viewOf } from '#domain/errors.ts';
import { words } from '#words/guards.ts';
import { ceph } from './ceph.ts';
import { controlPlane } from './control-plane.ts';
import { disruptionBudgets } from './disruption-budgets.ts';
import { galera } from './galera.ts';
import { type Guard, type GuardSource, type Moment, type Subject, type Verdict, voiceOf } from './guard.ts';
import { localData } from './local-data.ts';
import { neutron } from './neutron.ts';
import { nova } from './nova.ts';
import { otherNodes } from './other-nodes.ts';
import { peers } from './peers.ts';
import { rabbitmq } from './rabbitmq.ts';
import { vmOff } from './vm-off.ts';

/** For one guard; a member that hangs must not keep the plan. */
const GUARD_TIMEOUT_MS = 60_000;

/** What must hold before a node may go. One line an entry. */
const GUARDS: readonly Guard[] = [
  controlPlane,
  vmOff,
  otherNodes,
  galera,
  rabbitmq,
  peers,
  ceph,
  disruptionBudgets,
  localData,
  nova,
  neutron,
];

/** Asks all guards of a moment at once, afresh. One that cannot read refuses and says why. @throws only when the run ends */
export async function verdictsOf(subject: Subject, moment: Moment, source: GuardSource): Promise<readonly Verdict[]> {
  const guards = GUARDS.filter(({ before }) => moment === 'plan' || before.includes(moment));
  const verdicts = await Promise.all(guards.map((guard) => ask(guard, subject, { moment, source })));
  return verdicts.flat();
}

type Asked = { readonly moment: Moment; readonly source: GuardSource };

async function ask(guard: Guard, subject: Subject, { moment, source }: Asked): Promise<readonly Verdict[]> {
  const { environment, ports } = source;
  const deadline = AbortSignal.timeout(GUARD_TIMEOUT_MS);
  const signal = AbortSignal.any([source.signal, deadline]);
  try {
    return await guard.check(subject, { environment, ports, signal, moment });
  } catch (error) {
    source.signal.throwIfAborted();
    const { message, advice } = viewOf(error);
    const why = deadline.aborted ? words.late(GUARD_TIMEOUT_MS / 1000) : message;
    return [voiceOf(guard.name).refuses(words.unread(guard.name, why), advice ?? words.unreadAdvice)];
  }
}
