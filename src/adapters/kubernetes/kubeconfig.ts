import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cluster, User } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { z } from 'zod';
import { InputError, MissingError } from '#domain/errors.ts';
import { nearest } from '#domain/nearest.ts';
import { words } from '#words/kubernetes.ts';

const ClusterEntry = z.object({
  server: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().default(false),
  'tls-server-name': z.string().optional(),
  'proxy-url': z.string().optional(),
});
const Plugin = z.object({
  apiVersion: z.string().default('client.authentication.k8s.io/v1'),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});
const UserEntry = z.object({
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  as: z.string().optional(),
  exec: Plugin.nullish(),
  'auth-provider': z.object({ name: z.string(), config: z.record(z.string(), z.string()).nullish() }).nullish(),
});
const ContextEntry = z.object({ cluster: z.string(), user: z.string().default('') });
const Named = z.array(z.looseObject({ name: z.string() })).nullish();
const File = z.object({ contexts: Named, clusters: Named, users: Named });

/** One context of the kubeconfig, with the cluster and the user that it names, as the client library takes them. */
export type KubeContext = {
  readonly name: string;
  readonly file: string;
  readonly cluster: Cluster;
  readonly user: User;
  /** Holds the user's token, and may be written anew at any time. */
  readonly tokenFile?: string | undefined;
};

type Entry = { readonly file: string; readonly name: string; readonly value: unknown };

/**
 * Reads one context as kubectl does: of several files the first that has a name wins, and one that is not there is passed
 * over. We read it ourselves for what the client library has not: `tokenFile`, merging, and mistakes told by their place.
 * @throws InputError naming file, entry and field
 * @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export function readContext(name: string, paths: readonly string[]): KubeContext {
  const files = paths.filter(isThere);
  const where = paths.join(':');
  if (files.length === 0) throw new MissingError(`reading ${where}: no such file`, { advice: words.noFile });
  const parts = files.map((file) => ({ file, ...partsOf(file) }));
  const entries = (kind: 'contexts' | 'clusters' | 'users', key: string) =>
    parts.flatMap((part) =>
      (part[kind] ?? []).map((entry) => ({ file: part.file, name: entry.name, value: entry[key] })),
    );
  const contexts = entries('contexts', 'context');
  const context = contexts.find((entry) => entry.name === name);
  if (!context) {
    const known = contexts.map((entry) => entry.name);
    throw new MissingError(`reading ${where}: no context "${name}"`, {
      advice: words.context(nearest(name, known), known),
    });
  }
  const { cluster, user } = parsed('context', context, ContextEntry);
  const ofUser =
    user === ''
      ? { ...context, name: '', value: {} }
      : named('user', entries('users', 'user'), { name: user, by: context });
  return {
    name,
    file: context.file,
    cluster: clusterOf(named('cluster', entries('clusters', 'cluster'), { name: cluster, by: context })),
    ...userOf(ofUser),
  };
}

/** One that we may not look at is there. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function partsOf(file: string): z.infer<typeof File> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`reading ${file}: it is not readable`, { cause: error, advice: words.unreadable });
  }
  try {
    return File.parse(parse(text) ?? {});
  } catch (error) {
    const why = error instanceof z.ZodError ? 'it is no kubeconfig' : 'it is not valid YAML';
    throw new InputError(`reading ${file}: ${why}`, { cause: error, advice: words.unreadable });
  }
}

function named(kind: string, entries: readonly Entry[], { name, by }: { name: string; by: Entry }): Entry {
  const entry = entries.find((each) => each.name === name);
  if (entry) return entry;
  const message = `reading ${by.file}: context "${by.name}" names the ${kind} "${name}", which is not there`;
  throw new InputError(message, { advice: words.unreadable });
}

function parsed<T>(kind: string, { file, name, value }: Entry, shape: z.ZodType<T>): T {
  const result = shape.safeParse(value ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const message = `reading ${file}: ${kind} "${name}", ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  throw new InputError(message, { advice: words.unreadable });
}

/** Without what is undefined: the library asks for the presence of fields. */
function present<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

function clusterOf(entry: Entry): Cluster {
  const cluster = parsed('cluster', entry, ClusterEntry);
  return present<Cluster>({
    name: entry.name,
    server: cluster.server,
    caFile: beside(entry.file, cluster['certificate-authority']),
    caData: cluster['certificate-authority-data'],
    // Without TLS there is nothing to verify, and the library wants to hear so.
    skipTLSVerify: cluster['insecure-skip-tls-verify'] || cluster.server.startsWith('http:'),
    tlsServerName: cluster['tls-server-name'],
    proxyUrl: cluster['proxy-url'],
  });
}

function userOf(entry: Entry): Pick<KubeContext, 'user' | 'tokenFile'> {
  const user = parsed('user', entry, UserEntry);
  const tokenFile = beside(entry.file, user.tokenFile);
  const known = present<User>({
    name: entry.name,
    certFile: beside(entry.file, user['client-certificate']),
    certData: user['client-certificate-data'],
    keyFile: beside(entry.file, user['client-key']),
    keyData: user['client-key-data'],
    // A file wins over the token that stands beside it.
    token: tokenFile === undefined ? user.token : undefined,
    username: user.username,
    password: user.password,
    impersonateUser: user.as,
    exec: user.exec ? pluginOf(user.exec, entry.file) : undefined,
    authProvider: user['auth-provider'] ?? undefined,
  });
  return { user: known, tokenFile };
}

/** What client-go tells a plugin besides, and its command beside the kubeconfig when it is a path. */
function pluginOf({ apiVersion, command, args, env }: z.infer<typeof Plugin>, file: string): unknown {
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  return {
    apiVersion,
    command: command.includes('/') ? beside(file, command) : command,
    args: args ?? [],
    env: [...(env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }],
  };
}

function beside(file: string, path: string | undefined): string | undefined {
  if (path === undefined || path.startsWith('/')) return path;
  return join(dirname(file), path);
}
