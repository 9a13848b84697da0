import type { Caller } from '#domain/access.ts';
import type { CommandRequest } from '#domain/command.ts';
import { LeaseLostError } from '#domain/errors.ts';
import type { RunEvent, RunEventBody } from '#domain/events.ts';
import type { FormValues } from '#domain/form.ts';
import type { NewRun } from '#domain/ports.ts';
import type { RunRequest } from '#domain/run.ts';
import type { Environment, Layer, Stack } from '#domain/stack.ts';
import type { CommandDeps } from '#commands/spec.ts';

export function layer(name: string, kind: Layer['kind'] = 'openstack'): Layer {
  return { name, kind, reach: { kind: 'none' }, smokeTest: { user: 'cirros', metadata: {} } };
}

export function environment(name: string, change: Partial<Environment> = {}): Environment {
  return {
    name,
    channels: ['#cloud-ops', 'C1'],
    people: { view: ['*'], operate: ['S1', 'U1'], approve: ['U9'] },
    production: false,
    approvalMinutes: 30,
    approvalHours: 12,
    theme: 'dark',
    maintenanceWindows: [],
    layers: [layer('metal'), layer('cluster', 'kubernetes'), layer('storage', 'ceph'), layer('cloud')],
    ...change,
  };
}

export const operator: Caller = {
  person: { id: 'U1', name: 'operator' },
  groups: [],
  channel: { id: 'C1', name: 'cloud-ops' },
};
export const guest: Caller = {
  person: { id: 'U2', name: 'guest' },
  groups: [],
  channel: { id: 'C1', name: 'cloud-ops' },
};

export function request(command: string, text: string, change: Partial<CommandRequest> = {}): CommandRequest {
  const origin = { kind: 'slack', team: 'T1', channel: 'C1' } as const;
  return { command, text, caller: operator, origin, once: `once ${Math.random()}`, ...change };
}

/** Runs, journal and dispatcher in memory, over the ports. */
export function world(environments: readonly Environment[] = [environment('lab')]) {
  const asked: RunRequest[] = [];
  const journals = new Map<number, RunEvent[]>();
  const onces = new Map<string, RunRequest>();
  const habits = new Map<string, FormValues>();
  const stack: Stack = { environments, terminal: {} };

  function add(made: RunRequest, bodies: readonly RunEventBody[] = []): void {
    asked.push(made);
    const all: RunEventBody[] = [{ type: 'requested', request: made }, ...bodies];
    const at = (index: number) => new Date(Date.parse(made.askedAt) + index * 1000).toISOString();
    journals.set(
      made.number,
      all.map((body, index) => ({ seq: index + 1, at: at(index), ...body })),
    );
  }

  const deps: CommandDeps = {
    stack,
    runs: {
      create: () => Promise.reject(new Error('not here')),
      isHeld: () => Promise.reject(new Error('not here')),
      claim: () => Promise.reject(new Error('not here')),
      get: async (number) => asked.find((run) => run.number === number),
      recent: async (name, limit = 20) =>
        asked
          .filter((run) => run.environment === name)
          .toReversed()
          .slice(0, limit),
      open: async () => [],
      unshown: async () => [],
      shown: async () => undefined,
      past: async () => [],
      watch: async () => async () => undefined,
    },
    journal: {
      async append({ number }, { fence, seq }, bodies) {
        const all = journals.get(number) ?? [];
        if (all.length !== seq) throw new LeaseLostError('appending: somebody else has');
        const at = all.at(-1)?.at ?? '';
        all.push(...bodies.map((body, index) => ({ seq: seq + index + 1, at, ...body })));
        return { fence, seq: all.length };
      },
      end: () => Promise.reject(new Error('not here')),
      release: () => Promise.reject(new Error('not here')),
      renew: () => Promise.reject(new Error('not here')),
      secure: () => Promise.reject(new Error('not here')),
      read: async (run, after = 0) => (journals.get(run.number) ?? []).slice(after),
    },
    gate: {
      control: async () => ({}),
      stop: async () => undefined,
      freeze: async () => undefined,
      unfreeze: async () => undefined,
      frozen: async () => undefined,
      enter: async () => ({ place: 0 }),
      queue: async () => ({ waiting: [] }),
      nowMs: async () => 0,
    },
    audit: {
      record: async () => undefined,
      read: () => Promise.reject(new Error('not here')),
    },
    schedules: {
      list: async () => [],
      add: () => Promise.reject(new Error('not here')),
      change: async () => undefined,
      forget: async () => undefined,
    },
    artifacts: { list: async () => [], get: async () => undefined },
    habits: {
      get: async (person, command) => habits.get(`${person} ${command}`) ?? {},
      keep: async (person, command, values) => void habits.set(`${person} ${command}`, values),
    },
    wake: async () => undefined,
    keepTicking: async () => undefined,
    dispatcher: {
      async dispatch({ once, ...wanted }: NewRun) {
        const prior = onces.get(once);
        if (prior) return { request: prior, fresh: false };
        const number = asked.length + 1;
        const made: RunRequest = { ...wanted, number, key: `key${number}`, askedAt: '2026-11-23T14:50:00.000Z' };
        onces.set(once, made);
        add(made);
        return { request: made, fresh: true };
      },
    },
  };
  return { deps, asked, add };
}
