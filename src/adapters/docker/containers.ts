import { z } from 'zod';
import type { Container, ContainerDetail, Containers } from '#domain/containers.ts';
import { RemoteError } from '#domain/errors.ts';
import type { HostSetting } from '#domain/stack.ts';
import { openEngine, parsed } from './engine.ts';

/** How far back endings are asked for; the daemon's memory is shorter. */
const LATELY_S = 600;

const Port = z.object({
  IP: z.string().optional(),
  PrivatePort: z.number(),
  PublicPort: z.number().optional(),
  Type: z.string(),
});
const Summary = z.object({
  Id: z.string(),
  Names: z.array(z.string()).nullable(),
  Image: z.string(),
  Command: z.string(),
  /** Seconds. */
  Created: z.number(),
  State: z.string(),
  Status: z.string(),
  Ports: z.array(Port).nullish(),
});
const Inspection = z.object({
  RestartCount: z.number().default(0),
  State: z.object({
    OOMKilled: z.boolean().default(false),
    Error: z.string().default(''),
    StartedAt: z.string().default(''),
    /** Oldest first. */
    Health: z.object({ Log: z.array(z.object({ Output: z.string() })).nullish() }).nullish(),
  }),
});
const Ending = z.object({ Actor: z.object({ ID: z.string() }) });

/**
 * Opens the containers of a host. Nothing is sent before the first call.
 * @param timeoutMs deadline of one call, default 8000
 */
export function openContainers(host: HostSetting, signal: AbortSignal, timeoutMs?: number): Containers {
  const engine = openEngine(host, signal, timeoutMs);

  return {
    async engine() {
      const { Version, Components, apiVersion, date } = await engine.version();
      const product = Components?.some(({ Name }) => Name.startsWith('Podman')) ? 'Podman' : 'Docker';
      return { name: `${product} ${Version}`, apiVersion, time: new Date(date).toISOString() };
    },
    async list() {
      const answer = await engine.get('listing the containers', '/containers/json?all=1');
      return parsed(answer, answer.text, z.array(Summary)).map(containerOf);
    },
    async inspect(id) {
      try {
        const answer = await engine.get(`reading container "${id}"`, `/containers/${encodeURIComponent(id)}/json`);
        return detailOf(parsed(answer, answer.text, Inspection));
      } catch (error) {
        if (error instanceof RemoteError && error.failure.status === 404) return undefined;
        throw error;
      }
    },
    async endings() {
      // By the clock of the host: with a later end the daemon would wait for it.
      const until = Math.floor(Date.parse((await engine.version()).date) / 1000);
      const filters = encodeURIComponent(JSON.stringify({ type: ['container'], event: ['die'] }));
      const query = `since=${until - LATELY_S}&until=${until}&filters=${filters}`;
      const answer = await engine.get('reading the events', `/events?${query}`);
      const ids = answer.text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => parsed(answer, line, Ending).Actor.ID);
      return Object.fromEntries([...Map.groupBy(ids, (id) => id)].map(([id, all]) => [id, all.length]));
    },
  };
}

function containerOf({ Id, Names, Image, Command, Created, State, Status, Ports }: z.infer<typeof Summary>): Container {
  return {
    id: Id,
    name: (Names?.[0] ?? Id.slice(0, 12)).replace(/^\//, ''),
    image: Image,
    command: Command,
    createdAt: new Date(Created * 1000).toISOString(),
    state: State,
    status: Status,
    health: healthOf(Status),
    ports: (Ports ?? []).map(portText).toSorted().join(', '),
  };
}

/** The API has a field for it since 1.52; the text says it in every version. */
function healthOf(status: string): Container['health'] {
  const found = /\((?:health: )?(?<health>healthy|unhealthy|starting)\)$/.exec(status)?.groups?.['health'];
  return found as Container['health'];
}

function portText({ IP, PrivatePort, PublicPort, Type }: z.infer<typeof Port>): string {
  const inside = `${PrivatePort}/${Type}`;
  if (PublicPort === undefined) return inside;
  return `${IP?.includes(':') ? `[${IP}]` : (IP ?? '')}:${PublicPort}->${inside}`;
}

function detailOf({ RestartCount, State }: z.infer<typeof Inspection>): ContainerDetail {
  const started = new Date(State.StartedAt);
  return {
    // Docker's "never" is the year 1.
    startedAt: started.getTime() > 0 ? started.toISOString() : undefined,
    restarts: RestartCount,
    outOfMemory: State.OOMKilled,
    error: State.Error || undefined,
    lastCheck: State.Health?.Log?.at(-1)?.Output.trim().split('\n').at(-1)?.trim() || undefined,
  };
}
