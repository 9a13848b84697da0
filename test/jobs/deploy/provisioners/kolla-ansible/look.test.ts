import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openContainers } from '#adapters/docker/containers.ts';
import { openCloud } from '#adapters/openstack/cloud.ts';
import { readCloud } from '#adapters/openstack/clouds.ts';
import type { SurveyContext } from '#domain/run.ts';
import { lookAt } from '#jobs/deploy/provisioners/kolla-ansible/look.ts';
import { type SimulatedDocker, startDocker } from '../../../../../sandbox/docker/docker.ts';
import { type SimulatedOpenStack, startOpenStack } from '../../../../../sandbox/openstack/openstack.ts';
import { layerOf } from '../../../status/world.ts';
import { type Doors, openDoors } from '../../doors.ts';

let doors: Doors;
let cloud: SimulatedOpenStack;
let docker: SimulatedDocker;
beforeEach(async () => {
  doors = openDoors();
  cloud = await startOpenStack();
  docker = await startDocker({ socket: join(doors.folder, 'docker.sock') });
});
afterEach(async () => {
  await Promise.all([doors.close(), cloud.close(), docker.close()]);
});

/** What is seen of a cloud of this entry; without one clouds.yaml is not there. */
function look(entry?: object | string, { hasHost = false } = {}) {
  const file = join(doors.folder, 'clouds.yaml');
  if (entry !== undefined)
    writeFileSync(file, typeof entry === 'string' ? entry : JSON.stringify({ clouds: { metal: entry } }));
  const signal = AbortSignal.timeout(60_000);
  const ports = {
    openstack: () => openCloud(readCloud('metal', file)).bind(signal),
    containers: () =>
      hasHost ? openContainers({ url: docker.host, socket: join(doors.folder, 'docker.sock') }, signal) : undefined,
  };
  return lookAt(layerOf('metal', 'openstack', { cloud: 'metal' }), { ports, signal } as unknown as SurveyContext);
}
const at = (url: string) => ({ auth: { auth_url: url, username: 'admin', password: 'secret', project_name: 'admin' } });

describe('whether a cloud that Kolla is to make is there', () => {
  it('is answered by its login', async () => {
    expect(await look(cloud.clouds)).toEqual({ isThere: true });
  });

  it.each([
    ['no clouds.yaml', async () => undefined, /it is taken for new, as nobody answers for it: .*no such file/],
    ['no entry', async () => 'clouds: {}', /it is taken for new.*no cloud "metal"/],
    ['nobody at its address', async () => at(await doors.closed()), /it is taken for new.*connection refused/],
  ])('it is not, and the plan says why, with %s', async (_why, entry, said) => {
    const { isThere, finding } = await look(await entry());

    expect(isThere).toBe(false);
    expect(finding).toMatchObject({ layer: 'metal', check: 'cloud', health: 'warning' });
    expect(finding?.what).toMatch(said);
  });

  it('it is, when its containers are on the host and nobody answers', async () => {
    const { isThere, finding } = await look(at(await doors.closed()), { hasHost: true });

    expect(isThere).toBe(true);
    expect(finding?.what).toMatch(/^\d+ of its containers are on the host, and it does not answer: .*refused/);
  });

  it.each([
    ['it refuses us', async () => ({ ...cloud.clouds, auth: { ...cloud.clouds.auth, password: 'old' } }), /401/],
    ['its proxy has nobody behind it', async () => at(await doors.http(503)), /503/],
    ['another thing answers', async () => at(await doors.http(404)), /404/],
    ['the connection is broken', async () => at(await doors.net('reset')), /connection (reset|closed)/],
  ])('it is, when %s: it is not set up as a new one', async (_why, entry, said) => {
    const { isThere, finding } = await look(await entry());

    expect(isThere).toBe(true);
    expect(finding).toMatchObject({ health: 'warning', advice: expect.any(String) as string });
    expect(finding?.what).toMatch(said);
  });

  it('cannot be told when clouds.yaml cannot be understood: then nothing is planned', async () => {
    await expect(look('cloud: {}')).rejects.toMatchObject({
      message: expect.stringMatching(/^planning "metal": whether it is there cannot be told: .*clouds/) as string,
      advice: expect.stringContaining('Mend that first') as string,
    });
  });
});
