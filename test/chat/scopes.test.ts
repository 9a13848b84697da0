import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { manifestOf } from '#chat/manifest.ts';
import { BOT_SCOPES, EVENTS, METHODS } from '#chat/scopes.ts';

const CALL =
  /['.]((?:auth|chat|conversations|files|pins|usergroups|users(?=\.\w+')|views|reactions)(?:\.[a-zA-Z]+)+)(?:'|\()/gu;

describe('the scopes that the app asks for', () => {
  it('cover the Web API methods that the code calls, and no others', async () => {
    const files = globSync('src/chat/**/*.ts').filter((path) => path !== 'src/chat/scopes.ts');
    const sources = await Promise.all(files.map((path) => readFile(path, 'utf8')));
    const called = new Set(sources.flatMap((source) => [...source.matchAll(CALL)].map(([, method = '']) => method)));
    expect([...called].toSorted()).toEqual([...METHODS].toSorted());
  });

  it('cover the events that the code listens for, and no others', async () => {
    const source = await readFile(new URL('../../src/chat/front.ts', import.meta.url), 'utf8');
    const heard = [...source.matchAll(/app\.event\('(\w+)'/gu)].map(([, name = '']) => name);

    expect(heard.toSorted()).toEqual([...EVENTS].toSorted());
    expect(manifestOf([])).toMatchObject({
      features: { app_home: { home_tab_enabled: true, messages_tab_enabled: true } },
      settings: { event_subscriptions: { bot_events: EVENTS } },
    });
  });

  it('come with one address for all in HTTP mode, for events and menus too', () => {
    const requestUrl = 'https://strata.example/slack/events';

    expect(manifestOf([], { requestUrl })).toMatchObject({
      settings: {
        event_subscriptions: { request_url: requestUrl },
        interactivity: { request_url: requestUrl, message_menu_options_url: requestUrl },
      },
    });
  });

  it('stand in the manifest, with a reserved or misspelt command refused', () => {
    const look = { name: 'cloud-status', summary: 'Looks.', parameters: '' };
    expect(manifestOf([look], { prefix: 'ops-' })).toMatchObject({
      oauth_config: { scopes: { bot: BOT_SCOPES } },
      features: { slash_commands: [{ command: '/ops-cloud-status', should_escape: true }] },
      settings: { socket_mode_enabled: true },
    });
    expect(() => manifestOf([{ ...look, name: 'status' }])).toThrow(/\/status/);
    expect(() => manifestOf([look], { prefix: 'Ops ' })).toThrow(/Ops cloud-status/);
  });
});
