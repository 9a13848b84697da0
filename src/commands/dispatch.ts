import { aimOf } from '#domain/aim.ts';
import type { Reply } from '#domain/command.ts';
import { escapeName } from '#domain/mrkdwn.ts';
import type { JobName, Origin } from '#domain/run.ts';
import { words as say } from '#words/commands.ts';
import type { Call } from './spec.ts';

type Wanted = {
  readonly job: JobName;
  readonly environment: string;
  readonly input: object;
  /** What is done there, in a word or two. */
  readonly aim?: string | undefined;
  /** Shown to the caller alone. Default false. */
  readonly isPrivate?: boolean;
};

/** Asks for a run, and says so. @throws BusyError when the queue does not answer */
export async function dispatch(
  { request, deps }: Call,
  { job, environment, input, aim, isPrivate }: Wanted,
): Promise<Reply> {
  const { caller, once } = request;
  const origin: Origin = isPrivate ? { ...request.origin, private: true } : request.origin;
  const run = await deps.dispatcher.dispatch({ job, environment, input, by: caller.person, origin, once });
  const { number } = run.request;
  const what = say.what(job, say.target(escapeName(environment), escapeName(aimOf(input).layer)), aim);
  const shown = isPrivate ? say.startedPrivately : say.started;
  const isElsewhere = origin.kind === 'slack' && origin.channel === undefined && !isPrivate;
  const started = origin.kind === 'terminal' ? say.startedAtTerminal : isElsewhere ? say.startedElsewhere : shown;
  return { kind: 'run', ...run, text: run.fresh ? started(number, what) : say.again(number) };
}
