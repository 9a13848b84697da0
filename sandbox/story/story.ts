import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startPanel } from '../panel/panel.ts';
import { writeCharts } from '../tools/charts.ts';
import { openTools } from '../tools/tools.ts';
import { createClock } from './clock.ts';
import { startCloud } from './cloud.ts';
import { CONTEXT, startCluster, storageOf } from './cluster.ts';
import { setPower, startMetal } from './metal.ts';

/** The clouds of the story, healthy, and a panel with a switch for each trouble. `folder` is for sockets and files. */
export async function startStory(folder: string) {
  const kubeconfig = join(folder, 'kubeconfig');
  const tools = openTools(join(folder, 'tools'), kubeconfig);
  const { command } = tools;
  const charts = join(folder, 'charts');
  writeCharts(charts);
  const { part: metalPart, metal } = await startMetal(folder, command);
  const { part: clusterPart, cluster } = await startCluster((isOn) => setPower(metal.store, 'node-4', isOn), command);
  writeFileSync(kubeconfig, stringify(cluster.kubeconfig(CONTEXT)));
  const { part: cloudPart, cloud } = await startCloud(cluster, { tools, charts });
  const parts = [metalPart, clusterPart, storageOf(cluster, { command, charts }), cloudPart];
  const panel = await startPanel({
    layers: parts.map(({ layer, about }) => ({ name: layer.name, about })),
    clock: createClock([metal.store.timing, cluster.store.timing, cloud.store.timing], tools.setPace),
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
