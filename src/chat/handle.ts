import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Asked, CommandRequest, Reply } from '#domain/command.ts';
import { words } from '#words/chat.ts';
import type { Groups } from './groups.ts';
import type { Identity } from './identity.ts';
import { cut, LIMITS } from './limits.ts';
import type { Log } from './log.ts';

/** What Slack delivers for a slash command. @see https://docs.slack.dev/interactivity/implementing-slash-commands */
const SlashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  team_id: z.string(),
  channel_id: z.string(),
  channel_name: z.string().default(''),
  user_id: z.string(),
  user_name: z.string().default(''),
  trigger_id: z.string().optional(),
});

export type HandleDeps = {
  readonly answer: (request: CommandRequest) => Promise<Reply>;
  readonly identity: Identity;
  readonly groups: Groups;
  readonly prefix: string;
  readonly log: Log;
};

/** What comes of a command: an answer for the caller, and the form to open instead where there is one. */
export type Handled = {
  readonly answer: Answer;
  readonly form?: Asked & { readonly request: CommandRequest };
};

/** An answer that only the caller sees. */
export type Answer = { readonly response_type: 'ephemeral'; readonly text: string };

/** Slack waits 3 s for the acknowledgement; the way to it and back takes some of that. */
const PATIENCE_MS = 2400;

function ephemeral(text: string): Answer {
  return { response_type: 'ephemeral', text: cut(text, LIMITS.ephemeralText) };
}

/**
 * Turns a delivery of a slash command into an answer for the caller, within 2.4 s and whatever happens. Deliveries with
 * the same trigger (else the same envelope) make one run.
 */
export async function handle(delivery: unknown, envelopeId: string | undefined, deps: HandleDeps): Promise<Handled> {
  return answered(async () => requestOf(SlashCommand.parse(delivery), envelopeId, deps), deps);
}

/** Answers what `read` understands, within 2.4 s for both and whatever happens. */
export async function answered(
  read: () => Promise<CommandRequest>,
  { answer, log }: Pick<HandleDeps, 'answer' | 'log'>,
): Promise<Handled> {
  const reference = randomBytes(3).toString('hex');
  try {
    const answering = read().then(async (request) => ({ request, reply: await answer(request) }));
    const timer = new AbortController();
    const late = sleep(PATIENCE_MS, undefined, { signal: timer.signal, ref: false }).catch(() => undefined);
    const done = await Promise.race([answering, late]).finally(() => timer.abort());
    if (done) {
      const { request, reply } = done;
      const form = reply.kind === 'text' ? reply.form : undefined;
      return { answer: ephemeral(reply.text), ...(form ? { form: { ...form, request } } : {}) };
    }
    answering.catch((error: unknown) => log.error({ reference, error }, 'a command failed after its time was up'));
    log.warn({ reference }, 'a command took too long to answer');
    return { answer: ephemeral(words.slow) };
  } catch (error) {
    log.error({ reference, error }, 'answering a command failed');
    return { answer: ephemeral(words.bug(reference)) };
  }
}

function requestOf(
  command: z.infer<typeof SlashCommand>,
  envelopeId: string | undefined,
  { groups, prefix, identity }: HandleDeps,
): CommandRequest {
  const { user_id: id, user_name: name, channel_id: channel, channel_name: channelName, team_id: team } = command;
  const typed = command.command.replace(/^\//, '');
  const { groups: memberOf, isSure } = groups.of(id);
  return {
    command: prefix !== '' && typed.startsWith(prefix) ? typed.slice(prefix.length) : typed,
    text: command.text,
    caller: {
      person: { id, name: name === '' ? id : name },
      groups: memberOf,
      channel: { id: channel, name: channelName },
      isOutsider: team !== identity.teamId,
    },
    origin: { kind: 'slack', team, channel },
    once: command.trigger_id
      ? `trigger:${command.trigger_id}`
      : `envelope:${envelopeId ?? randomBytes(8).toString('hex')}`,
    groupsUnknown: !isSure,
  };
}
