import { listed, plural } from './language.ts';

type Ill = (names: readonly string[], status: string | undefined) => string;

/** `container heat_api is down: Exited (1) 4 seconds ago`, `3 containers are down: heat_api, horizon and nova_api`. */
function told(is: string, are: string): Ill {
  return (names, status) =>
    plural(
      names.length,
      `container ${names.join('')} ${is}${status === undefined ? '' : `: ${status}`}`,
      `${names.length} containers ${are}: ${listed(names)}`,
    );
}

function logs(names: readonly string[]): string {
  return `docker logs --tail 50 ${names.length === 1 ? names.join('') : 'NAME'} on the host, and /var/log/kolla there`;
}

/** Sentences about the containers of a host. */
export const words = {
  read: (layer: string) => `Read the containers of ${layer}`,
  title: 'Containers',
  parts: { host: 'the containers of the host', endings: 'the latest endings of containers' },
  counts: (well: number, all: number) => `${well} of ${all} containers well`,
  none: 'no containers',
  ago: (age: string) => `${age} ago`,
  ill: {
    looping: told('crashes again and again', 'crash again and again'),
    down: told('does not run', 'do not run'),
    paused: told('is paused', 'are paused'),
    unhealthy: told('is unhealthy', 'are unhealthy'),
    fresh: told('came up again a moment ago', 'came up again a moment ago'),
  },
  outOfMemory: 'it was killed because its memory was used up',
  lastCheck: (output: string) => `its health check says: ${output}`,
  endings: (count: number) => `it ended ${count} times in the last minutes, soon after each start`,
  restarts: (count: number) => `Docker has started it again ${count} ${plural(count, 'time', 'times')}`,
  advice: {
    looping: (names: readonly string[]) => `Look at ${logs(names)}: mostly its configuration, or what it depends on.`,
    down: (names: readonly string[]) => `Look at ${logs(names)}; then start its unit, kolla-NAME-container.`,
    paused: (names: readonly string[]) => `docker unpause ${listed(names)}, unless somebody paused it on purpose.`,
    unhealthy: (names: readonly string[]) => `Look at ${logs(names)}; a restart only helps if it hangs.`,
    fresh: () => 'Look again in a minute: it was restarted, or it crashes again and again.',
  },
};
