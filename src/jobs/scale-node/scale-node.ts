import type { Job } from '#domain/run.ts';
import type { Facts } from './facts.ts';
import { Input } from './input.ts';
import { plan } from './plan.ts';
import { report } from './report.ts';
import { survey } from './survey.ts';

/** Adds nodes to a cluster, removes one that lives, replaces one that is dead: nothing of theirs is lost on the way. */
export const scaleNode: Job<Input, Facts> = {
  name: 'scale-node',
  parse: (raw) => Input.parse(raw),
  survey,
  plan,
  report,
};
