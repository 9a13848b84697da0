import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { HostSetting } from '#domain/stack.ts';
import { openTunnel, type Tunnel } from '../reach/tunnel.ts';

/** Where Docker's packages put it. */
const SOCKET = '/var/run/docker.sock';
/** Longest time for the TCP connection of ssh. */
const CONNECT_S = 5;

type Connection = {
  readonly connector: buildConnector.connector;
  /** What the program that makes the connection says went wrong; empty when there is none. */
  complaint(): Promise<string>;
};

/** How a connection to the daemon is made: its socket, or the streams of `ssh HOST docker system dial-stdio`. */
export function connectorOf({ ssh, socket }: HostSetting, signal: AbortSignal): Connection {
  if (!ssh) {
    const connector = buildConnector({ socketPath: socket ?? SOCKET });
    return { connector, complaint: async () => '' };
  }
  let tunnel: Tunnel | undefined;
  return {
    connector(_options, callback) {
      tunnel = openTunnel(dialArgv(ssh, socket), signal);
      // undici reads and writes it as any stream; and it takes no connection before this call has returned.
      setImmediate(callback, null, tunnel.stream as Socket);
    },
    complaint: async () => tunnel?.complaint() ?? '',
  };
}

/**
 * The way of Docker's own clients. ssh takes keys from the agent and the user's files, hosts from the user's
 * configuration, and never asks anything; a host that it does not know it refuses.
 */
function dialArgv(ssh: NonNullable<HostSetting['ssh']>, socket: string | undefined): readonly string[] {
  const { host, user, port } = ssh;
  return [
    ...['ssh', '-T', '-o', 'BatchMode=yes', '-o', `ConnectTimeout=${CONNECT_S}`],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', host, 'docker'],
    ...(socket === undefined ? [] : ['--host', `unix://${socket}`]),
    ...['system', 'dial-stdio'],
  ];
}
