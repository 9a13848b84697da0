import { isOpen } from '#domain/incidents.ts';
import type { Schedules } from '#domain/ports.ts';
import type { Incident, Schedule, ScheduleRef } from '#domain/schedule.ts';
import type { Message } from '../limits.ts';
import { drawnOf, isClosed, isGone, type Noted, type PostDeps, postOnce, remember } from '../posting.ts';
import { boardMessage, incidentMessage, pausedMessage, turnMessage } from './blocks.ts';
import { SlackTrouble } from '../trouble.ts';

/** It is pinned, or not, as it should be. */
const NO_CHANGE = new Set(['already_pinned', 'not_pinned', 'no_pin', 'message_not_found']);
/** A message that was deleted is posted anew once; who deletes it again does not want it. */
const BOARDS = ['board', 'board-again'] as const;

export type ScheduleDeps = PostDeps & { readonly schedules: Schedules };
export type ShownSchedule = Noted & { readonly of: ScheduleRef };

/**
 * Brings Slack up to a schedule: its one message, pinned; each incident with its turns. Every part is recorded, so that it
 * can be called again after any failure and in another process. One whose channel is gone is paused.
 * @throws SlackTrouble when Slack does not take it
 */
export async function showSchedule(shown: ShownSchedule, schedule: Schedule, deps: ScheduleDeps): Promise<void> {
  shown.facts ??= { ...(await deps.memory.get(shown.of)) };
  try {
    if (!schedule.paused?.isChannel) {
      await showBoard(shown, schedule, deps);
      for (const incident of schedule.incidents) await showIncident(shown, { schedule, incident }, deps);
      await forgetOld(shown, schedule, deps);
    }
  } catch (error) {
    if (!isClosed(error)) throw error;
    await pause(schedule, error.code, deps);
  }
  if (schedule.removed) await deps.schedules.forget(shown.of);
}

/** A watch may go on for years; what its record does not know any more is not told again. */
async function forgetOld(shown: ShownSchedule, { incidents }: Schedule, { memory }: ScheduleDeps): Promise<void> {
  const kept = new Set(incidents.map(({ id }) => String(id)));
  const old = Object.keys(shown.facts ?? {}).filter((name) => {
    const [, id] = /^incident-(\d+)/.exec(name) ?? [];
    return id !== undefined && !kept.has(id);
  });
  await memory.drop(shown.of, old);
  shown.facts = Object.fromEntries(Object.entries(shown.facts ?? {}).filter(([name]) => !old.includes(name)));
}

async function pause(schedule: Schedule, code: string, { schedules, log }: ScheduleDeps): Promise<void> {
  const { schedule: number, environment, channel } = schedule;
  log.warn(
    { schedule: number, environment, channel: channel.id, code },
    'the channel of a schedule is gone; it pauses',
  );
  const at = new Date().toISOString();
  await schedules.change(schedule, (one) =>
    one.paused || one.removed ? undefined : { ...one, paused: { at, why: code, isChannel: true } },
  );
}

async function showBoard(shown: ShownSchedule, schedule: Schedule, deps: ScheduleDeps): Promise<void> {
  for (const part of BOARDS) {
    if (shown.facts?.[`${part}.gone`] === 'yes') continue;
    // Nobody saw it begin, so nobody need see it end.
    if (schedule.removed && shown.facts?.[`${part}.tried`] !== 'yes') return;
    const place = { channel: schedule.channel.id };
    const message = boardMessage(schedule);
    if (!(await draw(shown, { part, place, message, askedAt: schedule.madeAt }, deps))) continue;
    await pin(shown, { part, schedule }, deps);
    if (schedule.paused) await tellPaused(shown, { part, schedule, at: schedule.paused.at }, deps);
    return;
  }
}

type Drawing = {
  readonly part: string;
  readonly place: { readonly channel: string };
  readonly message: Message;
  readonly askedAt: string;
};

/** Posts the message, or edits it to what it should be. False: a person deleted it. */
async function draw(shown: ShownSchedule, { part, message, ...where }: Drawing, deps: ScheduleDeps): Promise<boolean> {
  if (shown.facts?.[`${part}.gone`] === 'yes') return false;
  const drawn = drawnOf(message);
  const isNew = await postOnce(shown, deps, { part, render: () => message, ...where });
  if (!isNew && shown.facts?.[`${part}.drawn`] !== drawn) {
    const { [`${part}.channel`]: channel = '', [`${part}.ts`]: ts = '' } = shown.facts ?? {};
    await deps.api.editTurn();
    try {
      await deps.api.edit({ channel, ts }, message);
    } catch (error) {
      if (!isGone(error)) throw error;
      deps.log.warn({ schedule: shown.of.schedule, part }, 'a message of a schedule was deleted');
      await remember(shown, deps, { [`${part}.gone`]: 'yes' });
      return false;
    }
  }
  if (shown.facts?.[`${part}.drawn`] !== drawn) await remember(shown, deps, { [`${part}.drawn`]: drawn });
  return true;
}

type Board = { readonly part: string; readonly schedule: Schedule };

/**
 * Pins the message of a watch, and takes the pin away when it ends. Where Slack refuses, it does without.
 * @see https://docs.slack.dev/reference/methods/pins.add
 */
async function pin(shown: ShownSchedule, { part, schedule }: Board, deps: ScheduleDeps): Promise<void> {
  const { [`${part}.pin`]: pinned, [`${part}.ts`]: timestamp, [`${part}.channel`]: channel } = shown.facts ?? {};
  const wanted = schedule.removed ? 'off' : 'on';
  if (schedule.job !== 'status' || pinned === wanted || (wanted === 'off' && pinned !== 'on')) return;
  if (pinned !== undefined && wanted === 'on') return;
  try {
    await deps.api.call(wanted === 'on' ? 'pins.add' : 'pins.remove', { channel, timestamp });
    await remember(shown, deps, { [`${part}.pin`]: wanted });
  } catch (error) {
    if (!(error instanceof SlackTrouble) || error.kind !== 'refused' || isClosed(error)) throw error;
    const { code } = error;
    const isSo = NO_CHANGE.has(code);
    if (!isSo) deps.log.info({ schedule: shown.of.schedule, code }, 'Slack does not pin the message of a watch');
    await remember(shown, deps, { [`${part}.pin`]: isSo ? wanted : code });
  }
}

async function tellPaused(
  shown: ShownSchedule,
  { part, schedule, at }: Board & { readonly at: string },
  deps: ScheduleDeps,
): Promise<void> {
  const { [`${part}.channel`]: channel = '', [`${part}.ts`]: thread } = shown.facts ?? {};
  await postOnce(shown, deps, {
    ...{ part: `paused-${at}`, place: { channel, thread }, askedAt: at },
    render: () => pausedMessage(schedule),
  });
}

type Told = { readonly schedule: Schedule; readonly incident: Incident };

async function showIncident(shown: ShownSchedule, { schedule, incident }: Told, deps: ScheduleDeps): Promise<void> {
  const part = `incident-${incident.id}`;
  // What came and went while nobody could tell it is no news.
  if (!isOpen(incident) && shown.facts?.[`${part}.tried`] !== 'yes') return;
  const { at: askedAt, turns } = incident;
  const message = incidentMessage(schedule, incident);
  const place = { channel: schedule.channel.id };
  // The message will say already what happened before it was posted. Kept first: who finds it again must not count anew.
  if (shown.facts?.[`${part}.tried`] !== 'yes') await remember(shown, deps, { [`${part}.turns`]: `${turns.length}` });
  if (!(await draw(shown, { part, place, message, askedAt }, deps))) return;
  const {
    [`${part}.channel`]: channel = '',
    [`${part}.ts`]: thread,
    [`${part}.turns`]: from = '0',
  } = shown.facts ?? {};
  for (const [index, turn] of turns.entries()) {
    if (index < Number(from)) continue;
    const isLast = index === turns.length - 1 && !isOpen(incident);
    const reply = turnMessage(turn, isLast);
    try {
      await postOnce(shown, deps, {
        ...{ part: `${part}-${index}`, place: { channel, thread }, askedAt: turn.at },
        render: () => reply,
      });
    } catch (error) {
      if (!isGone(error)) throw error;
      await remember(shown, deps, { [`${part}.gone`]: 'yes' });
      return;
    }
  }
}
