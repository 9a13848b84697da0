import type { Caller } from './access.ts';
import type { Freeze } from './events.ts';
import type { RunView } from './fold.ts';
import type { LayerHealth } from './report.ts';
import type { LayerKind } from './stack.ts';

/** A layer as the newest status or watch that looked at it saw it; whoever asked for that is nobody's business. */
export type LayerNow = {
  readonly layer: string;
  readonly kind: LayerKind;
  /** `at`: the end of that look; `summary`: its worst trouble, if any. undefined: none of late looked at it. */
  readonly last?: (Pick<LayerHealth, 'health' | 'summary'> & { readonly at: string }) | undefined;
};

export type EnvironmentNow = {
  readonly name: string;
  /** Bottom first. */
  readonly layers: readonly LayerNow[];
  readonly freeze?: Freeze | undefined;
};

/** What one person sees in their App Home: nothing of an environment that they may not look at. */
export type Home = {
  readonly environments: readonly EnvironmentNow[];
  /** Runs that this person can decide about now, the oldest first. */
  readonly approvals: readonly RunView[];
  /** What has not ended, the oldest first; private runs of others are left out. */
  readonly open: readonly RunView[];
  /** What this person asked for and has ended, the newest first. */
  readonly mine: readonly RunView[];
  /** Commands with a form that this person may give somewhere. */
  readonly starts: readonly { readonly command: string; readonly title: string }[];
  /** Epoch ms of the reading. */
  readonly nowMs: number;
  /** False while Slack has not told all of the person's groups and channels: there may be more to see. */
  readonly isSure: boolean;
};

/** Whose home it is. `isSure`: it is known who is in which group and channel. */
export type HomeOwner = { readonly caller: Caller; readonly isSure: boolean };
