/** The language that sentences are made in; English until a language file is spoken. */
let plurals = new Intl.PluralRules('en');
let ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
// As the British write it: without a comma before the last.
let lists = new Intl.ListFormat('en-GB');

/** Has forms and lists follow the rules of this language. `locale`: a BCP 47 tag, as `zh-Hans`. */
export function setLocale(locale: string): void {
  plurals = new Intl.PluralRules(locale);
  ordinals = new Intl.PluralRules(locale, { type: 'ordinal' });
  lists = new Intl.ListFormat(locale);
}

/** The form that goes with the number: `one` of those that English calls singular. */
export function plural(count: number, one: string, other: string): string {
  return plurals.select(count) === 'one' ? one : other;
}

/** `one`, `two`, `few` or `other`, as the language orders things. */
export function ordinalForm(number: number): Intl.LDMLPluralRule {
  return ordinals.select(number);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return lists.format(names);
}
