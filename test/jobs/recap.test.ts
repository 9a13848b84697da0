import { describe, expect, it } from 'vitest';
import { readRecap, recapTable } from '#jobs/recap.ts';
import { layerOf } from './status/world.ts';

const OUTPUT = `
TASK [nova-cell : Waiting for nova-compute services to register themselves] ****
fatal: [metal-02]: FAILED! => {"attempts": 20}

PLAY RECAP *********************************************************************
\u001B[0;33mmetal-01\u001B[0m                   : \u001B[0;32mok=412 \u001B[0m \u001B[0;33mchanged=87  \u001B[0m unreachable=0    failed=0    skipped=290  rescued=0    ignored=0
metal-02                   : ok=318  changed=66   unreachable=0    failed=1    skipped=240  rescued=0    ignored=0
metal-03                   : ok=12   changed=0    unreachable=1    failed=0    skipped=4    rescued=0    ignored=0
localhost                  : ok=4    changed=0    unreachable=0    failed=0    skipped=1    rescued=0    ignored=2

Friday 23 November 2026  14:44:30 +0000 (0:00:00.061)       0:36:30.004 *******
`;

describe('a PLAY RECAP', () => {
  it('is read from the output of a playbook, colours or not', () => {
    const recaps = readRecap(OUTPUT);

    expect(recaps.map(({ host }) => host)).toEqual(['metal-01', 'metal-02', 'metal-03', 'localhost']);
    expect(recaps[0]).toMatchObject({ ok: 412, changed: 87, skipped: 290, failed: 0, ignored: 0 });
  });

  it('is the last of several, and nothing where there is none', () => {
    const twice = `${OUTPUT}\nPLAY RECAP ****\nlater : ok=1 changed=0 unreachable=0 failed=0\n`;

    expect(readRecap(twice)).toEqual([
      { host: 'later', ok: 1, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 },
    ]);
    expect(readRecap('PLAY [all] ***\nok: [metal-01]\n')).toEqual([]);
  });

  it('becomes a table with the worst hosts first', () => {
    const [table] = recapTable(layerOf('metal', 'openstack'), readRecap(OUTPUT), 'kolla-ansible deploy');

    expect(table?.rows.map(({ health, cells }) => [health, cells[0], cells[1]])).toEqual([
      ['failure', 'metal-02', 'failed'],
      ['failure', 'metal-03', 'unreachable'],
      ['warning', 'localhost', 'ok'],
      ['ok', 'metal-01', 'changed'],
    ]);
  });
});
