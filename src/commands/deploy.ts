import { aimOf } from '#domain/aim.ts';
import type { Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import { standingOn } from '#domain/foundation.ts';
import { escapeText } from '#domain/mrkdwn.ts';
import { nearest } from '#domain/nearest.ts';
import { redact } from '#domain/redact.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import type { Input } from '#jobs/deploy/input.ts';
import { words as say } from '#words/deploy-command.ts';
import { aimIn } from '#words/jobs.ts';
import { ask, isBare, isUnsaid } from './asking.ts';
import { deployForm } from './deploy-form.ts';
import { dispatch } from './dispatch.ts';
import type { Call, CommandSpec } from './spec.ts';
import { endOfWords, type Found, findEnvironment, inputError, permitted, readLayer, require } from './target.ts';

const KINDS = ['openstack', 'kubernetes', 'ceph'] as const;
const MOST_REASON = 500;
/** Options that contradict each other. */
const APART = {
  remove: ['from', 'override', 'rollback'],
  rollback: ['from', 'override', 'dry-run'],
} as const;

export const deploy: CommandSpec = {
  name: 'deploy',
  aliases: [],
  slash: 'deploy',
  parameters: say.parameters,
  summary: say.summary,
  right: 'operate',
  options: ['environment', 'layer', 'from', 'dry-run', 'reason', 'override', 'remove', 'rollback'],
  form: deployForm,
  async answer(call) {
    if (isBare(call) && permitted('operate', call).length > 0) return ask(deploy, call);
    const found = findEnvironment(call);
    const { name: environment } = found.environment;
    require('operate', found.environment, call);
    if (isUnsaid(call) && found.rest.length === 0) return ask(deploy, call, { environment });
    const input = readInput(call, found);
    const { layer: _, ...aim } = aimOf(input);
    const reply = await dispatch(call, { job: 'deploy', environment, input, aim: aimIn(aim) });
    return input.action === 'remove' ? tellGoing(input, reply) : reply;
  },
};

/** @throws InputError */
function readInput(call: Call, found: Found): Input {
  const { options } = call.args;
  for (const [one, others] of Object.entries(APART)) {
    const other = others.find((name) => options.has(one) && options.has(name));
    if (other !== undefined) throw new InputError(say.apart(one, other));
  }
  const reason = readReason(options.get('reason'));
  const isDryRun = options.has('dry-run');
  const isOverride = options.has('override');
  if (isOverride && reason === undefined) throw new InputError(say.overrideWithoutReason);
  const chosen = readLayers(call, found);
  const layers = chosen.map(({ name }) => name);
  const release = options.get('rollback');
  if (release !== undefined) return { action: 'rollback', layers, release: readRelease(release, chosen), reason };
  if (options.has('remove')) return { action: 'remove', layers, isDryRun, reason };
  return { action: 'apply', layers, isDryRun, isOverride, reason };
}

/** @throws InputError */
function readReason(given: string | undefined): string | undefined {
  const reason = given?.trim();
  if (reason === '') throw new InputError(say.emptyReason);
  if (reason !== undefined && reason.length > MOST_REASON) throw new InputError(say.longReason(MOST_REASON));
  return reason && redact(reason);
}

/** The layers that are meant, bottom first; with `--remove` those too that stand on them. @throws InputError */
function readLayers(call: Call, found: Found): readonly Layer[] {
  const { environment } = found;
  const { options } = call.args;
  const from = options.get('from');
  if (options.get('layer') === undefined && found.rest.length === 0 && from === undefined) {
    throw inputError(say.whichLayer, undefined, [...environment.layers.map(({ name }) => name), 'all']);
  }
  const { layer: name, rest } = readLayer(call, found, { kinds: KINDS });
  endOfWords(rest[0]);
  if (from !== undefined && name !== 'all') throw new InputError(say.fromBeside(name));
  if (from !== undefined) return environment.layers.slice(indexOf(from, call, environment));
  const layer = environment.layers.find((each) => each.name === name);
  if (layer === undefined) return environment.layers;
  return options.has('remove') ? standingOn(environment, layer) : [layer];
}

/** Where the layer of this name stands in the list. @throws InputError when there is none */
function indexOf(name: string, call: Call, environment: Environment): number {
  const bare: Call = { ...call, args: { words: [], options: new Map() } };
  const { layer } = readLayer(bare, { environment, rest: [name] }, { kinds: KINDS, isOne: true });
  return environment.layers.findIndex((each) => each.name === layer);
}

/** @throws InputError when it is no release that the stack file gives to the one layer that was named */
function readRelease(word: string, [layer, ...others]: readonly Layer[]): string {
  if (layer === undefined || others.length > 0) throw new InputError(say.rollbackOfOne);
  if (!layer.helm) throw new InputError(say.noReleases(layer.name));
  const names = layer.helm.releases.map(({ name }) => name);
  const release = names.find((name) => name === word.toLowerCase());
  if (release === undefined) throw inputError(say.noRelease(word, layer.name), nearest(word, names), names);
  return release;
}

/** Names what goes, where that is more than one layer. */
function tellGoing({ layers, isDryRun }: Extract<Input, { action: 'remove' }>, reply: Reply): Reply {
  if (reply.kind !== 'run' || !reply.fresh || layers.length === 1) return reply;
  return { ...reply, text: `${reply.text}\n${escapeText(say.goes(layers.toReversed(), isDryRun))}` };
}
