import { openContainers } from '#adapters/docker/containers.ts';
import { readPolicy } from '#adapters/redis/policy.ts';
import { spawnCommand } from '#adapters/reach/spawn.ts';
import { openTools } from '#adapters/tools/tools.ts';
import { checkSlack } from '#chat/check.ts';
import { type Env, readEnv } from '#config/env.ts';
import { readStack } from '#config/stack.ts';
import { InputError, viewOf } from '#domain/errors.ts';
import type { Environment, HostSetting, Layer, Stack } from '#domain/stack.ts';
import { words } from '#words/cli.ts';
import { words as configWords } from '#words/config.ts';
import { openStore, type Settings } from './compose.ts';
import { openPorts } from './ports.ts';
import { printable } from './terminal.ts';

/** What was found of one thing. */
type Finding = {
  readonly verdict: 'ok' | 'failed' | 'off';
  readonly what: string;
  readonly found: string;
  readonly advice?: string | undefined;
};

const LAYER_TIMEOUT_MS = 15_000;
/** A cloud without these cannot hold a server. */
const NEEDED_SERVICES = ['compute', 'network', 'image'] as const;

/** `strata check`: a verdict and, where it helps, an advice for each thing; 1 when one of them is not in order. */
export async function runCheck(): Promise<number> {
  const findings: Finding[] = [];
  const tell = (finding: Finding) => {
    findings.push(finding);
    process.stdout.write(`${printable(words.verdict(finding.verdict, finding.what, finding.found))}\n`);
    if (finding.advice) process.stdout.write(`${printable(words.advice(finding.advice))}\n`);
  };
  const env = await look(
    words.environmentVariables,
    tell,
    async () => readEnv(),
    () => words.read,
  );
  const stack =
    env && (await look(words.stackFile(env.configPath), tell, async () => readStack(env.configPath), counted));
  if (env && stack) {
    const settings = { env, stack };
    const pending = [checkRedis(settings), checkChat(env), ...checkLayers(settings)];
    for (const finding of pending) tell(await finding);
  }
  const failed = findings.filter(({ verdict }) => verdict === 'failed').length;
  process.stdout.write(`${words.verdicts(failed)}\n`);
  return failed === 0 ? 0 : 1;
}

async function look<T>(
  what: string,
  ...[tell, read, found]: [(finding: Finding) => void, () => Promise<T>, (value: T) => string]
): Promise<T | undefined> {
  try {
    const value = await read();
    tell({ verdict: 'ok', what, found: found(value) });
    return value;
  } catch (error) {
    tell(failure(what, error));
    return undefined;
  }
}

function failure(what: string, error: unknown): Finding {
  const { message, advice } = viewOf(error);
  return { verdict: 'failed', what, found: message, advice };
}

function counted({ environments }: Stack): string {
  return words.counted(environments.length, environments.flatMap(({ layers }) => layers).length);
}

async function checkRedis(settings: Settings): Promise<Finding> {
  const what = words.redis;
  try {
    const store = await openStore(settings, 'impatient');
    try {
      const { evicts, isDurable, version } = await readPolicy(store.redis);
      if (evicts !== undefined) throw new InputError(words.evicts(evicts), { advice: words.evictsAdvice });
      if (isDurable) return { verdict: 'ok', what, found: words.redisFound(version) };
      return { verdict: 'failed', what, found: words.notDurable(version), advice: words.notDurableAdvice };
    } finally {
      await store.close();
    }
  } catch (error) {
    return failure(what, error);
  }
}

async function checkChat({ slack }: Env): Promise<Finding> {
  const what = words.slack;
  const { botToken } = slack;
  if (botToken === undefined) return { verdict: 'off', what, found: words.slackOff, advice: words.slackOffAdvice };
  try {
    return { verdict: 'ok', what, found: await checkSlack({ ...slack, botToken }) };
  } catch (error) {
    return failure(what, error);
  }
}

/** All layers at once; a slow one holds up nothing but its own lines. */
function checkLayers(settings: Settings): Promise<Finding>[] {
  return settings.stack.environments.flatMap((environment) =>
    environment.layers.flatMap((layer) => {
      const own = layer.kind === 'kubernetes' ? checkCluster : checkCloud;
      const findings = [own(settings, environment, layer)];
      if (layer.host) findings.push(checkHost(environment, layer, layer.host));
      if (layer.tools) findings.push(checkTools(settings, environment, layer));
      if (layer.reach.kind === 'command') findings.push(checkReach(environment, layer, layer.reach.command));
      return findings;
    }),
  );
}

async function checkCloud(settings: Settings, environment: Environment, layer: Layer): Promise<Finding> {
  const what = words.layer(environment.name, layer.name);
  if (layer.kind !== 'openstack') return { verdict: 'off', what, found: words.seenFromBelow(layer.kind) };
  try {
    const cloud = openPorts(settings)(environment).openstack(layer.name, AbortSignal.timeout(LAYER_TIMEOUT_MS));
    const { project } = await cloud.identity.authenticate();
    const endpoints = await cloud.identity.endpoints();
    const has = await Promise.all(NEEDED_SERVICES.map((type) => cloud.identity.has(type)));
    const missing = NEEDED_SERVICES.filter((_, index) => !has[index]);
    if (missing.length > 0) {
      return { verdict: 'failed', what, found: words.serviceMissing(missing), advice: words.serviceMissingAdvice };
    }
    return { verdict: 'ok', what, found: words.cloudFound(project, endpoints.length) };
  } catch (error) {
    return failure(what, error);
  }
}

async function checkCluster(settings: Settings, environment: Environment, layer: Layer): Promise<Finding> {
  const what = words.layer(environment.name, layer.name);
  try {
    const cluster = openPorts(settings)(environment).kubernetes(layer.name, AbortSignal.timeout(LAYER_TIMEOUT_MS));
    if (cluster === undefined) throw new InputError(configWords.noContext);
    const [{ version, user }, nodes] = await Promise.all([cluster.connect(), cluster.nodes()]);
    return { verdict: 'ok', what, found: words.clusterFound(version, user, nodes.length) };
  } catch (error) {
    return failure(what, error);
  }
}

/** Reaches the daemon that runs the layer's containers. */
async function checkHost(environment: Environment, layer: Layer, host: HostSetting): Promise<Finding> {
  const what = words.host(environment.name, layer.name);
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(LAYER_TIMEOUT_MS)]);
  try {
    const containers = openContainers(host, signal);
    const { name, apiVersion } = await containers.engine();
    const all = await containers.list();
    return { verdict: 'ok', what, found: words.hostFound(name, apiVersion, all.length) };
  } catch (error) {
    return failure(what, error);
  } finally {
    done.abort();
  }
}

/** Runs `true` as tools are run; by a mark of its own, so that it ends none of them. */
async function checkTools({ env }: Settings, environment: Environment, { tools, ...layer }: Layer): Promise<Finding> {
  const what = words.tools(environment.name, layer.name);
  const { command = [] } = tools ?? {};
  const place = { command, mark: `${environment.name}/${layer.name}/check`, variables: env.toolVariables };
  try {
    await openTools(place, AbortSignal.timeout(LAYER_TIMEOUT_MS)).run({ doing: words.toolsDoing, argv: ['true'] });
    return { verdict: 'ok', what, found: words.toolsOk };
  } catch (error) {
    return failure(what, error);
  }
}

/** Runs `true` behind the command that probes are put behind. */
async function checkReach(environment: Environment, layer: Layer, command: readonly string[]): Promise<Finding> {
  const what = words.reach(environment.name, layer.name);
  const shown = command.join(' ');
  try {
    const { exitCode, stderr } = await spawnCommand([...command, 'true'], AbortSignal.timeout(LAYER_TIMEOUT_MS));
    if (exitCode === 0) return { verdict: 'ok', what, found: words.reachOk };
    const why = stderr.trim().split('\n').at(-1) || `exit code ${exitCode}`;
    return { verdict: 'failed', what, found: words.reachFailed(shown, why), advice: words.reachAdvice };
  } catch (error) {
    const found = words.reachFailed(shown, viewOf(error).message);
    return { verdict: 'failed', what, found, advice: words.reachAdvice };
  }
}
