/** A status that saw nodes, and how old it is. */
type Seen = { readonly run: number; readonly age: string };

const ACTIONS = {
  add: 'Add nodes',
  remove: 'Remove a node',
  replace: 'Replace a broken node',
  uncordon: 'Let a node take pods again',
};

/** Sentences of /scale-node as a command and as a form. */
export const words = {
  summary:
    'adds workers to a cluster, removes one in order, or replaces a dead one; nothing of theirs is lost on the way',
  parameters: '[environment] <layer> add [count] [--flavor name] | remove <node> | replace <node> | uncordon <node>',
  whichAction: 'reading the command: what is to be done?',
  noAction: (word: string) => `reading the command: "${word}" is neither add, remove, replace nor uncordon`,
  layerFirst: (word: string) => `reading the command: the layer comes before "${word}"`,
  badCount: (most: number) => `reading the command: how many nodes is a whole number from 1 to ${most}`,
  badFlavor: 'reading the command: a flavor is called by at most 255 characters, without quotes',
  flavorOnlyAdds: 'reading the command: --flavor is for add; a replacement is made like the node it replaces',
  whichNode: (action: string) => `reading the command: which node to ${action}?`,
  badNode: (word: string) =>
    `reading the command: "${word}" cannot be the name of a node: small letters, digits, "-" and "."`,
  /** Behind what was started: the list may be old, so that it only advises. */
  unknownNode: (node: string, seen: Seen, near: string | undefined) =>
    `The status of run #${seen.run}, ${seen.age} ago, saw no node "${node}"${near === undefined ? '.' : `. Did you mean "${near}"?`} The run looks for itself before it asks for approval.`,
  uncordon: (node: string) => `Uncordon ${node}`,

  form: {
    title: 'Scale nodes',
    layer: 'Cluster',
    action: 'What to do',
    actions: ACTIONS,
    count: 'How many',
    flavor: 'Flavor',
    flavorHint: 'Left out: as the other workers have it.',
    node: 'Node',
    nodeTitle: (name: string, status: string) => `${name}  ${status}`,
    seen: (run: number, age: string) => `As the status of run #${run} saw them ${age} ago, worst first.`,
    onlyWorkers: 'Nodes of the control plane cannot be removed here.',
    unseen: (status: string) => `No status has read this cluster of late: ${status} does, and shows its nodes here.`,
    tooMany: (run: number, age: string, names: readonly string[]) =>
      `Too many for a menu. The status of run #${run}, ${age} ago, saw in trouble: ${names.length === 0 ? 'none' : names.join(', ')}.`,
    badCount: (most: number) => `A whole number from 1 to ${most}.`,
    badFlavor: 'At most 255 characters, without quotes.',
    noNode: 'Which node?',
    badNode: 'No node can be called so: small letters, digits, "-" and ".".',
    noChoice: 'Choose one.',
  },
};
