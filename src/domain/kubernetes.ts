/** What Strata reads of a Kubernetes cluster, and the narrow set of changes it makes there. Names are the API's own. */

export type Labels = Readonly<Record<string, string>>;

/** What every object has. `namespace` is empty for those of the cluster; `createdAt` is ISO 8601. */
export type Meta = {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels: Labels;
  readonly createdAt: string;
  /** Set when it is being deleted, and something holds it. */
  readonly deletingAt?: string | undefined;
  /** The controller that made it. */
  readonly owner?: { readonly kind: string; readonly name: string } | undefined;
};

export type Condition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
};
export type Taint = { readonly key: string; readonly value: string; readonly effect: string };

export type Node = Meta & {
  /** Of the labels `node-role.kubernetes.io/*`, as `control-plane`. */
  readonly roles: readonly string[];
  /** The condition `Ready`; `Unknown` also when it was never set. */
  readonly ready: Condition['status'];
  readonly conditions: readonly Condition[];
  /** False when it is cordoned. */
  readonly schedulable: boolean;
  readonly taints: readonly Taint[];
  readonly internalIp: string;
  readonly externalIp: string;
  /** `openstack:///<server id>` where a cloud provider set it. */
  readonly providerId: string;
  readonly version: string;
  readonly osImage: string;
  readonly kernel: string;
  readonly runtime: string;
};

/** Why one container of a pod does not run. */
export type Waiting = {
  readonly container: string;
  readonly isInit: boolean;
  /** `ImagePullBackOff`, `CrashLoopBackOff`, `OOMKilled`, `Error`, ... */
  readonly reason: string;
  readonly message: string;
  /** Why it ended the last time, as `OOMKilled`; known when it is waiting to be started again. */
  readonly lastReason?: string | undefined;
  readonly exitCode?: number | undefined;
};

/** What kubernetes-entrypoint waits for, out of `DEPENDENCY_*` of the init container `init`. */
export type Dependencies = {
  readonly jobs: readonly string[];
  /** `namespace:name`, or a name in the pod's own namespace. */
  readonly services: readonly string[];
  /** Labels of pods that must be ready, on the same node where `requireSameNode`. */
  readonly pods: readonly { readonly labels: Labels; readonly requireSameNode: boolean }[];
};

export type Pod = Meta & {
  /** Empty until it is scheduled. */
  readonly node: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** The column STATUS of `kubectl get pods`, as `Init:0/1`, `CrashLoopBackOff`, `Terminating`. */
  readonly status: string;
  /** The condition `Ready`. */
  readonly isReady: boolean;
  readonly readyContainers: number;
  readonly containers: number;
  readonly restarts: number;
  readonly ip: string;
  /** Of the pod itself, as `Evicted`; else of the condition that keeps it back, as `Unschedulable`. */
  readonly reason: string;
  readonly message: string;
  readonly waiting: readonly Waiting[];
  /** undefined without an init container of that kind, or once that is through. */
  readonly dependencies?: Dependencies | undefined;
  /** Names of the claims that it mounts. */
  readonly claims: readonly string[];
  /** Names of its `emptyDir` volumes: what is in them is lost when it leaves its node. */
  readonly localVolumes: readonly string[];
  /** What a kubelet shows of a static pod: nobody else can end it. */
  readonly isMirror: boolean;
};

/** A Deployment, StatefulSet or DaemonSet. For a DaemonSet `desired` is the number of nodes that it selects. */
export type Workload = Meta & {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly desired: number;
  readonly current: number;
  readonly ready: number;
  readonly updated: number;
  readonly available: number;
  /** Of the pods' template. */
  readonly nodeSelector: Labels;
  readonly podLabels: Labels;
  /** False while the controller has not seen the newest spec. */
  readonly isObserved: boolean;
};

export type Job = Meta & {
  readonly completions: number;
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly state: 'complete' | 'failed' | 'running' | 'suspended';
  /** Of the condition `Failed`, as `BackoffLimitExceeded`. */
  readonly reason: string;
  readonly message: string;
  readonly startedAt?: string | undefined;
  readonly completedAt?: string | undefined;
  /** `helm.sh/hook`, as `post-install,post-upgrade`. */
  readonly hook?: string | undefined;
};

export type CronJob = Meta & {
  readonly schedule: string;
  readonly isSuspended: boolean;
  readonly active: number;
  readonly lastScheduledAt?: string | undefined;
  readonly lastSucceededAt?: string | undefined;
};

export type ServicePort = {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly targetPort: string;
  readonly nodePort?: number | undefined;
};
export type Service = Meta & {
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** `None` for a headless one. */
  readonly clusterIp: string;
  /** Of the load balancer and `externalIPs`: addresses or host names. */
  readonly externalIps: readonly string[];
  readonly ports: readonly ServicePort[];
  readonly selector: Labels;
};

/** Addresses behind a Service. */
export type EndpointSlice = Meta & {
  readonly service: string;
  readonly ready: number;
  readonly notReady: number;
};

/** An Ingress, or an HTTPRoute of the Gateway API. */
export type Route = Meta & {
  readonly kind: 'Ingress' | 'HTTPRoute';
  /** The ingress class, or the gateways, as `namespace/name`. */
  readonly classes: readonly string[];
  readonly hosts: readonly string[];
  /** Service names. */
  readonly backends: readonly string[];
  /** Of the Ingress' load balancer; an HTTPRoute has none of its own. */
  readonly addresses: readonly string[];
  /** HTTPRoute: every parent has accepted it and found its backends. Ingress: true. */
  readonly isAccepted: boolean;
  readonly message: string;
};

export type PersistentVolume = Meta & {
  readonly capacity: string;
  readonly accessModes: readonly string[];
  readonly phase: string;
  readonly reclaimPolicy: string;
  /** `namespace/name`; empty when nobody claims it. */
  readonly claim: string;
  readonly storageClass: string;
  /** Its data are on one node only (`local`, `hostPath`). */
  readonly isLocal: boolean;
};
export type PersistentVolumeClaim = Meta & {
  readonly phase: string;
  readonly volume: string;
  readonly capacity: string;
  readonly accessModes: readonly string[];
  readonly storageClass: string;
};
export type StorageClass = Meta & { readonly provisioner: string; readonly isDefault: boolean };

export type DisruptionBudget = Meta & {
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  readonly selector: Labels;
};

/** One revision of a Helm release, from its Secret. */
export type Release = Meta & {
  readonly release: string;
  readonly revision: number;
  /** `deployed`, `superseded`, `failed`, `pending-install`, ... */
  readonly status: string;
};

/** What one revision of a Helm release is made of. Its values stay where they are: they may hold secrets. */
export type Installed = {
  readonly chart: string;
  /** Of the chart, as `2026.1.0`. */
  readonly version: string;
  readonly appVersion: string;
  readonly objects: readonly ObjectRef[];
  /** What Helm runs before or after, as Jobs; most charts leave them there. Without its tests. */
  readonly hooks: readonly ObjectRef[];
};

export type ClusterEvent = {
  readonly namespace: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly object: { readonly kind: string; readonly name: string };
  readonly count: number;
  readonly lastAt: string;
};
export type ConfigMap = Meta & { readonly annotations: Labels; readonly data: Labels };

/** An object of any kind, as the API gave it. */
export type Custom = Meta & {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
};

/** Which kind of resource, as `{ group: 'ceph.rook.io', version: 'v1', plural: 'cephclusters' }`; the core's group is empty. */
export type Resource = { readonly group: string; readonly version: string; readonly plural: string };

/** A whole object to apply: JSON with `apiVersion`, `kind` and `metadata.name`. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly [field: string]: unknown;
};
export type ObjectRef = Pick<Manifest, 'apiVersion' | 'kind'> & { readonly name: string; readonly namespace?: string };

/** Which objects of a kind. Everything is optional; together they all must hold. */
export type Select = {
  readonly namespace?: string;
  /** Not in these; read from the server without them. */
  readonly notIn?: readonly string[];
  /** Equality only. */
  readonly labels?: Labels;
  /** Field selector, as `spec.nodeName=node-4`. */
  readonly fields?: string;
};

/** What an eviction came to; `gone`: that pod is no more, or has just changed; `blocked`: a budget forbids it for now (429). */
export type Eviction =
  | { readonly kind: 'evicted' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'blocked'; readonly why: string };

export type Change<T> = { readonly kind: 'added' | 'modified' | 'deleted'; readonly object: T };

/**
 * One Kubernetes cluster, by one context of the kubeconfig. Lists are read in pages. Every call ends by its deadline or by
 * the signal the cluster was opened with. Reads are retried on 429 and 5xx; changes never are.
 * Every method throws RemoteError (`failure.status` 403: RBAC forbids it), DeadlineError (no answer in time), and InputError
 * (no such context, a certificate that has expired, an exec plugin that fails).
 * @see https://kubernetes.io/docs/reference/kubernetes-api/
 */
export interface Kubernetes {
  /** Logs in: who we are, and the server's version, as `v1.35.4`. */
  connect(): Promise<{
    readonly version: string;
    readonly server: string;
    readonly user: string;
    /** How far the server's clock is ahead of ours, to a second or two. */
    readonly clockAheadMs: number;
  }>;
  /** The checks of `/readyz?verbose` that fail; empty: all well. */
  unready(): Promise<readonly string[]>;

  nodes(by?: Select): Promise<readonly Node[]>;
  pods(by?: Select): Promise<readonly Pod[]>;
  workloads(kind: Workload['kind'], by?: Select): Promise<readonly Workload[]>;
  jobs(by?: Select): Promise<readonly Job[]>;
  cronJobs(by?: Select): Promise<readonly CronJob[]>;
  services(by?: Select): Promise<readonly Service[]>;
  endpointSlices(by?: Select): Promise<readonly EndpointSlice[]>;
  /** Ingresses, and HTTPRoutes where the cluster has the Gateway API. */
  routes(by?: Select): Promise<readonly Route[]>;
  persistentVolumes(): Promise<readonly PersistentVolume[]>;
  persistentVolumeClaims(by?: Select): Promise<readonly PersistentVolumeClaim[]>;
  storageClasses(): Promise<readonly StorageClass[]>;
  disruptionBudgets(by?: Select): Promise<readonly DisruptionBudget[]>;
  /** The newest revision of each release. */
  releases(by?: Select): Promise<readonly Release[]>;
  /** Every revision of this release that Helm keeps, oldest first. */
  revisions(of: { readonly namespace: string; readonly release: string }): Promise<readonly Release[]>;
  /** What a revision is made of; undefined when its Secret is gone, or not as Helm writes it. */
  installed(revision: Pick<Release, 'namespace' | 'name'>): Promise<Installed | undefined>;
  /** Newest first. */
  events(by?: Select): Promise<readonly ClusterEvent[]>;
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  /** Its values, decoded; for settings only: they may not be stored or shown. */
  secret(namespace: string, name: string): Promise<Labels | undefined>;
  /** undefined when the cluster has no such kind. */
  custom(resource: Resource, by?: Select): Promise<readonly Custom[] | undefined>;
  /** undefined when it is gone (404). */
  get(object: ObjectRef): Promise<Custom | undefined>;

  /** Changes of pods from now on; goes on over drops and 410 by listing anew, so that nothing is missed. Only the signal ends it. */
  watchPods(by?: Select): AsyncIterable<Change<Pod>>;
  /** The last `lines` of a container. */
  logs(
    pod: { readonly namespace: string; readonly name: string; readonly container?: string },
    lines: number,
  ): Promise<string>;
  /** Runs an argument array in a container. */
  exec(
    pod: { readonly namespace: string; readonly name: string; readonly container?: string },
    argv: readonly string[],
    stdin?: Uint8Array,
  ): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
  /** GET through the API server's proxy of a Service: its status and the first 64 KiB of its body. */
  proxy(
    service: {
      readonly namespace: string;
      readonly name: string;
      readonly port: string;
      readonly scheme?: 'http' | 'https';
    },
    path: string,
  ): Promise<{ readonly status: number; readonly body: string }>;

  /** Server-side apply by the field manager `strata`; idempotent. */
  apply(manifest: Manifest): Promise<void>;
  /** True when there was one to delete. What it owns goes after it. */
  remove(object: ObjectRef): Promise<boolean>;
  /** Cordons, uncordons, labels (null: takes the label away). */
  patchNode(
    name: string,
    change: { readonly schedulable?: boolean; readonly labels?: Readonly<Record<string, string | null>> },
  ): Promise<void>;
  /** In place of one of the same key and effect; those that others set at the same time stay. Idempotent. */
  taint(node: string, taint: Taint): Promise<void>;
  /** Idempotent. */
  untaint(node: string, taint: Pick<Taint, 'key' | 'effect'>): Promise<void>;
  /**
   * Makes a Job of the CronJob's template, owned by it, as `kubectl create job --from`. Fine when there is one of this name.
   * @throws RemoteError 404 when there is no such CronJob
   */
  runCronJob(cronJob: { readonly namespace: string; readonly name: string }, jobName: string): Promise<void>;
  /** policy/v1 Eviction. `uid`: of this pod only, not of one that has got its name since, elsewhere. */
  evict(pod: { readonly namespace: string; readonly name: string; readonly uid?: string }): Promise<Eviction>;
}
