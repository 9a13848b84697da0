import type { Step, SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-kubespray.ts';
import { type Sign, signOf, unreadError } from '../../absence.ts';

/** Where the cluster itself keeps what it was set up from. */
const KEPT = { namespace: 'kube-system', name: 'strata-cluster' };
/** `isThere`: a cluster answers, whoever set it up. `unread`: none did. */
export type SetUp = {
  readonly digest?: string | undefined;
  readonly isThere: boolean;
  readonly isReady: boolean;
  readonly unread?: Unread | undefined;
};
/** Why, in words; whether there may be none yet. */
export type Unread = { readonly sign: Exclude<Sign, 'barred'>; readonly error: Error };

/** No cluster yet. */
export const NOTHING: SetUp = { isThere: false, isReady: false };

/**
 * What the cluster was set up from, and whether all its nodes are Ready; neither when it does not answer.
 * @throws CheckError when we are kept from knowing
 */
export async function readSetUp({ name }: Pick<Layer, 'name'>, ctx: SurveyContext): Promise<SetUp> {
  try {
    const cluster = ctx.ports.kubernetes(name, ctx.signal);
    const [nodes, kept] = await Promise.all([cluster?.nodes(), cluster?.configMap(KEPT.namespace, KEPT.name)]);
    const isThere = (nodes ?? []).length > 0;
    const isReady = isThere && (nodes ?? []).every(({ ready }) => ready === 'True');
    return { digest: kept?.data['digest'], isThere, isReady };
  } catch (error) {
    ctx.signal.throwIfAborted();
    const sign = signOf(error);
    if (sign === undefined) throw error;
    if (sign === 'barred') throw unreadError(name, error);
    return { ...NOTHING, unread: { sign, error: error as Error } };
  }
}

/** Keeps it, once everything else is done. */
export function keepStep(layer: string, digest: string): Step {
  return {
    id: `${layer}/keep`,
    title: words.title.keep,
    layer,
    timeoutMs: 60_000,
    find: async () => undefined,
    async act(ctx) {
      const metadata = { ...KEPT, labels: { 'app.kubernetes.io/managed-by': 'strata' } };
      await ctx.ports
        .kubernetes(layer, ctx.signal)
        ?.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { digest } });
      return null;
    },
    settle: async () => ({ kind: 'ready', value: null, detail: digest }),
  };
}
