import type { Pod } from '#domain/kubernetes.ts';
import { words } from '#words/guards.ts';
import { clusterOf, isMoved, podsOn } from './cluster.ts';
import { type Guard, voiceOf } from './guard.ts';

const { holds, warns } = voiceOf('local-data');

/** What is on the node's own disk, or comes back nowhere, goes with the node: an approver must know. */
export const localData: Guard = {
  name: 'local-data',
  before: ['drain'],
  async check(subject, look) {
    const [pods, volumes] = await Promise.all([podsOn(subject, look), clusterOf(subject, look).persistentVolumes()]);
    const moved = pods.filter(isMoved);
    const claims = new Set(moved.flatMap(({ namespace, claims: own }) => own.map((claim) => `${namespace}/${claim}`)));
    const bound = volumes.filter(({ isLocal, claim }) => isLocal && claims.has(claim));
    const unowned = moved.filter(({ owner }) => owner === undefined);
    const scratch = moved.filter(({ localVolumes }) => localVolumes.length > 0);
    const verdicts = [
      ...(bound.length > 0
        ? [warns(words.local.volumes(bound.map(({ name, claim }) => `${name} (${claim})`)), words.local.volumesAdvice)]
        : []),
      ...(unowned.length > 0 ? [warns(words.local.unowned(unowned.map(nameOf)), words.local.unownedAdvice)] : []),
      ...(scratch.length > 0 ? [warns(words.local.scratch(scratch.map(nameOf)))] : []),
    ];
    return verdicts.length > 0 ? verdicts : [holds(words.local.none)];
  },
};

function nameOf({ namespace, name }: Pod): string {
  return `${namespace}/${name}`;
}
