/** Sentences of the drill. */
export const words = {
  noLayer: (layer: string, environment: string) =>
    `drilling layer "${layer}" of environment "${environment}": it has no OpenStack layer of that name`,
  summary: (risk: string, layer: string) => `drill of a ${risk} on ${layer}`,
  judged: (layer: string, project: string, seconds: number) => [
    `make a key pair of our own in project ${project} on ${layer}`,
    `wait ${seconds} s`,
    'see that it is still there, then remove it',
  ],
  title: {
    key: 'Make a key pair of our own',
    wait: (seconds: number) => `Wait ${seconds} s, as a long step would`,
    check: 'See that it is still there',
  },
  gone: 'somebody removed it meanwhile',
  report: {
    title: {
      succeeded: 'Drill done',
      degraded: 'Drill done, with remarks',
      failed: 'Drill failed',
      cancelled: 'Drill stopped',
    },
    subtitle: (environment: string) => `${environment}, nothing of yours was touched`,
  },
};
