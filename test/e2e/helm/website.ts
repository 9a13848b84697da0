import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from './bed.ts';

export type Website = {
  readonly port: number;
  /** Is there when the pod of the dashboard is: in the bed no container runs. */
  standIn(bed: Bed): Promise<void>;
  close(): void;
};

/** The login page of a dashboard. */
export async function openWebsite(): Promise<Website> {
  const server = createServer((request, response) =>
    response.end(request.url?.startsWith('/auth/login') ? '<form>Log in</form>' : ''),
  );
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async standIn({ kubectl }) {
      const at = ['-n', 'openstack'];
      const path = ['-o', 'jsonpath={.items[?(@.status.podIP)].metadata.name}'];
      for (;;) {
        const pod = await kubectl(['get', 'pods', ...at, '-l', 'application=horizon,component=server', ...path]);
        const status = JSON.stringify({ status: { podIP: ownAddress(), podIPs: [{ ip: ownAddress() }] } });
        const patch = ['--subresource=status', '--type=merge', '-p', status];
        if (pod !== '') return void (await kubectl(['patch', 'pod', pod, ...at, ...patch]));
        await sleep(500);
      }
    },
    close: () => server.close(),
  };
}

/** The first address of this host that is not a loopback: the API server proxies to no other. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';
}
