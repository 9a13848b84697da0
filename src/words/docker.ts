/** What stands between us and the daemon, first match wins, and what to do about it. */
const OBSTACLES: readonly (readonly [RegExp, string])[] = [
  [/host key verification failed/i, 'Its host key is not known here: log in by hand once, as the user of the worker.'],
  [
    /permission denied \((publickey|password|keyboard|gssapi)/i,
    'ssh has no key for it: put one into the agent or the key files of the user of the worker.',
  ],
  [/could not resolve|name or service not known/i, 'The host name does not resolve from here: check "host".'],
  [
    /(docker|command): (command )?not found|executable file not found/i,
    'Docker is not in the PATH of that user there.',
  ],
  [/permission denied|EACCES/i, 'This user may not open the socket of Docker: add it to the group docker.'],
  [
    /no such file or directory|ENOENT/i,
    'There is no such socket: check "host", and whether Docker is installed there.',
  ],
  [
    /refused|ECONNREFUSED|is the docker daemon running/i,
    'Nothing listens there: on that host, look at "systemctl status docker" (or at sshd, when it is ssh that was refused).',
  ],
  [/timed out|no route|unreachable/i, 'The host does not answer: is it up, and is the way to it open?'],
];

/** Advice on failed calls to a Docker daemon. */
export const words = {
  obstacle: (what: string) =>
    OBSTACLES.find(([pattern]) => pattern.test(what))?.[1] ??
    'Try it by hand as the user of the worker: docker --host with the URL of "host".',
  slow: 'The daemon takes calls and does not answer: on that host, look at its load and at "journalctl -u docker".',
  notDocker: 'Something else than Docker answers there: check "host".',
  broken: 'The daemon itself is in trouble: on that host, look at "journalctl -u docker".',
  tooNew: 'Update Strata: this daemon no longer speaks the API that it knows.',
};
