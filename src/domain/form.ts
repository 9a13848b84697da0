import type { Caller } from './access.ts';
import type { Health } from './health.ts';
import type { Origin } from './run.ts';

/** What somebody chose or wrote in a form, by field. Everything in it may be forged. */
export type FormValues = Readonly<Record<string, string>>;

/** One entry of a menu. `value` is the word that the command takes. */
export type Choice = { readonly value: string; readonly title: string; readonly health?: Health | undefined };

/** One question of a form. `hint` stands under it. */
export type Field = {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value?: string | undefined;
  /** Default false. */
  readonly isOptional?: boolean | undefined;
} & (
  | {
      readonly kind: 'menu';
      readonly choices: readonly Choice[];
      /** Other fields follow from the choice, so that the form is drawn again. Default false. */
      readonly decides?: boolean | undefined;
    }
  /** As a menu, of so many that the person searches; it always decides. `chosen`: the one of `value`. */
  | { readonly kind: 'search'; readonly chosen: Choice }
  | { readonly kind: 'text' }
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
);

/** What a command asks for that was called without words. */
export type Form = {
  readonly command: string;
  readonly title: string;
  /** What the button says that sends it. Default "Start". */
  readonly submit?: string;
  readonly fields: readonly Field[];
};

/** A form as somebody fills it in, or sends it. Deliveries of one form make one run: `once`. */
export type FormRequest = {
  readonly command: string;
  readonly values: FormValues;
  readonly caller: Caller;
  readonly origin: Origin;
  readonly once: string;
  readonly groupsUnknown?: boolean | undefined;
};

/** What somebody looks for among the choices of a field. */
export type FormSearch = Omit<FormRequest, 'once' | 'values'> & { readonly field: string; readonly query: string };

/** What is wrong with which field, in words. */
export type FormErrors = { readonly kind: 'errors'; readonly errors: FormValues };
