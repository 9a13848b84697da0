import type { StepView } from '#domain/fold.ts';
import type { Outcome } from '#domain/run.ts';
import { STEP_MARKS } from './marks.ts';
import { plural } from './language.ts';

const VERDICTS = { ok: '✓', failed: '✗', off: '–' } as const;
const OUTCOMES: Readonly<Record<Outcome, string>> = {
  succeeded: 'succeeded',
  degraded: 'is done, something is unhealthy',
  failed: 'failed',
  cancelled: 'was cancelled',
};

/** Sentences of the terminal. */
export const words = {
  usage: `Strata: ChatOps for layered private clouds.

  strata up                      the bot and a worker in one process
  strata bot                     the Slack side alone
  strata worker                  a worker alone; start more to scale
  strata run COMMAND [ARGS]      a command through the same queue: strata run smoke-test lab metal quick
      --json                     the run as JSON on standard output
      --picture FILE             the report as a PNG
      --full-picture FILE        all of it, with every step and the servers' consoles
      --key FILE                 your key, to approve, deny or break-glass from here; default STRATA_KEY
  strata artifact RUN [NAME]     the files of a run, or one of them on standard output
  strata check                   is everything there and reachable? a line each; exit 1 when not
  strata audit verify [ENVIRONMENT]   is the journal whole and unchanged? exit 1 when not
      --head N:LINK              a head that was printed before
  strata audit export [ENVIRONMENT]   the journal on standard output
      --since 7d                 or a date
      --format jsonl             or csv
  strata audit trim ENVIRONMENT  removes what is older; export it first
      --before 180d              or a date
  strata manifest                the Slack app manifest
      --prefix ops-              put before every command
      --url https://HOST         for HTTP mode instead of Socket Mode

Settings come from the environment: STRATA_CONFIG (the stack file), REDIS_URL, OS_CLIENT_CONFIG_FILE, KUBECONFIG,
SLACK_BOT_TOKEN, SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode), SLACK_API_URL, STRATA_LOG_LEVEL; docs/operate.md has all of them.
Exit codes of run: 0 succeeded, 1 failed, 2 refused or misunderstood, 3 done but something is unhealthy.
`,
  unknown: (word: string, near: string | undefined) =>
    `strata: no command "${word}"${near ? `, did you mean "${near}"?` : ''} (strata help)`,
  problem: (message: string, advice: string | undefined) => `strata: ${message}${advice ? `\n${advice}` : ''}`,
  badManifest: (why: string) => `writing the manifest: ${why}`,
  bug: 'strata: this is a bug:',
  extraWord: (name: string, word: string) => `reading the command: "strata ${name}" takes no "${word}"`,
  noOutput: (code: string) => `strata: writing the output: ${code}`,
  badUrl: (url: string) => `writing the manifest: "${url}" is no address; as in --url https://strata.example.com`,
  badPicture: (file: string) => `drawing the picture ${file}: there is no such folder, or it cannot be written`,

  // compose
  noRedis: { away: 'reaching Redis', password: 'signing in to Redis', certificate: 'reaching Redis through TLS' },
  noRedisAdvice: {
    away: 'Start one (redis-server --appendonly yes --maxmemory-policy noeviction), or set REDIS_URL.',
    password:
      'Look at the user and the password in REDIS_URL, and at REDIS_SENTINEL_PASSWORD if Sentinels have one of their own.',
    certificate: 'Set REDIS_CA_FILE to who signed its certificate, which must name the host that REDIS_URL names.',
  },
  evicts: (policy: string) => `opening Redis: its policy is ${policy}, so it may forget runs`,
  evictsAdvice: 'Set "maxmemory-policy noeviction" in its configuration.',
  noCloud: (layer: string) => `opening layer "${layer}": it has no cloud`,
  noLayer: (layer: string, environment: string) =>
    `opening layer "${layer}": no such layer in environment "${environment}"`,

  // serve
  ready: (what: string) => `strata: ${what} ready`,
  stopping: 'strata: stopping at the next step boundary (again to stop now)',
  stoppedLate: 'strata: stopped without handing everything over: Redis does not answer; another worker takes it over',
  stoppedEarly: 'starting: stopped before it was done',
  slackMissing: 'strata: no SLACK_BOT_TOKEN, so no bot; only "strata run" reaches this worker',
  noBotToken: 'starting the bot: SLACK_BOT_TOKEN is not set',
  noBotTokenAdvice: 'Make an app with "strata manifest", install it, and set the tokens from its page.',

  // keys
  noSigner: (why: string) => `signing with your key: ssh-keygen cannot be started: ${why}`,
  noSignerAdvice: 'Install the OpenSSH client, or decide in Slack.',
  notSigned: (file: string, why: string) => `signing with the key ${file}: ${why}`,
  notSignedAdvice:
    'Nothing was decided. The file is your private key, or the public one of a key that ssh-agent holds.',

  // run
  noCommand: 'running: no command',
  noCommandAdvice: 'As in: strata run smoke-test lab metal quick (strata run help lists them)',
  withoutFile: (option: string) => `running: ${option} needs a file`,
  noUserName: 'running: the system user has no name here',
  noUserNameAdvice: 'Run it as a user that /etc/passwd names, so that the stack file can say who that is.',
  noPerson: (user: string) => `running: the system user "${user}" is nobody in the stack file`,
  noPersonAdvice: (user: string) => `Add it at its end:\nterminal:\n  ${user}: U0123456789 # the Slack user id`,
  noWorker: 'no worker is running, so this waits; start one with "strata worker"',
  step: (status: StepView['status'], title: string, detail: string | undefined) =>
    `  ${STEP_MARKS[status]} ${title}${detail ? `: ${detail}` : ''}`,
  takes: (time: string) => `  plan: ${time}`,
  left: (number: number, all: number, times: string) => ` (${number} of ${all}, ${times})`,
  takenOver: '  another worker goes on',
  cleaningUp: '  cleaning up',
  outcome: (number: number, outcome: Outcome, time: string) =>
    `run #${number} ${OUTCOMES[outcome]}${outcome === 'degraded' ? ` (took ${time})` : ` after ${time}`}`,
  goesOn: (number: number) => `run #${number} goes on; see it with: strata run show ${number}`,
  footer: (number: number, person: string) => `#${number} by ${person}`,
  pictureAt: (file: string) => `picture: ${file}`,

  // artifact
  artifactUsage: 'reading the command: strata artifact RUN [NAME]',
  noRun: (number: string) => `finding run ${number}: there is none`,
  artifact: ({ name, bytes }: { readonly name: string; readonly bytes: number }) => `${name}  ${bytes} bytes`,
  noArtifact: (number: string, name: string) => `reading file ${JSON.stringify(name)} of run ${number}: there is none`,

  // audit
  auditUsage: 'reading the command: strata audit verify|export|trim [environment]',
  auditTrimUsage: 'reading the command: strata audit trim ENVIRONMENT --before 180d',
  auditTrimFlawed: (environment: string) =>
    `trimming the journal of ${environment}: it is not as it was written; see strata audit verify ${environment}`,
  auditTrimmed: (environment: string, head: string) => `${environment}: removed up to record ${head}`,
  auditNothingToTrim: (environment: string) =>
    `${environment}: nothing to remove; a run from before then may still be open`,
  auditOption: (message: string) => `reading the command: ${message}`,
  auditFormat: (word: string) => `reading the command: "${word}" is neither jsonl nor csv`,
  auditHead: (word: string) => `reading the command: "${word}" is no head; it looks like 120:9f86d081...`,
  auditEnvironment: (name: string, near: string | undefined) =>
    `finding the environment: there is no "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  auditHeadOfAll: 'reading the command: a head belongs to one environment; name it',
  auditWhole: (environment: string, count: number, head: string) =>
    `✓ ${environment}: ${count} ${plural(count, 'record', 'records')}, whole and unchanged; head ${head}`,
  auditFlawed: (environment: string, count: number) =>
    `✗ ${environment}: ${plural(count, '1 record is not as it was', `${count} records are not as they were`)} written`,
  auditFlaw: (n: number, what: string, where: string) => `    record ${n} ${what}${where}`,
  auditFlaws: {
    missing: 'is missing',
    changed: 'was changed',
    reordered: 'stands in another order',
    head: 'is not the one that was written last',
  },
  auditWhere: (run: string, seq: number) =>
    run === '' ? ' (of the environment itself)' : ` (run #${run}, event ${seq})`,

  // check
  verdict: (verdict: keyof typeof VERDICTS, what: string, found: string) => `${VERDICTS[verdict]} ${what}: ${found}`,
  advice: (text: string) => `    ${text}`,
  environmentVariables: 'environment variables',
  read: 'read',
  stackFile: (file: string) => `stack file ${file}`,
  counted: (environments: number, layers: number) =>
    `${environments} environment${plural(environments, '', 's')}, ${layers} layer${plural(layers, '', 's')}`,
  redis: 'Redis',
  redisFound: (version: string) => `${version}, noeviction, append-only file on`,
  notDurable: (version: string) => `${version}, noeviction, but it has no append-only file`,
  notDurableAdvice: 'Runs are lost when it restarts; set "appendonly yes" in its configuration.',
  slack: 'Slack',
  slackOff: 'SLACK_BOT_TOKEN is not set, so only "strata run" works',
  slackOffAdvice: 'Make an app with "strata manifest", install it, and set the tokens from its page.',
  layer: (environment: string, layer: string) => `${environment} / ${layer}`,
  cloudFound: (project: string, services: number) =>
    `signed in to project ${project}, ${services} ${plural(services, 'service', 'services')}`,
  clusterFound: (version: string, user: string, nodes: number) =>
    `Kubernetes ${version} as ${user}, ${nodes} ${plural(nodes, 'node', 'nodes')}`,
  serviceMissing: (types: readonly string[]) => `signed in, but its catalog has no ${types.join(', ')}`,
  serviceMissingAdvice: 'Check region_name and interface in clouds.yaml.',
  reachOk: 'probes get through',
  reach: (environment: string, layer: string) => `${environment} / ${layer}, reach`,
  reachFailed: (command: string, why: string) => `running "${command}": ${why}`,
  reachAdvice: 'Run it by hand as this system user; it must end without asking anything.',
  tools: (environment: string, layer: string) => `${environment} / ${layer}, tools`,
  toolsDoing: 'running nothing',
  toolsOk: 'programs can be run there',
  host: (environment: string, layer: string) => `${environment} / ${layer}, host`,
  hostFound: (engine: string, apiVersion: string, containers: number) =>
    `${engine} (API ${apiVersion}), ${containers} ${plural(containers, 'container', 'containers')}`,
  seenFromBelow: (kind: string) => `${kind}: looked at by cloud-status, through the cluster below`,
  verdicts: (failed: number) =>
    failed === 0 ? 'Everything is there.' : `${failed} ${plural(failed, 'thing is', 'things are')} not in order.`,
};
