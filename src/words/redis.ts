/** Sentences about what Redis holds. */
export const words = {
  /** Why it takes nothing now, by the first word of what it says. */
  refusals: {
    OOM: { what: 'writing to Redis: it is full', advice: refused('Give Redis more memory (maxmemory)') },
    MISCONF: {
      what: 'writing to Redis: it cannot write to its disk',
      advice: refused('See why in its log, and INFO persistence'),
    },
    NOREPLICAS: {
      what: 'writing to Redis: it has too few replicas',
      advice: refused('Bring back as many as it must have (min-replicas-to-write)'),
    },
  },
  unreadable: (key: string, field: string | undefined) =>
    `reading "${key}" in Redis: ${field === undefined ? 'it' : `its field "${field}"`} is not what Strata writes`,
  unreadableAdvice:
    'Nothing goes on there until somebody mends it. A number belongs there: 0, when no worker carries the run (redis-cli HSET).',
  perhapsRecorded:
    'It may have been taken all the same; then it shows itself as soon as Redis answers. Look at the newest runs before you ask again.',
  goesOn: (run: number) => `trimming the journal: run #${run} goes on again`,
  goesOnAdvice: 'Nothing was removed: trim again, to before it.',
  tooMany: (environment: string, most: number) => `keeping the schedule: ${environment} has ${most} already`,
  tooManyAdvice: 'Remove one first: /strata schedules lists them.',
  keeper: 'Redis',
  unreadableFreeze: (environment: string, key: string) =>
    `the freeze of ${environment} cannot be read (key ${key}); open the environment with unfreeze to write it anew`,
  unreadableStop: (run: number, key: string) =>
    `the wish to stop run #${run} cannot be read (key ${key}, field stop); stop the run again to write it anew`,
};

function refused(mend: string): string {
  return `Nothing was started or changed. ${mend}; what runs waits for that and goes on by itself.`;
}
