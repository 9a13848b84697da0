import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const CHROMIUM = '/usr/bin/chromium';

/** Debian's browser for the tests of pages; installed when it is missing. */
export default function provideChromium(): void {
  if (existsSync(CHROMIUM)) return;
  console.log('tests: installing chromium (about a minute)');
  const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  execFileSync('apt-get', ['-q', 'update'], quiet);
  execFileSync('apt-get', ['-q', '-y', 'install', '--no-install-recommends', 'chromium'], quiet);
}
