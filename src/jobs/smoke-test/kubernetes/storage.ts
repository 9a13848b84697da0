import { CheckError } from '#domain/errors.ts';
import type { Step, StepContext } from '#domain/run.ts';
import { words } from '#words/smoke-kubernetes.ts';
import { lookStep } from '../../mark.ts';
import { type KubernetesFacts, skipOf } from './facts.ts';
import { clusterOf, namespaceOf, objectStep, type Placed } from './object.ts';
import { podRunStep } from './pod-run.ts';
import { awayFrom, onlyOn } from './pod-spec.ts';
import { CONTENT } from './web.ts';

const CLAIM = 'data';
const SIZE = '1Gi';
const MOUNTS = { '/content': { configMap: CONTENT }, '/data': { claim: CLAIM } };

/** A claim; a pod writes to its volume and goes; another, on another node, reads the same. */
export function storageSteps(facts: KubernetesFacts) {
  const { name: layer, image, storage } = facts;
  const skip = skipOf(storage);
  const wanted = 'use' in storage ? storage.use : '';
  const storageClass = lookStep<string>({
    ...{ id: `${layer}/storage-class`, title: words.title.storageClass, layer, skip },
    async look(ctx) {
      const all = await clusterOf(ctx, layer).storageClasses();
      const found = all.find(({ name }) => name === wanted);
      if (!found) throw new CheckError(words.noSuchClass(wanted), { advice: words.advice.storageClass });
      return { kind: 'ready', value: found.name, detail: `${found.name}, ${found.provisioner}` };
    },
  });
  // Where it waits for its first consumer it is bound only with the pod, so that is where we wait.
  const claim = objectStep({
    ...{ layer, what: CLAIM, title: words.title.claim, skip },
    kind: { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
    make: () => ({
      fields: {
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: wanted,
          resources: { requests: { storage: SIZE } },
        },
      },
    }),
    settle: async (_ctx, placed) => ({ kind: 'ready', value: placed, detail: SIZE }),
  });
  const write = podRunStep({
    ...{ layer, what: 'write', title: words.title.write, skip, advice: words.advice.volume },
    doing: () => words.writing,
    pod: () => ({ image, argv: ['cp', '/content/bulk', '/data/bulk'], mounts: MOUNTS }),
  });
  const read = podRunStep({
    ...{ layer, what: 'read', title: words.title.read, skip, advice: words.advice.volume },
    doing: () => words.reading,
    async pod(ctx) {
      const affinity = await elsewhere(ctx, layer, write);
      // A volume for one node at a time is free for another one when its pod is gone.
      const writer = { apiVersion: 'batch/v1', kind: 'Job', name: 'write', namespace: namespaceOf(ctx.run) };
      await clusterOf(ctx, layer).remove(writer);
      return { image, argv: ['cmp', '/content/bulk', '/data/bulk'], mounts: MOUNTS, affinity };
    },
    ended(ctx, placed) {
      const from = ctx.result(write).nodes;
      const isElsewhere = placed.nodes.some((node) => !from.includes(node));
      const detail = isElsewhere ? words.between(from, placed.nodes) : words.sameNode(placed.nodes);
      return { kind: 'ready', value: placed, detail };
    },
  });
  return { storageClass, claim, write, read };
}

/** Away from the node of the writer; on it where the volume lives there; anywhere when there is no other. */
async function elsewhere(ctx: StepContext, layer: string, write: Step<Placed>): Promise<object | undefined> {
  const cluster = clusterOf(ctx, layer);
  const [writer = ''] = ctx.result(write).nodes;
  const [volumes, nodes] = await Promise.all([cluster.persistentVolumes(), cluster.nodes()]);
  const volume = volumes.find(({ claim }) => claim === `${namespaceOf(ctx.run)}/${CLAIM}`);
  const others = nodes.filter(
    ({ name, ready, schedulable, taints }) =>
      name !== writer && ready === 'True' && schedulable && !taints.some(({ effect }) => effect !== 'PreferNoSchedule'),
  );
  if (volume?.isLocal) return onlyOn(writer);
  return others.length === 0 ? undefined : awayFrom(writer);
}
