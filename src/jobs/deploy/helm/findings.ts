import { foundationOf } from '#domain/foundation.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import type { Finding } from '../provisioner.ts';
import type { Charts } from './charts.ts';
import type { ReleaseFact } from './facts.ts';
import { workersOf } from './labels.ts';
import { settingOf } from './setting.ts';
import type { World } from './world.ts';

/** `helm upgrade --labels` came with 3.13. */
const OLDEST = [3, 13] as const;

type Seen = {
  readonly layer: Layer;
  readonly environment: Environment;
  readonly charts: Charts;
  /** The server's version; undefined where there is no cluster yet. */
  readonly kubernetes: string | undefined;
  readonly releases: readonly ReleaseFact[];
  readonly world: World | undefined;
};

/** What would fail, before anything is changed. */
export function findingsOf(seen: Seen): readonly Finding[] {
  const say = (check: string, found: Omit<Finding, 'layer' | 'check'>): Finding => ({
    layer: seen.layer.name,
    check,
    ...found,
  });
  const helm = helmFinding(seen.charts);
  if (helm.health === 'failure') return [say('helm', helm)];
  return [
    say('helm', helm),
    ...chartFindings(seen).map((found) => say('charts', found)),
    ...releaseFindings(seen).map((found) => say('releases', found)),
    ...classFindings(seen).map((found) => say('storage', found)),
    ...labelFindings(seen).map((found) => say('labels', found)),
    ...hostFindings(seen).map((found) => say('dns', found)),
  ];
}

type Found = Omit<Finding, 'layer' | 'check'>;

function helmFinding({ helm, error = '' }: Charts): Found {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(helm)?.map(Number) ?? [];
  if (major === undefined || minor === undefined) {
    return { health: 'failure', what: words.found.noHelm(error), advice: words.advice.installHelm };
  }
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  if (isOld)
    return { health: 'failure', what: words.found.oldHelm(helm, OLDEST.join('.')), advice: words.advice.installHelm };
  return { health: 'ok', what: words.found.helm(helm) };
}

function chartFindings({ charts: { releases }, kubernetes }: Seen): readonly Found[] {
  const broken = releases.flatMap(({ name, error }): Found[] =>
    error === undefined
      ? []
      : [{ health: 'failure', what: words.found.chart(name, error), advice: words.advice.chart(error) }],
  );
  const well = releases.length - broken.length;
  return [...broken, ...(well > 0 ? [{ health: 'ok' as const, what: words.found.charts(well, kubernetes) }] : [])];
}

/** A release that another helm works on, or that was cut off: which of both nobody can read. */
function releaseFindings({ releases }: Seen): readonly Found[] {
  return releases.flatMap(({ name, namespace, now }): Found[] => {
    if (!now?.status.startsWith('pending-')) return [];
    const advice = words.advice.pending({ name, namespace, revision: now.revision, previous: now.previous?.revision });
    return [{ health: 'failure', what: words.found.pending(name, now.status, now.revision), advice }];
  });
}

/** A class that is not there may come with the Ceph of the same stack. */
function classFindings({ layer, environment, charts, world }: Seen): readonly Found[] {
  if (!world) return [];
  const wanted = [...new Set(charts.releases.flatMap(({ classes }) => classes))];
  const missing = wanted.filter((name) => !world.classes.includes(name));
  if (wanted.length === 0) return [];
  if (missing.length === 0) return [{ health: 'ok', what: words.found.classes(wanted) }];
  const below = foundationOf(environment, layer);
  const isToCome = environment.layers.some(
    (other) => other.kind === 'ceph' && other !== layer && below.some(({ name }) => name === other.on),
  );
  const health = isToCome || layer.kind === 'ceph' ? 'warning' : 'failure';
  return [{ health, what: words.found.noClasses(missing), advice: words.advice.classes(world.classes) }];
}

function labelFindings({ layer, world }: Seen): readonly Found[] {
  const names = Object.keys(settingOf(layer).labels);
  if (!world || names.length === 0) return [];
  const count = workersOf(world.nodes).length;
  if (count === 0) return [{ health: 'failure', what: words.found.noWorkers, advice: words.advice.noWorkers }];
  return [{ health: 'ok', what: words.found.labels(names, count) }];
}

/** A name that is not there yet stops nothing: many a lab has it in /etc/hosts of those who use it only. */
function hostFindings({ charts: { hosts } }: Seen): readonly Found[] {
  const lost = hosts.filter(({ error }) => error !== undefined);
  if (hosts.length === 0) return [];
  if (lost.length === 0) return [{ health: 'ok', what: words.found.hosts(hosts.map(({ name }) => name)) }];
  const what = words.found.noHosts(
    lost.map(({ name }) => name),
    lost[0]?.error ?? '',
  );
  return [{ health: 'warning', what, advice: words.advice.hosts }];
}
