import { type Call, check, keystoneBody, Refusal, type Reply, reply, type Service } from './http.ts';
import type { ServiceName } from './options.ts';
import { hexId, put, type Store, type User, where } from './store.ts';

type Named = { readonly id?: string; readonly name?: string };
type Auth = {
  readonly identity: {
    readonly methods: readonly string[];
    readonly password?: { readonly user: Named & { readonly password: string } };
    readonly application_credential?: Named & { readonly secret: string };
    readonly token?: { readonly id: string };
  };
  readonly scope?: { readonly project?: Named };
};
const CATALOG: readonly (readonly [ServiceName, string, string])[] = [
  ['keystone', 'identity', '/v3'],
  ['placement', 'placement', ''],
  ['glance', 'image', ''],
  ['nova', 'compute', '/v2.1'],
  ['neutron', 'network', ''],
  ['cinder', 'block-storage', '/v3/'],
];

/** Logs in by password, application credential or token. */
export function keystone(store: Store): Service {
  const { users, tokens, credentials } = store;
  const isThat = (thing: Named, { id, name }: Named) => (id === undefined ? thing.name === name : thing.id === id);

  function userOf({ identity, scope }: Auth): User {
    const { password, application_credential: wanted, token } = identity;
    const [credential] = wanted ? where(credentials, (each) => isThat(each, wanted)) : [];
    const gone = `Could not find Application Credential: ${wanted?.id ?? wanted?.name}.`;
    check(!wanted || credential, '404 Not Found', gone);
    const [named] = password ? where(users, (each) => isThat(each, password.user)) : [];
    const user = credential?.user ?? named ?? tokens.get(token?.id ?? '')?.user;
    const isRight = wanted?.secret === credential?.secret && (!password || password.user.password === user?.password);
    const isIn = !scope?.project || (user && isThat({ id: user.project_id, name: user.project }, scope.project));
    if (user && isRight && isIn) return user;
    throw new Refusal(401, 'The request you have made requires authentication.', 'Unauthorized');
  }

  function catalogOf({ project_id: project }: User) {
    return CATALOG.map(([name, type, path]) => {
      const url = `${store.urls[name]}${path}${name === 'cinder' ? project : ''}`;
      const sides = ['public', 'internal', 'admin'];
      const endpoints = sides.map((side) => ({ interface: side, region: store.region, region_id: store.region, url }));
      return { id: name, name, type, endpoints };
    });
  }

  function logIn({ body }: Call): Reply {
    const auth: Auth = body.auth;
    const user = userOf(auth);
    const { id, expiresAt } = put(tokens, { id: hexId(), user, expiresAt: Date.now() + store.timing.token });
    const domain = { id: 'default', name: 'Default' };
    const token = {
      methods: auth.identity.methods,
      user: { id: user.id, name: user.name, domain },
      project: { id: user.project_id, name: user.project, domain },
      roles: [{ id: user.role, name: user.role }],
      expires_at: new Date(expiresAt).toISOString(),
      issued_at: new Date().toISOString(),
      catalog: catalogOf(user),
    };
    return reply({ token }, 201, { 'x-subject-token': id });
  }

  return { name: 'keystone', version: 'v3.14', errorBody: keystoneBody, routes: { 'POST /auth/tokens': logIn } };
}
