import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readContext } from '#adapters/kubernetes/kubeconfig.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : stringify(content));
  return file;
}

function configOf(name: string, user: object = { token: 'secret' }, cluster: object = {}) {
  return {
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server: `https://${name}:6443/`, ...cluster } }],
    users: [{ name, user }],
  };
}

describe('reading a kubeconfig', () => {
  it('takes the context of any of the files, the first that has the name, and passes over a file that is not there', () => {
    const first = write('first', configOf('lab', { token: 'one' }));
    const second = write('second', { ...configOf('lab', { token: 'two' }), ...{} });
    const third = write('third', configOf('other'));

    const paths = [join(folder, 'missing'), first, second, third];

    expect(readContext('lab', paths)).toMatchObject({
      file: first,
      cluster: { server: 'https://lab:6443' },
      user: { token: 'one' },
    });
    expect(readContext('other', paths)).toMatchObject({ file: third });
  });

  it('reads paths as seen from the file that names them', () => {
    const user = { 'client-certificate': 'pki/me.crt', 'client-key': '/etc/me.key' };
    const file = write('config', configOf('lab', user, { 'certificate-authority': 'ca.crt' }));

    expect(readContext('lab', [file])).toMatchObject({
      cluster: { caFile: join(folder, 'ca.crt') },
      user: { certFile: join(folder, 'pki/me.crt'), keyFile: '/etc/me.key' },
    });
  });

  it('tells a login command what kubectl tells it, and finds one that lies beside the file', () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './login', args: ['--quiet'], env: null };
    const file = write('config', configOf('lab', { exec }));

    const { user } = readContext('lab', [file]);

    expect(user.exec).toMatchObject({ command: join(folder, 'login'), args: ['--quiet'] });
    expect((user.exec as { env: { name: string }[] }).env.map(({ name }) => name)).toEqual(['KUBERNETES_EXEC_INFO']);
  });

  it('reads a token file anew, also where a token stands beside it', () => {
    const file = write('config', configOf('lab', { token: 'old', tokenFile: 'token' }));

    const { user, tokenFile } = readContext('lab', [file]);

    expect(user.token).toBeUndefined();
    expect(tokenFile).toBe(join(folder, 'token'));
  });

  it.each<readonly [string, unknown, RegExp, RegExp]>([
    ['a context that is not there', configOf('lab'), /no context "lba"/, /Did you mean "lab"\?/],
    ['no context at all', {}, /no context "lba"/, /The contexts are: none/],
    [
      'a context without its cluster',
      { contexts: [{ name: 'lba', context: { cluster: 'x' } }] },
      /context "lba" names the cluster "x", which is not there/,
      /kubeconfig/,
    ],
    [
      'a server that is no URL',
      { ...configOf('lba', {}, { server: 'lab:6443' }) },
      /cluster "lba", server: /,
      /kubeconfig/,
    ],
    ['something else', 'clusters: 7', /it is no kubeconfig/, /kubeconfig/],
    ['no YAML', 'a: [', /it is not valid YAML/, /kubeconfig/],
  ])('says so of %s', (_, content, message, advice) => {
    const file = write('config', content);

    const error = thrownBy(() => readContext('lba', [file]));

    expect(error.message).toMatch(message);
    expect(error.message).toContain(file);
    expect(error.advice).toMatch(advice);
  });

  it('says which files it looked for when there is none', () => {
    expect(thrownBy(() => readContext('lab', ['/no/a', '/no/b'])).message).toBe('reading /no/a:/no/b: no such file');
  });
});

function thrownBy(work: () => unknown): Error & { readonly advice?: string } {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
