/** Advice on failed calls to a Kubernetes API server, by what went wrong. */
export const words = {
  credentials: 'Check the user of this context in the kubeconfig: its token, certificate or login command.',
  forbidden: 'Give this user the right by a role binding: "kubectl auth can-i --list" as this user shows what it has.',
  refused:
    'Nothing listens there: check "server" of the cluster in the kubeconfig, and the machines of the control plane.',
  cut: 'Somebody took the connection and ended it: look at the load balancer before it, and whether it still takes our certificate.',
  unresolved: 'The host name does not resolve from here: check DNS, and "server" of the cluster in the kubeconfig.',
  tls: 'Put the certificate authority of the cluster as "certificate-authority" into the kubeconfig.',
  name: 'The certificate is for other names: check "server" of the cluster in the kubeconfig, or give "tls-server-name".',
  alert:
    'The other side refuses our certificate: get a new one for this user ("kubeadm kubeconfig user"), and look at any proxy on the way.',
  clocks:
    'Compare the clocks of this host and of the control plane, then renew the certificate ("kubeadm certs renew all").',
  notFound: 'The object, its namespace or its kind is not there.',
  conflict: 'Another change of the same object is under way.',
  tooMany: 'The API server limits its callers; it goes better a little later.',
  broken: 'The API server itself is in trouble: look at its log, and at etcd.',
  manyBudgets:
    'Budgets overlap on this pod, and the API evicts it under none of them: narrow or delete all but one ("kubectl get pdb").',
  noEndpoints: 'No pod behind this Service is ready: look at them.',
  slow: 'The API server did not answer in time: look at its load, at etcd, and at the webhooks it calls.',
  notAnApi:
    'Something else than a Kubernetes API server answered: check "server" in the kubeconfig, and any proxy before it.',
  invalid: 'The API server does not take such an object.',
  noEnd: 'The node ended the connection: look at its kubelet.',
  expired: 'Get a new certificate for this user from the administrator of the cluster ("kubeadm kubeconfig user").',
  plugin: 'Run this command by hand as this system user; it must print a credential without asking anything.',
  unreadable: 'Look into the kubeconfig; "kubectl config view" must be able to read it.',
  noFile: 'Set KUBECONFIG to the path of a kubeconfig, or put one to ~/.kube/config.',
  context: (near: string | undefined, known: readonly string[]) =>
    near === undefined ? `The contexts are: ${known.join(', ') || 'none'}.` : `Did you mean "${near}"?`,
};
