/** How a thing is doing. Every one has its own shape in pictures and its own word in text, so colour is never alone. */
export type Health = 'failure' | 'warning' | 'unknown' | 'running' | 'waiting' | 'off' | 'ok';

/** Worst first: the order in which things are listed, so that cutting a list short never hides trouble. */
export const WORST_FIRST: readonly Health[] = ['failure', 'warning', 'unknown', 'running', 'waiting', 'off', 'ok'];

/** The worst of several healths; `ok` when there are none. */
export function worst(healths: Iterable<Health>): Health {
  let found: Health = 'ok';
  for (const health of healths) {
    if (WORST_FIRST.indexOf(health) < WORST_FIRST.indexOf(found)) found = health;
  }
  return found;
}

/** Sorts a copy, worst first, keeping the order among equals. */
export function worstFirst<T extends { readonly health: Health }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => WORST_FIRST.indexOf(a.health) - WORST_FIRST.indexOf(b.health));
}
