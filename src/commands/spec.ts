import type { Right } from '#domain/access.ts';
import type { CommandRequest, Reply } from '#domain/command.ts';
import type { Form, FormErrors, FormValues } from '#domain/form.ts';
import type { Artifacts, Audit, Dispatcher, Gate, Habits, Journal, Runs, Schedules } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import type { Schedule } from '#domain/schedule.ts';
import type { Environment, Stack } from '#domain/stack.ts';
import type { Arguments } from './grammar.ts';

/** What commands work on. `prefix` is what this installation put before its slash commands, as `ops-`; default none. */
export type CommandDeps = {
  readonly stack: Stack;
  readonly runs: Runs;
  readonly journal: Journal;
  readonly dispatcher: Dispatcher;
  readonly gate: Gate;
  readonly audit: Omit<Audit, 'trim'>;
  readonly artifacts: Pick<Artifacts, 'list' | 'get'>;
  /** Has a worker go on with a run from where its journal stands. */
  readonly wake: (run: RunRef, seq: number) => Promise<void>;
  readonly schedules: Schedules;
  /** Has a schedule tick as its record says, or no more. */
  readonly keepTicking: (schedule: Schedule) => Promise<void>;
  readonly habits: Habits;
  readonly prefix?: string | undefined;
};

/** One call of a command, with its text taken apart. */
export type Call = { readonly request: CommandRequest; readonly deps: CommandDeps; readonly args: Arguments };

/** How a command asks for its words. */
export type CommandForm = {
  readonly title: string;
  /** What it takes on an environment. Default `operate`. */
  readonly right?: Right;
  /** Fields whose last values are offered to the person again: none that would be wrong another time. */
  readonly keeps: readonly string[];
  /** The environments that it offers: of the stack file alone. */
  environments(call: Pick<Call, 'request' | 'deps'>): readonly Environment[];
  /** The fields, as they follow from what was chosen so far. @throws PolicyError */
  draw(call: Call, values: FormValues): Promise<Form>;
  /** The words that the values mean, or what is wrong with which. */
  read(values: FormValues): FormErrors | { readonly kind: 'text'; readonly text: string };
};

/** One command of the registry. */
export type CommandSpec = {
  readonly name: string;
  /** Other names it answers to. */
  readonly aliases: readonly string[];
  /** Name of its own slash command; undefined: only reached as `/strata <name>`. */
  readonly slash?: string | undefined;
  /** What stands behind the name, as `[environment] [layer|all]`. */
  readonly parameters: string;
  readonly summary: string;
  /** What a caller needs on one environment at least to see it in the help; undefined: everybody. */
  readonly right?: Right | undefined;
  readonly options?: readonly string[];
  readonly form?: CommandForm;
  /** @throws InputError, PolicyError, BusyError */
  answer(call: Call): Promise<Reply>;
};

/** How this caller types the command: `/ops-smoke-test`, `/strata show`, `@strata show`, or `strata run smoke-test`. */
export function typed(
  spec: Pick<CommandSpec, 'name' | 'slash'>,
  { request, deps }: Pick<Call, 'request' | 'deps'>,
): string {
  const own = spec.slash === undefined ? `strata ${spec.name}` : spec.slash;
  if (request.origin.kind === 'terminal') return `strata run ${spec.name}`;
  if (request.mention) return `@strata ${spec.name}`;
  return `/${deps.prefix ?? ''}${own}`;
}

/** The same with its parameters. */
export function usage(spec: CommandSpec, call: Pick<Call, 'request' | 'deps'>): string {
  return `${typed(spec, call)} ${spec.parameters}`.trim();
}
