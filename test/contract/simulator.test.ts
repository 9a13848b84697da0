import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startOpenStack } from '../../sandbox/openstack/openstack.ts';
import { openstackContract } from './openstack.ts';

openstackContract('the simulator', async () => {
  const timing = { build: 100, remove: 50, volume: 50 };
  const cloud = await startOpenStack({ timing, pageSize: 3 });
  const folder = mkdtempSync(join(tmpdir(), 'strata-simulator-'));
  const file = join(folder, 'clouds.yaml');
  writeFileSync(file, stringify({ clouds: { metal: cloud.clouds } }));
  return {
    file,
    cloud: 'metal',
    async stop() {
      await cloud.close();
      rmSync(folder, { recursive: true });
    },
  };
});
