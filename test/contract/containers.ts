import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContainers } from '#adapters/docker/containers.ts';
import type { Container, Containers } from '#domain/containers.ts';
import { until } from './until.ts';

/** What the suite needs: a host with the containers of a Kolla-Ansible all-in-one, and a hand that hurts them. */
export type Subject = {
  readonly socket: string;
  /** `looping`: it has ended three times lately, and something else than Docker started it again. */
  fault(
    name: string,
    kind: 'unhealthy' | 'exited' | 'looping' | 'restarting' | 'paused' | 'created' | 'absent',
    detail?: string,
  ): Promise<void>;
  stop(): Promise<void>;
};

const UNCHECKED = ['cron', 'fluentd', 'keepalived', 'kolla_toolbox'];

/** The adapter's promises, held against whatever answers: the simulator and a real Docker host alike. */
export function containersContract(name: string, open: () => Promise<Subject>): void {
  describe(`Docker adapter on ${name}`, () => {
    let subject: Subject;
    let containers: Containers;
    beforeAll(async () => {
      subject = await open();
      const { socket } = subject;
      containers = openContainers({ url: `unix://${socket}`, socket }, new AbortController().signal);
    });
    afterAll(async () => subject?.stop());

    async function named(wanted: string): Promise<Container | undefined> {
      return (await containers.list()).find((container) => container.name === wanted);
    }

    it('says who answers, by which version, and its clock', async () => {
      const { name: engine, apiVersion, time } = await containers.engine();

      expect(engine).toMatch(/^Docker \d+\.\d+/);
      expect(apiVersion).toMatch(/^1\.\d+$/);
      expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
    });

    it('lists every container as it was made', async () => {
      const all = await containers.list();

      expect(all).toHaveLength(35);
      expect(all.find((container) => container.name === 'nova_api')).toMatchObject({
        id: expect.stringMatching(/^[\da-f]{64}$/),
        image: expect.stringMatching(/\/nova-api:/),
        command: 'dumb-init --single-child -- kolla_start',
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
        ports: '',
      });
    });

    it('tells healthy ones from those that have no health check', async () => {
      const all = await until(async () => {
        const now = await containers.list();
        return now.every(({ health }) => health !== 'starting') && now;
      });

      expect(
        all
          .filter(({ health }) => health === undefined)
          .map((container) => container.name)
          .toSorted(),
      ).toEqual(UNCHECKED);
      expect(all.every(({ state, status }) => state === 'running' && status.startsWith('Up '))).toBe(true);
    });

    it('shows what the health check of an unhealthy one says', async () => {
      await subject.fault('horizon', 'unhealthy', 'GET / answered 502');

      const { id, state } = await until(async () => {
        const now = await named('horizon');
        return now?.health === 'unhealthy' && now;
      });

      expect(state).toBe('running');
      expect(await containers.inspect(id)).toMatchObject({ lastCheck: 'GET / answered 502', restarts: 0 });
    });

    it.each([
      ['exited', 'exited', /^Exited \(3\) .* ago$/],
      ['paused', 'paused', /^Up .* \(Paused\)$/],
      ['created', 'created', /^Created$/],
      ['restarting', 'restarting', /^Restarting \(3\) .* ago$/],
    ] as const)('says of one that is %s what Docker says, and nothing of health', async (kind, state, status) => {
      await subject.fault('heat_api', kind, '3');

      const found = await until(async () => {
        const now = await named('heat_api');
        return now?.state === state && now;
      });

      expect(found.status).toMatch(status);
      expect(found.health).toBeUndefined();
      const detail = await until(async () => {
        const now = await containers.inspect(found.id);
        return (kind !== 'restarting' || (now?.restarts ?? 0) > 0) && now;
      });
      expect(detail).toMatchObject({ outOfMemory: false, error: undefined });
      expect(detail.startedAt === undefined).toBe(kind === 'created');
      expect(detail.restarts === 0).toBe(kind !== 'restarting');
    });

    it('counts how often one has ended, which alone tells a crash loop that systemd drives', async () => {
      await subject.fault('nova_api', 'looping');
      await subject.fault('glance_api', 'exited');
      const [looping, exited, well] = await Promise.all(['nova_api', 'glance_api', 'keystone'].map(named));

      const endings = await until(async () => {
        const now = await containers.endings();
        return (now[exited?.id ?? ''] ?? 0) > 0 && (now[looping?.id ?? ''] ?? 0) >= 3 && now;
      });

      expect(endings[looping?.id ?? '']).toBeGreaterThan(2);
      expect(endings[exited?.id ?? '']).toBe(1);
      expect(endings[well?.id ?? '']).toBeUndefined();
    });

    it('does not list what is not there, and knows no more of it', async () => {
      const { id = '' } = (await named('rabbitmq')) ?? {};
      await subject.fault('rabbitmq', 'absent');

      expect(await named('rabbitmq')).toBeUndefined();
      expect(await containers.inspect(id)).toBeUndefined();
      expect(await containers.inspect('no-such-container')).toBeUndefined();
    });

    it('stops at once when its caller stops', async () => {
      const stop = new AbortController();
      const { socket } = subject;
      const bound = openContainers({ url: `unix://${socket}`, socket }, stop.signal);
      stop.abort(new Error('enough'));

      await expect(bound.list()).rejects.toThrow('enough');
    });
  });
}
