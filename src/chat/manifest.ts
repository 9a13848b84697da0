import { InputError } from '#domain/errors.ts';
import { words } from '#words/chat.ts';
import { BOT_SCOPES, EVENTS } from './scopes.ts';
import { SHORTCUT } from './thread/shortcut.ts';

/** A slash command to register. `name` is without slash and prefix. */
export type SlashEntry = { readonly name: string; readonly summary: string; readonly parameters: string };

/**
 * Names that Slack keeps for itself.
 * @see https://slack.com/help/articles/201259356-Slash-commands-in-Slack
 */
const RESERVED: ReadonlySet<string> = new Set(
  `active apps archive away call canvas collapse dm dnd expand feed feedback help huddle invite invite_people join kick
   leave list me msg mute open part prefs remind remove rename search shortcuts shrug star status topic unarchive who
   workflow`.split(/\s+/),
);
const MOST_NAME = 32;
const MOST_HINT = 1000;

/**
 * The app manifest: the commands, exactly the bot scopes and events in use, App Home, and Socket Mode or a request URL.
 * @param options.prefix put before every command, as `ops-`
 * @param options.requestUrl chooses HTTP mode; it ends in `/slack/events`
 * @throws InputError for a command that Slack would refuse
 * @see https://docs.slack.dev/reference/app-manifest
 */
export function manifestOf(
  commands: readonly SlashEntry[],
  { prefix = '', requestUrl }: { readonly prefix?: string; readonly requestUrl?: string | undefined } = {},
): object {
  const slashCommands = commands.map(({ name, summary, parameters }) => {
    const whole = `${prefix}${name}`;
    if (RESERVED.has(whole)) throw new InputError(words.reserved(whole), { advice: words.reservedAdvice });
    if (!/^[a-z0-9_-]+$/.test(whole) || whole.length > MOST_NAME) throw new InputError(words.badCommand(whole));
    return {
      command: `/${whole}`,
      description: summary,
      ...(parameters === '' ? {} : { usage_hint: parameters.slice(0, MOST_HINT) }),
      should_escape: true,
      ...(requestUrl === undefined ? {} : { url: requestUrl }),
    };
  });
  return {
    display_information: { name: words.appName, description: words.appDescription, background_color: '#1b2b3a' },
    features: {
      // Nobody is answered there: what the app says to one person stands in it.
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: words.appName.toLowerCase(), always_online: true },
      shortcuts: [
        { name: words.shortcut.name, type: 'message', callback_id: SHORTCUT, description: words.shortcut.description },
      ],
      slash_commands: slashCommands,
    },
    oauth_config: { scopes: { bot: BOT_SCOPES } },
    settings: {
      event_subscriptions: { ...(requestUrl === undefined ? {} : { request_url: requestUrl }), bot_events: EVENTS },
      interactivity: {
        is_enabled: true,
        ...(requestUrl === undefined ? {} : { request_url: requestUrl, message_menu_options_url: requestUrl }),
      },
      org_deploy_enabled: false,
      socket_mode_enabled: requestUrl === undefined,
      token_rotation_enabled: false,
    },
  };
}
