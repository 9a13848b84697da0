/** Loaded into a process with `--import`: its clock is off by `SHIFT_MS`. */
const shiftMs = Number(process.env['SHIFT_MS']);
const RealDate = Date;

export class ShiftedDate extends RealDate {
  constructor(...args: [] | [number | string]) {
    super(...((args.length === 0 ? [RealDate.now() + shiftMs] : args) as [number]));
  }

  static override now(): number {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
