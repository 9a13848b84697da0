import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '#domain/errors.ts';
import type { Installed, Job, Pod } from '#domain/kubernetes.ts';
import type { StepContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import { adviceOn } from '#words/failures.ts';
import type { ReleaseFact } from './facts.ts';
import { clusterFlags, clusterOf } from './setting.ts';
import { standingOf } from './standing.ts';
import { previousOf } from './world.ts';

/** How often the cluster is looked at while helm waits for hooks. */
const LOOK_MS = 3000;
const LINES = 5;

type Run = {
  readonly layer: Layer;
  readonly release: ReleaseFact;
  /** Without what names the cluster. */
  readonly argv: readonly string[];
  readonly doing: string;
  /** Names the log. */
  readonly stepId: string;
};

/**
 * Runs helm to its end, and says meanwhile what its hooks wait for: helm itself is silent until they have ended.
 * @throws ToolError that names the Job, its pod and its last words where a hook is at fault
 */
export async function runHelm(ctx: StepContext, run: Run): Promise<void> {
  const { layer, argv, doing, stepId } = run;
  const log = `${stepId.replaceAll('/', '-')}.log`;
  const ended = new AbortController();
  const watching = watch(ctx, run, ended.signal);
  try {
    const {
      exitCode,
      output,
      log: kept = log,
    } = await ctx.ports.tools(layer.name, ctx.signal).run({
      doing,
      argv: ['helm', ...argv, ...clusterFlags(layer, ctx.environment)],
      log: { run: ctx.run, name: log },
    });
    if (exitCode !== 0) throw await failureOf(ctx, run, { exitCode, output, log: kept });
  } finally {
    ended.abort();
    await watching;
  }
}

/** Notes what the release waits for, until helm has ended. Whatever cannot be read is looked at again. */
async function watch(
  ctx: StepContext,
  { layer, release: { name: release, namespace } }: Run,
  ended: AbortSignal,
): Promise<void> {
  const known = new Map<string, Installed>();
  while (!ended.aborted) {
    try {
      await sleep(LOOK_MS, undefined, { signal: AbortSignal.any([ended, ctx.signal]) });
      const cluster = clusterOf(layer, ctx);
      const newest = (await cluster.revisions({ namespace, release })).at(-1);
      const content = newest && (known.get(newest.uid) ?? (await cluster.installed(newest)));
      if (!newest || !content) continue;
      known.set(newest.uid, content);
      const standing = await standingOf(ctx, layer, { namespace, content });
      if (standing.kind === 'wait' && !ended.aborted) ctx.note(standing.why);
    } catch {
      // helm's own end counts, not whether it could be watched.
      if (ctx.signal.aborted) return;
    }
  }
}

type End = { readonly exitCode: number; readonly output: string; readonly log: string };

async function failureOf(
  ctx: StepContext,
  { layer, release, doing }: Run,
  { exitCode, output, log }: End,
): Promise<ToolError> {
  const tail = output.trimEnd().split('\n').slice(-20).join('\n');
  const said = errorIn(output) || words.exit(exitCode);
  const hook =
    /hook|(pre|post)-(install|upgrade|rollback|delete)|timed out waiting|BackoffLimit|DeadlineExceeded/i.test(said)
      ? await hookFailure(ctx, layer, release)
      : undefined;
  const why = [said, hook].filter(Boolean).join('; ');
  const back = await previousNow(ctx, layer, release);
  const advice = [
    adviceOn(why) ?? words.advice.helm,
    words.advice.log(ctx.run.number, log),
    ...(back === undefined
      ? []
      : [words.advice.rollback(`${ctx.environment.name} ${layer.name}`, release.name, back.revision)]),
  ].join(' ');
  return new ToolError(`${doing}: ${why}`, { exitCode, tail, advice });
}

/** The revision that a rollback would go to, now that this one has failed. */
async function previousNow(ctx: StepContext, layer: Layer, { name: release, namespace }: ReleaseFact) {
  try {
    const revisions = await clusterOf(layer, ctx).revisions({ namespace, release });
    const newest = revisions.at(-1);
    return newest?.status === 'deployed' ? undefined : previousOf(newest, revisions);
  } catch {
    ctx.signal.throwIfAborted();
    return undefined;
  }
}

/** What helm says that it is; its errors may have several lines. */
function errorIn(output: string): string {
  const at = output.lastIndexOf('Error: ');
  if (at < 0) return output.trim().split('\n').at(-1) ?? '';
  return output
    .slice(at + 'Error: '.length)
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .slice(0, 600);
}

/** Which Job did not end, and the last that its pod said. */
async function hookFailure(
  ctx: StepContext,
  layer: Layer,
  { name: release, namespace }: ReleaseFact,
): Promise<string | undefined> {
  try {
    const cluster = clusterOf(layer, ctx);
    const newest = (await cluster.revisions({ namespace, release })).at(-1);
    const content = newest && (await cluster.installed(newest));
    const names = new Set(content?.hooks.map(({ name }) => name));
    const jobs = (await cluster.jobs({ namespace })).filter(
      ({ name, state }) => names.has(name) && state !== 'complete',
    );
    const job = jobs.find(({ state }) => state === 'failed') ?? jobs[0];
    if (!job) return undefined;
    const pods = (await cluster.pods({ namespace })).filter(
      ({ owner }) => owner?.kind === 'Job' && owner.name === job.name,
    );
    const pod = pods.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1);
    return words.hook({ job: job.name, why: reasonOf(job, pod), lines: pod ? await lastWords(ctx, layer, pod) : [] });
  } catch {
    ctx.signal.throwIfAborted();
    return undefined;
  }
}

function reasonOf(job: Job, pod: Pod | undefined): string {
  const [waiting] = pod?.waiting ?? [];
  const said = [job.reason, pod?.reason || pod?.status, waiting?.message || pod?.message].filter(Boolean);
  return [...new Set(said)].join(', ');
}

async function lastWords(ctx: StepContext, layer: Layer, { namespace, name }: Pod): Promise<readonly string[]> {
  try {
    const text = await clusterOf(layer, ctx).logs({ namespace, name }, LINES);
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  } catch {
    // Its container never began, or the kubelet does not answer.
    ctx.signal.throwIfAborted();
    return [];
  }
}
