import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../sandbox/workspace/state.ts';
import type { World } from './world.ts';

/** A click that came to nothing, as its bot died, is made again after this long. */
const AGAIN_MS = 4000;

/** Approves whatever asks in the channels, as the lead would, until it is stopped. */
export function approveAll({ workspace, environments }: World): () => Promise<void> {
  const lead = workspace.as('lead');
  const pressedAt = new Map<string, number>();
  const over = new AbortController();
  const isAsking = ({ blocks }: Message) => JSON.stringify(blocks ?? []).includes('"action_id":"approve"');

  /** What destroys wants the name of its target, which is its environment's. */
  async function approve({ ts }: Message, environment: string): Promise<void> {
    const message = () => workspace.channel(environment).messages.find((one) => one.ts === ts && isAsking(one));
    const asked = message();
    if (!asked) return;
    pressedAt.set(ts, Date.now());
    await lead.click(asked, 'approve');
    await workspace.waitFor(() => lead.modal() ?? !message(), AGAIN_MS);
    if (lead.modal()) await lead.submit({ answer: environment });
    if (lead.modal()) await lead.dismiss();
  }

  async function look(): Promise<void> {
    for (const name of environments) {
      const asking = workspace.channel(name).messages.filter(isAsking);
      const due = asking.filter(({ ts }) => Date.now() - (pressedAt.get(ts) ?? 0) > AGAIN_MS);
      // Whatever goes wrong on the way is tried again.
      for (const message of due) await approve(message, name).catch(() => undefined);
    }
  }

  const work = (async () => {
    while (!over.signal.aborted) {
      await look();
      await sleep(100);
    }
  })();
  return async () => {
    over.abort();
    await work;
  };
}
