import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createNet, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Real servers where a cluster or a cloud should be, each wrong in its way, and the certificates they are asked with. */
export type Doors = {
  readonly folder: string;
  /** Answers all with this, as a proxy before nothing does. */
  http(status: number, body?: string): Promise<string>;
  /** Over TLS. `wants`: breaks the connection of whose client certificate this authority has not signed. */
  tls(own: Pair, wants?: Pair): Promise<string>;
  /** As `tls` with `wants`, but ends the handshake by an alert, as OpenSSL and what is made of it do. */
  alerting(own: Pair, wants: Pair): Promise<string>;
  /** Takes a connection: then breaks it, or says nothing. */
  net(what: 'reset' | 'silent'): Promise<string>;
  /** Where nobody listens any more. */
  closed(): Promise<string>;
  /** A certificate that signs itself. `days` below 0: it has expired. */
  pair(name: string, options?: { readonly days?: number; readonly san?: string }): Pair;
  close(): Promise<void>;
};
/** Files of a certificate and its key. */
export type Pair = { readonly cert: string; readonly key: string };

export function openDoors(): Doors {
  const folder = mkdtempSync(join(tmpdir(), 'strata-doors-'));
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const programs: ChildProcess[] = [];

  async function listen(server: Server): Promise<number> {
    servers.push(server.on('connection', (socket) => void sockets.add(socket.on('error', () => undefined))));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  const answering =
    (status: number, body: string): RequestListener =>
    (_request, response) =>
      void response.writeHead(status).end(body);

  return {
    folder,
    async http(status, body = '<html><body>a proxy</body></html>') {
      return `http://127.0.0.1:${await listen(createHttp(answering(status, body)))}`;
    },
    async tls({ cert, key }, wants) {
      const asked = wants ? { requestCert: true, rejectUnauthorized: true, ca: readFileSync(wants.cert) } : {};
      const own = { cert: readFileSync(cert), key: readFileSync(key), ...asked };
      return `https://127.0.0.1:${await listen(createHttps(own, answering(200, '{"items": []}')))}`;
    },
    async alerting({ cert, key }, wants) {
      const judging = ['-Verify', '1', '-verify_return_error', '-CAfile', wants.cert];
      const argv = ['s_server', '-accept', '127.0.0.1:0', '-tls1_2', '-www', '-cert', cert, '-key', key, ...judging];
      const program = spawn('openssl', argv, { stdio: ['ignore', 'pipe', 'ignore'] });
      programs.push(program);
      let said = '';
      for await (const chunk of program.stdout) {
        said += String(chunk);
        const [, port] = /^ACCEPT \S+:(\d+)$/m.exec(said) ?? [];
        if (port !== undefined) return `https://127.0.0.1:${port}`;
      }
      throw new Error(`openssl ended: ${said}`);
    },
    async net(what) {
      const server = createNet((socket) => void (what === 'reset' && socket.resetAndDestroy()));
      return `http://127.0.0.1:${await listen(server)}`;
    },
    async closed() {
      const server = createNet();
      const port = await listen(server);
      server.close();
      await once(server, 'close');
      return `http://127.0.0.1:${port}`;
    },
    pair(name, { days = 1, san = 'IP:127.0.0.1' } = {}) {
      const fileOf = (end: string) => join(folder, `${name}.${end}`);
      const [cert, key, request, extensions] = [fileOf('crt'), fileOf('key'), fileOf('csr'), fileOf('ext')];
      const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
      const form = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${name}`];
      openssl('req', ...form, '-keyout', key, '-out', request);
      writeFileSync(extensions, `subjectAltName=${san}\n`);
      const sign = ['-req', '-in', request, '-signkey', key, '-days', String(days), '-extfile', extensions];
      openssl('x509', ...sign, '-out', cert);
      return { cert, key };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      for (const program of programs) program.kill();
      await Promise.all(servers.filter(({ listening }) => listening).map((server) => once(server.close(), 'close')));
      rmSync(folder, { recursive: true });
    },
  };
}
