import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again, for half a minute, until there is something. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    await sleep(100);
  }
  throw new Error('it never came');
}
