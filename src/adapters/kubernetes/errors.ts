import { z } from 'zod';
import { type NetworkBreak, RemoteError } from '#domain/errors.ts';
import { words } from '#words/kubernetes.ts';
import { networkTrouble } from '../http/network.ts';
import { retryAfterOf, RetryableError } from '../http/retry.ts';
import type { Answer } from './http.ts';

export const SERVICE = 'Kubernetes';

/** What the API server says when it does not do as asked. @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
const Status = z.object({
  kind: z.literal('Status'),
  status: z.string().optional(),
  reason: z.string().default(''),
  message: z.string().default(''),
  code: z.number().optional(),
  details: z
    .object({
      causes: z.array(z.object({ reason: z.string().default(''), message: z.string().default('') })).nullish(),
    })
    .nullish(),
});
export type Status = z.infer<typeof Status>;

/** undefined when something else answered, as a proxy or the thing behind one. */
export function statusOf(text: string): Status | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return Status.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The error that an answer is; its request id is the one in the audit log of the API server. */
export function failureOf({ call, url, status, headers, text }: Answer): RemoteError {
  const said = statusOf(text)?.message ?? (text.trimStart().startsWith('<') ? 'a web page' : text.slice(0, 300));
  const message = `${call.doing}: ${status} ${said.replace(/\s+/g, ' ').trim()}`.trimEnd();
  const requestId = headers.get('audit-id');
  const failure = { service: SERVICE, method: call.method ?? 'GET', url, status, ...(requestId ? { requestId } : {}) };
  const advice = adviceOnSaid(said) ?? adviceOn(status);
  const options = { failure, ...(advice === undefined ? {} : { advice }) };
  if (status !== 429 && status < 500) return new RemoteError(message, options);
  const error = new RetryableError(message, options);
  error.retryAfterMs = retryAfterOf(headers.get('retry-after'));
  return error;
}

function adviceOnSaid(said: string): string | undefined {
  // The API server's proxy is well, and has nobody to ask.
  if (said.startsWith('no endpoints available for service')) return words.noEndpoints;
  // A 500 that time does not mend: kubernetes, pkg/registry/core/pod/storage/eviction.go.
  if (said.includes('more than one PodDisruptionBudget')) return words.manyBudgets;
  // Whoever shows nothing, or an empty token, is let in as nobody.
  return said.includes('"system:anonymous"') ? words.credentials : undefined;
}

export function adviceOn(status: number): string | undefined {
  if (status === 401) return words.credentials;
  if (status === 403) return words.forbidden;
  if (status === 404) return words.notFound;
  if (status === 409) return words.conflict;
  if (status === 422) return words.invalid;
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
  return { what, network, advice: kind === 'tls' && /expired|not yet valid/.test(what) ? words.clocks : words[kind] };
}
