import { Refusal } from './limits.ts';

/** Arguments of a call, as its body had them: a form's are all texts, JSON's are not. */
export type Args = Readonly<Record<string, unknown>>;
export type Methods = Readonly<Record<string, (given: Args) => Readonly<Record<string, unknown>>>>;

/** A single value as text; nothing for objects and lists. */
export function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}

export const args = {
  /** @throws Refusal when it is missing */
  text(given: Args, name: string): string {
    const value = word(given[name]);
    if (value === '') throw new Refusal('invalid_arguments', `[ERROR] missing required field: ${name}`);
    return value;
  },
  /** @throws Refusal when it is not JSON */
  json(given: Args, name: string): unknown {
    const value = given[name];
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw new Refusal(name === 'blocks' || name === 'metadata' ? `invalid_${name}_format` : 'invalid_arguments');
    }
  },
  flag: (given: Args, name: string): boolean => given[name] === true || given[name] === 'true',
};

/** Reads a body by its type: a form, JSON, or nothing. */
export function parseArgs(type: string, body: string): Args {
  if (type.includes('json') && body !== '') return JSON.parse(body) as Args;
  return Object.fromEntries(new URLSearchParams(body));
}
