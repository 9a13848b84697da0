import { type Asked, merged, refusal, type Reply, selects } from './http.ts';
import { kindOf, type Kind } from './kinds.ts';
import { end } from './nodes.ts';
import type { NewThing, Store, Thing } from './store.ts';

/** Kinds that the fault `forbidden` hides. */
const HIDDEN = new Set(['nodes', 'secrets', 'persistentvolumes', 'persistentvolumeclaims', 'storageclasses']);
const METADATA_ONLY = 'as=PartialObjectMetadataList';

/** What the API answers to a call about objects. */
export function answer(store: Store, asked: Asked): Reply {
  const { version, plural, namespace, name, method } = asked;
  const kind = kindOf(version, plural);
  const isUnknown = plural === 'cephclusters' && store.faults.has('noCeph');
  if (!kind || isUnknown) return { status: 404, body: '404 page not found' };
  if (store.faults.has('forbidden') && HIDDEN.has(plural))
    return refusal(
      403,
      `${plural} is forbidden: User "sandbox" cannot ${method === 'GET' ? 'list' : 'change'} resource "${plural}" in API group "" at the cluster scope`,
    );
  if (name === undefined) return method === 'GET' ? list(store, kind, asked) : create(store, kind, asked);
  const thing = store.find(kind.kind, name, kind.namespaced ? namespace : undefined);
  if (method === 'PATCH') return patch(store, { ...asked, kind, thing });
  if (!thing) return refusal(404, `${plural} "${name}" not found`);
  if (asked.sub === 'eviction') return evict(store, thing, asked.body);
  if (method !== 'DELETE') return { status: 200, body: bare(store, thing) };
  if (kind.kind === 'Pod' && asked.body.gracePeriodSeconds !== 0) end(store, thing);
  else store.remove(thing);
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', status: 'Success' } };
}

function create(store: Store, kind: Kind, asked: Asked): Reply {
  const { method, body, namespace } = asked;
  if (method !== 'POST') return refusal(405, 'the server does not allow this method');
  const { name } = body.metadata;
  if (store.find(kind.kind, name, kind.namespaced ? namespace : undefined))
    return refusal(409, `${kind.plural} "${name}" already exists`);
  return patch(store, { ...asked, kind, name, thing: undefined, type: 'application/apply-patch+json' });
}

/** A page of a list, and where the next one begins. */
function list(store: Store, { kind, version }: Kind, asked: Asked): Reply {
  const { query } = asked;
  const all = store.all(kind, selects(asked));
  const from = Number(query.get('continue') ?? 0);
  if (from > 0 && store.faults.delete('apiForgets'))
    return refusal(410, 'The provided continue parameter is too old to display a consistent list result.');
  const limit = Number(query.get('limit') ?? 0) || all.length;
  const items = all
    .slice(from, from + limit)
    .map((thing) => (asked.accept.includes(METADATA_ONLY) ? { metadata: thing.metadata } : bare(store, thing)));
  const next = from + limit < all.length ? { continue: String(from + limit) } : {};
  return {
    status: 200,
    body: {
      kind: `${kind}List`,
      apiVersion: version,
      metadata: { resourceVersion: String(store.version()), ...next },
      items,
    },
  };
}

/** As one that is so new that nobody has looked at it. */
export function bare(store: Store, thing: Thing): unknown {
  if (!store.faults.has('bareObjects') || !['Pod', 'Node'].includes(thing.kind)) return thing;
  const { status: _, ...rest } = thing;
  return rest;
}

type Patch = Asked & { readonly kind: Kind; readonly thing: Thing | undefined };

function patch(store: Store, { kind, thing, body, type, name = '', namespace }: Patch): Reply {
  const isApply = type.includes('apply-patch');
  if (!thing && !isApply) return refusal(404, `${kind.plural} "${name}" not found`);
  const isGoing = store.find('Namespace', namespace ?? '')?.['status'].phase === 'Terminating';
  if (kind.namespaced && !store.find('Namespace', namespace ?? ''))
    return refusal(404, `namespaces "${namespace}" not found`);
  if (!thing && isGoing)
    return refusal(
      403,
      `${kind.plural} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  if (body.spec?.containers?.length === 0)
    return refusal(422, `${kind.kind} "${name}" is invalid: spec.containers: Required value`);
  const version = body.metadata?.resourceVersion ?? thing?.metadata.resourceVersion;
  if (thing && version !== thing.metadata.resourceVersion) {
    const why = 'the object has been modified; please apply your changes to the latest version and try again';
    return refusal(409, `Operation cannot be fulfilled on ${kind.plural} "${name}": ${why}`);
  }
  if (thing) {
    store.set(thing, merged(thing, body) as Record<string, unknown>);
    return { status: 200, body: thing };
  }
  const metadata = { ...body.metadata, name, ...(kind.namespaced ? { namespace } : {}) };
  const nodeName = kind.kind === 'Pod' ? { spec: { nodeName: 'node-2', ...body.spec } } : {};
  return { status: 201, body: store.put({ status: {}, ...body, ...nodeName, metadata } as NewThing) };
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/ (preconditions) */
function evict(store: Store, pod: Thing, body: Asked['body']): Reply {
  if (store.faults.has('evictionBroken')) return refusal(500, 'Internal error occurred: etcdserver: request timed out');
  const budget = store.all('PodDisruptionBudget', ({ metadata, spec }) => {
    const wanted = Object.entries((spec?.selector?.matchLabels ?? {}) as Record<string, string>);
    return (
      metadata.namespace === pod.metadata.namespace &&
      wanted.every(([key, value]) => pod.metadata.labels?.[key] === value)
    );
  })[0];
  if (budget && budget['status'].disruptionsAllowed < 1) {
    const { desiredHealthy, currentHealthy } = budget['status'];
    const message = `The disruption budget ${budget.metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    return refusal(429, "Cannot evict pod as it would violate the pod's disruption budget.", [
      { reason: 'DisruptionBudget', message },
    ]);
  }
  const wanted = body.deleteOptions?.preconditions?.uid ?? pod.metadata.uid;
  if (wanted !== pod.metadata.uid) {
    const message = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${pod.metadata.uid}`;
    return refusal(409, `Operation cannot be fulfilled on pods "${pod.metadata.name}": ${message}`);
  }
  end(store, pod);
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', status: 'Success' } };
}
