import { listed } from './language.ts';

/** Sentences of /deploy as a command and as a form. */
export const words = {
  summary: 'deploys layers, each on the one below; shows first what it would do, and goes on where it stopped',
  parameters:
    '[environment] [layer|all] [--from layer] [--dry-run] [--reason "..."] [--override] [--remove] [--rollback release]',
  whichLayer: 'reading the command: which layer? Name one, or all',
  apart: (one: string, other: string) => `reading the command: --${one} and --${other} do not go together`,
  fromBeside: (layer: string) => `reading the command: either "${layer}" or --from, since --from means several layers`,
  overrideWithoutReason: 'reading the command: --override wants a reason: --reason "..."',
  emptyReason: 'reading the command: the reason is empty',
  longReason: (most: number) => `reading the command: a reason has at most ${most} characters`,
  rollbackOfOne: 'reading the command: --rollback is of one layer, so name it',
  noReleases: (layer: string) => `reading the command: Helm installs nothing of layer "${layer}", so nothing goes back`,
  noRelease: (release: string, layer: string) =>
    `reading the command: the stack file names no release "${release}" of layer "${layer}"`,
  /** What `--remove` takes: more than was named. Top first. */
  goes: (layers: readonly string[], isDryRun: boolean) =>
    `${isDryRun ? 'It shows what would go' : 'What goes'}, top first: ${listed(layers)}.`,

  form: {
    title: 'Deploy',
    layer: 'Layers',
    all: (names: readonly string[]) => `all: ${listed(names)}`,
    layerTitle: (name: string, provisioner: string | undefined) =>
      `${name}: ${provisioner === undefined ? 'somebody else sets it up, it is verified' : `by ${provisioner}`}`,
    run: 'What to do',
    runs: {
      'dry-run': 'Show the plan, change nothing',
      deploy: 'Show the plan, and deploy when it is approved',
    },
    reason: 'Reason',
    reasonHint: 'Kept with the run.',
    badReason: 'At most 255 characters, without straight quotes.',
    noChoice: 'Choose one.',
  },
};
