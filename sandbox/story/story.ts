import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startPanel } from '../panel/panel.ts';
import { openTools } from '../tools/tools.ts';
import { startCloud } from './cloud.ts';
import { CONTEXT, startCluster, storageOf } from './cluster.ts';
import { setPower, startMetal } from './metal.ts';

/** The clouds of the story, healthy, and a panel with a switch for each trouble. `folder` is for sockets and files. */
export async function startStory(folder: string) {
  const { part: metalPart, metal } = await startMetal(folder);
  const kubeconfig = join(folder, 'kubeconfig');
  const { command } = openTools(join(folder, 'tools'), kubeconfig);
  const { part: clusterPart, cluster } = await startCluster((isOn) => setPower(metal.store, 'node-4', isOn), command);
  writeFileSync(kubeconfig, stringify(cluster.kubeconfig(CONTEXT)));
  const { part: cloudPart, cloud } = await startCloud(cluster);
  const parts = [metalPart, clusterPart, storageOf(cluster), cloudPart];
  const panel = await startPanel({
    layers: parts.map(({ layer, about }) => ({ name: layer.name, about })),
    troubles: parts.flatMap(({ layer, troubles }) => troubles.map((trouble) => ({ ...trouble, layer: layer.name }))),
  });
  return {
    panel,
    /** For the stack file, bottom first. */
    layers: parts.map(({ layer }) => layer),
    /** For clouds.yaml. */
    clouds: { metal: metal.clouds, cloud: cloud.clouds },
    /** Path of the file. */
    kubeconfig,
    async close() {
      await Promise.all([panel.close(), ...parts.map((part) => part.close())]);
    },
  };
}
