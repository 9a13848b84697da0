import type { MessagePlace, Subject } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';

/** Counter of runs and index run -> environment: they belong to no environment. */
export const COUNTER = 'strata:number';
export const INDEX = 'strata:index';
/** Counter of schedules. */
export const SCHEDULE_COUNTER = 'strata:schedule';
/** Who looked at their App Home, by when. */
export const VISITORS = 'strata:visitors';

/** Everything of one environment shares a hash tag, so that one script may touch it on a Redis Cluster. */
export function environmentKeys(environment: string) {
  const base = `strata:{${environment}}`;
  return {
    once: (id: string) => `${base}:once:${id}`,
    recent: `${base}:recent`,
    open: `${base}:open`,
    unshown: `${base}:unshown`,
    changed: `${base}:changed`,
    freeze: `${base}:freeze`,
    inside: `${base}:inside`,
    waiting: `${base}:waiting`,
    log: `${base}:log`,
    chain: `${base}:chain`,
    took: (job: string) => `${base}:took:${job}`,
    schedules: `${base}:schedules`,
  };
}

export function runKeys(run: Pick<RunRef, 'environment' | 'number'>) {
  const base = `strata:{${run.environment}}:run:${run.number}`;
  return { record: base, events: `${base}:events`, memory: `${base}:memory`, artifacts: `${base}:artifacts` };
}

/** What chat remembers of a run or a schedule. */
export function memoryKeyOf(of: Subject): string {
  return 'schedule' in of ? `strata:{${of.environment}}:schedule:${of.schedule}:memory` : runKeys(of).memory;
}

/** The thread under a message of the chat, which may be of any environment. */
export function threadKey({ channel, ts }: MessagePlace): string {
  return `strata:thread:${channel}:${ts}`;
}

/** What a person chose last in the form of a command. */
export function habitKey(person: string, command: string): string {
  return `strata:habit:${person}:${command}`;
}

/** Members of the sorted sets: enough to make a RunRef without another read. */
export function memberOf(run: RunRef): string {
  return `${run.number}-${run.key}`;
}

export function refOf(environment: string, member: string): RunRef {
  const [number = '', key = ''] = member.split('-');
  return { environment, number: Number(number), key };
}
