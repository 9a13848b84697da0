/** Sentences of Kubespray's playbooks. */
export const words = {
  noKubespray: (layer: string) => `scaling layer "${layer}": the stack file does not say where Kubespray is`,
  surveying: (path: string) => `reading Kubespray in ${path}`,
  short: (of: { readonly resource: string; readonly amount: number; readonly used: number; readonly limit: number }) =>
    `${of.resource}: ${of.amount} needed, ${Math.max(0, of.limit - of.used)} left of ${of.limit}`,
  noKubeconfig: (layer: string, host: string) =>
    `reading the kubeconfig of "${layer}"${host === '' ? '' : ` from ${host}`}: there is none`,
  removing: (server: string) => `removing ${server}, which could not be built`,
  serverGone: (name: string) => `booting server "${name}": it is gone`,
  serverFailed: (name: string, said: string) => `booting server "${name}": ${said}`,
  noFault: 'no fault was given',
  advice: {
    retry: 'Mend what it says, then let the run go on from where it ended: the next try begins with a new server.',
    noKubespray: 'Give the layer "kubespray: { path, user }" in the stack file: the checkout, where the tools run.',
  },
};
