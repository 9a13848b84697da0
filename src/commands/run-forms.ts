import type { Right } from '#domain/access.ts';
import type { Choice, Field } from '#domain/form.ts';
import { fold, type RunView } from '#domain/fold.ts';
import { plainOf } from '#domain/mrkdwn.ts';
import { words } from '#words/forms.ts';
import { sentencesOf } from '#words/jobs.ts';
import { refuse } from './asking.ts';
import { chosenOf, environmentField, menu } from './fields.ts';
import { stateOf, targetOf } from './run-text.ts';
import type { Call, CommandForm } from './spec.ts';
import { permitted } from './target.ts';

const say = words.runs;
/** How far back a run is looked for, and how many are offered. */
const MOST_LOOKED_AT = 60;
const MOST_CHOICES = 25;
const FITS: Readonly<Record<keyof typeof say.titles, (view: RunView) => boolean>> = {
  show: () => true,
  stop: ({ state }) => state !== 'ended',
  retry: ({ outcome }) => outcome === 'failed' || outcome === 'cancelled',
};

/** The form of a command about a run: an environment, and a menu of its newest runs that it may be about. */
export function runForm(command: keyof typeof say.titles, right: Right): CommandForm {
  const title = say.titles[command];
  const form: CommandForm = {
    ...{ title, right, keeps: ['environment'] },
    environments: (call) => permitted(right, call),
    async draw(call, values) {
      const environments = permitted(right, call);
      const environment = chosenOf(environments, values['environment']);
      if (!environment) return refuse(form, call, values);
      const choices = await choicesOf(environment.name, command, call);
      const value = choices.find((choice) => choice.value === values['run'])?.value;
      const hint = choices.length === 0 ? say.none : undefined;
      const run: Field =
        choices.length === 0
          ? { kind: 'text', name: 'run', label: say.run, hint }
          : { kind: 'menu', name: 'run', label: say.run, value: value ?? choices[0]?.value, choices };
      const how = menu({ name: 'how', label: say.how, value: values['how'] === 'now' ? 'now' : 'step' }, say.hows);
      const fields = [environmentField(environments, environment), run, ...(command === 'stop' ? [how] : [])];
      return { command, title, submit: say.submits[command], fields };
    },
    read({ run = '', how }) {
      if (!/^#?\d{1,9}$/.test(run.trim())) return { kind: 'errors', errors: { run: say.noRun } };
      return { kind: 'text', text: `${run.trim()}${how === 'now' ? ' now' : ''}` };
    },
  };
  return form;
}

async function choicesOf(environment: string, command: keyof typeof say.titles, { deps }: Call): Promise<Choice[]> {
  const [open, recent] = await Promise.all([
    deps.runs.open(environment),
    command === 'stop' ? [] : deps.runs.recent(environment, MOST_LOOKED_AT),
  ]);
  const runs = command === 'stop' ? open.toReversed() : recent;
  const choices: Choice[] = [];
  for (const run of runs) {
    const view = fold(await deps.journal.read(run));
    if (view && FITS[command](view)) choices.push(choiceOf(view));
    if (choices.length === MOST_CHOICES) break;
  }
  return choices;
}

function choiceOf(view: RunView): Choice {
  const { number, job } = view.request;
  const what = `${sentencesOf(job).title} ${targetOf(view)}`;
  return { value: String(number), title: plainOf(say.choice(number, what, stateOf(view, {}))) };
}
