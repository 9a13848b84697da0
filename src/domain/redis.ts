/** Where Redis is, and what it wants to see of whoever comes. */
export type RedisAddress = {
  /** `sentinel`: the hosts are Sentinels, which say who is the master. `cluster`: the hosts are some of its nodes. */
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** What the Sentinels call the master; empty for the other kinds. */
  readonly master: string;
  readonly database: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** The Sentinels' own password. */
  readonly sentinelPassword?: string | undefined;
  /** undefined: no TLS. Each is the text of a PEM file; without `ca` the certificates of the system are trusted. */
  readonly tls?:
    | { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined }
    | undefined;
};
