import { CheckError, InputError } from '#domain/errors.ts';
import type { Kubernetes } from '#domain/kubernetes.ts';
import type { StepContext, SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/scale-node.ts';
import type { Moment, Subject, Verdict } from './guards/guard.ts';
import { verdictsOf } from './guards/guards.ts';

/** The node that goes, as plans name it: without what only the stack file knows. */
export type Target = { readonly layer: string } & Omit<Subject, 'layer'>;

/** Reads what must hold before `moment` afresh. @throws CheckError that says what refuses, with its evidence */
export async function hold(target: Target, moment: Moment, ctx: StepContext): Promise<void> {
  const layer = layerOf(target.layer, ctx);
  const verdicts = await verdictsOf({ ...target, layer }, moment, ctx);
  const refusals = verdicts.filter(({ kind }) => kind === 'refuses');
  if (refusals.length > 0) throw refusalOf(target, refusals);
}

export function refusalOf({ mode, node }: Pick<Target, 'mode' | 'node'>, refusals: readonly Verdict[]): CheckError {
  const advice = [...new Set(refusals.flatMap((refusal) => refusal.advice ?? []))].join(' ');
  return new CheckError(words.refused(mode, node, refusals), advice === '' ? {} : { advice });
}

/** @throws InputError when the environment has no such layer any more */
export function layerOf(name: string, { environment }: Pick<SurveyContext, 'environment'>): Layer {
  const layer = environment.layers.find((known) => known.name === name);
  if (!layer) throw new InputError(words.noLayer(name, environment.name));
  return layer;
}

/** @throws InputError when the layer is no cluster */
export function clusterOf(layer: string, { ports, signal }: Pick<SurveyContext, 'ports' | 'signal'>): Kubernetes {
  const cluster = ports.kubernetes(layer, signal);
  if (!cluster) throw new InputError(words.noCluster(layer));
  return cluster;
}
