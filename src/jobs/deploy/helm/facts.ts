import type { ObjectRef } from '#domain/kubernetes.ts';
import type { LayerFacts } from '../provisioner.ts';

/** The newest revision of a release, as the cluster has it. */
export type Installation = {
  readonly revision: number;
  /** `deployed`, `failed`, `pending-upgrade`, ... */
  readonly status: string;
  /** Of its chart; undefined when Helm's record cannot be read. */
  readonly version?: string | undefined;
  /** Of chart and values, as Strata noted it; undefined for what somebody else installed. */
  readonly digest?: string | undefined;
  /** Deployments, StatefulSets, DaemonSets: what has pods that go with it. */
  readonly workloads: readonly ObjectRef[];
  /** What Helm leaves there when it uninstalls the release. */
  readonly hooks: readonly ObjectRef[];
  /** The revision that a rollback would go to. */
  readonly previous?: { readonly revision: number; readonly digest?: string | undefined } | undefined;
};

/** One release: what it is to be, and what it is. */
export type ReleaseFact = {
  readonly name: string;
  readonly namespace: string;
  /** As helm's argument. */
  readonly chart: string;
  /** helm's `--version`; undefined: that of the folder. */
  readonly version?: string | undefined;
  readonly values: readonly string[];
  /** Values that follow from the stack file, as helm's `--set` takes them. */
  readonly sets: readonly string[];
  /** undefined when its chart could not be read: then a finding tells why. */
  readonly wanted?: { readonly version: string; readonly digest: string } | undefined;
  readonly now?: Installation | undefined;
};

/** What the steps of a layer depend on that Helm installs. */
export type HelmFacts = LayerFacts & {
  readonly releases: readonly ReleaseFact[];
  /** That are not there yet. */
  readonly newNamespaces: readonly string[];
  /** That Strata made for this layer. */
  readonly ownNamespaces: readonly string[];
  /** Nodes that lack a label of the setting; undefined: the cluster is not there yet. */
  readonly unlabelled?: readonly string[] | undefined;
  /** Claims that stay behind when the releases go: those of StatefulSets. */
  readonly claims: readonly { readonly namespace: string; readonly name: string }[];
};

/** True when the cluster has exactly this chart with exactly these values. */
export function isKept({ now, wanted }: ReleaseFact): boolean {
  return now?.status === 'deployed' && wanted !== undefined && now.digest === wanted.digest;
}
