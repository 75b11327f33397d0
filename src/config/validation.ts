import { type GenericIssue, type GenericSchema, getDotPath, safeParse } from 'valibot';
import { settingsSchema, type WrittenSettings } from './schema.ts';
import { SettingsError } from './settings-error.ts';
import type { SettingsFile } from './settings-file.ts';
import { suggestion } from './suggestion.ts';

const NO_TABLE = 'settings are a table of keys and values';

/**
 * The settings in a file, checked key by key.
 * @param file its path as messages show it
 * @param ruleIds the rules there are
 * @throws SettingsError for the first thing that is wrong, with the line of its key
 */
export function validSettings(source: SettingsFile, file: string, ruleIds: readonly string[]): WrittenSettings {
  if (Array.isArray(source.value)) throw new SettingsError(NO_TABLE, file, source.lineOf([]));
  const result = safeParse(settingsSchema, source.value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw new SettingsError(problemOf(issue), file, source.lineOf(keysOf(issue)));
  }
  const settings = result.output;
  const places = [{ keys: ['rules'], rules: settings.rules }].concat(
    (settings.overrides ?? []).map(({ rules }, index) => ({ keys: ['overrides', String(index), 'rules'], rules })),
  );
  for (const { keys, rules } of places) {
    for (const id of Object.keys(rules ?? {})) {
      if (ruleIds.includes(id)) continue;
      throw new SettingsError(`unknown rule "${id}"${suggestion(id, ruleIds)}`, file, source.lineOf([...keys, id]));
    }
  }
  return settings;
}

function keysOf(issue: GenericIssue): readonly PropertyKey[] {
  return (issue.path ?? []).map((item) => item.key as PropertyKey);
}

function problemOf(issue: GenericIssue): string {
  const keys = keysOf(issue);
  const key = String(keys.at(-1) ?? '');
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    if (key === '$import') return '$import is not followed: use extends';
    return `unknown key "${key}"${suggestion(key, knownKeys(keys.slice(0, -1)))}`;
  }
  const place = getDotPath(issue);
  if (place === null) return NO_TABLE;
  if (issue.type === 'strict_object' && issue.input === undefined)
    return `${place.slice(0, -key.length - 1) || 'the file'} has no ${key}`;
  if (issue.expected === null) return `${place} ${issue.message}`;
  const near = typeof issue.input === 'string' ? suggestion(issue.input, literals(issue.expected)) : '';
  return `${place} is ${given(issue)}, expected ${wanted(issue.expected)}${near}`;
}

function given({ input, received }: GenericIssue): string {
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' && input !== null ? 'a table' : received;
}

const words: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  Array: 'a list',
  Object: 'a table',
  string: 'a text',
  number: 'a number',
};

/** An expectation such as `("off" | "error")`, in words. */
function wanted(expected: string): string {
  const all = expected
    .replace(/^\((.*)\)$/, '$1')
    .split(' | ')
    .map((one) => words[one] ?? one);
  return [all.slice(0, -1).join(', '), all.at(-1)!].filter((one) => one !== '').join(' or ');
}

/** The string literals in an expectation such as `("off" | "error")`. */
function literals(expected: string): readonly string[] {
  return [...expected.matchAll(/"([^"]*)"/g)].map((match) => match[1]!);
}

/** The keys that the schema knows below a path. */
function knownKeys(keys: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = settingsSchema;
  for (const key of keys) {
    const { entries, item, value } = inner(schema);
    schema = entries?.[String(key)] ?? item ?? value;
  }
  return Object.keys(inner(schema).entries ?? {});
}

interface Parts {
  readonly wrapped?: unknown;
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly item?: GenericSchema;
  readonly value?: GenericSchema;
}

function inner(schema: unknown): Parts {
  const parts = (schema ?? {}) as Parts;
  return parts.wrapped === undefined ? parts : inner(parts.wrapped);
}
