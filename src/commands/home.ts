import { type Caller, judge } from '#domain/access.ts';
import { refusalOf } from '#domain/approval.ts';
import { fold, type RunView } from '#domain/fold.ts';
import type { EnvironmentNow, Home, HomeOwner, LayerNow } from '#domain/home.ts';
import type { RunRef } from '#domain/run.ts';
import { askersOf } from '#domain/rounds.ts';
import { isBad, type Schedule } from '#domain/schedule.ts';
import type { Environment } from '#domain/stack.ts';
import { COMMANDS } from './registry.ts';
import type { CommandDeps } from './spec.ts';

/** How far back a status and the person's own runs are looked for, in each environment. */
const MOST_RECENT = 200;
/** Runs under way of an environment that are read. */
const MOST_OPEN = 100;
/** Own runs that are given. */
const MOST_MINE = 5;
/** Journals that are read at once: some have hundreds of kilobytes. */
const AT_ONCE = 25;
/** Ended runs that are kept in memory: they rarely change, and their journals are long. Many environments share them. */
const MOST_KEPT = 2000;

export type HomeDeps = Pick<CommandDeps, 'stack' | 'runs' | 'journal' | 'gate' | 'schedules'>;
/** Reads the homes of these people, in order: all of them from one reading of each environment. */
export type ReadHomes = (owners: readonly HomeOwner[]) => Promise<readonly Home[]>;

/** An environment as it is read once for everybody. Runs come newest first in `ended`, oldest first in `open`. */
type Snapshot = EnvironmentNow & {
  readonly environment: Environment;
  readonly open: readonly RunView[];
  readonly ended: readonly RunView[];
  readonly nowMs: number;
};

/** What people see in App Home, judged by the rights of each. Remembers ended runs between readings. */
export function openHomes(deps: HomeDeps): ReadHomes {
  const readView = openViews(deps);
  return async (owners) => {
    const seen = deps.stack.environments.filter((environment) =>
      owners.some(({ caller }) => judge(environment, 'view', caller).allowed),
    );
    const snapshots = await Promise.all(seen.map((environment) => snapshotOf(environment, deps, readView)));
    return owners.map((owner) => homeOf(owner, snapshots, deps.stack.environments));
  };
}

type ReadView = (run: RunRef) => Promise<RunView | undefined>;

function openViews({ journal }: HomeDeps): ReadView {
  const kept = new Map<string, RunView>();
  return async (run) => {
    const known = kept.get(run.key);
    // One that was taken up again has events after its end.
    if (known && (await journal.read(run, known.seq)).length === 0) return known;
    kept.delete(run.key);
    const view = fold(await journal.read(run));
    if (view?.state !== 'ended') return view;
    const slim = slimmed(view);
    kept.set(run.key, slim);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return slim;
  };
}

/** An ended run without what no home shows of it and takes much room. */
function slimmed({ report, approval, ...view }: RunView): RunView {
  return {
    ...{ ...view, facts: undefined, steps: [] },
    approval: approval && { ...approval, judged: [], changes: [] },
    report: report && { ...report, tables: [], checks: [], hops: [], consoles: [] },
  };
}

async function snapshotOf(environment: Environment, deps: HomeDeps, readView: ReadView): Promise<Snapshot> {
  const { name } = environment;
  const { runs, gate, schedules } = deps;
  const [open, recent, scheduled, freeze, nowMs] = await Promise.all([
    runs.open(name),
    runs.recent(name, Math.min(MOST_RECENT, Math.floor(MOST_KEPT / deps.stack.environments.length))),
    schedules.list(name),
    gate.frozen(name),
    gate.nowMs(name),
  ]);
  const refs = [...new Map([...open.slice(0, MOST_OPEN), ...recent].map((run) => [run.key, run])).values()];
  const read: (RunView | undefined)[] = [];
  for (let at = 0; at < refs.length; at += AT_ONCE) {
    read.push(...(await Promise.all(refs.slice(at, at + AT_ONCE).map(readView))));
  }
  const views = read.filter((view) => view !== undefined).toSorted((a, b) => a.request.number - b.request.number);
  const ended = views.filter(({ state }) => state === 'ended').toReversed();
  return {
    ...{ environment, name, freeze, nowMs, ended },
    open: views.filter(({ state }) => state !== 'ended'),
    layers: environment.layers.map(({ name: layer, kind }) => ({ layer, kind, last: lastOf(layer, ended, scheduled) })),
  };
}

/** The newest look at the layer, by a status or a watch: in trouble, it says which. */
function lastOf(layer: string, ended: readonly RunView[], scheduled: readonly Schedule[]): LayerNow['last'] {
  const watched = scheduled.flatMap(({ job, last }) => {
    const found = job === 'status' ? last?.layers.find((known) => known.layer === layer) : undefined;
    if (!found || !last) return [];
    const { health, summary, what } = found;
    return [{ health, summary: isBad(found) ? (what ?? summary) : summary, at: last.at }];
  });
  const status = statusOf(layer, ended);
  return [...(status ? [status] : []), ...watched].toSorted((a, b) => b.at.localeCompare(a.at))[0];
}

function statusOf(layer: string, ended: readonly RunView[]): LayerNow['last'] {
  for (const { request, report } of ended) {
    const found = request.job === 'status' ? report?.layers.find((known) => known.layer === layer) : undefined;
    if (!found || !report) continue;
    const { health, summary } = found;
    const trouble = report.troubles.find((one) => one.layer === layer && one.health === health);
    return { health, summary: trouble?.what ?? summary, at: report.at };
  }
  return undefined;
}

function homeOf(
  { caller, isSure }: HomeOwner,
  snapshots: readonly Snapshot[],
  environments: readonly Environment[],
): Home {
  const me = caller.person.id;
  const visible = snapshots.filter(({ environment }) => judge(environment, 'view', caller).allowed);
  const mayNow = COMMANDS.filter(
    ({ right }) => right === undefined || environments.some((one) => judge(one, right, caller).allowed),
  );
  return {
    environments: visible.map(({ name, layers, freeze }) => ({ name, layers, freeze })),
    approvals: visible.flatMap((snapshot) => snapshot.open.filter((view) => canDecide(view, snapshot, caller))),
    open: visible.flatMap(({ open }) => open.filter(({ request }) => isShown(request, me))),
    mine: visible
      // What schedules ask for in somebody's name is not what they did last.
      .flatMap(({ ended }) => ended.filter(({ request: { by, origin } }) => by.id === me && origin.kind !== 'schedule'))
      .toSorted((a, b) => b.request.number - a.request.number)
      .slice(0, MOST_MINE),
    starts: mayNow.flatMap(({ name: command, form, slash }) =>
      form && slash !== undefined ? [{ command, title: form.title }] : [],
    ),
    nowMs: Math.max(0, ...visible.map(({ nowMs }) => nowMs)),
    isSure,
  };
}

function isShown({ origin, by }: RunView['request'], me: string): boolean {
  return origin.private !== true || by.id === me;
}

/** True when an approval by this person would count now, once they type what has to be typed. */
function canDecide(view: RunView, { environment, nowMs }: Snapshot, caller: Caller): boolean {
  const { approval } = view;
  if (approval?.state !== 'asking' || !judge(environment, 'approve', caller).allowed) return false;
  const { digest, needs } = approval;
  return refusalOf(approval, askersOf(view), { by: caller.person, digest, typed: needs.typed, nowMs }) === undefined;
}
