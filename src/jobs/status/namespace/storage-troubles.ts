import type { Trouble } from '#domain/report.ts';
import { words } from '#words/cluster.ts';
import { meaningOf } from '#words/failures.ts';
import { rowsOf } from '../part.ts';
import { keyOf, type LookUp } from './look-up.ts';
import type { Reading } from './reading.ts';
import { isEmpty } from './service-troubles.ts';
import { ageMs } from './why.ts';

const say = words.trouble;
const MINUTE_MS = 60_000;
/** A helm command that has run this long is more likely dead. */
const HELM_MINUTES = 30;

/** Claims without a volume, by what keeps them from one. */
export function claimTroubles(layer: string, reading: Reading, look: LookUp): Trouble[] {
  const unbound = rowsOf(reading.claims)
    .filter(({ phase, deletingAt }) => phase !== 'Bound' && deletingAt === undefined)
    .map((claim) => {
      const isOrphan = claim.storageClass !== '' && look.hasClass(claim.storageClass) === false;
      const why = isOrphan ? say.noClass(claim.storageClass) : look.warning('PersistentVolumeClaim', claim);
      return { claim, why, isOrphan };
    });
  // Each message names its own claim; with the name taken out, they are the same.
  const groups = Map.groupBy(unbound, ({ claim, why }) => `${claim.phase} ${why.replaceAll(claim.name, '')}`);
  return [...groups.values()].flatMap((those) => {
    const [first] = those;
    if (!first) return [];
    const names = those.map(({ claim }) => claim.name);
    const isWaiting = /waiting for first consumer/i.test(first.why);
    return [
      {
        layer,
        health: isWaiting ? ('waiting' as const) : ('failure' as const),
        what: say.claims(names, first.claim.phase),
        cause: first.why || (first.claim.storageClass === '' ? say.noDefaultClass : undefined),
        advice: first.isOrphan ? say.noClassAdvice : (meaningOf(first.why)?.advice ?? say.claimAdvice),
      },
    ];
  });
}

/** Releases whose newest revision is not deployed. */
export function releaseTroubles(layer: string, reading: Reading, look: LookUp): Trouble[] {
  return rowsOf(reading.releases).flatMap(({ release, status, createdAt }): Trouble[] => {
    const minutes = Math.round(ageMs(createdAt, look) / MINUTE_MS);
    const what = say.release(release, status, say.since(minutes));
    if (status.startsWith('pending-') || status === 'uninstalling') {
      const health = minutes < HELM_MINUTES ? 'warning' : 'failure';
      return [{ layer, health, what, cause: say.pendingCause, advice: say.pendingAdvice }];
    }
    if (status !== 'failed') return [];
    return [{ layer, health: 'failure', what, cause: say.failedCause, advice: say.failedAdvice }];
  });
}

/** What the dashboard, Prometheus and Elasticsearch say of themselves. */
export function webTroubles(layer: string, reading: Reading, look: LookUp): Trouble[] {
  return (reading.webs ?? []).flatMap(({ kind, namespace, service, found }): Trouble[] => {
    const key = keyOf({ namespace, name: service });
    const behind = look.service({ namespace, name: service });
    // Nobody is there who could answer: that is told of already.
    if (behind && isEmpty(behind, look)) return [];
    if (found.kind === 'unknown') {
      const { message: detail, advice } = found.error;
      return [{ layer, health: 'unknown', what: words.webs.trouble(kind, key, detail), advice }];
    }
    if (found.kind !== 'read' || found.value.health === 'ok') return [];
    const { health, detail } = found.value;
    return [{ layer, health, what: words.webs.trouble(kind, key, detail), advice: words.webs.advice }];
  });
}
