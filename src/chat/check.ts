import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { InputError } from '#domain/errors.ts';
import { words } from '#words/chat.ts';
import type { SlackSettings } from './front.ts';
import { badToken } from './identity.ts';
import { slackLogger } from './log.ts';
import { BOT_SCOPES } from './scopes.ts';
import { FATAL_CODES, troubleOf } from './trouble.ts';

const Who = z.object({ team: z.string(), user: z.string() });
const Granted = z.object({ response_metadata: z.object({ scopes: z.array(z.string()) }) });
const TIMEOUT_MS = 8000;
const SILENT = slackLogger({ info: () => undefined, warn: () => undefined, error: () => undefined });

/**
 * Signs in once with each token. Gives who we are, as `strata in Acme`.
 * @throws InputError when Slack does not answer, refuses a token, or a scope is missing
 */
export async function checkSlack({ botToken, appToken, signingSecret, apiUrl }: SlackSettings): Promise<string> {
  const call = async (variable: string, token: string, method: string) => {
    const client = new WebClient(token, {
      ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
      logger: SILENT,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: TIMEOUT_MS,
    });
    try {
      return await client.apiCall(method);
    } catch (error) {
      const { code } = troubleOf(method, error);
      if (FATAL_CODES.has(code)) throw badToken(variable, code);
      throw new InputError(words.noSlack(code), { cause: error, advice: words.noSlackAdvice });
    }
  };
  const answer = await call('SLACK_BOT_TOKEN', botToken, 'auth.test');
  const { team, user } = Who.parse(answer);
  // A server that is only Slack-compatible may not name its scopes.
  const granted = Granted.safeParse(answer).data?.response_metadata.scopes;
  const missing = granted && BOT_SCOPES.filter((scope) => !granted.includes(scope));
  if (missing && missing.length > 0) {
    throw new InputError(words.scopesMissing(missing), { advice: words.scopesAdvice });
  }
  if (appToken) await call('SLACK_APP_TOKEN', appToken, 'apps.connections.open');
  else if (!signingSecret) throw new InputError(words.noMode, { advice: words.noModeAdvice });
  return words.signedIn(user, team, appToken ? 'Socket Mode' : 'HTTP');
}
