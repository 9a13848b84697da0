import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { KubeConfig, User } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { DeadlineError, InputError } from '#domain/errors.ts';
import { words } from '#words/kubernetes.ts';
import { abortable } from '../abortable.ts';
import type { KubeContext } from './kubeconfig.ts';

/** What a request needs to be let in. */
export type Pass = { readonly headers: Readonly<Record<string, string>>; readonly dispatcher: Dispatcher | undefined };

/** One login by one context: certificate, token, token file, OIDC, or a command that gives a credential. */
export type Login = {
  pass(signal: AbortSignal): Promise<Pass>;
  /** The client library's view of it. */
  config(): Promise<KubeConfig>;
};

/** How long a command that gives a credential may take. */
const PLUGIN_TIMEOUT_MS = 30_000;

/** @throws InputError when the client certificate is expired or not readable */
export function openLogin(context: KubeContext): Login {
  checkCertificate(context.name, context.user);
  let loaded: Promise<KubeConfig> | undefined;
  const config = () => (loaded = (context.tokenFile === undefined && loaded) || loadLibrary(context));
  return { config, pass: needsLibrary(context) ? passOfLibrary(context, config) : passOfFiles(context) };
}

/** Certificates, passwords and tokens are a few lines; the library with its models takes 90 MB and a third of a second. */
function needsLibrary({ user, cluster }: KubeContext): boolean {
  return user.exec !== undefined || user.authProvider !== undefined || cluster.proxyUrl !== undefined;
}

async function loadLibrary({ name, cluster, user: known, tokenFile }: KubeContext): Promise<KubeConfig> {
  const { KubeConfig: Config } = await import('@kubernetes/client-node');
  const config = new Config();
  const user = tokenFile === undefined ? known : { ...known, token: tokenOf(tokenFile, name) };
  const context = { name, cluster: cluster.name, user: user.name };
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts: [context], currentContext: name });
  return config;
}

function passOfLibrary({ name, cluster, user }: KubeContext, config: Login['config']): Login['pass'] {
  let dispatcher: Dispatcher | undefined;
  return async (signal) => {
    const { RequestContext } = await import('@kubernetes/client-node');
    const request = new RequestContext(cluster.server, 'GET');
    const late = AbortSignal.timeout(PLUGIN_TIMEOUT_MS);
    try {
      await abortable((await config()).applySecurityAuthentication(request), AbortSignal.any([signal, late]));
    } catch (error) {
      signal.throwIfAborted();
      throw explained(error, { name, user, isLate: late.aborted });
    }
    // The library makes new connections with each request; those of the first are kept.
    dispatcher ??= request.getDispatcher();
    return { headers: request.getHeaders(), dispatcher };
  };
}

function passOfFiles({ name, cluster, user, tokenFile }: KubeContext): Login['pass'] {
  const { username, password = '', impersonateUser } = user;
  const basic = username === undefined ? undefined : Buffer.from(`${username}:${password}`).toString('base64');
  const ca = contentOf(cluster.caFile, cluster.caData, name);
  const cert = contentOf(user.certFile, user.certData, name);
  const key = contentOf(user.keyFile, user.keyData, name);
  const connect = {
    rejectUnauthorized: !cluster.skipTLSVerify,
    ...(cluster.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
  // HTTP/1.1: a long list does not stand before a short one, and a server that leaves ends one call, not all.
  const dispatcher = new Agent({ connect, allowH2: false, connections: 32 });
  return async () => {
    const token = tokenFile === undefined ? user.token : tokenOf(tokenFile, name);
    const authorization = token === undefined ? basic && `Basic ${basic}` : `Bearer ${token}`;
    const headers = {
      ...(authorization === undefined ? {} : { authorization }),
      ...(impersonateUser === undefined ? {} : { 'impersonate-user': impersonateUser }),
    };
    return { headers, dispatcher };
  };
}

function tokenOf(file: string, context: string): string {
  return (contentOf(file, undefined, context) ?? '').toString().trim();
}

/** @throws InputError when the file is not readable */
function contentOf(file: string | undefined, base64: string | undefined, context: string): Buffer | undefined {
  if (file === undefined) return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
  try {
    return readFileSync(file);
  } catch (error) {
    const message = `logging in to cluster "${context}": ${file} is not readable`;
    throw new InputError(message, { cause: error, advice: words.unreadable });
  }
}

/** @throws InputError telling when it ended */
function checkCertificate(context: string, { name, certFile, certData }: User): void {
  if (certFile === undefined && certData === undefined) return;
  const doing = `logging in to cluster "${context}"`;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(contentOf(certFile, certData, context) ?? '');
  } catch (error) {
    if (error instanceof InputError) throw error;
    const message = `${doing}: the client certificate of user "${name}" is not readable`;
    throw new InputError(message, { cause: error, advice: words.unreadable });
  }
  const now = Date.now();
  if (certificate.validToDate.getTime() < now) {
    const message = `${doing}: the client certificate of user "${name}" expired on ${certificate.validToDate.toISOString()}`;
    throw new InputError(message, { advice: words.expired });
  }
  if (certificate.validFromDate.getTime() > now) {
    const since = certificate.validFromDate.toISOString();
    const message = `${doing}: the client certificate of user "${name}" is valid only from ${since}`;
    throw new InputError(message, { advice: words.clocks });
  }
}

type Failed = { readonly name: string; readonly user: User; readonly isLate: boolean };

/** Whatever fails here is in the kubeconfig, or in what it leads to. */
function explained(error: unknown, { name, user, isLate }: Failed): Error {
  const doing = `logging in to cluster "${name}"`;
  const plugin = user.exec as { readonly command: string } | undefined;
  const advice = plugin ? words.plugin : words.credentials;
  // Not its arguments: there may be a secret among them.
  const what = plugin ? `the command "${plugin.command}"` : `the login of user "${user.name}"`;
  if (isLate) {
    const message = `${doing}: ${what} did not end within ${PLUGIN_TIMEOUT_MS / 1000} s`;
    return new DeadlineError(message, { cause: error, advice });
  }
  const said = String(error instanceof Error ? error.message : error);
  const last = said.trim().split('\n').at(-1)?.trim() ?? '';
  return new InputError(`${doing}: ${what} failed${last === '' ? '' : `: ${last}`}`, { cause: error, advice });
}
