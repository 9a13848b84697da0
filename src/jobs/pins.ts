import { CheckError } from '#domain/errors.ts';
import type { Tools } from '#domain/tools.ts';
import { words } from '#words/tools.ts';

const BOUNDS = 'playbooks/ansible_version.yml';

/** The version of ansible-core where the tools run, and what Kubespray asks for: `least` or newer, older than `below`. */
export type Pins = {
  readonly ansible: string;
  readonly least: string;
  readonly below: string;
  /** Path of the file that says so, there. */
  readonly source: string;
};

/**
 * Reads the versions where the tools run.
 * @throws ToolError when a tool is missing, CheckError when an answer has no version in it
 * @see https://github.com/kubernetes-sigs/kubespray/blob/master/playbooks/ansible_version.yml
 */
export async function readPins(tools: Tools, kubesprayPath: string): Promise<Pins> {
  const source = `${kubesprayPath}/${BOUNDS}`;
  const doing = words.readingPins;
  const version = await tools.run({ doing, argv: ['ansible-playbook', '--version'], cwd: kubesprayPath });
  const bounds = await tools.run({ doing, argv: ['cat', source] });
  return {
    ansible: found(version.output, /^ansible-playbook \[core ([\d.]+)/m),
    least: found(bounds.output, /^\s*minimal_ansible_version:\s*["']?([\d.]+)/m),
    below: found(bounds.output, /^\s*maximal_ansible_version:\s*["']?([\d.]+)/m),
    source,
  };
}

/** @throws CheckError that names the pin and its source, when the version is outside of the bounds */
export function checkPins({ ansible, least, below, source }: Pins): void {
  if (order(least, ansible) <= 0 && order(ansible, below) < 0) return;
  throw new CheckError(words.wrongVersion(ansible, least, below), { advice: words.wrongVersionAdvice(source) });
}

function found(output: string, pattern: RegExp): string {
  const version = pattern.exec(output)?.[1];
  if (version !== undefined) return version;
  const last = output.trim().split('\n').at(-1) ?? '';
  throw new CheckError(words.noVersion(last), { advice: words.noVersionAdvice });
}

/** Negative: `a` is older. Parts that are missing count as 0. */
function order(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const at = [0, 1, 2].find((index) => (left[index] ?? 0) !== (right[index] ?? 0));
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
