import { ordinalForm } from './language.ts';

const ENDINGS: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'st', two: 'nd', few: 'rd' };

/** `1st`, `2nd`, `11th`. */
export function ordinal(number: number): string {
  return `${number}${ENDINGS[ordinalForm(number)] ?? 'th'}`;
}
