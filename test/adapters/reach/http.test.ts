import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReach } from '#adapters/reach/reach.ts';

const calm = new AbortController().signal;
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.headers.host === 'slow.invalid') return;
    response.writeHead(request.headers.host === 'web.invalid' ? 200 : 404).end('hello');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close().closeAllConnections());

describe('asking by HTTP', () => {
  const probe = () => ({ address: '127.0.0.1', port, timeoutMs: 5000 });

  it('is answered from here, by the name in the Host header', async () => {
    const reach = openReach({ kind: 'direct' }, calm);

    expect(await reach?.http({ ...probe(), host: 'web.invalid' })).toEqual({ kind: 'answered', status: 200 });
    expect(await reach?.http(probe())).toEqual({ kind: 'answered', status: 404 });
  });

  it('is silent where nothing listens, or nothing answers in time', async () => {
    const reach = openReach({ kind: 'direct' }, calm);

    expect(await reach?.http({ ...probe(), port: 1 })).toEqual({
      kind: 'silent',
      why: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await reach?.http({ ...probe(), host: 'slow.invalid', timeoutMs: 50 })).toEqual({
      kind: 'silent',
      why: 'no answer within 0.05 s',
    });
  });

  it('goes behind a command as one array of words without blanks', async () => {
    const script = 'process.stdout.write(process.argv.slice(1).some((word) => word.includes(" ")) ? "500" : "200")';
    const reach = openReach({ kind: 'command', command: [process.execPath, '-e', script] }, calm);

    expect(await reach?.http({ ...probe(), host: 'web.invalid' })).toEqual({ kind: 'answered', status: 200 });
  });

  it('goes behind a command past every proxy', async () => {
    const script =
      'const words = process.argv; process.stdout.write(words[words.indexOf("--noproxy") + 1] === "*" ? "200" : "502")';
    const reach = openReach({ kind: 'command', command: [process.execPath, '-e', script] }, calm);

    expect(await reach?.http(probe())).toEqual({ kind: 'answered', status: 200 });
  });

  it('says what the command said when it ended with an error', async () => {
    const script = 'console.error("curl: (7) Failed to connect"); process.exit(7)';
    const reach = openReach({ kind: 'command', command: [process.execPath, '-e', script] }, calm);

    expect(await reach?.http(probe())).toEqual({ kind: 'silent', why: 'curl: (7) Failed to connect' });
  });

  it.each(['-o/etc/passwd', 'a b', '$(id)', ''])('takes no "%s" for an address', async (address) => {
    const reach = openReach({ kind: 'direct' }, calm);

    await expect(reach?.http({ ...probe(), address })).rejects.toThrow('neither an IP address nor a name');
  });
});
