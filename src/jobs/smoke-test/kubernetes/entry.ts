import { CheckError } from '#domain/errors.ts';
import type { Reach } from '#domain/ports.ts';
import type { Settled, StepContext } from '#domain/run.ts';
import { words as shared } from '#words/smoke-test.ts';
import { words } from '#words/smoke-kubernetes.ts';
import { LOOK_MS, lookStep } from '../../mark.ts';
import { type Entry, type KubernetesFacts, skipOf } from './facts.ts';
import { clusterOf, namespaceOf, objectStep, type Placed } from './object.ts';
import { serviceSpec, WEB_PORT, WEB_SERVICE } from './web.ts';

const NODE_PORT = 'node-port';
const ROUTE = 'route';
const HTTP_PORT = 80;
const HTTP_TIMEOUT_MS = 10_000;
const GATEWAYS = { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'gateways' };

/** A port of every node, and the cluster's way in: from where `reach` says. */
export function entrySteps(facts: KubernetesFacts) {
  return { ...nodePortSteps(facts), ...routeSteps(facts) };
}

function nodePortSteps({ name: layer, reach }: KubernetesFacts) {
  const skip = reach ? undefined : shared.noReach;
  const nodePort = objectStep({
    ...{ layer, what: NODE_PORT, title: words.title.nodePort, skip },
    kind: { apiVersion: 'v1', kind: 'Service' },
    make: (ctx) => ({ fields: { spec: serviceSpec(ctx, 'NodePort') } }),
    settle: async (_ctx, placed) => ({ kind: 'ready', value: placed }),
  });
  const nodePortHttp = lookStep({
    ...{ id: `${layer}/node-port-http`, title: words.title.nodePortHttp, layer, skip, timeoutMs: 90_000 },
    async look(ctx) {
      const cluster = clusterOf(ctx, layer);
      const [services, nodes] = await Promise.all([
        cluster.services({ namespace: namespaceOf(ctx.run) }),
        cluster.nodes(),
      ]);
      const port = services.find(({ name }) => name === NODE_PORT)?.ports[0]?.nodePort;
      if (port === undefined) return { kind: 'wait', afterMs: LOOK_MS, why: words.noNodePort };
      const ready = nodes.filter((node) => node.ready === 'True' && node.internalIp !== '');
      const answers = await Promise.all(
        ready.map(async ({ name, internalIp }) => {
          return { name, ...(await answerOf(ctx, layer, { address: internalIp, port })) };
        }),
      );
      const silent = answers.filter(({ isOk }) => !isOk);
      const [first] = silent;
      if (!first) return { kind: 'ready', value: { port }, detail: words.answering(answers.length, port) };
      const why = words.silent(silent.map(({ name }) => name).join(', '), port, first.said);
      return { kind: 'wait', afterMs: 2 * LOOK_MS, why, advice: words.advice.nodePort };
    },
  });
  return { nodePort, nodePortHttp };
}

function routeSteps({ name: layer, reach, entry }: KubernetesFacts) {
  const skip = reach ? skipOf(entry) : shared.noReach;
  const use: Entry = 'use' in entry ? entry.use : { kind: 'Ingress', ingressClass: '' };
  const route = objectStep({
    ...{ layer, what: ROUTE, title: words.title.route(use.kind), skip, timeoutMs: 90_000 },
    kind: {
      apiVersion: use.kind === 'Ingress' ? 'networking.k8s.io/v1' : 'gateway.networking.k8s.io/v1',
      kind: use.kind,
    },
    make: (ctx) => ({ fields: { spec: routeSpec(ctx, use) } }),
    settle: (ctx, placed) => untilTaken(ctx, layer, { use, placed }),
  });
  const routeHttp = lookStep({
    ...{ id: `${layer}/route-http`, title: words.title.routeHttp(use.kind), layer, skip, timeoutMs: 90_000 },
    async look(ctx) {
      const address = (await addressOf(ctx, layer, use)) ?? '';
      const host = hostOf(ctx);
      const { isOk, said } = await answerOf(ctx, layer, { address, port: HTTP_PORT, host });
      if (isOk) return { kind: 'ready', value: { address }, detail: `${host}, ${address}` };
      const why = words.silentRoute(host, address, said);
      return { kind: 'wait', afterMs: 2 * LOOK_MS, why, advice: words.advice.route };
    },
  });
  return { route, routeHttp };
}

/** Of a domain that cannot exist: only a Host header finds it. */
function hostOf(ctx: StepContext): string {
  return `${namespaceOf(ctx.run)}.invalid`;
}

function routeSpec(ctx: StepContext, use: Entry): object {
  const host = hostOf(ctx);
  if (use.kind === 'HTTPRoute') {
    const rules = [{ backendRefs: [{ name: WEB_SERVICE, port: WEB_PORT.service }] }];
    return { parentRefs: [{ namespace: use.namespace, name: use.gateway }], hostnames: [host], rules };
  }
  const backend = { service: { name: WEB_SERVICE, port: { number: WEB_PORT.service } } };
  const rules = [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  return { ingressClassName: use.ingressClass, rules };
}

type Route = { readonly use: Entry; readonly placed: Placed };

async function untilTaken(ctx: StepContext, layer: string, { use, placed }: Route): Promise<Settled<Placed>> {
  const routes = await clusterOf(ctx, layer).routes({ namespace: namespaceOf(ctx.run) });
  const route = routes.find(({ name }) => name === ROUTE);
  if (!route) throw new CheckError(words.gone(words.routing, use.kind));
  const address = await addressOf(ctx, layer, use);
  if (route.isAccepted && address !== undefined) return { kind: 'ready', value: placed, detail: address };
  const why = route.isAccepted ? words.noAddress : route.message || words.notAccepted;
  return { kind: 'wait', afterMs: LOOK_MS, why, advice: words.advice.entry(use.kind) };
}

/** Where the way in is: of the Ingress' load balancer, or of the Gateway. */
async function addressOf(ctx: StepContext, layer: string, use: Entry): Promise<string | undefined> {
  const cluster = clusterOf(ctx, layer);
  if (use.kind === 'Ingress') {
    const routes = await cluster.routes({ namespace: namespaceOf(ctx.run) });
    return routes.find(({ name }) => name === ROUTE)?.addresses[0];
  }
  const gateways = await cluster.custom(GATEWAYS, { namespace: use.namespace });
  const status = gateways?.find(({ name }) => name === use.gateway)?.status as
    | { readonly addresses?: readonly { readonly value?: string }[] }
    | undefined;
  return status?.addresses?.[0]?.value;
}

async function answerOf(
  ctx: StepContext,
  layer: string,
  request: Omit<Parameters<Reach['http']>[0], 'timeoutMs'>,
): Promise<{ readonly isOk: boolean; readonly said: string }> {
  const reach = ctx.ports.reach(layer, ctx.signal);
  if (!reach) throw new Error(`probing layer "${layer}": it has no reach, so this step should be skipped`);
  const answer = await reach.http({ ...request, timeoutMs: HTTP_TIMEOUT_MS });
  if (answer.kind === 'silent') return { isOk: false, said: answer.why };
  return { isOk: answer.status === 200, said: `HTTP ${answer.status}` };
}
