import { globSync, readFileSync } from 'node:fs';

/** Every page of the documentation. */
export const PAGES: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...globSync('docs/**/*.md'),
];

/** A page as it stands. */
export const textOf = (page: string): string => readFileSync(page, 'utf8');

/** What a page shows as code: each line of its blocks without its comment, and each span. YAML is not among it. */
export function codeIn(page: string): string[] {
  const text = textOf(page);
  const lines = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, language, block = '']) =>
    language === 'yaml' ? [] : block.trim().split('\n'),
  );
  const spans = [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return [...lines.map((line) => line.replace(/\s+#.*$/, '')), ...spans.map((span) => span.replaceAll('\\|', '|'))];
}
