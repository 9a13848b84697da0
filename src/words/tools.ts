import type { PlaybookProgress } from '#domain/tools.ts';
import { plural } from './language.ts';

/** What stands between us and the place where tools run, first match wins, and what to do about it. */
const OBSTACLES: readonly (readonly [RegExp, string])[] = [
  [/host key verification failed/i, 'Its host key is not known here: log in by hand once, as the user of the worker.'],
  [
    /permission denied \((publickey|password|keyboard|gssapi)/i,
    'ssh has no key for it: put one into the agent or the key files of the user of the worker.',
  ],
  [/could not resolve|name or service not known/i, 'The host name does not resolve from here: check "tools.command".'],
  [
    /python3\S*: (command )?not found|exec.*"?python3"?.*not found|can't open.*python3|unable to find.*python3|env: .?python3/i,
    'Install Python 3.8 or newer there (the package python3): tools run under a small guard that is written in it.',
  ],
  [
    /no such container|is not running|no container with name/i,
    'Start the container, or put the name it has now into "tools.command" of the layer.',
  ],
  [
    /permission denied.*docker|docker.*permission denied/i,
    'This user may not open the socket of Docker: add it to the group docker.',
  ],
  [
    /cannot connect to the docker daemon|is the docker daemon running/i,
    'Start Docker on this host, or check DOCKER_HOST.',
  ],
  [/timed out|no route|unreachable|refused/i, 'The host does not answer: is it up, is sshd running, is the way open?'],
  [/ENOENT/, 'Install it on this host, or check "tools.command" of the layer in the stack file.'],
];

/** Sentences about programs that are run for a layer. */
export const words = {
  readingPins: 'reading the versions of the tools',
  here: 'this host',
  behind: (command: readonly string[]) => `"${command.join(' ')}"`,
  notReached: (doing: string, where: string, why: string) => `${doing}: nothing can be run by ${where}: ${why}`,
  obstacle: (why: string) =>
    OBSTACLES.find(([pattern]) => pattern.test(why))?.[1] ??
    'Try it by hand as the user of the worker: what "tools.command" says, followed by: python3 --version',
  ended: (code: number) => `it ended with exit code ${code} and said nothing`,
  silent: (ms: number) => `no answer within ${ms / 1000} s`,
  refused: {
    tool: (doing: string, what: string, where: string) => `${doing}: "${what}" cannot be started on ${where}`,
    cwd: (doing: string, what: string, where: string) => `${doing}: there is no folder "${what}" on ${where}`,
    left: (doing: string, what: string, where: string) =>
      `${doing}: what a dead worker left on ${where} cannot be ended: process ${what}`,
    folder: (doing: string, what: string, where: string) =>
      `${doing}: no folder for its files can be made on ${where}: ${what}`,
  },
  refusedAdvice: {
    tool: 'Install it there, or put its folder into the PATH, as in: tools: { command: [env, "PATH=/opt/ansible/bin:/usr/bin:/bin"] }',
    cwd: 'Check the path in the stack file: it is one on the machine where the tools run.',
    left: 'Look at that process there (ps -fp) and end it; nothing was started beside it.',
    folder: 'Look at the free space and the rights of the folder for temporary files there (TMPDIR, else /tmp).',
  },
  lost: (doing: string, where: string, why: string) =>
    `${doing}: the connection by ${where} was lost${why === '' ? '' : `: ${why}`}`,
  told: 'it was told to end, there',
  lostAdvice: 'The program there is ended within 10 s, since nobody watches it. Mend the connection and run it again.',
  stoodStill: (doing: string) => `${doing}: this worker stood still for too long, so the program was ended`,
  stoodStillAdvice: 'Look at the load and the memory of the host of the worker, and run it again.',

  missing: (bytes: number, next: string) =>
    `\n[strata: ${bytes.toLocaleString('en')} bytes that came here are not kept; the log goes on in ${next}]\n`,

  wrongVersion: (found: string, least: string, below: string) =>
    `checking the tools: ansible-core is ${found}, and Kubespray wants ${least} or newer, and older than ${below}`,
  wrongVersionAdvice: (source: string) =>
    `These bounds are Kubespray's own, in ${source}: install a version between them where the tools run (its requirements.txt names one).`,
  noVersion: (what: string) => `reading the versions of the tools: ${what}`,
  noVersionAdvice: 'Check "kubespray.path" in the stack file, and run ansible-playbook --version there by hand.',
};

/** As `play 3 of 12, task 141: Kubeadm | Join node to cluster; again on node-5, 4 tries left`. */
export function noteOf({ play, plays, task, taskName, retrying }: PlaybookProgress): string {
  const again =
    retrying && `; again on ${retrying.host}, ${retrying.left} ${plural(retrying.left, 'try', 'tries')} left`;
  return `play ${play} of ${plays}, task ${task}: ${taskName}${again ?? ''}`;
}
