import type { Trouble } from '#domain/report.ts';
import { words } from '#words/cluster.ts';
import { meaningOf } from '#words/failures.ts';
import type { Group } from './groups.ts';
import { ageMs, ownerOf } from './why.ts';

const say = words.trouble;
/** What has waited less than this may still be on its way. */
const PATIENCE_MS = 300_000;

type Told = Omit<Trouble, 'layer' | 'health'> & { readonly health?: Trouble['health'] };

/** One trouble for pods that are ill for the same reason. `atMs`: when they were read. */
export function podTrouble(layer: string, group: Group, atMs: number): Trouble {
  const isNew = group.pods.every(({ createdAt }) => ageMs(createdAt, { atMs }) < PATIENCE_MS);
  return { layer, health: isNew && group.why.kind === 'dependency' ? 'warning' : 'failure', ...tell(group) };
}

function tell({ why, pods, claims }: Group): Told {
  const many = pods.length;
  const owners = [...new Set(pods.map((pod) => titleOf(ownerOf(pod))))];
  const owner = words.owners(owners);
  switch (why.kind) {
    case 'node': {
      const nodes = [...new Set(pods.map(({ node }) => node))];
      const what = nodes.length === 1 ? say.onNode(many, why.node) : say.onNodes(many, nodes);
      return { what, advice: say.onNodeAdvice };
    }
    case 'dependency': {
      const { kind, key, state } = why.unmet;
      const what = kind === 'Pods' ? say.waitForPods(many, key) : say.waitFor(many, kind, bare(key, pods));
      return { what, cause: say.who(say.states[state], owners), advice: say.waitAdvice[kind] };
    }
    case 'claim':
      return { what: say.waitForClaims(many, claims), advice: say.waitForClaimsAdvice };
    case 'unschedulable':
      return { what: say.unschedulable(many, owners), ...meant(why.message, say.unschedulableAdvice) };
    case 'container': {
      const { message, exitCode, lastReason = '' } = why;
      const isPlain = ['', 'Error', 'Completed', why.reason].includes(lastReason);
      const reason = isPlain ? why.reason : `${why.reason} (${lastReason})`;
      const cause = exitCode === undefined ? message : say.exited(exitCode, message);
      return { what: say.container(many, owner, reason), ...meant(cause, say.containerAdvice, `${reason} ${cause}`) };
    }
    case 'evicted':
      return { what: say.evicted(many), health: 'warning', ...meant(why.message, say.containerAdvice, 'Evicted') };
    case 'stuck':
      return { what: say.stuck(many, owner, why.status), ...meant(why.message, say.containerAdvice) };
    case 'unready':
      return { what: say.unready(many, owner), ...meant(why.message, say.unreadyAdvice) };
  }
}

/** What was said, and what is known to help against it. */
function meant(message: string, advice: string, text = message): Pick<Trouble, 'cause' | 'advice'> {
  const meaning = meaningOf(text);
  const known = meaning && message !== '' ? `${message} (${meaning.cause})` : meaning?.cause;
  return { cause: known ?? (message === '' ? undefined : message), advice: meaning?.advice ?? advice };
}

function titleOf({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind} ${name}`;
}

/** Without the namespace where that is the pods' own. */
function bare(key: string, pods: Group['pods']): string {
  const [namespace, name = key] = key.split('/');
  return pods.every((pod) => pod.namespace === namespace) ? name : key;
}
