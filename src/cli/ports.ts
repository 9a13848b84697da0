import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { openContainers } from '#adapters/docker/containers.ts';
import { type Cluster, openCluster } from '#adapters/kubernetes/cluster.ts';
import { type KubeContext, readContext } from '#adapters/kubernetes/kubeconfig.ts';
import { type Cloud, openCloud } from '#adapters/openstack/cloud.ts';
import { type CloudConfig, readCloud } from '#adapters/openstack/clouds.ts';
import { openReach } from '#adapters/reach/reach.ts';
import { openTools } from '#adapters/tools/tools.ts';
import type { Env } from '#config/env.ts';
import { InputError, MissingError } from '#domain/errors.ts';
import type { Artifacts, JobPorts } from '#domain/ports.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { words } from '#words/cli.ts';
import { words as configWords } from '#words/config.ts';
import type { Settings } from './compose.ts';

/** Jobs' ports to the layers over the real adapters. One session a cloud or cluster, shared by all runs of this process. */
export function openPorts({ env }: Settings): (environment: Environment) => Omit<JobPorts, 'artifacts' | 'tools'> {
  const cloudOf = keptBy<CloudConfig, Cloud>((name) => readCloud(name, cloudsFile(env)), openCloud);
  const clusterOf = keptBy<KubeContext, Cluster>((name) => readContext(name, env.kubeconfigPaths), openCluster);
  return (environment) => ({
    openstack(layerName, signal) {
      const { cloud } = layerOf(environment, layerName);
      if (cloud === undefined) throw new InputError(words.noCloud(layerName));
      return cloudOf(cloud).bind(signal);
    },
    kubernetes(layerName, signal) {
      const context = contextBelow(environment, layerOf(environment, layerName));
      return context === undefined ? undefined : clusterOf(context).bind(signal);
    },
    containers(layerName, signal) {
      const { host } = layerOf(environment, layerName);
      return host && openContainers(host, signal);
    },
    reach: (layerName, signal) => openReach(layerOf(environment, layerName).reach, signal),
  });
}

/**
 * Opens each name once, and anew when its file says something else: a certificate was renewed, a cluster was built again. What
 * is open stays open while the file cannot be read, as when it is just being written.
 */
function keptBy<Config, Opened>(read: (name: string) => Config, open: (config: Config) => Opened) {
  const all = new Map<string, { readonly config: Config; readonly opened: Opened }>();
  return (name: string): Opened => {
    const known = all.get(name);
    let config: Config;
    try {
      config = read(name);
    } catch (error) {
      if (known) return known.opened;
      throw error;
    }
    if (known && isDeepStrictEqual(known.config, config)) return known.opened;
    const opened = open(config);
    all.set(name, { config, opened });
    return opened;
  };
}

/** How long a worker may be silent before its tools are ended. */
const MOST_SILENCE_MS = 10_000;

/** As `openPorts`, with what keeps files: all of them. */
export function openAllPorts(settings: Settings, artifacts: Artifacts): (environment: Environment) => JobPorts {
  const layers = openPorts(settings);
  // The lease is renewed each third of its time, so nobody else can have the run before two thirds of it have passed.
  const silenceMs = Math.min(MOST_SILENCE_MS, settings.env.worker.lockMs / 2);
  const variables = settings.env.toolVariables;
  const installation = installationOf(settings.env);
  return (environment) => ({
    ...layers(environment),
    artifacts,
    tools(layerName, signal) {
      const command = layerOf(environment, layerName).tools?.command ?? [];
      const mark = `${installation}/${environment.name}/${layerName}`;
      return openTools({ command, mark, variables, artifacts, silenceMs }, signal);
    },
  });
}

/** Two installations may call an environment the same and share a host: neither ends the other's programs. */
function installationOf({ redis: { hosts, master, database } }: Env): string {
  return createHash('sha256')
    .update(JSON.stringify([hosts, master, database]))
    .digest('hex')
    .slice(0, 8);
}

/** @throws MissingError when there is no clouds.yaml */
function cloudsFile(env: Env): string {
  if (env.cloudsPath === undefined)
    throw new MissingError(configWords.noClouds, { advice: configWords.noCloudsAdvice });
  return env.cloudsPath;
}

function layerOf(environment: Environment, name: string): Layer {
  const layer = environment.layers.find((known) => known.name === name);
  if (!layer) throw new InputError(words.noLayer(name, environment.name));
  return layer;
}

/** The context of the first Kubernetes layer from here downwards. */
function contextBelow(environment: Environment, layer: Layer): string | undefined {
  if (layer.kind === 'kubernetes') return layer.context;
  return layer.on === undefined ? undefined : contextBelow(environment, layerOf(environment, layer.on));
}
