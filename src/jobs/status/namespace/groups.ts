import type { Pod, Service } from '#domain/kubernetes.ts';
import { keyOf, type LookUp, selects } from './look-up.ts';
import { conditionOf, ownerOf, type Why } from './why.ts';

/** Pods that are ill for the same reason: one trouble. */
export type Group = {
  readonly why: Why;
  readonly pods: readonly Pod[];
  /** The claims that keep them back. */
  readonly claims: readonly string[];
  /** What these pods are, or stand behind, by kind and `namespace/name`: others may wait for it. */
  readonly provides: ReadonlySet<string>;
  /** What they wait for, in the same words. */
  readonly needs: string | undefined;
};

/** More owners than this with the same complaint are told of together. */
const MOST_ALIKE = 3;

/** The ill pods, by reason: those that others wait for come first. */
export function groupsOf(look: LookUp, services: readonly Service[]): readonly Group[] {
  const groups = new Map<string, { readonly why: Why; readonly pods: Pod[]; readonly claims: Set<string> }>();
  for (const pod of look.pods) {
    const condition = conditionOf(pod, look);
    if (condition.kind !== 'ill') continue;
    const key = keyOfWhy(condition.why, pod);
    const group = groups.get(key) ?? { why: condition.why, pods: [], claims: new Set() };
    group.pods.push(pod);
    if (condition.why.kind === 'claim') group.claims.add(condition.why.claim);
    groups.set(key, group);
  }
  const behind = servicesByPod(services);
  return inOrder(
    merged([...groups.values()]).map(({ why, pods, claims }) => ({
      why,
      pods,
      claims: [...claims],
      provides: new Set(pods.flatMap((pod) => [ownerKey(pod), ...behind(pod)])),
      needs: needOf(why),
    })),
  );
}

type Ill = { readonly why: Why; readonly pods: readonly Pod[]; readonly claims: ReadonlySet<string> };

/** When a registry or a node's network is away, everybody has the same complaint: then it is one, whoever has it. */
function merged(groups: readonly Ill[]): readonly Ill[] {
  return [...Map.groupBy(groups, ({ why }) => complaintOf(why)).values()].flatMap((same) => {
    const [first] = same;
    if (!first || same.length <= MOST_ALIKE) return same;
    return [{ ...first, pods: same.flatMap(({ pods }) => pods) }];
  });
}

/** What is the matter, whoever has it; what names the thing that is waited for stays apart. */
function complaintOf(why: Why): string {
  switch (why.kind) {
    case 'container':
      return why.reason;
    case 'stuck':
      return why.status;
    case 'dependency':
      return `dependency ${why.unmet.kind} ${why.unmet.key}`;
    default:
      return why.kind;
  }
}

/** Kind, namespace and name of what made the pod. */
function ownerKey(pod: Pod): string {
  const { kind, name } = ownerOf(pod);
  return `${kind}/${keyOf({ namespace: pod.namespace, name })}`;
}

/** Pods are one group when they wait for the same thing, or when they are of one owner and have the same complaint. */
function keyOfWhy(why: Why, pod: Pod): string {
  switch (why.kind) {
    case 'node':
      return `node ${why.node}`;
    case 'dependency':
      return `dependency ${why.unmet.kind} ${why.unmet.key}`;
    case 'claim':
      return 'claim';
    case 'unschedulable':
      return `unschedulable ${why.message}`;
    case 'evicted':
      return 'evicted';
    case 'container':
      return `${why.reason} ${ownerKey(pod)}`;
    case 'stuck':
      return `${why.status} ${ownerKey(pod)}`;
    case 'unready':
      return `unready ${ownerKey(pod)}`;
  }
}

function needOf(why: Why): string | undefined {
  return why.kind === 'dependency' && why.unmet.kind !== 'Pods' ? `${why.unmet.kind}/${why.unmet.key}` : undefined;
}

/** The Services in front of a pod. Selectors are looked up by their first label, so that ten thousand pods stay cheap. */
function servicesByPod(services: readonly Service[]): (pod: Pod) => string[] {
  const byLabel = new Map<string, Service[]>();
  for (const service of services) {
    const [label] = Object.entries(service.selector);
    if (!label) continue;
    const key = `${service.namespace} ${label.join('=')}`;
    byLabel.set(key, [...(byLabel.get(key) ?? []), service]);
  }
  return (pod) =>
    Object.entries(pod.labels)
      .flatMap((label) => byLabel.get(`${pod.namespace} ${label.join('=')}`) ?? [])
      .filter(({ selector }) => selects(selector, pod.labels))
      .map((service) => `Service/${keyOf(service)}`);
}

/** What waits for another group stands behind it. */
function inOrder(groups: readonly Group[]): readonly Group[] {
  const depths = new Map<Group, number>();
  const depthOf = (group: Group, seen: readonly Group[]): number => {
    const known = depths.get(group);
    if (known !== undefined || seen.includes(group)) return known ?? 0;
    const { needs } = group;
    const below = needs === undefined ? [] : groups.filter((other) => other !== group && other.provides.has(needs));
    const depth = below.length === 0 ? 0 : 1 + Math.max(...below.map((other) => depthOf(other, [...seen, group])));
    depths.set(group, depth);
    return depth;
  };
  return groups
    .map((group) => ({ group, depth: depthOf(group, []) }))
    .toSorted((a, b) => a.depth - b.depth)
    .map(({ group }) => group);
}
