import type { Person } from './run.ts';
import type { Environment } from './stack.ts';

export type Right = 'view' | 'operate' | 'approve' | 'breakGlass';

/** A channel of Slack's; `name` without its `#`. */
export type Channel = { readonly id: string; readonly name: string };

/** Who asks, from where. `groups` are the ids of the user groups the person is in. */
export type Caller = {
  readonly person: Person;
  readonly groups: readonly string[];
  /** undefined at the terminal, which stands in every channel, and in App Home. */
  readonly channel?: Channel | undefined;
  /** In App Home, which stands in no channel: those that the person is in. undefined elsewhere. */
  readonly memberOf?: readonly Channel[] | undefined;
  /** True for somebody of another workspace, in a channel that is shared with it. Default false. */
  readonly isOutsider?: boolean | undefined;
};

export type Verdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly why: 'outsider' | 'channel' | 'person'; readonly who: readonly string[] };

/** True when the channel stands in the list, by id or as `#name`. */
export function isListed(channel: Channel, channels: readonly string[]): boolean {
  return channels.includes(channel.id) || channels.includes(`#${channel.name}`);
}

/**
 * Deny by default: the person must be of our workspace, the channel must be one of the environment's, and the person or one of their groups must be listed
 * for the right. `*` is everybody in those channels: in App Home, those who are members of one. Every right includes
 * `view`. `who` lists those who may (or the channels where it may be).
 */
export function judge(environment: Environment, right: Right, caller: Caller): Verdict {
  const { channel, memberOf, isOutsider = false } = caller;
  // Ids of people are of one workspace: elsewhere the same one may be somebody else's.
  if (isOutsider) return { allowed: false, why: 'outsider', who: [] };
  if (channel && !isListed(channel, environment.channels)) {
    return { allowed: false, why: 'channel', who: environment.channels };
  }
  const { view, operate, approve, breakGlass = [] } = environment.people;
  const lists = { view: [...view, ...operate, ...approve, ...breakGlass], operate, approve, breakGlass };
  const isHere = memberOf === undefined || memberOf.some((one) => isListed(one, environment.channels));
  const names = new Set([caller.person.id, ...caller.groups, ...(isHere ? ['*'] : [])]);
  if (lists[right].some((entry) => names.has(entry))) return { allowed: true };
  return { allowed: false, why: 'person', who: lists[right] };
}
