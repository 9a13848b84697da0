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
  '@kubernetes/client-node': ['adapters'],
  undici: ['adapters', 'chat'],
  yaml: ['config', 'adapters', 'cli'],
  pino: ['telemetry'],
  '@takumi-rs/core': ['report'],
};

/** A package of the lock file. */
type Locked = { readonly hasInstallScript?: boolean };
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

/** Each offence on a line: file and what it imports. */
function strays(files: readonly string[], isStray: (entry: Import, file: string) => boolean): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((entry) => isStray(entry, file))
      .map(({ specifier }) => `${file}: ${specifier}`),
  );
}

function linesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + readFileSync(file, 'utf8').split('\n').length, 0);
}

describe('architecture', () => {
  it('has every folder of src in its table', () => {
    const folders = new Set(sources.map((file) => folderOf(file) ?? file));

    expect(folders).toEqual(new Set(Object.keys(MAY_IMPORT)));
  });

  it('lets each folder of src import only what it may', () => {
    const found = strays(sources, ({ specifier, target }, file) => {
      const own = folderOf(file) ?? '';
      if (target === undefined) {
        const name = packageOf(specifier);
        const isBuiltin = specifier.startsWith('node:') || builtinModules.includes(name);
        return !isBuiltin && !OWNERS[name]?.includes(own);
      }
      const folder = folderOf(target);
      return folder !== own && !MAY_IMPORT[own]?.includes(folder ?? '');
    });

    expect(found).toEqual([]);
  });

  it('lets the sandbox import nothing of src, so that it can stand in for the real thing', () => {
    const simulators = globSync('sandbox/**/*.ts').filter((file) => file !== 'sandbox/demo.ts');

    expect(strays(simulators, ({ target }) => target?.startsWith('src/') ?? false)).toEqual([]);
    expect(strays(sources, ({ target }) => target?.startsWith('sandbox/') ?? false)).toEqual([]);
  });

  it('keeps the sandbox under a third of the product', () => {
    expect(linesOf(globSync('sandbox/**/*.{ts,html,css,js}'))).toBeLessThanOrEqual(linesOf(sources) / 3);
  });

  it('leaves the environment variables to config/env.ts', () => {
    const readers = sources.filter((file) => /process\.env\b/.test(readFileSync(file, 'utf8')));

    expect(readers).toEqual(['src/config/env.ts']);
  });

  it('takes no part of an address for a path: in a folder with a space in its name it is another', () => {
    const takers = globSync('{bench,sandbox,scripts,src,test}/**/*.ts').filter((file) =>
      /import\.meta\.url\)\.pathname/.test(readFileSync(file, 'utf8')),
    );

    expect(takers).toEqual([]);
  });

  it('says of each package that brings an install script whether it may run', () => {
    const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { allowScripts: object };
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
    const scripted = Object.entries(packages).filter(([, { hasInstallScript = false }]) => hasInstallScript);

    expect(scripted.map(([path]) => path.replace(/^.*node_modules\//, '')).toSorted()).toEqual(
      Object.keys(allowScripts).toSorted(),
    );
  });
});
