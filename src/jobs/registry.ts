import type { Job, JobName } from '#domain/run.ts';
import { deploy } from './deploy/deploy.ts';
import { drill } from './drill/drill.ts';
import { scaleNode } from './scale-node/scale-node.ts';
import { smokeTest } from './smoke-test/smoke-test.ts';
import { status } from './status/status.ts';

/** Every job, by its name. One line an entry. */
export const jobs: Readonly<Record<JobName, Job>> = {
  'smoke-test': smokeTest,
  status,
  'scale-node': scaleNode,
  deploy,
  drill,
};
