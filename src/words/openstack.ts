/** Advice on failed calls to an OpenStack API, by what went wrong. */
export const words = {
  credentials: 'Check user name, password or application credential of this cloud in clouds.yaml and secure.yaml.',
  credentialGone: 'The application credential was deleted; make a new one and put it into clouds.yaml.',
  tokenRevoked: 'The token in clouds.yaml is no longer valid; use a password or an application credential.',
  forbidden: 'This user lacks the role for it; ask the administrator of the cloud.',
  refused: 'Nothing listens there: check the address in clouds.yaml, the VIP and the containers of the service.',
  cut: 'Somebody took the connection and ended it: look at the load balancer before the service, and at the service.',
  unresolved: 'The host name does not resolve from here: check DNS, or use the public endpoint name.',
  tls: 'Put the certificate authority of the cloud as "cacert" into clouds.yaml.',
  name: 'The certificate is for other names: check the address in clouds.yaml, and the certificate of the VIP.',
  alert: 'The other side ended the handshake: look at the TLS settings of the VIP, and at any proxy on the way.',
  notAnApi: 'The address does not lead to this API: check the endpoint in the catalogue and any proxy before it.',
  html: 'Something else than the API answered, perhaps a proxy: check the endpoint and the load balancer.',
  notFound: 'The endpoint or the object is not there: check the endpoint in the catalogue.',
  tooLarge: 'A quota or a size limit: look at the quota of this project.',
  tooMany: 'The service limits its callers; it goes better a little later.',
  broken: 'The service itself is in trouble: look at its log by the request id.',
  slow: 'The service did not answer in time: look at its load, its database and its message queue.',
  conflict: 'Another change of the same object is under way, or it is in use.',
  region: (regions: readonly string[]) => `The catalogue has: ${regions.join(', ') || 'no region'}.`,
  cloud: (near: string | undefined, file: string) =>
    near ? `Did you mean "${near}" of ${file}?` : `Look into ${file}.`,
};
