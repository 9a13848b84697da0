import { parseArgs } from 'node:util';
import { readSince } from '#commands/moment.ts';
import { type AuditRecord, type Flaw, flawsOf, type Head, trimmableTo } from '#domain/audit.ts';
import { InputError } from '#domain/errors.ts';
import { nearest } from '#domain/nearest.ts';
import type { Stack } from '#domain/stack.ts';
import { words } from '#words/cli.ts';
import { openStore, readSettings, type Settings, type Store } from './compose.ts';
import { personAt } from './person.ts';
import { jsonOf, printable } from './terminal.ts';

type Options = {
  readonly environments: readonly string[];
  readonly head: Head | undefined;
  readonly since: string | undefined;
  readonly format: string;
  readonly before: string | undefined;
};
const OPTION = { type: 'string' } as const;
const OPTIONS = { head: OPTION, since: OPTION, format: OPTION, before: OPTION };
const COMMANDS = { verify, export: exportAll, trim } as const;

/** `strata audit verify|export|trim`: is the journal as it was written, the journal itself, and less of it. */
export async function runAudit([what = '', ...args]: string[]): Promise<number> {
  if (!isCommand(what)) throw new InputError(words.auditUsage);
  const settings = readSettings();
  const options = readOptions(args, settings);
  const store = await openStore(settings, 'impatient');
  try {
    return await COMMANDS[what](options, store, settings.stack);
  } finally {
    await store.close();
  }
}

function isCommand(word: string): word is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, word);
}

/** @throws InputError on an unknown option, environment, format or head */
function readOptions(args: string[], { stack }: Settings): Options {
  let parsed;
  try {
    parsed = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new InputError(words.auditOption(error instanceof Error ? error.message : String(error)), { cause: error });
  }
  const { head, since, before, format = 'jsonl' } = parsed.values;
  const names = stack.environments.map(({ name }) => name);
  const [name, extra] = parsed.positionals;
  if (extra !== undefined) throw new InputError(words.auditUsage);
  if (name !== undefined && !names.includes(name)) {
    throw new InputError(words.auditEnvironment(name, nearest(name, names)));
  }
  if (format !== 'jsonl' && format !== 'csv') throw new InputError(words.auditFormat(format));
  const environments = name === undefined ? names : [name];
  if (head !== undefined && environments.length > 1) throw new InputError(words.auditHeadOfAll);
  return { environments, head: head === undefined ? undefined : readHead(head), since, format, before };
}

function readHead(word: string): Head {
  const [, n, link] = /^(\d{1,15}):([0-9a-f]{40})$/.exec(word) ?? [];
  if (n === undefined || link === undefined) throw new InputError(words.auditHead(word));
  return { n: Number(n), link };
}

async function verify({ environments, head: remembered }: Options, { audit }: Store): Promise<number> {
  let isWhole = true;
  for (const name of environments) {
    const { head, records } = await audit.read(name);
    const flaws = flawsOf(records, head, remembered);
    if (flaws.length === 0) {
      process.stdout.write(`${words.auditWhole(name, records.length, `${head.n}:${head.link}`)}\n`);
      continue;
    }
    isWhole = false;
    process.stdout.write(`${[words.auditFlawed(name, flaws.length), ...flaws.map(lineOf)].join('\n')}\n`);
  }
  return isWhole ? 0 : 1;
}

function lineOf({ n, kind, record }: Flaw): string {
  const where = record ? words.auditWhere(record.source.split('-')[0] ?? '', record.seq) : '';
  return printable(words.auditFlaw(n, words.auditFlaws[kind], where));
}

async function exportAll({ environments, since, format }: Options, { audit, gate }: Store): Promise<number> {
  const toLine = format === 'csv' ? csvOf : (row: Row) => jsonOf(row);
  if (format === 'csv') process.stdout.write(`${COLUMNS.join(',')}\n`);
  for (const name of environments) {
    const sinceMs = since === undefined ? 0 : readSince(since, await gate.nowMs(name));
    const { records } = await audit.read(name);
    for (const record of records) {
      if (record.atMs >= sinceMs) process.stdout.write(`${toLine(rowOf(name, record))}\n`);
    }
  }
  return 0;
}

/** Removes what is older, if all of it is whole; a flaw must not vanish with it. */
async function trim({ environments, before }: Options, { audit, gate }: Store, stack: Stack): Promise<number> {
  const [name, other] = environments;
  if (name === undefined || other !== undefined || before === undefined) throw new InputError(words.auditTrimUsage);
  const by = personAt(stack);
  const { head, records } = await audit.read(name);
  if (flawsOf(records, head).length > 0) throw new InputError(words.auditTrimFlawed(name));
  const to = trimmableTo(records, readSince(before, await gate.nowMs(name)));
  if (to) await audit.trim(name, { by, head: to });
  process.stdout.write(`${to ? words.auditTrimmed(name, `${to.n}:${to.link}`) : words.auditNothingToTrim(name)}\n`);
  return 0;
}

const COLUMNS = ['n', 'at', 'environment', 'run', 'seq', 'type', 'by', 'event', 'link'] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], object | string | number | undefined>>;

type Named = { readonly id?: string };
type Known = { readonly type?: string; readonly by?: Named; readonly request?: { readonly by?: Named } };

function rowOf(environment: string, { n, atMs, source, seq, event: text, link }: AuditRecord): Row {
  const event = eventOf(text);
  const run = source === '' ? undefined : Number.parseInt(source, 10);
  const by = event.by ?? event.request?.by;
  const at = new Date(atMs).toISOString();
  return { n, at, environment, run, seq, type: event.type, by: by?.id, event, link };
}

/** One that somebody changed may be no JSON any more; it is exported as it is. */
function eventOf(text: string): Known {
  try {
    return JSON.parse(text) as Known;
  } catch {
    return { type: text };
  }
}

function csvOf(row: Row): string {
  return COLUMNS.map((column) => {
    const value = row[column];
    const text = typeof value === 'object' ? jsonOf(value) : String(value ?? '');
    // A spreadsheet takes these for formulas.
    const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  }).join(',');
}
