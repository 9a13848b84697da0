import type { Step, SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-kubespray.ts';
import { isAbsence } from '../../absence.ts';

/** Where the cluster itself keeps what it was set up from. */
const KEPT = { namespace: 'kube-system', name: 'strata-cluster' };
/** `isThere`: a cluster answers, whoever set it up. */
export type SetUp = { readonly digest?: string | undefined; readonly isThere: boolean; readonly isReady: boolean };

/** No cluster yet. */
export const NOTHING: SetUp = { isThere: false, isReady: false };

/**
 * What the cluster was set up from, and whether all its nodes are Ready; neither when it does not answer.
 * @throws RemoteError when it answers that we may not know: taken for absent, it would be set up a second time
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
    if (!isAbsence(error)) throw error;
    return NOTHING;
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
