/** What the plan needs of a cluster, or why it does without. */
export type Offer<T> = { readonly use: T } | { readonly skip: string };

/** How HTTP gets into the cluster. */
export type Entry =
  | { readonly kind: 'Ingress'; readonly ingressClass: string }
  | { readonly kind: 'HTTPRoute'; readonly namespace: string; readonly gateway: string };

/** What the plan of a Kubernetes layer depends on. */
export type KubernetesFacts = {
  readonly kind: 'kubernetes';
  readonly name: string;
  readonly reach: boolean;
  /** Of all containers: busybox's `httpd`, `wget`, `nslookup`, `cp` and `cmp` are used. */
  readonly image: string;
  readonly clusterDomain: string;
  /** A StorageClass. */
  readonly storage: Offer<string>;
  readonly entry: Offer<Entry>;
};

/** Why it is skipped; undefined when it is there. */
export function skipOf(offer: Offer<unknown>): string | undefined {
  return 'skip' in offer ? offer.skip : undefined;
}
