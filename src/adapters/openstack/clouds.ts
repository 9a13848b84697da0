import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { InputError, MissingError } from '#domain/errors.ts';
import { nearest } from '#domain/nearest.ts';
import { words } from '#words/openstack.ts';

const Text = z.coerce.string();
const Auth = z.looseObject({
  auth_url: z.url(),
  username: Text.optional(),
  user_id: Text.optional(),
  password: Text.optional(),
  project_name: Text.optional(),
  project_id: Text.optional(),
  user_domain_name: Text.optional(),
  user_domain_id: Text.optional(),
  project_domain_name: Text.optional(),
  project_domain_id: Text.optional(),
  domain_name: Text.optional(),
  application_credential_id: Text.optional(),
  application_credential_name: Text.optional(),
  application_credential_secret: Text.optional(),
  token: Text.optional(),
});
const CloudEntry = z.looseObject({
  auth: Auth,
  auth_type: z.enum(['password', 'v3password', 'v3applicationcredential', 'token', 'v3token']).optional(),
  region_name: Text.optional(),
  interface: z.enum(['public', 'internal', 'admin']).default('public'),
  cacert: z.string().optional(),
  verify: z.boolean().default(true),
});

/** One entry of clouds.yaml, with the secrets of secure.yaml merged in. */
export type CloudConfig = {
  readonly name: string;
  readonly file: string;
  readonly auth: z.infer<typeof Auth>;
  readonly authType: 'password' | 'application-credential' | 'token';
  readonly region?: string | undefined;
  readonly interface: 'public' | 'internal' | 'admin';
  /** PEM text of the certificate authority. */
  readonly ca?: string | undefined;
  readonly verify: boolean;
};

/**
 * Reads one cloud as openstacksdk does: from clouds.yaml, secure.yaml beside it merged over it.
 * @throws InputError naming file, cloud and field
 * @see https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html
 */
export function readCloud(name: string, file: string): CloudConfig {
  const clouds = cloudsOf(file);
  const entry = clouds[name];
  if (entry === undefined) {
    const advice = words.cloud(nearest(name, Object.keys(clouds)), file);
    throw new MissingError(`reading ${file}: no cloud "${name}"`, { advice });
  }
  const secure = join(dirname(file), 'secure.yaml');
  const secrets = existsSync(secure) ? cloudsOf(secure)[name] : undefined;
  const parsed = CloudEntry.safeParse(merge(entry, secrets));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(`reading ${file}: cloud "${name}", ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { auth, auth_type: type, region_name: region, cacert, verify } = parsed.data;
  return {
    name,
    file,
    auth,
    authType: authTypeOf(type, auth),
    region,
    interface: parsed.data.interface,
    ca: caOf(cacert),
    verify,
  };
}

function authTypeOf(type: string | undefined, auth: z.infer<typeof Auth>): CloudConfig['authType'] {
  if (type === 'v3applicationcredential' || (!type && auth.application_credential_secret))
    return 'application-credential';
  return type === 'token' || type === 'v3token' ? 'token' : 'password';
}

function caOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`reading the certificate authority "${path}": it is not readable`, { cause: error });
  }
}

const CloudsFile = z.looseObject({ clouds: z.record(z.string(), z.unknown()) });

function cloudsOf(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new MissingError(`reading ${file}: no such file`, { cause: error });
    throw new InputError(`reading ${file}: it is not readable`, { cause: error });
  }
  try {
    return CloudsFile.parse(parse(text)).clouds;
  } catch (error) {
    const why =
      error instanceof z.ZodError ? 'it has no "clouds:"' : String(error instanceof Error ? error.message : error);
    throw new InputError(`reading ${file}: ${why}`, { cause: error });
  }
}

function merge(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over === undefined ? base : over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(base[key], over[key])]));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
