import { z } from 'zod';
import { nearest } from '#domain/nearest.ts';
import { words } from '#words/config.ts';

/** One mistake in the words of the person who made it. */
export type Mistake = { readonly path: readonly PropertyKey[]; readonly what: string };
type Issue = z.core.$ZodIssue;

/** Turns an issue of zod into mistakes: names the word found, the words allowed, and the nearest of them. */
export function explain(issue: Issue, schema: z.ZodType, raw: unknown): Mistake[] {
  const { path } = issue;
  const given = valueAt(raw, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        what: words.unknownKey(key, known, nearest(key, known)),
      }));
    }
    case 'invalid_value':
      return [{ path, what: given === undefined ? words.missing : wordOf(given, issue.values.map(String)) }];
    case 'invalid_union': {
      // The branch that got furthest says most; a plain word is held against the words of the others.
      const branches = issue.errors.flat();
      const values = branches.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values.map(String) : []));
      if (typeof given === 'string') return [{ path, what: wordOf(given, values) }];
      const inner = branches.filter(({ code }) => code !== 'invalid_value');
      return inner.flatMap((one) => explain({ ...one, path: [...path, ...one.path] }, schema, raw));
    }
    case 'too_small': {
      const { origin, minimum, inclusive = true } = issue;
      return [{ path, what: origin === 'array' ? words.noneNamed : words.tooSmall(String(minimum), inclusive) }];
    }
    case 'too_big':
      return [{ path, what: words.tooBig(String(issue.maximum)) }];
    case 'invalid_key':
      return [{ path, what: issue.issues[0]?.message ?? issue.message }];
    case 'invalid_type':
      if (given === undefined) return [{ path, what: words.missing }];
      // A message of ours says more than the types do.
      if (!issue.message.startsWith('Invalid input')) return [{ path, what: issue.message }];
      return [{ path, what: words.wrongKind(kindNamed(issue.expected), kindOf(given)) }];
    default:
      return [{ path, what: issue.message }];
  }
}

function wordOf(given: unknown, known: readonly string[]): string {
  const near = typeof given === 'string' ? nearest(given, known) : undefined;
  return words.unknownWord(JSON.stringify(given), known, near);
}

function kindOf(value: unknown): string {
  if (value === null) return words.kinds.nothing;
  return kindNamed(Array.isArray(value) ? 'array' : typeof value);
}

function kindNamed(type: string): string {
  return Object.hasOwn(words.kinds, type) ? words.kinds[type as keyof typeof words.kinds] : type;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    raw,
  );
}

/** The fields that the object at this path may have. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const [first, ...rest] = path;
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return keysAt(schema.unwrap() as z.ZodType, path);
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option as z.ZodType, path));
  if (schema instanceof z.ZodPipe) return keysAt(schema.in as z.ZodType, path);
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType as z.ZodType, rest);
  if (schema instanceof z.ZodArray) return keysAt(schema.element as z.ZodType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (first === undefined) return Object.keys(schema.shape);
  const inner: unknown = schema.shape[String(first)];
  return inner instanceof z.ZodType ? keysAt(inner, rest) : [];
}
