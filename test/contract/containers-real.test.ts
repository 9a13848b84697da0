import { upDocker } from '../e2e/docker.ts';
import { containersContract } from './containers.ts';

containersContract('a real Docker host', async () => {
  const docker = await upDocker();
  return {
    socket: docker.socket,
    async fault(name, kind, detail = '1') {
      await docker.run('fault', name, kind === 'looping' ? 'exited' : kind, detail);
      if (kind !== 'looping') return;
      // As a systemd unit would: Docker only sees somebody start it again.
      for (let start = 0; start < 2; start++) {
        await docker.run('cli', 'start', name);
        await docker.run('cli', 'wait', name);
      }
    },
    stop: docker.stop,
  };
});
