import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLogin } from '#adapters/kubernetes/login.ts';

/** Of nobody, and its key is thrown away. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBHzCBxwIUTzWytNlyxX5PoxBa3YL3NtVrs/EwCgYIKoZIzj0EAwIwEzERMA8G
A1UEAwwIb3BlcmF0b3IwHhcNMjYxMTI1MTkwOTQ0WhcNMjYxMjI1MTkwOTQ0WjAT
MREwDwYDVQQDDAhvcGVyYXRvcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIC+
8THd0VjrLaaUn9ReICUlaCVVr2mp9JoqRoRBcYvHS9w6WubiuJUv1DgzVPIU2jXe
c01px/K/CfR5FCBywhMwCgYIKoZIzj0EAwIDRwAwRAIgEZDs7dkc9yP/TZpUvtAA
LTIycSCQhlK4qWFs39GlSkYCIF3jVi2LN8AKKkyVSKwHKqF8TJ7+YvL69kW/nNnt
y0sZ
-----END CERTIFICATE-----`;
const FROM = '2026-11-25T19:09:44.000Z';
const TO = '2026-12-25T19:09:44.000Z';
const calm = new AbortController().signal;
const cluster = { name: 'lab', server: 'https://lab.test:6443', skipTLSVerify: false };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-login-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function loginOf(user: object) {
  return openLogin({ name: 'lab', file: 'kubeconfig', cluster, user: { name: 'me', ...user } });
}

/** A login command that prints this and ends so. */
function pluginOf(script: string): { readonly exec: object } {
  const command = join(folder, 'login');
  writeFileSync(command, `#!/bin/sh\n${script}\n`);
  chmodSync(command, 0o755);
  return { exec: { command, args: ['--client-secret=hunter2'], env: [] } };
}

describe('logging in to a cluster', () => {
  it.each([
    ['2030-01-01T00:00:00.000Z', `the client certificate of user "me" expired on ${TO}`],
    ['2020-01-01T00:00:00.000Z', `the client certificate of user "me" is valid only from ${FROM}`],
  ])('says at %s that %s', (now, what) => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(now) });
    const certData = Buffer.from(CERTIFICATE).toString('base64');

    expect(() => loginOf({ certData })).toThrow(`logging in to cluster "lab": ${what}`);
  });

  it('says which file it cannot read', () => {
    expect(() => loginOf({ certFile: '/no/me.crt' })).toThrow(
      'logging in to cluster "lab": /no/me.crt is not readable',
    );
    expect(() => loginOf({ certData: 'bm9uc2Vuc2U=' })).toThrow('the client certificate of user "me" is not readable');
  });

  it('gives a token, a password, and whom to act as', async () => {
    const headersOf = async (user: object) => (await loginOf(user).pass(calm)).headers;

    expect(await headersOf({ token: 't' })).toEqual({ authorization: 'Bearer t' });
    expect(await headersOf({ username: 'u', password: 'p', impersonateUser: 'other' })).toEqual({
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
      'impersonate-user': 'other',
    });
    expect(await headersOf({})).toEqual({});
  });

  it('reads a token file each time, as it may be written anew', async () => {
    const tokenFile = join(folder, 'token');
    const { pass } = openLogin({ name: 'lab', file: 'kubeconfig', cluster, user: { name: 'me' }, tokenFile });
    writeFileSync(tokenFile, 'one\n');
    expect((await pass(calm)).headers).toEqual({ authorization: 'Bearer one' });

    writeFileSync(tokenFile, 'two\n');

    expect((await pass(calm)).headers).toEqual({ authorization: 'Bearer two' });
  });

  it('takes the token that a login command prints', async () => {
    const credential =
      '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "fresh"}}';
    const { headers } = await loginOf(pluginOf(`echo '${credential}'`)).pass(calm);

    expect(headers).toMatchObject({ Authorization: 'Bearer fresh' });
  });

  it('says how a login command failed, by the last line it wrote and without its arguments', async () => {
    const login = loginOf(pluginOf('echo "trying" >&2; echo "error: the session has expired" >&2; exit 1'));

    const error = await login.pass(calm).catch((thrown: unknown) => thrown as Error);

    expect(error).toMatchObject({
      name: 'InputError',
      message: `logging in to cluster "lab": the command "${join(folder, 'login')}" failed: error: the session has expired`,
      advice: expect.stringMatching(/by hand/) as string,
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  it('says that a login command is not there', async () => {
    const login = loginOf({ exec: { command: '/no/such-login', args: [], env: [] } });

    await expect(login.pass(calm)).rejects.toThrow(/"\/no\/such-login" failed: .*ENOENT/);
  });

  it('waits for a login command no longer than its caller does', async () => {
    const stop = new AbortController();
    const pending = loginOf(pluginOf('sleep 5')).pass(stop.signal);
    stop.abort(new Error('enough'));

    await expect(pending).rejects.toThrow('enough');
  });
});
