import type { Field } from '#domain/form.ts';
import { words } from '#words/deploy-command.ts';
import { refuse } from './asking.ts';
import { chosenOf, environmentField, unchosen } from './fields.ts';
import type { CommandForm } from './spec.ts';
import { permitted } from './target.ts';

const say = words.form;
/** The first one does no harm. */
const RUNS = ['dry-run', 'deploy'] as const;
/** Characters that Slack lets be written into one field. */
const MOST_REASON = 255;

/** The form of /deploy: of the environments that the caller may deploy. */
export const deployForm: CommandForm = {
  title: say.title,
  // What is done is chosen anew each time: the harmless comes first.
  keeps: ['environment', 'layer'],
  environments: (call) => permitted('operate', call),
  async draw(call, values) {
    const environments = permitted('operate', call);
    const environment = chosenOf(environments, values['environment']);
    if (!environment) return refuse(deployForm, call, values);
    const { layers } = environment;
    const names = layers.map(({ name }) => name);
    const { reason } = values;
    const fields: Field[] = [
      environmentField(environments, environment),
      {
        ...{ kind: 'menu', name: 'layer', label: say.layer },
        value: names.find((name) => name === values['layer']) ?? 'all',
        choices: [
          { value: 'all', title: say.all(names) },
          ...layers.map(({ name, provisioner }) => ({ value: name, title: say.layerTitle(name, provisioner) })),
        ],
      },
      {
        ...{ kind: 'menu', name: 'run', label: say.run, value: RUNS.find((run) => run === values['run']) ?? RUNS[0] },
        choices: RUNS.map((run) => ({ value: run, title: say.runs[run] })),
      },
      {
        ...{ kind: 'text', name: 'reason', label: say.reason, hint: say.reasonHint, isOptional: true },
        value: reason === '' ? undefined : reason,
      },
    ];
    return { command: 'deploy', title: say.title, fields };
  },
  read(values) {
    const { environment = '', layer = '', run = '', reason = '' } = values;
    const errors = {
      ...unchosen(values, 'environment', 'layer'),
      ...(RUNS.some((known) => known === run) ? {} : { run: say.noChoice }),
      ...(reason.length > MOST_REASON || reason.includes('"') ? { reason: say.badReason } : {}),
    };
    if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
    const target = `--environment ${environment} --layer ${layer}`;
    const flag = run === 'dry-run' ? ' --dry-run' : '';
    return { kind: 'text', text: `${target}${flag}${reason.trim() === '' ? '' : ` --reason "${reason}"`}` };
  },
};
