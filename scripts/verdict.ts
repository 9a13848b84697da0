// What CI says at its end. A suite's first report is `<suite>.json`; the files that failed in it run once more by
// themselves, into `<suite>.again.json`. A failure that does not come back is still printed, as unsteady: on a machine shared
// with others it may be the machine, but somebody has to look.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { fullName: string; status: string; failureMessages: string[] | null }[];
  }[];
}

interface Failure {
  readonly file: string;
  readonly test: string;
  readonly why: string;
}

/** vitest keeps it out of its report, and ends with it: an unhandled rejection, a service that did not end. */
const OUTSIDE: Failure = {
  file: '',
  test: 'an error outside any test',
  why: 'What it was stands above, in its output.',
};
/** More files than this are no accident of the machine, and not worth the time of a second run. */
const most = 3;

/** A report; one that cannot be read, or whose vitest did not end well (`<suite>.failed`), is no success. */
export function readReport(file: string): Report {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    return { ...report, success: report.success && !existsSync(file.replace(/json$/, 'failed')) };
  } catch {
    return { success: false, testResults: [] };
  }
}

/** What failed in a report: tests, and files that could not run. Errors outside any test have no file, and count as one. */
function failuresOf(report: Report, root: string): Failure[] {
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }): Failure[] => {
    const file = relative(root, name);
    const tests = assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => ({ file, test: test.fullName, why: (test.failureMessages ?? []).join('\n') }));
    return tests.length > 0 || status !== 'failed' ? tests : [{ file, test: 'the file itself', why: message }];
  });
  return failures.length > 0 || report.success ? failures : [OUTSIDE];
}

/** The test files that are worth a second run: those that failed, unless there are many or the failure has no file. */
export function filesToRepeat(report: Report, root: string): string[] {
  const files = [...new Set(failuresOf(report, root).map(({ file }) => file))];
  return files.length > most || files.includes('') ? [] : files;
}

/** Counts of all suites, and the lines that tell what failed. `steps`: the commands without a report that failed. */
export function verdictOf(
  suites: readonly { name: string; first: Report; again?: Report }[],
  steps: readonly string[],
  root: string,
): { passed: number; failed: number; lines: string[] } {
  let [passed, failed] = [0, steps.length];
  const lines = steps.map((step) => `FAILED: ${step}`);
  for (const { name, first, again } of suites) {
    const last = again ? replaced(first, again) : first;
    const left = failuresOf(last, root);
    passed += last.testResults
      .flatMap((file) => file.assertionResults)
      .filter((test) => test.status === 'passed').length;
    failed += left.length;
    const tell = (how: string, { file, test, why }: Failure) =>
      lines.push(`${how}: ${name}: ${file && `${file} > `}${test}`, indented(why));
    for (const failure of left) tell('FAILED', failure);
    for (const failure of failuresOf(first, root)) {
      if (!left.some(({ file, test }) => file === failure.file && test === failure.test)) tell('UNSTEADY', failure);
    }
  }
  return { passed, failed, lines };
}

/** A report in which the files that ran again stand as they ended then. */
function replaced(first: Report, again: Report): Report {
  const repeated = new Set(again.testResults.map(({ name }) => name));
  const kept = first.testResults.filter(({ name }) => !repeated.has(name));
  return { success: again.success, testResults: [...kept, ...again.testResults] };
}

/** The message and the frames of our own code. */
function indented(text: string): string {
  const lines = text.split('\n').filter((line) => !line.includes('/node_modules/'));
  return lines.slice(0, 12).join('\n').replace(/^/gm, '    ');
}

if (import.meta.main) {
  const [what, where = '', ...steps] = process.argv.slice(2);
  if (what === 'repeat') {
    if (existsSync(where)) for (const file of filesToRepeat(readReport(where), process.cwd())) console.log(file);
  } else {
    const suites = readdirSync(where)
      .filter((file) => file.endsWith('.json') && !file.endsWith('.again.json'))
      .map((file) => {
        const again = join(where, file.replace('.json', '.again.json'));
        const first = readReport(join(where, file));
        return { name: basename(file, '.json'), first, ...(existsSync(again) && { again: readReport(again) }) };
      });
    const { passed, failed, lines } = verdictOf(suites, steps, process.cwd());
    for (const line of lines) console.log(line);
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  }
}
