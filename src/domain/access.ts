import type { Person } from './run.ts';
import type { Environment } from './stack.ts';

export type Right = 'view' | 'operate' | 'approve';

/** Who asks, from where. `groups` are the ids of the user groups the person is in. */
export type Caller = {
  readonly person: Person;
  readonly groups: readonly string[];
  /** undefined at the terminal, which stands in every channel. */
  readonly channel?: { readonly id: string; readonly name: string } | undefined;
};

export type Verdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly why: 'channel' | 'person'; readonly who: readonly string[] };

/**
 * Deny by default: the channel must be one of the environment's, and the person or one of their groups must be listed
 * for the right. `approve` and `operate` include `view`. `who` lists those who may (or the channels where it may be).
 */
export function judge(environment: Environment, right: Right, caller: Caller): Verdict {
  const { channel } = caller;
  if (channel && !environment.channels.some((c) => c === channel.id || c === `#${channel.name}`)) {
    return { allowed: false, why: 'channel', who: environment.channels };
  }
  const lists = {
    view: [...environment.people.view, ...environment.people.operate, ...environment.people.approve],
    operate: environment.people.operate,
    approve: environment.people.approve,
  };
  const names = new Set([caller.person.id, ...caller.groups, '*']);
  if (lists[right].some((entry) => names.has(entry))) return { allowed: true };
  return { allowed: false, why: 'person', who: lists[right] };
}
