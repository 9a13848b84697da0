import { z } from 'zod';
import { RESERVED, Refusal } from './limits.ts';
import type { WorkspaceOptions } from './options.ts';

const words = (most: number) => z.string().min(1).max(most);
const Address = z.url({ protocol: /^https$/ });
const SlashCommand = z.strictObject({
  command: words(32).regex(/^\/[a-z0-9_-]+$/),
  description: words(2000),
  usage_hint: words(1000).optional(),
  should_escape: z.boolean().optional(),
  url: Address.optional(),
});
const Shortcut = z.strictObject({
  name: words(24),
  type: z.enum(['message', 'global']),
  callback_id: words(255),
  description: words(150),
});
/**
 * The manifest of an app, with the fields that apps here have and the lengths that the SDK's types tell.
 * @see https://docs.slack.dev/reference/app-manifest and `types/request/manifest.d.ts` of @slack/web-api
 */
const Manifest = z.strictObject({
  display_information: z.strictObject({
    name: words(35),
    description: words(140).optional(),
    background_color: z
      .string()
      .regex(/^#(?:[0-9a-f]{3}){1,2}$/i)
      .optional(),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({ display_name: words(80), always_online: z.boolean() }),
    shortcuts: z.array(Shortcut).max(10),
    slash_commands: z.array(SlashCommand).max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()).max(255) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      bot_events: z.array(z.string()).max(100),
      request_url: Address.optional(),
    }),
    interactivity: z.strictObject({
      is_enabled: z.boolean(),
      request_url: Address.optional(),
      message_menu_options_url: Address.optional(),
    }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});

/** What a workspace learns of an app from its manifest. @throws Refusal with the field, where Slack would not take it */
export function appOf(
  raw: unknown,
): Required<Pick<WorkspaceOptions, 'commands' | 'shortcuts' | 'events' | 'homeTab'>> & { readonly scopes: string[] } {
  const { data, error } = Manifest.safeParse(raw);
  if (!data) throw new Refusal('invalid_manifest', z.prettifyError(error));
  const { features, settings, oauth_config: oauth } = data;
  const taken = features.slash_commands.find(({ command }) => RESERVED.has(command));
  if (taken) throw new Refusal('invalid_manifest', `the slash command "${taken.command}" has an invalid name`);
  const needsUrls = !settings.socket_mode_enabled;
  const bare = [...features.slash_commands.map(({ url }) => url), settings.event_subscriptions.request_url];
  if (needsUrls && bare.includes(undefined)) throw new Refusal('invalid_manifest', 'a URL is missing');
  return {
    commands: features.slash_commands.map(({ command, description, usage_hint: usageHint = '' }) => ({
      ...{ command, description, usageHint },
    })),
    shortcuts: features.shortcuts.map(({ name, callback_id: id }) => ({ id, name })),
    events: settings.event_subscriptions.bot_events,
    homeTab: features.app_home.home_tab_enabled,
    scopes: oauth.scopes.bot,
  };
}
