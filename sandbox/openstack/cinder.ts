import { randomUUID } from 'node:crypto';
import {
  admin,
  allows,
  type Call,
  check,
  faultBody,
  known,
  own,
  page,
  type Reply,
  reply,
  type Service,
} from './http.ts';
import { put, type Store, type Volume } from './store.ts';

/** Volumes. Metadata `testbed:fail` makes one end in error. */
export function cinder(store: Store): Service {
  const { volumes, quotas, timing } = store;
  const volumeOf = ({ params }: Call) => known(volumes, 'Volume', params['id']);
  const usageOf = (call: Call) => {
    const ours = own(call, volumes);
    return { count: ours.length, size: ours.reduce((sum, { size }) => sum + size, 0) };
  };

  function create(call: Call): Reply {
    const { name, size, metadata = {} }: Omit<Volume, 'metadata'> & Partial<Volume> = call.body.volume;
    const used = usageOf(call);
    const many = `Maximum number of volumes allowed (${quotas['volumes']}) exceeded for quota 'volumes'.`;
    check(allows(store, 'volumes', used.count + 1), '413', `VolumeLimitExceeded: ${many}`);
    const large = `Requested ${size}G, quota is ${quotas['gigabytes']}G and ${used.size}G has been consumed.`;
    check(allows(store, 'gigabytes', used.size + size), '413', `VolumeSizeExceedsAvailableQuota: ${large}`);
    const common = { id: randomUUID(), project_id: call.user.project_id, attachments: [] };
    const volume = put<Volume>(volumes, { ...common, name, size, metadata, status: 'creating' });
    const body = { volume: { ...volume } };
    store.later(timing.volume, () => {
      volume.status = 'testbed:fail' in metadata ? 'error' : 'available';
    });
    return reply(body, 202);
  }

  function remove(call: Call): Reply {
    const volume = volumeOf(call);
    const text = `Invalid volume: Volume status must be available or error, not attached, but is ${volume.status}.`;
    check(/^(?:available|error)/.test(volume.status), '400', text);
    volume.status = 'deleting';
    store.later(timing.remove, () => volumes.delete(volume.id));
    return reply(undefined, 202);
  }

  function services(): Reply {
    const common = { zone: 'nova', status: 'enabled', state: 'up', disabled_reason: null };
    const [scheduler, volume] = ['cinder-scheduler', 'cinder-volume'].map((binary) => ({ binary, ...common }));
    return reply({
      services: [
        { ...scheduler, host: 'control1' },
        { ...volume, host: 'control1@ceph' },
      ],
    });
  }

  function limits(call: Call): Reply {
    const { count, size } = usageOf(call);
    const absolute = {
      ...{ totalVolumesUsed: count, totalGigabytesUsed: size, totalSnapshotsUsed: 0 },
      ...{ maxTotalVolumes: quotas['volumes'], maxTotalVolumeGigabytes: quotas['gigabytes'] },
      maxTotalSnapshots: quotas['snapshots'],
    };
    return reply({ limits: { rate: [], absolute } });
  }

  return {
    name: 'cinder',
    version: 'v3.0',
    microversion: { name: 'volume', newest: '3.70' },
    errorBody: faultBody,
    routes: {
      'GET /volumes/detail': (call) => {
        const name = call.query.get('name');
        return page(
          call,
          'volumes',
          own(call, volumes).filter((volume) => name === null || volume.name === name),
        );
      },
      'POST /volumes': create,
      'GET /volumes/{id}': (call) => reply({ volume: volumeOf(call) }),
      'DELETE /volumes/{id}': remove,
      'GET /os-services': admin('volume_extension:services:index', services),
      'GET /limits': limits,
    },
  };
}
