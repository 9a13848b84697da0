import type { Choice, Field } from '#domain/form.ts';
import type { Environment } from '#domain/stack.ts';
import { words as say } from '#words/forms.ts';

/** Entries that Slack takes in one menu; more are searched. */
const MOST_CHOICES = 100;

/** A menu of environments, or a search among very many. The other fields follow from it. */
export function environmentField(environments: readonly Environment[], chosen: Environment): Field {
  const choices = environments.map(choiceOf);
  const base = { name: 'environment', label: say.environment, value: chosen.name, decides: true } as const;
  if (choices.length <= MOST_CHOICES) return { ...base, kind: 'menu', choices };
  const hint = say.environmentHint(choices.length);
  return { ...base, kind: 'search', chosen: choiceOf(chosen), hint };
}

/** Those whose name has the query in it, first those that begin with it; as many as a menu takes. */
export function matching(environments: readonly Environment[], query: string): readonly Choice[] {
  const wanted = query.trim().toLowerCase();
  const found = environments.map(choiceOf).filter(({ value }) => value.toLowerCase().includes(wanted));
  const begins = ({ value }: Choice) => value.toLowerCase().startsWith(wanted);
  return [...found.filter(begins), ...found.filter((choice) => !begins(choice))].slice(0, MOST_CHOICES);
}

function choiceOf({ name }: Environment): Choice {
  return { value: name, title: name };
}

/** A menu of one name each. */
export function menu<T extends string>(
  { name, label, value }: { readonly name: string; readonly label: string; readonly value: T },
  titles: Readonly<Record<T, string>>,
): Field {
  const choices = (Object.keys(titles) as T[]).map((each) => ({ value: each, title: titles[each] }));
  return { kind: 'menu', name, label, value, choices };
}

/** The one of this name, else the first. */
export function chosenOf(environments: readonly Environment[], name: string | undefined): Environment | undefined {
  return environments.find((environment) => environment.name === name) ?? environments[0];
}

/** One word, that no option hides in. */
function isName(value: string): boolean {
  return /^\w[\w.-]*$/.test(value);
}

/** What is wrong with a choice that has to be made. */
export function unchosen(
  values: Readonly<Record<string, string>>,
  ...names: readonly string[]
): Record<string, string> {
  const missing = names.filter((name) => !isName(values[name] ?? ''));
  return Object.fromEntries(missing.map((name) => [name, say.noChoice]));
}
