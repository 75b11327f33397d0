import type {
  CallExpr,
  ClassShape,
  Expr,
  FunctionShape,
  Handler,
  Param,
  Pattern,
  Program,
  Statement,
} from '../syntax/call.ts';
import { pathOf, rootOf } from './paths.ts';

/** A stretch of code in which names live. */
export interface Scope {
  readonly kind: 'module' | 'function' | 'class';
  readonly parent: Scope | undefined;
  readonly body: readonly Statement[];
  readonly function?: FunctionShape;
  readonly class?: ClassShape;
  readonly program: Program;
  /** Every name that is set or declared directly in this scope. */
  readonly names: ReadonlySet<string>;
  /** Names whose attributes or items are set here, whoever declares them. */
  readonly changed: ReadonlySet<string>;
}

/** One statement on the way from a scope's body to a place in it, outermost first. */
export interface Place {
  readonly statement: Statement;
  readonly block: readonly Statement[];
  readonly at: number;
  /** Which part of `statement` the way goes on in; absent at the end of the way. */
  readonly branch?: 'body' | 'handler' | 'otherwise' | 'finalizer' | 'consequent' | 'alternative' | `case ${number}`;
  readonly handler?: Handler;
}

export interface CallSite {
  readonly call: CallExpr;
  readonly scope: Scope;
  readonly places: readonly Place[];
  /** The expressions around the call within its statement, outermost first. */
  readonly around: readonly Expr[];
  /** Nobody wrote this call: what is written hands a function and its arguments to a thread, a process or an executor. */
  readonly started?: {
    readonly via: 'call' | 'thread' | 'process' | 'task';
    readonly by: CallSite;
    /** The arguments stand in lists and mappings of their own. */
    readonly packed: boolean;
  };
}

/** An expression that a reader may want with its surroundings: texts and templates. */
export interface TextSite {
  readonly expr: Extract<Expr, { kind: 'string' | 'template' }>;
  readonly scope: Scope;
  readonly places: readonly Place[];
  readonly around: readonly Expr[];
}

export interface ProgramIndex {
  readonly program: Program;
  readonly module: Scope;
  readonly calls: readonly CallSite[];
  readonly texts: readonly TextSite[];
  readonly scopes: ReadonlyMap<FunctionShape | ClassShape, Scope>;
  readonly functions: readonly FunctionShape[];
  readonly classes: readonly ClassShape[];
  /** Functions that set a name of a scope around them, which they declare `global` or `nonlocal`. */
  readonly setters: ReadonlyMap<string, readonly Scope[]>;
  /** Scopes that set attributes or items of a name. */
  readonly changers: ReadonlyMap<string, readonly Scope[]>;
}

const changingMethods = /^(update|setdefault|pop|popitem|clear|append|extend|insert|remove|sort|reverse|from_\w+)$/;

/** The place whose attributes or items a call changes: `options` for `options.update(...)` and for `setattr(options, ...)`. */
export function changedBy(call: CallExpr): string | undefined {
  const { callee } = call;
  if (callee.kind === 'member') return changingMethods.test(callee.name) ? pathOf(callee.object) : undefined;
  const first = call.args[0]?.value;
  return callee.kind === 'name' && callee.name === 'setattr' && first ? pathOf(first) : undefined;
}

/** The places that a pattern sets which are no plain names: `options["host"]`, `config.host`. */
export function changedPlaces(pattern: Pattern, add: (place: string) => void): void {
  if (pattern.kind === 'list') for (const item of pattern.items) item && changedPlaces(item, add);
  else if (pattern.kind === 'keys') for (const entry of pattern.entries) changedPlaces(entry.target, add);
  else if (pattern.kind === 'member' || pattern.kind === 'index') {
    const place = pathOf(pattern) ?? pathOf(pattern.object);
    if (place !== undefined) add(place);
  }
}

/** Calls back with every name that a pattern binds. */
export function patternNames(pattern: Pattern, add: (name: string) => void): void {
  if (pattern.kind === 'name') add(pattern.name);
  else if (pattern.kind === 'list') for (const item of pattern.items) item && patternNames(item, add);
  else if (pattern.kind === 'keys') for (const entry of pattern.entries) patternNames(entry.target, add);
}

/** Where a place (a name, or a path such as `args.host`) stands in a pattern. */
export function pathTo(
  pattern: Pattern,
  place: string,
): { path: readonly (string | number)[]; default?: Expr } | undefined {
  switch (pattern.kind) {
    case 'name':
      return pattern.name === place ? { path: [] } : undefined;
    case 'member':
    case 'index':
      return place !== rootOf(place) && pathOf(pattern) === place ? { path: [] } : undefined;
    case 'list':
      for (const [index, item] of pattern.items.entries()) {
        const inner = item && pathTo(item, place);
        if (inner) return { ...inner, path: [index, ...inner.path] };
      }
      return undefined;
    case 'keys':
      for (const entry of pattern.entries) {
        const inner = pathTo(entry.target, place);
        if (!inner) continue;
        const fallback = inner.default ?? entry.default;
        return { path: [entry.key, ...inner.path], ...(fallback && { default: fallback }) };
      }
      return undefined;
    case 'other':
      return undefined;
  }
}

/** The expressions directly inside an expression. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'member':
      return [expr.object];
    case 'index':
      return [expr.object, expr.index];
    case 'call':
      return [expr.callee, ...expr.args.map((arg) => arg.value)];
    case 'object':
      return expr.entries.map((entry) => entry.value);
    case 'array':
      return expr.items;
    case 'template':
      return expr.parts;
    case 'binary':
      return [expr.left, expr.right];
    case 'unary':
      return [expr.operand];
    case 'conditional':
      return [expr.test, expr.consequent, expr.alternative];
    case 'await':
      return [expr.value];
    case 'assignment':
      return [expr.value];
    case 'other':
      return expr.parts;
    default:
      return [];
  }
}

/** Blocks of statements inside a statement that belong to the same scope, with the branch they are. */
export function blocksOf(
  statement: Statement,
): readonly { block: readonly Statement[]; branch: NonNullable<Place['branch']>; handler?: Handler }[] {
  switch (statement.kind) {
    case 'if':
      return [
        { block: statement.consequent, branch: 'consequent' },
        { block: statement.alternative, branch: 'alternative' },
      ];
    case 'loop':
    case 'with':
      return [{ block: statement.body, branch: 'body' }];
    case 'try':
      return [
        { block: statement.body, branch: 'body' },
        ...statement.handlers.map((handler) => ({ block: handler.body, branch: 'handler' as const, handler })),
        { block: statement.otherwise, branch: 'otherwise' },
        { block: statement.finalizer, branch: 'finalizer' },
      ];
    case 'switch':
      return statement.branches.map((block, index) => ({ block, branch: `case ${index}` as const }));
    case 'other':
      return statement.body ? [{ block: statement.body, branch: 'body' }] : [];
    default:
      return [];
  }
}

/** The expressions that stand directly in a statement, decorators, defaults and bases included. */
export function expressionsOf(statement: Statement): readonly Expr[] {
  switch (statement.kind) {
    case 'expression':
      return [statement.value];
    case 'assign': {
      const targets = statement.targets.flatMap((target) =>
        target.kind === 'member' ? [target.object] : target.kind === 'index' ? [target.object, target.index] : [],
      );
      return statement.value ? [...targets, statement.value] : targets;
    }
    case 'if':
      return [statement.test];
    case 'loop':
      return statement.over ? [statement.over] : [];
    case 'try':
      return statement.handlers.flatMap((handler) => handler.types);
    case 'with':
      return statement.items.map((item) => item.value);
    case 'switch':
      return [statement.value];
    case 'function':
      return functionExpressions(statement.function);
    case 'class':
      return [...statement.class.decorators, ...statement.class.bases];
    case 'return':
    case 'raise':
      return statement.value ? [statement.value] : [];
    case 'other':
      return statement.parts;
    case 'import':
      return [];
  }
}

function functionExpressions(shape: FunctionShape): Expr[] {
  return [
    ...shape.decorators,
    ...shape.params.flatMap((param) => [param.default, param.annotation].filter((expr) => expr !== undefined)),
  ];
}

/** What is found out about a scope while its body is read. */
interface Found {
  readonly names: Set<string>;
  readonly changed: Set<string>;
  /** Declared `global` or `nonlocal`; in JavaScript set and not declared. */
  readonly outside: Set<string>;
}

/**
 * Reads a program once and lists its scopes, calls and texts.
 * @param program a file of code as its parser gives it
 */
export function indexProgram(program: Program): ProgramIndex {
  const calls: CallSite[] = [];
  const texts: TextSite[] = [];
  const scopes = new Map<FunctionShape | ClassShape, Scope>();
  const functions: FunctionShape[] = [];
  const classes: ClassShape[] = [];
  const setters = new Map<string, Scope[]>();
  const changers = new Map<string, Scope[]>();
  const globals = new Set<string>();
  const isPython = program.language === 'python';
  const add = (map: Map<string, Scope[]>, name: string, scope: Scope) => {
    const list = map.get(name);
    if (list) list.push(scope);
    else map.set(name, [scope]);
  };

  const enter = (
    kind: Scope['kind'],
    parent: Scope | undefined,
    body: readonly Statement[],
    owner: FunctionShape | ClassShape | undefined,
  ): { scope: Scope; names: Set<string> } => {
    const found: Found = { names: new Set(), changed: new Set(), outside: new Set() };
    const { names, changed, outside } = found;
    const declared = isPython ? undefined : names;
    const scope: Scope = {
      kind,
      parent,
      body,
      program,
      names,
      changed,
      ...(kind === 'function' && { function: owner as FunctionShape }),
      ...(kind === 'class' && { class: owner as ClassShape }),
    };
    if (owner) scopes.set(owner, scope);
    if (kind === 'function') {
      for (const param of (owner as FunctionShape).params) {
        names.add(param.name);
        if (param.pattern) patternNames(param.pattern, (name) => names.add(name));
      }
    }
    walkBlock(body, scope, [], found);
    if (declared) {
      for (const name of outside) if (!declared.has(name)) add(setters, name, scope);
    } else for (const name of outside) if (names.delete(name)) add(setters, name, scope);
    for (const name of changed) add(changers, name, scope);
    return { scope, names };
  };

  const walkExpr = (
    expr: Expr,
    scope: Scope,
    places: readonly Place[],
    around: readonly Expr[],
    found: Found,
  ): void => {
    if (expr.kind === 'call') {
      calls.push({ call: expr, scope, places, around });
      const changed = changedBy(expr);
      if (changed !== undefined) found.changed.add(rootOf(changed));
    } else if (expr.kind === 'string' || expr.kind === 'template') texts.push({ expr, scope, places, around });
    else if (expr.kind === 'assignment')
      patternNames(expr.target, (name) => (isPython ? found.names : found.outside).add(name));
    else if (expr.kind === 'function') {
      functions.push(expr.function);
      for (const inner of functionExpressions(expr.function)) walkExpr(inner, scope, places, [...around, expr], found);
      enter('function', scope, expr.function.body, expr.function);
      return;
    }
    const children = childrenOf(expr);
    if (children.length === 0) return;
    const inside = [...around, expr];
    // The literal pieces of a template are not texts of their own.
    for (const child of children)
      if (!(expr.kind === 'template' && child.kind === 'string')) walkExpr(child, scope, places, inside, found);
  };

  const setBy = (pattern: Pattern, found: Found, declares = true): void => {
    patternNames(pattern, (name) => (declares ? found.names : found.outside).add(name));
    changedPlaces(pattern, (place) => found.changed.add(rootOf(place)));
  };

  const walkBlock = (block: readonly Statement[], scope: Scope, outer: readonly Place[], found: Found): void => {
    for (const [at, statement] of block.entries()) {
      const here = [...outer, { statement, block, at }];
      for (const expr of expressionsOf(statement)) walkExpr(expr, scope, here, [], found);
      for (const inner of blocksOf(statement)) {
        walkBlock(
          inner.block,
          scope,
          [...outer, { statement, block, at, branch: inner.branch, ...(inner.handler && { handler: inner.handler }) }],
          found,
        );
      }
      switch (statement.kind) {
        case 'assign':
          for (const target of statement.targets)
            setBy(target, found, isPython || (statement.declares?.includes(target) ?? false));
          break;
        case 'loop':
          if (statement.target) setBy(statement.target, found);
          break;
        case 'with':
          for (const item of statement.items) if (item.target) setBy(item.target, found);
          break;
        case 'try':
          for (const handler of statement.handlers) if (handler.name !== undefined) found.names.add(handler.name);
          break;
        case 'import':
          for (const name of statement.names) found.names.add(name.local);
          break;
        case 'function':
          if (statement.function.name !== undefined) found.names.add(statement.function.name);
          functions.push(statement.function);
          enter('function', scope, statement.function.body, statement.function);
          break;
        case 'class':
          if (statement.class.name !== undefined) found.names.add(statement.class.name);
          classes.push(statement.class);
          enter('class', scope, statement.class.body, statement.class);
          break;
        case 'other': {
          const declared = outsideNames(program, statement);
          for (const name of declared?.names ?? []) {
            found.outside.add(name);
            if (declared!.word === 'global') globals.add(name);
          }
          break;
        }
        default:
      }
    }
  };

  const { scope: module, names } = enter('module', undefined, program.body, undefined);
  for (const name of globals) names.add(name);
  // What nobody declares is the module's own.
  if (!isPython)
    for (const [name, scopes] of setters) if (scopes.some((scope) => !scopeOf(scope, name))) names.add(name);
  return { program, module, calls, texts, scopes, functions, classes, setters, changers };
}

/** The names of a `global` or `nonlocal` statement, which the parser hands on as nothing of interest. */
function outsideNames(program: Program, statement: Statement): { word: string; names: string[] } | undefined {
  if (program.language !== 'python') return undefined;
  const text = program.text.slice(statement.span.start, Math.min(statement.span.end, statement.span.start + 2_000));
  const match = /^(global|nonlocal)\s+([\w\s,]+)/.exec(text);
  return match ? { word: match[1]!, names: match[2]!.split(',').map((name) => name.trim()) } : undefined;
}

/** Does an expression speak of a name? */
export function mentions(expr: Expr, name: string): boolean {
  if (expr.kind === 'name') return expr.name === name;
  return childrenOf(expr).some((child) => mentions(child, name));
}

/** The parameter of a function by its name. */
export function paramOf(
  shape: FunctionShape,
  name: string,
): { param: Param; path: readonly (string | number)[]; default?: Expr } | undefined {
  for (const param of shape.params) {
    if (param.pattern) {
      const found = pathTo(param.pattern, name);
      if (found) return { param, ...found };
    } else if (param.name === name) {
      return { param, path: [], ...(param.default && { default: param.default }) };
    }
  }
  return undefined;
}

/** The nearest scope that declares a name, class bodies passed over from inside functions as Python does. */
export function scopeOf(scope: Scope, name: string): Scope | undefined {
  let inner: Scope | undefined = scope;
  while (inner) {
    if (inner.names.has(name) && (inner.kind !== 'class' || inner === scope)) return inner;
    inner = inner.parent;
  }
  return undefined;
}
