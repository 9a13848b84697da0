import type { Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import { fold, type RunView } from '#domain/fold.ts';
import { escapeName } from '#domain/mrkdwn.ts';
import type { RunRef } from '#domain/run.ts';
import { words as say } from '#words/commands.ts';
import { lineOf, textOfRun } from './run-text.ts';
import { type Call, type CommandSpec, typed } from './spec.ts';
import { endOfWords, findEnvironment, readRun, require } from './target.ts';

const NEWEST = 10;

async function viewOf(run: RunRef, { deps }: Call): Promise<RunView | undefined> {
  return fold(await deps.journal.read(run));
}

export const history: CommandSpec = {
  name: 'history',
  aliases: ['runs'],
  parameters: '[environment]',
  summary: say.history,
  right: 'view',
  options: ['environment'],
  async answer(call) {
    const { environment, rest } = findEnvironment(call);
    require('view', environment, call);
    endOfWords(rest[0]);
    const recent = await call.deps.runs.recent(environment.name, NEWEST);
    const views = await Promise.all(recent.map((run) => viewOf(run, call)));
    const name = escapeName(environment.name);
    const lines = views.flatMap((view) => (view ? [lineOf(view)] : []));
    return text(lines.length === 0 ? say.noRuns(name) : [say.newest(name), ...lines].join('\n'));
  },
};

export const show: CommandSpec = {
  name: 'show',
  aliases: [],
  parameters: '<run>',
  summary: say.show,
  right: 'view',
  async answer(call) {
    const [word, extra] = call.args.words;
    const number = readRun(word);
    endOfWords(extra);
    const run = await call.deps.runs.get(number);
    const environment = call.deps.stack.environments.find(({ name }) => name === run?.environment);
    const advice = say.noRunAdvice(typed(history, call));
    if (!run || !environment) throw new InputError(say.noRun(number), { advice });
    require('view', environment, call);
    const view = await viewOf(run, call);
    if (!view) throw new InputError(say.noRun(number), { advice });
    return text(textOfRun(view));
  },
};

function text(answer: string): Reply {
  return { kind: 'text', text: answer };
}
