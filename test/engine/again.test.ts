import { describe, expect, it } from 'vitest';
import { CheckError, DeadlineError, RemoteError } from '#domain/errors.ts';
import { again } from '#engine/again.ts';

function remote(status?: number): RemoteError {
  const failure = {
    service: 'neutron',
    method: 'POST',
    url: 'http://cloud/',
    ...(status === undefined ? {} : { status }),
  };
  return new RemoteError(`allowing icmp: ${status ?? 'no answer'}`, { failure });
}

/** Work that fails with each of these, then succeeds. */
function failing(...errors: readonly Error[]): { work: () => Promise<string>; tries: () => number } {
  let tries = 0;
  return {
    tries: () => tries,
    work: async () => {
      const error = errors[tries++];
      if (error) throw error;
      return 'done';
    },
  };
}

describe('again', () => {
  it.each([
    ['an answer of 500', remote(500)],
    ['an answer of 429', remote(429)],
    ['no answer', remote()],
    ['no answer in time', new DeadlineError('allowing icmp: no answer')],
  ])('tries once more after %s', async (_what, error) => {
    const { work, tries } = failing(error);

    await expect(again(work, new AbortController().signal)).resolves.toBe('done');
    expect(tries()).toBe(2);
  });

  it.each([
    ['a refusal', remote(403)],
    ['a conflict', remote(409)],
    ['a bad answer', new CheckError('booting server: it is gone')],
    ['a bug', new TypeError('x is not a function')],
  ])('does not try again after %s', async (_what, error) => {
    const { work, tries } = failing(error);

    await expect(again(work, new AbortController().signal)).rejects.toBe(error);
    expect(tries()).toBe(1);
  });

  it('stops waiting when the run is aborted', async () => {
    const aborting = new AbortController();
    const { work, tries } = failing(remote(503), remote(503));
    const trying = again(work, aborting.signal);

    aborting.abort();

    await expect(trying).rejects.toThrow();
    expect(tries()).toBe(1);
  });
});
