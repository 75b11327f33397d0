import { contextOf } from './context.ts';
import type { Frame, Origin, Span, Step } from './facts.ts';
import { remembered } from './remembered.ts';
import { attributeOf, basesOf, fieldOf } from './resolve/classes.ts';
import { attributesSetIn, type Definition, definitionsOf, keysSet, type Reaching } from './resolve/definitions.ts';
import { isRoute, isSettingsGetter, libraryCall, libraryMember, readKey, readOver } from './resolve/libraries.ts';
import { modulePath, modulePlaces } from './resolve/modules.ts';
import { blockDeclaring, type ProgramIndex, paramOf, type Scope, scopeOf } from './resolve/names.ts';
import { collectedOptions, hydraSettings, parameterOption, takesContextObject } from './resolve/options.ts';
import { asksForFile, guardOf, pathOf, reads, rootOf } from './resolve/paths.ts';
import { scriptMember } from './resolve/script-libraries.ts';
import { commandParameter, scriptOption } from './resolve/script-options.ts';
import { createSettingsLookup, keyOfSettings, type SettingsLookup, settingOf } from './resolve/settings.ts';
import { packageNamed } from './resolve/specifiers.ts';
import { braceParts, converted, joined, partOf, percentParts, textMethod } from './resolve/texts.ts';
import {
  asFallback,
  derived,
  isMissing,
  isText,
  known,
  mergeArguments,
  setBy,
  settle,
  through,
  unknown,
  unknownOrigin,
} from './resolve/values.ts';
import type { CallExpr, ClassShape, Expr, FunctionShape, Program, Statement } from './syntax/call.ts';
import type { Document } from './syntax/document.ts';
import { exportName } from './syntax/exports.ts';

/** Where a value comes from, whatever it is. */
export interface Trail {
  readonly origin: Origin;
  readonly span: Span;
  readonly steps: readonly Step[];
  /** An option, variable or settings key stands in the chain: a user can change the value without an edit. */
  readonly adjustable: boolean;
  /** It applies only where the usual way gives nothing. */
  readonly fallback?: true;
  /** Equal values that other branches give. */
  readonly also?: readonly Value[];
  /** The option or settings key that the value stands in. */
  readonly declared?: { readonly via: 'option' | 'config'; readonly name: string; readonly span: Span };
}

/** An expression to be read later, in the surroundings it was written in. */
export interface Lazy {
  readonly expr: Expr;
  readonly env: Env;
}

/** How a text or number is written at its span. */
interface Written {
  readonly quote?: string;
  /** The settings file that it stands in. */
  readonly document?: Document;
  /** It is one part of a longer text (`host:port`): only a literal fits. */
  readonly part?: true;
  /** How another value is written there, where that is neither code nor a settings file. */
  readonly frame?: Frame;
}

/** A stretch of a text that was put together, and the value it was made of. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly value: Value;
}

export type Value = Trail &
  (
    | ({ readonly type: 'string'; readonly value: string; readonly pieces?: readonly Piece[] } & Written)
    | ({ readonly type: 'number'; readonly value: number } & Written)
    | { readonly type: 'boolean'; readonly value: boolean }
    | { readonly type: 'none' }
    | { readonly type: 'list'; readonly items: readonly Lazy[] }
    | {
        readonly type: 'map';
        readonly entries: ReadonlyMap<string, Lazy>;
        /** There may be other keys. */
        readonly open: boolean;
        /** Mappings whose keys cannot be listed, but asked for; the last one wins. */
        readonly rest?: readonly Value[];
      }
    /** Something of a library, by its qualified name: `uvicorn.run`, `flask.Flask()`. */
    | {
        readonly type: 'external';
        readonly path: string;
        readonly call?: { readonly call: CallExpr; readonly env: Env };
        readonly receiver?: Value;
        readonly name?: Lazy;
        /** What `functools.partial` gives it ahead of the call. */
        readonly bound?: BoundArguments;
        /** A method handed on without its object, as `server.listen.bind(server)`; `promised` behind `util.promisify`. */
        readonly detached?: 'plain' | 'promised';
      }
    | {
        readonly type: 'function';
        readonly function: FunctionShape;
        readonly env: Env;
        readonly bound?: BoundArguments;
        readonly self?: Value;
      }
    | { readonly type: 'class'; readonly class: ClassShape; readonly env: Env }
    | {
        readonly type: 'object';
        readonly class: ClassShape;
        readonly env: Env;
        readonly call?: { readonly call: CallExpr; readonly env: Env };
        /** `super()`: the object itself, seen as one of this class. */
        readonly seen?: Value;
        /** What the variables of a nested settings model start with: `SERVER__`. */
        readonly prefix?: string;
      }
    | { readonly type: 'module'; readonly index: ProgramIndex }
    /** A part of the project's settings, by its path of keys. */
    | {
        readonly type: 'settings';
        readonly path: readonly string[];
        readonly file?: string;
        /** Files that are read after it: what they say counts. */
        readonly over?: readonly string[];
        /** What the code takes where no file has the section. */
        readonly spare?: Value;
      }
    | { readonly type: 'unknown'; readonly optional?: true; readonly written?: string }
  );

/** A value of one of its types. */
export type ValueOf<Type extends Value['type']> = Extract<Value, { readonly type: Type }>;

/** Arguments given ahead of the call: functools.partial, Thread(args=...). */
export interface BoundArguments {
  readonly positional: readonly Lazy[];
  readonly named: ReadonlyMap<string, Lazy>;
  /** Some arguments could not be seen. */
  readonly open: boolean;
  /** Mappings spread into the call whose keys cannot be listed, but asked for. */
  readonly rest?: readonly Value[];
  readonly span: Span;
}

/** The surroundings in which an expression is read: its scope, and what the scope's parameters hold on this way. */
export interface Env {
  readonly scope: Scope;
  /** Undefined: nobody is known to call. */
  readonly bindings?: BoundArguments;
  readonly outer?: Env;
  /** The object whose method this is. */
  readonly self?: Value;
  /** What the variables of a loop hold in one of its turns. */
  readonly turn?: ReadonlyMap<string, Lazy>;
}

/** A settings file of the linted project. */
export interface SettingsFile {
  readonly file: string;
  readonly documents: readonly Document[];
  readonly ignored: boolean;
}

export interface Project {
  readonly programs: ReadonlyMap<string, ProgramIndex>;
  readonly settings: readonly SettingsFile[];
  /** Where a module of JavaScript may lie, best first; empty for one that is no part of the project. */
  places?(module: string, file: string): readonly string[];
  /** What an import map says that a module is, where it is none of the project. */
  mapped?(module: string, file: string): string | undefined;
  /** Is a program started with what stands in the `.env` file beside it? */
  loadsEnvironmentFile?(program: string): boolean;
  /** Is a module of Python one that a library of the catalogue is known by? */
  isLibrary?(module: string): boolean;
  /** The variables of the container that the code is read for: what one holds, or undefined where nobody sets it. */
  environment?(name: string): Value | undefined;
  /** Asks for a file that is not read yet. */
  want(places: readonly string[]): void;
}

export interface Resolver {
  /** The values an expression may have; at least one. */
  evaluate(expr: Expr, env: Env): readonly Value[];
  /** The one value among candidates; unknown where they disagree. */
  settle(values: readonly Value[]): Value;
  /**
   * Qualified names that a callee may have, with what they are called on.
   * @param reading says which files may be asked for on the way; without it, any
   */
  callee(site: { readonly call: CallExpr }, env: Env, reading?: (place: string) => boolean): readonly Value[];
  /** The classes of libraries that a repository class is derived from, by qualified name. */
  basesOf(shape: ClassShape, env: Env): readonly string[];
  /** The arguments of a call, spreads seen through where they can be. */
  argumentsOf(call: CallExpr, env: Env): BoundArguments;
  /** What a mapping whose keys cannot be listed gives for one of them where it is spread into a call: `**vars(parser.parse_args())`. */
  spreadFor(given: BoundArguments, name: string): Lazy | undefined;
  /**
   * A variable of the container, or of the environment file nearest to a program.
   * @param files names of the files that are read whether the program asks for them or not
   */
  variable(name: string, program: string, files?: readonly string[]): Value | undefined;
  /** A stretch of a text value: the very value it was made of, where there is one. */
  partOf(text: ValueOf<'string'>, start: number, end: number): ValueOf<'string' | 'number'>;
  readonly project: Project;
}

/** What the parts of the resolver ask of each other. */
export interface Evaluation {
  readonly project: Project;
  readonly lookup: SettingsLookup;
  readonly resolver: Resolver;
  evaluate(expr: Expr, env: Env): readonly Value[];
  /** The one value an expression has. */
  one(expr: Expr, env: Env): Value;
  /** Values that are worked out when they are asked for, in the form of an expression. */
  later(span: Span, values: () => readonly Value[]): Lazy;
  memberOf(object: Value, name: string, expr: Expr, env: Env): readonly Value[];
  itemOf(object: Value, key: string | number | undefined, expr: Expr, env: Env): readonly Value[];
  /** What the statements of a scope that runs from end to end set a place to. */
  valuesOf(reaching: Reaching, place: string, env: Env, whole: () => readonly Value[]): readonly Value[];
  argumentsOf(call: CallExpr, env: Env): BoundArguments;
  argumentFor(shape: FunctionShape, name: string, env: Env): Lazy | 'hidden' | undefined;
  returned(shape: FunctionShape, env: Env): readonly Value[];
  /** What calling a value gives. */
  called(callee: Value, call: CallExpr, env: Env): readonly Value[];
  moduleNamed(module: string, file: string): ProgramIndex | undefined;
  exported(index: ProgramIndex, name: string, span: Span): readonly Value[];
  scopeFor(shape: FunctionShape | ClassShape, env: Env): Scope | undefined;
}

const maximumSteps = 20_000;
const maximumDepth = 60;
const maximumValues = 8;
/** How often one expression may be under way at once: functions call themselves with other arguments. */
const maximumRunning = 3;

/** Where nothing has a name. */
const emptyScope: Scope = {
  kind: 'module',
  parent: undefined,
  body: [],
  program: { file: '', text: '', language: 'python', body: [], comments: [], errors: [] },
  names: new Set(),
  changed: new Set(),
};
const nowhere: Env = { scope: emptyScope };
const isPython = ({ program }: Scope) => program.language === 'python';
const nothingAt = (span: Span): Expr => ({ kind: 'none', span });

/** The surroundings of a scope when nothing is known of its callers. */
const baseOf = (scope: Scope): Env => (scope.parent ? { scope, outer: baseOf(scope.parent) } : { scope });

const isStatic = (shape: FunctionShape) =>
  shape.decorators.some((decorator) => decorator.kind === 'name' && decorator.name === 'staticmethod');

/**
 * Reads values in the code: names, parameters, calls, options, environment and settings are followed to where the value is
 * written. What a value may be changed by is part of it; where that cannot be seen, it is unknown.
 * @param project the programs and settings that are read; `want` is called with what else would be needed
 */
export function createResolver(project: Project): Resolver {
  let steps = 0;
  let depth = 0;
  /** How often something was cut short: what was worked out around it holds only for this way of asking. */
  let cuts = 0;
  let reading: ((place: string) => boolean) | undefined;
  const running = new Map<Expr, number>();
  /** Names of modules that are under way: modules import from each other in circles. */
  const exporting = new Set<string>();
  /** The programs that imports name, by folder and module. */
  const modules = new Map<string, ProgramIndex | undefined>();
  const laters = new WeakMap<Expr, () => readonly Value[]>();
  const memory = new WeakMap<object, Map<Expr, readonly Value[]>>();
  const boundMemory = new WeakMap<object, Map<CallExpr, BoundArguments>>();
  const asked: Project = {
    ...project,
    want: (places) => {
      const allowed = reading ? places.filter(reading) : places;
      if (allowed.length < places.length) cuts++;
      if (allowed.length > 0) project.want(allowed);
    },
  };
  const lookup = createSettingsLookup(asked);

  /** Where what an expression means in these surroundings may be kept: without arguments it is the same wherever it is asked. */
  function homeOf(env: Env): object {
    for (let at: Env | undefined = env; at; at = at.outer) if (at.bindings || at.self || at.turn) return env;
    return env.scope;
  }

  function evaluate(expr: Expr, env: Env): readonly Value[] {
    const later = laters.get(expr);
    if (expr.kind === 'string' || expr.kind === 'number') return evaluateNow(expr, env);
    const home = homeOf(env);
    let table = memory.get(home);
    const kept = table?.get(expr);
    if (kept) return kept;
    const count = running.get(expr) ?? 0;
    if (++steps > maximumSteps || depth > maximumDepth || count >= maximumRunning) {
      cuts++;
      return [unknown(expr.span)];
    }
    const cutsBefore = cuts;
    running.set(expr, count + 1);
    depth++;
    try {
      let values = later ? later() : evaluateNow(expr, env);
      if (values.length > maximumValues) values = values.slice(0, maximumValues);
      if (cuts === cutsBefore) {
        if (!table) {
          table = new Map();
          memory.set(home, table);
        }
        table.set(expr, values);
      }
      return values;
    } finally {
      depth--;
      if (count === 0) running.delete(expr);
      else running.set(expr, count);
    }
  }

  const one = (expr: Expr, env: Env): Value => settle(evaluate(expr, env));

  function later(span: Span, values: () => readonly Value[], env: Env = nowhere): Lazy {
    const expr: Expr = { kind: 'other', parts: [], span };
    laters.set(expr, values);
    return { expr, env };
  }

  function evaluateNow(expr: Expr, env: Env): readonly Value[] {
    switch (expr.kind) {
      case 'string': {
        if (expr.bytes) return [unknown(expr.span)];
        const quote = expr.quote === undefined ? {} : { quote: expr.quote };
        return [{ type: 'string', value: expr.value, ...quote, ...known(expr.span) }];
      }
      case 'number':
        return [{ type: 'number', value: expr.value, ...known(expr.span) }];
      case 'boolean':
        return [{ type: 'boolean', value: expr.value, ...known(expr.span) }];
      case 'none':
        return [{ type: 'none', ...known(expr.span) }];
      case 'name':
        return overlaid(nameValues(expr.name, expr, env), expr, env);
      case 'await':
      case 'assignment':
        return evaluate(expr.value, env);
      case 'conditional':
        return conditionalValues(expr, env);
      case 'binary':
        return binaryValues(expr, env);
      case 'unary': {
        const operand = one(expr.operand, env);
        if (expr.operator === '-' && operand.type === 'number')
          return [{ ...operand, value: -operand.value, span: expr.span }];
        if (expr.operator === '+') return [converted(operand, 'number')];
        if (expr.operator === 'not' && operand.type === 'boolean')
          return [{ ...operand, value: !operand.value, span: expr.span }];
        return [unknown(expr.span)];
      }
      case 'array':
        return [{ type: 'list', items: expr.items.map((item) => ({ expr: item, env })), ...known(expr.span) }];
      case 'object':
        return [mapValue(expr, env)];
      case 'template':
        // Of what is missing, a text that says so.
        if (expr.parts.length === 1 && !isPython(env.scope) && isMissing(one(expr.parts[0]!, env)))
          return evaluate(expr.parts[0]!, env);
        return [
          joined(
            expr.parts.map((part) => one(part, env)),
            expr.span,
          ),
        ];
      case 'member':
        return overlaid(
          placeValues(expr, env, () =>
            evaluate(expr.object, env).flatMap((object) => passOn(object, memberOf(object, expr.name, expr, env))),
          ),
          expr,
          env,
        );
      case 'index': {
        const index = one(expr.index, env);
        const key = isText(index) ? index.value : undefined;
        const values = placeValues(expr, env, () =>
          rawValues(expr.object, env).flatMap((object) => passOn(object, itemOf(object, key, expr, env))),
        );
        const [over] =
          typeof key === 'string' && values.some((value) => value.type === 'map')
            ? rawValues(expr.object, env).flatMap(
                (object) => readOver(evaluation, object, key, values, expr, env) ?? [],
              )
            : [];
        if (over) return [over];
        // Python raises KeyError where a key is missing: somebody sets it, in a way that is not seen.
        return isPython(env.scope) && values.every(isNothing) ? [unknown(expr.span)] : values;
      }
      case 'call':
        return callValues(expr, env);
      case 'function':
        return [{ type: 'function', function: expr.function, env, ...known(expr.span) }];
      case 'other':
        return [unknown(expr.span)];
    }
  }

  /** What is read from something that holds only as a fallback, or that a user can replace, is so too. */
  const passOn = (object: Value, values: readonly Value[]): readonly Value[] => {
    const read =
      object.type === 'map' && object.adjustable
        ? values.map((value) => (value.adjustable ? value : setBy(value, object.origin, object.steps)))
        : values;
    return object.fallback ? asFallback(read) : read;
  };

  /** The values of an expression without what other statements have set in it. */
  const rawValues = (expr: Expr, env: Env): readonly Value[] =>
    expr.kind === 'name' ? nameValues(expr.name, expr, env) : evaluate(expr, env);

  function conditionalValues(expr: Extract<Expr, { kind: 'conditional' }>, env: Env): readonly Value[] {
    const consequent = evaluate(expr.consequent, env);
    const alternative = evaluate(expr.alternative, env);
    const guard = guardOf(expr.test);
    const [given, missing] = guard?.when === 'absent' ? [expr.alternative, consequent] : [expr.consequent, alternative];
    if (!guard?.places.some((place) => reads(given, place))) return [...consequent, ...alternative];
    return given === expr.consequent
      ? [...consequent, ...asFallback(missing)]
      : [...alternative, ...asFallback(missing)];
  }

  function binaryValues(expr: Extract<Expr, { kind: 'binary' }>, env: Env): readonly Value[] {
    const { operator, span } = expr;
    if (operator === 'or' || operator === '??') return [firstGiven(expr, env)];
    if (operator === 'and') return [unknown(span)];
    const left = one(expr.left, env);
    if (operator === '%' && left.type === 'string') return [formatted(left, expr.right, env, span)];
    const right = one(expr.right, env);
    if (operator === '|' && left.type === 'map' && (right.type === 'map' || right.type === 'settings'))
      return [spread([left, right], span)];
    if (operator === '+' || operator === '-' || operator === '*') {
      if (left.type === 'number' && right.type === 'number') {
        const [one, other] = [left.value, right.value];
        const value = operator === '+' ? one + other : operator === '-' ? one - other : one * other;
        return [{ type: 'number', value, ...known(span), adjustable: left.adjustable || right.adjustable }];
      }
    }
    if (operator === '+') {
      if (left.type === 'list' && right.type === 'list')
        return [{ type: 'list', items: [...left.items, ...right.items], ...known(span) }];
      if (left.type === 'string' || right.type === 'string') return [joined([left, right], span)];
    }
    const holds = isPython(env.scope) ? compared(operator, left, right) : undefined;
    const from = left.adjustable ? left : right;
    if (holds !== undefined) {
      const { origin, steps, adjustable } = from.adjustable ? from : left;
      return [{ type: 'boolean', value: holds, span, origin, steps, adjustable }];
    }
    return [derived(from, span)];
  }

  /** What `==`, `!=`, `in` and `not in` come to between texts and numbers; a variable that is not set is None. */
  function compared(operator: string, left: Value, right: Value): boolean | undefined {
    const plainValue = (value: Value) => (isText(value) || value.type === 'boolean' ? value.value : null);
    const isKnown = (value: Value) => plainValue(value) !== null || isMissing(value);
    if (!isKnown(left)) return undefined;
    if (operator === '==' || operator === '!=')
      return isKnown(right) ? (plainValue(left) === plainValue(right)) === (operator === '==') : undefined;
    if (!/^(?:not )?in$/.test(operator) || right.type !== 'list') return undefined;
    const items = right.items.map(({ expr, env }) => one(expr, env));
    return items.every(isKnown)
      ? items.some((item) => plainValue(item) === plainValue(left)) === (operator === 'in')
      : undefined;
  }

  /** `left or right`. */
  function firstGiven(expr: Extract<Expr, { kind: 'binary' }>, env: Env): Value {
    const left = one(expr.left, env);
    const empty =
      left.type === 'none' ||
      (expr.operator === 'or' && (isText(left) || left.type === 'boolean') && !left.value) ||
      (expr.operator === 'or' && left.type === 'map' && left.entries.size === 0 && !left.open);
    if (!empty && left.type !== 'unknown' && left.type !== 'settings') return left;
    const right = one(expr.right, env);
    if (left.type === 'settings') {
      if (right.type === 'map') return { ...left, spare: right };
      return isText(right) ? setBy(right, left.origin, left.steps) : left;
    }
    // Somebody sets the variable, to what is not seen.
    if (left.type === 'unknown' && left.origin.by === 'env' && !left.optional && left.written === undefined)
      return { ...left, span: expr.span };
    if (left.adjustable) return setBy(right, left.origin.by === 'unknown' ? right.origin : left.origin, left.steps);
    return empty || isMissing(left) ? right : unknown(expr.span, { adjustable: right.adjustable });
  }

  /** `"%s:%d" % (host, port)`. */
  function formatted(format: ValueOf<'string'>, given: Expr, env: Env, span: Span): Value {
    const parts = percentParts(format.value);
    if (!parts) return unknown(span);
    const value = one(given, env);
    return filled(parts, span, (field) => {
      if (typeof field === 'string') return value.type === 'map' ? lazyOf(value.entries.get(field)) : undefined;
      return value.type === 'list' ? lazyOf(value.items[field]) : field === 0 ? value : undefined;
    });
  }

  const lazyOf = (lazy: Lazy | undefined): Value | undefined => lazy && one(lazy.expr, lazy.env);

  function filled(
    parts: NonNullable<ReturnType<typeof percentParts>>,
    span: Span,
    field: (name: number | string) => Value | undefined,
  ): Value {
    return joined(
      parts
        .filter((part) => part !== '')
        .map((part) =>
          typeof part === 'string'
            ? { type: 'string', value: part, ...known(span) }
            : (field(part.field) ?? unknown(span)),
        ),
      span,
    );
  }

  function mapValue(expr: Extract<Expr, { kind: 'object' }>, env: Env): Value {
    const parts: Value[] = [];
    let entries = new Map<string, Lazy>();
    let open = false;
    const close = () => {
      if (entries.size > 0 || open) parts.push({ type: 'map', entries, open, ...known(expr.span) });
      entries = new Map();
      open = false;
    };
    for (const entry of expr.entries) {
      if (entry.spread) {
        close();
        parts.push(one(entry.value, env));
      } else if (entry.key === undefined) open = true;
      else entries.set(entry.key, { expr: entry.value, env });
    }
    if (parts.length === 0) return { type: 'map', entries, open, ...known(expr.span) };
    close();
    return spread(parts, expr.span);
  }

  /** Mappings put into one, the later ones winning. */
  function spread(parts: readonly Value[], span: Span): Value {
    let entries = new Map<string, Lazy>();
    let open = false;
    const rest: Value[] = [];
    for (const part of parts) {
      const hidden = part.type === 'map' ? (part.rest?.at(-1) ?? (part.open ? unknown(part.span) : undefined)) : part;
      if (hidden) {
        open = true;
        rest.push(hidden);
        entries = new Map(
          [...entries].map(([key, value]) => [key, later(part.span, () => keyOf(hidden, key, value))] as const),
        );
      }
      if (part.type === 'map') for (const [key, value] of part.entries) entries.set(key, value);
    }
    return { type: 'map', entries, open, ...(rest.length > 0 && { rest }), ...known(span) };
  }

  /** What something has under a key, else the fallback. */
  const keyOf = (object: Value, key: string, fallback: Lazy | undefined): readonly Value[] =>
    readKey(evaluation, object, key, fallback, nothingAt(object.span), nowhere, true) ?? [derived(object, object.span)];

  // --- names -------------------------------------------------------------------------------------------------------

  function nameValues(name: string, expr: Expr, env: Env): readonly Value[] {
    const at = expr.span.start;
    const scope = scopeOf(env.scope, name, at);
    if (!scope) {
      if (name === 'undefined') return [{ type: 'none', ...known(expr.span) }];
      if (name === 'NaN' && !isPython(env.scope)) return [{ type: 'number', value: Number.NaN, ...known(expr.span) }];
      if (name === 'this' && !isPython(env.scope)) return [thisValue(expr, env)];
      return starImport(name, env) ?? [{ type: 'external', path: name, name: { expr, env }, ...known(expr.span) }];
    }
    const here = envOf(scope, env);
    const own = env.scope === scope;
    const turn = here.turn?.get(name);
    if (turn)
      return through(evaluate(turn.expr, turn.env), { span: turn.expr.span, note: `a turn of the loop over ${name}` });
    const setHere = own ? undefined : ownSetting(name, scope, expr, env);
    if (setHere?.definite) return valuesOf(setHere, name, env);
    if (!own && scope.kind === 'module') {
      const values = [...moduleValues(programOf(scope), name, at), ...(setHere ? valuesOf(setHere, name, env) : [])];
      return values.length > 0 ? values : [unknown(expr.span)];
    }
    let reaching = definitionsOf(scope, name, own ? at : undefined, at);
    const param = scope.function && !blockDeclaring(scope, name, at) ? paramOf(scope.function, name) : undefined;
    // Functions can be used before the statement that declares them.
    if (own && !param && !isPython(scope) && reaching.definitions.length === 0)
      reaching = definitionsOf(scope, name, undefined, at);
    const given = param && !reaching.definite ? paramValues(name, param, here) : [];
    const set = [...(setHere ? valuesOf(setHere, name, env) : []), ...settersElsewhere(name, scope, env.scope, at)];
    const values = [
      ...(reaching.overrides ? asFallback(given) : given),
      ...(set.length > 0 && onlyDeclared(reaching) ? [] : valuesOf(reaching, name, here)),
      ...set,
    ];
    return values.length > 0 ? values : [unknown(expr.span)];
  }

  /** What JavaScript's `this` is: the object whose method is around the place. */
  function thisValue(expr: Expr, env: Env): Value {
    let scope: Scope | undefined = env.scope;
    while (scope?.function && (scope.function.arrow || scope.parent?.kind === 'class') && scope.kind === 'function') {
      if (scope.parent?.kind === 'class') return envOf(scope, env).self ?? selfOf(scope.parent, expr.span);
      scope = scope.parent;
    }
    if (scope?.kind === 'class') return envOf(scope, env).self ?? selfOf(scope, expr.span);
    return { type: 'external', path: 'this', name: { expr, env }, ...known(expr.span), origin: unknownOrigin };
  }

  /** `let server;`: it is set elsewhere. */
  const onlyDeclared = (reaching: Reaching) => reaching.definitions.every((definition) => definition.by === 'declared');

  /** The surroundings of an outer scope, seen from an inner one. */
  function envOf(scope: Scope, env: Env): Env {
    let inside: Env | undefined = env;
    while (inside && inside.scope !== scope)
      inside = inside.outer ?? (inside.scope.parent ? { scope: inside.scope.parent } : undefined);
    return inside ?? { scope };
  }

  /** What this function itself sets a name to that it declares `global` or `nonlocal`. */
  function ownSetting(name: string, scope: Scope, expr: Expr, env: Env): Reaching | undefined {
    const setters = programOf(scope)?.setters.get(name);
    if (!setters?.includes(env.scope)) return undefined;
    return definitionsOf(env.scope, name, expr.span.start);
  }

  /** What other functions set a name to that they declare `global` or `nonlocal`. */
  function settersElsewhere(name: string, scope: Scope, here: Scope | undefined, at?: number): readonly Value[] {
    const setters = programOf(scope)?.setters.get(name) ?? [];
    const block = at === undefined ? undefined : blockDeclaring(scope, name, at);
    const isSame = (setter: Scope) => {
      const start = (setter.function ?? setter.class)?.span.start;
      return (
        scopeOf(setter, name, start) === scope &&
        (start === undefined ? undefined : blockDeclaring(scope, name, start)) === block
      );
    };
    return setters
      .filter((setter) => setter !== here && setter !== scope && isSame(setter))
      .flatMap((setter) => valuesOf(definitionsOf(setter, name, undefined), name, baseOf(setter)));
  }

  const programOf = (scope: Scope): ProgramIndex | undefined => project.programs.get(scope.program.file);

  /** What a name of a module may hold when functions run: whatever sets it. */
  function moduleValues(index: ProgramIndex | undefined, name: string, at?: number): readonly Value[] {
    if (!index) return [];
    const reaching = definitionsOf(index.module, name, undefined, at);
    const elsewhere = [
      ...settersElsewhere(name, index.module, undefined, at),
      ...setFromOutside(name, undefined, (object) => object.type === 'module' && object.index === index),
    ];
    const env: Env = { scope: index.module };
    let own = elsewhere.length > 0 && onlyDeclared(reaching) ? [] : valuesOf(reaching, name, env);
    const taken = reaching.definitions.find((definition) => definition.by === 'import');
    if (taken && own.every((value) => value.type === 'unknown' && !value.adjustable)) {
      // What is imported back from a module that imports it from here is what it was before.
      const earlier = valuesOf(definitionsOf(index.module, name, taken.statement.span.start), name, env);
      if (earlier.length > 0) own = earlier;
    }
    const values = [...own, ...elsewhere];
    // A name set to None is set to something else by code that runs in between.
    const set = values.filter((value) => value.type !== 'none');
    return set.length > 0 ? set : values.map((value) => unknown(value.span));
  }

  function starImport(name: string, env: Env): readonly Value[] | undefined {
    const index = project.programs.get(env.scope.program.file);
    return index && throughStar(index, name);
  }

  /** A name that a module takes over from another by `from x import *`. */
  function throughStar(
    index: ProgramIndex,
    name: string,
    seen = new Set<ProgramIndex>(),
  ): readonly Value[] | undefined {
    seen.add(index);
    for (const statement of index.program.body) {
      if (statement.kind !== 'import' || statement.names[0]?.name !== '*' || statement.names[0].local !== '*') continue;
      const module = moduleNamed(statement.module, index.program.file);
      if (!module) continue;
      if (module.module.names.has(name) || module.module.names.has(exportName(name)))
        return exported(module, name, statement.span);
      const further = seen.has(module) ? undefined : throughStar(module, name, seen);
      if (further) return further;
    }
    return undefined;
  }

  function valuesOf(
    reaching: Reaching,
    place: string,
    env: Env,
    whole: () => readonly Value[] = () => [],
  ): readonly Value[] {
    const values: Value[] = [];
    const told = reaching.definitions.filter((definition) => definition.by !== 'declared');
    for (const definition of told.length > 0 ? told : reaching.definitions) {
      const found = definitionValues(definition, place, env, whole);
      values.push(...(definition.fallback ? asFallback(found) : found));
      if (values.length > maximumValues) {
        // Rather unknown than one of those that happened to come first.
        return [...values.slice(0, maximumValues - 1), unknown(definition.statement.span)];
      }
    }
    return values;
  }

  /** What a pattern takes out of a value, else its default. */
  function takenOut(
    whole: readonly Value[],
    { path, default: spare }: { readonly path: readonly (string | number)[]; readonly default?: Expr },
    expr: Expr,
    env: Env,
  ): readonly Value[] {
    let values = whole;
    for (const key of path) values = values.flatMap((value) => passOn(value, itemOf(value, key, expr, env)));
    // What holds where nothing is given comes before the default of the pattern.
    if (!spare || values.some((value) => value.fallback && !isMissing(value))) return values;
    return values.map((value) => {
      if (!isMissing(value)) return value;
      const fallback = one(spare, env);
      return value.adjustable ? setBy(fallback, value.origin, value.steps) : fallback;
    });
  }

  function definitionValues(
    definition: Definition,
    place: string,
    env: Env,
    whole: () => readonly Value[],
  ): readonly Value[] {
    const { span } = definition.statement;
    switch (definition.by) {
      case 'value': {
        const step: Step = { span, note: `${place} is set here` };
        return through(takenOut(evaluate(definition.value, env), definition, definition.value, env), step);
      }
      case 'update': {
        const step: Step = { span, note: `${place} is set here` };
        const before = () => {
          const previous = valuesOf(definition.previous, place, env, whole);
          return definition.previous.definite || previous.length > 0 ? previous : whole();
        };
        const given = one(definition.value, env);
        if (given.type === 'map' && !given.open && !given.entries.has(definition.key)) return before();
        const previous = before();
        const spare = previous.length > 0 ? later(span, () => previous) : undefined;
        return through(
          readKey(evaluation, given, definition.key, spare, definition.value, env, true) ?? [unknown(span)],
          step,
        );
      }
      case 'whole':
        return whole();
      case 'import':
        return imported(definition, env.scope.program.file);
      case 'function':
        return [{ type: 'function', function: definition.function, env, ...known(definition.function.nameSpan) }];
      case 'class':
        return [{ type: 'class', class: definition.class, env, ...known(definition.class.nameSpan) }];
      case 'with':
        return evaluate(definition.value, env);
      case 'declared': {
        const type = definition.annotation && one(definition.annotation, env);
        if (type?.type === 'class') return [{ type: 'object', class: type.class, env: type.env, ...known(span) }];
        if (type?.type === 'external' && !isPython(env.scope))
          return [{ type: 'external', path: `${type.path}()`, ...known(span) }];
        return [unknown(span)];
      }
      case 'other':
        return [unknown(span)];
    }
  }

  // --- places: attributes and items that statements set ------------------------------------------------------------

  /**
   * `args.host`, `options["host"]`: what statements have set there, else what the object says.
   * @param inObject what the object itself says
   */
  function placeValues(expr: Expr, env: Env, inObject: () => readonly Value[]): readonly Value[] {
    const place = pathOf(expr);
    if (place === undefined) return inObject();
    const root = rootOf(place);
    const index = project.programs.get(env.scope.program.file);
    const changers = index?.changers.get(root);
    if (!changers) return inObject();
    const isThis = root === 'this' && !isPython(env.scope);
    const scope = isThis ? undefined : scopeOf(env.scope, root, expr.span.start);
    const here = definitionsOf(env.scope, place, expr.span.start);
    const set = valuesOf(here, place, env, inObject);
    if (here.definite) return set;
    let base: readonly Value[] | undefined;
    if (scope && scope !== env.scope) {
      const outer = envOf(scope, env);
      const around = definitionsOf(scope, place, undefined, expr.span.start);
      const values = valuesOf(around, place, outer, inObject);
      base = around.definite ? values : [...(around.overrides ? asFallback(inObject()) : inObject()), ...values];
    } else base = inObject();
    // A method's `self` is looked after by its class.
    const method = isThis || (scope?.kind === 'function' && scope.parent?.kind === 'class' && isPython(scope));
    const elsewhere = method
      ? []
      : changers
          .filter((other) => other !== env.scope && other !== scope && scopeOf(other, root) === scope)
          .flatMap((other) =>
            valuesOf({ ...definitionsOf(other, place, undefined), definite: false }, place, baseOf(other)),
          );
    return [...(here.overrides ? asFallback(base) : base), ...set, ...elsewhere];
  }

  /** A mapping or list with what statements have set in it since it was made. */
  function overlaid(values: readonly Value[], expr: Expr, env: Env): readonly Value[] {
    if (!values.some((value) => value.type === 'map' || value.type === 'list')) return values;
    const place = pathOf(expr);
    const index = project.programs.get(env.scope.program.file);
    const root = place === undefined ? '' : rootOf(place);
    const changers = place === undefined ? undefined : index?.changers.get(root);
    if (!changers) return values;
    const scope = scopeOf(env.scope, root);
    const changing = changers.filter((other) => scopeOf(other, root) === scope);
    const set = changing.map((other) => keysSet(other, place!));
    const keys = new Set(set.flatMap((one) => [...one.keys]));
    if (values.some((value) => value.type === 'list')) {
      const touched = changing.some((other) => definitionsOf(other, `${place}[0]`, undefined).definitions.length > 0);
      return touched ? values.map((value) => (value.type === 'list' ? unknown(value.span) : value)) : values;
    }
    return values.map((value) => {
      if (value.type !== 'map') return value;
      const entries = new Map(value.entries);
      for (const key of new Set([...keys, ...value.entries.keys()])) {
        const item: Expr = {
          kind: 'index',
          object: expr,
          index: { kind: 'string', value: key, span: expr.span },
          span: expr.span,
        };
        const lazy = later(expr.span, () => placeValues(item, env, () => itemOf(value, key, item, env)), env);
        if (keys.has(key) || changing.length > 0) entries.set(key, lazy);
      }
      return { ...value, entries, open: value.open || set.some((one) => one.open) };
    });
  }

  let outside:
    | Map<string, { object: Expr; statement: Extract<Statement, { kind: 'assign' }>; scope: Scope }[]>
    | undefined;

  /** What is assigned to an attribute of something from outside of it: `config.host = ...`. */
  function setFromOutside(name: string, reader: Scope | undefined, fits: (object: Value) => boolean): readonly Value[] {
    if (!outside) {
      outside = new Map();
      for (const index of project.programs.values()) {
        for (const scopes of index.changers.values()) {
          for (const scope of scopes) {
            for (const found of attributesSetIn(scope)) {
              const list = outside.get(found.name);
              if (list) list.push({ ...found, scope });
              else outside.set(found.name, [{ ...found, scope }]);
            }
          }
        }
      }
    }
    const seen = new Set<Statement>();
    return (outside.get(name) ?? []).flatMap(({ object, statement, scope }) => {
      if (seen.has(statement) || !statement.value || scope === reader) return [];
      // Tests set what they like.
      const inTest = contextOf(scope.program.file) === 'test';
      if (inTest && scope.program.file !== reader?.program.file) return [];
      seen.add(statement);
      const self = isPython(scope) ? scope.parent?.kind === 'class' && scope.function?.params[0]?.name : 'this';
      if (rootOf(pathOf(object) ?? '') === self) return [];
      const env = baseOf(scope);
      if (!quietly(() => evaluate(object, env)).some(fits)) return [];
      const step: Step = { span: statement.span, note: `${pathOf(object) ?? 'it'}.${name} is set here` };
      return statement.updates ? [unknown(statement.span)] : through(evaluate(statement.value, env), step);
    });
  }

  /** Works something out without asking for files. */
  function quietly<T>(work: () => T): T {
    const before = reading;
    reading = () => false;
    try {
      return work();
    } finally {
      reading = before;
    }
  }

  // --- modules -----------------------------------------------------------------------------------------------------

  function imported(definition: Extract<Definition, { by: 'import' }>, file: string): readonly Value[] {
    const { module, name } = definition;
    const { span } = definition.statement;
    if (!/\.pyw?$/.test(file)) return importedByScript(module, name.name, span, file);
    if (name.name === '*') {
      // `import a.b` binds `a`; what is used is a.b.c, so the external path is the local name's own.
      const whole = name.local === module.split('.')[0] ? name.local : module;
      const index = moduleNamed(whole, file);
      return index ? [{ type: 'module', index, ...known(span) }] : [{ type: 'external', path: whole, ...known(span) }];
    }
    const index = moduleNamed(module, file);
    if (index && (index.module.names.has(name.name) || name.name === 'default'))
      return exported(index, name.name, span);
    const inner = moduleNamed(module.endsWith('.') ? `${module}${name.name}` : `${module}.${name.name}`, file);
    if (inner) return [{ type: 'module', index: inner, ...known(span) }];
    if (index) return throughStar(index, name.name) ?? [unknown(span)];
    if (module.startsWith('.')) return [unknown(span)];
    if (module === 'dynaconf' && name.name === 'settings') return [lookup.dynaconf(span)];
    return [{ type: 'external', path: name.name === 'default' ? module : `${module}.${name.name}`, ...known(span) }];
  }

  /** What an import of JavaScript gives; `*` is the whole module, as `require` gives it. */
  function importedByScript(module: string, name: string, span: Span, file: string): readonly Value[] {
    const index = moduleNamed(module, file);
    if (index) return name === '*' ? [{ type: 'module', index, ...known(span) }] : exported(index, name, span);
    const places = project.places?.(module, file) ?? [];
    if (/\.json5?$/.test(module) && (places.length > 0 || module.startsWith('.'))) {
      const settings: Value = {
        type: 'settings',
        path: [],
        file: module.replace(/^(?:\.{0,2}\/)+/, ''),
        ...known(span),
        origin: { by: 'config', path: '' },
        adjustable: true,
      };
      return name === '*' || name === 'default' ? [settings] : [settingsValue(settings, name, span, undefined)];
    }
    // What may lie in the project and does not is a package after all.
    if (/^(?:[.#]|[@~]\/)/.test(module)) return [unknown(span)];
    const path = packageNamed(project.mapped?.(module, file) ?? module);
    return [{ type: 'external', path: name === 'default' || name === '*' ? path : `${path}.${name}`, ...known(span) }];
  }

  /** What a module of JavaScript exports under a name, in whichever of the ways. */
  function exportedByScript(index: ProgramIndex, name: string, span: Span): readonly Value[] {
    const { names } = index.module;
    if (names.has(exportName(name))) return moduleValues(index, exportName(name));
    const whole = names.has(exportName('=')) ? moduleValues(index, exportName('=')) : undefined;
    if (name === 'default') return whole ?? [{ type: 'module', index, ...known(span) }];
    if (whole) {
      const expr: Expr = { kind: 'none', span };
      return whole.flatMap((value) => {
        const kept = value.type === 'external' ? keptOn(value, name) : [];
        return passOn(value, kept.length > 0 ? kept : memberOf(value, name, expr, { scope: index.module }));
      });
    }
    if (names.has(name)) return moduleValues(index, name);
    return throughStar(index, name) ?? [unknown(span)];
  }

  function exported(index: ProgramIndex, name: string, span: Span): readonly Value[] {
    const key = `${index.program.file} ${name}`;
    if (++steps > maximumSteps || depth > maximumDepth || exporting.has(key)) {
      cuts++;
      return [unknown(span)];
    }
    depth++;
    exporting.add(key);
    try {
      const values =
        index.program.language === 'python' ? moduleValues(index, name) : exportedByScript(index, name, span);
      if (values.length === 0) return [unknown(span)];
      if (values.some((value) => value.type === 'module')) return values;
      return through(values, { span, note: `${name} is imported from ${index.program.file}` });
    } finally {
      exporting.delete(key);
      depth--;
    }
  }

  /** The program that an import names, if it is read; otherwise it is asked for. */
  function moduleNamed(module: string, file: string): ProgramIndex | undefined {
    const key = `${file.slice(0, file.lastIndexOf('/') + 1)} ${module}`;
    if (modules.has(key)) return modules.get(key);
    const places = /\.pyw?$/.test(file) ? modulePlaces(module, file) : (project.places?.(module, file) ?? []);
    const cutsBefore = cuts;
    const found = places.find((place) => project.programs.has(place) && isReached(place, module));
    const index = found === undefined ? undefined : project.programs.get(found);
    if (index === undefined && places.length > 0) asked.want(places);
    if (cuts === cutsBefore) modules.set(key, index);
    return index;
  }

  /** A folder that is a package itself is on nobody's path: what it holds under the name of a library does not hide that. */
  function isReached(place: string, module: string): boolean {
    if (module.startsWith('.') || !project.isLibrary?.(module.split('.')[0]!)) return true;
    const folder = place.slice(0, Math.max(0, place.lastIndexOf(`/${module.replaceAll('.', '/')}`)));
    if (folder === '') return true;
    const initial = `${folder}/__init__.py`;
    if (project.programs.has(initial)) return false;
    asked.want([initial]);
    return true;
  }

  // --- parameters --------------------------------------------------------------------------------------------------

  function paramValues(name: string, found: NonNullable<ReturnType<typeof paramOf>>, env: Env): readonly Value[] {
    const shape = env.scope.function!;
    const label = shape.name ?? 'a function';
    const { param } = found;
    if (param.kind !== 'normal') return [collected(param.name, param.kind, env)];
    if (found.param.pattern) return patternValues(name, found, env);
    const given = argumentFor(shape, name, env);
    if (given === 'hidden') return [unknown(param.span)];
    if (given) {
      const step: Step = { span: given.expr.span, note: `parameter ${name} of ${label}` };
      return through(evaluate(given.expr, given.env), step);
    }
    const option = parameterOption(evaluation, shape, name, env);
    if (option) return [option];
    if (shape.params[0] === param && env.scope.parent?.kind === 'class' && /^(self|cls)$/.test(name))
      return [env.self ?? selfOf(env.scope.parent, param.span)];
    if (shape.params[0] === param) {
      const context: Lazy = { expr: { kind: 'name', name, span: param.span }, env };
      if (takesContextObject(shape))
        return [{ type: 'external', path: 'ctx.obj', name: context, ...known(param.span) }];
      const settings = hydraSettings(shape);
      const type = settings && param.annotation && one(param.annotation, { scope: env.scope.parent! });
      if (type?.type === 'class')
        return [{ ...settings!, ...type, type: 'object', origin: settings!.origin, adjustable: true }];
      if (settings) return [settings];
    }
    const outer = env.outer ?? { scope: env.scope.parent! };
    if (found.default)
      return through(evaluate(found.default, outer), {
        span: param.span,
        note: `default of parameter ${name} of ${label}`,
      });
    if (param.annotation) {
      const type = one(param.annotation, { scope: env.scope.parent! });
      if (type.type === 'class') return [{ type: 'object', class: type.class, env: type.env, ...known(param.span) }];
      if (type.type === 'external') {
        const made: Lazy = { expr: param.annotation, env };
        return [{ type: 'external', path: `${type.path}()`, name: made, ...known(param.span) }];
      }
    }
    if (isEnvironment(name, env)) return [environmentAt(param.span)];
    const self: Lazy = { expr: { kind: 'name', name, span: param.span }, env };
    return [{ type: 'external', path: name, name: self, ...known(param.span), origin: unknownOrigin }];
  }

  /** The variables, handed in to be replaced in tests. */
  const isEnvironment = (name: string, { scope }: Env) =>
    !isPython(scope) &&
    /^(?:process)?_?env(?:ironment)?$/i.test(name) &&
    !(scope.function && holdsOwnKeys(scope.program)(scope.function));
  const environmentAt = (span: Span): Value => ({ type: 'external', path: 'process.env', ...known(span) });

  /** `{ port = 3000 }` among the parameters. */
  function patternValues(name: string, found: NonNullable<ReturnType<typeof paramOf>>, env: Env): readonly Value[] {
    const shape = env.scope.function!;
    const { param } = found;
    const outer = env.outer ?? { scope: env.scope.parent! };
    const at = shape.params.indexOf(param);
    const given = env.bindings?.positional[at];
    if (!given && env.bindings?.open) return commandParameter(evaluation, found.path, env) ?? [unknown(param.span)];
    if (!given && isEnvironment(name, env)) return [environmentAt(param.span)];
    const spare = param.default && evaluate(param.default, outer);
    let whole = given ? evaluate(given.expr, given.env) : (spare ?? [unknown(param.span, { optional: true })]);
    if (spare && whole.every(isMissing)) whole = spare;
    const step: Step = {
      span: given?.expr.span ?? param.span,
      note: `parameter ${name} of ${shape.name ?? 'a function'}`,
    };
    return through(takenOut(whole, found, given?.expr ?? nothingAt(param.span), given?.env ?? outer), step);
  }

  const selfOf = (scope: Scope, span: Span): Value => ({
    type: 'object',
    class: scope.class!,
    env: { scope: scope.parent! },
    ...known(span),
  });

  /** What `*args` and `**kwargs` hold. */
  function collected(name: string, kind: 'list' | 'map', env: Env): Value {
    const shape = env.scope.function!;
    const { span } = shape.params.find((param) => param.name === name)!;
    const { bindings } = env;
    const normal = positionalParams(shape, env);
    if (kind === 'list') {
      if (!bindings || bindings.open) return unknown(span);
      return { type: 'list', items: bindings.positional.slice(normal.length), ...known(span) };
    }
    const entries = new Map([
      ...collectedOptions(evaluation, shape, env),
      ...[...(bindings?.named ?? [])].filter(([key]) => !shape.params.some((param) => param.name === key)),
    ]);
    // Where nobody is known to call, a key that is asked for is not given, as with parameters that have defaults.
    const rest = bindings ? bindings.rest : [unknown(span, { optional: true })];
    return { type: 'map', entries, open: bindings?.open ?? true, ...(rest && { rest }), ...known(span) };
  }

  function positionalParams(shape: FunctionShape, env: Env) {
    const params = shape.params.filter((param) => param.kind === 'normal' && param.only !== 'keyword');
    const hasSelf = env.scope.parent?.kind === 'class' && isPython(env.scope) && !isStatic(shape);
    return hasSelf ? params.slice(1) : params;
  }

  /** What a call on this way gives a parameter: an expression, nothing (the default holds), or something that cannot be seen. */
  function argumentFor(shape: FunctionShape, name: string, env: Env): Lazy | 'hidden' | undefined {
    const { bindings } = env;
    if (!bindings) return undefined;
    const named = bindings.named.get(name);
    if (named) return named;
    const at = positionalParams(shape, env).findIndex((param) => param.name === name);
    const positional = at === -1 ? undefined : bindings.positional[at];
    if (positional) return positional;
    const rest = bindings.rest?.at(-1);
    if (rest) {
      const param = shape.params.find((candidate) => candidate.name === name);
      const spare = param?.default && { expr: param.default, env: env.outer ?? { scope: env.scope.parent! } };
      return later(rest.span, () => keyOf(rest, name, spare));
    }
    return bindings.open ? 'hidden' : undefined;
  }

  // --- members and items -------------------------------------------------------------------------------------------

  function memberOf(object: Value, name: string, expr: Expr, env: Env): readonly Value[] {
    switch (object.type) {
      case 'module': {
        if (object.index.program.language !== 'python') return exported(object.index, name, expr.span);
        if (object.index.module.names.has(name)) return exported(object.index, name, expr.span);
        const { file } = object.index.program;
        const star = throughStar(object.index, name);
        if (star) return star;
        const inner = moduleNamed(`${modulePath(file)}.${name}`, file);
        return inner ? [{ type: 'module', index: inner, ...known(expr.span) }] : [unknown(expr.span)];
      }
      case 'external': {
        const kept = isPython(env.scope) ? [] : keptOn(object, name, env.scope);
        return kept.length > 0 ? kept : libraryMember(evaluation, object, name, expr, env);
      }
      case 'object': {
        const set = object.seen
          ? []
          : setFromOutside(name, env.scope, (other) => other.type === 'object' && sameObject(other, object));
        return [...attributeOf(evaluation, object, name, expr), ...set];
      }
      case 'class': {
        const set = setFromOutside(name, env.scope, (other) => other.type === 'class' && other.class === object.class);
        const field = fieldOf(evaluation, object, name, expr);
        return field ? [...field, ...set] : set.length > 0 ? set : [unknown(expr.span)];
      }
      case 'map': {
        const values = itemOf(object, name, expr, env);
        if (!isPython(env.scope)) return values;
        // Only an object made of a mapping has attributes; a mapping's own are methods.
        return object.entries.has(name) || object.open ? values : [unknown(expr.span)];
      }
      case 'settings':
        return [settingsValue(object, name, expr.span, undefined)];
      case 'string':
      case 'number':
        // A member of an enumeration.
        return name === 'value' ? [object] : [unknown(expr.span)];
      case 'unknown': {
        const holder = expr.kind === 'member' ? expr.object : undefined;
        const option = isPython(env.scope) ? undefined : scriptOption(evaluation, object, holder, name, env);
        return option ?? [derived(object, expr.span)];
      }
      default:
        return [derived(object, expr.span)];
    }
  }

  /** What another module keeps on something of a library: `app.httpServer = http.createServer(app)`. */
  const keptOn = ({ call, path }: ValueOf<'external'>, name: string, reader?: Scope): readonly Value[] =>
    call === undefined
      ? []
      : setFromOutside(
          name,
          reader,
          (other) => other.type === 'external' && other.path === path && other.call?.call === call.call,
        );

  /** Objects without a call of their own are one and the same; others are where they were made. */
  const sameObject = (a: ValueOf<'object'>, b: ValueOf<'object'>) =>
    a.class === b.class && (a.call === undefined || b.call === undefined || a.call.call === b.call.call);

  function itemOf(object: Value, key: string | number | undefined, expr: Expr, env: Env): readonly Value[] {
    if (key === undefined) return [derived(object, expr.span)];
    switch (object.type) {
      case 'list': {
        const item = typeof key === 'number' ? object.items[key < 0 ? object.items.length + key : key] : undefined;
        return item ? evaluate(item.expr, item.env) : [unknown(expr.span)];
      }
      case 'string':
        return [unknown(expr.span)];
      case 'external':
      case 'unknown': {
        const option =
          isPython(env.scope) || typeof key === 'number'
            ? undefined
            : ((object.type === 'external' ? scriptMember(evaluation, object, key, expr) : undefined) ??
              scriptOption(evaluation, object, expr, key, env));
        if (option) return option;
        return readKey(evaluation, object, String(key), undefined, expr, env) ?? [derived(object, expr.span)];
      }
      default:
        return readKey(evaluation, object, String(key), undefined, expr, env) ?? [derived(object, expr.span)];
    }
  }

  const isNothing = (value: Value) => value.type === 'unknown' && value.optional && value.origin.by === 'unknown';

  /** A key below a section of the settings. */
  function settingsValue(section: ValueOf<'settings'>, key: string, span: Span, fallback: Lazy | undefined): Value {
    return keyOfSettings(lookup, section, key, span, () => {
      const inSpare = section.spare?.type === 'map' ? section.spare.entries.get(key) : undefined;
      return lazyOf(inSpare ?? fallback);
    });
  }

  // --- calls -------------------------------------------------------------------------------------------------------

  function callValues(expr: CallExpr, env: Env): readonly Value[] {
    const { callee } = expr;
    if (!isPython(env.scope)) {
      const made = scriptCall(expr, env);
      if (made) return made;
    }
    if (callee.kind === 'member') {
      const method = callee.name;
      if (/^(get|pop|setdefault|getint|as_int)$/.test(method) && !isRoute(expr, env)) {
        const read = keyValues(expr, callee, env);
        if (read) return /int$/.test(method) ? read.map((value) => converted(value, 'number')) : read;
      }
      const objects = rawMethodObject(callee.object, env);
      if (method === 'copy' && objects.every((object) => object.type === 'map' || object.type === 'list'))
        return objects;
      if (objects.some((object) => object.type === 'string')) {
        const values = objects.flatMap((object) => passOn(object, textCall(object, method, expr, env)));
        return values;
      }
    }
    const made = () => evaluate(callee, env).flatMap((value) => passOn(value, called(value, expr, env)));
    const isRead = callee.kind === 'member' && callee.name === 'get' && expr.args.length === 1 && isPython(env.scope);
    return isRead ? placeValues(expr, env, made) : made();
  }

  /** Calls that only JavaScript has: `require("m")`, `Object.assign({}, options)`, `[host, port].join(":")`. */
  function scriptCall(expr: CallExpr, env: Env): readonly Value[] | undefined {
    const { callee, args } = expr;
    const [first] = args;
    if (callee.kind === 'name') {
      const loads = callee.name === 'require' || callee.name === 'import';
      if (!loads || first?.value.kind !== 'string' || scopeOf(env.scope, callee.name)) return undefined;
      return importedByScript(first.value.value, '*', expr.span, env.scope.program.file);
    }
    if (callee.kind !== 'member') return undefined;
    if (callee.object.kind === 'name' && callee.object.name === 'Object' && !scopeOf(env.scope, 'Object')) {
      if (callee.name === 'assign')
        return [
          spread(
            args.map((arg) => one(arg.value, env)),
            expr.span,
          ),
        ];
      if (/^(freeze|seal)$/.test(callee.name) && first) return evaluate(first.value, env);
    }
    if (callee.name === 'join' && args.length === 1) {
      const list = one(callee.object, env);
      const glue = one(first!.value, env);
      if (list.type !== 'list' || !isText(glue)) return undefined;
      const items = list.items.map((item) => one(item.expr, item.env));
      return [
        joined(
          items.flatMap((item, at) => (at === 0 ? [item] : [glue, item])),
          expr.span,
        ),
      ];
    }
    if (callee.name === 'bind' && args.length === 1 && callee.object.kind !== 'function') {
      const methods = evaluate(callee.object, env).flatMap((value) =>
        value.type === 'external' && value.receiver
          ? [{ ...value, detached: value.detached ?? ('plain' as const) }]
          : [],
      );
      return methods.length > 0 ? methods : undefined;
    }
    if (callee.name === 'toString' && args.length === 0) {
      const text = one(callee.object, env);
      return isText(text) ? [converted(text, 'string')] : undefined;
    }
    return undefined;
  }

  const rawMethodObject = (expr: Expr, env: Env): readonly Value[] =>
    expr.kind === 'string' ||
    expr.kind === 'name' ||
    expr.kind === 'call' ||
    expr.kind === 'member' ||
    expr.kind === 'index' ||
    expr.kind === 'template' ||
    expr.kind === 'binary'
      ? evaluate(expr, env)
      : [];

  /** `x.get("key", fallback)` where x is a mapping or a part of the settings. */
  function keyValues(
    expr: CallExpr,
    callee: Extract<Expr, { kind: 'member' }>,
    env: Env,
  ): readonly Value[] | undefined {
    const first = expr.args[0];
    if (!first || first.spread) return undefined;
    const objects = rawValues(callee.object, env);
    if (!objects.some((object) => object.type === 'map' || object.type === 'settings')) return undefined;
    const key = one(first.value, env);
    if (!isText(key)) return [unknown(expr.span)];
    const second = expr.args[1];
    const spare =
      second && second.name === undefined ? second.value : expr.args.find((arg) => arg.name === 'default')?.value;
    const fallback = spare && { expr: spare, env };
    return placeValues(expr, env, () =>
      objects.flatMap((object) =>
        passOn(object, readKey(evaluation, object, String(key.value), fallback, expr, env) ?? [unknown(expr.span)]),
      ),
    );
  }

  /** A method of a text. */
  function textCall(object: Value, method: string, expr: CallExpr, env: Env): readonly Value[] {
    if (object.type !== 'string') return [derived(object, expr.span)];
    if (method === 'format') {
      const parts = braceParts(object.value);
      const given = argumentsOf(expr, env);
      if (!parts) return [unknown(expr.span)];
      return [
        filled(parts, expr.span, (field) =>
          lazyOf(typeof field === 'number' ? given.positional[field] : given.named.get(field)),
        ),
      ];
    }
    const [first] = expr.args;
    if (method === 'join' && first) {
      const list = one(first.value, env);
      if (list.type !== 'list') return [derived(list, expr.span)];
      const items = list.items.map((item) => one(item.expr, item.env));
      const glue = object.value === '' ? [] : [object];
      return [
        joined(
          items.flatMap((item, at) => (at === 0 ? [item] : [...glue, item])),
          expr.span,
        ),
      ];
    }
    const given = expr.args.map((arg) => {
      const value = one(arg.value, env);
      return isText(value) ? value.value : undefined;
    });
    const made = textMethod(object, scriptMethods[method] ?? method, given);
    if (made === undefined) return [derived(object, expr.span)];
    if (!('type' in made))
      return [{ type: 'list', items: made.map((item) => later(item.span, () => [item])), ...known(expr.span) }];
    return [made];
  }

  function called(callee: Value, expr: CallExpr, env: Env): readonly Value[] {
    switch (callee.type) {
      case 'external':
        return libraryCall(evaluation, callee, expr, env);
      case 'module':
        return exported(callee.index, 'default', expr.span).flatMap((value) =>
          value.type === 'module' ? [unknown(expr.span)] : called(value, expr, env),
        );
      case 'class':
        return [
          { type: 'object', class: callee.class, env: callee.env, call: { call: expr, env }, ...known(expr.span) },
        ];
      case 'function': {
        const inside = envFor(callee, argumentsOf(expr, env));
        if (!inside) return [unknown(expr.span)];
        const values = isPython(inside.scope)
          ? returned(callee.function, inside)
          : withoutRefusals(returned(callee.function, inside));
        const name = callee.function.name;
        const settled = values.every((value) => isText(value) || (value.type === 'map' && value.entries.size > 0));
        const key = settled ? undefined : settingsGetterCall(expr, name ?? '', env);
        return key ?? through(values, { span: expr.span, note: `result of ${name ?? 'a function'}` });
      }
      case 'object': {
        const method = fieldOf(
          evaluation,
          { type: 'class', class: callee.class, env: callee.env, ...known(callee.span) },
          '__call__',
          expr,
        );
        return method?.flatMap((value) => called(value, expr, env)) ?? [unknown(expr.span)];
      }
      default:
        return [derived(callee, expr.span)];
    }
  }

  /** The surroundings inside of a function that is called. */
  function envFor(callee: ValueOf<'function'>, given: BoundArguments): Env | undefined {
    const scope = scopeFor(callee.function, callee.env);
    if (!scope) return undefined;
    const bindings = mergeArguments(callee.bound, given);
    return { scope, bindings, outer: callee.env, ...(callee.self && { self: callee.self }) };
  }

  const scopeFor = (shape: FunctionShape | ClassShape, env: Env): Scope | undefined =>
    project.programs.get(env.scope.program.file)?.scopes.get(shape);

  /** `get_config("server.host", "0.0.0.0")`: a function that only its name says something of. */
  function settingsGetterCall(expr: CallExpr, name: string, env: Env): readonly Value[] | undefined {
    const [first, second] = expr.args;
    if (!first || first.spread || !isSettingsGetter(name)) return undefined;
    const key = one(first.value, env);
    if (key.type !== 'string') return undefined;
    const spare =
      second && second.name === undefined && !second.spread
        ? second.value
        : expr.args.find((arg) => arg.name === 'default' || arg.name === 'fallback')?.value;
    return [settingOf(lookup, key.value.split('.'), undefined, expr.span, () => (spare ? one(spare, env) : undefined))];
  }

  /** What a function returns on this way. */
  function returned(shape: FunctionShape, env: Env): readonly Value[] {
    const values: Value[] = [];
    const visit = (block: readonly Statement[], fallback: boolean): void => {
      let spare = fallback;
      for (const statement of block) {
        const add = (inner: readonly Statement[], onlyThen = spare) => visit(inner, onlyThen);
        switch (statement.kind) {
          case 'return': {
            const found = statement.value
              ? evaluate(statement.value, env)
              : [{ type: 'none', ...known(statement.span) } as const];
            values.push(...(spare ? asFallback(found) : found));
            return;
          }
          case 'if': {
            const there = asksForFile(statement.test);
            add(statement.consequent, spare || there === false || answersWhereMissing(statement, block));
            add(statement.alternative, spare || there === true || answersWhereGiven(statement));
            if (there === true && statement.alternative.length === 0) spare = true;
            spare ||= answersWhereGiven(statement);
            break;
          }
          case 'try':
            add(statement.body);
            for (const handler of statement.handlers) add(handler.body, true);
            add(statement.otherwise);
            add(statement.finalizer);
            break;
          case 'loop':
          case 'with':
            add(statement.body);
            break;
          case 'switch':
            for (const branch of statement.branches) add(branch);
            break;
          case 'other':
            if (statement.body) add(statement.body);
            break;
          default:
        }
        if (values.length > maximumValues) return;
      }
    };
    visit(shape.body, false);
    if (values.length > 0) return values;
    return isGenerator(shape, env.scope) ? [unknown(shape.nameSpan)] : [{ type: 'none', ...known(shape.nameSpan) }];
  }

  function argumentsOf(call: CallExpr, env: Env): BoundArguments {
    const home = homeOf(env);
    let table = boundMemory.get(home);
    const kept = table?.get(call);
    if (kept) return kept;
    const cutsBefore = cuts;
    const positional: Lazy[] = [];
    const named = new Map<string, Lazy>();
    const rest: Value[] = [];
    let open = false;
    for (const arg of call.args) {
      if (arg.spread === 'list') {
        const list = one(arg.value, env);
        if (list.type === 'list') positional.push(...list.items);
        else open = true;
      } else if (arg.spread === 'map') {
        const map = one(arg.value, env);
        if (map.type === 'map') {
          for (const [key, value] of map.entries) named.set(key, value);
          if (map.rest) rest.push(...map.rest);
          open ||= map.open;
        } else {
          rest.push(map);
          open = true;
        }
      } else if (arg.name !== undefined) named.set(arg.name, { expr: arg.value, env });
      else positional.push({ expr: arg.value, env });
    }
    const bound = { positional, named, open, ...(rest.length > 0 && { rest }), span: call.span };
    if (cuts === cutsBefore) {
      if (!table) {
        table = new Map();
        boundMemory.set(home, table);
      }
      table.set(call, bound);
    }
    return bound;
  }

  const top = <T>(work: () => T): T => {
    if (depth === 0) steps = 0;
    return work();
  };

  const resolver: Resolver = {
    project,
    settle,
    partOf,
    variable: lookup.variable,
    basesOf: (shape, env) => top(() => basesOf(evaluation, shape, env)),
    argumentsOf: (call, env) => top(() => argumentsOf(call, env)),
    spreadFor(given, name) {
      const rest = given.rest?.at(-1);
      if (!rest) return undefined;
      const values = top(() => keyOf(rest, name, undefined));
      // It is written nowhere at the call.
      return values.some(isText) ? later({ ...rest.span, start: rest.span.end }, () => values) : undefined;
    },
    evaluate: (expr, env) => top(() => evaluate(expr, env)),
    callee: (site, env, only) => {
      const before = reading;
      reading = only ?? before;
      try {
        return top(() =>
          evaluate(site.call.callee, env).flatMap((value) =>
            value.type === 'module' ? exported(value.index, 'default', site.call.span) : [value],
          ),
        );
      } finally {
        reading = before;
      }
    },
  };
  const evaluation: Evaluation = {
    project: asked,
    lookup,
    resolver,
    evaluate,
    one,
    later,
    memberOf,
    itemOf,
    valuesOf,
    argumentsOf,
    argumentFor,
    returned,
    called,
    moduleNamed,
    exported,
    scopeFor,
  };
  return resolver;
}

/**
 * Of what a function gives, what is of use: one that turns a text into a number gives the text back, or false, where it is none.
 * @param values what it returns in all its branches
 */
function withoutRefusals(values: readonly Value[]): readonly Value[] {
  if (!values.some(isText)) return values;
  const useful = values.filter((value) => value.type !== 'boolean');
  const numbers = new Set(useful.flatMap((value) => (value.type === 'number' ? [String(value.value)] : [])));
  return useful.filter((value) => value.type !== 'string' || !numbers.has(value.value.trim()));
}

/** Methods of JavaScript's texts by the names that Python gives them. */
const scriptMethods: Readonly<Record<string, string>> = {
  trim: 'strip',
  trimStart: 'lstrip',
  trimEnd: 'rstrip',
  toLowerCase: 'lower',
  toUpperCase: 'upper',
  replaceAll: 'replace',
};

/** The expressions that a block itself returns. */
const returnedBy = (block: readonly Statement[]): readonly Expr[] =>
  block.flatMap((statement) => (statement.kind === 'return' && statement.value ? [statement.value] : []));

/** `if given: return given`: what comes after holds where nothing is given. */
function answersWhereGiven(statement: Extract<Statement, { kind: 'if' }>): boolean {
  const guard = guardOf(statement.test);
  if (guard?.when !== 'present') return false;
  return returnedBy(statement.consequent).some((value) => guard.places.some((place) => reads(value, place)));
}

/** `if not given: return default` before `return given`. */
function answersWhereMissing(statement: Extract<Statement, { kind: 'if' }>, block: readonly Statement[]): boolean {
  const guard = guardOf(statement.test);
  if (guard?.when !== 'absent') return false;
  return [...returnedBy(block), ...returnedBy(statement.alternative)].some((value) =>
    guard.places.some((place) => reads(value, place)),
  );
}

/** What calling a generator gives is not what it yields. */
function isGenerator(shape: FunctionShape, scope: Scope): boolean {
  return /\byield\b/.test(scope.program.text.slice(shape.span.start, shape.span.end));
}

/**
 * The statements of a scope that set `object.name`.
 * @param object the object as it is written: `config`, `mcp.settings`
 */
export function attributeAssignments(
  object: string,
  name: string,
  scope: Scope,
): Extract<Statement, { kind: 'assign' }>[] {
  if (!scope.changed.has(rootOf(object))) return [];
  return attributesSetIn(scope)
    .filter((setting) => setting.name === name && pathOf(setting.object) === object)
    .map((setting) => setting.statement);
}

/** `env.port`, `const { port } = environment`: the program's own object, because variables have large letters. */
const holdsOwnKeys = remembered((program: Program) =>
  remembered(({ span }: FunctionShape) =>
    /[eE]nv(?:ironment)?(?:\?\.|\.)[a-z]|\{\s*[a-z][^{}]{0,500}\}\s*=\s*(?:process)?_?[eE]nv(?:ironment)?\b/.test(
      program.text.slice(span.start, span.end),
    ),
  ),
);
