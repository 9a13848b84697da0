import { cinder } from './cinder.ts';
import { glance } from './glance.ts';
import type { Refusal } from './http.ts';
import { keystone } from './keystone.ts';
import { neutron } from './neutron.ts';
import { nova } from './nova.ts';
import { placement } from './placement.ts';

/** `path` is the end of its URL in the catalogue; `microversion` the newest, as in its header. */
export type Service = { name: ServiceName; type: string; path: string; microversion?: string };

/** In the order of their ports. */
export const services: readonly Service[] = [
  { name: 'keystone', type: 'identity', path: '/v3' },
  { name: 'placement', type: 'placement', path: '', microversion: 'placement 1.39' },
  { name: 'glance', type: 'image', path: '' },
  { name: 'nova', type: 'compute', path: '/v2.1', microversion: 'compute 2.93' },
  { name: 'neutron', type: 'network', path: '' },
  { name: 'cinder', type: 'block-storage', path: '/v3/', microversion: 'volume 3.70' },
];

export const routesOf = { keystone, placement, glance, nova, neutron, cinder };
export type ServiceName = keyof typeof routesOf;

const NAMES: Readonly<Record<number, string>> = {
  ...{ 400: 'badRequest', 403: 'forbidden', 404: 'itemNotFound', 409: 'conflictingRequest', 413: 'overLimit' },
};

/** The bodies of their errors; a string is HTML. Keystone's is that of a refused token everywhere but in Glance. */
export const errorOf: Record<ServiceName, (refusal: Refusal) => unknown> = {
  keystone: ({ status, message, type }) => ({ error: { code: status, message, title: type } }),
  placement: ({ status, message, type }) => ({ errors: [{ status, title: type, detail: message }] }),
  glance: ({ status, message }) =>
    `<html>\n <head>\n  <title>${status}</title>\n </head>\n <body>\n  <h1>${status}</h1>\n  ` +
    `${message.replaceAll("'", '&#x27;')}<br /><br />\n\n\n </body>\n</html>`,
  nova: ({ status, message }) => ({ [NAMES[status] ?? 'computeFault']: { code: status, message } }),
  neutron: ({ message, type }) => ({ NeutronError: { type, message, detail: '' } }),
  cinder: ({ status, message }) => ({ [NAMES[status] ?? 'computeFault']: { code: status, message, retryAfter: '0' } }),
};
