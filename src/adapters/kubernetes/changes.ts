import type { Eviction, Kubernetes, ObjectRef } from '#domain/kubernetes.ts';
import { type Client, MANAGER, NODES, pathOf, unknownKind } from './client.ts';
import { runCronJob } from './cron-jobs.ts';
import { failureOf, statusOf } from './errors.ts';
import { changeTaints, without } from './taints.ts';

type Changes = 'apply' | 'remove' | 'patchNode' | 'taint' | 'untaint' | 'runCronJob' | 'evict';

/** What changes a cluster; none of it is ever sent twice. */
export function openChanges(client: Client): Pick<Kubernetes, Changes> {
  /** undefined when the cluster has no such kind. */
  async function placeOf({ apiVersion, kind, name, namespace = 'default' }: ObjectRef): Promise<string | undefined> {
    const known = await client.kindOf(apiVersion, (each) => each.kind === kind);
    return (
      known && pathOf({ version: apiVersion, plural: known.name }, known.namespaced ? { namespace, name } : { name })
    );
  }

  return {
    async apply(manifest) {
      const { apiVersion, kind, metadata } = manifest;
      const doing = `applying ${kind} "${metadata.name}" to ${client.name}`;
      const path = await placeOf({ apiVersion, kind, ...metadata });
      if (path === undefined) throw unknownKind(doing, kind, apiVersion);
      const query = { ...MANAGER, force: 'true' };
      // JSON is YAML.
      await client.send({ doing, method: 'PATCH', path, query, type: 'application/apply-patch+yaml', body: manifest });
    },
    async remove(object) {
      const path = await placeOf(object);
      if (path === undefined) return false;
      const doing = `deleting ${object.kind} "${object.name}" of ${client.name}`;
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
      const { status } = await client.send({ doing, method: 'DELETE', path, body, expected: [404] });
      return status !== 404;
    },
    async patchNode(name, { schedulable, labels }) {
      const spec = schedulable === undefined ? {} : { unschedulable: schedulable ? null : true };
      await client.send({
        doing: `changing node "${name}" of ${client.name}`,
        method: 'PATCH',
        path: pathOf(NODES, { name }),
        query: MANAGER,
        type: 'application/merge-patch+json',
        body: { spec, metadata: { labels: labels ?? {} } },
      });
    },
    taint: (node, taint) => changeTaints(client, node, (others) => [...without(others, taint), taint]),
    untaint: (node, taint) => changeTaints(client, node, (all) => without(all, taint)),
    runCronJob: (cronJob, jobName) => runCronJob(client, cronJob, jobName),
    evict: (pod) => evict(client, pod),
  };
}

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
async function evict(client: Client, { namespace, name, uid }: Parameters<Kubernetes['evict']>[0]): Promise<Eviction> {
  const deleteOptions = uid === undefined ? {} : { deleteOptions: { preconditions: { uid } } };
  const answer = await client.send({
    doing: `evicting pod "${namespace}/${name}" of ${client.name}`,
    method: 'POST',
    path: `${pathOf({ version: 'v1', plural: 'pods' }, { namespace, name })}/eviction`,
    body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name }, ...deleteOptions },
    expected: [404, 409, 429],
  });
  if (answer.status === 404 || answer.status === 409) return { kind: 'gone' };
  if (answer.status !== 429) return { kind: 'evicted' };
  const said = statusOf(answer.text);
  const budget = said?.details?.causes?.find(({ reason }) => reason === 'DisruptionBudget');
  // The other 429 is the API server's own: too many callers.
  if (said === undefined || (budget === undefined && !/disruption budget/i.test(said.message))) throw failureOf(answer);
  return { kind: 'blocked', why: [said.message, budget?.message ?? ''].join(' ').trim() };
}
