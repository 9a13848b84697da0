import { ceph } from '../../../status/ceph/ceph.ts';
import { namespace } from '../../../status/namespace/namespace.ts';
import type { Reader } from '../../../status/reader.ts';
import type { HelmFacts } from '../../helm/facts.ts';
import { installSteps, rollbackSteps } from '../../helm/helm.ts';
import { removeSteps } from '../../helm/remove.ts';
import { survey } from '../../helm/survey.ts';
import { verifyStep } from '../../helm/verify.ts';
import type { Provisioner } from '../../provisioner.ts';
import { classStep, claimStep } from './claim.ts';

/** HEALTH_OK, and all in the namespace. */
const READERS = [ceph, namespace] as readonly Reader[];

/** Ceph in a cluster by Rook's charts: the operator, then the cluster. @see https://rook.io/docs/rook/latest/Helm-Charts/helm-charts/ */
export const rook: Provisioner<HelmFacts> = {
  name: 'rook',
  survey,
  steps(layer, facts, environment) {
    const changes = installSteps(layer, facts, environment);
    const tests = changes.length === 0 ? [] : [claimStep(layer)];
    return [...changes, verifyStep(layer, facts, READERS), classStep(layer), ...tests];
  },
  removeSteps,
  rollbackSteps: (layer, facts, release) => rollbackSteps(layer, facts, release),
};
