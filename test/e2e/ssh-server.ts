import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Server, utils } from 'ssh2';
import { sshKeyPair } from '#domain/ssh-key.ts';

export type SshServer = {
  readonly user: string;
  readonly port: number;
  /** Every command that was asked for, as it came. */
  readonly commands: readonly string[];
  /** What the client's configuration knows: the host's key, a key of its own; false takes it away. */
  trust(knows: { readonly host: boolean; readonly key: boolean }): void;
  stop(): Promise<void>;
};

const keyOf = (seed: number) => sshKeyPair(new Uint8Array(32).fill(seed));
const [HOST, CLIENT, STRANGER] = [keyOf(1), keyOf(2), keyOf(3)];

const SSH = '/usr/bin/ssh';

/**
 * A host that the real `ssh` of this machine logs in to. What it is asked to run goes to a shell with `programs` in its
 * PATH. The client's own configuration stands in for that of the user: a wrapper called `ssh`, first in our PATH.
 */
export async function startSshServer(programs: Readonly<Record<string, string>>): Promise<SshServer> {
  if (!existsSync(SSH)) {
    console.log('tests: installing openssh-client');
    execFileSync('apt-get', ['-q', '-y', 'install', '--no-install-recommends', 'openssh-client'], { stdio: 'ignore' });
  }
  const folder = mkdtempSync(join(tmpdir(), 'strata-ssh-'));
  const commands: string[] = [];
  mkdirSync(join(folder, 'there'));
  for (const [name, script] of Object.entries(programs)) writeScript(join(folder, 'there', name), script);
  const path = `${join(folder, 'there')}:/usr/bin:/bin`;
  const allowed = utils.parseKey(CLIENT.publicKey);
  if (allowed instanceof Error) throw allowed;
  const server = new Server({ hostKeys: [HOST.privateKey] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (attempt) => {
      const isKnown = attempt.method === 'publickey' && attempt.key.data.equals(allowed.getPublicSSH());
      if (isKnown) attempt.accept();
      else attempt.reject(['publickey']);
    });
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        commands.push(command);
        const channel = acceptExec();
        const child = spawn('/bin/sh', ['-c', command], { env: { PATH: path }, stdio: 'pipe' });
        channel.pipe(child.stdin);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        child.stdin.on('error', () => undefined);
        child.once('close', (code) => {
          channel.exit(code ?? 255);
          channel.end();
        });
        channel.once('close', () => child.kill());
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const before = process.env['PATH'] ?? '';

  function trust({ host, key }: { readonly host: boolean; readonly key: boolean }): void {
    const hostKey = (host ? HOST : STRANGER).publicKey.split(' ').slice(0, 2).join(' ');
    writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
    writeFileSync(join(folder, 'key'), (key ? CLIENT : STRANGER).privateKey, { mode: 0o600 });
    const config = ['IdentityFile key', 'IdentitiesOnly yes', 'IdentityAgent none', 'UserKnownHostsFile known_hosts'];
    const lines = config.map((line) => line.replace(/ (key|known_hosts)$/, ` ${folder}/$1`));
    writeFileSync(join(folder, 'config'), ['Host *', ...lines, 'GlobalKnownHostsFile /dev/null', ''].join('\n  '));
  }

  mkdirSync(join(folder, 'here'));
  writeScript(join(folder, 'here', 'ssh'), `exec ${SSH} -F ${folder}/config "$@"`);
  process.env['PATH'] = `${join(folder, 'here')}:${before}`;
  trust({ host: true, key: true });
  return {
    user: userInfo().username,
    port,
    commands,
    trust,
    async stop() {
      process.env['PATH'] = before;
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeScript(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}
