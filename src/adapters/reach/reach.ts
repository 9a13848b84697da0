import { isIP } from 'node:net';
import { InputError } from '#domain/errors.ts';
import type { Reach } from '#domain/ports.ts';
import type { ReachSetting } from '#domain/stack.ts';
import { behind } from '../shell.ts';
import { askHttp } from './http.ts';
import { spawnCommand } from './spawn.ts';
import { runOverSsh } from './ssh.ts';

/** Bytes of IPv4 and ICMP headers around a ping's payload. */
const HEADER_BYTES = 28;
/** In English, whatever is spoken where it runs: how many were received is read from its text. */
const PING = ['env', 'LC_ALL=C', 'ping', '-n', '-i', '0.2', '-W', '1'];

/** Probes from where the layer's setting says; undefined where there is no way. Everything ends by the signal. */
export function openReach(setting: ReachSetting, signal: AbortSignal): Reach | undefined {
  if (setting.kind === 'none') return undefined;
  const prefix = setting.kind === 'command' ? setting.command : [];
  return {
    async ping({ address, count, packetBytes, dontFragment }) {
      const size = packetBytes === undefined ? [] : ['-s', String(packetBytes - HEADER_BYTES)];
      const forbid = dontFragment ? ['-M', 'do'] : [];
      const ping = [...PING, '-c', String(count), ...forbid, ...size, checked(address)];
      const { stdout } = await spawnCommand(behind(prefix, ping), signal);
      return { sent: count, received: Number(/(\d+)(?: packets)? received/.exec(stdout)?.[1] ?? 0) };
    },
    http: (probe) => askHttp(probe, { prefix, signal }),
    ssh: (login, argv, stdin) => {
      const tunnel = setting.kind === 'command' ? behind(prefix, ['nc', checked(login.address), '22']) : undefined;
      return runOverSsh({ ...login, address: checked(login.address) }, { argv, stdin, tunnel, signal });
    },
  };
}

/** Addresses come from an API: nothing but an IP address may become an argument. @throws InputError */
function checked(address: string): string {
  if (isIP(address) === 0) throw new InputError(`probing "${address}": not an IP address`);
  return address;
}
