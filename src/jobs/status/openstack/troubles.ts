import { IPV6_BYTES } from '#domain/mtu.ts';
import type { Trouble } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { meaningOf } from '#words/failures.ts';
import { words } from '#words/status.ts';
import { rowsOf, unreadTroubles } from '../part.ts';
import { extraTroubles } from './extras.ts';
import type { Reading } from './reading.ts';

/** A quota or capacity used beyond this share is worth a warning. */
const FULL = 0.9;

/** What is wrong on one layer, with likely cause and advice. */
export function troublesOf({ name: layer }: Layer, reading: Reading): Trouble[] {
  const say = words.trouble;
  const wrong = (what: string, more: Omit<Partial<Trouble>, 'layer' | 'what'> = {}): Trouble => ({
    layer,
    health: 'failure',
    what,
    ...more,
  });
  return [
    // Who cannot log in sees nothing of the cloud: that is no small gap.
    ...unreadTroubles(layer, reading, words.parts).map((trouble) =>
      reading.login.kind === 'read'
        ? trouble
        : { ...trouble, health: 'failure' as const, advice: meaningOf(trouble.cause ?? '')?.advice ?? trouble.advice },
    ),
    ...rowsOf(reading.services).flatMap(({ binary, host, state, status, disabledReason }) => {
      if (status === 'disabled') {
        return [
          wrong(say.disabled(binary, host, disabledReason ?? ''), { health: 'warning', advice: say.disabledAdvice }),
        ];
      }
      return state === 'up'
        ? []
        : [wrong(say.service(binary, host), { cause: say.serviceCause, advice: say.serviceAdvice })];
    }),
    ...rowsOf(reading.volumeServices).flatMap(({ binary, host, state, status }) =>
      state === 'up' || status === 'disabled'
        ? []
        : [wrong(say.service(binary, host), { cause: say.serviceCause, advice: say.serviceAdvice })],
    ),
    ...rowsOf(reading.hypervisors).flatMap(({ name, state }) =>
      state === 'up' ? [] : [wrong(say.hypervisor(name), { advice: say.hypervisorAdvice })],
    ),
    ...rowsOf(reading.agents).flatMap(({ type, host, alive }) =>
      alive ? [] : [wrong(say.agent(type, host), { cause: say.agentCause, advice: say.agentAdvice })],
    ),
    ...rowsOf(reading.servers).flatMap(({ name, status, fault }) => {
      if (status !== 'ERROR') return [];
      const meaning = meaningOf(fault ?? '');
      return [
        wrong(say.server(name, status), {
          cause: fault ?? meaning?.cause,
          advice: meaning?.advice ?? say.serverAdvice,
        }),
      ];
    }),
    ...rowsOf(reading.volumes).flatMap(({ name, id, status }) =>
      status.startsWith('error') ? [wrong(say.volume(name || id, status), { advice: say.volumeAdvice })] : [],
    ),
    ...rowsOf(reading.networks).flatMap(({ name, mtuBytes }) =>
      mtuBytes > 0 && mtuBytes < IPV6_BYTES
        ? [wrong(say.network(name, mtuBytes), { health: 'warning', advice: say.networkAdvice })]
        : [],
    ),
    ...rowsOf(reading.quotas).flatMap(({ resource, used, limit }) =>
      limit > 0 && used / limit >= FULL
        ? [wrong(say.quota(resource, used, limit), { health: 'warning', advice: say.quotaAdvice })]
        : [],
    ),
    ...rowsOf(reading.capacity).flatMap(({ provider, resources }) =>
      Object.entries(resources).flatMap(([resource, { used, total }]) =>
        total > 0 && used / total >= FULL
          ? [
              wrong(say.capacity(provider, resource, { used, total }), {
                health: 'warning',
                advice: say.capacityAdvice,
              }),
            ]
          : [],
      ),
    ),
    ...extraTroubles(layer, reading),
  ];
}
