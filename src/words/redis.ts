/** Sentences about what Redis holds. */
export const words = {
  full: 'writing to Redis: it is full',
  fullAdvice:
    'Nothing was started or changed. Give Redis more memory (maxmemory); what runs waits for that and goes on by itself.',
  unreadable: (key: string, field: string | undefined) =>
    `reading "${key}" in Redis: ${field === undefined ? 'it' : `its field "${field}"`} is not what Strata writes`,
  unreadableAdvice:
    'Nothing goes on there until somebody mends it. A number belongs there: 0, when no worker carries the run (redis-cli HSET).',
  tooMany: (environment: string, most: number) => `keeping the schedule: ${environment} has ${most} already`,
  tooManyAdvice: 'Remove one first: /strata schedules lists them.',
  keeper: 'Redis',
  unreadableFreeze: (environment: string, key: string) =>
    `the freeze of ${environment} cannot be read (key ${key}); open the environment with unfreeze to write it anew`,
  unreadableStop: (run: number, key: string) =>
    `the wish to stop run #${run} cannot be read (key ${key}, field stop); stop the run again to write it anew`,
};
