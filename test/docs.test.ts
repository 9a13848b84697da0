import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, textOf } from './pages.ts';

const MOST_BYTES = 250_000;
const COMMAND_PAGES = ['cloud-status', 'smoke-test', 'deploy', 'scale-node', 'runs', 'app-home', 'watch', 'in-threads'];

/** Pictures of a page, in both ways to write one. */
function imagesIn(page: string): { readonly path: string; readonly alt: string }[] {
  const text = textOf(page);
  const markdown = [...text.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, alt = '', path = '']) => ({ alt, path }));
  const html = [...text.matchAll(/<img\s[^>]*>/g)].map(([tag]) => ({
    alt: /alt="([^"]*)"/.exec(tag)?.[1] ?? '',
    path: /src="([^"]*)"/.exec(tag)?.[1] ?? '',
  }));
  return [...markdown, ...html].map(({ alt, path }) => ({ alt, path: join(dirname(page), path) }));
}

/** Links to files of the repository, and to headings in them. */
function linksIn(page: string): { readonly path: string; readonly heading: string | undefined }[] {
  const prose = textOf(page).replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].map(([, path = '', heading]) => ({
    path: path === '' ? page : join(dirname(page), path),
    heading,
  }));
}

/** The names that GitHub gives the headings of a page. */
function headingsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

const images = PAGES.flatMap(imagesIn);

describe('the documentation', () => {
  it('shows pictures that exist, says in words what each shows, and has none that nobody shows', () => {
    const shown = new Set(images.map(({ path }) => path));

    expect([...shown].filter((path) => !existsSync(path))).toEqual([]);
    expect(images.filter(({ alt }) => alt.length < 30)).toEqual([]);
    expect(globSync('docs/images/*').filter((path) => !shown.has(path))).toEqual([]);
  });

  it('has pictures that are small', () => {
    const heavy = globSync('docs/images/*').filter((path) => statSync(path).size > MOST_BYTES);

    expect(heavy).toEqual([]);
  });

  it.each(COMMAND_PAGES)('shows the thread of %s on its page', (name) => {
    expect(imagesIn(`docs/${name}.md`).length).toBeGreaterThan(0);
  });

  it('names lines of the log that the code writes', () => {
    const rows = textOf('docs/slack-checklist.md').split('\n');
    const lines = rows.flatMap((row) =>
      [...(row.split('log: ')[1] ?? '').matchAll(/`([^`]{12,})`/g)].map(([, l]) => l!),
    );
    const code = globSync('src/chat/**/*.ts')
      .map((path) => readFileSync(path, 'utf8'))
      .join('');

    expect(lines.length).toBeGreaterThan(8);
    expect(lines.filter((line) => !code.includes(line))).toEqual([]);
  });

  it('links to files and headings that exist', () => {
    const links = PAGES.flatMap((page) => linksIn(page).map((link) => ({ page, ...link })));
    const dead = links.filter(
      ({ path, heading }) => !existsSync(path) || (heading !== undefined && !headingsOf(path).includes(heading)),
    );

    expect(links.filter(({ heading }) => heading !== undefined).length).toBeGreaterThan(5);
    expect(dead).toEqual([]);
  });
});
