import { hkdfSync } from 'node:crypto';
import { z } from 'zod';
import { InputError, RemoteError } from '#domain/errors.ts';
import type { Endpoint } from '#domain/openstack.ts';
import { words } from '#words/openstack.ts';
import { abortable } from '../abortable.ts';
import type { CloudConfig } from './clouds.ts';
import { type Answer, type Call, openTransport, parsed } from './http.ts';

const Entry = z.object({
  interface: z.enum(['public', 'internal', 'admin']),
  region: z.string().nullish(),
  url: z.string(),
});
const Token = z.object({
  token: z.object({
    expires_at: z.string(),
    user: z.object({ id: z.string(), name: z.string() }),
    project: z.object({ id: z.string(), name: z.string() }).optional(),
    catalog: z
      .array(z.object({ type: z.string(), name: z.string().default(''), endpoints: z.array(Entry) }))
      .default([]),
  }),
});

/** What a token gave: who we are and what the cloud offers. */
export type Login = {
  readonly token: string;
  readonly expiresAt: string;
  /** How long it was to last when it was new. */
  readonly lifeMs: number;
  readonly user: string;
  readonly project: string;
  readonly projectId: string;
  readonly catalog: z.infer<typeof Token>['token']['catalog'];
};

/** A renewed token must outlive the call it is fetched for. */
const RENEW_BEFORE_MS = 60_000;

/** Names under which catalogues list a service. @see https://specs.openstack.org/openstack/service-types-authority/ */
const ALIASES = {
  compute: ['compute'],
  network: ['network'],
  image: ['image'],
  volume: ['block-storage', 'volumev3', 'volume', 'block-store'],
  placement: ['placement'],
  identity: ['identity'],
} as const;
export type ServiceType = keyof typeof ALIASES;

/** One login to one cloud, shared by every client of it in this process. */
export type Session = {
  readonly config: CloudConfig;
  login(signal: AbortSignal): Promise<Login>;
  /** The base URL of a service, without a trailing slash; undefined when the catalogue has none in our region. */
  endpoint(type: ServiceType, signal: AbortSignal): Promise<string | undefined>;
  endpoints(signal: AbortSignal): Promise<readonly Endpoint[]>;
  /** Sends with a token; a 401 is answered once by a new one. @throws RemoteError, DeadlineError */
  send(call: Call, signal: AbortSignal): Promise<Answer>;
  deriveSecret(label: string): Uint8Array;
};

export function openSession(config: CloudConfig, options: { readonly timeoutMs?: number } = {}): Session {
  const transport = openTransport({ ca: config.ca, verify: config.verify, ...options });
  let current: Promise<Login> | undefined;

  // Single-flight, and not bound to the first caller's signal: the others would fail with it.
  async function login(signal: AbortSignal): Promise<Login> {
    signal.throwIfAborted();
    current ??= authenticate().catch((error: unknown) => {
      current = undefined;
      throw error;
    });
    return abortable(renewed(current), signal);
  }

  async function renewed(pending: Promise<Login>): Promise<Login> {
    const known = await pending;
    // A token that was short-lived from the start is used to its end, and the 401 after it renews it.
    const lastsMs = Date.parse(known.expiresAt) - Date.now();
    if (lastsMs > RENEW_BEFORE_MS || config.authType === 'token' || known.lifeMs < 2 * RENEW_BEFORE_MS) return known;
    if (current === pending) {
      current = authenticate().catch((error: unknown) => {
        current = undefined;
        throw error;
      });
    }
    return current ?? known;
  }

  async function authenticate(): Promise<Login> {
    const doing = `logging in to cloud "${config.name}"`;
    const url = `${config.auth.auth_url.replace(/\/+$/, '').replace(/\/v3$/, '')}/v3/auth/tokens`;
    const call: Call = { doing, service: 'identity', method: 'POST', url, body: { auth: requestOf(config) } };
    let answer: Answer;
    try {
      answer = await transport.send(call, AbortSignal.timeout(60_000));
    } catch (error) {
      throw explained(error, config);
    }
    const { token } = parsed(answer, Token);
    return {
      token: answer.headers.get('x-subject-token') ?? '',
      expiresAt: token.expires_at,
      lifeMs: Date.parse(token.expires_at) - Date.now(),
      user: token.user.name,
      project: token.project?.name ?? '',
      projectId: token.project?.id ?? '',
      catalog: token.catalog,
    };
  }

  async function endpoints(signal: AbortSignal): Promise<readonly Endpoint[]> {
    const { catalog } = await login(signal);
    const all = catalog.flatMap(({ type, name, endpoints: entries }) =>
      entries.map((entry) => ({
        service: name,
        type,
        interface: entry.interface,
        region: entry.region ?? '',
        url: entry.url,
      })),
    );
    if (config.region === undefined) return all;
    const ours = all.filter((entry) => entry.region === config.region);
    if (ours.length > 0 || all.length === 0) return ours;
    const regions = [...new Set(all.map((entry) => entry.region))];
    const message = `reading the catalogue of cloud "${config.name}": no region "${config.region}"`;
    throw new InputError(message, { advice: words.region(regions) });
  }

  async function endpoint(type: ServiceType, signal: AbortSignal): Promise<string | undefined> {
    const names: readonly string[] = ALIASES[type];
    const known = (await endpoints(signal)).filter((entry) => entry.interface === config.interface);
    const found = names.map((name) => known.find((entry) => entry.type === name)).find(Boolean);
    return found?.url.replace(/\/+$/, '');
  }

  async function send(call: Call, signal: AbortSignal): Promise<Answer> {
    const { token } = await login(signal);
    try {
      return await transport.send(withToken(call, token), signal);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.failure.status !== 401 || config.authType === 'token') throw error;
      // The token was revoked, or expired by another clock: get one new token and try once more.
      if ((await current)?.token === token) current = undefined;
      const { token: fresh } = await login(signal);
      return transport.send(withToken(call, fresh), signal);
    }
  }

  return { config, login, endpoint, endpoints, send, deriveSecret: (label) => deriveSecret(config, label) };
}

function withToken(call: Call, token: string): Call {
  return { ...call, headers: { ...call.headers, 'x-auth-token': token } };
}

/** @see https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management */
function requestOf({ auth, authType }: CloudConfig): unknown {
  const domain = (id?: string, name?: string) => (id === undefined ? { name: name ?? 'Default' } : { id });
  const user =
    auth.user_id === undefined
      ? { name: auth.username, domain: domain(auth.user_domain_id, auth.user_domain_name ?? auth.domain_name) }
      : { id: auth.user_id };
  const project =
    auth.project_id === undefined
      ? {
          name: auth.project_name,
          domain: domain(auth.project_domain_id, auth.project_domain_name ?? auth.domain_name),
        }
      : { id: auth.project_id };
  const scope = auth.project_id === undefined && auth.project_name === undefined ? {} : { scope: { project } };
  if (authType === 'token') return { identity: { methods: ['token'], token: { id: auth.token } }, ...scope };
  if (authType === 'password') {
    return { identity: { methods: ['password'], password: { user: { ...user, password: auth.password } } }, ...scope };
  }
  const credential =
    auth.application_credential_id === undefined
      ? { name: auth.application_credential_name, user }
      : { id: auth.application_credential_id };
  const secret = auth.application_credential_secret;
  return { identity: { methods: ['application_credential'], application_credential: { ...credential, secret } } };
}

/** Keystone says 401 to almost everything; say which of our credentials it was, and what to do. */
function explained(error: unknown, { name, auth, authType, file }: CloudConfig): unknown {
  if (!(error instanceof RemoteError)) return error;
  const { status } = error.failure;
  const gone = authType === 'application-credential' && status === 404;
  if (status !== 401 && !gone) return error;
  const who = {
    password: `the password of user "${auth.username ?? auth.user_id ?? ''}"`,
    'application-credential': 'the application credential',
    token: 'the token',
  }[authType];
  const advice = {
    password: words.credentials,
    'application-credential': words.credentials,
    token: words.tokenRevoked,
  }[authType];
  const message = `logging in to cloud "${name}" (${file}): ${who} ${gone ? 'is gone' : 'was refused'} (${status})`;
  return new RemoteError(message, {
    cause: error,
    advice: gone ? words.credentialGone : advice,
    failure: error.failure,
  });
}

function deriveSecret({ auth, name }: CloudConfig, label: string): Uint8Array {
  const secret = auth.application_credential_secret ?? auth.password ?? auth.token ?? '';
  return new Uint8Array(hkdfSync('sha256', secret, `strata ${name}`, label, 32));
}
