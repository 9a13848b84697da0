import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { InputError } from '#domain/errors.ts';
import { words } from '#words/chat.ts';
import type { Log } from './log.ts';
import { FATAL_CODES, troubleOf } from './trouble.ts';

/** Who this bot is at Slack. */
export type Identity = {
  readonly teamId: string;
  readonly enterpriseId?: string | undefined;
  readonly botId: string;
  readonly botUserId: string;
  /** Of the workspace, as `https://acme.slack.com/`; undefined where it is not told. */
  readonly url?: string | undefined;
};

/**
 * True for a member of our workspace. In a shared channel a click names the app's workspace as `team.id`, and only
 * `user.team_id` the person's own; a modal names the person's in both. In an Enterprise Grid it may be the organisation.
 * @see https://github.com/slackapi/java-slack-sdk/issues/1041, https://github.com/slackapi/bolt-js/issues/1614 and 1875
 */
export function isMember({ teamId, enterpriseId }: Identity, team: string, userTeam: string | undefined): boolean {
  const isOurs = (id: string | undefined) => id !== undefined && (id === teamId || id === enterpriseId);
  return isOurs(team) && isOurs(userTeam);
}

const AuthTest = z.object({
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  bot_id: z.string().optional(),
  user_id: z.string(),
  url: z.string().optional(),
});

const MOST_WAIT_MS = 10_000;

/** An error for a token that Slack refuses for good. */
export function badToken(variable: string, code: string): InputError {
  return new InputError(words.badToken(variable, code), { advice: words.badTokenAdvice });
}

/**
 * Asks Slack who we are, until it answers.
 * @throws InputError when it refuses the token; the signal's reason when it is aborted
 * @see https://docs.slack.dev/reference/methods/auth.test
 */
export async function identify(client: WebClient, log: Log, signal: AbortSignal): Promise<Identity> {
  for (let attempt = 1; ; attempt++) {
    try {
      const {
        team_id: teamId,
        enterprise_id: enterpriseId,
        bot_id: botId,
        user_id: botUserId,
        url,
      } = AuthTest.parse(await client.apiCall('auth.test'));
      return { teamId, enterpriseId: enterpriseId ?? undefined, botId: botId ?? botUserId, botUserId, url };
    } catch (error) {
      const trouble = troubleOf('auth.test', error);
      if (FATAL_CODES.has(trouble.code)) throw badToken('SLACK_BOT_TOKEN', trouble.code);
      log.warn({ attempt, code: trouble.code }, 'Slack does not answer yet; trying on');
      const backoffMs = Math.min(MOST_WAIT_MS, 500 * 2 ** Math.min(10, attempt - 1));
      await sleep(Math.max(backoffMs, trouble.afterMs), undefined, { signal });
    }
  }
}
