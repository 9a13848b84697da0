import type { Window } from './window.ts';

/** How probes get from Strata to the addresses of a layer: not at all, from this host, or by a command in front. */
export type ReachSetting =
  | { readonly kind: 'none' }
  | { readonly kind: 'direct' }
  /** Argument array put in front of every probe, as `["ssh", "bastion"]`; never a shell string. */
  | { readonly kind: 'command'; readonly command: readonly string[] };

export type LayerKind = 'openstack' | 'kubernetes' | 'ceph';

/** What a smoke test uses on this layer; what is left out is found on the cloud. */
export type SmokeTestSetting = {
  /** Of Glance; for a cluster: a container image with busybox's commands. */
  readonly image?: string | undefined;
  readonly flavor?: string | undefined;
  readonly externalNetwork?: string | undefined;
  /** Login user of the image. Default `cirros`. */
  readonly user: string;
  /** Extra server metadata, as schedulers' hints for a test bed want it. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Default: the cluster's own default. */
  readonly storageClass?: string | undefined;
  /** Default: the cluster's only one. */
  readonly ingressClass?: string | undefined;
  /** `namespace/name` of a Gateway to route through, instead of an Ingress. */
  readonly gateway?: string | undefined;
  /** Ending of the names of Services. Default `cluster.local`. */
  readonly clusterDomain?: string | undefined;
};

/** What of the MTU chain nobody can read. */
export type MtuSetting = {
  /** Bytes that the network under this layer carries: its switches and the hosts' network cards. */
  readonly physical: number;
};

/** Where the containers of a layer run: by a socket of Docker's on this host, or on one that ssh reaches. */
export type HostSetting = {
  /** As the stack file says it. */
  readonly url: string;
  /** Path of the daemon's socket, there. Default: what Docker's command line takes. */
  readonly socket?: string | undefined;
  /** undefined: this host. */
  readonly ssh?:
    | { readonly host: string; readonly user?: string | undefined; readonly port?: number | undefined }
    | undefined;
};

/** One Helm release of a layer. */
export type ReleaseSetting = {
  readonly name: string;
  /** Name of the chart in `charts`; default that of the release. */
  readonly chart?: string | undefined;
  /** Default: the layer's. */
  readonly namespace?: string | undefined;
  /** Of the chart; needed where charts come from a repository, so that a plan says which one it is. */
  readonly version?: string | undefined;
  /** Files where the tools run, later ones win; relative to `charts` where that is a folder. */
  readonly values: readonly string[];
};

/** What Helm installs for a layer, in this order. */
export type HelmSetting = {
  /** Absolute path of a folder of charts where the tools run, name of a repository that helm knows there, or `oci://...`. */
  readonly charts: string;
  readonly releases: readonly ReleaseSetting[];
  /** Labels that the workers get, by which the charts choose nodes. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where the tools run. Default: what helm takes itself; the context in it is that of the cluster's layer. */
  readonly kubeconfig?: string | undefined;
  /** How long one release may take. */
  readonly timeoutMinutes: number;
};

/** Where the tools of a layer are run, as ansible-playbook, kolla-ansible, helm. */
export type ToolsSetting = {
  /** Argument array put in front of every program, as `["ssh", "-T", "kolla@metal"]`; never a shell string. Empty: this host. */
  readonly command: readonly string[];
};

/** Kolla-Ansible, where the tools of its layer run. Paths are of there. */
export type KollaSetting = {
  /** Folder of globals.yml and passwords.yml. Default `/etc/kolla`. */
  readonly config: string;
  readonly inventory: string;
};

/** Servers that a deploy makes for a cluster. */
export type ServersSetting = {
  readonly controlPlane: number;
  readonly workers: number;
  /** Their names are this and a number, control plane first. Default `node-`. */
  readonly prefix: string;
  /** Of their network. */
  readonly cidr: string;
  /** Default: the only one. */
  readonly externalNetwork?: string | undefined;
  /** Key pair of the cloud. */
  readonly keyName?: string | undefined;
};

/** Kubespray, where the tools of its layer run. Paths are of there. */
export type KubespraySetting = {
  /** Its checkout. */
  readonly path: string;
  /** Folder of the cluster's own `group_vars`. Default: Kubespray's defaults hold. */
  readonly groupVars?: string | undefined;
  /** How Ansible logs in at the nodes. */
  readonly user: string;
  readonly key?: string | undefined;
  /** Of new nodes, by name. Default: those of their youngest sibling that is well. */
  readonly flavor?: string | undefined;
  readonly image?: string | undefined;
  /** undefined: they are there already. */
  readonly servers?: ServersSetting | undefined;
};

/** One level of a stack. `on` names the layer below; a layer without it stands on metal. */
export type Layer = {
  readonly name: string;
  readonly kind: LayerKind;
  readonly on?: string | undefined;
  /** Entry of `clouds.yaml`; set for every `openstack` layer. */
  readonly cloud?: string | undefined;
  /** kubeconfig context; set for `kubernetes` layers. */
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly host?: HostSetting | undefined;
  readonly provisioner?: string | undefined;
  readonly helm?: HelmSetting | undefined;
  readonly kolla?: KollaSetting | undefined;
  readonly kubespray?: KubespraySetting | undefined;
  /** How long the drain of a node may take, disruption budgets that refuse for a while included. Default 30. */
  readonly drainMinutes?: number | undefined;
  readonly reach: ReachSetting;
  readonly tools?: ToolsSetting | undefined;
  readonly smokeTest: SmokeTestSetting;
  readonly mtu?: MtuSetting | undefined;
};

/** Who may do what: user ids `U...`, user group ids `S...`, or `*` for everybody in the environment's channels. */
export type People = {
  readonly view: readonly string[];
  readonly operate: readonly string[];
  readonly approve: readonly string[];
  /** Who may let a run go on without a second person; never `*`. Default nobody. */
  readonly breakGlass?: readonly string[] | undefined;
};

/** One cloud stack under one name. Layers are listed bottom first. */
export type Environment = {
  readonly name: string;
  /** `#name` or channel id. */
  readonly channels: readonly string[];
  readonly people: People;
  readonly production: boolean;
  /** How long an asking for approval stands. */
  readonly approvalMinutes: number;
  /** How long an approval is good for retries of its run. */
  readonly approvalHours: number;
  /** When changes may begin; empty: always. */
  readonly maintenanceWindows: readonly Window[];
  readonly theme: 'dark' | 'light';
  readonly layers: readonly Layer[];
};

/** The whole stack file. */
export type Stack = {
  readonly environments: readonly Environment[];
  /** Operating system user -> person id, for commands from the terminal. */
  readonly terminal: Readonly<Record<string, string>>;
  /** Person id -> public keys that show at a terminal who decides. Default nobody's. */
  readonly keys?: Readonly<Record<string, readonly string[]>> | undefined;
};
