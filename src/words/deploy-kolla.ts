/** Sentences of the deploy of a cloud by Kolla-Ansible. */
export const words = {
  noSetting: (layer: string) => `deploying "${layer}": the stack file does not say where Kolla's configuration is`,
  noRemoval: 'it deletes data that nobody listed; by hand: kolla-ansible destroy --yes-i-really-really-mean-it',
  surveying: (folder: string) => `reading Kolla's configuration in ${folder}`,
  keeping: (folder: string) => `keeping in ${folder} what the cloud was set up from`,
  cloud: 'OpenStack by Kolla-Ansible',
  other: 'set up from something else',
  unread: (why: string) => `somebody answers where the cloud is to be, and it could not be read: ${why}`,
  silent: (why: string) => `it is taken for new, as nobody answers for it: ${why}`,
  containers: (count: number, why: string) =>
    `${count} of its containers are on the host, and it does not answer: ${why}`,
  noTool: 'kolla-ansible cannot be run',
  hash: (tree: string) => `configuration sha256 ${tree.slice(0, 16)}`,
  title: {
    'bootstrap-servers': 'Prepare the hosts (bootstrap-servers)',
    prechecks: 'Check the hosts (prechecks)',
    deploy: 'Deploy the containers (deploy)',
    'post-deploy': 'Write the credentials (post-deploy)',
    destroy: 'Destroy the containers (destroy)',
    keep: 'Keep what the cloud was set up from',
  },
  risk: (command: string) => `a host that is half configured; running ${command} again completes it`,
  advice: {
    noSetting: 'Give the layer "kolla: { config, inventory }" in the stack file, paths of where the tools run.',
    noTool: 'See that it is installed where the tools run, and that tools.command of the layer leads there.',
  },
};
