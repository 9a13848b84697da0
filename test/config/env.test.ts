import { describe, expect, it } from 'vitest';
import { readEnv } from '#config/env.ts';

describe('the environment variables', () => {
  it('have defaults, and an empty one counts as not set', () => {
    const env = readEnv({ REDIS_URL: '', STRATA_HTTP_PORT: '', SLACK_BOT_TOKEN: '' });

    expect(env).toMatchObject({
      configPath: 'strata.yaml',
      redis: { kind: 'single', hosts: [{ host: '127.0.0.1', port: 6379 }] },
    });
    expect(env.slack).toMatchObject({ httpPort: 3000, botToken: undefined, prefix: '' });
  });

  it.each([
    ['REDIS_URL', 'secret-host:6379'],
    ['SLACK_API_URL', 'slack.example'],
    ['STRATA_HTTP_PORT', '70000'],
    ['STRATA_CONCURRENCY', '-7'],
    ['STRATA_LOCK_MS', '5s'],
    ['STRATA_LOG_LEVEL', 'loud'],
    ['STRATA_COMMAND_PREFIX', 'Ops '],
  ])('name %s when its value is wrong, and not the value', (name, value) => {
    expect(() => readEnv({ [name]: value })).toThrow(expect.objectContaining({ code: 'INPUT' }));
    expect(() => readEnv({ [name]: value })).toThrow(new RegExp(`${name}: expected`));
    expect(() => readEnv({ [name]: value })).not.toThrow(value);
  });
});
