import { CheckError, InputError } from '#domain/errors.ts';
import type { Node } from '#domain/kubernetes.ts';
import { nearest } from '#domain/nearest.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/scale-node.ts';
import { mtu } from '../status/mtu/mtu.ts';
import type { Facts, NodeFact } from './facts.ts';
import type { Verdict } from './guards/guard.ts';
import { verdictsOf } from './guards/guards.ts';
import { clusterOf, layerOf, refusalOf } from './hold.ts';
import type { Input } from './input.ts';
import { labelsLike } from './labels.ts';
import { readHighest } from './names.ts';
import { cloudsOn, readComputes, readNestedClouds } from './nested/nested.ts';
import { sourceOf } from './sources/sources.ts';

/** Kubespray gives its own drain 6 minutes and three tries; Strata's waits for budgets too. */
const DRAIN_MINUTES = 30;

/** Reads everything that a plan depends on. @throws InputError, CheckError when it is known already that it must not be */
export async function survey(input: Input, ctx: SurveyContext): Promise<Facts> {
  const layer = layerOf(input.layer, ctx);
  const source = sourceOf(layer);
  const nodes = await clusterOf(layer.name, ctx).nodes();
  const goes = input.action === 'add' ? undefined : nodeNamed(input.node, nodes);
  const drainMs = (layer.drainMinutes ?? DRAIN_MINUTES) * 60_000;
  const base = { layer: layer.name, nodes: nodes.map(factOf), drainMs };
  if (input.action === 'uncordon') {
    return { ...base, ...NOTHING, clouds: cloudsOn(ctx.environment, layer.name).map(({ name }) => name) };
  }
  if (goes && input.action !== 'add') requireFit(input.action, `${ctx.environment.name} ${layer.name}`, goes);
  const count = input.action === 'add' ? input.count : input.action === 'replace' ? 1 : 0;
  const [verdicts, highest] = await Promise.all([
    goes ? judge(layer, goes, { ctx, mode: input.action === 'replace' ? 'replace' : 'remove' }) : [],
    readHighest(layer.name, ctx),
    count > 0 ? requireMtu(layer, ctx) : undefined,
  ]);
  const flavor = input.action === 'add' ? input.flavor : undefined;
  const facts = await source.survey({ layer, nodes, count, flavor, goes, highest }, ctx);
  const labels = count > 0 ? labelsLike(nodes.find(({ name }) => name === facts.sibling)) : {};
  const [nestedClouds, computes] = await Promise.all([
    readNestedClouds(layer.name, labels, ctx),
    goes ? readComputes(layer.name, goes, ctx) : [],
  ]);
  const { names, sibling } = facts;
  const from = { name: source.name, facts };
  return { ...base, highest, source: from, names, sibling, labels, nestedClouds, computes, verdicts };
}

/** Nothing comes or goes with an uncordon. */
const NOTHING = { names: [], labels: {}, nestedClouds: [], computes: [], verdicts: [] };

function factOf({ name, roles, ready, schedulable }: Node): NodeFact {
  return { name, roles, ready, schedulable };
}

/** @throws InputError with the nearest name */
function nodeNamed(name: string, nodes: readonly Node[]): Node {
  const found = nodes.find((node) => node.name === name);
  if (found) return found;
  const names = nodes.map((node) => node.name);
  throw new InputError(words.noNode(name), { advice: words.advice.noNode(nearest(name, names), names) });
}

/** A living node is removed in order, a dead one is replaced. @throws InputError */
function requireFit(action: 'remove' | 'replace', aim: string, { name, ready }: Node): void {
  const isAlive = ready === 'True';
  if (isAlive && action === 'replace') {
    throw new InputError(words.alive(name), { advice: words.advice.alive(aim, name) });
  }
  if (!isAlive && action === 'remove') throw new InputError(words.dead(name), { advice: words.advice.dead(aim, name) });
}

/** Guards before people are asked: what refuses now would refuse later. */
async function judge(
  layer: Layer,
  { name: node }: Node,
  { ctx, mode }: { readonly ctx: SurveyContext; readonly mode: 'remove' | 'replace' },
): Promise<readonly Verdict[]> {
  const verdicts = await verdictsOf({ layer, node, mode }, 'plan', ctx);
  const refusals = verdicts.filter(({ kind }) => kind === 'refuses');
  if (refusals.length > 0) throw refusalOf({ node, mode }, refusals);
  return verdicts;
}

/** A node on a network that is too small for what the cluster promises would be a trap. @throws CheckError */
async function requireMtu(layer: Layer, { environment, ports, signal }: SurveyContext): Promise<void> {
  const reading = await mtu.read({ layer, environment, ports, signal });
  const trouble = mtu.troubles(layer, reading).find(({ health }) => health === 'failure');
  if (!trouble) return;
  throw new CheckError(words.badMtu([trouble.what, trouble.cause].filter(Boolean).join(': ')), {
    advice: trouble.advice ?? '',
  });
}
