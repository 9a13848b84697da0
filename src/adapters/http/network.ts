import type { NetworkBreak } from '#domain/errors.ts';

/** What broke below HTTP, in plain words, and which part of the way to look at. */
export type NetworkTrouble = {
  readonly what: string;
  readonly kind: 'refused' | 'cut' | 'unresolved' | 'tls' | 'name' | 'alert';
  readonly network: NetworkBreak;
};

const CODES: Readonly<Record<string, readonly [string, NetworkTrouble['kind']]>> = {
  ECONNREFUSED: ['connection refused', 'refused'],
  ECONNRESET: ['connection reset', 'cut'],
  UND_ERR_SOCKET: ['connection closed', 'cut'],
  EHOSTUNREACH: ['host unreachable', 'refused'],
  ENETUNREACH: ['network unreachable', 'refused'],
  ETIMEDOUT: ['connection timed out', 'refused'],
  UND_ERR_CONNECT_TIMEOUT: ['connection timed out', 'refused'],
  ENOTFOUND: ['host name not found', 'unresolved'],
  EAI_AGAIN: ['host name not found', 'unresolved'],
};
/** Who is cut off in the middle was talking to somebody; a name server that fails says nothing about the name. */
const SILENT: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ENOTFOUND'],
]);

/** Says a failure below HTTP. */
export function networkTrouble(error: unknown): NetworkTrouble {
  const code = codeOf(error);
  const [what, kind] = CODES[code] ?? [];
  if (what !== undefined && kind !== undefined) return { what, kind, network: SILENT.has(code) ? 'silent' : 'cut' };
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|ISSUER/.test(code))
    return { what: `TLS: ${code.toLowerCase().replaceAll('_', ' ')}`, kind: tlsKindOf(code), network: 'tls' };
  return { what: code === '' ? 'no connection' : code, kind: 'refused', network: 'cut' };
}

/** The other side ends a handshake by an alert; everything else is our judgement of its certificate. */
function tlsKindOf(code: string): NetworkTrouble['kind'] {
  if (code.includes('ALERT')) return 'alert';
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? 'name' : 'tls';
}

/** fetch wraps the reason; the code stands somewhere down the chain of causes. */
function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as Error & { readonly code?: unknown };
    if (typeof code === 'string') return code;
  }
  return '';
}
