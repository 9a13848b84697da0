import { approveRun, breakGlassOf, denyRun } from './approve.ts';
import { freezeEnvironment, queue, resolveStep, retryRun, stopRun, unfreezeEnvironment } from './control.ts';
import { deploy } from './deploy.ts';
import { drill, smokeTest, status } from './jobs.ts';
import { history, show } from './look.ts';
import { scaleNode } from './scale-node.ts';
import { schedules } from './schedules.ts';
import { words as say } from '#words/commands.ts';
import type { CommandSpec } from './spec.ts';
import { whoami } from './whoami.ts';

/** Every command but `strata` and `help`, which are about the others. One line an entry. */
export const COMMANDS: readonly CommandSpec[] = [
  ...[smokeTest, status, deploy, scaleNode, drill],
  ...[approveRun, denyRun, breakGlassOf],
  ...[stopRun, retryRun, resolveStep, freezeEnvironment, unfreezeEnvironment, queue],
  ...[schedules, history, show, whoami],
];

/** The slash commands to register with Slack: `strata`, and one for each command that has its own. */
export function slashEntries(): readonly { name: string; summary: string; parameters: string }[] {
  const own = COMMANDS.flatMap(({ slash, summary, parameters }) =>
    slash === undefined ? [] : [{ name: slash, summary, parameters }],
  );
  return [{ name: 'strata', summary: say.umbrella, parameters: say.umbrellaParameters }, ...own];
}
