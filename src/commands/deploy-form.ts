import type { Field } from '#domain/form.ts';
import { words } from '#words/deploy-command.ts';
import { refuse } from './asking.ts';
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
  async draw(call, values) {
    const environments = permitted('operate', call);
    const environment = environments.find(({ name }) => name === values['environment']) ?? environments[0];
    if (!environment) return refuse(deployForm, call, values);
    const { layers } = environment;
    const names = layers.map(({ name }) => name);
    const { reason } = values;
    const fields: Field[] = [
      {
        ...{ kind: 'menu', name: 'environment', label: say.environment, value: environment.name, decides: true },
        choices: environments.map(({ name }) => ({ value: name, title: name })),
      },
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
      ...(isName(environment) ? {} : { environment: say.noChoice }),
      ...(isName(layer) ? {} : { layer: say.noChoice }),
      ...(RUNS.some((known) => known === run) ? {} : { run: say.noChoice }),
      ...(reason.length > MOST_REASON || reason.includes('"') ? { reason: say.badReason } : {}),
    };
    if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
    const target = `--environment ${environment} --layer ${layer}`;
    const flag = run === 'dry-run' ? ' --dry-run' : '';
    return { kind: 'text', text: `${target}${flag}${reason.trim() === '' ? '' : ` --reason "${reason}"`}` };
  },
};

/** One word, that no option hides in. */
function isName(value: string): boolean {
  return /^\w[\w-]*$/.test(value);
}
