import type { Timings } from './limits.ts';

/** `teamId`: an outsider of this other workspace, which shares the channels. */
export type Member = {
  readonly id: string;
  readonly name: string;
  readonly realName?: string;
  readonly teamId?: string;
};
/** `withoutBot`: the app was not invited, and posting there is refused. */
export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly topic?: string;
  /** What somebody new can try here, first things first: a command, and what it shows. */
  readonly tries?: readonly (readonly [text: string, shows: string])[];
  readonly withoutBot?: boolean;
  /** Ids of those who are in it; left out: everybody. */
  readonly members?: readonly string[];
};
type UserGroup = { readonly id: string; readonly handle: string; readonly users: readonly string[] };
export type Command = { readonly command: string; readonly description?: string; readonly usageHint?: string };

export type WorkspaceOptions = {
  /** On 127.0.0.1. Default: any free port. */
  readonly port?: number;
  readonly members: readonly Member[];
  readonly channels: readonly Channel[];
  readonly userGroups?: readonly UserGroup[];
  /** What the app's manifest declares; left out, every command is delivered that is not reserved. */
  readonly commands?: readonly Command[];
  /** Whether its manifest turns the Home tab on. Default true. */
  readonly homeTab?: boolean;
  /** Its message shortcuts. */
  readonly shortcuts?: readonly { readonly id: string; readonly name: string }[];
  /** Events that its manifest subscribes to; left out, all that there are here. */
  readonly events?: readonly string[];
  readonly tokens: { readonly bot: string; readonly app: string };
  /** With `requestUrl`, commands and clicks are posted there, signed; without it they go over Socket Mode. */
  readonly requestUrl?: string;
  readonly signingSecret?: string;
  /** Answer 429 as Slack's tiers would. Default true. */
  readonly rateLimits?: boolean;
  readonly timings?: Partial<Timings>;
  readonly appName?: string;
  readonly teamName?: string;
  /** Another page on this machine, shown beside the messages. */
  readonly beside?: { readonly title: string; readonly url: string };
};
