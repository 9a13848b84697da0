import { globSync, readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

/** Three words in a row, as people write them. */
const SENTENCE = /\p{L}{2,}[,;:]? \p{L}{2,}[,;:]? \p{L}{2,}/u;
/** What reads like one and is none: a command line, a script, markup, a style. */
const OTHER = [
  /^(?:docker|helm|ip|kubectl|mysql|openstack|strata) /,
  /^(?:show status|select) /,
  /^\s*(?:local|import|if redis)\b|\n/,
  /^<(?:circle|path|svg)\b/,
  /^\[?<run>|^\d+px /,
  // Of others, by which they are understood, or what stands in place of a secret.
  /^No valid backend was found$|^-----(?:BEGIN|END) |^\[redacted /,
];
/** A caller's log and bugs are for those who run Strata, who read English. */
const FOR_OPERATORS = /(?:^|\.)log\.(?:debug|info|warn|error)$/;

/** Bugs, the end of a process, and what Slack answered: for the log. */
const NEVER_SHOWN = /^(?:Error|ShutdownError|SlackTrouble)$/;

/** Files whose texts are not ours, or not for people to read as they stand. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'src/adapters/': 'what was asked of a foreign API, in the terms of that API: docs/adr/0024-languages.md',
  'src/domain/galera.ts': "Galera's own words, by which it is understood",
  'src/jobs/status/openstack/extras.ts': 'titles of tables, in the terms of the commands that they stand for',
  'src/jobs/status/namespace/tables.ts': 'titles and headings of tables, in the terms of kubectl',
};

/** Texts outside the catalogue that people read, each with its file. */
function sentencesIn(file: string, code: string): string[] {
  const { program } = parseSync(file, code);
  const exempt: { readonly start: number; readonly end: number }[] = [];
  const found: { readonly start: number; readonly text: string }[] = [];
  new Visitor({
    CallExpression(node) {
      if (FOR_OPERATORS.test(code.slice(node.callee.start, node.callee.end))) exempt.push(node);
    },
    NewExpression(node) {
      if (NEVER_SHOWN.test(code.slice(node.callee.start, node.callee.end))) exempt.push(node);
    },
    Literal(node) {
      if (typeof node.value === 'string') found.push({ start: node.start, text: node.value });
    },
    TemplateLiteral({ start, quasis }) {
      found.push({ start, text: quasis.map(({ value }) => value.cooked ?? '').join('…') });
    },
  }).visit(program);
  return found
    .filter(({ text }) => SENTENCE.test(text) && !OTHER.some((kind) => kind.test(text)))
    .filter(({ start }) => !exempt.some((range) => start >= range.start && start < range.end))
    .map(({ text }) => `${file}: ${text}`);
}

const files = globSync('src/**/*.ts').filter((file) => !file.startsWith('src/words/'));

describe('sentences for people', () => {
  it('stand in src/words, and nowhere else', () => {
    const own = files.filter((file) => !Object.keys(ELSEWHERE).some((path) => file.startsWith(path)));

    expect(own.flatMap((file) => sentencesIn(file, readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('are found where somebody writes one', () => {
    const code = [
      "const text = 'This is for people.';",
      'respond({ text: `Run #${number} has been stopped by ${who}.` });',
      "throw new InputError('reading the command: no such thing');",
      "log.warn({ code }, 'this one is for operators');",
      "throw new Error('a bug that nobody should see');",
      "const command = 'openstack server list --all';",
      "const style = '1px solid red';",
    ].join('\n');

    expect(sentencesIn('new.ts', code)).toEqual([
      'new.ts: This is for people.',
      'new.ts: Run #… has been stopped by ….',
      'new.ts: reading the command: no such thing',
    ]);
  });

  it('has no exception that is not needed', () => {
    const unneeded = Object.keys(ELSEWHERE).filter((path) =>
      files
        .filter((file) => file.startsWith(path))
        .every((file) => sentencesIn(file, readFileSync(file, 'utf8')).length === 0),
    );

    expect(unneeded).toEqual([]);
  });
});
