import { CheckError } from '#domain/errors.ts';
import type { Step, StepContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import { lookStep, nameOf, thingStep } from '../../../mark.ts';
import { clusterOf } from '../../helm/setting.ts';

/** What OpenStack-Helm's charts ask for. */
const USUAL_CLASS = 'general';
const LOOK_MS = 1000;

function classOf({ smokeTest }: Layer): string {
  return smokeTest.storageClass ?? USUAL_CLASS;
}

/** The storage class by which others get volumes of this Ceph. */
export function classStep(layer: Layer): Step<string | undefined> {
  const wanted = classOf(layer);
  return lookStep<string>({
    id: `${layer.name}/class`,
    title: words.title.storageClass(wanted),
    layer: layer.name,
    async look(ctx) {
      const all = await clusterOf(layer, ctx).storageClasses();
      const found = all.find(({ name }) => name === wanted);
      if (!found)
        throw new CheckError(words.noClass(wanted), { advice: words.advice.classes(all.map(({ name }) => name)) });
      return { kind: 'ready', value: found.name, detail: found.provisioner };
    },
  });
}

/** A claim that gets its volume; both go again with the clean-up. */
export function claimStep(layer: Layer): Step<string> {
  const kind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
  const namespace = layer.namespace ?? 'default';
  const labels = ({ run }: StepContext) => ({ 'strata/run': `${run.number}-${run.key}` });
  const list = (ctx: StepContext) => clusterOf(layer, ctx).persistentVolumeClaims({ namespace, labels: labels(ctx) });
  return thingStep<string>({
    id: `${layer.name}/claim`,
    title: words.title.claim,
    layer: layer.name,
    timeoutMs: 300_000,
    list: async (ctx) => (await list(ctx)).map(({ name }) => name),
    async make(ctx) {
      const name = nameOf(ctx.run, 'claim');
      await clusterOf(layer, ctx).apply({
        ...kind,
        metadata: { name, namespace, labels: labels(ctx) },
        spec: {
          ...{ accessModes: ['ReadWriteOnce'], storageClassName: classOf(layer) },
          resources: { requests: { storage: '1Gi' } },
        },
      });
      return name;
    },
    async settle(ctx, name) {
      const [claim] = await list(ctx);
      if (!claim) throw new CheckError(words.noClaim);
      if (claim.phase === 'Bound') return { kind: 'ready', value: name, detail: claim.volume };
      const [event] = await clusterOf(layer, ctx).events({ namespace, fields: `involvedObject.name=${name}` });
      const why = [claim.phase, event?.message].filter(Boolean).join(': ');
      return { kind: 'wait', afterMs: LOOK_MS, why, advice: words.advice.claim };
    },
    remove: (ctx, name) => clusterOf(layer, ctx).remove({ ...kind, name, namespace }),
  });
}
