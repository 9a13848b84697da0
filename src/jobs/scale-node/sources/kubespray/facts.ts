import type { Host } from '../../../kubespray/inventory.ts';
import type { Playbooks } from '../../../kubespray/playbooks.ts';
import type { SourceFacts } from '../source.ts';

/** What a port of a new server is like. */
export type PortPattern = {
  readonly networkId: string;
  readonly securityGroupIds: readonly string[];
  readonly allowedAddressPairs: readonly { readonly ip: string }[];
};
/** What a new server is like: its sibling, but for what somebody named. */
export type ServerPattern = {
  readonly image: { readonly id: string; readonly name: string };
  readonly flavor: { readonly id: string; readonly name: string };
  readonly keyName?: string | undefined;
  readonly zone?: string | undefined;
  /** Of the sibling's metadata: which layer Strata made it for. */
  readonly layerMark?: string | undefined;
  /** undefined: there is none yet. */
  readonly groupId?: string | undefined;
  readonly ports: readonly PortPattern[];
};

/** The server under the node that goes, and what goes with it. Ids are the cloud's. */
export type Machine = {
  readonly serverId: string;
  readonly serverName: string;
  readonly portIds: readonly string[];
  readonly floatingIps: readonly { readonly id: string; readonly address: string }[];
  /** Disks that the server was booted from, and Strata's own. */
  readonly volumeIds: readonly string[];
  /** Everything else that hangs on it stays. */
  readonly keptVolumeIds: readonly string[];
};

export type KubesprayFacts = SourceFacts & {
  /** The cloud that the servers are in. */
  readonly cloud: string;
  readonly hosts: readonly Host[];
  /** Workers that are not Ready: Ansible can log in at none of them, and would end at the first. */
  readonly dead?: readonly string[] | undefined;
  readonly playbooks: Playbooks;
  readonly pattern?: ServerPattern | undefined;
  readonly machine?: Machine | undefined;
};
