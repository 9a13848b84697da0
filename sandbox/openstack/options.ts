export type ServiceName = 'keystone' | 'nova' | 'neutron' | 'glance' | 'cinder' | 'placement';

/** A hypervisor; `disabled` is why its compute service is. Default: up, 32 vCPU, 64 GiB, 1000 GiB. */
export type Host = {
  id: string;
  name: string;
  up: boolean;
  disabled?: string;
  vcpus: number;
  ram: number;
  disk: number;
};
/** Default: `ACTIVE`, of flavor `m1.small`. A `fault` is what Nova says of one in `ERROR`. */
export type ServerSeed = { name: string; status?: string; flavor?: string; fault?: string };

export type OpenStackOptions = {
  /** Default `RegionOne`. */
  readonly region?: string;
  /** On 127.0.0.1: Keystone's, and the next five. Default: any that are free. */
  readonly port?: number;
  /** Of its own networks; the external one carries 50 more. Default 1450. */
  readonly mtuBytes?: number;
  readonly timing?: Partial<Timing>;
  /** The longest page of a listing. Default 1000. */
  readonly pageSize?: number;
  /** Over Nova's, Neutron's and Cinder's defaults, as `{ instances: 10 }`; -1 is unlimited. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** Default `compute1` to `compute3`. */
  readonly hosts?: readonly (Partial<Host> & { readonly name: string })[];
  readonly servers?: readonly ServerSeed[];
  readonly volumes?: readonly { readonly name: string; readonly size: number; readonly status?: string }[];
  /** Default: an Open vSwitch agent a host, alive when it is up, and the central ones on `network1`. */
  readonly agents?: readonly { readonly type: string; readonly host: string; readonly alive: boolean }[];
};
/** Milliseconds. */
export type Timing = {
  /** From the request to ACTIVE or ERROR. Default 1500. */
  readonly build: number;
  /** From ACTIVE to the login prompt. Default 1000. */
  readonly boot: number;
  /** Of servers and volumes. Default 500. */
  readonly remove: number;
  /** Making, attaching and detaching a volume. Default 500. */
  readonly volume: number;
  /** How long a token lasts. Default an hour. */
  readonly token: number;
};
