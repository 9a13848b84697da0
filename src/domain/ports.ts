import type { AuditEvent, AuditRecord, Head } from './audit.ts';
import type { Containers } from './containers.ts';
import type { Durations } from './durations.ts';
import type { Freeze, RunEvent, RunEventBody, Stop } from './events.ts';
import type { FormValues } from './form.ts';
import type { Kubernetes } from './kubernetes.ts';
import type { OpenStack } from './openstack.ts';
import type { Person, RunRef, RunRequest } from './run.ts';
import type { Schedule, ScheduleRef } from './schedule.ts';
import type { Tools } from './tools.ts';

/** `received` of `sent` echo requests came back. */
export type PingResult = { readonly sent: number; readonly received: number };
/** `silent`: no answer in time, or none of HTTP; why. */
export type HttpResult =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'silent'; readonly why: string };
export type CommandResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Probes towards the addresses of a layer, from where its `reach` setting says. Every probe ends by the signal. */
export interface Reach {
  /**
   * Sends `count` echo requests. `packetBytes` is the whole IP packet (header and ICMP: payload + 28); with
   * `dontFragment` it must fit every link on the way. Judged by loss, never by ping's words.
   */
  ping(probe: {
    readonly address: string;
    readonly count: number;
    readonly packetBytes?: number;
    readonly dontFragment?: boolean;
  }): Promise<PingResult>;
  /** GET of `http://address:port/`, an IP address or a name, with this Host header; redirects are not followed. */
  http(probe: {
    readonly address: string;
    readonly port: number;
    readonly host?: string;
    readonly timeoutMs: number;
  }): Promise<HttpResult>;
  /** Runs an argument array on the guest over ssh. @throws RemoteError (no connection, key refused), DeadlineError */
  ssh(
    login: { readonly address: string; readonly user: string; readonly privateKey: string; readonly timeoutMs: number },
    argv: readonly string[],
    stdin?: Uint8Array,
  ): Promise<CommandResult>;
}

/** A file of a run. `bytes`: its size as it is stored. */
export type Artifact = { readonly name: string; readonly bytes: number };

/** Files of runs that outlive their worker: logs, inventories, kubeconfigs, pictures. Any other worker reads them. */
export interface Artifacts {
  /**
   * Keeps a file, in place of an earlier one of its name. A text that `isSecret` does not cover (default false) has its
   * secrets masked.
   * @throws InputError for a name with a path in it, a file that is too large, a secret one where there is no key
   */
  put(
    run: RunRef,
    file: { readonly name: string; readonly content: string | Uint8Array; readonly isSecret?: boolean },
  ): Promise<void>;
  /** undefined when there is none, or its time is over. @throws InputError when it does not open with our key */
  get(run: RunRef, name: string): Promise<Uint8Array | undefined>;
  /** By name. */
  list(run: RunRef): Promise<readonly Artifact[]>;
  /** Also when there is none. */
  remove(run: RunRef, name: string): Promise<void>;
}

/** What jobs may use. Clients are bound to the signal they are opened with. */
export interface JobPorts {
  /** @throws InputError when the layer is not an OpenStack one or its cloud is not in clouds.yaml */
  openstack(layer: string, signal: AbortSignal): OpenStack;
  /**
   * The cluster that the layer is, or stands on; undefined when there is none below it.
   * @throws InputError when its context is not in the kubeconfig
   */
  kubernetes(layer: string, signal: AbortSignal): Kubernetes | undefined;
  /** The containers on the host of the layer; undefined when it has none. */
  containers(layer: string, signal: AbortSignal): Containers | undefined;
  /** undefined when the layer's reach is `none`. */
  reach(layer: string, signal: AbortSignal): Reach | undefined;
  /** Programs where the layer's setting says; without one on this host. @throws InputError when there is no such layer */
  tools(layer: string, signal: AbortSignal): Tools;
  readonly artifacts: Artifacts;
}

/** Who takes a run, and the jobs that it knows. */
export type Starter = { readonly worker: string; readonly jobs: readonly string[] };

/**
 * `held`: this worker is the only one now, at `nowMs` of the store's clock; the run's journal and what keeps it from going
 * on are of that moment; `hasBegun`: the journal ends with the `started` that the claim wrote. `busy`: another still holds
 * the run, for this long at most. `over`: it has ended, and nobody can hold it.
 */
export type Claim =
  | { readonly kind: 'over' }
  | {
      readonly kind: 'held';
      readonly fence: number;
      readonly nowMs: number;
      readonly events: readonly RunEvent[];
      readonly control: Control;
      readonly hasBegun: boolean;
    }
  | { readonly kind: 'busy'; readonly forMs: number };

/**
 * Where a writer stands: `fence` is what `claim` gave, `seq` the last event it knows of. Fence 0 writes without a lease:
 * only while no worker has one, and only if nothing was written since `seq`.
 */
export type Position = { readonly fence: number; readonly seq: number };

/** What the steps of a run of this job took. */
export type Learnt = { readonly job: string; readonly took: Durations };
export type Last = { readonly events: readonly RunEventBody[]; readonly learnt: Learnt | undefined };

/** The one log of a run: progress, outbox and audit at once. Times are Redis' clock, so workers' clocks don't matter. */
export interface Journal {
  /**
   * Appends in order, all or none, and gives the new position; the lease lasts anew, or ends with an event after which
   * no worker carries the run. Sending the same append twice (a reply that was lost)
   * writes once.
   * @throws LeaseLostError when another worker has claimed the run since, or the run has ended.
   */
  append(run: RunRef, at: Position, events: readonly RunEventBody[]): Promise<Position>;
  /** As `append`, of what ends the run; what is learnt of it is kept with that, for `Runs.past`. */
  end(run: RunRef, at: Position, last: Last): Promise<Position>;
  /** Makes the lease last anew. @throws LeaseLostError as `append` does */
  renew(run: RunRef, at: Position): Promise<void>;
  /**
   * As `renew`, and resolves when the journal up to here would survive the loss of the machine that keeps it, where
   * there is another that could take its place.
   */
  secure(run: RunRef, at: Position): Promise<void>;
  /** Ends the lease, so that another need not wait for its time. @throws LeaseLostError as `append` does */
  release(run: RunRef, at: Position): Promise<void>;
  /** Events with `seq` greater than `after` (default 0), oldest first. */
  read(run: RunRef, after?: number): Promise<readonly RunEvent[]>;
}

/** What happened in an environment, in one chain of hashes: the events of its runs, and what is part of none. */
export interface Audit {
  record(environment: string, event: AuditEvent): Promise<void>;
  /** Every record up to the head, in the order of the chain. */
  read(environment: string): Promise<{ readonly head: Head; readonly records: readonly AuditRecord[] }>;
  /**
   * Removes every record up to `head`, with the runs they are of, and keeps in the chain who did.
   * @throws BusyError when one of them has gone on since: then nothing is removed
   */
  trim(environment: string, trim: { readonly by: Person; readonly head: Head }): Promise<void>;
}

export type NewRun = Omit<RunRequest, 'number' | 'key' | 'askedAt'> & {
  /** Deliveries with the same one make one run. Kept for a day. */
  readonly once: string;
};

/** The register of runs. */
export interface Runs {
  /**
   * Records a run and its `requested` event at once. `fresh` is false when this delivery was recorded before.
   * @throws BusyError when Redis does not answer, or until the signal: its advice says whether the run may stand all the same
   */
  create(run: NewRun, signal?: AbortSignal): Promise<{ readonly request: RunRequest; readonly fresh: boolean }>;
  /**
   * Makes this worker the only one that carries the run and writes its journal, unless another still does. The fence is
   * also the attempt's number. A run that nobody took before, of a job that the starter knows, begins with it, unless a
   * person wants it to stop.
   */
  claim(run: RunRef, leaseMs: number, starter?: Starter): Promise<Claim>;
  /** True while a worker has the lease. */
  isHeld(run: RunRef): Promise<boolean>;
  get(number: number): Promise<RunRef | undefined>;
  /** Newest first. `limit` default 20. */
  recent(environment: string, limit?: number): Promise<readonly RunRef[]>;
  /** Runs that have not ended, oldest first. */
  open(environment: string): Promise<readonly RunRef[]>;
  /** Runs with events that chat has not shown in full. */
  unshown(environment: string): Promise<readonly RunRef[]>;
  /** Chat has shown the run up to `seq`; it leaves `unshown` if nothing came since. */
  shown(run: RunRef, seq: number): Promise<void>;
  /** What the journal learnt of the last ten runs of a job, newest first. */
  past(run: Pick<RunRequest, 'environment' | 'job'>): Promise<readonly Durations[]>;
  /** Calls back, soon after it happened and at most best-effort, when a run's journal grew. Returns a stop function. */
  watch(onChange: (run: RunRef) => void): Promise<() => Promise<void>>;
}

/** What messages show. */
export type Subject = RunRef | ScheduleRef;

/** Somebody who looked at their App Home of late. */
export type Visitor = { readonly person: string; readonly atMs: number };

/** Small durable facts of the chat side: which messages show what. */
export interface Memory {
  get(of: Subject): Promise<Readonly<Record<string, string>>>;
  set(of: Subject, values: Readonly<Record<string, string>>): Promise<void>;
  /** Forgets these facts. */
  drop(of: Subject, names: readonly string[]): Promise<void>;
  /** True when this process now holds (or still holds) the name for `ttlMs`. */
  hold(name: string, ttlMs: number): Promise<boolean>;
  /** Lets go of a name this process holds, so that another need not wait. */
  release(name: string): Promise<void>;
  /** Remembers for 90 days that the thread under this message is the run's. */
  root(run: RunRef, at: MessagePlace): Promise<void>;
  /** The number of the run whose thread it is. */
  runAt(at: MessagePlace): Promise<number | undefined>;
  /** True for the first who says this within `ttlMs`, in any process: what is delivered twice is told apart by it. */
  first(what: string, ttlMs: number): Promise<boolean>;
  /** Keeps for a day that this person looked at their App Home. */
  visit(person: string): Promise<void>;
  /** Those who did, the latest first. `atMs`: epoch ms of their last visit. */
  visitors(limit: number): Promise<readonly Visitor[]>;
}

/** A schedule as somebody asks for it. */
export type NewSchedule = Pick<
  Schedule,
  'environment' | 'job' | 'input' | 'by' | 'groups' | 'team' | 'channel' | 'everyMs'
>;

/** What is looked at time after time. */
export interface Schedules {
  /** Of an environment, by number; those that were removed too, until their messages say so. */
  list(environment: string): Promise<readonly Schedule[]>;
  /**
   * Keeps a new one, unless one of the same aim stands: then gives that, not `fresh`.
   * @throws InputError when there are too many
   */
  add(wanted: NewSchedule): Promise<{ readonly schedule: Schedule; readonly fresh: boolean }>;
  /**
   * Writes what `change` makes of it, of the newest state whoever else writes; undefined leaves it. Gives what stands;
   * undefined when there is none any more.
   */
  change(ref: ScheduleRef, change: (now: Schedule) => Schedule | undefined): Promise<Schedule | undefined>;
  /** Forgets one that was removed, with what chat remembers of it. */
  forget(ref: ScheduleRef): Promise<void>;
}
/** What people chose last in the forms of commands. */
export interface Habits {
  /** Nothing where they did not, or a quarter of a year ago. */
  get(person: string, command: string): Promise<FormValues>;
  keep(person: string, command: string, values: FormValues): Promise<void>;
}

/** A message of the chat: `ts` is its id in the channel. */
export type MessagePlace = { readonly channel: string; readonly ts: string };

/** Asks for a run: records it and puts its first segment on the queue. */
export interface Dispatcher {
  /** @throws BusyError when the queue does not answer within 1.5 s */
  dispatch(run: NewRun): Promise<{ readonly request: RunRequest; readonly fresh: boolean }>;
}

/** A person's wish that a run stops. */
export type StopRequest = { readonly by: Person; readonly stop: Stop };

/** What keeps a run from going on: a wish to stop it, a freeze of its environment. */
export type Control = { readonly stop?: StopRequest | undefined; readonly freeze?: Freeze | undefined };

/** The door of each environment: one changing run at a time, in the order of approval, none while it is frozen. */
export interface Gate {
  control(run: RunRef): Promise<Control>;
  /** Kept until the run ends; whoever carries it reads it within a second. */
  stop(run: RunRef, request: StopRequest): Promise<void>;
  freeze(environment: string, freeze: Freeze): Promise<void>;
  /** Gives the freeze that ended; undefined when there was none. */
  unfreeze(environment: string): Promise<Freeze | undefined>;
  frozen(environment: string): Promise<Freeze | undefined>;
  /**
   * Place 0: it is in. Lets the run in when the environment is free and it is the first of those waiting; it stays in until it ends.
   * `fence`: of the worker that carries it. `atMs`: epoch ms of its approval, the order of the queue.
   * @throws LeaseLostError when another worker has claimed the run since, or the run has ended
   */
  enter(
    run: RunRef,
    as: { readonly fence: number; readonly atMs: number },
  ): Promise<{ readonly place: number; readonly behind?: RunRef | undefined }>;
  /** Who is in, and who waits, in order. */
  queue(environment: string): Promise<{ readonly inside?: RunRef | undefined; readonly waiting: readonly RunRef[] }>;
  /** Epoch ms by the clock of the store that keeps this environment, which is its journals'. */
  nowMs(environment: string): Promise<number>;
}
