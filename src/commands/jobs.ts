import { InputError } from '#domain/errors.ts';
import { words as say } from '#words/commands.ts';
import { words as schedules } from '#words/schedules.ts';
import { ask, isBare } from './asking.ts';
import { dispatch } from './dispatch.ts';
import { READ, smokeTestForm, statusForm, TESTED } from './job-forms.ts';
import { intervalIn, schedule } from './schedule.ts';
import type { Call, CommandSpec } from './spec.ts';
import { defaultOf, endOfWords, findEnvironment, readLayer, readLevel, require } from './target.ts';

export const smokeTest: CommandSpec = {
  name: 'smoke-test',
  aliases: ['smoketest'],
  slash: 'smoke-test',
  parameters: '[environment] [layer|all] [quick|standard|full] [--every 6h]',
  summary: say.smokeTest,
  right: 'operate',
  options: ['environment', 'layer', 'level', 'every'],
  form: smokeTestForm,
  async answer(call) {
    const isOpen = isBare(call) && !isClear(call);
    if (isOpen && smokeTestForm.environments(call).length > 0) return ask(smokeTest, call);
    const found = findEnvironment(call);
    require('operate', found.environment, call);
    const { layer, rest } = readLayer(call, found, { kinds: TESTED, levels: true });
    const level = readLevel(call, rest);
    const environment = found.environment.name;
    const input = { layer, depth: level };
    const interval = intervalIn(call, 'smoke-test');
    if (interval) return schedule(call, { job: 'smoke-test', environment, input, interval });
    return dispatch(call, { job: 'smoke-test', environment, input, aim: level });
  },
};

/** True when there is but one thing to test. */
function isClear(call: Call): boolean {
  return defaultOf(call)?.layers.filter(({ kind }) => TESTED.includes(kind)).length === 1;
}

export const status: CommandSpec = {
  name: 'status',
  aliases: ['cloud-status'],
  slash: 'cloud-status',
  parameters: '[environment] [layer|all] [--private] [--watch [5m]]',
  summary: say.status,
  right: 'view',
  options: ['environment', 'layer', 'private', 'watch'],
  form: statusForm,
  async answer(call) {
    if (isBare(call) && !defaultOf(call) && statusForm.environments(call).length > 0) return ask(status, call);
    const found = findEnvironment(call);
    require('view', found.environment, call);
    const { layer, rest } = readLayer(call, found, { kinds: READ });
    endOfWords(rest[0]);
    const isPrivate = call.args.options.has('private');
    const environment = found.environment.name;
    const interval = intervalIn(call, 'status');
    if (interval && isPrivate) throw new InputError(schedules.notPrivate);
    if (interval) return schedule(call, { job: 'status', environment, input: { layer }, interval });
    return dispatch(call, { job: 'status', environment, input: { layer }, isPrivate });
  },
};

const DRILL_SECONDS = 20;
const MOST_DRILL_SECONDS = 600;

export const drill: CommandSpec = {
  name: 'drill',
  aliases: ['rehearse'],
  parameters: '[environment] [layer|all] [change|destroy] [--seconds 20]',
  summary: say.drill,
  right: 'operate',
  options: ['environment', 'layer', 'seconds'],
  async answer(call) {
    const found = findEnvironment(call);
    require('operate', found.environment, call);
    const last = found.rest.at(-1)?.toLowerCase();
    const risk = last === 'change' || last === 'destroy' ? last : undefined;
    const rest = risk === undefined ? found.rest : found.rest.slice(0, -1);
    const { layer, rest: extra } = readLayer(call, { ...found, rest }, { kinds: ['openstack'] });
    endOfWords(extra[0]);
    const seconds = Number(call.args.options.get('seconds') ?? DRILL_SECONDS);
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > MOST_DRILL_SECONDS) {
      throw new InputError(say.badSeconds(MOST_DRILL_SECONDS));
    }
    const input = { layer, risk: risk ?? 'change', seconds };
    return dispatch(call, { job: 'drill', environment: found.environment.name, input, aim: input.risk });
  },
};
