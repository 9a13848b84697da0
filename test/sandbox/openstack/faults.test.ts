import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeadlineError, RemoteError } from '#domain/errors.ts';
import type { OpenStack } from '#domain/openstack.ts';
import type { Fault } from '../../../sandbox/openstack/faults.ts';
import { openWorld, until, type World } from './world.ts';

let world: World;
let cloud: OpenStack;
beforeEach(async () => {
  world = await openWorld();
  cloud = world.open();
});
afterEach(() => world.close());

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the adapter before a service that is unwell', () => {
  it.each<readonly [string, Fault, typeof RemoteError | typeof DeadlineError, RegExp]>([
    ['is not there', { down: 'refused' }, RemoteError, /listing flavors of cloud "metal": connection refused/],
    ['is behind a proxy that finds nothing', { down: 'unavailable' }, RemoteError, /503 503 Service Unavailable/],
    ['never answers', { slowMs: Infinity }, DeadlineError, /no answer from Nova at .* within 2 s/],
    ['answers too late', { slowMs: 10_000 }, DeadlineError, /no answer from Nova at .* within 2 s/],
    ['is replaced by a web page', { html: 200 }, RemoteError, /Nova answered with a web page/],
    ['is replaced by a broken web page', { html: 502 }, RemoteError, /502 Welcome to the intranet/],
    ['refuses every token', { revoked: 99 }, RemoteError, /401 The request you have made requires authentication/],
  ])('says so when it %s, with advice', async (_, fault, type, message) => {
    const hasty = world.open('metal', type === DeadlineError ? 2000 : undefined);
    await hasty.compute.flavors();
    await world.simulated.faults.set('nova', fault);

    const error = await thrownBy(hasty.compute.flavors());

    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ message: expect.stringMatching(message) as string });
    expect((error as RemoteError).advice).toMatch(/\.$/);
  });

  it.each<readonly [string, Fault]>([
    ['limits its callers for a moment', { tooMany: 1 }],
    ['has revoked our token', { revoked: 1 }],
  ])('gets its answer all the same when it %s', async (_, fault) => {
    await cloud.compute.flavors();
    await world.simulated.faults.set('nova', fault);

    const names = (await cloud.compute.flavors()).map(({ name }) => name);

    expect(names).toContain('m1.tiny');
  });

  it('never sends a change again that came to nothing', async () => {
    await world.simulated.faults.set('neutron', { tooMany: 1 });

    const error = await thrownBy(cloud.network.createNetwork({ name: 'net', description: 'mark' }));

    expect(error).toMatchObject({ failure: { status: 429 } });
    expect(await cloud.network.networks({ name: 'net' })).toEqual([]);
  });

  it('finds by its mark what was made although the answer was lost', async () => {
    await world.simulated.faults.set('neutron', { lost: 1 });

    const error = await thrownBy(cloud.network.createNetwork({ name: 'net', description: 'mark' }));

    expect(error).toBeInstanceOf(RemoteError);
    expect((await cloud.network.networks({ description: 'mark' })).map(({ name }) => name)).toEqual(['net']);
  });

  it('goes on as if nothing had been, once all is well again', async () => {
    await world.simulated.faults.set('nova', { down: 'refused' });
    await world.simulated.faults.set('neutron', { slowMs: Infinity });
    await thrownBy(Promise.all([cloud.compute.flavors(), cloud.network.networks()]));

    await world.simulated.faults.clear();

    expect(await cloud.compute.flavors()).toHaveLength(4);
    expect(await cloud.network.networks()).toHaveLength(1);
  });

  it('leaves the other services alone', async () => {
    await world.simulated.faults.set('cinder', { down: 'refused' });

    expect(await thrownBy(cloud.volume.volumes())).toBeInstanceOf(RemoteError);
    expect(await cloud.compute.servers()).toEqual([]);
  });

  it('says that Keystone is away before there is a token', async () => {
    await world.simulated.faults.set('keystone', { down: 'refused' });

    await expect(cloud.compute.servers()).rejects.toThrow('logging in to cloud "metal": connection refused');
  });
});

describe('logging in', () => {
  it('renews a token that has expired', async () => {
    await world.close();
    world = await openWorld({ timing: { token: 30 } });
    cloud = world.open();
    const before = (await cloud.identity.authenticate()).expiresAt;
    await until(async () => Date.parse(before) < Date.now());

    await cloud.compute.servers();

    expect((await cloud.identity.authenticate()).expiresAt).not.toBe(before);
  });

  it('takes an application credential, and says when it is wrong or gone', async () => {
    const { store, clouds } = world.simulated;
    const [user] = store.users.values();
    store.credentials.set('c1', { id: 'c1', name: 'bot', secret: 's3cret', user });
    const entryOf = (secret: string) => ({
      ...clouds,
      auth: {
        auth_url: clouds.auth.auth_url,
        application_credential_id: 'c1',
        application_credential_secret: secret,
      },
    });
    world.add('credential', entryOf('s3cret'));
    world.add('wrong', entryOf('guess'));

    expect(await world.open('credential').identity.authenticate()).toMatchObject({ user: 'admin', project: 'admin' });
    await expect(world.open('wrong').identity.authenticate()).rejects.toThrow('credential was refused (401)');
    store.credentials.clear();
    await expect(world.open('credential').identity.authenticate()).rejects.toThrow('credential is gone (404)');
  });

  it('shows a member less than an administrator', async () => {
    const member = world.open('demo');

    expect(await thrownBy(member.compute.hypervisors())).toMatchObject({ failure: { status: 403 } });
    expect(await member.network.agents()).toEqual([]);
    expect(await member.network.networks()).toHaveLength(1);
  });
});

describe('what goes wrong with servers', () => {
  async function boot(metadata: Record<string, string> = {}, flavorName = 'm1.tiny') {
    const [image] = await cloud.image.images();
    const flavor = (await cloud.compute.flavors()).find(({ name }) => name === flavorName);
    const wanted = { imageId: image?.id ?? '', flavorId: flavor?.id ?? '', portIds: [], metadata };
    const { id } = await cloud.compute.createServer({ ...wanted, name: 'worker-1' });
    return until(async () => {
      const server = await cloud.compute.server(id);
      return server?.status !== 'BUILD' && server;
    });
  }

  it('no host has room, and only the server itself tells the fault', async () => {
    for (const host of world.simulated.store.hosts.values()) host['disabled'] = 'repair';

    const server = await boot();

    expect(server).toMatchObject({ status: 'ERROR', hostId: '' });
    expect(server.fault?.message).toContain('No valid host was found');
    expect((await cloud.compute.servers()).map(({ fault }) => fault)).toEqual([undefined]);
  });

  it('it fails on every host', async () => {
    const { fault } = await boot({ 'testbed:fail': 'no nested virtualisation' });

    expect(fault?.message).toMatch(/^Exceeded maximum number of retries.* no nested virtualisation$/);
  });

  it('the quota is used up', async () => {
    await world.close();
    world = await openWorld({ quotas: { cores: 3 } });
    cloud = world.open();

    await expect(boot({}, 'm1.large')).rejects.toMatchObject({
      message: expect.stringContaining('403 Quota exceeded for cores'),
      advice: expect.stringContaining('look at the quota of this project'),
    });
  });
});
