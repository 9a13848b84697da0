import { known, page, reply, type Routes } from './http.ts';
import { usageOf, VCPU_RATIO } from './life.ts';
import { type Store, where } from './store.ts';

/** What the hypervisors hold and how much of it is taken. */
export function placement(store: Store): Routes {
  const of = (total: number, allocation_ratio = 1) => ({ total, reserved: 0, allocation_ratio });
  return {
    'GET /resource_providers': (call) => {
      const providers = where(store.hosts).map(({ id, name }) => ({ id, uuid: id, name }));
      return page(call, 'resource_providers', providers);
    },
    'GET /resource_providers/{id}/inventories': ({ id }) => {
      const { vcpus, ram, disk } = known(store.hosts, 'Resource provider', id);
      return reply({ inventories: { VCPU: of(vcpus, VCPU_RATIO), MEMORY_MB: of(ram), DISK_GB: of(disk) } });
    },
    'GET /resource_providers/{id}/usages': ({ id }) => {
      const { vcpus, ram, disk } = usageOf(store, 'host', known(store.hosts, 'Resource provider', id).name);
      return reply({ usages: { VCPU: vcpus, MEMORY_MB: ram, DISK_GB: disk } });
    },
  };
}
