import { describe, expect, it } from 'vitest';
import { networkTrouble } from '#adapters/http/network.ts';

/** As fetch throws it: the reason is down the chain. */
function thrown(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

describe('what broke below HTTP', () => {
  it.each([
    ['ECONNREFUSED', 'silent', 'refused'],
    ['EHOSTUNREACH', 'silent', 'refused'],
    ['ENETUNREACH', 'silent', 'refused'],
    ['ETIMEDOUT', 'silent', 'refused'],
    ['UND_ERR_CONNECT_TIMEOUT', 'silent', 'refused'],
    ['ENOTFOUND', 'silent', 'unresolved'],
    // The name servers failed: that tells nothing of the name.
    ['EAI_AGAIN', 'cut', 'unresolved'],
    ['ECONNRESET', 'cut', 'cut'],
    ['UND_ERR_SOCKET', 'cut', 'cut'],
    ['UND_ERR_HEADERS_TIMEOUT', 'cut', 'refused'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls', 'alert'],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'tls', 'alert'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'name'],
    ['CERT_HAS_EXPIRED', 'tls', 'tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'tls'],
  ])('is told by its code: %s is %s', (code, network, kind) => {
    expect(networkTrouble(thrown(code))).toMatchObject({ network, kind });
  });

  it('is no silence when nobody knows what it was', () => {
    expect(networkTrouble(new Error('?'))).toEqual({ what: 'no connection', kind: 'refused', network: 'cut' });
  });
});
