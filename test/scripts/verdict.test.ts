import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { filesToRepeat, readReport, verdictOf } from '../../scripts/verdict.ts';

const root = '/strata';

/** A report as vitest's JSON reporter writes it: what became of the tests of each file. */
function report(files: Record<string, readonly ('passed' | 'failed' | 'pending')[]>, success?: boolean) {
  const testResults = Object.entries(files).map(([file, statuses]) => ({
    name: `${root}/${file}`,
    status: statuses.includes('failed') || statuses.length === 0 ? 'failed' : 'passed',
    message: statuses.length === 0 ? 'Cannot find module' : '',
    assertionResults: statuses.map((status, number) => ({
      fullName: `test ${number}`,
      status,
      failureMessages: status === 'failed' ? ['AssertionError: expected 1 to be 2\n    at one\n    at another'] : [],
    })),
  }));
  return { success: success ?? testResults.every(({ status }) => status === 'passed'), testResults };
}

describe('what CI says at its end', () => {
  test('counts what passed, and not what was left out', () => {
    const suites = [
      { name: 'unit', first: report({ 'a.test.ts': ['passed', 'passed'] }) },
      { name: 'chaos', first: report({ 'b.test.ts': ['passed', 'pending'] }) },
    ];
    expect(verdictOf(suites, [], root)).toEqual({ passed: 3, failed: 0, lines: [] });
  });

  test('names each failure with its suite, its file and its reason', () => {
    const { passed, failed, lines } = verdictOf(
      [{ name: 'unit', first: report({ 'a.test.ts': ['passed', 'failed'] }) }],
      [],
      root,
    );
    expect({ passed, failed }).toEqual({ passed: 1, failed: 1 });
    expect(lines.join('\n')).toContain('FAILED: unit: a.test.ts > test 1\n    AssertionError: expected 1 to be 2');
  });

  test('counts a command that failed, a file that could not run and an error outside any test', () => {
    expect(verdictOf([], ['npx tsc'], root)).toEqual({ passed: 0, failed: 1, lines: ['FAILED: npx tsc'] });
    expect(verdictOf([{ name: 'unit', first: report({ 'a.test.ts': [] }) }], [], root).lines[0]).toBe(
      'FAILED: unit: a.test.ts > the file itself',
    );
    expect(verdictOf([{ name: 'unit', first: report({ 'a.test.ts': ['passed'] }, false) }], [], root)).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  test('takes the second run of a file for its result, and still tells what failed in the first', () => {
    const first = report({ 'a.test.ts': ['passed', 'failed'], 'b.test.ts': ['failed'], 'c.test.ts': ['passed'] });
    const again = report({ 'a.test.ts': ['passed', 'passed'], 'b.test.ts': ['failed'] });
    const { passed, failed, lines } = verdictOf([{ name: 'unit', first, again }], [], root);
    expect({ passed, failed }).toEqual({ passed: 3, failed: 1 });
    expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
      'FAILED: unit: b.test.ts > test 0',
      'UNSTEADY: unit: a.test.ts > test 1',
    ]);
  });
});

describe('a report of a suite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-verdict-'));
  const file = join(folder, 'unit.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('in which all passed is no success when vitest itself failed', () => {
    writeFileSync(file, JSON.stringify(report({ 'a.test.ts': ['passed'] })));
    expect(verdictOf([{ name: 'unit', first: readReport(file) }], [], root)).toMatchObject({ passed: 1, failed: 0 });

    writeFileSync(join(folder, 'unit.failed'), '');

    const { failed, lines } = verdictOf([{ name: 'unit', first: readReport(file) }], [], root);
    expect(failed).toBe(1);
    expect(lines[0]).toMatch(/^FAILED: unit: .*an error outside any test/);
  });

  test('that was cut off is a failure, not the end of the verdict', () => {
    writeFileSync(file, '{"success":true,"testRes');

    expect(verdictOf([{ name: 'unit', first: readReport(file) }], [], root)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('what runs a second time', () => {
  test('is the files that failed', () => {
    expect(
      filesToRepeat(report({ 'a.test.ts': ['failed', 'failed'], 'b.test.ts': ['passed'], 'c.test.ts': [] }), root),
    ).toEqual(['a.test.ts', 'c.test.ts']);
  });

  test('is nothing when many files failed, or when an error came from outside the tests', () => {
    const many = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.test.ts`, ['failed'] as const]));
    expect(filesToRepeat(report(many), root)).toEqual([]);
    expect(filesToRepeat(report({ 'a.test.ts': ['passed'] }, false), root)).toEqual([]);
  });
});
