import { deploy, scaleNode, smokeTest, status } from './jobs.ts';
import { history, show } from './look.ts';
import type { CommandSpec } from './spec.ts';
import { whoami } from './whoami.ts';

/** Every command but `strata` and `help`, which are about the others. One line an entry. */
export const COMMANDS: readonly CommandSpec[] = [smokeTest, status, deploy, scaleNode, history, show, whoami];
