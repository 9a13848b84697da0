import { InputError } from '#domain/errors.ts';
import { escapeText } from '#domain/mrkdwn.ts';
import { nearest } from '#domain/nearest.ts';
import type { Environment } from '#domain/stack.ts';
import { type Input, NodeName } from '#jobs/scale-node/input.ts';
import { aimIn } from '#words/jobs.ts';
import { words as say } from '#words/scale-command.ts';
import { ageOf } from '#words/time.ts';
import { ask, isBare, isUnsaid } from './asking.ts';
import { dispatch } from './dispatch.ts';
import { type KnownNodes, knownNodes } from './known-nodes.ts';
import { scaleForm } from './scale-form.ts';
import { ACTIONS, badFlavor, clustersOf, countOf, MOST_NODES, scalable } from './scaling.ts';
import type { Call, CommandSpec } from './spec.ts';
import { endOfWords, findEnvironment, inputError, readLayer, require } from './target.ts';

/** Advice is worth a short wait, no more: the answer is due. */
const ADVICE_PATIENCE_MS = 700;

export const scaleNode: CommandSpec = {
  name: 'scale-node',
  aliases: ['scalenode'],
  slash: 'scale-node',
  parameters: say.parameters,
  summary: say.summary,
  right: 'operate',
  options: ['environment', 'layer', 'flavor'],
  form: scaleForm,
  async answer(call) {
    if (isBare(call) && scalable(call).length > 0) return ask(scaleNode, call);
    const found = findEnvironment(call);
    const { environment } = found;
    require('operate', environment, call);
    if (isUnsaid(call) && found.rest.length === 0 && clustersOf(environment).length > 0) {
      return ask(scaleNode, call, { environment: environment.name });
    }
    const input = readInput(call, found);
    const target = { environment: environment.name, layer: input.layer };
    const advice = 'node' in input ? adviceOn(input.node, knownNodes(target, call.deps, ADVICE_PATIENCE_MS)) : '';
    const reply = await dispatch(call, { job: 'scale-node', environment: environment.name, input, aim: aimIn(input) });
    return reply.kind === 'run' && reply.fresh ? withAdvice(reply, await advice) : reply;
  },
};

/** @throws InputError */
function readInput(call: Call, found: ReturnType<typeof findEnvironment>): Input {
  const isNoLayer = ({ layers }: Environment, word: string) => layers.every(({ name }) => name !== word);
  const [first] = found.rest;
  if (call.args.options.get('layer') === undefined && isAction(first) && isNoLayer(found.environment, first)) {
    throw inputError(
      say.layerFirst(first),
      undefined,
      clustersOf(found.environment).map(({ name }) => name),
    );
  }
  const { layer, rest } = readLayer(call, found, { kinds: ['kubernetes'], isOne: true });
  const [word, second, extra] = rest;
  if (word === undefined) throw inputError(say.whichAction, undefined, ACTIONS);
  const action = ACTIONS.find((known) => known === word.toLowerCase());
  if (action === undefined) throw inputError(say.noAction(word), nearest(word, ACTIONS), ACTIONS);
  const flavor = call.args.options.get('flavor');
  if (action === 'add') {
    const count = countOf(second ?? '1');
    if (count === undefined) throw new InputError(say.badCount(MOST_NODES));
    if (flavor !== undefined && badFlavor(flavor)) throw new InputError(say.badFlavor);
    endOfWords(extra);
    return { layer, action, count, flavor };
  }
  if (flavor !== undefined) throw new InputError(say.flavorOnlyAdds);
  if (second === undefined) throw new InputError(say.whichNode(action));
  if (!NodeName.safeParse(second).success) throw new InputError(say.badNode(second));
  endOfWords(extra);
  return { layer, action, node: second };
}

function isAction(word: string | undefined): word is string {
  return ACTIONS.some((action) => action === word?.toLowerCase());
}

/** What a list that may be old says against this node; empty: nothing. */
async function adviceOn(node: string, reading: Promise<KnownNodes | undefined>): Promise<string> {
  const known = await reading;
  if (!known?.isWhole || known.nodes.some(({ name }) => name === node)) return '';
  const names = known.nodes.map(({ name }) => name);
  const seen = { run: known.run, age: ageOf(known.at, new Date().toISOString()) };
  return say.unknownNode(node, seen, nearest(node, names));
}

function withAdvice<T extends { readonly text: string }>(reply: T, advice: string): T {
  return advice === '' ? reply : { ...reply, text: `${reply.text}\n${escapeText(advice)}` };
}
