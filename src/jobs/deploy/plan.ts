import { CheckError } from '#domain/errors.ts';
import type { Plan, Risk, Step } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { words } from '#words/deploy.ts';
import { lookStep } from '../mark.ts';
import { status } from '../status/status.ts';
import { type Facts, findingsOf, isKept, partsOf } from './facts.ts';
import type { Input } from './input.ts';
import type { Finding } from './provisioner.ts';
import { provisionerOf } from './provisioners/provisioners.ts';
import { chosenOf } from './survey.ts';

/** Pure: preflight, the steps of each layer, and a look at what has become of it. */
export function plan(input: Input, facts: Facts, environment: Environment): Plan {
  const summary = words.summary[input.action](input.layers);
  const failures = blockingOf(input, facts);
  const isOverride = input.action === 'apply' && input.isOverride;
  if (failures.length > 0 && !isOverride) return { summary, risk: 'read', steps: [preflightStep(facts, failures)] };
  const changing = changingSteps(input, facts, environment);
  const isDryRun = input.action !== 'rollback' && input.isDryRun;
  const steps = [
    preflightStep(facts, []),
    ...(isDryRun ? changing.map((step) => ({ ...step, skip: words.dryRun })) : changing),
    ...(isDryRun || input.action === 'remove' ? [] : lookSteps(input, environment)),
  ];
  const risk = riskOf(input, facts, { isDryRun, isOverride, changes: changing.length });
  const judged = [...judgedOf(input, facts), ...steps.map(({ layer, title }) => `${layer}: ${title}`)];
  return { summary, risk, judged, steps, ...(risk === 'destroy' ? { target: targetOf(input, environment) } : {}) };
}

type Weight = { readonly isDryRun: boolean; readonly isOverride: boolean; readonly changes: number };

/** What keeps a layer from being set up keeps nobody from taking it away, or back to what it was. */
function blockingOf({ action }: Input, facts: Facts): readonly Finding[] {
  return action === 'apply' ? findingsOf(facts).filter(({ health }) => health === 'failure') : [];
}

/** Nothing to change is nothing to approve. */
function riskOf(input: Input, facts: Facts, { isDryRun, isOverride, changes }: Weight): Risk {
  if (isDryRun || changes === 0) return 'read';
  if (input.action === 'remove') return 'destroy';
  if (input.action === 'apply' && isKept(facts)) return 'read';
  return isOverride ? 'destroy' : 'change';
}

/** What an approver types: the layer, or the environment where it is about several. */
function targetOf({ layers }: Input, environment: Environment): string {
  const [only, ...others] = layers;
  return only !== undefined && others.length === 0 ? only : environment.name;
}

function changingSteps(input: Input, { layers }: Facts, environment: Environment): readonly Step[] {
  const surveyed = input.action === 'remove' ? layers.toReversed() : layers;
  return surveyed.flatMap(({ name, facts }) => {
    const [layer] = chosenOf([name], environment);
    if (!layer) return [];
    const provisioner = provisionerOf(layer);
    if (input.action === 'remove') return provisioner.removeSteps(layer, facts, environment);
    if (input.action === 'rollback') return provisioner.rollbackSteps?.(layer, facts, input.release) ?? [];
    return provisioner.steps(layer, facts, environment);
  });
}

/** Was read in the survey: here it stands in the run, and stops it where it must. */
function preflightStep(facts: Facts, blocking: readonly Finding[]): Step {
  const findings = findingsOf(facts);
  const count = (health: Finding['health']) => findings.filter((finding) => finding.health === health).length;
  const [first] = blocking;
  return lookStep<null>({
    id: 'preflight',
    title: words.title.preflight,
    layer: facts.layers[0]?.name ?? '',
    async look() {
      if (first) {
        const advice = first.advice ?? words.advice.preflight;
        throw new CheckError(words.blocked(blocking.map(({ what }) => what)), { advice });
      }
      return {
        kind: 'ready',
        value: null,
        detail: words.preflight(findings.length, count('warning'), count('failure')),
      };
    },
  });
}

/** The status of each layer, at the end. */
function lookSteps({ layers }: Input, environment: Environment): readonly Step[] {
  return layers.flatMap((layer) => status.plan({ layer }, { layers: [layer] }, environment).steps);
}

/** What is there, what is to be, and what people should know before they agree. */
function judgedOf(input: Input, facts: Facts): readonly string[] {
  const remarks = findingsOf(facts).filter(({ health }) => health !== 'ok');
  return [
    ...(input.action === 'apply' && input.isOverride ? [words.judged.override] : []),
    ...(input.reason === undefined ? [] : [words.judged.reason(input.reason)]),
    ...facts.layers.flatMap(({ name, facts: of }) => [
      ...partsOf(input, of).map((part) => words.judged.part(name, part)),
      ...of.hashes.map((hash) => words.judged.hash(name, hash)),
    ]),
    ...remarks.map(({ layer, check, health, what }) => words.judged.finding({ layer, check, health, what })),
  ];
}
