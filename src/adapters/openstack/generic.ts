import { z } from 'zod';
import type { GenericApi } from '#domain/openstack.ts';
import { parsed } from './http.ts';
import type { Session } from './session.ts';

/** Reads of any service of the catalogue, which have no client of their own here. */
export function openGeneric(session: Session, signal: AbortSignal): GenericApi {
  return {
    async get({ types, path, microversion }) {
      const known = (await session.endpoints(signal)).filter((entry) => entry.interface === session.config.interface);
      const url = types
        .map((type) => known.find((entry) => entry.type === type)?.url)
        .find((found) => found !== undefined);
      if (url === undefined) return undefined;
      const [service = ''] = types;
      const call = {
        doing: `reading ${path} of cloud "${session.config.name}"`,
        service,
        // Some catalogues have the version in the address, some do not; the path always has it.
        url: url.replace(/\/+$/, '').replace(/\/v\d[\d.]*$/, '') + path,
        headers: microversion === undefined ? {} : { 'openstack-api-version': microversion },
      };
      return parsed(await session.send(call, signal), z.unknown());
    },
  };
}
