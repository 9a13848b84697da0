import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { environmentKeys } from '#adapters/redis/keys.ts';
import { COMMANDS } from '#commands/registry.ts';
import { parseStack, StackFile } from '#config/stack.ts';
import { words } from '#words/cli.ts';
import { codeIn, PAGES, textOf } from './pages.ts';

const code = PAGES.flatMap((page) => codeIn(page).map((text) => ({ page, text })));
const ENV = readFileSync('src/config/env.ts', 'utf8');
/** Variables with their defaults as the code has them; undefined: none. */
const variables = new Map(
  [.../^const Variables = [\s\S]*?^\}\);$/m.exec(ENV)![0].matchAll(/^ {2}([A-Z_]+):((?:.|\n {3,})*)/gm)].map(
    ([, name = '', schema = '']) => [name, /\.default\('?([^')]*)'?\)/.exec(schema)?.[1]?.replaceAll('_', '')] as const,
  ),
);
/** Of Slack itself, and of files and addresses. */
const NOT_OURS = new Set(['/invite', '/status', '/tmp', '/readyz']);
/** Set by the image, or of a terminal, a shared folder, a port outside: not for `.env`. */
const NOT_FOR_COMPOSE = new Set([
  'STRATA_CONFIG',
  'OS_CLIENT_CONFIG_FILE',
  'KUBECONFIG',
  'STRATA_KEY',
  'STRATA_ARTIFACTS',
]);
/** What a page says there would be. */
const TO_COME = new Set(['src/words/zh-hans.ts']);
const TERMINAL_OPTIONS = ['json', 'picture', 'full-picture', 'key'];
/** Other ways to say what stands in its place anyway. */
const POSITIONAL = new Set(['environment', 'layer', 'level']);

/** The command of Slack's or the terminal's that a piece of code shows, and its words. */
function commandIn(text: string): { readonly name: string; readonly rest: string } | undefined {
  const match = /^(?:\/(?:ops-)?strata|@strata|strata run) +(?<name>[a-z][a-z-]*)(?<rest>.*)$/.exec(text);
  const slash = /^\/(?:ops-)?(?<name>[a-z][a-z-]*)(?<rest>(?: .*)?)$/.exec(text);
  const { name = '', rest = '' } = match?.groups ?? slash?.groups ?? {};
  return name === '' || name === 'strata' || NOT_OURS.has(`/${name}`) ? undefined : { name, rest };
}

const specOf = (name: string) =>
  COMMANDS.find(({ name: own, slash, aliases }) => [own, slash, ...aliases].includes(name));
const optionsIn = (text: string): string[] => [...text.matchAll(/--([a-z][a-z-]*)/g)].map(([, name = '']) => name);

describe('names in the documentation', () => {
  it('are of commands and options that exist', () => {
    const unknown = code.flatMap(({ page, text }) => {
      const { name, rest } = commandIn(text) ?? {};
      if (name === undefined || name === 'help') return [];
      const spec = specOf(name);
      const known = new Set([...(spec?.options ?? []), ...(text.startsWith('strata run') ? TERMINAL_OPTIONS : [])]);
      return spec && optionsIn(rest ?? '').every((option) => known.has(option)) ? [] : [`${page}: ${text}`];
    });

    expect(unknown.filter((line) => !line.endsWith('/strata is not supported in threads. Sorry!'))).toEqual([]);
  });

  it('are of subcommands of strata that its help lists, with their options', () => {
    const lines = code.filter(({ text }) => /^strata (?!run )[a-z]/.test(text));
    const unknown = lines.filter(({ text }) => {
      const [, name = ''] = text.split(' ');
      const help = new RegExp(`^ {2}strata ${name}\\b.*\\n(?: {6}.*\\n)*`, 'gm');
      const found = (words.usage.match(help) ?? []).join('');
      return found === '' || optionsIn(text).some((option) => !found.includes(`--${option} `));
    });

    expect(lines.length).toBeGreaterThan(10);
    expect(unknown).toEqual([]);
  });

  it('are right in what Strata itself says too', () => {
    const said = globSync('src/words/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/"strata (?!run )([a-z]+)/g)].map(([, name = '']) => ({ file, name })),
    );

    expect(said.length).toBeGreaterThan(3);
    expect(said.filter(({ name }) => name !== 'help' && !words.usage.includes(`\n  strata ${name} `))).toEqual([]);
  });

  it('leave out no command, and none of its options', () => {
    const shown = code.map(({ text }) => text);
    const named = new Set(shown.map((text) => specOf(commandIn(text)?.name ?? '')));
    const options = COMMANDS.flatMap(({ options: own = [] }) => own).filter((option) => !POSITIONAL.has(option));

    expect(COMMANDS.filter((spec) => !named.has(spec)).map(({ name }) => name)).toEqual([]);
    expect(options.filter((option) => !shown.some((text) => optionsIn(text).includes(option)))).toEqual([]);
  });

  it('are of npm scripts that exist, and of all of them', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const asked = code.flatMap(({ text }) =>
      [...text.matchAll(/\bnpm (?:run (?:--silent )?)?([\w:]+)/g)].map(([, name = '']) => name),
    );

    expect([...new Set(asked)].filter((name) => name !== 'ci' && !(name in scripts))).toEqual([]);
    expect(Object.keys(scripts).filter((name) => !asked.includes(name))).toEqual([]);
  });

  it('are of environment variables that exist, with their defaults, and of all of them', () => {
    const rows = textOf('docs/operate.md')
      .split('\n')
      .filter((line) => /^\| `[A-Z_]+`.*\|.*\|.*\|$/.test(line));
    const cells = rows.map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()));
    const documented = cells.flatMap(([, names = '', said = '']) =>
      [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => [name, said.replaceAll('`', '')] as const),
    );
    const wrong = documented.filter(([name, said]) => (variables.get(name) || said) !== said);

    expect(documented.map(([name]) => name).toSorted()).toEqual([...variables.keys()].toSorted());
    expect(wrong).toEqual([]);
  });

  it('are of variables that something reads, wherever they stand', () => {
    const names = PAGES.flatMap((page) => textOf(page).match(/\b(?:STRATA|SLACK|REDIS)_[A-Z_]+\b/g) ?? []);
    const others = new Set(['STRATA_TOOL', 'STRATA_CHAOS', 'STRATA_CHAOS_SEED']);

    expect([...new Set(names)].filter((name) => !variables.has(name) && !others.has(name))).toEqual([]);
  });

  it('are of keys that Redis holds, and of all of an environment', () => {
    const [, section = ''] = /^## Redis\n([\s\S]*?)^## /m.exec(textOf('ARCHITECTURE.md')) ?? [];
    const names = section.matchAll(/`(?:strata:\{lab\}:)?([a-z]+)(?::<\w+>)?`/g);
    const shown = new Set(Array.from(names, ([, name = '']) => name));

    expect(Object.keys(environmentKeys('lab')).filter((name) => !shown.has(name))).toEqual([]);
  });

  it('are of benches that exist, and of all of them', () => {
    const benches = [...readFileSync('bench/bench.ts', 'utf8').matchAll(/^ {2}'?([a-z-]+)'?: \(\) => import/gm)];
    const rows = [...textOf('docs/bench.md').matchAll(/^\| `([a-z-]+)`/gm)];

    expect(new Set(rows.map(([, name]) => name))).toEqual(new Set(benches.map(([, name]) => name)));
  });

  it('are of files that exist', () => {
    const paths = code.filter(({ text }) => /^(?:src|test|sandbox|bench|scripts|testbed)\/[\w./-]+$/.test(text));

    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter(({ text }) => !existsSync(text) && !TO_COME.has(text))).toEqual([]);
  });
});

describe('the files that an operator begins with', () => {
  const example = readFileSync('strata.example.yaml', 'utf8');

  it('show every field of the stack file', () => {
    const fields = new Set<string>();
    JSON.stringify(z.toJSONSchema(StackFile, { io: 'input', unrepresentable: 'any' }), (key, value: unknown) => {
      if (key === 'properties') Object.keys(value as object).forEach((name) => fields.add(name));
      return value;
    });

    expect(fields.size).toBeGreaterThan(50);
    expect([...fields].filter((name) => !new RegExp(`\\b${name}(:|")`).test(example))).toEqual([]);
  });

  it('hold, where they are comments, what the stack file may hold', () => {
    const whole = example.replaceAll(/^( *)# ( *(?:- \{|[a-zA-Z]+:(?: |$)).*)$/gm, '$1$2');

    expect(whole.split('\n').filter((line) => /^ *# *[a-zA-Z]+:/.test(line))).toEqual([]);
    expect(parseStack(whole, 'strata.example.yaml').environments[0]?.layers[1]?.kubespray?.servers?.workers).toBe(3);
  });

  it('bring each setting of .env to the containers', () => {
    const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
      services: Record<string, { environment?: object; ports?: string[] }>;
    };
    const given = Object.keys(services['bot']?.environment ?? {});

    expect([...variables.keys()].filter((name) => !given.includes(name) && !NOT_FOR_COMPOSE.has(name))).toEqual([
      'STRATA_HTTP_PORT',
    ]);
    expect(services['bot']?.ports).toEqual(['${STRATA_HTTP_PORT:-3000}:3000']);
    expect(Object.keys(services['worker']?.environment ?? {}).filter((name) => name.startsWith('SLACK_'))).toEqual([]);
  });
});
