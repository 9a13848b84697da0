import type { Reader } from '../../../status/reader.ts';
import { galera } from '../../../status/galera/galera.ts';
import { namespace } from '../../../status/namespace/namespace.ts';
import { openstack } from '../../../status/openstack/openstack.ts';
import type { HelmFacts } from '../../helm/facts.ts';
import { installSteps, rollbackSteps } from '../../helm/helm.ts';
import { removeSteps } from '../../helm/remove.ts';
import { survey } from '../../helm/survey.ts';
import { verifyStep } from '../../helm/verify.ts';
import type { Provisioner } from '../../provisioner.ts';

/** The cloud's API and its catalogue, Galera, and all in the namespace with Horizon's login page. */
const READERS = [openstack, galera, namespace] as readonly Reader[];

/** OpenStack in a cluster by the charts of OpenStack-Helm. @see https://docs.openstack.org/openstack-helm/latest/ */
export const openstackHelm: Provisioner<HelmFacts> = {
  name: 'openstack-helm',
  survey,
  steps: (layer, facts, environment) => [...installSteps(layer, facts, environment), verifyStep(layer, facts, READERS)],
  removeSteps,
  rollbackSteps: (layer, facts, release) => rollbackSteps(layer, facts, release),
};
