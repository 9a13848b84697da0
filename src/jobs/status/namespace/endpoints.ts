import type { Endpoint } from '#domain/openstack.ts';
import { keyOf, type LookUp } from './look-up.ts';

/** An endpoint of the catalogue whose host is a Service, and whether somebody answers there. */
export type Resolved = {
  readonly endpoint: Endpoint;
  readonly host: string;
  /** `namespace/name` */
  readonly service: string;
  readonly ready: number;
  /** `unknown`: its namespace was not read. */
  readonly state: 'ready' | 'empty' | 'absent' | 'unknown';
};

/** `nova-api.openstack.svc.cluster.local`, also with another cluster domain, or just `.svc`. */
const SERVICE_HOST = /^(?<name>[a-z0-9-]+)\.(?<namespace>[a-z0-9-]+)\.svc(?:\.[a-z0-9.-]+)?$/;

/** The endpoints that are Services of the cluster; others are not ours to look up. */
export function resolve(endpoints: readonly Endpoint[], look: LookUp): readonly Resolved[] {
  return endpoints.flatMap((endpoint): Resolved[] => {
    const host = hostOf(endpoint.url);
    const { name, namespace } = SERVICE_HOST.exec(host)?.groups ?? {};
    if (name === undefined || namespace === undefined) return [];
    const thing = { name, namespace };
    const ready = look.readyBehind(thing);
    return [{ endpoint, host, service: keyOf(thing), ready, state: stateOf(thing, ready, look) }];
  });
}

function stateOf(
  thing: { readonly name: string; readonly namespace: string },
  ready: number,
  look: LookUp,
): Resolved['state'] {
  if (!look.isKnown('services', thing.namespace) || !look.isKnown('slices', thing.namespace)) return 'unknown';
  if (!look.service(thing)) return 'absent';
  return ready > 0 ? 'ready' : 'empty';
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
