import { z } from 'zod';
import type { Image, ImageApi } from '#domain/openstack.ts';
import { openClient } from '../client.ts';
import type { Session } from '../session.ts';

const ImageShape = z
  .object({
    id: z.string(),
    name: z.string().nullish(),
    status: z.string(),
    min_disk: z.number().default(0),
    min_ram: z.number().default(0),
    size: z.number().nullish(),
    visibility: z.string().default(''),
  })
  .transform(({ min_disk: minDiskGiB, min_ram: minRamMiB, size, name, ...image }): Image => ({
    ...image,
    name: name ?? '',
    minDiskGiB,
    minRamMiB,
    ...(size === null || size === undefined ? {} : { sizeBytes: size }),
  }));

/** Glance. @see https://docs.openstack.org/api-ref/image/v2/ */
export function openGlance(session: Session, signal: AbortSignal): ImageApi {
  const glance = openClient(session, { type: 'image', version: '/v2' }, signal);
  return {
    async images(by = {}) {
      const query = by.name === undefined ? '' : `?name=${encodeURIComponent(by.name)}`;
      const doing = `listing images of cloud "${session.config.name}"`;
      const all = await glance.list(doing, { path: `/images${query}`, key: 'images' }, ImageShape);
      return by.name === undefined ? all : all.filter((image) => image.name === by.name);
    },
  };
}
