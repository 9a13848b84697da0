import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import type { HostFailure, Playbook, PlaybookProgress, Recap, ToolCall } from '#domain/tools.ts';

const PLUGIN = 'strata_progress.py';
const FOLDER = 'callback_plugins';
export const PROGRESS = 'progress';

/** What the callback plugin says, a line each. */
const Said = z.discriminatedUnion('event', [
  z.object({ event: z.literal('playbook'), plays: z.number() }),
  z.object({ event: z.literal('play'), name: z.string() }),
  z.object({ event: z.literal('task'), name: z.string() }),
  z.object({ event: z.literal('retry'), host: z.string(), left: z.number() }),
  z.object({
    event: z.literal('failure'),
    kind: z.enum(['failed', 'unreachable']),
    host: z.string(),
    task: z.string(),
    message: z.string(),
    ignored: z.boolean(),
  }),
  z.object({
    event: z.literal('recap'),
    host: z.string(),
    ok: z.number(),
    changed: z.number(),
    unreachable: z.number(),
    failed: z.number(),
    skipped: z.number(),
    rescued: z.number(),
    ignored: z.number(),
  }),
]);

export function isAnsible({ argv }: ToolCall): boolean {
  return ['ansible-playbook', 'kolla-ansible'].includes(basename(argv[0] ?? ''));
}

/** The call, with our callback plugin in its folder; the output stays the one that Ansible is set to. */
export function withProgress(call: ToolCall): ToolCall {
  const plugin = readFileSync(new URL(PLUGIN, import.meta.url), 'utf8');
  return {
    ...call,
    files: { ...call.files, [`${FOLDER}/${PLUGIN}`]: plugin },
    env: {
      ANSIBLE_CALLBACK_PLUGINS: `{folder}/${FOLDER}`,
      ANSIBLE_CALLBACKS_ENABLED: 'strata_progress',
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_FORCE_COLOR: '0',
      STRATA_PROGRESS: `{folder}/${PROGRESS}`,
      ...call.env,
    },
  };
}

/** Follows a playbook by the lines of the callback plugin. */
export type Follower = {
  /** A line that is none of ours is passed over: the file is open to whatever the playbook runs. */
  hear(line: string): void;
  /** undefined when no playbook has said anything. */
  playbook(): Playbook | undefined;
};

export function followPlaybook(onProgress: ((progress: PlaybookProgress) => void) | undefined): Follower {
  let at: PlaybookProgress = { play: 0, plays: 0, playName: '', task: 0, taskName: '' };
  let hasBegun = false;
  const failures: HostFailure[] = [];
  const recap: Recap[] = [];

  return {
    hear(line) {
      const said = read(line);
      if (!said) return;
      hasBegun = true;
      switch (said.event) {
        case 'playbook':
          // kolla-ansible may run several, one after the other.
          at = { ...at, plays: at.play + said.plays };
          break;
        case 'play':
          at = { ...at, play: at.play + 1, playName: said.name };
          break;
        case 'task':
          at = { ...at, task: at.task + 1, taskName: said.name, retrying: undefined };
          onProgress?.(at);
          break;
        case 'retry':
          at = { ...at, retrying: { host: said.host, left: said.left } };
          onProgress?.(at);
          break;
        case 'failure': {
          const { host, kind, task, message, ignored } = said;
          if (!ignored) failures.push({ host, kind, task, message });
          break;
        }
        case 'recap': {
          const { event: _event, ...counts } = said;
          recap.push(counts);
          break;
        }
      }
    },
    playbook: () => (hasBegun ? { tasks: at.task, failures: finalOf(failures, recap), recap } : undefined),
  };
}

function read(line: string): z.infer<typeof Said> | undefined {
  try {
    return Said.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/**
 * A host is out after a failure that nothing rescued, so those are its last ones, as many as the recap counts.
 * @see https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_blocks.html#handling-errors-with-blocks
 */
function finalOf(failures: readonly HostFailure[], recap: readonly Recap[]): readonly HostFailure[] {
  if (recap.length === 0) return failures;
  const counted = recap.flatMap(({ host, failed, unreachable }) => {
    const own = failures.filter((failure) => failure.host === host);
    const last = (kind: HostFailure['kind'], count: number) =>
      count === 0 ? [] : own.filter((failure) => failure.kind === kind).slice(-count);
    return [...last('failed', failed), ...last('unreachable', unreachable)];
  });
  const final = new Set(counted);
  return failures.filter((failure) => final.has(failure));
}
