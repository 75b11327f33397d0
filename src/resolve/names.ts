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
  /** JavaScript: the names that blocks in this scope declare for themselves. */
  readonly scoped?: ReadonlyMap<string, ScopedName>;
  /** Names whose attributes or items are set here, whoever declares them. */
  readonly changed: ReadonlySet<string>;
}

/** Where in a scope a name is declared that blocks declare for themselves. */
export interface ScopedName {
  /** In the order of their starts. */
  readonly blocks: readonly ScopedBlock[];
  /** The whole scope has such a name too. */
  readonly outside: boolean;
}

/** A block that declares a name for itself. */
export interface ScopedBlock {
  readonly block: readonly Statement[];
  /** The loop whose variable the name is. */
  readonly loop?: Extract<Statement, { kind: 'loop' }>;
  readonly start: number;
  readonly end: number;
  /** The nearest block around it that declares the same name. */
  readonly around: ScopedBlock | undefined;
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
  /** What is awaited that is no call. */
  readonly awaited: readonly { readonly expr: Expr; readonly scope: Scope; readonly places: readonly Place[] }[];
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
  /** JavaScript: declared by blocks for themselves. */
  readonly scoped: Map<string, { block: readonly Statement[]; loop?: Extract<Statement, { kind: 'loop' }> }[]>;
}

/**
 * Reads a program once and lists its scopes, calls and texts.
 * @param program a file of code as its parser gives it
 */
export function indexProgram(program: Program): ProgramIndex {
  const calls: CallSite[] = [];
  const awaited: ProgramIndex['awaited'][number][] = [];
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
    const found: Found = { names: new Set(), changed: new Set(), outside: new Set(), scoped: new Map() };
    const { names, changed, outside } = found;
    const declared = isPython ? undefined : names;
    const scoped = new Map<string, ScopedName>();
    const scope: Scope = {
      kind,
      parent,
      body,
      program,
      names,
      ...(declared && { scoped }),
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
      for (const [name, blocks] of found.scoped) {
        scoped.set(name, { blocks: nested(blocks), outside: declared.has(name) });
        declared.add(name);
      }
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
    else if (expr.kind === 'await' && expr.value.kind !== 'call') awaited.push({ expr: expr.value, scope, places });
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

  const setBy = (pattern: Pattern, found: Found, declare: ((name: string) => void) | undefined): void => {
    patternNames(pattern, declare ?? ((name) => found.outside.add(name)));
    changedPlaces(pattern, (place) => found.changed.add(rootOf(place)));
  };

  const walkBlock = (block: readonly Statement[], scope: Scope, outer: readonly Place[], found: Found): void => {
    const declareIn = (block: readonly Statement[], loop?: Extract<Statement, { kind: 'loop' }>) => (name: string) => {
      const blocks = found.scoped.get(name) ?? [];
      if (blocks.at(-1)?.block !== block) blocks.push({ block, ...(loop && { loop }) });
      found.scoped.set(name, blocks);
    };
    const declareHere = (name: string) => found.names.add(name);
    for (const [at, statement] of block.entries()) {
      const here = [...outer, { statement, block, at }];
      const isScoped = 'scoped' in statement && statement.scoped === true;
      const declare = isScoped && outer.length > 0 ? declareIn(block) : declareHere;
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
            setBy(target, found, isPython || statement.declares?.includes(target) ? declare : undefined);
          break;
        case 'loop':
          if (statement.target)
            setBy(statement.target, found, isScoped ? declareIn(statement.body, statement) : declareHere);
          break;
        case 'with':
          for (const item of statement.items) if (item.target) setBy(item.target, found, declareHere);
          break;
        case 'try':
          for (const handler of statement.handlers) if (handler.name !== undefined) found.names.add(handler.name);
          break;
        case 'import':
          for (const name of statement.names) declare(name.local);
          break;
        case 'function':
          if (statement.function.name !== undefined) found.names.add(statement.function.name);
          functions.push(statement.function);
          enter('function', scope, statement.function.body, statement.function);
          break;
        case 'class':
          if (statement.class.name !== undefined) declare(statement.class.name);
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
  return { program, module, calls, texts, awaited, scopes, functions, classes, setters, changers };
}

/** The names of a `global` or `nonlocal` statement, which the parser hands on as nothing of interest. */
function outsideNames(program: Program, statement: Statement): { word: string; names: string[] } | undefined {
  if (program.language !== 'python') return undefined;
  const text = program.text.slice(statement.span.start, Math.min(statement.span.end, statement.span.start + 2_000));
  const match = /^(global|nonlocal)\s+([\w\s,]+)/.exec(text);
  return match ? { word: match[1]!, names: match[2]!.split(',').map((name) => name.trim()) } : undefined;
}

/** The last part of a name: `serve` of `server.serve`; nothing for what has no name. */
export const lastName = (expr: Expr): string => (expr.kind === 'name' || expr.kind === 'member' ? expr.name : '');

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

/**
 * The nearest scope that declares a name, class bodies passed over from inside functions as Python does.
 * @param offset where the name stands: what a block declares for itself is not known outside of it
 */
export function scopeOf(scope: Scope, name: string, offset?: number): Scope | undefined {
  let inner: Scope | undefined = scope;
  while (inner) {
    if (inner.names.has(name) && (inner.kind !== 'class' || inner === scope) && isKnownAt(inner, name, offset))
      return inner;
    inner = inner.parent;
  }
  return undefined;
}

function isKnownAt(scope: Scope, name: string, offset: number | undefined): boolean {
  const scoped = scope.scoped?.get(name);
  return !scoped || scoped.outside || offset === undefined || blockDeclaring(scope, name, offset) !== undefined;
}

/** The innermost block around an offset that declares a name for itself. */
export function blockDeclaring(scope: Scope, name: string, offset: number): ScopedBlock | undefined {
  const blocks = scope.scoped?.get(name)?.blocks ?? [];
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blocks[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  let block = blocks[low - 1];
  while (block && block.end <= offset) block = block.around;
  return block;
}

/** Blocks in the order of their starts, each with the one around it. */
function nested(declared: readonly Pick<ScopedBlock, 'block' | 'loop'>[]): ScopedBlock[] {
  const placed = declared
    .filter(({ block }) => block.length > 0)
    .map(({ block, loop }) => ({
      block,
      ...(loop && { loop }),
      start: block[0]!.span.start,
      end: block[block.length - 1]!.span.end,
    }))
    .sort((one, other) => one.start - other.start || other.end - one.end);
  const blocks: ScopedBlock[] = [];
  for (const one of placed) {
    let around = blocks.at(-1);
    while (around && around.end <= one.start) around = around.around;
    blocks.push({ ...one, around });
  }
  return blocks;
}
