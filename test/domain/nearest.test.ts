import { describe, expect, it } from 'vitest';
import { nearest } from '#domain/nearest.ts';

const WORDS = ['deploy', 'scale-node', 'smoke-test', 'cloud-status', 'history'];

describe('nearest', () => {
  it.each([
    ['smoketest', 'smoke-test'],
    ['smoek-test', 'smoke-test'],
    ['Deplyo', 'deploy'],
    ['hist', 'history'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, WORDS)).toBe(meant);
  });

  it('guesses nothing when nothing is near', () => {
    expect(nearest('banana', WORDS)).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});
