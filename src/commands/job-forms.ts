import type { Field } from '#domain/form.ts';
import type { Environment, LayerKind } from '#domain/stack.ts';
import { words as say } from '#words/forms.ts';
import { refuse } from './asking.ts';
import { chosenOf, environmentField, menu, unchosen } from './fields.ts';
import type { CommandForm } from './spec.ts';
import { type Level, LEVELS, permitted } from './target.ts';

/** Kinds of layers that each command works on. */
export const TESTED: readonly LayerKind[] = ['openstack', 'kubernetes'];
export const READ: readonly LayerKind[] = ['openstack', 'kubernetes', 'ceph'];

function layerField({ layers }: Environment, kinds: readonly LayerKind[], value: string | undefined): Field {
  const names = layers.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  return {
    ...{ kind: 'menu', name: 'layer', label: say.layer, value: names.find((name) => name === value) ?? 'all' },
    choices: [{ value: 'all', title: say.all }, ...names.map((name) => ({ value: name, title: name }))],
  };
}

/** The form of /smoke-test. */
export const smokeTestForm: CommandForm = {
  title: say.smokeTest.title,
  keeps: ['environment', 'layer', 'level'],
  environments: (call) => permitted('operate', call),
  async draw(call, values) {
    const environments = permitted('operate', call);
    const environment = chosenOf(environments, values['environment']);
    if (!environment) return refuse(smokeTestForm, call, values);
    const value: Level = LEVELS.find((known) => known === values['level']) ?? 'standard';
    const fields = [
      environmentField(environments, environment),
      layerField(environment, TESTED, values['layer']),
      menu({ name: 'level', label: say.smokeTest.level, value }, say.smokeTest.levels),
    ];
    return { command: 'smoke-test', title: say.smokeTest.title, fields };
  },
  read(values) {
    const errors = unchosen(values, 'environment', 'layer', 'level');
    if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
    const { environment, layer, level } = values;
    return { kind: 'text', text: `--environment ${environment} --layer ${layer} --level ${level}` };
  },
};

/** The form of /cloud-status. */
export const statusForm: CommandForm = {
  title: say.status.title,
  right: 'view',
  keeps: ['environment', 'layer', 'shown'],
  environments: (call) => permitted('view', call),
  async draw(call, values) {
    const environments = permitted('view', call);
    const environment = chosenOf(environments, values['environment']);
    if (!environment) return refuse(statusForm, call, values);
    // In App Home there is no channel that could see it.
    const isAlone = call.request.caller.channel === undefined;
    const value = values['shown'] === 'private' ? 'private' : 'everybody';
    const fields = [
      environmentField(environments, environment),
      layerField(environment, READ, values['layer']),
      ...(isAlone ? [] : [menu({ name: 'shown', label: say.status.shown, value }, say.status.shownTo)]),
    ];
    return { command: 'status', title: say.status.title, fields };
  },
  read(values) {
    const errors = unchosen(values, 'environment', 'layer');
    if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
    const { environment, layer, shown = 'private' } = values;
    const flag = shown === 'private' ? ' --private' : '';
    return { kind: 'text', text: `--environment ${environment} --layer ${layer}${flag}` };
  },
};
