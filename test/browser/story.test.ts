import { describe, expect, it } from 'vitest';
import { useDemo } from './demo.ts';

/** A switch of the panel; what the thread says first of it, and what to do. */
const TROUBLES = [
  ['compute3 dies', /metal: nova-compute on compute3 is down/, /Look at its container and log on that host/],
  ['Quota used up', /metal: quota of cores: 16 of 16 used/, /have it raised/],
  ['API slow', /metal: compute services, .* could not be read/, /no answer within 10 s/],
  ['A container is ill', /metal: container neutron_server is unhealthy/, /docker logs --tail 50 neutron_server/],
  ['node-4 dies', /cluster: node node-4 is not ready: its server node-4 is SHUTOFF/, /Mend the server first/],
  ['Label missing', /cloud: DaemonSet libvirt-libvirt-default runs nowhere: no node has the label/, /label node/],
  ['API server broken', /cluster: the cluster could not be read/, /etcd/],
  ['Ceph is full', /storage: CephCluster ceph is HEALTH_ERR/, /ceph health detail/],
  ['Ceph warns', /storage: CephCluster ceph is HEALTH_WARN/, /ceph health detail/],
  ['No new volumes', /cloud: 1 claim is Pending: mysql-data-mariadb-server-2/, /Ceph: OSDs up/],
  ['MTU wrong', /cloud: the MTU of lab \(cloud\) is 1450: 50 too many/, /mtu 1400/],
  ['No valid host', /cloud: server db-2 is ERROR/, /Look at the capacity of the hypervisors/],
  ['Volume broken', /cloud: volume data is error/, /reset its state or delete it/],
  ['Galera splits', /cloud: Galera has lost its quorum/, /A new bootstrap is the last resort/],
  ['An image is missing', /cloud: 1 pod of Deployment horizon: ImagePullBackOff/, /Pull it on that node by hand/],
  ['Glance crashes', /cloud: 1 pod of Deployment glance: CrashLoopBackOff/, /kubectl logs --previous/],
  [
    'A job failed',
    /cloud: Job nova-db-sync failed: BackoffLimitExceeded/,
    /delete the Job, and run helm upgrade again/,
  ],
  ['Keystone is gone', /cloud: 1 Service has no ready endpoint: keystone-api/, /Look at those pods/],
  ['A release is stuck', /cloud: Helm release neutron is pending-upgrade/, /helm rollback/],
] as const;

describe('the demo', () => {
  const { page, panel, status, switchOn, mendAll, screenshot } = useDemo({ width: 1400, height: 900 });

  it('tells somebody new what to try, and is healthy at first, layer by layer', async () => {
    await page().getByRole('button', { name: '/cloud-status lab' }).click();
    const typed = await page().locator(':focus').inputValue();
    const answer = await status();

    expect(typed).toBe('/cloud-status lab');
    expect(answer).toMatch(/4 layers, no trouble$/);
  });

  it('tells the cause before what comes of it, with the panel beside it', async () => {
    await switchOn('node-4 dies');
    const troubled = await status();
    await screenshot('workspace', 'with panel');
    await mendAll();

    expect(firstTrouble(troubled)).toMatch(/cluster: node node-4 is not ready: its server node-4 is SHUTOFF/);
  });

  it('has a panel that the keyboard alone can use', async () => {
    const mend = panel().getByRole('button', { name: 'Mend all' });
    const first = panel().getByRole('region', { name: 'cloud' }).getByRole('button').first();
    await first.focus();
    await page().keyboard.press('Space');
    await panel().getByRole('status').getByText('In trouble: MTU wrong.').waitFor();
    await mend.focus();
    await page().keyboard.press('Enter');
    await panel().getByRole('status').getByText('All is well.').waitFor();

    expect(await first.getAttribute('aria-pressed')).toBe('false');
  });

  it.each(TROUBLES)('%s: named first, with what to do; mended, all is well again', async (name, what, advice) => {
    await switchOn(name);
    const troubled = await status();
    if (name === 'MTU wrong') await screenshot('cloud-status-thread');
    await mendAll();
    const mended = await status();

    expect(firstTrouble(troubled)).toMatch(what);
    expect(troubled).toMatch(advice);
    expect(mended).toMatch(/no trouble$/);
  });

  it('Horizon is down: named first; mended, it says that the container has only just come up', async () => {
    await switchOn('Horizon is down');
    const troubled = await status();
    await mendAll();
    const mended = await status();

    expect(firstTrouble(troubled)).toMatch(/metal: container horizon does not run/);
    expect(troubled).toMatch(/start its unit, kolla-/);
    expect(firstTrouble(mended)).toMatch(/container horizon came up again a moment ago/);
  });
});

/** The first line with a mark of trouble. */
function firstTrouble(answer: string): string | undefined {
  return answer.split('\n').find((line) => /^[✗!?]/u.test(line) && line.includes(':'));
}
