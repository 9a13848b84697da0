import { CheckError } from '#domain/errors.ts';
import type { Installed, Release } from '#domain/kubernetes.ts';
import type { Settled, Step, StepContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import type { ReleaseFact } from './facts.ts';
import { DIGEST, isOfRun, releaseLabels } from './marks.ts';
import { runHelm } from './run-helm.ts';
import { clusterFlags, clusterOf, settingOf } from './setting.ts';
import { type Made, standingOf } from './standing.ts';

const LOOK_MS = 2000;
const MINUTE_MS = 60_000;

/** Which revision of a release a step has made. */
export type Revision = { readonly revision: number };

/** One release of a plan; `isLast`: nothing comes after it that it could wait for. */
export type Placed = { readonly layer: Layer; readonly release: ReleaseFact; readonly isLast: boolean };

/** Installs or upgrades one release, then waits until all of it is well. */
export function releaseStep(placed: Placed): Step<Revision> {
  const { layer, release } = placed;
  const { name, now, wanted } = release;
  const id = `${layer.name}/release-${name}`;
  return {
    id,
    title: now ? words.title.upgrade(name, wanted?.version) : words.title.install(name, wanted?.version),
    layer: layer.name,
    timeoutMs: timeoutOf(layer),
    risk: words.risk.release(name),
    async find(ctx) {
      const newest = await newestOf(ctx, layer, release);
      const isDone = newest?.status === 'deployed' && newest.labels[DIGEST] === wanted?.digest;
      return newest && isDone ? { revision: newest.revision } : undefined;
    },
    async act(ctx) {
      await clearOwn(ctx, placed, (newest) => isOfRun(newest.labels, ctx.run));
      // Never --wait: pods wait for the Jobs that Helm runs only after it has waited for the pods.
      await runHelm(ctx, { layer, release, stepId: id, doing: words.installing(name), argv: upgradeArgs(ctx, placed) });
      return { revision: (now?.revision ?? 0) + 1 };
    },
    settle: settleOf(placed),
  };
}

/** Brings one release back to the revision that was well before. @see https://helm.sh/docs/helm/helm_rollback/ */
export function rollbackStep(placed: Placed, to: number): Step<Revision> {
  const { layer, release } = placed;
  const { name, namespace, now } = release;
  const id = `${layer.name}/rollback-${name}`;
  const ours = (newest: Release) => newest.revision > (now?.revision ?? 0);
  return {
    id,
    title: words.title.rollback(name, now?.revision, to),
    layer: layer.name,
    timeoutMs: timeoutOf(layer),
    risk: words.risk.release(name),
    async find(ctx) {
      const newest = await newestOf(ctx, layer, release);
      return newest?.status === 'deployed' && ours(newest) ? { revision: newest.revision } : undefined;
    },
    async act(ctx) {
      await clearOwn(ctx, placed, (newest) => newest.status === 'pending-rollback' && ours(newest));
      const argv = ['rollback', name, String(to), '--namespace', namespace, '--timeout', minutesOf(layer)];
      await runHelm(ctx, { layer, release, stepId: id, doing: words.rollingBack(name, to), argv });
      return { revision: (now?.revision ?? 0) + 1 };
    },
    settle: settleOf(placed, { isRollback: true }),
  };
}

/** Waits twice as long at most: for Helm's hooks, and for the pods. */
function timeoutOf(layer: Layer): number {
  return settingOf(layer).timeoutMinutes * 2 * MINUTE_MS;
}

function minutesOf(layer: Layer): string {
  return `${Math.round(settingOf(layer).timeoutMinutes * 60)}s`;
}

function upgradeArgs({ run }: StepContext, { layer, release }: Placed): readonly string[] {
  const { name, namespace, chart, version, values, sets, wanted } = release;
  return [
    ...['upgrade', '--install', name, chart, '--namespace', namespace, '--timeout', minutesOf(layer)],
    ...(version === undefined ? [] : ['--version', version]),
    ...values.flatMap((file) => ['--values', file]),
    ...sets.flatMap((value) => ['--set', value]),
    ...['--labels', releaseLabels(run, wanted?.digest ?? '')],
  ];
}

async function newestOf(
  ctx: StepContext,
  layer: Layer,
  { name, namespace }: ReleaseFact,
): Promise<Release | undefined> {
  return (await clusterOf(layer, ctx).revisions({ namespace, release: name })).at(-1);
}

/**
 * What a dead helm of this run left pending, so that Helm begins anew. Only its record goes: Helm then takes over the objects
 * that carry its mark, and none is made again; a rollback would run through everything a second time.
 * @throws CheckError when somebody else's helm is at work, or was cut off
 */
async function clearOwn(
  ctx: StepContext,
  { layer, release }: Placed,
  isOurs: (newest: Release) => boolean,
): Promise<void> {
  const newest = await newestOf(ctx, layer, release);
  if (!newest?.status.startsWith('pending-')) return;
  const { name, namespace } = release;
  if (!isOurs(newest)) {
    const advice = words.advice.pending({
      name,
      namespace,
      revision: newest.revision,
      previous: release.now?.previous?.revision,
    });
    throw new CheckError(words.found.pending(name, newest.status, newest.revision), { advice });
  }
  // Whatever a dead worker left running is ended before anything is run.
  await ctx.ports.tools(layer.name, ctx.signal).run({
    doing: words.looking(name),
    argv: ['helm', 'status', name, '--namespace', namespace, ...clusterFlags(layer, ctx.environment)],
  });
  await clusterOf(layer, ctx).remove({ apiVersion: 'v1', kind: 'Secret', name: newest.name, namespace });
}

function settleOf({ layer, release, isLast }: Placed, how: Pick<Made, 'isRollback'> = {}): Step<Revision>['settle'] {
  // A revision does not change what it is made of.
  const known = new Map<string, Installed>();
  return async (ctx): Promise<Settled<Revision>> => {
    const newest = await newestOf(ctx, layer, release);
    const content = newest && (known.get(newest.uid) ?? (await clusterOf(layer, ctx).installed(newest)));
    if (!newest || !content) throw new CheckError(words.gone(release.name), { advice: words.advice.gone });
    known.set(newest.uid, content);
    const { namespace } = release;
    const standing = await standingOf(ctx, layer, { namespace, content, ...how });
    const value = { revision: newest.revision };
    if (standing.kind === 'ready')
      return { kind: 'ready', value, detail: words.done(newest.revision, standing.detail) };
    if (standing.kind === 'later' && !isLast)
      return { kind: 'ready', value, detail: words.later(newest.revision, standing.why) };
    return {
      kind: 'wait',
      afterMs: LOOK_MS,
      why: standing.why,
      advice: 'advice' in standing ? standing.advice : undefined,
    };
  };
}
