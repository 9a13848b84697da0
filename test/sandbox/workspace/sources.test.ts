import { globSync, readFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { LIMITS, TIMING_SOURCES, TIMINGS } from '../../../sandbox/workspace/limits.ts';
import { BEHAVIOURS, ERRORS } from '../../../sandbox/workspace/sources.ts';

const RULES: readonly (readonly [rule: string, source: string])[] = [
  ...Object.entries(LIMITS).map(([name, { source }]) => [name, source] as const),
  ...Object.entries(TIMING_SOURCES),
  ...Object.entries(ERRORS),
  ...Object.entries(BEHAVIOURS),
];

/** Documentation, help centre, Slack's own repositories, the SDK's types, threads of those who measured it, or ours with a reason. */
const KINDS = [
  /^https:\/\/docs\.slack\.dev\/[\w./#-]+$/,
  /^https:\/\/slack\.com\/help\/articles\/\d+/,
  /^https:\/\/github\.com\/slackapi\/[\w-]+\/(?:issues|pull)\/\d+$/,
  /^https:\/\/github\.com\/[\w-]+\/[\w-]+\/issues\/\d+$/,
  /^@slack\/types: [A-Z]\w+/,
  /^ours: \w+ .{10,}/,
];

describe('what the workspace holds an app to', () => {
  it.each(RULES)('is written somewhere, or said to be ours: %s', (_rule, source) => {
    expect(KINDS.some((kind) => kind.test(source))).toBe(true);
  });

  it('has a source for each of its times', () => {
    expect(Object.keys(TIMING_SOURCES).toSorted()).toEqual(Object.keys(TIMINGS).toSorted());
  });

  it('names no type of the SDK that does not exist', () => {
    const types = readFileSync('node_modules/@slack/types/dist/block-kit/blocks.d.ts', 'utf8');

    const named = RULES.flatMap(([, source]) =>
      source.startsWith('@slack/types: ') ? source.slice(14).split(', ') : [],
    );

    expect(named.filter((name) => !new RegExp(`(?:interface|type) ${name.split('.')[0]}\\b`).test(types))).toEqual([]);
  });

  it('answers with no error that is not in the table', () => {
    const answers = globSync('sandbox/workspace/*.ts').flatMap((file) => {
      const code = readFileSync(file, 'utf8');
      expect(parseSync(file, code).errors).toEqual([]);
      return [...code.matchAll(/\b(?:error|return): '(?<name>[a-z_]+)'|return '(?<other>[a-z]+_[a-z_]+)'/g)].map(
        ({ groups }) => groups?.['name'] ?? groups?.['other'] ?? '',
      );
    });

    expect(answers.length).toBeGreaterThan(20);
    expect(answers.filter((name) => !Object.hasOwn(ERRORS, name))).toEqual([]);
  });
});
