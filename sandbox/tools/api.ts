import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const TYPES = {
  GET: 'application/json',
  POST: 'application/json',
  DELETE: 'application/json',
  PATCH: 'application/merge-patch+json',
  /** Server-side apply: makes what is not there. */
  APPLY: 'application/apply-patch+yaml',
};
export type Answer = { readonly status: number; readonly text: string };

/** One call of the API of the cluster that KUBECONFIG names. */
export async function call(verb: keyof typeof TYPES, path: string, body?: object): Promise<Answer> {
  const { clusters, users } = parse(readFileSync(process.env['KUBECONFIG'] ?? '', 'utf8')) as {
    clusters: readonly [{ cluster: { server: string } }];
    users: readonly [{ user: { token: string } }];
  };
  const headers = { authorization: `Bearer ${users[0].user.token}`, 'content-type': TYPES[verb] };
  const method = verb === 'APPLY' ? 'PATCH' : verb;
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${clusters[0].cluster.server}${path}`, { method, headers, ...sent });
  return { status: response.status, text: await response.text() };
}
