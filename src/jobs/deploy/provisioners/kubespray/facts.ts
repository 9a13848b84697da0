import type { LayerFacts } from '../../provisioner.ts';

/** A server of the cluster to be. `isControlPlane`: with etcd. `have`: it is there, at this address. */
export type Wanted = {
  readonly name: string;
  readonly isControlPlane: boolean;
  readonly have?: { readonly id: string; readonly ip: string } | undefined;
};

export type KubesprayFacts = LayerFacts & {
  readonly cloud: string;
  readonly servers: readonly Wanted[];
  /** Of what the cluster is set up from; kept in the cluster itself. */
  readonly digest: string;
  /** True when the cluster answers, all its nodes are Ready, and it was set up from just this. */
  readonly isSetUp: boolean;
};
