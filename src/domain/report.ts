import type { Health } from './health.ts';

export type Column = { readonly title: string; readonly align?: 'left' | 'right'; readonly mono?: boolean };
/** `cells` has one text a column; the column named `status` in `Table.statusColumn` is drawn with the health's mark. */
export type Row = { readonly health: Health; readonly cells: readonly string[] };

/** A table in the manner of the command it stands for. Rows come worst first. */
export type Table = {
  readonly id: string;
  readonly title: string;
  /** Shown at its top, as `openstack server list`. */
  readonly command?: string | undefined;
  readonly columns: readonly Column[];
  /** Index of the column that carries the status mark. */
  readonly statusColumn?: number | undefined;
  readonly rows: readonly Row[];
  /** How many there are of each health, when only the worst of them are in `rows`. */
  readonly all?: Readonly<Partial<Record<Health, number>>> | undefined;
};

/** Something wrong: what, on which layer, the likely cause and what to do. */
export type Trouble = {
  readonly layer: string;
  readonly health: Health;
  readonly what: string;
  readonly cause?: string | undefined;
  readonly advice?: string | undefined;
};

/** One line of a check list: a smoke test's step. */
export type Check = {
  readonly title: string;
  readonly health: Health;
  readonly tookMs?: number | undefined;
  /** Under the title: what was measured, why it failed, or why it was skipped. */
  readonly detail?: string | undefined;
};

/** One level of the MTU chain, lowest first. `mtuBytes` 0: not known. `layer`: the one it belongs to. */
export type Hop = {
  readonly name: string;
  readonly mtuBytes: number;
  readonly health: Health;
  readonly layer?: string | undefined;
};

/** One line a layer. */
export type LayerHealth = {
  readonly layer: string;
  readonly kind: string;
  readonly health: Health;
  readonly summary: string;
};

/** The last lines of a server's console, oldest first, as they came; control characters included. */
export type Console = { readonly server: string; readonly command: string; readonly lines: readonly string[] };

/** What a run changed: numbers, and the things behind them. */
export type Change = {
  /** `unit` as `GiB`. */
  readonly measures: readonly {
    readonly name: string;
    readonly before: number;
    readonly after: number;
    readonly unit?: string | undefined;
  }[];
  /** `detail` as `metal-01 to metal-03`. */
  readonly things: readonly {
    readonly name: string;
    readonly how: 'came' | 'went' | 'moved';
    readonly detail?: string | undefined;
  }[];
};

/** A command that mends what the run left as it is, for a person to start; `label` as `Uncordon node-4`. */
export type Offer = { readonly label: string; readonly command: string; readonly text: string };

/** What a run found: the one source of its picture, its thread, its terminal output and its JSON. */
export type Report = {
  readonly title: string;
  readonly subtitle: string;
  readonly health: Health;
  readonly layers: readonly LayerHealth[];
  readonly troubles: readonly Trouble[];
  readonly checks: readonly Check[];
  readonly hops: readonly Hop[];
  readonly tables: readonly Table[];
  readonly change?: Change | undefined;
  readonly consoles?: readonly Console[] | undefined;
  readonly leftovers: readonly string[];
  readonly offers?: readonly Offer[] | undefined;
  /** ISO time of the end. */
  readonly at: string;
};
