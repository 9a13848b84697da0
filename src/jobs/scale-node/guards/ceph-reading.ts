import { z } from 'zod';
import { CheckError } from '#domain/errors.ts';
import type { Kubernetes, Labels, Pod, Workload } from '#domain/kubernetes.ts';
import { words } from '#words/guards.ts';
import { roleOf } from '../../status/ceph/reading.ts';
import { clusterOf, jsonIn, lastLine, podsOn } from './cluster.ts';
import type { Look, Subject } from './guard.ts';

const HOSTNAME = 'kubernetes.io/hostname';

/**
 * A daemon of Ceph's on the node, by its id: `2` of osd.2, `a` of mon.a; empty where its pod does not tell.
 * `isPortable`: its data are on a volume that goes to another node with it.
 */
export type Daemon = {
  readonly namespace: string;
  readonly role: 'osd' | 'mon';
  readonly id: string;
  readonly isPortable: boolean;
};

/**
 * Those that run on the node, and those that Rook ties to it though they do not run.
 * @see https://github.com/rook/rook/blob/master/pkg/operator/ceph/cluster/osd/labels.go
 */
export async function daemonsOn(subject: Subject, look: Look): Promise<readonly Daemon[]> {
  const cluster = clusterOf(subject, look);
  const [[node], pods, ...deployments] = await Promise.all([
    cluster.nodes({ fields: `metadata.name=${subject.node}` }),
    podsOn(subject, look),
    ...['osd', 'mon'].map((role) => cluster.workloads('Deployment', { labels: { app: `rook-ceph-${role}` } })),
  ]);
  const host = node?.labels[HOSTNAME] ?? subject.node;
  const tied = deployments.flat().filter(({ nodeSelector }) => nodeSelector[HOSTNAME] === host);
  const found = [...pods.map(ofPod), ...tied.map(ofDeployment)].flatMap((daemon) => daemon ?? []);
  return [...new Map(found.map((daemon) => [`${daemon.namespace} ${daemon.role} ${daemon.id}`, daemon])).values()];
}

function ofPod(pod: Pod): Daemon | undefined {
  const role = roleOf(pod);
  return role === 'osd' || role === 'mon' ? { ...of(role, pod.labels), namespace: pod.namespace } : undefined;
}

function ofDeployment({ labels, namespace }: Workload): Daemon {
  return { ...of(labels['app'] === 'rook-ceph-osd' ? 'osd' : 'mon', labels), namespace };
}

function of(role: Daemon['role'], labels: Labels): Omit<Daemon, 'namespace'> {
  const id = (role === 'osd' ? labels['ceph-osd-id'] : labels['ceph_daemon_id']) ?? '';
  return { role, id, isPortable: labels['portable'] === 'true' };
}

/** @see https://docs.ceph.com/en/latest/api/mon_command_api/#status */
const Status = z.object({
  quorum_names: z.array(z.string()),
  monmap: z.object({ num_mons: z.number() }),
  pgmap: z.object({
    num_pgs: z.number(),
    pgs_by_state: z.array(z.object({ state_name: z.string(), count: z.number() })).default([]),
  }),
});
export type Status = z.infer<typeof Status>;

/** What Ceph says of itself; undefined: there is no pod to ask in. */
export type Ceph = {
  status(): Promise<Status>;
  /** Why these OSDs may not be stopped now; undefined: they may. @see ceph src/mgr/DaemonServer.cc "osd ok-to-stop" */
  unstoppable(ids: readonly string[]): Promise<string | undefined>;
  /** Those of these OSDs whose data may still be needed. @see ceph src/mgr/DaemonServer.cc "osd safe-to-destroy" */
  needed(ids: readonly string[]): Promise<readonly string[]>;
};

const OkToStop = z.object({ ok_to_stop: z.boolean() });
const SafeToDestroy = z.object({ safe_to_destroy: z.array(z.number()) });

/** Ceph by its toolbox. undefined: none is ready. */
export async function openCeph(cluster: Kubernetes, namespace: string): Promise<Ceph | undefined> {
  const pods = await cluster.pods({ namespace, labels: { app: 'rook-ceph-tools' } });
  const toolbox = pods.find(({ isReady }) => isReady);
  if (!toolbox) return undefined;
  const run = async (...argv: readonly string[]) => {
    const command = ['ceph', ...argv, '--format', 'json', '--connect-timeout', '15'];
    const { exitCode, stdout, stderr } = await cluster.exec({ namespace, name: toolbox.name }, command);
    return { exitCode, answer: jsonIn(stdout), said: lastLine(stderr) };
  };
  const read = async <T>(shape: z.ZodType<T>, ...argv: readonly string[]): Promise<T> => {
    const { exitCode, answer, said } = await run(...argv);
    const { data } = shape.safeParse(answer);
    if (exitCode !== 0 || !data) throw new CheckError(words.ceph.unreadable(argv, exitCode, said));
    return data;
  };
  return {
    status: () => read(Status, 'status'),
    async unstoppable(ids) {
      const { exitCode, answer, said } = await run('osd', 'ok-to-stop', ...ids);
      const isOk = exitCode === 0 && OkToStop.safeParse(answer).data?.ok_to_stop === true;
      return isOk ? undefined : said.replace(/^Error \w+: /, '');
    },
    async needed(ids) {
      const { safe_to_destroy: safe } = await read(SafeToDestroy, 'osd', 'safe-to-destroy', ...ids);
      return ids.filter((id) => !safe.includes(Number(id)));
    },
  };
}
