import { startPanel } from '../panel/panel.ts';
import { startCloud } from './cloud.ts';
import { startMetal } from './metal.ts';

/** The clouds of the story, healthy, and a panel with a switch for each trouble. `folder` is for sockets and files. */
export async function startStory(folder: string) {
  const { part: metalPart, metal } = await startMetal(folder);
  const { part: cloudPart, cloud } = await startCloud();
  const parts = [metalPart, cloudPart];
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
    async close() {
      await Promise.all([panel.close(), ...parts.map((part) => part.close())]);
    },
  };
}
