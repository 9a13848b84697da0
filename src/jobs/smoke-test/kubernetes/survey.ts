import { RemoteError } from '#domain/errors.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/smoke-kubernetes.ts';
import type { Entry, KubernetesFacts, Offer } from './facts.ts';
import { clusterOf } from './object.ts';

/** Kubernetes' own test image: small, for every architecture, from a registry without a limit of pulls. */
const IMAGE = 'registry.k8s.io/e2e-test-images/busybox:1.36.1-1';
const INGRESS_CLASSES = { group: 'networking.k8s.io', version: 'v1', plural: 'ingressclasses' };

/** Reads which storage and which way in the cluster offers; what the stack file names goes first. */
export async function survey({ name, reach, smokeTest: wanted }: Layer, ctx: SurveyContext): Promise<KubernetesFacts> {
  const cluster = clusterOf(ctx, name);

  async function storageOf(): Promise<Offer<string>> {
    const { storageClass } = wanted;
    if (storageClass !== undefined) return { use: storageClass };
    const found = (await cluster.storageClasses()).find(({ isDefault }) => isDefault);
    return found ? { use: found.name } : { skip: words.noStorageClass };
  }
  async function entryOf(): Promise<Offer<Entry>> {
    const { gateway, ingressClass } = wanted;
    const [namespace = '', gatewayName = ''] = gateway?.split('/') ?? [];
    if (gateway !== undefined) return { use: { kind: 'HTTPRoute', namespace, gateway: gatewayName } };
    if (ingressClass !== undefined) return { use: { kind: 'Ingress', ingressClass } };
    const [first, ...others] = (await cluster.custom(INGRESS_CLASSES)) ?? [];
    if (!first) return { skip: words.noIngressClass };
    if (others.length > 0) return { skip: words.whichIngressClass };
    return { use: { kind: 'Ingress', ingressClass: first.name } };
  }

  const [storage, entry] = await Promise.all([
    unlessForbidden(storageOf, words.mayNotList('storage classes')),
    unlessForbidden(entryOf, words.mayNotList('ingress classes')),
  ]);
  const { image = IMAGE, clusterDomain = 'cluster.local' } = wanted;
  return { kind: 'kubernetes', name, reach: reach.kind !== 'none', image, clusterDomain, storage, entry };
}

async function unlessForbidden<T>(read: () => Promise<Offer<T>>, skip: string): Promise<Offer<T>> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RemoteError && error.failure.status === 403) return { skip };
    throw error;
  }
}
