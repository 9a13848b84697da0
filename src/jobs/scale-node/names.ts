import type { Step, SurveyContext } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';

/** Where the highest number that a node ever had is kept: in the cluster itself, which outlives Strata's own memory. */
const KEPT = { namespace: 'kube-system', name: 'strata-node-names' };
/** `node-4` and `node-4.lab.example`, split at its number. */
const NUMBERED = /^(?<stem>[^.]*?)(?<number>\d+)(?<rest>\..*)?$/;

/** Names of the workers, and every other name that is or was in use. */
type Taken = { readonly workers: readonly string[]; readonly others: readonly string[]; readonly highest: number };

/** The number that the cluster keeps; 0 when it keeps none. */
export async function readHighest(layer: string, { ports, signal }: SurveyContext): Promise<number> {
  const kept = await ports.kubernetes(layer, signal)?.configMap(KEPT.namespace, KEPT.name);
  const number = Number(kept?.data['highest'] ?? 0);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

/**
 * The next names of the workers' sequence, after every number that a node or server of it has or had, so that what
 * remembers a dead one never takes a new one for it. `layer-worker-1` and on where nothing is numbered.
 */
export function nextNames(layer: string, { workers, others, highest }: Taken, count: number): readonly string[] {
  const last = workers.map((name) => NUMBERED.exec(name)?.groups).findLast((groups) => groups !== undefined);
  const { stem = `${layer}-worker-`, number: sample = '', rest = '' } = last ?? {};
  const used = [...workers, ...others].flatMap((name) => {
    const groups = NUMBERED.exec(name)?.groups;
    return groups?.['stem'] === stem ? [Number(groups['number'])] : [];
  });
  const from = Math.max(0, highest, ...used) + 1;
  const width = sample.startsWith('0') ? sample.length : 0;
  return Array.from({ length: count }, (_, index) => `${stem}${String(from + index).padStart(width, '0')}${rest}`);
}

/** Keeps the number of the last name before anything is called so. */
export function keepNames(layer: string, names: readonly string[]): Step {
  return keepNumber(layer, numberOf(names.at(-1) ?? ''), words.title.names(names));
}

/**
 * Keeps the number of a node that goes where nothing that stays has a higher one, and none is kept: else the next new node
 * would be called as it was. Empty: it is not needed.
 */
export function rememberSteps(
  layer: string,
  node: string,
  {
    nodes,
    highest = 0,
  }: { readonly nodes: readonly { readonly name: string }[]; readonly highest?: number | undefined },
): readonly Step[] {
  const others = nodes.filter(({ name }) => name !== node).map(({ name }) => numberOf(name));
  const number = numberOf(node);
  return number > Math.max(highest, ...others) ? [keepNumber(layer, number, words.title.remember(node))] : [];
}

function numberOf(name: string): number {
  return Number(NUMBERED.exec(name)?.groups?.['number'] ?? 0);
}

function keepNumber(layer: string, number: number, title: string): Step {
  return {
    id: `${layer}/names`,
    title,
    layer,
    timeoutMs: 60_000,
    find: async () => undefined,
    async act(ctx) {
      const metadata = { ...KEPT, labels: { 'app.kubernetes.io/managed-by': 'strata' } };
      // Somebody may have kept a higher one since the plan was made.
      const data = { highest: String(Math.max(number, await readHighest(layer, ctx))) };
      await ctx.ports.kubernetes(layer, ctx.signal)?.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
      return null;
    },
    settle: async () => ({ kind: 'ready', value: null }),
  };
}
