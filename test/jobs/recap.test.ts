import { describe, expect, it } from 'vitest';
import { recapTable } from '#jobs/recap.ts';
import { layerOf } from './status/world.ts';

const NONE = { ok: 3, changed: 0, unreachable: 0, failed: 0, skipped: 1, rescued: 0, ignored: 0 };

describe('a PLAY RECAP', () => {
  it('becomes a table with the worst hosts first', () => {
    const recap = [
      { ...NONE, host: 'metal-01', changed: 87 },
      { ...NONE, host: 'metal-02', failed: 1 },
      { ...NONE, host: 'metal-03', unreachable: 1 },
      { ...NONE, host: 'localhost', ignored: 2 },
    ];
    const [table] = recapTable(layerOf('metal', 'openstack'), recap, 'kolla-ansible deploy');

    expect(table?.rows.map(({ health, cells }) => [health, cells[0], cells[1]])).toEqual([
      ['failure', 'metal-02', 'failed'],
      ['failure', 'metal-03', 'unreachable'],
      ['warning', 'localhost', 'ok'],
      ['ok', 'metal-01', 'changed'],
    ]);
  });
});
