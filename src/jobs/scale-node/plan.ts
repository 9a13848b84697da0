import type { Plan, Step } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import { arriveSteps } from './arrive.ts';
import { afterStep } from './after.ts';
import { cordonStep, drainStep, uncordonStep } from './drain.ts';
import type { Facts } from './facts.ts';
import { fenceStep } from './fence.ts';
import type { Target } from './hold.ts';
import type { Input } from './input.ts';
import { keepNames, rememberSteps } from './names.ts';
import { hypervisorSteps } from './nested/arrive.ts';
import { emptySteps, evacuateSteps, forgetStep, unlabelStep } from './nested/leave.ts';
import { reopenStep } from './nested/reopen.ts';
import type { NodeSource } from './sources/source.ts';
import { sourceNamed } from './sources/sources.ts';

/** Pure: the steps, and what people judge of them. */
export function plan(input: Input, facts: Facts): Plan {
  const { layer, source } = facts;
  if (input.action === 'uncordon') {
    const { clouds = [] } = facts;
    const reopen = clouds.map((cloud) => reopenStep(cloud, input.node));
    const steps = [uncordonStep(layer, input.node), ...reopen, afterStep(layer)];
    return { summary: words.summary.uncordon(layer, input.node), risk: 'change', steps };
  }
  if (!source) throw new Error(`planning to ${input.action} a node of "${layer}": no source was surveyed`);
  const from = sourceNamed(source.name);
  const judged = [...from.judged(source.facts), ...facts.verdicts.map(words.verdict)];
  if (input.action === 'add') {
    const steps = [...comingSteps(facts, from), afterStep(layer)];
    return { summary: words.summary.add(layer, facts.names), risk: 'change', judged: judgedOf(judged, steps), steps };
  }
  const { node } = input;
  const target: Target = { layer, node, mode: input.action };
  const going = input.action === 'remove' ? removeSteps(target, facts, from) : replaceSteps(target, facts, from);
  const steps = [...going, afterStep(layer)];
  const summary = words.summary[input.action](layer, node, facts.names);
  return { summary, risk: 'destroy', target: node, judged: judgedOf(judged, steps), steps };
}

/** Identities and verdicts first, then the effects in order. */
function judgedOf(lines: readonly string[], steps: readonly Step[]): readonly string[] {
  return [...lines, ...steps.map(({ layer, title }) => `${layer}: ${title}`)];
}

function comingSteps(facts: Facts, from: NodeSource): readonly Step[] {
  const { layer, names, labels, sibling, nestedClouds, source } = facts;
  if (!source) return [];
  return [
    keepNames(layer, names),
    ...from.add(layer, source.facts),
    ...names.flatMap((node) => arriveSteps({ layer, node, labels, sibling })),
    ...names.flatMap((node) => nestedClouds.flatMap((cloud) => hypervisorSteps(layer, node, cloud))),
  ];
}

/** Servers of the cloud above first, then pods, then the node, then its machine. */
function removeSteps(target: Target, facts: Facts, from: NodeSource): readonly Step[] {
  const { computes, source, drainMs } = facts;
  return [
    ...computes.flatMap((compute) => emptySteps(target, compute)),
    cordonStep(target),
    drainStep(target, drainMs),
    ...computes.map((compute) => unlabelStep(target, compute)),
    ...rememberSteps(target.layer, target.node, facts),
    ...leaveSteps(target, { computes, source }, from),
  ];
}

/** Proof that the machine is off, and a node in its place, before anything is forced. */
function replaceSteps(target: Target, facts: Facts, from: NodeSource): readonly Step[] {
  const { computes, source } = facts;
  return [
    ...(source ? from.stop(target, source.facts) : []),
    ...comingSteps(facts, from),
    fenceStep(target),
    ...computes.flatMap((compute) => evacuateSteps(target, compute)),
    ...leaveSteps(target, facts, from),
  ];
}

/** The node leaves the cluster, then the clouds above forget it, then its machine goes. */
function leaveSteps(
  target: Target,
  { computes, source }: Pick<Facts, 'computes' | 'source'>,
  from: NodeSource,
): readonly Step[] {
  const [leave, ...machine] = source ? from.remove(target, source.facts) : [];
  return [...(leave ? [leave] : []), ...computes.map((compute) => forgetStep(target, compute)), ...machine];
}
