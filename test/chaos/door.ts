import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What becomes of a process that sends this to Redis: `kill-before`: it dies, and Redis never hears of it; `kill-after`:
 * Redis does it, and the process dies before it hears so.
 */
export type Judge = (sent: string) => 'pass' | 'kill-before' | 'kill-after';

export type Door = { readonly url: string; close(): void };

/** A way to Redis on which a process can be killed at one certain word of it. */
export async function openDoor(redisUrl: string, judge: Judge, kill: () => void): Promise<Door> {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const behind = new URL(redisUrl);
  const server = createServer((client) => {
    const redis = connect(Number(behind.port), behind.hostname);
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined).on('close', () => other.destroy());
    }
    redis.on('data', (chunk) => isOpen && client.write(chunk));
    client.on('data', (chunk) => {
      if (!isOpen) return;
      const verdict = judge(chunk.toString('latin1'));
      if (verdict === 'pass') return void redis.write(chunk);
      isOpen = false;
      kill();
      if (verdict === 'kill-after') redis.end(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}${behind.pathname}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
