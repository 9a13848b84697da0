import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from './chromium.ts';
import { addressOf } from './demo.ts';

const DEMO = new URL('../../sandbox/demo.ts', import.meta.url).pathname;
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
  let demo: ChildProcess;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    demo = spawn(process.execPath, [DEMO, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await addressOf(demo);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(url);
    await panel().getByText('All is well.').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    demo.kill('SIGTERM');
    if (demo.exitCode === null) await once(demo, 'exit');
  });
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  const panel = () => page.frameLocator('#beside');
  let asked = 0;

  async function mend(): Promise<void> {
    await panel().getByRole('button', { name: 'Mend all' }).click();
    await panel().getByText('All is well.').waitFor();
  }

  /** Asks for the status, opens its thread, and gives what stands there. */
  async function status(): Promise<string> {
    asked += 1;
    await page.getByRole('combobox', { name: 'Message, or / for commands' }).fill('/cloud-status lab');
    await page.keyboard.press('Enter');
    const log = page.getByRole('log', { name: 'Messages' });
    const run = log.locator('article', { hasText: `#${asked} Status of lab` });
    await run.getByText(/all well after|something is unhealthy after/).waitFor({ timeout: 60_000 });
    await run.getByRole('link', { name: '2 replies' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByText(`#${asked} Status of lab`).waitFor();
    await thread.getByRole('img').waitFor();
    const [, answer] = await thread.locator('article .content').allInnerTexts();
    return answer ?? '';
  }

  it('is healthy at first, layer by layer', async () => {
    const answer = await status();

    expect(answer).toMatch(/4 layers, no trouble$/);
  });

  it('has a panel that the keyboard alone can use', async () => {
    const mendAll = panel().getByRole('button', { name: 'Mend all' });
    const first = panel().getByRole('region', { name: 'cloud' }).getByRole('button').first();
    await first.focus();
    await page.keyboard.press('Space');
    await panel().getByRole('status').getByText('In trouble: MTU wrong.').waitFor();
    await mendAll.focus();
    await page.keyboard.press('Enter');
    await panel().getByRole('status').getByText('All is well.').waitFor();

    expect(await first.getAttribute('aria-pressed')).toBe('false');
  });

  it.each(TROUBLES)('%s: named first, with what to do; mended, all is well again', async (name, what, advice) => {
    await panel().getByRole('button', { name }).click();
    await panel().getByRole('button', { name, pressed: true }).waitFor();
    const troubled = await status();
    await mend();
    const mended = await status();

    expect(firstTrouble(troubled)).toMatch(what);
    expect(troubled).toMatch(advice);
    expect(mended).toMatch(/no trouble$/);
  });

  it('Horizon is down: named first; mended, it says that the container has only just come up', async () => {
    await panel().getByRole('button', { name: 'Horizon is down' }).click();
    const troubled = await status();
    await mend();
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
