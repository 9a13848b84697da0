import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openReach } from '#adapters/reach/reach.ts';

/** A folder with a `ping` that speaks German, as iputils does where LANG wants it. */
function germanPing(): string {
  const folder = mkdtempSync(join(tmpdir(), 'strata-ping-'));
  const said =
    '[ "$LC_ALL" = C ] && echo "2 packets transmitted, 2 received" || echo "2 Pakete übertragen, 2 empfangen"';
  writeFileSync(join(folder, 'ping'), `#!/bin/sh\n${said}\n`, { mode: 0o755 });
  return folder;
}

it('a ping is counted whatever language is spoken where it runs', async () => {
  const command = ['env', `PATH=${germanPing()}:${process.env['PATH']}`, 'LC_ALL=de_DE.UTF-8'];
  const reach = openReach({ kind: 'command', command }, AbortSignal.timeout(60_000));

  expect(await reach?.ping({ address: '192.0.2.1', count: 2 })).toEqual({ sent: 2, received: 2 });
});
