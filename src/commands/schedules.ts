import type { Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import { dateOf, escapeName, mention } from '#domain/mrkdwn.ts';
import { healthOf, nextAt, type Schedule } from '#domain/schedule.ts';
import { HEALTH_MARKS } from '#words/marks.ts';
import { words as say } from '#words/schedules.ts';
import { deciderOf } from './control.ts';
import { titleOf, unschedule } from './schedule.ts';
import type { Call, CommandSpec } from './spec.ts';
import { endOfWords, findEnvironment, permitted, require } from './target.ts';

const REMOVING = new Set(['remove', 'rm', 'stop']);

export const schedules: CommandSpec = {
  name: 'schedules',
  aliases: ['schedule', 'watches'],
  parameters: '[environment] | remove <number>',
  summary: say.summary,
  right: 'view',
  options: ['environment'],
  async answer(call) {
    const [first, number, extra] = call.args.words;
    if (first === undefined || !REMOVING.has(first.toLowerCase())) return list(call);
    endOfWords(extra);
    return unschedule({ schedule: readNumber(number) }, deciderOf(call));
  },
};

/** @throws InputError */
function readNumber(word: string | undefined): number {
  const [, digits] = /^#?(\d{1,9})$/.exec(word ?? '') ?? [];
  if (digits === undefined) throw new InputError(say.noNumber(word ?? ''));
  return Number(digits);
}

async function list(call: Call): Promise<Reply> {
  const { args, deps } = call;
  const isNamed = args.words.length > 0 || args.options.has('environment');
  const environments = isNamed ? [named(call)] : permitted('view', call);
  const all = await Promise.all(environments.map(({ name }) => deps.schedules.list(name)));
  const lines = all.flat().filter(({ removed }) => !removed);
  if (lines.length === 0) return { kind: 'text', text: say.empty };
  return { kind: 'text', text: [say.heading, ...lines.map(lineOf)].join('\n') };
}

/** @throws InputError, PolicyError */
function named(call: Call) {
  const { environment, rest } = findEnvironment(call);
  require('view', environment, call);
  endOfWords(rest[0]);
  return environment;
}

function lineOf(one: Schedule): string {
  const { last, by, channel, everyMs, skipped, paused } = one;
  const mark = last ? HEALTH_MARKS[healthOf(last)] : HEALTH_MARKS.waiting;
  const where = mention(channel.id);
  const result = last ? say.found(healthOf(last), one.job, dateOf(last.at)) : say.notYet;
  const next = nextAt(one);
  const parts = [
    result,
    ...(skipped ? [say.skipped(escapeName(skipped.why))] : []),
    ...(paused ? [say.paused(escapeName(paused.why), dateOf(paused.at))] : []),
    ...(next === undefined ? [] : [say.next(dateOf(next))]),
  ];
  return `${mark} *${one.schedule}* ${titleOf(one)}, ${say.every(everyMs)} in ${where}, ${say.by(mention(by.id))}: ${parts.join('; ')}`;
}
