import { z } from 'zod';
import type { Health } from '#domain/health.ts';
import type { Service } from '#domain/kubernetes.ts';
import { words } from '#words/cluster.ts';
import type { ReadCluster } from '../cluster.ts';
import type { Part } from '../part.ts';

type Answer = { readonly status: number; readonly body: string };
/** What an answer amounts to. */
type Found = { readonly health: Health; readonly detail: string };

/** Something in a cluster that tells by HTTP how it is. */
type Kind = {
  readonly name: string;
  isIt(service: Service): boolean;
  /** Names or numbers of ports, best first; the first port when there is none of them. */
  readonly ports: readonly string[];
  readonly path: string;
  judge(answer: Answer): Found;
};

export type Web = {
  readonly kind: string;
  readonly namespace: string;
  readonly service: string;
  readonly found: Part<Found>;
};

/** Longest time one of them may take: a dead one must not hold the status up. */
const WEB_TIMEOUT_MS = 5000;
const PROMETHEUS = { ports: ['9090', 'web', 'http-web', 'prom-metrics', 'http'] };

/** An instant query's answer. @see https://prometheus.io/docs/prometheus/latest/querying/api/ */
const Vector = z.object({
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) }),
});
const ClusterHealth = z.object({ status: z.string(), number_of_nodes: z.number().optional() });

/** Asked by query, not by list: the answer is short however many targets there are. */
const DOWN = `/api/v1/query?query=${encodeURIComponent('up == 0')}`;
const FIRING = `/api/v1/query?query=${encodeURIComponent('ALERTS{alertstate="firing",alertname!="Watchdog"}')}`;

/** What is asked, where the cluster has it. One line of thought an entry. */
const KINDS: readonly Kind[] = [
  {
    name: words.webs.dashboard,
    isIt: (service) => service.name === 'horizon-int' || (service.name === 'horizon' && isAlone(service)),
    ports: ['dashboard', 'web', 'http', '80'],
    path: '/auth/login/?next=/',
    judge({ status, body }) {
      const isLogin = status < 400 && /<form|password|log ?in/i.test(body);
      return { health: isLogin ? 'ok' : 'failure', detail: isLogin ? words.webs.login : words.webs.noLogin(status) };
    },
  },
  {
    name: words.webs.targets,
    isIt: isPrometheus,
    ...PROMETHEUS,
    path: DOWN,
    judge: (answer) => judgeVector(answer, words.webs.down, ({ job, instance }) => `${job ?? ''} ${instance ?? ''}`),
  },
  {
    name: words.webs.alerts,
    isIt: isPrometheus,
    ...PROMETHEUS,
    path: FIRING,
    judge: (answer) => judgeVector(answer, words.webs.firing, ({ alertname }) => alertname ?? ''),
  },
  {
    name: words.webs.elasticsearch,
    isIt: ({ labels, ports, name }) =>
      (isCalled(labels, 'elasticsearch') || name.startsWith('elasticsearch')) &&
      ports.some(({ port }) => port === 9200),
    ports: ['9200'],
    path: '/_cluster/health',
    judge(answer) {
      const health = parsed(answer, ClusterHealth);
      if (!health) return { health: 'unknown', detail: words.webs.strange(answer.status) };
      const healths: Readonly<Record<string, Health>> = { green: 'ok', yellow: 'warning', red: 'failure' };
      return { health: healths[health.status] ?? 'unknown', detail: words.webs.search(health.status) };
    },
  },
];

/** Asks each of them through the API server's proxy, so that no address of the cluster needs to be reachable. */
export async function readWebs(part: ReadCluster, services: readonly Service[]): Promise<readonly Web[]> {
  const asked = KINDS.flatMap((kind) => {
    const service = services.find((each) => kind.isIt(each));
    return service ? [{ kind, service }] : [];
  });
  return Promise.all(
    asked.map(async ({ kind, service: { namespace, name, ports } }): Promise<Web> => {
      const wanted = kind.ports.map((want) => ports.find((port) => port.name === want || String(port.port) === want));
      const port = wanted.find((each) => each !== undefined) ?? ports[0];
      const target = { namespace, name, port: port?.name || String(port?.port ?? 80) };
      const found = await part(async (cluster) => kind.judge(await cluster.proxy(target, kind.path)), WEB_TIMEOUT_MS);
      return { kind: kind.name, namespace, service: name, found };
    }),
  );
}

function isCalled(labels: Service['labels'], name: string): boolean {
  return [labels['application'], labels['app'], labels['app.kubernetes.io/name']].includes(name);
}

function isPrometheus({ labels, ports, clusterIp }: Service): boolean {
  return isCalled(labels, 'prometheus') && clusterIp !== 'None' && ports.some(({ port }) => port === 9090);
}

/** Other charts call an Ingress' Service by the bare name; that one has no pods of its own. */
function isAlone({ selector }: Service): boolean {
  return selector['application'] === 'horizon';
}

function parsed<T>({ body }: Answer, shape: z.ZodType<T>): T | undefined {
  try {
    return shape.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** Nothing in the answer is what is wished for. */
function judgeVector(
  answer: Answer,
  say: (count: number, names: readonly string[]) => string,
  nameOf: (metric: Readonly<Record<string, string>>) => string,
): Found {
  const result = parsed(answer, Vector)?.data.result;
  if (!result) return { health: 'unknown', detail: words.webs.strange(answer.status) };
  const names = [...new Set(result.map(({ metric }) => nameOf(metric).trim()))];
  return { health: result.length === 0 ? 'ok' : 'warning', detail: say(result.length, names) };
}
