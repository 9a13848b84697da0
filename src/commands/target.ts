import { type Caller, isListed, judge, type Right } from '#domain/access.ts';
import { InputError, PolicyError } from '#domain/errors.ts';
import { code, mention } from '#domain/mrkdwn.ts';
import { nearest } from '#domain/nearest.ts';
import type { Environment, Layer, LayerKind } from '#domain/stack.ts';
import { words as say } from '#words/commands.ts';
import type { Call } from './spec.ts';

export const LEVELS = ['quick', 'standard', 'full'] as const;
export type Level = (typeof LEVELS)[number];

/** What Slack calls every private channel where it tells of a command or a click. */
const UNNAMED = 'privategroup';

/** What a command is about, and the words that are left. */
export type Found = { readonly environment: Environment; readonly rest: readonly string[] };

/** Names are the same however they are written. */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The environments on which the caller has this right from here. */
export function permitted(right: Right, { request, deps }: Pick<Call, 'request' | 'deps'>): readonly Environment[] {
  return deps.stack.environments.filter((environment) => judge(environment, right, request.caller).allowed);
}

function visibleNames(call: Call): string[] {
  return permitted('view', call).map(({ name }) => name);
}

/** The one that is meant when none is named: the only one, or the only one of the channel. */
export function defaultOf({ request, deps }: Pick<Call, 'request' | 'deps'>): Environment | undefined {
  const all = deps.stack.environments;
  if (all.length === 1) return all[0];
  const { channel } = request.caller;
  if (!channel) return undefined;
  const here = all.filter(({ channels }) => isListed(channel, channels));
  return here.length === 1 ? here[0] : undefined;
}

/** An error that advises the near word, else lists what there is. */
export function inputError(message: string, near: string | undefined, names: readonly string[]): InputError {
  const advice = near === undefined ? say.theseAre(names) : say.didYouMean(near);
  return new InputError(message, advice === '' ? {} : { advice });
}

/**
 * The environment of a command: `--environment`, else the first word when it is one, else the default.
 * @throws InputError when none is meant
 */
export function findEnvironment(call: Call): Found {
  const { args, deps } = call;
  const [first] = args.words;
  const named = (name: string) => deps.stack.environments.find((environment) => same(environment.name, name));
  const option = args.options.get('environment');
  const names = visibleNames(call);
  if (option !== undefined) {
    const environment = named(option);
    if (!environment) throw inputError(say.noEnvironment(option), nearest(option, names), names);
    return { environment, rest: args.words };
  }
  const environment = first === undefined ? undefined : named(first);
  if (environment) return { environment, rest: args.words.slice(1) };
  const fallback = defaultOf(call);
  if (fallback) return { environment: fallback, rest: args.words };
  if (first === undefined) throw inputError(say.whichEnvironment, undefined, names);
  throw inputError(say.noEnvironment(first), nearest(first, names), names);
}

/** @throws PolicyError naming who may */
export function require(right: Right, environment: Environment, { request }: Call): void {
  requireRight(right, environment, request);
}

/** @throws PolicyError naming who may */
export function requireRight(
  right: Right,
  environment: Environment,
  { caller, groupsUnknown }: { readonly caller: Caller; readonly groupsUnknown?: boolean | undefined },
): void {
  const verdict = judge(environment, right, caller);
  if (verdict.allowed) return;
  if (verdict.why === 'outsider') throw new PolicyError(say.outsider, { environment: environment.name });
  if (verdict.why === 'channel') {
    const { id, name } = caller.channel ?? {};
    const hint = id !== undefined && name === UNNAMED ? [say.privateChannel(id)] : [];
    const advice = [say.usableIn(verdict.who.map(mention)), ...hint].join(' ');
    throw new PolicyError(say.notHere(code(environment.name)), { advice, environment: environment.name });
  }
  const who = verdict.who.map((id) => (id === '*' ? say.everybody : mention(id)));
  const unsure = groupsUnknown && verdict.who.some((id) => id.startsWith('S') || id === '*');
  const advice = [say.thoseMay(who), unsure ? say.groupsUnknown : ''].filter((part) => part !== '').join(' ');
  throw new PolicyError(say.mayNot(right, code(environment.name)), { advice, environment: environment.name });
}

/** What a command takes for a layer. */
export type LayerRule = {
  /** Kinds of layers that it works on. */
  readonly kinds: readonly LayerKind[];
  /** True when a level may follow. Default false. */
  readonly levels?: boolean;
  /** True when it must be named: then `all` is no layer. Default false. */
  readonly isOne?: boolean;
};
type Where = LayerRule & { readonly environment: Environment; readonly call: Call };

/** @throws InputError when it is no layer of the environment, or of a kind that the command does not work on */
function layerNamed(name: string, { environment, kinds, call, levels = false, isOne = false }: Where): Layer | 'all' {
  if (same(name, 'all') && !isOne) return 'all';
  const layer = environment.layers.find((known) => same(known.name, name));
  const fitting = environment.layers.filter(({ kind }) => kinds.includes(kind)).map((known) => known.name);
  if (!layer) {
    const others = [...(isOne ? [] : ['all']), ...(levels ? LEVELS : [])];
    const candidates = [...environment.layers.map((known) => known.name), ...others, ...visibleNames(call)];
    throw inputError(
      say.noLayer(name, environment.name),
      nearest(name, candidates),
      isOne ? fitting : [...fitting, 'all'],
    );
  }
  if (!kinds.includes(layer.kind)) {
    throw new InputError(say.wrongKind(layer.name, layer.kind), { advice: say.fittingLayers(fitting) });
  }
  return layer;
}

type Layered = { readonly layer: string; readonly rest: readonly string[] };

/**
 * The layer of a command: `--layer`, else the first word that is left, else `all`. With `levels`, a word like `quick` is
 * no layer, unless one is called so and another word follows.
 * @throws InputError when it is no layer of the environment, or of a kind that the command does not work on
 */
export function readLayer(call: Call, { environment, rest }: Found, rule: LayerRule): Layered {
  const { kinds, levels = false, isOne = false } = rule;
  const option = call.args.options.get('layer');
  const where = { ...rule, environment, call };
  if (option !== undefined) return { layer: nameOf(layerNamed(option, where)), rest };
  const [first, ...others] = rest;
  if (first === undefined && isOne) {
    const fitting = environment.layers.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
    throw new InputError(say.whichLayer, { advice: say.fittingLayers(fitting) });
  }
  const isTaken =
    levels && first !== undefined && isLevel(first) && !(isLayer(first, environment) && others.length > 0);
  if (first === undefined || isTaken) return { layer: 'all', rest };
  return { layer: nameOf(layerNamed(first, where)), rest: others };
}

/** The level: `--level`, else the only word that is left, else `standard`. @throws InputError on any other word */
export function readLevel({ args }: Call, rest: readonly string[]): Level {
  const option = args.options.get('level');
  const words = option === undefined ? rest : [option, ...rest];
  const [word = 'standard', extra] = words;
  const level = LEVELS.find((known) => same(known, word));
  if (level === undefined) throw inputError(say.noLevel(word), nearest(word, LEVELS), LEVELS);
  endOfWords(extra);
  return level;
}

type Meant = { readonly number: number; readonly rest: readonly string[] };

/**
 * The run that a command is about, and the words that are left: its number, with or without `#`, else the run in whose
 * thread the caller is.
 * @throws InputError when none is meant
 */
export function readRun({ args: { words }, request }: Call): Meant {
  const [word, ...rest] = words;
  const [, digits] = /^#?(\d{1,9})$/.exec(word ?? '') ?? [];
  if (digits !== undefined) return { number: Number(digits), rest };
  const here = request.mention?.run;
  if (here !== undefined) return { number: here, rest: words };
  throw new InputError(word === undefined ? say.noRunNumber : say.badRunNumber(word));
}

/** @throws InputError when a word is left that means nothing here */
export function endOfWords(extra: string | undefined): void {
  if (extra !== undefined) throw new InputError(say.extraWord(extra));
}

function nameOf(layer: Layer | 'all'): string {
  return layer === 'all' ? 'all' : layer.name;
}

function isLevel(word: string): boolean {
  return LEVELS.some((level) => same(level, word));
}

function isLayer(word: string, environment: Environment): boolean {
  return environment.layers.some(({ name }) => same(name, word));
}
