import { allows, type Call, check, known, own, page, type Reply, reply, type Routes } from './http.ts';
import { put, type Store } from './store.ts';

/** Volumes. Metadata `testbed:fail` makes one end in error. */
export function cinder(store: Store): Routes {
  const { volumes, quotas, timing } = store;
  const usageOf = (call: Call) => {
    const ours = own(call, volumes, null);
    return { count: ours.length, size: ours.reduce((sum, volume) => sum + Number(volume.size), 0) };
  };

  function create(call: Call): Reply {
    const { name, size, metadata = {} } = call.body.volume;
    const many = `Maximum number of volumes allowed (${quotas.volumes}) exceeded for quota 'volumes'.`;
    check(allows(store, 'volumes', usageOf(call).count + 1), `413: VolumeLimitExceeded: ${many}`);
    const state = { status: 'creating', attachments: [], project_id: call.user.project_id };
    const volume = put(volumes, { name, size, metadata, ...state });
    store.later(timing.volume, () => (volume.status = 'testbed:fail' in metadata ? 'error' : 'available'));
    return reply({ volume }, 202);
  }

  function remove({ id }: Call): Reply {
    const volume = known(volumes, 'Volume', id);
    const isFree = /^(?:available|error)/.test(volume.status);
    check(isFree, `400: Invalid volume: Volume status must be available or error, but is ${volume.status}.`);
    volume.status = 'deleting';
    store.later(timing.remove, () => volumes.delete(id));
    return reply(undefined, 202);
  }

  function limits(call: Call): Reply {
    const { count, size } = usageOf(call);
    const { volumes: maxTotalVolumes, gigabytes, snapshots } = quotas;
    const used = { totalVolumesUsed: count, totalGigabytesUsed: size, totalSnapshotsUsed: 0 };
    const most = { maxTotalVolumes, maxTotalVolumeGigabytes: gigabytes, maxTotalSnapshots: snapshots };
    return reply({ limits: { rate: [], absolute: { ...used, ...most } } });
  }

  return {
    'GET /volumes/detail': (call) => page(call, 'volumes', own(call, volumes)),
    'POST /volumes': create,
    'GET /volumes/{id}': ({ id }) => reply({ volume: known(volumes, 'Volume', id) }),
    'DELETE /volumes/{id}': remove,
    'GET /limits': limits,
    'GET /os-services': ({ user }) => {
      check(user.role === 'admin', "403: Policy doesn't allow volume_extension:services:index to be performed.");
      const state = { host: 'control1', zone: 'nova', status: 'enabled', state: 'up' };
      return reply({ services: ['cinder-scheduler', 'cinder-volume'].map((binary) => ({ binary, ...state })) });
    },
  };
}
