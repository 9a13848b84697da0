import { z } from 'zod';
import type { EndpointSlice, Route, Service } from '#domain/kubernetes.ts';
import { conditionOf, Conditions, Metadata, metaOf, Strings, stringsOf } from './meta.ts';

const Port = z.object({
  name: z.string().default(''),
  protocol: z.string().default('TCP'),
  port: z.number(),
  targetPort: z.union([z.number(), z.string()]).optional(),
  nodePort: z.number().optional(),
});
const LoadBalancer = z
  .object({ ingress: z.array(z.object({ ip: z.string().optional(), hostname: z.string().optional() })).nullish() })
  .prefault({});

function addressesOf({ ingress }: z.infer<typeof LoadBalancer>): string[] {
  return (ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/ */
export const ServiceShape = z
  .object({
    metadata: Metadata,
    spec: z
      .object({
        type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).default('ClusterIP'),
        clusterIP: z.string().default(''),
        externalIPs: z.array(z.string()).nullish(),
        ports: z.array(Port).nullish(),
        selector: Strings,
      })
      .prefault({}),
    status: z.object({ loadBalancer: LoadBalancer }).prefault({}),
  })
  .transform(({ metadata, spec, status }): Service => ({
    ...metaOf(metadata),
    type: spec.type,
    clusterIp: spec.clusterIP,
    externalIps: [...addressesOf(status.loadBalancer), ...(spec.externalIPs ?? [])],
    ports: (spec.ports ?? []).map(({ targetPort, ...port }) => ({
      ...port,
      targetPort: String(targetPort ?? port.port),
    })),
    selector: stringsOf(spec.selector),
  }));

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/ */
export const EndpointSliceShape = z
  .object({
    metadata: Metadata,
    endpoints: z.array(z.object({ conditions: z.object({ ready: z.boolean().nullish() }).nullish() })).nullish(),
  })
  .transform(({ metadata, endpoints }): EndpointSlice => {
    const all = endpoints ?? [];
    // An endpoint that does not say so is to be taken as ready.
    const ready = all.filter(({ conditions }) => conditions?.ready ?? true).length;
    const service = metadata.labels?.['kubernetes.io/service-name'] ?? '';
    return { ...metaOf(metadata), service, ready, notReady: all.length - ready };
  });

const IngressBackend = z.object({ service: z.object({ name: z.string() }).optional() });

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
export const IngressShape = z
  .object({
    metadata: Metadata,
    spec: z
      .object({
        ingressClassName: z.string().optional(),
        defaultBackend: IngressBackend.optional(),
        rules: z
          .array(
            z.object({
              host: z.string().optional(),
              http: z.object({ paths: z.array(z.object({ backend: IngressBackend })).nullish() }).optional(),
            }),
          )
          .nullish(),
      })
      .prefault({}),
    status: z.object({ loadBalancer: LoadBalancer }).prefault({}),
  })
  .transform(({ metadata, spec, status }): Route => {
    const rules = spec.rules ?? [];
    const backends = [
      spec.defaultBackend,
      ...rules.flatMap(({ http }) => (http?.paths ?? []).map((path) => path.backend)),
    ];
    const named = spec.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'];
    return {
      ...metaOf(metadata),
      kind: 'Ingress',
      classes: named === undefined ? [] : [named],
      hosts: unique(rules.flatMap(({ host }) => host ?? [])),
      backends: unique(backends.flatMap((backend) => backend?.service?.name ?? [])),
      addresses: addressesOf(status.loadBalancer),
      isAccepted: true,
      message: '',
    };
  });

const Reference = z.object({ name: z.string(), namespace: z.string().optional() });

/** @see https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
export const HttpRouteShape = z
  .object({
    metadata: Metadata,
    spec: z
      .object({
        parentRefs: z.array(Reference).nullish(),
        hostnames: z.array(z.string()).nullish(),
        rules: z.array(z.object({ backendRefs: z.array(Reference).nullish() })).nullish(),
      })
      .prefault({}),
    status: z.object({ parents: z.array(z.object({ conditions: Conditions })).nullish() }).prefault({}),
  })
  .transform(({ metadata, spec, status }): Route => {
    const meta = metaOf(metadata);
    const parents = status.parents ?? [];
    const wrong = parents
      .flatMap(({ conditions }) => [conditionOf(conditions, 'Accepted'), conditionOf(conditions, 'ResolvedRefs')])
      .find((condition) => condition !== undefined && condition.status !== 'True');
    return {
      ...meta,
      kind: 'HTTPRoute',
      classes: (spec.parentRefs ?? []).map(({ name, namespace }) => `${namespace ?? meta.namespace}/${name}`),
      hosts: spec.hostnames ?? [],
      backends: unique((spec.rules ?? []).flatMap(({ backendRefs }) => (backendRefs ?? []).map(({ name }) => name))),
      addresses: [],
      isAccepted: parents.length > 0 && wrong === undefined,
      message: wrong?.message ?? '',
    };
  });

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
