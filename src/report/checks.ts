import { worstFirst } from '#domain/health.ts';
import type { Check } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { mark } from './kit/marks.ts';
import { column, type Node, rect, row, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';
import { inWords, tally } from './summary.ts';

const BAR_WIDTH = 104;
const TIME_WIDTH = 64;

type Look = { readonly height: number; readonly size: number; readonly longestMs: number };

/** At the right end: how long it took, or that it was not made. */
function timing(theme: Theme, check: Check, longestMs: number): Node[] {
  const tone = theme.tones[check.health];
  if (check.tookMs === undefined) {
    const color = check.health === 'ok' ? theme.secondary : tone.text;
    return [text(words.check(check.health), { size: 13, color }, { flexShrink: 0 })];
  }
  const share = longestMs > 0 ? Math.min(1, check.tookMs / longestMs) : 0;
  const bar = rect({
    height: 5,
    width: Math.max(5, Math.round(share * BAR_WIDTH)),
    borderRadius: 3,
    backgroundColor: tone.tint ? tone.shape : theme.quiet,
  });
  return [
    row({ width: BAR_WIDTH, flexShrink: 0 }, bar),
    text(
      words.duration(check.tookMs),
      { size: 13, mono: true, color: theme.secondary, align: 'right' },
      { width: TIME_WIDTH, flexShrink: 0 },
    ),
  ];
}

/** A check that wants no look: one line, what was measured beside its title. */
function calm(theme: Theme, check: Check, look: Look): Node {
  const isMade = check.health === 'ok' || check.health === 'running';
  return row(
    { gap: 12, height: look.height, padding: '0 12px', borderBottom: `1px solid ${theme.line}` },
    mark(theme, check.health, { size: 16 }),
    text(
      check.title,
      { size: look.size, color: isMade ? theme.text : theme.secondary },
      { flexShrink: 0, maxWidth: check.detail ? 330 : 440 },
    ),
    check.detail
      ? text(check.detail, { size: 12, mono: true, color: theme.secondary }, { flex: '1 1 0' })
      : rect({ flex: '1 1 0' }),
    ...timing(theme, check, look.longestMs),
  );
}

/** A check with trouble: tinted, the detail in full under its title. */
function tinted(theme: Theme, check: Check, look: Look): Node {
  const tone = theme.tones[check.health];
  const ground = tone.tint ?? theme.panel;
  return column(
    {
      gap: 1,
      padding: '6px 12px 7px 12px',
      borderRadius: 6,
      margin: '2px 0 3px 0',
      backgroundColor: ground,
      ...(check.detail ? {} : { height: look.height, justifyContent: 'center' }),
    },
    row(
      { gap: 12 },
      mark(theme, check.health, { size: 16, ground }),
      text(check.title, { size: look.size, weight: 600, color: theme.text }, { flex: '1 1 0' }),
      ...timing(theme, check, look.longestMs),
    ),
    check.detail
      ? text(check.detail, { size: 13, mono: true, color: tone.text, lines: 4 }, { margin: '0 0 0 28px' })
      : undefined,
  );
}

/** Fewer that were not run stand for themselves. */
const LEAST_FOLDED = 3;

/** Checks that were not run, several in a row, as one: what they would have looked at is no news. */
function folded(checks: readonly Check[]): Check[] {
  const runs: Check[][] = [];
  for (const check of checks) {
    const last = runs.at(-1);
    if (check.health === 'waiting' && last?.[0]?.health === 'waiting') last.push(check);
    else runs.push([check]);
  }
  return runs.flatMap((run) => {
    const [first] = run;
    return first && run.length >= LEAST_FOLDED ? [{ ...first, title: words.moreChecks(run.length) }] : run;
  });
}

/** Of several in a row that were skipped for one cause, the first tells it. */
function toldOnce(checks: readonly Check[]): Check[] {
  return checks.map((check, index) => {
    const before = checks[index - 1];
    const isSame = check.health === 'off' && before?.health === 'off' && before.detail === check.detail;
    return isSame ? { ...check, detail: undefined } : check;
  });
}

/** At most `most` checks, the worst of them, in their own order. */
function shownOf(checks: readonly Check[], most: number): Check[] {
  const kept = new Set(worstFirst(checks).slice(0, most));
  return checks.filter((check) => kept.has(check));
}

type Room = {
  /** Lines. */
  readonly most: number;
  readonly isFull: boolean;
};

/**
 * The check list in the order the checks were made; those not run in one line, unless `isFull`. undefined when there are
 * none.
 */
export function checksPart(theme: Theme, all: readonly Check[], { most, isFull }: Room): Node | undefined {
  if (all.length === 0) return undefined;
  const checks = isFull ? all : folded(all);
  const isLong = checks.length > 12;
  const look: Look = {
    height: isLong ? 28 : 34,
    size: isLong ? 14 : 15,
    longestMs: Math.max(0, ...checks.map((check) => check.tookMs ?? 0)),
  };
  const shown = shownOf(checks, most);
  const hidden = checks.filter((check) => !shown.includes(check));
  return column(
    {},
    ...toldOnce(shown).map((check) => (theme.tones[check.health].tint ? tinted : calm)(theme, check, look)),
    hidden.length > 0
      ? row(
          { gap: 16, padding: '10px 12px 0 12px' },
          text(words.more(hidden.length), { size: 14, weight: 600, mono: true, color: theme.text }),
          text(inWords(tally(hidden), words.check), { size: 14, mono: true, color: theme.secondary }),
        )
      : undefined,
  );
}
