import type { Field } from '#domain/form.ts';
import { words } from '#words/forms.ts';
import { refuse } from './asking.ts';
import { chosenOf, environmentField, unchosen } from './fields.ts';
import { readUntil } from './moment.ts';
import type { CommandForm } from './spec.ts';
import { permitted } from './target.ts';

const say = words.freeze;
/** Characters that Slack lets be written into one field. */
const MOST_REASON = 255;

/** The form of `/strata freeze`. */
export const freezeForm: CommandForm = {
  title: say.title,
  keeps: ['environment'],
  environments: (call) => permitted('operate', call),
  async draw(call, values) {
    const environments = permitted('operate', call);
    const environment = chosenOf(environments, values['environment']);
    if (!environment) return refuse(freezeForm, call, values);
    const text = (name: 'reason' | 'until', more: Pick<Field, 'hint' | 'isOptional'>): Field => ({
      ...{ kind: 'text', name, label: say[name], value: values[name] || undefined },
      ...more,
    });
    const fields = [
      environmentField(environments, environment),
      text('reason', { hint: say.reasonHint }),
      text('until', { hint: say.untilHint, isOptional: true }),
    ];
    return { command: 'freeze', title: say.title, submit: say.title, fields };
  },
  read(values) {
    const { environment, reason = '', until = '' } = values;
    const errors = {
      ...unchosen(values, 'environment'),
      ...(reason.trim() === '' ? { reason: say.noReason } : {}),
      ...(reason.length > MOST_REASON || reason.includes('"') ? { reason: say.badReason } : {}),
      ...(until.trim() === '' || isMoment(until.trim()) ? {} : { until: say.badUntil }),
    };
    if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
    return { kind: 'text', text: `--environment ${environment} "${reason}" ${until.trim()}` };
  },
};

/** Roughly: by this process's clock. The command knows better. */
function isMoment(word: string): boolean {
  try {
    readUntil(word, Date.now());
    return true;
  } catch {
    return false;
  }
}

/** The form of `/strata unfreeze`. */
export const unfreezeForm: CommandForm = {
  title: say.undoing,
  keeps: [],
  environments: (call) => permitted('operate', call),
  async draw(call, values) {
    const environments = permitted('operate', call);
    const environment = chosenOf(environments, values['environment']);
    if (!environment) return refuse(unfreezeForm, call, values);
    const fields = [environmentField(environments, environment)];
    return { command: 'unfreeze', title: say.undoing, submit: say.undoing, fields };
  },
  read(values) {
    const errors = unchosen(values, 'environment');
    if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
    return { kind: 'text', text: `--environment ${values['environment']}` };
  },
};
