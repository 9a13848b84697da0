import { WORST_FIRST } from './health.ts';
import { type Ill, type Incident, isBad, type LayerReading, type Reading, type Turn } from './schedule.ts';

/** A layer that turns bad again so soon after it healed goes on in its thread. */
const AGAIN_WITHIN_MS = 30 * 60_000;
/** Then the next time is news of its own. */
const MOST_TURNS = 20;
/** How many are kept; an open one always is. */
const MOST_KEPT = 10;

/**
 * The incidents after a reading: what turned bad in it is one new one; what got worse, healed or came back is a turn of
 * its own. Pure; a reading that changes nothing gives the same array. `counts`: whether what is read of a layer counts;
 * default: of every one.
 */
export function judged(
  incidents: readonly Incident[],
  reading: Reading,
  counts: (layer: string) => boolean = () => true,
): readonly Incident[] {
  const fresh: LayerReading[] = [];
  const { at } = reading;
  const turns = new Map<Incident, Map<Turn['kind'], Ill[]>>();
  const note = (incident: Incident, kind: Turn['kind'], layer: Ill) => {
    const kinds = turns.get(incident) ?? new Map<Turn['kind'], Ill[]>();
    turns.set(incident, kinds.set(kind, [...(kinds.get(kind) ?? []), layer]));
  };
  for (const layer of [...reading.layers, ...goneFrom(incidents, reading)]) {
    if (!counts(layer.layer)) continue;
    const home = incidents.find((incident) => openIn(incident, layer.layer));
    const ill = home && openIn(home, layer.layer);
    if (home && ill) {
      if (!isBad(layer)) note(home, 'healed', { ...ill, healedAt: at });
      else if (isWorse(layer, ill)) note(home, 'worse', { ...layer, since: ill.since });
    } else if (isBad(layer)) {
      const before = incidents.findLast((incident) => healedLately(incident, layer.layer, at));
      if (before) note(before, 'again', { ...layer, since: at });
      else fresh.push(layer);
    }
  }
  if (turns.size === 0 && fresh.length === 0) return incidents;
  const next = incidents.map((incident) => {
    const kinds = [...(turns.get(incident) ?? [])].map(([kind, layers]): Turn => ({ at, kind, layers }));
    return kinds.reduce(turned, incident);
  });
  return kept(fresh.length === 0 ? next : [...next, begun(fresh, reading, (incidents.at(-1)?.id ?? 0) + 1)]);
}

/** True while one of its layers is not well. */
export function isOpen({ ills }: Incident): boolean {
  return ills.some(({ healedAt }) => healedAt === undefined);
}

/** When the last of its layers was well; undefined while one is not. */
export function endOf(incident: Incident): string | undefined {
  if (isOpen(incident)) return undefined;
  return incident.ills
    .flatMap((ill) => ill.healedAt ?? [])
    .toSorted()
    .at(-1);
}

function openIn({ ills }: Incident, layer: string): Ill | undefined {
  return ills.find((ill) => ill.layer === layer && ill.healedAt === undefined);
}

function healedLately({ ills, turns }: Incident, layer: string, at: string): boolean {
  const ill = ills.find((one) => one.layer === layer);
  if (ill?.healedAt === undefined || turns.length >= MOST_TURNS) return false;
  return Date.parse(at) - Date.parse(ill.healedAt) < AGAIN_WITHIN_MS;
}

function isWorse(layer: LayerReading, ill: Ill): boolean {
  return WORST_FIRST.indexOf(layer.health) < WORST_FIRST.indexOf(ill.health);
}

/** What is in trouble and is read no more, as a layer that left the stack file: nobody would ever close it. */
function goneFrom(incidents: readonly Incident[], { layers }: Reading): LayerReading[] {
  const read = new Set(layers.map(({ layer }) => layer));
  const open = incidents.flatMap(({ ills }) => ills.filter((ill) => ill.healedAt === undefined));
  return open.filter(({ layer }) => !read.has(layer)).map(({ layer }) => ({ layer, health: 'off', summary: '' }));
}

function begun(layers: readonly LayerReading[], { at, run }: Reading, id: number): Incident {
  return { id, at, ills: layers.map((layer) => ({ ...layer, since: at })), turns: [], run };
}

function turned(incident: Incident, turn: Turn): Incident {
  const ills = incident.ills.map((ill) => turn.layers.find(({ layer }) => layer === ill.layer) ?? ill);
  return { ...incident, ills, turns: [...incident.turns, turn] };
}

function kept(incidents: readonly Incident[]): readonly Incident[] {
  const surplus = incidents.length - MOST_KEPT;
  const dropped = new Set(incidents.filter((incident) => !isOpen(incident)).slice(0, Math.max(0, surplus)));
  return incidents.filter((incident) => !dropped.has(incident));
}
