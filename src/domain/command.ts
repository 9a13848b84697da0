import type { Caller } from './access.ts';
import type { RunView } from './fold.ts';
import type { FormValues } from './form.ts';
import type { Console } from './report.ts';
import type { Origin, RunRequest } from './run.ts';
import type { Environment } from './stack.ts';

/** A command as somebody gave it, in Slack or at a terminal. */
export type CommandRequest = {
  /** Without slash and prefix: `smoke-test`, `status`, `strata`. */
  readonly command: string;
  /** What stands behind it, as it came: Slack's escapes included. */
  readonly text: string;
  readonly caller: Caller;
  readonly origin: Origin;
  /** Deliveries with the same one make one run. */
  readonly once: string;
  /** True while it is not known who is in some of the user groups, so that a refusal may be premature. Default false. */
  readonly groupsUnknown?: boolean | undefined;
  /** Signs with the personal key that was given at the terminal. @throws ToolError */
  readonly sign?: ((text: string) => Promise<string>) | undefined;
  /** Given by mentioning the app. `run`: the one in whose thread, which a number that is left out means. */
  readonly mention?: { readonly run?: number | undefined } | undefined;
};

/** A form to be opened, and what it begins with. */
export type Asked = { readonly command: string; readonly values: FormValues };

/** The answer, for the caller alone. `text` is Slack mrkdwn in which every name is escaped. */
export type Reply =
  | { readonly kind: 'run'; readonly request: RunRequest; readonly fresh: boolean; readonly text: string }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly error?: boolean | undefined;
      /** Asks for what is missing, where forms can be shown: the text is for elsewhere. A mention gets both, and a button. */
      readonly form?: Asked | undefined;
    };

/** A run that somebody may see otherwise than its thread shows it, with what its servers wrote to their consoles. */
export type Showing = {
  readonly kind: 'show';
  readonly as: 'text' | 'picture';
  readonly view: RunView;
  readonly consoles: readonly Console[];
  readonly theme: Environment['theme'];
};

/** A run that somebody asks about, and which buttons of it are theirs to press. */
export type Considered = {
  readonly kind: 'considered';
  readonly view: RunView;
  readonly may: readonly ClickRequest['action'][];
};

/** A button that somebody pressed, or a modal that somebody sent, about one run. Everything in it may be forged. */
export type Click = {
  /** Its number; that of the schedule, where one is meant. */
  readonly run: number;
  /** Its random key: a number alone could mean a run of another installation. */
  readonly key?: string | undefined;
  /** Digest of the plan that the person saw. */
  readonly digest?: string | undefined;
  readonly typed?: string | undefined;
  readonly reason?: string | undefined;
  /** Which of the commands that the end of the run offers, counted from 0. */
  readonly offer?: number | undefined;
};

/** True when the click is about this run, and not one of the same number elsewhere. */
export function isMeant({ run: number, key }: Click, run: { readonly number: number; readonly key: string }): boolean {
  return number === run.number && (key === undefined || key === run.key);
}

/** A click, with who made it. From a modal it comes without a channel: the button that opened it had one, unless it stands in App Home. */
export type ClickRequest = {
  readonly action:
    | 'approve'
    | 'deny'
    | 'stop-step'
    | 'stop-now'
    | 'retry'
    | 'step-done'
    | 'step-again'
    | 'tell'
    | 'as-text'
    | 'full-picture'
    | 'offer'
    | 'unschedule';
  readonly click: Click;
  readonly caller: Caller;
  /** Where a run starts that the click asks for. */
  readonly origin: Origin;
  readonly groupsUnknown?: boolean | undefined;
};
