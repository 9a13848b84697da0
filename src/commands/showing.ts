import type { Click, Showing } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import type { Console } from '#domain/report.ts';
import type { RunRef } from '#domain/run.ts';
import { words as say } from '#words/decisions.ts';
import { type Decider, look } from './decisions.ts';

/** How a smoke test calls what the server of a layer wrote to its console. */
const CONSOLE = /^(?<layer>.+)-console\.log$/;

/** A run for somebody who wants to see it as text, or all of it. @throws PolicyError, InputError when it has no report */
export async function showing(click: Click, as: Showing['as'], decider: Decider): Promise<Showing> {
  const { run, environment, view } = await look(click, decider);
  if (!view.report) throw new InputError(say.noReport(click.run));
  const consoles = await consolesOf(run, decider.deps.artifacts);
  return { kind: 'show', as, view, consoles, theme: environment.theme };
}

/** What the servers of a run wrote; none where it is gone, or cannot be read here. */
export async function consolesOf(run: RunRef, artifacts: Decider['deps']['artifacts']): Promise<readonly Console[]> {
  try {
    const files = (await artifacts.list(run)).flatMap(({ name }) => {
      const layer = CONSOLE.exec(name)?.groups?.['layer'];
      return layer === undefined ? [] : [{ name, layer }];
    });
    const read = files.map(async ({ name, layer }) => {
      const lines = Buffer.from((await artifacts.get(run, name)) ?? '')
        .toString('utf8')
        .split('\n');
      return { server: say.serverOn(layer), command: `strata artifact ${run.number} ${name}`, lines };
    });
    return await Promise.all(read);
  } catch {
    return [];
  }
}
