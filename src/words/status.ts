/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Sentences of the status. */
export const words = {
  summary: (layers: readonly string[]) => `status of ${listed(layers)}`,
  read: (layer: string) => `Read ${layer}`,
  title: (environment: string) => `Status of ${environment}`,
  subtitle: (layers: number, troubles: number) =>
    `${layers} ${layers === 1 ? 'layer' : 'layers'}, ${troubles === 0 ? 'no trouble' : `${troubles} ${troubles === 1 ? 'thing' : 'things'} to look at`}`,
  nothingToRead: 'nothing to read here',
  unread: (parts: readonly string[]) => `${listed(parts)} could not be read`,
  unseen: (parts: readonly string[]) => `not visible to this user: ${listed(parts)}`,
  late: (seconds: number) => `reading: no answer within ${seconds} s`,
  tableTitle: (title: string, layer: string) => `${title} of ${layer}`,
  together: (parts: readonly string[]) => parts.join('; '),
  empty: 'no servers',
  counts: (active: number, all: number) => `${active} of ${all} servers active`,
  also: (counts: string, more: string) => `${counts}; ${more}`,
  notRead: 'could not be read',
  parts: {
    login: 'login',
    services: 'compute services',
    hypervisors: 'hypervisors',
    capacity: 'capacity',
    agents: 'network agents',
    servers: 'servers',
    networks: 'networks',
    quotas: 'quotas',
    volumes: 'volumes',
    volumeServices: 'volume services',
    endpoints: 'endpoints',
  },
  trouble: {
    service: (binary: string, host: string) => `${binary} on ${host} is down`,
    serviceCause: 'it has not reported for a minute: stopped, overloaded, or cut off from the message queue',
    serviceAdvice: 'Look at its container and log on that host, then at RabbitMQ.',
    disabled: (binary: string, host: string, reason: string) =>
      `${binary} on ${host} is disabled${reason ? `: ${reason}` : ''}`,
    disabledAdvice: 'Enable it when the maintenance is over: openstack compute service set --enable.',
    hypervisor: (name: string) => `hypervisor ${name} is down`,
    hypervisorAdvice: 'Look at nova-compute and libvirt on it; its servers are not lost yet.',
    agent: (type: string, host: string) => `${type} on ${host} is dead`,
    agentCause: 'it has not reported for 75 s',
    agentAdvice: 'Look at its container on that host; new ports there will fail.',
    server: (name: string, status: string) => `server ${name} is ${status}`,
    serverAdvice: 'openstack server show tells more; delete it, or mend the cause and rebuild it.',
    volume: (name: string, status: string) => `volume ${name} is ${status}`,
    volumeAdvice: 'Look at the volume services and their backend; then reset its state or delete it.',
    quota: (resource: string, used: number, limit: number) => `quota of ${resource}: ${used} of ${limit} used`,
    quotaAdvice: 'Free some, or have it raised, before the next deployment needs it.',
    capacity: (provider: string, resource: string, { used, total }: { used: number; total: number }) =>
      `${provider}: ${used} of ${total} ${resource} used`,
    capacityAdvice: 'New servers will not be scheduled here; move or remove some.',
    network: (name: string, mtu: number) => `network ${name} has an MTU of ${mtu}`,
    networkAdvice: 'IPv6 needs 1280; check global_physnet_mtu and path_mtu of this cloud.',
  },
};
