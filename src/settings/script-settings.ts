import type { Slot, Span } from '../facts.ts';
import type { MatchInput } from '../match/entries.ts';
import { settingsInCode } from '../match.ts';
import { definitionsOf } from '../resolve/definitions.ts';
import type { ProgramIndex, Scope } from '../resolve/names.ts';
import type { Expr, ObjectExpr, Statement } from '../syntax/call.ts';
import { exportName } from '../syntax/exports.ts';
import type { ServerAddress, ServerSettings, SettingsReader } from './server-settings.ts';

/** How many steps are followed from what a file exports to the object of its settings. */
const maximumSteps = 20;

/** An object of settings, and the scope that its values are read in. */
interface Place {
  readonly object: ObjectExpr;
  readonly scope: Scope;
}

/**
 * Reads a server's settings from what a file of JavaScript exports: an object, as it stands or handed to functions such as
 * `defineConfig`, or what a function gives back. Nothing is executed.
 * @param index the file
 */
export function settingsOfScript(index: ProgramIndex, reader: SettingsReader, input: MatchInput): ServerSettings {
  const { file, language } = index.program;
  const { settings, shape } = reader;
  const given: readonly (readonly [Expr, Scope])[] =
    settings.through === undefined
      ? exportsOf(index.module).map((expr) => [expr, index.module])
      : handedTo(settings.through, index);
  const found = given.flatMap(([expr, scope]) => objectsIn(expr, scope, index, maximumSteps));
  const sections = new Map<string, ServerAddress>();
  let open = settings.through === undefined || given.length > 0 ? found.length !== 1 : false;
  for (const role of ['host', 'port'] as const) {
    for (const name of settings[role] ?? []) {
      const path = name.split('.');
      const places = found.flatMap((place) => entriesAt(place, path, index));
      const [only] = places;
      if (places.length !== 1 || !only) {
        if (places.length > 1 || found.some(({ object }) => mayHold(object, path[0]!))) open = true;
        continue;
      }
      const slot = only.value && slotOf(role, name, only as Required<typeof only>, index, reader, input);
      if (!only.value) open = true;
      if (!slot) continue;
      const section = path.slice(0, -1).join('.');
      const known = sections.get(section);
      sections.set(section, { key: known?.key ?? only.key, name: known?.name ?? name, ...known, [role]: slot });
    }
  }
  return {
    file,
    reader,
    language,
    addresses: [...sections.values()],
    open: open && shape.settings !== undefined,
    says: [],
  };
}

/** What a module gives to whoever loads it. */
function exportsOf(module: Scope): Expr[] {
  for (const name of ['default', '=']) {
    const { definitions } = definitionsOf(module, exportName(name), undefined);
    const last = definitions.at(-1);
    if (last?.by === 'value' && last.path.length === 0) return [last.value];
    if (last?.by === 'function') return [{ kind: 'function', function: last.function, span: last.function.span }];
  }
  return [];
}

/** What a method is given for its first argument, wherever it is called. */
function handedTo(method: string, index: ProgramIndex): (readonly [Expr, Scope])[] {
  return index.calls.flatMap(({ call: { callee, args }, scope }) =>
    callee.kind === 'member' && callee.name === method && args[0] ? [[args[0].value, scope] as const] : [],
  );
}

function objectsIn(expr: Expr, scope: Scope, index: ProgramIndex, steps: number): Place[] {
  if (steps === 0) return [];
  const further = (next: Expr, inside = scope) => objectsIn(next, inside, index, steps - 1);
  switch (expr.kind) {
    case 'object':
      return [{ object: expr, scope }];
    case 'await':
      return further(expr.value);
    case 'call':
      return expr.args.flatMap(({ value }) => further(value));
    case 'function': {
      const inside = index.scopes.get(expr.function);
      return inside ? returnedIn(expr.function.body).flatMap((value) => further(value, inside)) : [];
    }
    case 'name': {
      for (let at: Scope | undefined = scope; at; at = at.parent) {
        if (!at.names.has(expr.name)) continue;
        const { definitions } = definitionsOf(at, expr.name, undefined);
        const [only] = definitions;
        return definitions.length === 1 && only?.by === 'value' && only.path.length === 0
          ? further(only.value, at)
          : [];
      }
      return [];
    }
    default:
      return [];
  }
}

/** The values that the statements of a function give back. */
function returnedIn(body: readonly Statement[]): Expr[] {
  return body.flatMap((statement): Expr[] => {
    if (statement.kind === 'return') return statement.value ? [statement.value] : [];
    if (statement.kind === 'if') return [...returnedIn(statement.consequent), ...returnedIn(statement.alternative)];
    return [];
  });
}

interface Written {
  readonly key: Span;
  /** Absent: what stands there cannot be followed. */
  readonly value?: Expr;
  readonly scope: Scope;
}

/** What an object of settings says at a path of keys. */
function entriesAt({ object, scope }: Place, [key, ...rest]: readonly string[], index: ProgramIndex): Written[] {
  const entry = object.entries.findLast((one) => one.key === key);
  if (!entry) return [];
  if (rest.length === 0) return [{ key: entry.keySpan, value: entry.value, scope }];
  const inner = objectsIn(entry.value, scope, index, maximumSteps);
  if (inner.length === 0 && entry.value.kind !== 'none') return [{ key: entry.keySpan, scope }];
  return inner.flatMap((place) => entriesAt(place, rest, index));
}

const mayHold = (object: ObjectExpr, key: string): boolean =>
  object.entries.some((entry) => entry.spread === true || entry.key === undefined) &&
  !object.entries.some((entry) => entry.key === key);

function slotOf(
  role: 'host' | 'port',
  name: string,
  { value, scope }: Required<Written>,
  index: ProgramIndex,
  reader: SettingsReader,
  input: MatchInput,
): Slot<string> | Slot<number> | undefined {
  if (value.kind === 'none') return undefined;
  if (value.kind === 'boolean') {
    const { hostAlone } = reader.shape;
    // `host: true` is the flag without a value.
    if (role === 'port' || !value.value || hostAlone === undefined) return undefined;
    const { span } = value;
    return { value: hostAlone, origin: { by: 'config', path: name }, span, site: span, chain: [], fixed: true };
  }
  const [slots] = settingsInCode(index, { [role]: value }, reader, input, scope);
  const slot = slots?.[role];
  if (!slot || slot.origin.by === 'default') return undefined;
  return slot.origin.by === 'literal' ? ({ ...slot, origin: { by: 'config', path: name } } as typeof slot) : slot;
}
