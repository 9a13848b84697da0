import { describe, expect, it } from 'vitest';
import { readRedisUrl } from '#config/redis-url.ts';

describe('the address of a Redis', () => {
  it.each([
    ['redis://127.0.0.1', { kind: 'single', hosts: [{ host: '127.0.0.1', port: 6379 }], database: 0, tls: undefined }],
    ['redis://[::1]:7000/3', { hosts: [{ host: '::1', port: 7000 }], database: 3 }],
    ['rediss://strata:p%40ss%2F@redis.example:6380', { username: 'strata', password: 'p@ss/', tls: {} }],
    ['redis://:secret@redis.example', { username: undefined, password: 'secret' }],
    [
      'rediss+sentinel://strata:secret@one.example,two.example:26380/mymaster/2',
      {
        kind: 'sentinel',
        hosts: [
          { host: 'one.example', port: 26_379 },
          { host: 'two.example', port: 26_380 },
        ],
        master: 'mymaster',
        database: 2,
        tls: {},
      },
    ],
    [
      'redis+cluster://one.example:7000,two.example:7001',
      {
        kind: 'cluster',
        hosts: [
          { host: 'one.example', port: 7000 },
          { host: 'two.example', port: 7001 },
        ],
      },
    ],
  ])('reads %s', (url, address) => {
    expect(readRedisUrl(url)).toMatchObject(address);
  });

  it.each([
    'one.example:6379',
    'http://one.example',
    'redis://one.example,two.example',
    'redis://one.example:0',
    'redis://one.example:99999',
    'redis://one.example/lab',
    'redis://:%zz@one.example',
    'redis+sentinel://one.example',
    'redis+cluster://one.example/1',
    'redis+cluster://one.example,/0',
  ])('is not %s', (url) => {
    expect(readRedisUrl(url)).toBeUndefined();
  });
});
