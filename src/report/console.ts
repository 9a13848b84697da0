import type { Console } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { titleBar } from './table.ts';
import { column, type Node, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';

/** Words with which kernels, cloud-init and daemons say that something is wrong. */
const WRONG = /\b(?:panic|oops|error|fail(?:ed|ure)?|fatal|unable|cannot|timed? ?out|denied|refused)\b/i;

/** The last `most` lines of a server's console, as on a screen; what is wrong stands out. */
export function consolePart(theme: Theme, { server, command, lines }: Console, most: number): Node {
  const shown = lines.slice(-most);
  const note = shown.length < lines.length ? words.consoleCut(shown.length, lines.length) : undefined;
  const screen = shown.map((line) =>
    text(line === '' ? ' ' : line, {
      ...{ size: 12, mono: true, keepsSpaces: true },
      color: WRONG.test(line) ? theme.tones.failure.text : theme.text,
    }),
  );
  return column(
    { borderRadius: 10, border: `1px solid ${theme.line}`, backgroundColor: theme.panel, overflow: 'hidden' },
    titleBar(theme, { title: words.console(server), command, note }),
    column(
      { padding: '12px 16px 14px 16px' },
      ...(screen.length > 0 ? screen : [text(words.noConsole, { size: 13, color: theme.secondary })]),
    ),
  );
}
