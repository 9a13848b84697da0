import type { Container, ContainerDetail, ContainerEngine, Containers } from '#domain/containers.ts';
import { type Part, partsUntil } from '../part.ts';

/** How many containers that look ill are asked for more. */
const MOST_ASKED = 40;

/** A container, and more of it where it looks ill. */
export type Seen = Container & { readonly detail?: ContainerDetail | undefined };
/** What one host said. */
export type Reading = {
  readonly host: Part<{ readonly engine: ContainerEngine; readonly containers: readonly Seen[] }>;
  readonly endings: Part<Readonly<Record<string, number>>>;
};

/** @param open gives the host bound to a part's signal */
export async function readContainers(
  open: (signal: AbortSignal) => Containers | undefined,
  signal: AbortSignal,
): Promise<Reading> {
  const part = partsUntil(signal);
  const [host, endings] = await Promise.all([
    part(async (until) => {
      const containers = open(until);
      return containers && { engine: await containers.engine(), containers: await readAll(containers) };
    }),
    part((until) => open(until)?.endings()),
  ]);
  return { host, endings };
}

async function readAll(containers: Containers): Promise<readonly Seen[]> {
  const all = await containers.list();
  const suspects = all.filter(isSuspect).slice(0, MOST_ASKED);
  const details = await Promise.all(suspects.map(async ({ id }) => [id, await containers.inspect(id)] as const));
  const detailOf = new Map(details);
  return all.map((container) => ({ ...container, detail: detailOf.get(container.id) }));
}

/** Not well, or up for seconds only: one that crashes again and again is up whenever it is looked at in between. */
function isSuspect({ state, status, health }: Container): boolean {
  return state !== 'running' || health === 'unhealthy' || /^Up .*seconds?\b/.test(status);
}
