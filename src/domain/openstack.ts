/** What Strata reads of an OpenStack cloud, and the narrow set of changes it makes there. Ids are OpenStack's own. */

export type Endpoint = {
  readonly service: string;
  readonly type: string;
  readonly interface: 'public' | 'internal' | 'admin';
  readonly region: string;
  readonly url: string;
};

export type Fault = { readonly code: number; readonly message: string };
export type Address = { readonly network: string; readonly ip: string; readonly type: 'fixed' | 'floating' };
export type PowerState = 'none' | 'running' | 'paused' | 'shutdown' | 'crashed' | 'suspended';
export type Server = {
  readonly id: string;
  readonly name: string;
  /** `ACTIVE`, `BUILD`, `ERROR`, `SHUTOFF`, ... */
  readonly status: string;
  readonly taskState?: string | undefined;
  /** What the hypervisor says, as far as it could be asked. */
  readonly powerState: PowerState;
  readonly flavor?: string | undefined;
  /** Empty when it was booted from a volume. */
  readonly imageId: string;
  readonly keyName?: string | undefined;
  readonly availabilityZone?: string | undefined;
  /** Hashed per project: equal means same host. Empty until scheduled. */
  readonly hostId: string;
  /** Name of the compute service that it is on; administrators only, and not until scheduled. */
  readonly host?: string | undefined;
  readonly addresses: readonly Address[];
  /** Attached volumes; `deleteOnTermination`: they go with it. */
  readonly volumes: readonly { readonly id: string; readonly deleteOnTermination: boolean }[];
  /** Only from `server`, and from Nova 2.71 on; undefined: not told. */
  readonly serverGroupIds?: readonly string[] | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: string;
  /** Only reliable from `get`: lists leave it out for servers in another cell. */
  readonly fault?: Fault | undefined;
};
export type NewServer = {
  readonly name: string;
  readonly imageId: string;
  readonly flavorId: string;
  /** Port ids; empty: no network at all (`networks: none`). */
  readonly portIds: readonly string[];
  readonly keyName?: string | undefined;
  readonly serverGroupId?: string | undefined;
  readonly availabilityZone?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** Plain text; encoded by the adapter. */
  readonly userData?: string | undefined;
};
export type Flavor = {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  readonly ramMiB: number;
  readonly diskGiB: number;
};
export type KeyPair = { readonly name: string; readonly fingerprint: string };
export type ServerGroup = {
  readonly id: string;
  readonly name: string;
  readonly policy: string;
  readonly memberIds: readonly string[];
};
export type ComputeService = {
  readonly id: string;
  readonly binary: string;
  readonly host: string;
  readonly zone: string;
  readonly status: 'enabled' | 'disabled';
  readonly state: 'up' | 'down';
  readonly disabledReason?: string | undefined;
  /** Said to be down by a person or by us; its host is fenced. */
  readonly forcedDown: boolean;
  readonly updatedAt?: string | undefined;
};
export type Hypervisor = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly hostIp: string;
  readonly state: string;
  readonly status: string;
};
/** `limit` -1 is unlimited. */
export type Quota = { readonly resource: string; readonly used: number; readonly limit: number };

export type Network = {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** Largest IP packet in bytes. */
  readonly mtuBytes: number;
  readonly external: boolean;
  readonly shared: boolean;
  readonly subnetIds: readonly string[];
  readonly description: string;
  /** Admin only: `vxlan`, `flat`, ... */
  readonly type?: string | undefined;
};
export type Subnet = {
  readonly id: string;
  readonly name: string;
  readonly cidr: string;
  readonly description: string;
};
export type Router = {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly externalNetworkId?: string | undefined;
  readonly description: string;
};
/** What else may be sent from a port: `ip` is an address or a block, `mac` the port's own by default. */
export type AddressPair = { readonly ip: string; readonly mac?: string | undefined };
export type Port = {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly networkId: string;
  readonly deviceId: string;
  readonly deviceOwner: string;
  readonly fixedIps: readonly { readonly ip: string; readonly subnetId: string }[];
  readonly securityGroupIds: readonly string[];
  readonly allowedAddressPairs: readonly AddressPair[];
  /** False: no security group and no anti-spoofing on it. */
  readonly securityEnabled: boolean;
  readonly description: string;
};
export type FloatingIp = {
  readonly id: string;
  readonly address: string;
  readonly status: string;
  readonly portId?: string | undefined;
  readonly description: string;
};
export type SecurityGroup = { readonly id: string; readonly name: string; readonly description: string };
export type Agent = {
  readonly id: string;
  readonly type: string;
  readonly host: string;
  readonly zone?: string | undefined;
  readonly alive: boolean;
  readonly adminUp: boolean;
  readonly binary: string;
};
export type NewRule = {
  readonly securityGroupId: string;
  readonly direction: 'ingress' | 'egress';
  /** Default: every one. */
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | undefined;
  readonly port?: number | undefined;
  /** Only to or from members of this group. Default: anybody. */
  readonly remoteGroupId?: string | undefined;
};

export type Image = {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly minDiskGiB: number;
  readonly minRamMiB: number;
  readonly sizeBytes?: number | undefined;
  readonly visibility: string;
};

export type Volume = {
  readonly id: string;
  readonly name: string;
  /** `available`, `in-use`, `creating`, `error`, ... */
  readonly status: string;
  readonly sizeGiB: number;
  readonly attachedTo: readonly { readonly serverId: string; readonly device: string }[];
  readonly metadata: Readonly<Record<string, string>>;
};
export type VolumeService = {
  readonly binary: string;
  readonly host: string;
  readonly zone: string;
  readonly status: 'enabled' | 'disabled';
  readonly state: 'up' | 'down';
};

/** Lists take an exact `name`; the adapter escapes what the service takes for a pattern and compares exactly. */
export type ByName = { readonly name?: string };
/** Neutron's lists also by exact description, where our mark stands. */
export type ByMark = ByName & { readonly description?: string };

export interface Identity {
  /** Gets a token if there is none that lasts. @throws RemoteError, InputError (bad entry in clouds.yaml) */
  authenticate(): Promise<{ readonly project: string; readonly user: string; readonly expiresAt: string }>;
  /** From the token's catalogue, this region only. */
  endpoints(): Promise<readonly Endpoint[]>;
  /** True when the catalogue has a service of this type in our region. Aliases are known (`volumev3`, `block-storage`). */
  has(type: 'compute' | 'network' | 'image' | 'volume' | 'placement'): Promise<boolean>;
  /** 32 bytes that every worker with the same credentials derives alike: HKDF-SHA256 of the credential's secret. */
  deriveSecret(label: string): Uint8Array;
}

/** What is said of a compute service: whether it gets new servers, or that its host is dead. */
export type ServiceChange =
  | { readonly status: 'enabled' }
  | { readonly status: 'disabled'; readonly reason: string }
  | { readonly forcedDown: boolean };

/** @see https://docs.openstack.org/api-ref/compute/ */
export interface Compute {
  /** Of our project. */
  servers(by?: ByName): Promise<readonly Server[]>;
  /** Every project's on one host; administrators only. @see https://docs.openstack.org/api-ref/compute/#list-servers-detailed (`all_tenants`, `host`) */
  serversOn(host: string): Promise<readonly Server[]>;
  /** undefined when it is gone (404). */
  server(id: string): Promise<Server | undefined>;
  createServer(server: NewServer): Promise<Server>;
  /** True when there was one to delete. */
  deleteServer(id: string): Promise<boolean>;
  /** Idempotent: fine when it is off, or on its way there. Ends before it is. @see https://docs.openstack.org/api-ref/compute/#stop-server-os-stop-action */
  stopServer(id: string): Promise<void>;
  /**
   * To another host of the scheduler's choice, disks as they need it. Begun when it returns: `status` is `MIGRATING` until it
   * ends, and `host` is another one only if it went well. Administrators only.
   * @see https://docs.openstack.org/api-ref/compute/#live-migrate-server-os-migratelive-action (2.34 to 2.100)
   */
  liveMigrate(id: string): Promise<void>;
  /**
   * Builds it anew on another host, with its volumes and addresses; from 2.95 on it ends stopped. Only of a host whose service
   * is down or forced down: else 400 "Compute service of X is still in use.". Administrators only.
   * @see https://docs.openstack.org/api-ref/compute/#evacuate-server-evacuate-action (2.14 to 2.100)
   */
  evacuate(id: string): Promise<void>;
  /** The last `lines` of the console; empty when there is none. */
  consoleOutput(id: string, lines: number): Promise<string>;
  flavors(): Promise<readonly Flavor[]>;
  keyPair(name: string): Promise<KeyPair | undefined>;
  keyPairs(): Promise<readonly KeyPair[]>;
  importKeyPair(name: string, publicKey: string): Promise<KeyPair>;
  deleteKeyPair(name: string): Promise<boolean>;
  serverGroups(): Promise<readonly ServerGroup[]>;
  createServerGroup(name: string, policy: 'anti-affinity' | 'soft-anti-affinity'): Promise<ServerGroup>;
  deleteServerGroup(id: string): Promise<boolean>;
  attachVolume(serverId: string, volumeId: string): Promise<{ readonly device: string }>;
  detachVolume(serverId: string, volumeId: string): Promise<boolean>;
  services(): Promise<readonly ComputeService[]>;
  /**
   * Idempotent; administrators only.
   * @throws RemoteError 400 "Unable to force up host X" when servers were evacuated from it and it has not started again since
   * @see https://docs.openstack.org/api-ref/compute/#update-compute-service (2.53 to 2.100)
   */
  setService(id: string, change: ServiceChange): Promise<void>;
  /**
   * With its hypervisor, its place in aggregates and its resource provider. True when there was one to delete.
   * @throws RemoteError 409 while servers are on it, or move from or to it
   * @see https://docs.openstack.org/api-ref/compute/#delete-compute-service (2.53 to 2.100)
   */
  deleteService(id: string): Promise<boolean>;
  hypervisors(): Promise<readonly Hypervisor[]>;
  quotas(): Promise<readonly Quota[]>;
}

/** @see https://docs.openstack.org/api-ref/network/v2/ */
export interface NetworkApi {
  networks(by?: ByMark): Promise<readonly Network[]>;
  network(id: string): Promise<Network | undefined>;
  createNetwork(network: { readonly name: string; readonly description: string }): Promise<Network>;
  deleteNetwork(id: string): Promise<boolean>;
  subnets(by?: ByMark): Promise<readonly Subnet[]>;
  createSubnet(subnet: {
    readonly name: string;
    readonly description: string;
    readonly networkId: string;
    readonly cidr: string;
  }): Promise<Subnet>;
  deleteSubnet(id: string): Promise<boolean>;
  routers(by?: ByMark): Promise<readonly Router[]>;
  createRouter(router: {
    readonly name: string;
    readonly description: string;
    readonly externalNetworkId: string;
  }): Promise<Router>;
  /** Idempotent: an interface that is there already is fine. */
  addRouterInterface(routerId: string, subnetId: string): Promise<void>;
  /** Idempotent. */
  removeRouterInterface(routerId: string, subnetId: string): Promise<void>;
  deleteRouter(id: string): Promise<boolean>;
  ports(by?: ByMark & { readonly deviceId?: string; readonly networkId?: string }): Promise<readonly Port[]>;
  createPort(port: {
    readonly name: string;
    readonly description: string;
    readonly networkId: string;
    readonly securityGroupIds: readonly string[];
    readonly allowedAddressPairs?: readonly AddressPair[];
    /** Default: as its network says. False needs a port without security groups and pairs. */
    readonly securityEnabled?: boolean;
  }): Promise<Port>;
  /** undefined when it is gone (404). */
  port(id: string): Promise<Port | undefined>;
  deletePort(id: string): Promise<boolean>;
  floatingIps(by?: { readonly description?: string; readonly portId?: string }): Promise<readonly FloatingIp[]>;
  createFloatingIp(floatingIp: {
    readonly networkId: string;
    readonly portId: string;
    readonly description: string;
  }): Promise<FloatingIp>;
  /** undefined when it is gone (404). */
  floatingIp(id: string): Promise<FloatingIp | undefined>;
  deleteFloatingIp(id: string): Promise<boolean>;
  securityGroups(by?: ByMark): Promise<readonly SecurityGroup[]>;
  createSecurityGroup(group: { readonly name: string; readonly description: string }): Promise<SecurityGroup>;
  /** Idempotent: a rule that is there already is fine. */
  allow(rule: NewRule): Promise<void>;
  deleteSecurityGroup(id: string): Promise<boolean>;
  agents(): Promise<readonly Agent[]>;
  /** Routers that an L3 agent has; none of an agent of another type. Administrators only. */
  routersOn(agentId: string): Promise<readonly Router[]>;
  /** L3 agents that have the router: several of one of high availability. Administrators only. */
  agentsOf(routerId: string): Promise<readonly Agent[]>;
  /** True when there was one to delete; one that lives reports itself again. Administrators only. */
  deleteAgent(id: string): Promise<boolean>;
  quotas(): Promise<readonly Quota[]>;
}

/** @see https://docs.openstack.org/api-ref/image/v2/ */
export interface ImageApi {
  images(by?: ByName): Promise<readonly Image[]>;
}

/** @see https://docs.openstack.org/api-ref/block-storage/v3/ */
export interface VolumeApi {
  volumes(by?: ByName): Promise<readonly Volume[]>;
  volume(id: string): Promise<Volume | undefined>;
  createVolume(volume: {
    readonly name: string;
    readonly sizeGiB: number;
    readonly metadata: Readonly<Record<string, string>>;
  }): Promise<Volume>;
  deleteVolume(id: string): Promise<boolean>;
  services(): Promise<readonly VolumeService[]>;
  quotas(): Promise<readonly Quota[]>;
}

/** @see https://docs.openstack.org/api-ref/placement/ */
export interface PlacementApi {
  /** Capacity of each resource provider: resource class -> total (after overcommit and reserve) and used. */
  capacity(): Promise<
    readonly {
      readonly provider: string;
      readonly resources: Readonly<Record<string, { readonly total: number; readonly used: number }>>;
    }[]
  >;
}

/** Reads of services that have no interface of their own here. */
export interface GenericApi {
  /**
   * The JSON of a GET; undefined when the catalogue has none of these types in our region. `path` begins with the API's
   * version, as `/v1/nodes`.
   */
  get(what: {
    readonly types: readonly string[];
    readonly path: string;
    readonly microversion?: string;
  }): Promise<unknown>;
}

/**
 * One OpenStack cloud. Every call ends by its deadline or by the signal the cloud was opened with. Reads are retried on
 * 429 and 5xx; creates never are: an ambiguous create is looked for by name and mark. Deletes answer false on 404.
 * Every method throws RemoteError (the cloud said no, or nothing), and DeadlineError (no answer in time).
 */
export interface OpenStack {
  readonly identity: Identity;
  readonly compute: Compute;
  readonly network: NetworkApi;
  readonly image: ImageApi;
  readonly volume: VolumeApi;
  readonly placement: PlacementApi;
  readonly generic: GenericApi;
}
