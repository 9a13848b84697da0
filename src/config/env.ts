import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { InputError } from '#domain/errors.ts';
import type { RedisAddress } from '#domain/redis.ts';
import { words } from '#words/config.ts';
import { readRedisUrl } from './redis-url.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

function whole(least: number, most: number) {
  return z
    .string()
    .regex(/^\d+$/, words.integer(least, most))
    .transform(Number)
    .refine((value) => value >= least && value <= most, words.integer(least, most));
}

/** The text of a PEM file. */
const Pem = z
  .string()
  .transform((path) => textOf(path))
  .refine((text) => text.includes('-----BEGIN '), words.pem)
  .optional();

const Variables = z.object({
  STRATA_CONFIG: z.string().default('strata.yaml'),
  REDIS_URL: z
    .string()
    .default('redis://127.0.0.1:6379')
    .transform((url, context) => {
      const address = readRedisUrl(url);
      if (!address) context.addIssue({ code: 'custom', message: words.url });
      return address ?? z.NEVER;
    }),
  REDIS_SENTINEL_PASSWORD: z.string().optional(),
  REDIS_CA_FILE: Pem,
  REDIS_CERT_FILE: Pem,
  REDIS_KEY_FILE: Pem,
  OS_CLIENT_CONFIG_FILE: z.string().optional(),
  KUBECONFIG: z.string().optional(),
  SLACK_BOT_TOKEN: z.string().optional(),
  SLACK_APP_TOKEN: z.string().optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_API_URL: z.url({ protocol: /^https?$/, error: words.apiUrl }).optional(),
  SLACK_BLOCKS: z.enum(['native', 'plain'], { error: words.blocks }).default('native'),
  STRATA_HTTP_PORT: whole(0, 65_535).default(3000),
  STRATA_COMMAND_PREFIX: z
    .string()
    .regex(/^[a-z0-9_-]{0,20}$/, words.prefix)
    .default(''),
  STRATA_KEY: z.string().optional(),
  STRATA_CONCURRENCY: whole(1, 500).default(20),
  STRATA_LOCK_MS: whole(1000, 600_000).default(30_000),
  STRATA_STALLED_MS: whole(500, 600_000).default(15_000),
  STRATA_GRACE_MS: whole(0, 3_600_000).default(60_000),
  STRATA_CONFIRM_MS: whole(0, 60_000).default(30_000),
  STRATA_ARTIFACTS: z.string().optional(),
  STRATA_ARTIFACTS_KEY: z
    .string()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine(({ length }) => length === 32, words.key)
    .optional(),
  STRATA_KEEP_DAYS: whole(1, 3650).default(30),
  STRATA_LOG_LEVEL: z.enum(LOG_LEVELS, { error: words.level(LOG_LEVELS) }).default('info'),
});

/** What the environment variables say. */
export type Env = {
  readonly configPath: string;
  readonly redis: RedisAddress;
  readonly cloudsPath: string | undefined;
  /** The personal key of whoever decides at this terminal. */
  readonly keyPath: string | undefined;
  /** The first that has a name wins; one that is not there is passed over. */
  readonly kubeconfigPaths: readonly string[];
  readonly slack: {
    readonly botToken: string | undefined;
    readonly appToken: string | undefined;
    readonly signingSecret: string | undefined;
    readonly apiUrl: string | undefined;
    readonly httpPort: number;
    readonly prefix: string;
    readonly blocks: 'native' | 'plain';
  };
  readonly worker: {
    readonly concurrency: number;
    readonly lockMs: number;
    readonly stalledMs: number;
    readonly graceMs: number;
    /** How long after a look of a watch that found a change it looks again. */
    readonly confirmMs: number;
  };
  readonly artifacts: {
    /** A folder that all workers share; undefined: Redis keeps them. */
    readonly folder: string | undefined;
    readonly key: Buffer | undefined;
    readonly keepDays: number;
  };
  /** What programs that are run for a layer get to see of this process' environment. */
  readonly toolVariables: Readonly<Record<string, string>>;
  readonly logLevel: (typeof LOG_LEVELS)[number];
};

/** The search path, the home and the time zone; how ssh and Docker find their way; proxies. No secret of ours. */
const TOOL_VARIABLES =
  /^(PATH|HOME|USER|LOGNAME|TZ|TMPDIR|SSH_AUTH_SOCK|DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS_VERIFY)|(https?|no)_proxy)$/i;

/**
 * Reads the environment variables; one that is empty counts as not set.
 * @throws InputError naming the variable, never its value
 */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = Variables.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(words.variable(String(issue?.path[0]), issue?.message ?? ''));
  }
  const env = parsed.data;
  return {
    configPath: env.STRATA_CONFIG,
    redis: redisOf(env),
    cloudsPath: env.OS_CLIENT_CONFIG_FILE ?? CLOUDS_PATHS.find((path) => existsSync(path)),
    keyPath: env.STRATA_KEY,
    kubeconfigPaths: (env.KUBECONFIG ?? KUBECONFIG_PATH).split(delimiter).filter(Boolean),
    slack: {
      botToken: env.SLACK_BOT_TOKEN,
      appToken: env.SLACK_APP_TOKEN,
      signingSecret: env.SLACK_SIGNING_SECRET,
      apiUrl: env.SLACK_API_URL,
      httpPort: env.STRATA_HTTP_PORT,
      prefix: env.STRATA_COMMAND_PREFIX,
      blocks: env.SLACK_BLOCKS,
    },
    worker: {
      concurrency: env.STRATA_CONCURRENCY,
      lockMs: env.STRATA_LOCK_MS,
      stalledMs: env.STRATA_STALLED_MS,
      graceMs: env.STRATA_GRACE_MS,
      confirmMs: env.STRATA_CONFIRM_MS,
    },
    artifacts: {
      folder: env.STRATA_ARTIFACTS,
      key: env.STRATA_ARTIFACTS_KEY,
      keepDays: env.STRATA_KEEP_DAYS,
    },
    toolVariables: Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) =>
        TOOL_VARIABLES.test(name) && value !== undefined ? [[name, value]] : [],
      ),
    ),
    logLevel: env.STRATA_LOG_LEVEL,
  };
}

function redisOf(env: z.infer<typeof Variables>): RedisAddress {
  const { REDIS_CA_FILE: ca, REDIS_CERT_FILE: cert, REDIS_KEY_FILE: key, REDIS_SENTINEL_PASSWORD } = env;
  const { tls, ...address } = env.REDIS_URL;
  return { ...address, sentinelPassword: REDIS_SENTINEL_PASSWORD, tls: tls && { ca, cert, key } };
}

/** Empty when the file cannot be read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @see https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html */
const CLOUDS_PATHS = [
  'clouds.yaml',
  join(homedir(), '.config', 'openstack', 'clouds.yaml'),
  '/etc/openstack/clouds.yaml',
];

/** @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ */
const KUBECONFIG_PATH = join(homedir(), '.kube', 'config');
