import { createHash } from 'node:crypto';
import { InputError } from '#domain/errors.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { KubespraySetting, Layer, ServersSetting } from '#domain/stack.ts';
import { words } from '#words/deploy-kubespray.ts';
import { type Playbooks, readPlaybooks } from '../../../kubespray/playbooks.ts';
import { bootedOf } from '../../../kubespray/server.ts';
import { settingOf } from '../../../kubespray/setting.ts';
import { unreadError } from '../../absence.ts';
import type { Finding, Part } from '../../provisioner.ts';
import { findingsOf, type Read, readCloud } from './cloud.ts';
import type { KubesprayFacts, Wanted } from './facts.ts';
import { nameOf } from '../../../kubespray/mark.ts';
import { NOTHING, readSetUp, type SetUp } from './set-up.ts';

type Context = SurveyContext & { readonly isBelowPlanned: boolean };

/** What is there of the cluster and its servers, and what would go wrong. */
export async function survey(layer: Layer, ctx: Context): Promise<KubesprayFacts> {
  const setting = settingOf(layer);
  const cloud = cloudBelow(layer, ctx);
  const playbooks = await readPlaybooks(layer, ctx);
  const digest = digestOf(playbooks, setting);
  const setUp = ctx.isBelowPlanned ? NOTHING : await readSetUp(layer, ctx);
  const isAsWanted = setUp.digest === digest && setUp.isReady;
  const base = { cloud, digest, hashes: [words.hash(playbooks)] };
  const before = setUp.isThere ? words.other : undefined;
  const whole: Part = { what: words.cluster, from: isAsWanted ? digest : before, to: digest };
  // Servers that somebody else made: only the playbooks are run, on the nodes that the cluster tells.
  if (!setting.servers) {
    if (setUp.unread) throw unreadError(layer.name, setUp.unread.error);
    return { ...base, servers: [], isSetUp: isAsWanted, parts: [whole], findings: [] };
  }
  if (ctx.isBelowPlanned) {
    const servers = wantedOf(setting.servers);
    const parts = [...groundParts(layer, ctx, false), ...servers.map((server) => partOf(server, setting)), whole];
    return { ...base, servers, isSetUp: false, parts, findings: [later(layer, cloud)] };
  }
  const read = await readCloud(layer, ctx, cloud);
  const servers = serversOf(setting.servers, read, setUp);
  const missing = servers.filter(({ have }) => !have).length;
  const doubt = doubtOf(layer, setUp, read);
  return {
    ...{ ...base, servers, isSetUp: isAsWanted && missing === 0, isUnread: doubt !== undefined },
    parts: [
      ...groundParts(layer, ctx, read.hasNetwork),
      ...servers.map((server) => partOf(server, setting)),
      doubt ? { ...whole, from: words.unread } : whole,
    ],
    findings: [
      ...(doubt ? [doubt] : []),
      ...(await findingsOf(layer, ctx, { read, missing, cloud })),
      ...fewer(layer, servers, setting.servers),
    ],
  };
}

/** A cluster that could not be read is absent only where nobody is at its address, and the cloud has no server of it. */
function doubtOf({ name: layer }: Layer, { unread }: SetUp, { own }: Read): Finding | undefined {
  if (!unread || (unread.sign === 'silent' && own.size === 0)) return undefined;
  const what = words.doubt(sorted(own), unread.error.message);
  return { layer, check: 'answer', health: 'failure', what, advice: words.advice.doubt };
}

function cloudBelow(layer: Layer, { environment }: SurveyContext): string {
  const below = environment.layers.find(({ name, kind }) => name === layer.on && kind === 'openstack');
  if (!below) throw new InputError(words.noCloudBelow(layer.name));
  return below.name;
}

/** Names of a new cluster: the control plane first. */
function wantedOf({ controlPlane, workers, prefix }: ServersSetting): readonly Wanted[] {
  return Array.from({ length: controlPlane + workers }, (_, index) => ({
    name: `${prefix}${index + 1}`,
    isControlPlane: index < controlPlane,
  }));
}

/** Once a cluster is set up, its nodes come and go by /scale-node: then those that are there are the right ones. */
function serversOf(setting: ServersSetting, { own }: Read, { digest }: SetUp): readonly Wanted[] {
  const wanted = wantedOf(setting);
  if (digest === undefined) return wanted.map((each) => ({ ...each, have: haveOf(own, each.name) }));
  const first = new Set(wanted.filter(({ isControlPlane }) => isControlPlane).map(({ name }) => name));
  return sorted(own).map((name) => ({ name, isControlPlane: first.has(name), have: haveOf(own, name) }));
}

function sorted(own: Read['own']): readonly string[] {
  return [...own.keys()].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function haveOf(own: Read['own'], name: string): Wanted['have'] {
  const server = own.get(name);
  return server && { id: server.id, ip: bootedOf(server).ip };
}

function fewer(
  { name: layer }: Layer,
  servers: readonly Wanted[],
  { controlPlane, workers }: ServersSetting,
): Finding[] {
  if (servers.length >= controlPlane + workers) return [];
  const what = words.fewer(servers.length, controlPlane + workers);
  return [{ layer, check: 'nodes', health: 'warning', what, advice: words.advice.fewer(layer) }];
}

function later({ name: layer }: Layer, cloud: string): Finding {
  return { layer, check: 'cloud', health: 'warning', what: words.notThereYet(cloud) };
}

/** A changed playbook, variable or setting is another cluster to be. */
function digestOf({ files, variables }: Playbooks, { servers, flavor, image }: KubespraySetting): string {
  const whole = JSON.stringify([files, variables ?? null, servers ?? null, flavor ?? null, image ?? null]);
  return createHash('sha256').update(whole).digest('hex').slice(0, 16);
}

function groundParts(layer: Layer, { environment }: Context, isThere: boolean): readonly Part[] {
  const name = nameOf(environment.name, layer.name);
  return words.groundParts.map((what) => ({ what, from: isThere ? name : undefined, to: name }));
}

function partOf({ name, have }: Wanted, { flavor = '' }: KubespraySetting): Part {
  return have ? { what: words.server(name), from: have.id, to: have.id } : { what: words.server(name), to: flavor };
}
