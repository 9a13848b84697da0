import { z } from 'zod';
import type { Health } from '#domain/health.ts';
import type { OpenStack } from '#domain/openstack.ts';
import type { Table, Trouble } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/extras.ts';
import { type Part, rowsOf } from '../part.ts';
import { tableOf } from '../table.ts';

/** A thing of a service that not every cloud has. */
type Thing = {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly detail: string;
  readonly health: Health;
};
/** One such service: where it is in the catalogue, and what its answer means. */
type Extra = {
  readonly types: readonly string[];
  readonly path: string;
  readonly microversion?: string;
  readonly title: string;
  readonly command: string;
  readonly says: { what(name: string, status: string, detail: string): string; readonly advice: string };
  things(answer: unknown): readonly Thing[];
};

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const LoadBalancers = z.object({
  loadbalancers: z.array(
    z.object({ id: z.string(), name: text, provisioning_status: text, operating_status: text, vip_address: text }),
  ),
});
const Clusters = z.object({
  clusters: z.array(
    z.object({ uuid: z.string(), name: text, status: text, health_status: text, node_count: z.number().nullish() }),
  ),
});
const Nodes = z.object({
  nodes: z.array(
    z.object({
      ...{ uuid: z.string(), name: text, provision_state: text, power_state: text },
      ...{ maintenance: z.boolean().default(false), maintenance_reason: text },
    }),
  ),
});

/** A new one is one entry. Healths by the words of each API. */
const EXTRAS = {
  loadBalancers: {
    ...{ types: ['load-balancer'], path: '/v2/lbaas/loadbalancers' },
    ...{ title: 'Load balancers', command: 'openstack loadbalancer list', says: words.loadBalancer },
    things: (answer) =>
      LoadBalancers.parse(answer).loadbalancers.map((each) => ({
        ...{ id: each.id, name: each.name, detail: each.vip_address },
        status: `${each.provisioning_status}/${each.operating_status}`,
        health: loadBalancerHealth(each.provisioning_status, each.operating_status),
      })),
  },
  clusters: {
    ...{ types: ['container-infra', 'container-infrastructure-management'], path: '/v1/clusters' },
    ...{ microversion: 'container-infra latest', title: 'Magnum clusters', command: 'openstack coe cluster list' },
    says: words.cluster,
    things: (answer) =>
      Clusters.parse(answer).clusters.map((each) => ({
        ...{ id: each.uuid, name: each.name, status: each.status },
        detail: words.nodes(each.node_count ?? 0, each.health_status),
        health: clusterHealth(each.status, each.health_status),
      })),
  },
  bareMetal: {
    ...{ types: ['baremetal', 'bare-metal'], path: '/v1/nodes', microversion: 'baremetal latest' },
    ...{ title: 'Bare metal nodes', command: 'openstack baremetal node list', says: words.bareMetal },
    things: (answer) =>
      Nodes.parse(answer).nodes.map((each) => ({
        ...{ id: each.uuid, name: each.name, status: each.provision_state || 'available' },
        detail: each.maintenance ? words.maintenance(each.maintenance_reason) : each.power_state,
        health: nodeHealth(each.provision_state, each.maintenance),
      })),
  },
} satisfies Readonly<Record<string, Extra>>;

type Name = keyof typeof EXTRAS;
export type Extras = { readonly [Each in Name]?: Part<readonly Thing[]> };

function loadBalancerHealth(provisioning: string, operating: string): Health {
  if (provisioning === 'ERROR' || operating === 'ERROR') return 'failure';
  if (provisioning.startsWith('PENDING_')) return 'running';
  return operating === 'ONLINE' || operating === 'NO_MONITOR' ? 'ok' : 'warning';
}

function clusterHealth(status: string, health: string): Health {
  if (status.endsWith('_FAILED') || health === 'UNHEALTHY') return 'failure';
  return status.endsWith('_IN_PROGRESS') ? 'running' : 'ok';
}

function nodeHealth(state: string, maintenance: boolean): Health {
  if (/error|failed/.test(state)) return 'failure';
  if (maintenance) return 'warning';
  return /ing$|wait/.test(state) ? 'running' : 'ok';
}

type ReadPart = <T>(read: (cloud: OpenStack) => Promise<T | undefined>) => Promise<Part<T>>;

/** Each of them, where the catalogue has it. */
export async function readExtras(part: ReadPart): Promise<Extras> {
  const read = Object.entries(EXTRAS).map(async ([name, extra]: [string, Extra]) => {
    const found = await part(async ({ generic }) => {
      const answer = await generic.get(extra);
      return answer === undefined ? undefined : extra.things(answer);
    });
    return [name, found] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

function ofEach<T>(extras: Extras, tell: (extra: Extra, things: readonly Thing[], name: string) => readonly T[]): T[] {
  return Object.entries(EXTRAS).flatMap(([name, extra]) => tell(extra, rowsOf(extras[name as Name]), name));
}

export function extraTables(layer: Layer, extras: Extras): Table[] {
  return ofEach(extras, ({ title, command }, things, id) =>
    tableOf(layer, things, {
      ...{ id, title, command, columns: ['Name', 'Status', 'Detail', 'ID'] },
      cells: ({ name, status, detail, id: own }) => [name, status, detail, own.slice(0, 8)],
      health: ({ health }) => health,
    }),
  );
}

export function extraTroubles(layer: string, extras: Extras): Trouble[] {
  return ofEach(extras, ({ says }, things) =>
    things.flatMap(({ name, id, status, detail, health }) =>
      health === 'failure' || health === 'warning'
        ? [{ layer, health, what: says.what(name || id, status, detail), advice: says.advice }]
        : [],
    ),
  );
}
