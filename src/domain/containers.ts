/** What Strata reads of the containers that carry a layer, as Kolla-Ansible leaves them on a host. */
export type Container = {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly command: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** `running`, `exited`, `restarting`, `paused`, `created`, `dead`, `removing`. */
  readonly state: string;
  /** As `docker ps` says it: `Up 2 weeks (healthy)`, `Exited (1) 4 seconds ago`. */
  readonly status: string;
  /** undefined: no health check, or none that counts now, as of a container that is paused or has ended. */
  readonly health?: 'healthy' | 'unhealthy' | 'starting' | undefined;
  /** As `docker ps` says it: `0.0.0.0:80->8080/tcp`. Empty on the host's own network. */
  readonly ports: string;
};

/** What the list leaves out. */
export type ContainerDetail = {
  /** ISO 8601, of its latest start; undefined when it never was started. */
  readonly startedAt?: string | undefined;
  /** How often Docker's own policy started it again; 0 where something else does, as Kolla's systemd units. */
  readonly restarts: number;
  readonly outOfMemory: boolean;
  /** Why it could not be started. */
  readonly error?: string | undefined;
  /** The last line that its latest health check printed. */
  readonly lastCheck?: string | undefined;
};

/** Who answers. */
export type ContainerEngine = {
  /** `Docker 20.10.24`. */
  readonly name: string;
  /** The version of the API that is spoken. */
  readonly apiVersion: string;
  /** Its clock, ISO 8601 to the second: what the times of its containers are measured by. */
  readonly time: string;
};

/**
 * The containers of one host. Every call ends by its deadline or by the signal the host was opened with, and changes
 * nothing. Every method throws RemoteError (no way to the daemon, or an answer that is an error) and DeadlineError.
 * @see https://docs.docker.com/reference/api/engine/
 */
export interface Containers {
  engine(): Promise<ContainerEngine>;
  /** All, those that do not run too. */
  list(): Promise<readonly Container[]>;
  /** undefined when it is gone (404). */
  inspect(id: string): Promise<ContainerDetail | undefined>;
  /**
   * How often each container, by id, has ended lately. The daemon remembers its last 256 events, and each health check
   * makes three of them: on a Kolla host these are the last 80 s, less the second that has begun.
   */
  endings(): Promise<Readonly<Record<string, number>>>;
}
