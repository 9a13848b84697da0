import type { RunRef } from './run.ts';

/** One program that is run for a layer: ansible-playbook, kolla-ansible, helm, git. Never a shell string. */
export type ToolCall = {
  /** For errors, as `running scale.yml for "node-5"`. */
  readonly doing: string;
  /** Argument array, without the layer's command in front. */
  readonly argv: readonly string[];
  /** Where it runs, on the machine where it runs. Default: the fresh folder that holds `files`. */
  readonly cwd?: string | undefined;
  /**
   * Relative path -> text, laid into a fresh folder of this call (mode 0700), which is removed with it. `{folder}` in `argv`,
   * `cwd` and `env` names it.
   */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Relative path in that folder -> absolute path on the machine where it runs, linked. */
  readonly links?: Readonly<Record<string, string>> | undefined;
  /** Besides those of the place where it runs, and what the layer's command sets; of the worker's own only a few get through. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Texts that are masked wherever its output goes. */
  readonly secrets?: readonly string[] | undefined;
  /** Artifacts that its whole output becomes, as `scale.log`, `scale.log.001`; undefined: it is kept nowhere. */
  readonly log?: { readonly run: RunRef; readonly name: string } | undefined;
  /** Ansible's progress; only ansible-playbook and what runs it says any. */
  onProgress?(progress: PlaybookProgress): void;
};

export type ToolResult = {
  /** 128 and the signal's number when a signal that was not ours ended it. */
  readonly exitCode: number;
  /** The last 64 KiB of standard output and error as they came, secrets masked, invalid UTF-8 replaced. */
  readonly output: string;
  readonly playbook?: Playbook | undefined;
  /** The name its log got: a number is added when an earlier attempt has left one, as `scale-2.log`. */
  readonly log?: string | undefined;
};

/** Where a playbook is. `play` counts from 1; `task` too, over all plays. */
export type PlaybookProgress = {
  readonly play: number;
  readonly plays: number;
  readonly playName: string;
  readonly task: number;
  readonly taskName: string;
  /** The task is tried again on this host: `FAILED - RETRYING` is not final. */
  readonly retrying?: { readonly host: string; readonly left: number } | undefined;
};

/** Why a host is out: `message` is what the module said. */
export type HostFailure = {
  readonly host: string;
  readonly kind: 'failed' | 'unreachable';
  readonly task: string;
  readonly message: string;
};

/** What Ansible counts for a host. `rescued`: failed tasks that a rescue block made good. */
export type Recap = {
  readonly host: string;
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
};

/** How a playbook ended. `failures` are those that nothing ignored or rescued; without a recap all that were not ignored. */
export type Playbook = {
  readonly tasks: number;
  readonly failures: readonly HostFailure[];
  /** Empty when it did not come to its end. */
  readonly recap: readonly Recap[];
};

/** Programs where a layer's tools are: on this host, or behind the layer's command. */
export interface Tools {
  /**
   * Runs a program to its end; an exit code is a result, not an error. A program of the same layer that a dead worker left
   * is killed first. It ends with the signal (TERM to its process group, 10 s, KILL), and within 10 s of this process'
   * death or standstill, before another worker can have the run. Nothing that it started outlives it.
   * @throws ToolError when it cannot be started (not there, no connection) or the connection is lost; the signal's reason
   */
  run(call: ToolCall): Promise<ToolResult>;
}
