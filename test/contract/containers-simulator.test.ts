import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDocker } from '../../sandbox/docker/docker.ts';
import { containersContract } from './containers.ts';

containersContract('the simulator', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-docker-'));
  const socket = join(folder, 'docker.sock');
  const docker = await startDocker({ socket });
  return {
    socket,
    fault: async (name, kind, detail) => docker.set(name, kind, detail),
    async stop() {
      await docker.close();
      rmSync(folder, { recursive: true });
    },
  };
});
