import { z } from 'zod';
import { SlackTrouble, troubleOf } from './trouble.ts';

/** What the channel of this id is called; empty where Slack does not let us know. @throws SlackTrouble when it does not answer */
export type ChannelNames = (id: string) => Promise<string>;

const Info = z.object({ channel: z.object({ name: z.string().optional() }) });
/** Channels are renamed seldom, and whoever does it can wait. */
const FRESH_MS = 300_000;
const MOST_KNOWN = 1000;

/**
 * Names of channels, which events leave out and the stack file may go by. Each is asked for once in five minutes.
 * @see https://docs.slack.dev/reference/methods/conversations.info
 */
export function openChannelNames(
  call: (method: string, args: Record<string, unknown>) => Promise<unknown>,
): ChannelNames {
  const known = new Map<string, { readonly name: string; readonly atMs: number }>();

  return async (id) => {
    const before = known.get(id);
    if (before && performance.now() - before.atMs < FRESH_MS) return before.name;
    try {
      const name = Info.parse(await call('conversations.info', { channel: id })).channel.name ?? '';
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(id, { name, atMs: performance.now() });
      return name;
    } catch (error) {
      if (before) return before.name;
      const trouble = troubleOf('conversations.info', error);
      if (trouble.kind === 'refused') return '';
      throw new SlackTrouble('conversations.info', { kind: trouble.kind, code: trouble.code, cause: error });
    }
  };
}
