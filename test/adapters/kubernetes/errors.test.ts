import { Headers } from 'undici';
import { describe, expect, it } from 'vitest';
import { failureOf } from '#adapters/kubernetes/errors.ts';

function adviceOf(status: number, message: string): string | undefined {
  const text = JSON.stringify({ kind: 'Status', status: 'Failure', message, code: status });
  const call = { doing: 'listing nodes of "lab"', path: '/api/v1/nodes' };
  return failureOf({ status, text, headers: new Headers(), call, url: 'https://lab:6443/api/v1/nodes' }).advice;
}

describe('advice on what an API server refuses', () => {
  it('leads to the credential when we came as nobody, as with an empty token, and to rights when as somebody', () => {
    const forbidden = (user: string) => `nodes is forbidden: User "${user}" cannot list resource "nodes"`;

    expect(adviceOf(403, forbidden('system:anonymous'))).toContain('its token, certificate or login command');
    expect(adviceOf(403, forbidden('operator'))).toContain('role binding');
  });

  it('leads to the pods when a Service has none that is ready', () => {
    expect(adviceOf(503, 'no endpoints available for service "ceph"')).toContain('No pod behind this Service is ready');
  });

  it('does not take budgets that overlap on a pod for trouble of the API server', () => {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';

    expect(adviceOf(500, message)).toContain('narrow or delete all but one');
  });
});
