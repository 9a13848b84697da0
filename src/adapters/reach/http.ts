import { isIP } from 'node:net';
import { request } from 'undici';
import { InputError } from '#domain/errors.ts';
import type { HttpResult, Reach } from '#domain/ports.ts';
import { behind } from '../shell.ts';
import { spawnCommand } from './spawn.ts';

type Probe = Parameters<Reach['http']>[0];
type From = { readonly prefix: readonly string[]; readonly signal: AbortSignal };

/** GET from here, or by the other side's curl behind a command. An answer of any status is an answer. */
export async function askHttp(probe: Probe, { prefix, signal }: From): Promise<HttpResult> {
  const address = checked(probe.address);
  const url = `http://${isIP(address) === 6 ? `[${address}]` : address}:${probe.port}/`;
  const whole = { ...probe, url, host: checked(probe.host ?? address) };
  return prefix.length === 0 ? ask(whole, signal) : askBehind(whole, { prefix, signal });
}

type Whole = { readonly url: string; readonly host: string; readonly timeoutMs: number };

async function ask({ url, host, timeoutMs }: Whole, signal: AbortSignal): Promise<HttpResult> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const { statusCode, body } = await request(url, { headers: { host, connection: 'close' }, signal: stop });
    await body.dump();
    return { kind: 'answered', status: statusCode };
  } catch (error) {
    signal.throwIfAborted();
    return {
      kind: 'silent',
      why: stop.aborted ? late(timeoutMs) : error instanceof Error ? error.message : String(error),
    };
  }
}

/** It gives the status alone, and goes straight there: a proxy that is exported where it runs knows another network. */
const CURL = ['curl', '-q', '-s', '-S', '-g', '--noproxy', '*', '-o', '/dev/null', '-w', '%{http_code}'];

async function askBehind({ url, host, timeoutMs }: Whole, { prefix, signal }: From): Promise<HttpResult> {
  const curl = [...CURL, '-m', String(timeoutMs / 1000)];
  const { exitCode, stdout, stderr } = await spawnCommand(behind(prefix, [...curl, '-H', `Host:${host}`, url]), signal);
  if (exitCode === 0) return { kind: 'answered', status: Number(stdout.trim()) };
  return { kind: 'silent', why: stderr.trim().split('\n').at(-1) || late(timeoutMs) };
}

function late(timeoutMs: number): string {
  return `no answer within ${timeoutMs / 1000} s`;
}

/** Addresses and names come from an API: nothing else may become part of a URL or an argument. @throws InputError */
function checked(name: string): string {
  if (isIP(name) === 0 && !/^[a-z0-9][a-z0-9.-]*$/i.test(name)) {
    throw new InputError(`probing "${name}": neither an IP address nor a name`);
  }
  return name;
}
