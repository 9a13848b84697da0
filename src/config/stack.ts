import { readFileSync } from 'node:fs';
import { type Alias, type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { InputError } from '#domain/errors.ts';
import { nearest } from '#domain/nearest.ts';
import type { Environment, HostSetting, Layer, Stack } from '#domain/stack.ts';
import { isPublicKey } from '#domain/ssh-signature.ts';
import { DAYS } from '#domain/window.ts';
import { words } from '#words/config.ts';
import { explain } from './explain.ts';
import { Helm } from './helm.ts';

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, words.name);
const Channel = z.string(words.channel).regex(/^(#.+|[CG][A-Z0-9]{8,})$/, words.channel);
const Entries = z.array(z.string().regex(/^([UWS][A-Z0-9]{2,}|\*)$/, words.person)).default([]);
const GlassBreakers = z.array(z.string().regex(/^[UWS][A-Z0-9]{2,}$/, words.glassBreaker)).default([]);
const Reach = z.union([
  z.enum(['none', 'direct']).transform((kind) => ({ kind })),
  z
    .strictObject({ command: z.array(z.string()).min(1) })
    .transform(({ command }) => ({ kind: 'command' as const, command })),
]);
/** Every word of ssh goes into an argument array, and what follows its host through a shell: so no more than these letters. */
const HOST =
  /^(?:unix:\/\/(?<here>\/.*)|ssh:\/\/(?:(?<user>\w[\w.-]*)@)?(?<host>\w[\w.-]*)(?::(?<port>\d{1,5}))?(?<socket>\/[\w./-]*)?)$/;
const Host = z.string().regex(HOST, words.host).transform(hostOf);
const SmokeTest = z.strictObject({
  image: z.string().optional(),
  flavor: z.string().optional(),
  externalNetwork: z.string().optional(),
  user: z.string().default('cirros'),
  metadata: z.record(z.string(), z.string()).default({}),
  storageClass: z.string().optional(),
  ingressClass: z.string().optional(),
  gateway: z
    .string(words.gateway)
    .regex(/^[a-z0-9-]+\/[a-z0-9.-]+$/, words.gateway)
    .optional(),
  clusterDomain: z.string().optional(),
});
const Path = z.string(words.path).regex(/^\/[^\0]*$/, words.path);
const Kolla = z.strictObject({ config: Path.default('/etc/kolla'), inventory: Path });
const Servers = z.strictObject({
  controlPlane: z.int().min(1).max(9).default(1),
  workers: z.int().min(0).max(200),
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/, words.name)
    .default('node-'),
  cidr: z.cidrv4(words.cidr),
  externalNetwork: z.string().optional(),
  keyName: z.string().optional(),
});
const Kubespray = z.strictObject({
  path: Path,
  groupVars: Path.optional(),
  user: z.string().regex(/^[a-z_][a-z0-9_-]*$/, words.login),
  key: Path.optional(),
  flavor: z.string().optional(),
  image: z.string().optional(),
  servers: Servers.optional(),
});
const LayerEntry = z.strictObject({
  name: Name.refine((name) => name !== 'all', words.reservedLayer),
  kind: z.enum(['openstack', 'kubernetes', 'ceph']),
  on: z.string().optional(),
  cloud: z.string().optional(),
  context: z.string().optional(),
  namespace: z.string().optional(),
  host: Host.optional(),
  provisioner: z.string().optional(),
  helm: Helm.optional(),
  kolla: Kolla.optional(),
  kubespray: Kubespray.optional(),
  drainMinutes: z.number().positive().max(1440).optional(),
  reach: Reach.default({ kind: 'none' }),
  tools: z.strictObject({ command: z.array(z.string()).min(1) }).optional(),
  smokeTest: SmokeTest.default({ user: 'cirros', metadata: {} }),
  mtu: z.strictObject({ physical: z.int().min(576).max(65_535) }).optional(),
});
const Time = z.string(words.time).regex(/^([01]\d|2[0-3]):[0-5]\d$/, words.time);
const WindowEntry = z.strictObject({
  days: z.array(z.enum(DAYS)).min(1),
  from: Time,
  to: Time,
  timeZone: z.string().refine(isTimeZone, words.timeZone).default('UTC'),
});
const EnvironmentEntry = z.strictObject({
  channels: z.array(Channel).min(1),
  people: z
    .strictObject({ view: Entries, operate: Entries, approve: Entries, breakGlass: GlassBreakers })
    .default({ view: [], operate: [], approve: [], breakGlass: [] }),
  production: z.boolean().default(false),
  approvalMinutes: z.number().positive().max(10_080).default(30),
  approvalHours: z.number().min(0).max(168).default(12),
  maintenanceWindows: z.array(WindowEntry).default([]),
  theme: z.enum(['dark', 'light']).default('dark'),
  layers: z.array(LayerEntry).min(1).superRefine(checkLayers),
});
const UserId = z.string().regex(/^[UW][A-Z0-9]{2,}$/, words.user);
const PublicKey = z.string().refine(isPublicKey, words.publicKey);
/** What the stack file may hold. */
export const StackFile = z.strictObject({
  environments: z.record(Name, EnvironmentEntry).refine((all) => Object.keys(all).length > 0, words.noneNamed),
  terminal: z.record(z.string(), UserId).default({}),
  keys: z.record(UserId, z.array(PublicKey).min(1)).default({}),
});

/** How often what an anchor names may stand in the whole file. */
const MOST_ALIASES = 1000;

/**
 * Reads the stack file.
 * @throws InputError that names every mistake with its line, its field and the nearest word that would be right
 */
export function readStack(file: string): Stack {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(words.noFile(file), { cause: error, advice: words.noFileAdvice });
  }
  return parseStack(text, file);
}

/** As `readStack`, of a text; `file` is only for messages. @throws InputError */
export function parseStack(text: string, file: string): Stack {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = brokenIn(document);
  if (broken) {
    const where = words.at(file, lines.linePos(broken.at).line, '');
    throw new InputError(words.mistakes(file, [words.mistake(where, broken.what)]));
  }
  const raw = valueOf(document, file);
  const parsed = StackFile.safeParse(raw);
  if (!parsed.success) {
    const mistakes = parsed.error.issues
      .flatMap((issue) => explain(issue, StackFile, raw))
      .map(({ path, what }) => words.mistake(words.at(file, lineOf(path, document, lines), fieldOf(path)), what));
    throw new InputError(words.mistakes(file, [...new Set(mistakes)]));
  }
  return stackOf(parsed.data);
}

/** @throws InputError for aliases that blow a small file up to a large one */
function valueOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw new InputError(words.mistakes(file, [words.tooManyAliases(MOST_ALIASES)]), { cause: error });
  }
}

/** What keeps the text from being read at all, and where. */
function brokenIn(document: Document.Parsed): { readonly at: number; readonly what: string } | undefined {
  const [error] = document.errors;
  if (error)
    return { at: error.pos[0], what: error.code === 'BAD_ALIAS' ? words.bareStar : words.notYaml(error.message) };
  const aliases: Alias.Parsed[] = [];
  visit(document, { Alias: (_, node) => void aliases.push(node as Alias.Parsed) });
  const lost = aliases.find((alias) => !alias.resolve(document));
  return lost && { at: lost.range[0], what: words.noAnchor(lost.source) };
}

function hostOf(url: string): HostSetting {
  const { here, host, user, port, socket = here } = HOST.exec(url)?.groups ?? {};
  const ssh = host === undefined ? undefined : { host, user, port: port === undefined ? undefined : Number(port) };
  return { url, socket, ssh };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The line of the field at this path, else of the nearest thing around it. */
function lineOf(path: readonly PropertyKey[], document: Document.Parsed, lines: LineCounter): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const around: unknown = document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(around) ? around.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function stackOf({ environments, terminal, keys }: z.infer<typeof StackFile>): Stack {
  const named = Object.entries(environments).map(([name, entry]): Environment => ({ name, ...entry }));
  return { environments: named, terminal, keys };
}

/** `environments.lab.layers[1].kind` */
function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

/** What one layer alone does not show: its kind's needs, its name's rivals, and what it stands on. */
function checkLayers(layers: readonly Layer[], context: z.RefinementCtx): void {
  layers.forEach((layer, index) => {
    const mistake = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [index, field], message });
    const below = layers.slice(0, index).map(({ name }) => name);
    if (layer.kind === 'openstack' && layer.cloud === undefined) mistake('cloud', words.noCloud);
    if (layer.kind === 'kubernetes' && layer.context === undefined) mistake('context', words.noContext);
    if (below.includes(layer.name)) mistake('name', words.twice(layer.name));
    if (layer.on !== undefined && !below.includes(layer.on)) {
      mistake('on', words.noLayerBelow(layer.on, nearest(layer.on, below)));
    }
  });
}
