import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { KubeConfig, User } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { DeadlineError, InputError } from '#domain/errors.ts';
import { words } from '#words/kubernetes.ts';
import { abortable } from '../abortable.ts';
import type { KubeContext } from './kubeconfig.ts';

/** What a request needs to be let in. */
export type Pass = { readonly headers: Readonly<Record<string, string>>; readonly dispatcher: Dispatcher | undefined };

/** One login by one context: certificate, token, token file, OIDC, or a command that gives a credential. */
export type Login = {
  /** The client library's own view of it. */
  readonly config: KubeConfig;
  pass(signal: AbortSignal): Promise<Pass>;
};

/** How long a command that gives a credential may take. */
const PLUGIN_TIMEOUT_MS = 30_000;

/** @throws InputError when the client certificate is expired or not readable */
export async function openLogin({ name, cluster, user }: KubeContext): Promise<Login> {
  checkCertificate(name, user);
  // Loaded with the first cluster only: its models of every kind take 40 MB.
  const { KubeConfig: Config, RequestContext } = await import('@kubernetes/client-node');
  const config = new Config();
  const context = { name, cluster: cluster.name, user: user.name };
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts: [context], currentContext: name });
  let dispatcher: Dispatcher | undefined;

  async function pass(signal: AbortSignal): Promise<Pass> {
    const request = new RequestContext(cluster.server, 'GET');
    const late = AbortSignal.timeout(PLUGIN_TIMEOUT_MS);
    try {
      await abortable(config.applySecurityAuthentication(request), AbortSignal.any([signal, late]));
    } catch (error) {
      signal.throwIfAborted();
      throw explained(error, { name, user, isLate: late.aborted });
    }
    // The library makes new connections with each request; those of the first are kept.
    dispatcher ??= request.getDispatcher();
    return { headers: request.getHeaders(), dispatcher };
  }
  return { config, pass };
}

/** @throws InputError telling when it ended */
function checkCertificate(context: string, { name, certFile, certData }: User): void {
  if (certFile === undefined && certData === undefined) return;
  const doing = `logging in to cluster "${context}"`;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(
      certFile === undefined ? Buffer.from(certData ?? '', 'base64') : readFileSync(certFile),
    );
  } catch (error) {
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
