import type { Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import { escapeName } from '#domain/mrkdwn.ts';
import type { NewSchedule } from '#domain/ports.ts';
import { type Schedule, type ScheduledJob } from '#domain/schedule.ts';
import { words as say } from '#words/schedules.ts';
import type { Decider } from './decisions.ts';
import { ALONE } from './grammar.ts';
import { readInterval } from './moment.ts';
import type { Call } from './spec.ts';
import { requireRight } from './target.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** What asks for each job time after time, and how often it may. A look takes seconds, a smoke test minutes. */
const RULES = {
  status: { option: 'watch', defaultMs: 5 * MINUTE_MS, leastMs: MINUTE_MS, mostMs: 7 * DAY_MS },
  'smoke-test': { option: 'every', defaultMs: undefined, leastMs: 15 * MINUTE_MS, mostMs: 7 * DAY_MS },
} as const;

/** What the option asked for; undefined when it was not given. `isSaid`: with an interval. @throws InputError */
export function intervalIn({ args }: Call, job: ScheduledJob): Interval | undefined {
  const { option, defaultMs, ...bounds } = RULES[job];
  const word = args.options.get(option);
  if (word === undefined) return undefined;
  if (word === ALONE && defaultMs !== undefined) return { everyMs: defaultMs, isSaid: false };
  return { everyMs: readInterval(word, bounds), isSaid: true };
}

type Interval = { readonly everyMs: number; readonly isSaid: boolean };
type Wanted = Pick<NewSchedule, 'job' | 'environment' | 'input'> & { readonly interval: Interval };

/**
 * Has it be done time after time, shown by one message in this channel. One that stands already gets the interval that was
 * given, and goes on when it paused.
 * @throws InputError at a terminal and when there are too many, PolicyError for another's interval
 */
export async function schedule({ request, deps }: Call, { interval, ...aim }: Wanted): Promise<Reply> {
  const { caller, origin } = request;
  const { channel } = caller;
  if (origin.kind !== 'slack' || !channel) throw new InputError(say.onlyInSlack, { advice: say.onlyInSlackAdvice });
  const { everyMs, isSaid } = interval;
  const maker = { by: caller.person, groups: caller.groups };
  const { schedule: stands, fresh } = await deps.schedules.add({
    ...aim,
    ...maker,
    team: origin.team,
    channel,
    everyMs,
  });
  if (fresh) {
    await begin(stands, { deps, caller });
    return text(say.made(stands.schedule, titleOf(stands), everyMs));
  }
  if (stands.paused) {
    const next = await deps.schedules.change(stands, ({ paused, ...one }) =>
      paused ? { ...one, ...maker, everyMs: isSaid ? everyMs : one.everyMs } : undefined,
    );
    if (next) await begin(next, { deps, caller });
    return text(say.resumed(stands.schedule, titleOf(stands), next?.everyMs ?? everyMs));
  }
  if (!isSaid || stands.everyMs === everyMs) return text(say.exists(stands.schedule, titleOf(stands), stands.everyMs));
  const decider = { ...request, deps };
  requireOwn(stands, decider);
  const next = await deps.schedules.change(stands, (one) => ({ ...one, everyMs }));
  if (next) await begin(next, decider);
  return text(say.changed(stands.schedule, titleOf(stands), everyMs));
}

/** Keeps in the chain who wanted it, and has it tick. */
async function begin(one: Schedule, { deps, caller }: Pick<Decider, 'deps' | 'caller'>): Promise<void> {
  const { schedule: number, environment, everyMs } = one;
  const what = `${titleOf(one)}, ${say.every(everyMs)}`;
  await deps.audit.record(environment, { type: 'scheduled', by: caller.person, schedule: number, what });
  // Should this fail, the workers hold it against the record.
  await deps.keepTicking(one).catch(() => undefined);
}

/**
 * Ends a schedule, by its number; its message says so.
 * @throws InputError when there is none, PolicyError for another's without the right to operate
 */
export async function unschedule(
  { schedule: number, key }: { readonly schedule: number; readonly key?: string | undefined },
  decider: Decider,
): Promise<Reply> {
  const { deps, caller } = decider;
  const found = await findSchedule(number, decider);
  if (!found || (key !== undefined && key !== found.key)) throw new InputError(say.none(number));
  requireOwn(found, decider);
  const at = new Date(await deps.gate.nowMs(found.environment)).toISOString();
  const by = caller.person;
  let isOurs = false;
  const next = await deps.schedules.change(found, (one) => {
    isOurs = !one.removed;
    return isOurs ? { ...one, underWay: undefined, removed: { at, by } } : undefined;
  });
  if (!next || !isOurs) throw new InputError(say.none(number));
  await deps.audit.record(found.environment, { type: 'unscheduled', by, schedule: number, why: say.removedByHand });
  await deps.keepTicking(next).catch(() => undefined);
  return text(say.removed(number, titleOf(found)));
}

/** The one that stands, where the caller may look. @throws PolicyError when it is not theirs to see */
async function findSchedule(number: number, { deps, ...decider }: Decider): Promise<Schedule | undefined> {
  for (const environment of deps.stack.environments) {
    const all = await deps.schedules.list(environment.name);
    const found = all.find((one) => one.schedule === number && !one.removed);
    if (!found) continue;
    requireRight('view', environment, decider);
    return found;
  }
  return undefined;
}

/** What a person made is theirs as long as they may look; others' is for those who may operate. @throws PolicyError */
function requireOwn({ environment: name, by }: Schedule, { deps, ...decider }: Decider): void {
  const environment = deps.stack.environments.find((known) => known.name === name);
  if (environment) requireRight(by.id === decider.caller.person.id ? 'view' : 'operate', environment, decider);
}

/** `Watch of lab / metal`, escaped. */
export function titleOf({
  job,
  environment,
  input: { layer, depth },
}: Pick<Schedule, 'job' | 'environment' | 'input'>): string {
  return say.title(job, say.target(escapeName(environment), escapeName(layer)), depth);
}

function text(answer: string): Reply {
  return { kind: 'text', text: answer };
}
