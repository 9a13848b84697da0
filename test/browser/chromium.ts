import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const CHROMIUM = '/usr/bin/chromium';

const NEEDED = { chromium: CHROMIUM, python3: '/usr/bin/python3' };

/** Debian's browser for the tests of pages, and the Python by which the demo runs its tools; installed when one is missing. */
export default function provideChromium(): void {
  const missing = Object.entries(NEEDED).flatMap(([name, path]) => (existsSync(path) ? [] : [name]));
  if (missing.length === 0) return;
  console.log(`tests: installing ${missing.join(' and ')} (about a minute)`);
  const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  execFileSync('apt-get', ['-q', 'update'], quiet);
  execFileSync('apt-get', ['-q', '-y', 'install', '--no-install-recommends', ...missing], quiet);
}
