import { ToolError } from '#domain/errors.ts';
import type { StepContext } from '#domain/run.ts';
import type { Recap, ToolCall, ToolResult } from '#domain/tools.ts';
import { words } from '#words/ansible.ts';
import { noteOf } from '#words/tools.ts';

/** One run of something that Ansible does. `name` stands in progress and errors, and names the log with the step. */
export type AnsibleRun = Pick<ToolCall, 'argv' | 'cwd' | 'files' | 'links' | 'env'> & {
  readonly layer: string;
  readonly name: string;
  readonly stepId: string;
};

/**
 * Runs it to its end, with its progress as notes and its output as an artifact; what Ansible does may be done again.
 * @throws ToolError that names the task, the host and what was said
 */
export async function runAnsible(ctx: StepContext, run: AnsibleRun): Promise<readonly Recap[]> {
  const { layer, name, stepId, ...call } = run;
  const log = `${stepId}-${name.replace('.yml', '')}.log`.replaceAll(/[^a-zA-Z0-9.-]+/g, '-');
  const doing = words.running(name, layer);
  const result = await ctx.ports.tools(layer, ctx.signal).run({
    ...call,
    doing,
    log: { run: ctx.run, name: log },
    onProgress: (progress) => ctx.note(`${name}: ${noteOf(progress)}`),
  });
  if (result.exitCode === 0) return result.playbook?.recap ?? [];
  throw failureOf(result, { doing, log, run: ctx.run.number });
}

function failureOf(
  { exitCode, output, playbook }: ToolResult,
  { doing, log, run }: { readonly doing: string; readonly log: string; readonly run: number },
): ToolError {
  const tail = output.trimEnd().split('\n').slice(-20).join('\n');
  const failures = playbook?.failures ?? [];
  const why = failures.length > 0 ? words.failures(failures) : words.exit(exitCode, tail);
  const isLost = failures.some(({ kind }) => kind === 'unreachable');
  const advice = isLost ? words.advice.unreachable(run, log) : words.advice.playbook(run, log);
  return new ToolError(`${doing}: ${why}`, { exitCode, tail, advice });
}
