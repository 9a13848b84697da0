import { plural } from './language.ts';

/** Sentences about settings: the environment variables and the stack file. */
export const words = {
  mistakes: (file: string, lines: readonly string[]) =>
    [`reading ${file}: ${plural(lines.length, 'one mistake', `${lines.length} mistakes`)}`, ...lines].join('\n  '),
  mistake: (where: string, what: string) => `${where}: ${what}`,
  at: (file: string, line: number | undefined, field: string) =>
    [line === undefined ? file : `${file}:${line}`, field].filter((part) => part !== '').join(' '),
  noFile: (file: string) => `reading ${file}: no such file, or not readable`,
  noFileAdvice: 'Set STRATA_CONFIG to your stack file, or start one: cp strata.example.yaml strata.yaml',
  notYaml: (why: string) => `not valid YAML: ${why}`,
  bareStar: 'not valid YAML: where everybody is meant, quote it: "*"',
  noAnchor: (name: string) =>
    `not valid YAML: nothing is called &${name}, which *${name} means; where a star is meant, quote it`,
  tooManyAliases: (most: number) => `more than ${most} references as *name; write them out`,
  kinds: {
    ...{ array: 'a list', record: 'a mapping', object: 'a mapping', nothing: 'nothing' },
    ...{ int: 'a whole number', number: 'a number', string: 'a text' },
  },
  noneNamed: 'name one at least',
  tooSmall: (least: string, isIncluded: boolean) =>
    isIncluded ? `expected ${least} or more` : `expected more than ${least}`,
  tooBig: (most: string) => `expected ${most} or less`,
  unknownKey: (key: string, known: readonly string[], near: string | undefined) =>
    `no field "${key}" here${near === undefined ? `; the fields are ${known.join(', ')}` : `, did you mean "${near}"?`}`,
  unknownWord: (given: string, known: readonly string[], near: string | undefined) =>
    `${given} is none of ${known.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`,
  missing: 'this field is missing',
  wrongKind: (expected: string, given: string) => `expected ${expected}, found ${given}`,
  name: 'a name is lower-case letters, digits and dashes, starts with a letter, and has at most 31 characters',
  reservedLayer: '"all" means every layer, so no layer can be called that',
  channel: 'a channel is "#name" or an id as C0123456789; quote it, or YAML takes # for a comment',
  person: 'a person is a user id (U...), a user group id (S...), or "*" for everybody in the channels',
  glassBreaker: 'who may break the glass is a user id (U...) or a user group id (S...), never everybody',
  publicKey: 'a key is the line of id_ed25519.pub: ssh-ed25519 AAAA...; make one with: ssh-keygen -t ed25519',
  user: 'a Slack user id looks as U0123456789',
  noCloud: 'an openstack layer needs "cloud": the name of its entry in clouds.yaml',
  gateway: 'a gateway is namespace/name, as infra/public',
  noContext: 'a kubernetes layer needs "context": the name of its kubeconfig context',
  host: 'a host is ssh://user@host, or unix:///var/run/docker.sock for this one',
  charts:
    'charts are an absolute path where the tools run, the name of a repository that helm knows there, or oci://registry/path',
  chart: 'a chart is called as its folder: letters, digits, dots, dashes and underscores',
  chartVersion: 'a version of a chart is as 2026.1.0; no range, so that a plan says which one it is',
  noChartVersion: 'a release from a repository needs "version": else nobody knows what is approved',
  release: 'a name here is lower-case letters, digits and dashes, at most 53, and begins and ends with no dash',
  releaseTwice: (name: string) => `there are two releases called "${name}" in one namespace`,
  valueFile: 'a value file is a path where the tools run; it cannot begin with a dash',
  kubeconfig: 'a kubeconfig is an absolute path where the tools run',
  path: 'a path begins with /, and is of the machine where the tools run',
  cidr: 'a network is as 10.10.0.0/24',
  login: 'a login is lower-case letters, digits, dashes and underscores',
  time: 'a time is HH:MM, in quotes',
  timeZone: 'a time zone is an IANA name as Europe/Oslo',
  twice: (name: string) => `there are two layers called "${name}"`,
  noLayerBelow: (name: string, near: string | undefined) =>
    `no layer "${name}" stands above this line${near === undefined ? '' : `, did you mean "${near}"?`}; layers are listed bottom first`,
  variable: (name: string, why: string) => `reading the environment variable ${name}: ${why}`,
  url: 'expected a URL as redis://host:6379, redis+sentinel://host,host/mymaster or redis+cluster://host,host',
  pem: 'expected the path of a readable PEM file',
  key: 'expected 32 bytes in base64, as from: openssl rand -base64 32',
  blocks: 'expected native or plain',
  apiUrl: 'expected a URL as https://slack.com/api/',
  integer: (least: number, most: number) => `expected a whole number from ${least} to ${most}`,
  level: (known: readonly string[]) => `expected one of ${known.join(', ')}`,
  prefix: 'expected lower-case letters, digits, dashes and underscores, at most 20',
  noClouds: 'finding clouds.yaml: it is not in this folder, ~/.config/openstack or /etc/openstack',
  noCloudsAdvice: 'Set OS_CLIENT_CONFIG_FILE to its path.',
};
