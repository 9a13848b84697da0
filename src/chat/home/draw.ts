import type { HomeView } from '@slack/types';
import type { Home, HomeOwner } from '#domain/home.ts';
import type { Memory } from '#domain/ports.ts';
import type { Groups } from '../groups.ts';
import { homeView, type Links } from './view.ts';
import type { Identity } from '../identity.ts';
import type { Rooms } from '../rooms.ts';

export type DrawDeps = {
  readonly identity: Identity;
  readonly groups: Groups;
  readonly rooms: Rooms;
  readonly memory: Memory;
  /** See `#commands/home.ts`. */
  readonly readHomes: (owners: readonly HomeOwner[]) => Promise<readonly Home[]>;
};

/** The App Home of each of these members of our workspace, in order. @throws when the store does not answer */
export async function drawHomes(people: readonly string[], deps: DrawDeps): Promise<readonly HomeView[]> {
  const owners = await Promise.all(people.map((person) => ownerOf(person, deps)));
  const homes = await deps.readHomes(owners);
  return Promise.all(homes.map(async (home) => homeView(home, await linksOf(home, deps))));
}

/** A member of our workspace in their App Home. */
export async function ownerOf(id: string, { groups, rooms }: Pick<DrawDeps, 'groups' | 'rooms'>): Promise<HomeOwner> {
  const { groups: inGroups, isSure } = groups.of(id);
  const inRooms = await rooms.of(id);
  const caller = { person: { id, name: id }, groups: inGroups, memberOf: inRooms.channels };
  return { caller, isSure: isSure && inRooms.isSure };
}

/** Where the threads of the runs are, for those that are shown already. */
async function linksOf({ approvals, open, mine }: Home, { memory, identity: { url } }: DrawDeps): Promise<Links> {
  const links = new Map<string, string>();
  if (url === undefined) return links;
  const runs = new Map([...approvals, ...open, ...mine].map(({ request }) => [request.key, request]));
  await Promise.all(
    [...runs.values()].map(async (run) => {
      const { 'root.channel': channel, 'root.ts': ts } = await memory.get(run);
      if (channel && ts) links.set(run.key, new URL(`/archives/${channel}/p${ts.replace('.', '')}`, url).href);
    }),
  );
  return links;
}
