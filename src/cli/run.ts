import { randomUUID } from 'node:crypto';
import { access, constants, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { signWith } from '#adapters/keys/sign.ts';
import { answer } from '#commands/answer.ts';
import { consolesOf } from '#commands/showing.ts';
import type { CommandRequest, Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import type { RunView } from '#domain/fold.ts';
import { plainOf } from '#domain/mrkdwn.ts';
import type { Outcome } from '#domain/run.ts';
import { words } from '#words/cli.ts';
import { commandDeps, openStore, readSettings, type Settings, type Store } from './compose.ts';
import { follow } from './follow.ts';
import { personAt } from './person.ts';
import { jsonOf, pageOf, printable } from './terminal.ts';

type Options = {
  readonly command: string;
  readonly text: string;
  readonly json: boolean;
  readonly picture?: string | undefined;
  readonly 'full-picture'?: string | undefined;
  readonly key?: string | undefined;
};
/** Options of ours that are followed by a file. */
const FILES = ['picture', 'full-picture', 'key'] as const;

const EXIT_CODES: Readonly<Record<Outcome, number>> = { succeeded: 0, failed: 1, cancelled: 1, degraded: 3 };
const INTERRUPTED = 130;

/**
 * `strata run COMMAND [ARGS] [--json] [--picture FILE]`: the command as Slack would give it, through the same queue.
 * Progress goes to standard error, the report to standard output.
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  await checkFiles(options);
  const settings = readSettings();
  const store = await openStore(settings, 'impatient');
  try {
    const { runs, journal, queue } = store;
    const reply = await answer(requestOf(options, settings), commandDeps(settings, store));
    if (reply.kind === 'text') return tell(reply);
    process.stderr.write(`${plainOf(reply.text)}\n`);
    const view = await follow(reply.request, { runs, journal, queue });
    if (!view) return INTERRUPTED;
    await show(view, options);
    await draw(view, options, { settings, store });
    return EXIT_CODES[view.outcome ?? 'failed'];
  } finally {
    await store.close();
  }
}

/** @throws InputError on an option of ours without its value, or no command */
function readOptions(args: readonly string[]): Options {
  const rest: string[] = [];
  let json = false;
  const files: { [name in (typeof FILES)[number]]?: string } = {};
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    const option = FILES.find((name) => word === `--${name}` || word.startsWith(`--${name}=`));
    if (word === '--json') json = true;
    else if (option) {
      const file = word.includes('=') ? word.slice(`--${option}=`.length) : args[++index];
      if (!file || file.startsWith('--')) throw new InputError(words.withoutFile(`--${option}`));
      files[option] = file;
    } else rest.push(word);
  }
  const [command, ...parts] = rest;
  if (command === undefined) throw new InputError(words.noCommand, { advice: words.noCommandAdvice });
  const text = parts.map(asTyped).join(' ');
  return { command, text, json, ...files };
}

/** What needs no quotes: nothing in it is more than a letter to the grammar of commands. */
const BARE = /^[\w@#–—-][^\s"'=“”„«»‘’]*$/u;

/** A word as Slack would deliver it: in the quotes that the shell took away, and escaped. */
function asTyped(word: string): string {
  const [, option = '', value = word] = /^(--[\w-]+=)(.*)$/s.exec(word) ?? [];
  const quoted = BARE.test(value) ? value : `"${value.replaceAll('"', "'")}"`;
  return `${option}${quoted.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}`;
}

/** @throws InputError for a picture that could not be written: better now than when the run has ended */
async function checkFiles(options: Options): Promise<void> {
  for (const file of [options.picture, options['full-picture']]) {
    if (file === undefined) continue;
    await access(dirname(resolve(file)), constants.W_OK).catch((error: unknown) => {
      throw new InputError(words.badPicture(file), { cause: error });
    });
  }
}

/** @throws InputError when the system user is nobody in the stack file */
function requestOf({ command, text, key }: Options, { stack, env }: Settings): CommandRequest {
  const keyFile = key ?? env.keyPath;
  return {
    command,
    text,
    caller: { person: personAt(stack), groups: [] },
    origin: { kind: 'terminal', host: hostname() },
    once: `terminal:${randomUUID()}`,
    // Only Slack knows who is in which user group.
    groupsUnknown: true,
    ...(keyFile === undefined ? {} : { sign: (statement) => signWith(keyFile, statement) }),
  };
}

function tell({ text, error = false }: Extract<Reply, { kind: 'text' }>): number {
  (error ? process.stderr : process.stdout).write(`${plainOf(text)}\n`);
  return error ? 2 : 0;
}

async function show(view: RunView, { json }: Options): Promise<void> {
  const { request, outcome, report, error, leftovers, steps, startedAt, endedAt } = view;
  if (json) {
    const { number, environment, job, input } = request;
    const times = { askedAt: request.askedAt, startedAt, endedAt };
    const whole = { run: number, environment, job, input, ...times, outcome, error, leftovers, steps, report };
    process.stdout.write(`${jsonOf(whole, 2)}\n`);
  } else if (report) {
    const { textOf } = await import('#report/text.ts');
    process.stdout.write(`${textOf(report, pageOf(process.stdout))}\n`);
  }
  if (error && !json) process.stderr.write(`${printable(words.problem(error.message, error.advice))}\n`);
}

/** Writes the pictures that were asked for, in the theme of the environment. */
async function draw(
  view: RunView,
  { picture, 'full-picture': full }: Options,
  { settings, store }: { readonly settings: Settings; readonly store: Store },
): Promise<void> {
  if (picture === undefined && full === undefined) return;
  const [{ raster }, { pictureOfRun }] = await Promise.all([import('#report/kit/raster.ts'), import('#report/run.ts')]);
  const { number, by, environment: name } = view.request;
  const { theme = 'dark' } = settings.stack.environments.find((each) => each.name === name) ?? {};
  const footer = words.footer(number, by.name);
  const consoles = full === undefined ? [] : await consolesOf(view.request, store.artifacts);
  const wanted = [
    { file: picture, drawn: pictureOfRun(view, { theme, footer }) },
    { file: full, drawn: pictureOfRun(view, { theme, footer, consoles, isFull: true }) },
  ];
  for (const { file, drawn } of wanted) {
    if (file === undefined || !drawn) continue;
    await writeFile(file, await raster(drawn.card));
    process.stderr.write(`${words.pictureAt(file)}\n`);
  }
}
