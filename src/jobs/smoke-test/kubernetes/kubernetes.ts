import type { Step } from '#domain/run.ts';
import { words as shared } from '#words/smoke-test.ts';
import { words } from '#words/smoke-kubernetes.ts';
import type { Depth } from '../input.ts';
import { type LayerTest, stepsOf } from '../layer-test.ts';
import { lookStep } from '../../mark.ts';
import { entrySteps } from './entry.ts';
import type { KubernetesFacts } from './facts.ts';
import { leftovers, namespaceStep } from './namespace.ts';
import { clusterOf } from './object.ts';
import { pathProbes } from './path.ts';
import { podRunStep } from './pod-run.ts';
import { storageSteps } from './storage.ts';
import { survey } from './survey.ts';
import { networkProbes, serviceStep, webStep } from './web.ts';

/** A pod that runs to its end; standard: a Service, names, nodes and storage; full: from outside, and the largest packet. */
export const kubernetes: LayerTest<KubernetesFacts> = { survey, steps, leftovers };

function steps(facts: KubernetesFacts, depth: Depth): readonly Step[] {
  const quick = stepsOf(loginStep(facts), namespaceStep(facts), jobStep(facts));
  if (depth === 'quick') return quick;
  const web = webStep(facts, depth === 'full');
  const { dns, http, bulk } = networkProbes(facts, web);
  const { storageClass, claim, write, read } = storageSteps(facts);
  const service = serviceStep(facts);
  const { nodePort, nodePortHttp, route, routeHttp } = entrySteps(facts);
  const { measured, mtu } = pathProbes(facts);
  const network = stepsOf(web, service, dns, http);
  const storage = stepsOf(storageClass, claim, write, read);
  if (depth === 'standard') return [...quick, ...network, ...stepsOf(bulk), ...storage];
  // Measured before the bulk copy, which would only hang where large packets vanish.
  const outside = stepsOf(nodePort, nodePortHttp, route, routeHttp);
  return [...quick, ...network, ...stepsOf(measured, mtu, bulk), ...outside, ...storage];
}

function loginStep({ name: layer }: KubernetesFacts) {
  return lookStep({
    ...{ id: `${layer}/auth`, title: shared.title.auth, layer },
    async look(ctx) {
      const { user, version } = await clusterOf(ctx, layer).connect();
      return { kind: 'ready', value: { user, version }, detail: `${user}, ${version}` };
    },
  });
}

/** Scheduler, kubelet, image, container: what a cluster is for. */
function jobStep({ name: layer, image }: KubernetesFacts) {
  return podRunStep({
    ...{ layer, what: 'job', title: words.title.job, advice: words.advice.pod },
    doing: () => words.running,
    pod: () => ({ image, argv: ['true'] }),
  });
}
