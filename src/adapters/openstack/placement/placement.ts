import { z } from 'zod';
import type { PlacementApi } from '#domain/openstack.ts';
import { openClient } from '../client.ts';
import type { Session } from '../session.ts';

const Provider = z.object({ uuid: z.string(), name: z.string() });
const Inventory = z.object({
  total: z.number(),
  reserved: z.number().default(0),
  allocation_ratio: z.number().default(1),
});

/** Placement. @see https://docs.openstack.org/api-ref/placement/ */
export function openPlacement(session: Session, signal: AbortSignal): PlacementApi {
  const microversion = { name: 'placement', newest: '1.39' };
  const placement = openClient(session, { type: 'placement', microversion }, signal);
  const on = `cloud "${session.config.name}"`;

  async function capacityOf({ uuid, name }: z.infer<typeof Provider>) {
    const doing = `reading the capacity of "${name}" on ${on}`;
    const [{ inventories }, { usages }] = await Promise.all([
      placement.call(
        { doing, path: `/resource_providers/${uuid}/inventories` },
        z.object({ inventories: z.record(z.string(), Inventory) }),
      ),
      placement.call(
        { doing, path: `/resource_providers/${uuid}/usages` },
        z.object({ usages: z.record(z.string(), z.number()) }),
      ),
    ]);
    const resources = Object.entries(inventories).map(([resource, { total, reserved, allocation_ratio: ratio }]) => {
      return [resource, { total: Math.floor((total - reserved) * ratio), used: usages[resource] ?? 0 }] as const;
    });
    return { provider: name, resources: Object.fromEntries(resources) };
  }

  return {
    async capacity() {
      const doing = `listing resource providers of ${on}`;
      const providers = await placement.list(
        doing,
        { path: '/resource_providers', key: 'resource_providers' },
        Provider,
      );
      return Promise.all(providers.map(capacityOf));
    },
  };
}
