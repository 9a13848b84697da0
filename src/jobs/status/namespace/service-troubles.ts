import type { Pod, Service } from '#domain/kubernetes.ts';
import type { Trouble } from '#domain/report.ts';
import { words } from '#words/cluster.ts';
import { meaningOf } from '#words/failures.ts';
import { rowsOf } from '../part.ts';
import { resolve } from './endpoints.ts';
import { keyOf, type LookUp, selects } from './look-up.ts';
import type { Reading } from './reading.ts';

const say = words.trouble;
/** More Services than this that do not answer to the catalogue are told of together. */
const MOST_ALIKE = 3;

/** True when a Service should have somebody behind it, and has nobody. */
export function isEmpty(service: Service, look: LookUp): boolean {
  const isOurs = service.type !== 'ExternalName' && Object.keys(service.selector).length > 0;
  return isOurs && look.isKnown('slices', service.namespace) && look.readyBehind(service) === 0;
}

/** What callers of Services, catalogue and routes do not get. Causes stand with the pods; these are what comes of them. */
export function serviceTroubles(layer: string, reading: Reading, look: LookUp): Trouble[] {
  const wrong = (what: string, more: Omit<Trouble, 'layer' | 'what' | 'health'> & Partial<Trouble>): Trouble => ({
    ...{ layer, health: 'failure', what },
    ...more,
  });
  const empty = rowsOf(reading.services).filter((service) => isEmpty(service, look));
  const isPodless = (service: Service) =>
    look.isKnown('pods', service.namespace) && podsBehind(service, look).length === 0;
  const [podless, unready] = [empty.filter(isPodless), empty.filter((service) => !isPodless(service))];
  const isReady = unready.every((service) => podsBehind(service, look).some((pod) => pod.isReady));
  const lonely = rowsOf(reading.services).filter(
    ({ type, externalIps }) => type === 'LoadBalancer' && externalIps.length === 0,
  );
  const why = lonely.map((service) => look.warning('Service', service)).find((text) => text !== '');
  return [
    ...unless(podless, (names) => wrong(say.noPods(names), { advice: say.noPodsAdvice })),
    ...unless(unready, (names) =>
      wrong(say.noReady(names), { cause: isReady ? say.unlisted : say.noReadyCause, advice: say.noReadyAdvice }),
    ),
    ...unless(lonely, (names) =>
      wrong(say.noAddress(names), { cause: why, advice: meaningOf(why ?? '')?.advice ?? say.noAddressAdvice }),
    ),
    ...endpointTroubles(reading, look).map(({ what, ...more }) => wrong(what, more)),
    ...routeTroubles(reading, look).map(({ what, ...more }) => wrong(what, more)),
  ];
}

function podsBehind({ namespace, selector }: Service, look: LookUp): readonly Pod[] {
  return look.pods.filter((pod) => pod.namespace === namespace && selects(selector, pod.labels));
}

function unless(things: readonly { readonly name: string }[], tell: (names: readonly string[]) => Trouble): Trouble[] {
  return things.length === 0 ? [] : [tell(things.map(({ name }) => name))];
}

type Told = Omit<Trouble, 'layer' | 'health'>;

/** One for each Service that catalogue entries lead to in vain. */
function endpointTroubles(reading: Reading, look: LookUp): Told[] {
  const dead = resolve(rowsOf(reading.endpoints), look).filter(({ state }) => state === 'absent' || state === 'empty');
  const byService = Map.groupBy(dead, ({ service }) => service);
  if (byService.size > MOST_ALIKE) {
    const what = say.endpoints(dead.length, [...byService.keys()]);
    return [{ what, cause: say.endpointCauses.empty, advice: say.endpointAdvice }];
  }
  return [...byService].map(([service, those]) => {
    const names = those.map(({ endpoint }) => `endpoint ${endpoint.service || endpoint.type} ${endpoint.interface}`);
    const cause = those[0]?.state === 'absent' ? say.endpointCauses.absent : say.endpointCauses.empty;
    return { what: say.endpoint(names, service), cause, advice: say.endpointAdvice };
  });
}

function routeTroubles(reading: Reading, look: LookUp): Told[] {
  const routes = rowsOf(reading.routes);
  const bare = routes.filter(({ kind, addresses }) => kind === 'Ingress' && addresses.length === 0);
  const refused = routes.filter(({ isAccepted }) => !isAccepted);
  const dead = routes.flatMap((route) =>
    route.backends.flatMap((name) => {
      // One that is there and has nobody behind it is told of already.
      const service = { namespace: route.namespace, name };
      const isGone = look.isKnown('services', route.namespace) && !look.service(service);
      return isGone ? [{ title: `${route.kind} ${route.name}`, service: keyOf(service) }] : [];
    }),
  );
  const names = (those: readonly { readonly name: string }[]) => those.map(({ name }) => name);
  return [
    ...(bare.length > 0 ? [{ what: say.routeAddress(names(bare)), advice: say.routeAddressAdvice }] : []),
    ...(refused.length > 0
      ? [{ what: say.routeRefused(names(refused)), cause: refused[0]?.message, advice: say.routeRefusedAdvice }]
      : []),
    ...[...Map.groupBy(dead, ({ service }) => service)].map(([service, those]) => ({
      what: say.routeBackend([...new Set(those.map(({ title }) => title))], service),
      cause: say.endpointCauses.absent,
      advice: say.noReadyAdvice,
    })),
  ];
}
