import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

/** What each folder of `src/` may import besides itself; `cli` is a composition root and may import all. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  words: ['domain'],
  config: ['domain', 'words'],
  report: ['domain', 'words'],
  adapters: ['domain', 'words'],
  engine: ['domain', 'words'],
  jobs: ['domain', 'words'],
  telemetry: ['domain', 'words'],
  commands: ['domain', 'jobs', 'words'],
  chat: ['domain', 'report', 'words'],
  cli: ['domain', 'words', 'config', 'report', 'adapters', 'engine', 'jobs', 'telemetry', 'commands', 'chat'],
};

/** Packages that only one folder may import. A package that is not listed here may not be imported by `src` at all. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  zod: ['domain', 'config', 'report', 'adapters', 'engine', 'jobs', 'commands', 'chat', 'telemetry', 'cli'],
  bullmq: ['engine'],
  '@slack/bolt': ['chat'],
  '@slack/web-api': ['chat'],
  '@slack/types': ['chat'],
  ioredis: ['adapters'],
  ssh2: ['adapters'],
  undici: ['adapters', 'chat'],
  yaml: ['config', 'adapters', 'cli'],
  pino: ['telemetry'],
  '@takumi-rs/core': ['report'],
};

type Import = { readonly specifier: string; readonly target: string | undefined };

/** Every module a file imports, re-exports or loads; `target` is its path when it is one of ours. */
function importsOf(file: string): Import[] {
  const code = readFileSync(file, 'utf8');
  const { staticImports, staticExports, dynamicImports } = parseSync(file, code).module;
  const specifiers = [
    ...staticImports.map((entry) => entry.moduleRequest.value),
    ...staticExports.flatMap((entry) => entry.entries.flatMap((item) => item.moduleRequest?.value ?? [])),
    ...dynamicImports.map((entry) => code.slice(entry.moduleRequest.start + 1, entry.moduleRequest.end - 1)),
  ];
  return specifiers.map((specifier) => {
    if (specifier.startsWith('#')) return { specifier, target: `src/${specifier.slice(1)}` };
    return { specifier, target: specifier.startsWith('.') ? join(dirname(file), specifier) : undefined };
  });
}

function folderOf(path: string): string | undefined {
  return /^src\/(?<folder>[^/]+)\//.exec(path)?.groups?.['folder'];
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

const sources = globSync('src/**/*.ts');

describe('architecture', () => {
  it('knows every folder of src', () => {
    expect(Object.keys(MAY_IMPORT).toSorted()).toEqual([...new Set(sources.map(folderOf))].toSorted());
  });

  it.each(sources)('%s imports only what its folder may', (file) => {
    const own = folderOf(file) ?? '';

    const strays = importsOf(file).filter(({ specifier, target }) => {
      if (target === undefined) {
        const name = packageOf(specifier);
        const isBuiltin = specifier.startsWith('node:') || builtinModules.includes(name);
        return !isBuiltin && !OWNERS[name]?.includes(own);
      }
      const folder = folderOf(target);
      return folder !== own && !MAY_IMPORT[own]?.includes(folder ?? '');
    });

    expect(strays).toEqual([]);
  });

  it.each(globSync('sandbox/**/*.ts').filter((file) => file !== 'sandbox/demo.ts'))(
    '%s imports nothing of src, so that it can stand in for the real thing',
    (file) => {
      const strays = importsOf(file).filter(({ target }) => target?.startsWith('src/'));

      expect(strays).toEqual([]);
    },
  );

  it('keeps the sandbox under a third of the product', () => {
    const linesOf = (files: string[]) =>
      files.reduce((sum, file) => sum + readFileSync(file, 'utf8').split('\n').length, 0);

    const sandbox = linesOf(globSync('sandbox/**/*.{ts,html,css,js}'));

    expect(sandbox).toBeLessThanOrEqual(linesOf(sources) / 3);
  });

  it.each(sources.filter((file) => file !== 'src/config/env.ts'))(
    '%s leaves the environment to config/env.ts',
    (file) => {
      expect(readFileSync(file, 'utf8')).not.toMatch(/process\.env\b/);
    },
  );
});
