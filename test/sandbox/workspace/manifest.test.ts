import { describe, expect, it } from 'vitest';
import { manifestOf } from '#chat/manifest.ts';
import { BOT_SCOPES } from '#chat/scopes.ts';
import { slashEntries } from '#commands/registry.ts';
import { appOf } from '../../../sandbox/workspace/manifest.ts';

const ours = (options = {}) => structuredClone(manifestOf(slashEntries(), options)) as Record<string, never>;
/** Our manifest with one field changed. */
function changed(path: string, value: unknown): object {
  const manifest = ours();
  const steps = path.split('.');
  const last = steps.pop()!;
  const place = steps.reduce<Record<string, unknown>>((at, step) => at[step] as Record<string, unknown>, manifest);
  place[last] = value;
  return manifest;
}

describe('a manifest, as a workspace takes it', () => {
  it.each([{}, { prefix: 'ops-' }, { requestUrl: 'https://chat.example/slack/events' }])(
    'that Strata writes is taken, with %j',
    (options) => {
      const app = appOf(ours(options));

      expect(app.commands.map(({ command }) => command)).toContain(`/${options.prefix ?? ''}cloud-status`);
      expect(app.scopes).toEqual(BOT_SCOPES);
    },
  );

  it.each([
    ['features.slash_commands.0.command', '/status', 'the slash command "/status" has an invalid name'],
    ['features.slash_commands.0.command', '/Cloud Status', 'slash_commands'],
    ['features.slash_commands.0.description', 'x'.repeat(2001), 'slash_commands'],
    ['display_information.name', 'x'.repeat(36), 'display_information'],
    ['settings.socket_mode_enabled', false, 'a URL is missing'],
    ['settings.unheard_of', true, 'unheard_of'],
  ])('is refused with %s %j', (path, value, message) => {
    expect(() => appOf(changed(path, value))).toThrow(message);
  });
});
