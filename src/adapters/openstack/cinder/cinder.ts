import { z } from 'zod';
import type { Volume, VolumeApi } from '#domain/openstack.ts';
import { openClient } from '../client.ts';
import type { Session } from '../session.ts';

const VolumeShape = z
  .object({
    id: z.string(),
    name: z.string().nullish(),
    status: z.string(),
    size: z.number(),
    attachments: z.array(z.object({ server_id: z.string(), device: z.string().nullish() })).default([]),
    metadata: z.record(z.string(), z.string()).default({}),
  })
  .transform(({ id, name, status, size, attachments, metadata }): Volume => ({
    id,
    name: name ?? '',
    status,
    sizeGiB: size,
    attachedTo: attachments.map((entry) => ({ serverId: entry.server_id, device: entry.device ?? '' })),
    metadata,
  }));
const Service = z.object({
  binary: z.string(),
  host: z.string(),
  zone: z.string(),
  status: z.enum(['enabled', 'disabled']),
  state: z.enum(['up', 'down']),
});
const Limits = z.object({ limits: z.object({ absolute: z.record(z.string(), z.number()) }) });
const QUOTAS = [
  ['volumes', 'totalVolumesUsed', 'maxTotalVolumes'],
  ['volume size (GiB)', 'totalGigabytesUsed', 'maxTotalVolumeGigabytes'],
  ['snapshots', 'totalSnapshotsUsed', 'maxTotalSnapshots'],
] as const;

/** Cinder. @see https://docs.openstack.org/api-ref/block-storage/v3/ */
export function openCinder(session: Session, signal: AbortSignal): VolumeApi {
  const microversion = { name: 'volume', newest: '3.70' };
  const cinder = openClient(session, { type: 'volume', microversion }, signal);
  const on = `cloud "${session.config.name}"`;
  return {
    async volumes(by = {}) {
      const query = by.name === undefined ? '' : `?name=${encodeURIComponent(by.name)}`;
      const path = `/volumes/detail${query}`;
      const all = await cinder.list(`listing volumes of ${on}`, { path, key: 'volumes' }, VolumeShape);
      return by.name === undefined ? all : all.filter((volume) => volume.name === by.name);
    },
    volume: async (id) =>
      (await cinder.get(`reading volume ${id}`, `/volumes/${id}`, z.object({ volume: VolumeShape })))?.volume,
    async createVolume({ name, sizeGiB, metadata }) {
      const body = { volume: { name, size: sizeGiB, metadata } };
      const request = { doing: `creating volume "${name}"`, method: 'POST', path: '/volumes', body } as const;
      return (await cinder.call(request, z.object({ volume: VolumeShape }))).volume;
    },
    deleteVolume: (id) => cinder.remove(`deleting volume ${id}`, `/volumes/${id}`),
    services: () => cinder.list(`listing volume services of ${on}`, { path: '/os-services', key: 'services' }, Service),
    async quotas() {
      const { limits } = await cinder.call({ doing: `reading volume quotas of ${on}`, path: '/limits' }, Limits);
      return QUOTAS.flatMap(([resource, used, limit]) => {
        const max = limits.absolute[limit];
        return max === undefined ? [] : [{ resource, used: limits.absolute[used] ?? 0, limit: max }];
      });
    },
  };
}
