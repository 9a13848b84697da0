import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../src/cli/strata.ts');

export type Service = {
  readonly name: 'bot' | 'worker';
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves when it says so. Rejects when it ends before. */
  readonly ready: Promise<void>;
  /** What it wrote on standard error. */
  log(): string;
  /** Sends a signal; after SIGKILL it waits for the end. */
  signal(signal: NodeJS.Signals): Promise<void>;
};

export type Services = {
  /** Those that should be there: one that is gone is not in it. */
  readonly running: ReadonlySet<Service>;
  /** Starts one. */
  spawn(name: Service['name'], env?: Readonly<Record<string, string>>): Service;
  /** Starts one and waits until it is ready. */
  start(name: Service['name'], env?: Readonly<Record<string, string>>): Promise<Service>;
  /** kill -9 of one, and another in its place. */
  replace(service: Service): Promise<Service>;
  close(): Promise<void>;
};

/** Bots and workers as processes of their own. */
export function openServices(env: Readonly<Record<string, string>>): Services {
  const running = new Set<Service>();

  function launch(name: Service['name'], more: Readonly<Record<string, string>> = {}): Service {
    const child = spawn(process.execPath, [MAIN, name], {
      env: { ...env, ...more },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    const ready = new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (text: Buffer) => {
        log += text.toString();
        if (log.includes(`${name} ready`)) resolve();
      });
      child.once('exit', () => {
        running.delete(service);
        reject(new Error(`strata ${name} ended:\n${log}`));
      });
    });
    // Whoever cares waits for it.
    ready.catch(() => undefined);
    const service: Service = {
      ...{ name, child, ready, pid: child.pid ?? 0, log: () => log },
      async signal(signal) {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill(signal);
        if (signal === 'SIGKILL') await once(child, 'exit');
      },
    };
    running.add(service);
    return service;
  }

  async function start(name: Service['name'], more?: Readonly<Record<string, string>>): Promise<Service> {
    const service = launch(name, more);
    await service.ready;
    return service;
  }

  return {
    running,
    spawn: launch,
    start,
    async replace(service) {
      await service.signal('SIGKILL');
      return start(service.name);
    },
    async close() {
      for (const service of running) {
        await service.signal('SIGCONT');
        await service.signal('SIGKILL');
      }
    },
  };
}
