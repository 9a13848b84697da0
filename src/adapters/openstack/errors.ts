import { z } from 'zod';
import type { NetworkBreak } from '#domain/errors.ts';
import { words } from '#words/openstack.ts';
import { networkTrouble } from '../http/network.ts';

const Fault = z.looseObject({ message: z.string() });
const Bodies = {
  keystone: z.looseObject({ error: z.looseObject({ message: z.string() }) }),
  neutron: z.looseObject({ NeutronError: z.union([z.string(), z.looseObject({ message: z.string() })]) }),
  placement: z.looseObject({ errors: z.tuple([z.looseObject({ detail: z.string() })]).rest(z.unknown()) }),
};

/**
 * The sentence in an error's body. Six shapes: Keystone and keystonemiddleware `{error:{message}}`, Nova and Cinder
 * `{<name>:{message}}`, Neutron `{NeutronError:{message}}`, Placement `{errors:[{detail}]}`, and HTML (Glance).
 */
export function messageOf(body: string): string {
  const json = jsonOf(body);
  if (json === undefined) return textOfHtml(body);
  const keystone = Bodies.keystone.safeParse(json);
  if (keystone.success) return keystone.data.error.message;
  const neutron = Bodies.neutron.safeParse(json);
  if (neutron.success) {
    const error = neutron.data.NeutronError;
    return typeof error === 'string' ? error : error.message;
  }
  const placement = Bodies.placement.safeParse(json);
  if (placement.success) return placement.data.errors[0].detail;
  for (const value of Object.values(typeof json === 'object' && json !== null ? json : {})) {
    const fault = Fault.safeParse(value);
    if (fault.success) return fault.data.message;
  }
  return '';
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The readable part of an HTML page: its body without tags, entities decoded, at most 300 characters. */
function textOfHtml(html: string): string {
  return html
    .replace(/<(head|script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#x([\da-f]{1,6});/gi, (_, hex: string) => characterOf(Number.parseInt(hex, 16)))
    .replace(/&#(\d{1,7});/g, (_, decimal: string) => characterOf(Number(decimal)))
    .replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}

function characterOf(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
}

/**
 * What to do about an HTTP status. A quota that is used up is 403 in Nova, 409 in Neutron, 413 in Cinder: what is said tells.
 * @see https://docs.openstack.org/api-ref/compute/#create-server
 */
export function adviceOn(status: number, said: string): string | undefined {
  if (status < 500 && /quota exceeded|exceeded for quota/i.test(said)) return words.tooLarge;
  if (status === 401) return words.credentials;
  if (status === 403) return words.forbidden;
  if (status === 404) return words.notFound;
  if (status === 409) return words.conflict;
  if (status === 413) return words.tooLarge;
  if (status === 429) return words.tooMany;
  return status >= 500 ? words.broken : undefined;
}

/** A failure below HTTP, in plain words with advice. */
export function sayNetworkError(error: unknown): {
  readonly what: string;
  readonly advice: string;
  readonly network: NetworkBreak;
} {
  const { what, kind, network } = networkTrouble(error);
  return { what, advice: words[kind], network };
}
