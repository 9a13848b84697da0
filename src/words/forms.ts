/** Sentences of the forms of commands. */
export const words = {
  environment: 'Environment',
  environmentHint: (count: number) => `${count} to choose from: type a part of the name.`,
  layer: 'Layers',
  all: 'all of them',
  noChoice: 'Choose one.',

  smokeTest: {
    title: 'Smoke test',
    level: 'How thorough',
    levels: {
      quick: 'quick: something of its own is made and runs',
      standard: 'standard: and networks, volumes, names',
      full: 'full: and is reached, with the largest packets',
    },
  },
  status: {
    title: 'Status',
    shown: 'Who sees it',
    shownTo: { everybody: 'everybody in the channel', private: 'only me, as a direct message' },
  },
  runs: {
    titles: { show: 'Show a run', stop: 'Stop a run', retry: 'Go on with a run' },
    submits: { show: 'Show', stop: 'Stop', retry: 'Go on' },
    run: 'Run',
    none: 'There is no such run in this environment now.',
    noRun: 'Which run? Choose another environment, or close this.',
    choice: (number: number, what: string, state: string) => `#${number} ${what}: ${state}`,
    how: 'How',
    hows: { step: 'after its step', now: 'now, in the middle of it' },
  },
  freeze: {
    title: 'Freeze',
    undoing: 'Unfreeze',
    reason: 'Why',
    reasonHint: 'Everybody whose run waits reads it. At most 255 characters, without straight quotes.',
    badReason: 'At most 255 characters, without straight quotes.',
    noReason: 'Give a reason.',
    until: 'Until',
    untilHint: 'As 30m, 2h, 3d or 2026-12-24T18:00Z; left out: until somebody opens it.',
    badUntil: 'As 30m, 2h, 3d or 2026-12-24T18:00Z.',
  },
};
