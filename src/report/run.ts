import type { RunView } from '#domain/fold.ts';
import type { Console } from '#domain/report.ts';
import type { ThemeName } from './kit/theme.ts';
import { type Picture, pictureOf } from './picture.ts';
import { textOf, type TextOptions } from './text.ts';

export type RunPictureOptions = {
  readonly theme: ThemeName;
  /** Stands beside the time, as `#42 by operator`. */
  readonly footer: string;
  /** As much as one picture holds. Default false: what is understood in a thread. */
  readonly isFull?: boolean;
  /** What its servers wrote; default what its report has. */
  readonly consoles?: readonly Console[];
};

function reportOf({ report }: RunView, consoles: readonly Console[] = []) {
  return report && (consoles.length > 0 ? { ...report, consoles } : report);
}

/**
 * The picture of a run: one, with its report. The timeline of its steps belongs to it where the run changed something and
 * no check list says the same; in full it always does. undefined: the run has no report.
 */
export function pictureOfRun(view: RunView, options: RunPictureOptions): Picture | undefined {
  const { theme, footer, isFull = false } = options;
  const report = reportOf(view, options.consoles);
  if (!report) return undefined;
  const isChange = view.risk === 'change' || view.risk === 'destroy';
  const steps = isFull || (isChange && report.checks.length === 0) ? view.steps : [];
  return pictureOf(report, theme, { footer, isFull, steps });
}

/** All of a run as text; see `textOf`. undefined: the run has no report. */
export function textOfReport(
  view: RunView,
  options: TextOptions & Pick<RunPictureOptions, 'consoles'>,
): string | undefined {
  const report = reportOf(view, options.consoles);
  return report && textOf(report, { ...options, steps: view.steps });
}
