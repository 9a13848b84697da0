import { CheckError } from '#domain/errors.ts';
import type { Manifest, Pod } from '#domain/kubernetes.ts';
import type { Step, StepContext } from '#domain/run.ts';
import { words } from '#words/smoke-kubernetes.ts';
import { LOOK_MS } from '../../mark.ts';
import type { KubernetesFacts } from './facts.ts';
import { holdupOf } from './holdup.ts';
import { clusterOf, labelsOf, metadataOf, namespaceOf, objectStep, type Placed } from './object.ts';
import { podRunStep } from './pod-run.ts';
import { apart, podSpec } from './pod-spec.ts';

const WEB = 'web';
export const WEB_PORT = { service: 80, pod: 8080 };
const REPLICAS = 2;
const BULK_BYTES = 512 * 1024;
/** The image is on the nodes by now; a packet that vanishes would keep a copy for minutes. */
const PROBE_SECONDS = 90;

/** What the run's pods read: a page, a word of its own, and enough bytes to fill packets. */
export const CONTENT = 'content';
function contentOf(ctx: StepContext): Manifest {
  const { key } = ctx.run;
  const data = { 'index.html': `${key}\n`, bulk: key.repeat(BULK_BYTES / key.length) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(ctx.run, CONTENT), data };
}

/** Two web servers, on two nodes where there are two. */
export function webStep({ name: layer, image }: KubernetesFacts, mayPing: boolean): Step<Placed> {
  return objectStep({
    ...{ layer, what: WEB, title: words.title.web, timeoutMs: 195_000 },
    kind: { apiVersion: 'apps/v1', kind: 'Deployment' },
    make(ctx) {
      const labels = labelsOf(ctx.run, WEB);
      const argv = ['httpd', '-f', '-p', String(WEB_PORT.pod), '-h', '/content'];
      const mounts = { '/content': { configMap: CONTENT } };
      const affinity = apart(labels);
      const spec = podSpec({ image, argv, port: WEB_PORT.pod, mounts, affinity, mayPing, restartPolicy: 'Always' });
      const template = { metadata: { labels }, spec };
      const fields = { spec: { replicas: REPLICAS, selector: { matchLabels: labels }, template } };
      return { before: [contentOf(ctx)], fields };
    },
    async settle(ctx, placed) {
      const by = { namespace: namespaceOf(ctx.run), labels: labelsOf(ctx.run, WEB) };
      const cluster = clusterOf(ctx, layer);
      const [[deployment], pods] = await Promise.all([cluster.workloads('Deployment', by), cluster.pods(by)]);
      if (!deployment) throw new CheckError(words.gone(words.starting, 'Deployment'));
      if (deployment.isObserved && deployment.available >= REPLICAS) {
        const nodes = pods.map(({ node }) => node);
        return { kind: 'ready', value: { ...placed, nodes }, detail: words.on(nodes) };
      }
      const { why, advice = words.advice.pod, isFinal } = await holdupOf(cluster, pods, by.namespace);
      if (isFinal) throw new CheckError(`${words.starting}: ${why}`, { advice });
      return { kind: 'wait', afterMs: LOOK_MS, why, advice };
    },
  });
}

/** A name and an address before the two; ready when both are behind it. */
export function serviceStep({ name: layer }: KubernetesFacts): Step<Placed> {
  return objectStep({
    ...{ layer, what: WEB_SERVICE, title: words.title.service },
    kind: { apiVersion: 'v1', kind: 'Service' },
    make: (ctx) => ({ fields: { spec: serviceSpec(ctx, 'ClusterIP') } }),
    async settle(ctx, placed) {
      const namespace = namespaceOf(ctx.run);
      const slices = await clusterOf(ctx, layer).endpointSlices({ namespace });
      const ready = slices
        .filter(({ service }) => service === WEB_SERVICE)
        .reduce((sum, slice) => sum + slice.ready, 0);
      if (ready >= REPLICAS) return { kind: 'ready', value: placed, detail: words.endpoints(ready) };
      return { kind: 'wait', afterMs: LOOK_MS, why: words.endpoints(ready), advice: words.advice.endpoints };
    },
  });
}

/** Services of our own may not be called as a Deployment's step: a step's id is its object's name. */
export const WEB_SERVICE = 'web-service';

export function serviceSpec(ctx: StepContext, type: 'ClusterIP' | 'NodePort') {
  const ports = [{ port: WEB_PORT.service, targetPort: WEB_PORT.pod }];
  return { type, selector: labelsOf(ctx.run, WEB), ports };
}

/** The web servers' pods as they are now. */
export async function webPods(ctx: StepContext, layer: string): Promise<readonly Pod[]> {
  const by = { namespace: namespaceOf(ctx.run), labels: labelsOf(ctx.run, WEB) };
  return (await clusterOf(ctx, layer).pods(by)).filter(({ isReady }) => isReady);
}

/** By name, through the Service, and from node to node: each from a pod of its own. */
export function networkProbes({ name: layer, image, clusterDomain }: KubernetesFacts, web: Step<Placed>) {
  const hostOf = (ctx: StepContext) => `${WEB_SERVICE}.${namespaceOf(ctx.run)}.svc.${clusterDomain}`;
  const dns = podRunStep({
    ...{ layer, what: 'dns', title: words.title.dns, deadlineSeconds: PROBE_SECONDS, advice: words.advice.dns },
    doing: (ctx) => words.lookingUp(hostOf(ctx)),
    // busybox's nslookup knows no search list: the whole name, then.
    pod: (ctx) => ({ image, argv: ['nslookup', hostOf(ctx)] }),
  });
  const http = podRunStep({
    ...{ layer, what: 'http', title: words.title.http, deadlineSeconds: PROBE_SECONDS, advice: words.advice.http },
    doing: () => words.askingService,
    pod: (ctx) => ({ image, argv: ['wget', '-q', '-O', '/dev/null', `http://${hostOf(ctx)}/`] }),
  });
  const bulk = podRunStep({
    ...{ layer, what: 'bulk', title: words.title.bulk, deadlineSeconds: PROBE_SECONDS, advice: words.advice.bulk },
    doing: (ctx) => words.copying(ctx.result(web).nodes),
    // From each server by its own address: wherever this pod stands, one of two nodes is another one.
    async pod(ctx) {
      const urls = (await webPods(ctx, layer)).map(({ ip }) => `http://${inUrl(ip)}:${WEB_PORT.pod}/bulk`);
      return { image, argv: ['wget', '-q', '-O', '/dev/null', ...urls] };
    },
    ended(ctx, placed) {
      const others = ctx.result(web).nodes.filter((node) => !placed.nodes.includes(node));
      if (others.length === 0) return { kind: 'skip', why: words.oneNode };
      return { kind: 'ready', value: placed, detail: words.between(placed.nodes, others) };
    },
  });
  return { dns, http, bulk };
}

/** An address as it stands in a URL. */
function inUrl(ip: string): string {
  return ip.includes(':') ? `[${ip}]` : ip;
}
