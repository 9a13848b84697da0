import { type Call, known, page, reply, type Service } from './http.ts';
import { usageOf, VCPU_RATIO } from './scheduler.ts';
import { type Store, where } from './store.ts';

/** What the hypervisors hold and how much of it is taken. */
export function placement(store: Store): Service {
  const hostOf = ({ params }: Call) => known(store.hosts, 'Resource provider', params['id']);
  const of = (total: number, allocation_ratio = 1) => ({ total, reserved: 0, allocation_ratio });
  return {
    name: 'placement',
    version: 'v1.0',
    microversion: { name: 'placement', newest: '1.39' },
    errorBody: ({ status, message, type }) => ({ errors: [{ status, title: type, detail: message }] }),
    routes: {
      'GET /resource_providers': (call) =>
        page(
          call,
          'resource_providers',
          where(store.hosts).map(({ id, name }) => ({ id, uuid: id, name })),
        ),
      'GET /resource_providers/{id}/inventories': (call) => {
        const { vcpus, ram, disk } = hostOf(call);
        return reply({ inventories: { VCPU: of(vcpus, VCPU_RATIO), MEMORY_MB: of(ram), DISK_GB: of(disk) } });
      },
      'GET /resource_providers/{id}/usages': (call) => {
        const { vcpus, ram, disk } = usageOf(store, 'host', hostOf(call).name);
        return reply({ usages: { VCPU: vcpus, MEMORY_MB: ram, DISK_GB: disk } });
      },
    },
  };
}
