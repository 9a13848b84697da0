/** What broke below HTTP, in plain words, and which part of the way to look at. */
export type NetworkTrouble = { readonly what: string; readonly kind: 'refused' | 'unresolved' | 'tls' };

const CODES: Readonly<Record<string, readonly [string, NetworkTrouble['kind']]>> = {
  ECONNREFUSED: ['connection refused', 'refused'],
  ECONNRESET: ['connection reset', 'refused'],
  UND_ERR_SOCKET: ['connection closed', 'refused'],
  EHOSTUNREACH: ['host unreachable', 'refused'],
  ENETUNREACH: ['network unreachable', 'refused'],
  ETIMEDOUT: ['connection timed out', 'refused'],
  UND_ERR_CONNECT_TIMEOUT: ['connection timed out', 'refused'],
  ENOTFOUND: ['host name not found', 'unresolved'],
  EAI_AGAIN: ['host name not found', 'unresolved'],
};

/** Says a failure below HTTP. */
export function networkTrouble(error: unknown): NetworkTrouble {
  const code = codeOf(error);
  const [what, kind] = CODES[code] ?? [];
  if (what !== undefined && kind !== undefined) return { what, kind };
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|ISSUER/.test(code))
    return { what: `TLS: ${code.toLowerCase().replaceAll('_', ' ')}`, kind: 'tls' };
  return { what: code === '' ? 'no connection' : code, kind: 'refused' };
}

/** fetch wraps the reason; the code stands somewhere down the chain of causes. */
function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as Error & { readonly code?: unknown };
    if (typeof code === 'string') return code;
  }
  return '';
}
