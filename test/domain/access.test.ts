import { describe, expect, it } from 'vitest';
import { type Caller, judge } from '#domain/access.ts';
import { environment } from '../commands/world.ts';

const OPS = { id: 'C1', name: 'cloud-ops' };
const ELSEWHERE = { id: 'C2', name: 'elsewhere' };
const everybody = environment('lab', {
  channels: ['#cloud-ops'],
  people: { view: ['*'], operate: ['U1'], approve: ['S1'] },
});

function inHome(change: Partial<Caller>): Caller {
  return { person: { id: 'U2', name: 'guest' }, groups: [], memberOf: [], ...change };
}

describe('the rights in App Home, which stands in no channel', () => {
  it('make "*" those who are in a channel of the environment', () => {
    expect(judge(everybody, 'view', inHome({ memberOf: [ELSEWHERE, OPS] })).allowed).toBe(true);
    expect(judge(everybody, 'view', inHome({ memberOf: [ELSEWHERE] })).allowed).toBe(false);
    expect(judge(everybody, 'view', inHome({})).allowed).toBe(false);
  });

  it('are those of whoever is named, wherever they are', () => {
    expect(judge(everybody, 'operate', inHome({ person: { id: 'U1', name: 'operator' } })).allowed).toBe(true);
    expect(judge(everybody, 'approve', inHome({ groups: ['S1'] })).allowed).toBe(true);
    expect(judge(everybody, 'operate', inHome({ memberOf: [OPS] })).allowed).toBe(false);
  });

  it('are none for an outsider', () => {
    const outsider = inHome({ person: { id: 'U1', name: 'operator' }, memberOf: [OPS], isOutsider: true });

    expect(judge(everybody, 'view', outsider)).toMatchObject({ allowed: false, why: 'outsider' });
  });
});
