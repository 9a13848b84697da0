import type { Auth } from './bed.ts';

type Catalog = readonly {
  readonly type: string;
  readonly endpoints: readonly { readonly interface: string; readonly url: string }[];
}[];
export type Login = { readonly token: string; readonly project: string; urlOf(type: string): string };

/** Signs in by plain calls, as the least that any client must do. */
export async function signIn(auth: Auth): Promise<Login> {
  const { username: name, password, project_name: project } = auth;
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: { name, password, domain } } };
  const response = await fetch(`${auth.auth_url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope: { project: { name: project, domain } } } }),
  });
  const { token } = (await response.json()) as { token: { catalog: Catalog; project: { id: string } } };
  return {
    token: response.headers.get('x-subject-token') ?? '',
    project: token.project.id,
    urlOf(type) {
      const entry = token.catalog.find((service) => service.type === type);
      return entry?.endpoints.find((endpoint) => endpoint.interface === 'public')?.url ?? '';
    },
  };
}
