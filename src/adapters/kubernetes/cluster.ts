import { z } from 'zod';
import type { Kubernetes } from '#domain/kubernetes.ts';
import { openChanges } from './changes.ts';
import { type Client, type KnownKinds, openClient, pathOf, selectorsOf } from './client.ts';
import { failureOf, statusOf } from './errors.ts';
import { execute } from './exec.ts';
import { type Door, openDoor, parsed } from './http.ts';
import type { KubeContext } from './kubeconfig.ts';
import { openReads, PODS } from './reads.ts';
import { PodShape } from './shapes/pod.ts';
import { watchChanges } from './watch.ts';

/** One cluster; every client bound from it shares its login and connections. */
export type Cluster = { bind(signal: AbortSignal): Kubernetes };

/** The server ends a watch after this; one that is silent for longer is dropped. */
const WATCH_SECONDS = 60;
const WATCH_LIMIT_MS = 90_000;
const PROXY_LIMIT_BYTES = 65_536;
const LOG_LIMIT_BYTES = 1_048_576;

/**
 * Opens a cluster. Nothing is sent before the first call.
 * @param options.timeoutMs deadline of one call, default 30,000
 */
export function openCluster(context: KubeContext, options: { readonly timeoutMs?: number } = {}): Cluster {
  const door = openDoor(context, options);
  const kinds: KnownKinds = new Map();
  return {
    bind(signal) {
      const client = openClient(door, kinds, signal);
      return {
        connect: () => connect(client, door),
        unready: () => unready(client),
        ...openReads(client),
        watchPods: (by = {}) => {
          const asked = { doing: `watching pods of ${client.name}`, path: pathOf(PODS, by) };
          return watchChanges(
            {
              shape: PodShape,
              list: () => client.list(PODS, PodShape, by),
              lines: (version) =>
                door.lines(
                  { ...asked, query: { ...selectorsOf(by), ...watchFrom(version) } },
                  { signal, forMs: WATCH_LIMIT_MS },
                ),
            },
            signal,
          );
        },
        logs: (pod, lines) => logs(client, pod, lines),
        exec: (pod, argv, stdin) => execute(door, pod, { argv, stdin, signal }),
        proxy: (service, path) => proxy(client, service, path),
        ...openChanges(client),
      };
    },
  };
}

function watchFrom(resourceVersion: string): Record<string, string> {
  return { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: String(WATCH_SECONDS), resourceVersion };
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/ */
async function connect(client: Client, { context }: Door): ReturnType<Kubernetes['connect']> {
  const doing = `connecting to ${client.name}`;
  const askedAt = Date.now();
  const answer = await client.send({ doing, path: '/version' });
  // The header has whole seconds.
  const serverMs = Date.parse(answer.headers.get('date') ?? '') + 500;
  const clockAheadMs = Math.round(serverMs - (askedAt + Date.now()) / 2) || 0;
  const { gitVersion: version } = parsed(answer, z.object({ gitVersion: z.string() }));
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  // Not before Kubernetes 1.28, and not to everybody: then the kubeconfig's own name must do.
  const who = await client.send({ doing, method: 'POST', path, body: review, expected: [403, 404] });
  const Review = z.object({ status: z.object({ userInfo: z.object({ username: z.string() }) }) });
  const user = who.status > 299 ? context.user.name : parsed(who, Review).status.userInfo.username;
  return { version, server: context.cluster.server, user, clockAheadMs };
}

/** @see https://kubernetes.io/docs/reference/using-api/health-checks/ */
async function unready(client: Client): Promise<readonly string[]> {
  const doing = `asking ${client.name} whether it is ready`;
  const answer = await client.send({ doing, path: '/readyz', query: { verbose: 'true' }, expected: [500] });
  const failed = [...answer.text.matchAll(/^\[-\](\S+)/gm)].map(([, check = '']) => check);
  // Nobody else's 500 is a list of checks.
  if (answer.status === 500 && failed.length === 0) throw failureOf(answer);
  return failed;
}

async function logs(client: Client, pod: Parameters<Kubernetes['logs']>[0], lines: number): Promise<string> {
  const { namespace, name, container } = pod;
  const { text } = await client.send({
    doing: `reading the log of pod "${namespace}/${name}" of ${client.name}`,
    path: `${pathOf(PODS, { namespace, name })}/log`,
    query: { tailLines: String(lines), ...(container === undefined ? {} : { container }) },
    accept: '*/*',
    limitBytes: LOG_LIMIT_BYTES,
  });
  return text;
}

type Proxied = Parameters<Kubernetes['proxy']>[0];

/** @see https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/ */
async function proxy(client: Client, service: Proxied, path: string): ReturnType<Kubernetes['proxy']> {
  const { namespace, name, port, scheme } = service;
  const target = `${scheme === 'https' ? 'https:' : ''}${name}:${port}`;
  const answer = await client.send({
    doing: `asking service "${namespace}/${name}" of ${client.name} for ${path}`,
    path: `${pathOf({ version: 'v1', plural: 'services' }, { namespace, name: target })}/proxy/${path.replace(/^\//, '')}`,
    accept: '*/*',
    limitBytes: PROXY_LIMIT_BYTES,
    expected: 'any',
  });
  // The API server's own words, not the service's: forbidden, no such service, nothing behind it.
  if (answer.status > 299 && statusOf(answer.text)) throw failureOf(answer);
  return { status: answer.status, body: answer.text };
}
