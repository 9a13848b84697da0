import { type Call, check, type Reply, reply, type Routes } from './http.ts';
import { hexId, put, type Store, type Thing, where } from './store.ts';

type Named = { readonly id?: string; readonly name?: string };

/** Logs in by password, application credential or token. */
export function keystone(store: Store): Routes {
  const is = (thing: Named, { id, name }: Named) => (id === undefined ? thing.name === name : thing.id === id);

  function userOf({ identity, scope }: Thing): Thing {
    const { password, application_credential: wanted, token } = identity;
    const [credential] = where(store.credentials, (each) => wanted && is(each, wanted));
    check(!wanted || credential, `404 Not Found: Could not find Application Credential: ${wanted?.id}.`);
    const [named] = where(store.users, (each) => password && is(each, password.user));
    const user: Thing | undefined = credential?.user ?? named ?? store.tokens.get(token?.id)?.user;
    const isRight = wanted ? wanted.secret === credential?.secret : token || password?.user.password === user?.password;
    const isIn = !scope?.project || is({ id: user?.project_id, name: user?.project }, scope.project);
    check(user && isRight && isIn, '401 Unauthorized: The request you have made requires authentication.');
    return user;
  }

  function catalogOf({ project_id: project }: Thing) {
    return store.catalog.map(({ name, type, url }) => {
      const endpoint = { region: store.region, region_id: store.region, url: name === 'cinder' ? url + project : url };
      const endpoints = ['public', 'internal', 'admin'].map((side) => ({ interface: side, ...endpoint }));
      return { id: name, name, type, endpoints };
    });
  }

  function logIn({ body: { auth } }: Call): Reply {
    const user = userOf(auth);
    const { id, expiresAt } = put(store.tokens, { id: hexId(), user, expiresAt: Date.now() + store.timing.token });
    const domain = { id: 'default', name: 'Default' };
    const token = {
      ...{ methods: auth.identity.methods, user: { id: user.id, name: user.name, domain }, catalog: catalogOf(user) },
      ...{ project: { id: user.project_id, name: user.project, domain }, roles: [{ id: user.role, name: user.role }] },
      ...{ expires_at: new Date(expiresAt).toISOString(), issued_at: new Date().toISOString() },
    };
    return reply({ token }, 201, { 'x-subject-token': id });
  }

  return { 'POST /auth/tokens': logIn };
}
