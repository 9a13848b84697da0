import { z } from 'zod';
import { CheckError, viewOf } from '#domain/errors.ts';
import type { Kubernetes, Pod } from '#domain/kubernetes.ts';
import { words } from '#words/guards.ts';
import { clusterOf, groupsOf, isLeaving, jsonIn, lastLine } from './cluster.ts';
import { type Guard, type Look, type Subject, type Verdict, voiceOf } from './guard.ts';

const { holds, warns, refuses } = voiceOf('rabbitmq');

/** OpenStack-Helm's labels of the pods and of their StatefulSet, and the container that the broker runs in. */
const LABELS = { application: 'rabbitmq', component: 'server' };
const CONTAINER = 'rabbitmq';
const COMMAND = ['rabbitmqctl', '--quiet', '--timeout', '20', 'cluster_status', '--formatter', 'json'];

/** @see https://www.rabbitmq.com/docs/man/rabbitmqctl.8#cluster_status */
const Status = z.object({
  disk_nodes: z.array(z.string()),
  running_nodes: z.array(z.string()),
  partitions: z.record(z.string(), z.unknown()).default({}),
  alarms: z.array(z.object({ resource: z.string().default('alarm'), node: z.string().default('') })).default([]),
});
type Status = z.infer<typeof Status>;

/** The brokers in one namespace. `asked`: those that can answer; `away`: those on a node that is dead. */
type Brokers = {
  readonly namespace: string;
  readonly desired: number;
  readonly asked: readonly Pod[];
  readonly away: readonly Pod[];
};

/** RabbitMQ loses at most one broker, and only when all others are whole. */
export const rabbitmq: Guard = {
  name: 'rabbitmq',
  before: ['drain'],
  async check(subject, look) {
    const cluster = clusterOf(subject, look);
    const isAway = ({ node }: Pod) => subject.mode === 'replace' && node === subject.node;
    const found = (await groupsOf(cluster, LABELS)).map(({ namespace, desired, pods: all }): Brokers => {
      const pods = all.filter((pod) => !isLeaving(pod, subject, look));
      return { namespace, desired, asked: pods.filter((pod) => !isAway(pod)), away: pods.filter(isAway) };
    });
    return (await Promise.all(found.map((brokers) => verdictsOn(brokers, subject, { cluster, look })))).flat();
  },
};

type By = { readonly cluster: Kubernetes; readonly look: Look };

async function verdictsOn(brokers: Brokers, subject: Subject, { cluster, look }: By): Promise<readonly Verdict[]> {
  const { namespace, desired, asked, away } = brokers;
  const here = [...asked, ...away].filter(({ node }) => node === subject.node).map(({ name }) => name);
  // Those that were there come up elsewhere by now.
  if (look.moment === 'drain' && here.length === 0) return [holds(words.rabbitmq.elsewhere(namespace))];
  if (desired === 1 && here.length > 0) return [warns(words.rabbitmq.only(namespace), words.rabbitmq.onlyAdvice)];
  if (here.length > 1 && (desired - here.length) * 2 <= desired)
    return [refuses(words.rabbitmq.ill(namespace, [words.tooMany(here)]), words.tooManyAdvice[subject.mode])];
  const answers = await Promise.allSettled(asked.map((pod) => ask(cluster, pod)));
  look.signal.throwIfAborted();
  const read = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const silent = answers.flatMap((answer, index): Silent[] =>
    answer.status === 'rejected' ? [{ pod: asked[index]?.name ?? '', why: viewOf(answer.reason).message }] : [],
  );
  if (read.length === 0) return [byReadiness(brokers, silent)];
  const faults = [
    ...new Set([
      ...silent.map(({ pod, why }) => words.rabbitmq.silent(pod, why)),
      ...read.flatMap((one) => faultsOf(one, brokers)),
    ]),
  ];
  if (faults.length > 0) return [refuses(words.rabbitmq.ill(namespace, faults), words.rabbitmq.advice)];
  return [
    holds(
      words.rabbitmq.whole(
        namespace,
        asked.length,
        away.map(({ name }) => name),
      ),
    ),
  ];
}

async function ask(cluster: Kubernetes, { namespace, name }: Pod): Promise<Status> {
  const { exitCode, stdout, stderr } = await cluster.exec({ namespace, name, container: CONTAINER }, COMMAND);
  if (exitCode !== 0) throw new CheckError(words.rabbitmq.exit(exitCode, lastLine(stderr)));
  const answer = Status.safeParse(jsonIn(stdout));
  if (!answer.success) throw new CheckError(words.rabbitmq.unreadable);
  return answer.data;
}

/** What keeps the brokers from being whole, in the eyes of one of them. */
function faultsOf(status: Status, { desired, asked, away }: Brokers): readonly string[] {
  const { disk_nodes: known, running_nodes: running, partitions, alarms } = status;
  const gone = new Set(away.map(({ name }) => name));
  const down = known.filter((node) => !running.includes(node) && !gone.has(podOf(node)));
  const missing = desired - away.length - running.filter((node) => !gone.has(podOf(node))).length;
  return [
    ...down.map((node) => words.rabbitmq.down(podOf(node))),
    ...(missing > down.length ? [words.rabbitmq.few(running.length, Math.max(desired, asked.length))] : []),
    ...Object.keys(partitions).map((node) => words.rabbitmq.partition(podOf(node))),
    ...alarms.map(({ resource, node }) => words.rabbitmq.alarm(resource, podOf(node))),
  ];
}

/** `rabbitmq-0` of `rabbit@rabbitmq-0.rabbitmq.openstack.svc.cluster.local` */
function podOf(node: string): string {
  return node.replace(/^[^@]*@/, '').split('.')[0] ?? node;
}

type Silent = { readonly pod: string; readonly why: string };

/** What the probes say of each pod alone, where the brokers cannot be asked about one another. */
function byReadiness({ namespace, desired, asked, away }: Brokers, silent: readonly Silent[]): Verdict {
  const why = silent[0]?.why ?? words.rabbitmq.nobody;
  const ready = asked.filter(({ isReady }) => isReady).length;
  const isWhole = asked.length > 0 && ready === asked.length && asked.length + away.length >= desired;
  const evidence = words.rabbitmq.unasked(
    namespace,
    why,
    words.of(ready, Math.max(desired - away.length, asked.length)),
  );
  return isWhole ? warns(evidence, words.rabbitmq.unaskedAdvice) : refuses(evidence, words.rabbitmq.advice);
}
