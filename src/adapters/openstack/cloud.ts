import type { OpenStack } from '#domain/openstack.ts';
import { openCinder } from './cinder/cinder.ts';
import type { CloudConfig } from './clouds.ts';
import { openGeneric } from './generic.ts';
import { openGlance } from './glance/glance.ts';
import { openNeutron } from './neutron/neutron.ts';
import { openNova } from './nova/nova.ts';
import { openPlacement } from './placement/placement.ts';
import { openSession } from './session.ts';

/** One cloud; every client bound from it shares its token, catalogue and connections. */
export type Cloud = { bind(signal: AbortSignal): OpenStack };

/**
 * Opens a cloud. Nothing is sent before the first call.
 * @param options.timeoutMs deadline of one call, default 30,000
 */
export function openCloud(config: CloudConfig, options: { readonly timeoutMs?: number } = {}): Cloud {
  const session = openSession(config, options);
  return {
    bind: (signal) => ({
      identity: {
        async authenticate() {
          const { project, user, expiresAt } = await session.login(signal);
          return { project, user, expiresAt };
        },
        endpoints: () => session.endpoints(signal),
        has: async (type) => (await session.endpoint(type, signal)) !== undefined,
        deriveSecret: session.deriveSecret,
      },
      compute: openNova(session, signal),
      network: openNeutron(session, signal),
      image: openGlance(session, signal),
      volume: openCinder(session, signal),
      placement: openPlacement(session, signal),
      generic: openGeneric(session, signal),
    }),
  };
}
