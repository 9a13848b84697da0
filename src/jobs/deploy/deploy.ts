import type { Job } from '#domain/run.ts';
import type { Facts } from './facts.ts';
import { Input } from './input.ts';
import { plan } from './plan.ts';
import { report } from './report.ts';
import { survey } from './survey.ts';

/** Brings the layers of a stack to where its file wants them, one on the other, or takes them away. */
export const deploy: Job<Input, Facts> = {
  name: 'deploy',
  parse: (raw) => Input.parse(raw),
  survey,
  plan,
  report,
};
