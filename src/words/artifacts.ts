/** Sentences about the files of runs. */
export const words = {
  name: (name: string) =>
    `keeping file ${JSON.stringify(name.slice(0, 80))}: a name is letters, digits, dots, dashes and underscores, at most 80`,
  tooLarge: (name: string, bytes: number, most: number) =>
    `keeping file "${name}": ${bytes} bytes, and ${most} is the most there is room for`,
  tooLargeAdvice: 'Set STRATA_ARTIFACTS to a folder that all workers share, which takes larger files.',
  noKey: (name: string) => `keeping file "${name}": it holds secrets, and there is no key to encrypt it with`,
  noKeyAdvice:
    'Give all workers and bots the same STRATA_ARTIFACTS_KEY, made once with: openssl rand -base64 32 (and kept safe).',
  sealed: (name: string) => `reading file "${name}": it is encrypted with a key that this process does not have`,
  sealedAdvice: 'Set STRATA_ARTIFACTS_KEY to the key that the workers have.',
};
