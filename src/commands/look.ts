import type { Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import { fold, type RunView } from '#domain/fold.ts';
import { escapeName } from '#domain/mrkdwn.ts';
import type { RunRef } from '#domain/run.ts';
import { words as say } from '#words/commands.ts';
import { ask, isBare } from './asking.ts';
import { runForm } from './run-forms.ts';
import { logOf } from './run-log.ts';
import { lineOf, textOfRun } from './run-text.ts';
import { type Call, type CommandSpec, typed } from './spec.ts';
import { endOfWords, findEnvironment, permitted, readRun, require } from './target.ts';

const NEWEST = 10;
/** How far back a filter looks. */
const MOST_LOOKED_AT = 200;

async function viewOf(run: RunRef, { deps }: Call): Promise<RunView | undefined> {
  return fold(await deps.journal.read(run));
}

export const history: CommandSpec = {
  name: 'history',
  aliases: ['runs'],
  parameters: '[environment] [--by @person] [--failed]',
  summary: say.history,
  right: 'view',
  options: ['environment', 'by', 'failed'],
  async answer(call) {
    const { environment, rest } = findEnvironment(call);
    require('view', environment, call);
    endOfWords(rest[0]);
    const filter = filterOf(call);
    const recent = await call.deps.runs.recent(environment.name, filter ? MOST_LOOKED_AT : NEWEST);
    const views = await Promise.all(recent.map((run) => viewOf(run, call)));
    const name = escapeName(environment.name);
    const nowMs = await call.deps.gate.nowMs(environment.name);
    const fitting = views.filter((view) => view !== undefined).filter(filter ?? (() => true));
    if (fitting.length > 0)
      return text([say.newest(name), ...fitting.slice(0, NEWEST).map((view) => lineOf(view, { nowMs }))].join('\n'));
    return text(filter && recent.length > 0 ? say.noSuchRuns(name, recent.length) : say.noRuns(name));
  },
};

/** undefined: every run. A person is meant by id or by name. */
function filterOf({ args }: Call): ((view: RunView) => boolean) | undefined {
  const by = args.options.get('by')?.replace(/^@/, '').toLowerCase();
  const isFailed = args.options.has('failed');
  if (by === undefined && !isFailed) return undefined;
  return ({ request, outcome }) =>
    (by === undefined || [request.by.id, request.by.name].some((name) => name.toLowerCase() === by)) &&
    (!isFailed || outcome === 'failed');
}

export const show: CommandSpec = {
  name: 'show',
  aliases: [],
  parameters: '<run>',
  summary: say.show,
  right: 'view',
  form: runForm('show', 'view'),
  async answer(call) {
    if (isBare(call) && permitted('view', call).length > 0) return ask(show, call);
    const { number, rest } = readRun(call);
    endOfWords(rest[0]);
    const run = await call.deps.runs.get(number);
    const environment = call.deps.stack.environments.find(({ name }) => name === run?.environment);
    const advice = say.noRunAdvice(typed(history, call));
    if (!run || !environment) throw new InputError(say.noRun(number), { advice });
    require('view', environment, call);
    const events = await call.deps.journal.read(run);
    const view = fold(events);
    if (!view) throw new InputError(say.noRun(number), { advice });
    const files = (await call.deps.artifacts.list(run)).map(({ name, bytes }) => say.file(number, name, bytes));
    const nowMs = await call.deps.gate.nowMs(environment.name);
    return text(
      [textOfRun(view, { nowMs }), ...logOf(events), ...(files.length > 0 ? [say.files, ...files] : [])].join('\n'),
    );
  },
};

function text(answer: string): Reply {
  return { kind: 'text', text: answer };
}
