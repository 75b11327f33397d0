import type {
  CallExpr,
  ClassShape,
  Expr,
  FunctionShape,
  Handler,
  ImportedName,
  Param,
  Pattern,
  Program,
  Statement,
} from './syntax/call.ts';

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
}

/** How a name comes by its value at a place. */
export type Definition =
  | {
      readonly by: 'value';
      readonly value: Expr;
      /** From the whole value to this name: destructuring by index or key. */
      readonly path: readonly (string | number)[];
      readonly default?: Expr;
      readonly annotation?: Expr;
      readonly statement: Statement;
      /** Set in a handler, where the usual way has failed. */
      readonly fallback?: true;
    }
  | { readonly by: 'declared'; readonly annotation?: Expr; readonly statement: Statement; readonly fallback?: true }
  | {
      readonly by: 'import';
      readonly module: string;
      readonly name: ImportedName;
      readonly statement: Statement;
      readonly fallback?: true;
    }
  | {
      readonly by: 'function';
      readonly function: FunctionShape;
      readonly statement: Statement;
      readonly fallback?: true;
    }
  | { readonly by: 'class'; readonly class: ClassShape; readonly statement: Statement; readonly fallback?: true }
  | { readonly by: 'with'; readonly value: Expr; readonly statement: Statement; readonly fallback?: true }
  /** A loop's variable, an updated name, an exception: of no known value. */
  | { readonly by: 'other'; readonly statement: Statement; readonly fallback?: true };

function patternNames(pattern: Pattern, add: (name: string) => void): void {
  if (pattern.kind === 'name') add(pattern.name);
  else if (pattern.kind === 'list') for (const item of pattern.items) item && patternNames(item, add);
  else if (pattern.kind === 'keys') for (const entry of pattern.entries) patternNames(entry.target, add);
}

/** Where a name stands in a pattern. */
function pathTo(pattern: Pattern, name: string): { path: (string | number)[]; default?: Expr } | undefined {
  if (pattern.kind === 'name') return pattern.name === name ? { path: [] } : undefined;
  if (pattern.kind === 'list') {
    for (const [index, item] of pattern.items.entries()) {
      const inner = item && pathTo(item, name);
      if (inner) return { ...inner, path: [index, ...inner.path] };
    }
  }
  if (pattern.kind === 'keys') {
    for (const entry of pattern.entries) {
      const inner = pathTo(entry.target, name);
      if (inner) {
        const fallback = inner.default ?? entry.default;
        return { path: [entry.key, ...inner.path], ...(fallback && { default: fallback }) };
      }
    }
  }
  return undefined;
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

/** Reads a program once and lists its scopes, calls and texts. */
export function indexProgram(program: Program): ProgramIndex {
  const calls: CallSite[] = [];
  const texts: TextSite[] = [];
  const scopes = new Map<FunctionShape | ClassShape, Scope>();
  const functions: FunctionShape[] = [];
  const classes: ClassShape[] = [];

  const enter = (
    kind: Scope['kind'],
    parent: Scope | undefined,
    body: readonly Statement[],
    owner: FunctionShape | ClassShape | undefined,
  ): Scope => {
    const names = new Set<string>();
    const scope: Scope = {
      kind,
      parent,
      body,
      program,
      names,
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
    walkBlock(body, scope, [], names);
    return scope;
  };

  const walkExpr = (
    expr: Expr,
    scope: Scope,
    places: readonly Place[],
    around: readonly Expr[],
    names: Set<string>,
  ): void => {
    if (expr.kind === 'call') calls.push({ call: expr, scope, places, around });
    else if (expr.kind === 'string' || expr.kind === 'template') texts.push({ expr, scope, places, around });
    else if (expr.kind === 'assignment') patternNames(expr.target, (name) => names.add(name));
    else if (expr.kind === 'function') {
      functions.push(expr.function);
      for (const inner of functionExpressions(expr.function)) walkExpr(inner, scope, places, [...around, expr], names);
      enter('function', scope, expr.function.body, expr.function);
      return;
    }
    const children = childrenOf(expr);
    if (children.length === 0) return;
    const inside = [...around, expr];
    // The literal pieces of a template are not texts of their own.
    for (const child of children)
      if (!(expr.kind === 'template' && child.kind === 'string')) walkExpr(child, scope, places, inside, names);
  };

  const walkBlock = (block: readonly Statement[], scope: Scope, outer: readonly Place[], names: Set<string>): void => {
    for (const [at, statement] of block.entries()) {
      const here = [...outer, { statement, block, at }];
      for (const expr of expressionsOf(statement)) walkExpr(expr, scope, here, [], names);
      for (const inner of blocksOf(statement)) {
        walkBlock(
          inner.block,
          scope,
          [...outer, { statement, block, at, branch: inner.branch, ...(inner.handler && { handler: inner.handler }) }],
          names,
        );
      }
      switch (statement.kind) {
        case 'assign':
          for (const target of statement.targets) patternNames(target, (name) => names.add(name));
          break;
        case 'loop':
          if (statement.target) patternNames(statement.target, (name) => names.add(name));
          break;
        case 'with':
          for (const item of statement.items) if (item.target) patternNames(item.target, (name) => names.add(name));
          break;
        case 'try':
          for (const handler of statement.handlers) if (handler.name !== undefined) names.add(handler.name);
          break;
        case 'import':
          for (const name of statement.names) names.add(name.local);
          break;
        case 'function':
          if (statement.function.name !== undefined) names.add(statement.function.name);
          functions.push(statement.function);
          enter('function', scope, statement.function.body, statement.function);
          break;
        case 'class':
          if (statement.class.name !== undefined) names.add(statement.class.name);
          classes.push(statement.class);
          enter('class', scope, statement.class.body, statement.class);
          break;
        default:
      }
    }
  };

  const module = enter('module', undefined, program.body, undefined);
  return { program, module, calls, texts, scopes, functions, classes };
}

export interface Reaching {
  readonly definitions: readonly Definition[];
  /** Every way through sets the name. */
  readonly definite: boolean;
  /** No way leads past: it returns, raises or ends the process. */
  readonly leaves?: boolean;
}

const nothing: Reaching = { definitions: [], definite: false };

/** A name that is set in more places than this has no one value. */
const maximumDefinitions = 50;

function capped(definitions: readonly Definition[]): readonly Definition[] {
  if (definitions.length <= maximumDefinitions) return definitions;
  const kept = definitions.slice(-maximumDefinitions);
  return [{ by: 'other', statement: kept[0]!.statement }, ...kept];
}

function union(results: readonly Reaching[]): Reaching {
  const staying = results.filter((result) => !result.leaves);
  return {
    definitions: capped(staying.flatMap((result) => result.definitions)),
    definite: staying.every((result) => result.definite),
    leaves: staying.length === 0,
  };
}

const asFallback = (result: Reaching): Reaching => ({
  ...result,
  definitions: result.definitions.map((definition) => ({ ...definition, fallback: true as const })),
});

/** Does an expression speak of a name? */
export function mentions(expr: Expr, name: string): boolean {
  if (expr.kind === 'name') return expr.name === name;
  return childrenOf(expr).some((child) => mentions(child, name));
}

function endsProcess(expr: Expr): boolean {
  if (expr.kind !== 'call') return false;
  const callee = expr.callee;
  const name = callee.kind === 'member' ? callee.name : callee.kind === 'name' ? callee.name : '';
  return name === 'exit' || name === '_exit' || name === 'quit' || name === 'abort';
}

/** What was worked out for a statement with blocks of its own, by name. */
const effects = new WeakMap<Statement, Map<string, Reaching>>();

/** What a whole statement does to a name. */
function effectOf(statement: Statement, name: string): Reaching {
  if (blocksOf(statement).length === 0) return effectNow(statement, name);
  let known = effects.get(statement);
  if (!known) {
    known = new Map();
    effects.set(statement, known);
  }
  let effect = known.get(name);
  if (!effect) {
    effect = effectNow(statement, name);
    known.set(name, effect);
  }
  return effect;
}

function effectNow(statement: Statement, name: string): Reaching {
  switch (statement.kind) {
    case 'assign':
      for (const target of statement.targets) {
        const found = pathTo(target, name);
        if (!found) continue;
        if (statement.updates) return { definitions: [{ by: 'other', statement }], definite: true };
        if (!statement.value) {
          return {
            definitions: [
              { by: 'declared', statement, ...(statement.annotation && { annotation: statement.annotation }) },
            ],
            definite: false,
          };
        }
        return {
          definitions: [
            {
              by: 'value',
              value: statement.value,
              statement,
              ...found,
              ...(statement.annotation && { annotation: statement.annotation }),
            },
          ],
          definite: true,
        };
      }
      return nothing;
    case 'import': {
      const imported = statement.names.find((candidate) => candidate.local === name);
      return imported
        ? { definitions: [{ by: 'import', module: statement.module, name: imported, statement }], definite: true }
        : nothing;
    }
    case 'function':
      return statement.function.name === name
        ? { definitions: [{ by: 'function', function: statement.function, statement }], definite: true }
        : nothing;
    case 'class':
      return statement.class.name === name
        ? { definitions: [{ by: 'class', class: statement.class, statement }], definite: true }
        : nothing;
    case 'if': {
      const consequent = reaching(statement.consequent, name);
      // `if not host: host = ...` only fills in what is missing.
      const fills = statement.alternative.length === 0 && mentions(statement.test, name);
      return union([fills ? asFallback(consequent) : consequent, reaching(statement.alternative, name)]);
    }
    case 'switch':
      return union([...statement.branches.map((branch) => reaching(branch, name)), nothing]);
    case 'loop': {
      const body = reaching(statement.body, name);
      let target = false;
      if (statement.target) patternNames(statement.target, (set) => (target ||= set === name));
      return {
        definitions: target ? [...body.definitions, { by: 'other', statement }] : body.definitions,
        definite: false,
      };
    }
    case 'with': {
      for (const item of statement.items) {
        if (item.target?.kind === 'name' && item.target.name === name) {
          const body = reaching(statement.body, name);
          return body.definite
            ? body
            : { definitions: [{ by: 'with', value: item.value, statement }, ...body.definitions], definite: true };
        }
      }
      return reaching(statement.body, name);
    }
    case 'try': {
      const main = sequence([statement.body, statement.otherwise], name);
      const handlers = statement.handlers.map((handler) => asFallback(reaching(handler.body, name)));
      const both = union([main, ...handlers]);
      const last = reaching(statement.finalizer, name);
      return last.definite ? last : { ...both, definitions: [...both.definitions, ...last.definitions] };
    }
    case 'return':
    case 'raise':
      return { ...nothing, leaves: true };
    case 'expression':
      return endsProcess(statement.value) ? { ...nothing, leaves: true } : nothing;
    case 'other':
      return statement.body ? reaching(statement.body, name) : nothing;
  }
}

function join(before: Reaching, after: Reaching): Reaching {
  if (after.leaves) return { definitions: [], definite: false, leaves: true };
  return after.definite
    ? after
    : { definitions: capped([...before.definitions, ...after.definitions]), definite: before.definite };
}

function sequence(blocks: readonly (readonly Statement[])[], name: string): Reaching {
  return blocks.reduce(
    (state: Reaching, block) => (state.leaves ? state : join(state, reaching(block, name))),
    nothing,
  );
}

/** Where something happens to names in a block: positions of its statements, in their order. */
interface BlockIndex {
  readonly setting: ReadonlyMap<string, readonly number[]>;
  /** Statements that no way leads past. */
  readonly leaving: readonly number[];
}

const blockIndexes = new WeakMap<readonly Statement[], BlockIndex>();

function indexOf(block: readonly Statement[]): BlockIndex {
  const known = blockIndexes.get(block);
  if (known) return known;
  const setting = new Map<string, number[]>();
  const leaving: number[] = [];
  for (const [at, statement] of block.entries()) {
    for (const name of namesSetIn(statement)) {
      const places = setting.get(name);
      if (places) places.push(at);
      else setting.set(name, [at]);
    }
    // Nothing has an empty name, and whether a statement leaves does not depend on names.
    if (effectOf(statement, '').leaves) leaving.push(at);
  }
  const index = { setting, leaving };
  blockIndexes.set(block, index);
  return index;
}

/** Names that a statement, or one inside of it in the same scope, does something to. */
function namesSetIn(statement: Statement): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string) => names.add(name);
  if (statement.kind === 'assign') for (const target of statement.targets) patternNames(target, add);
  else if (statement.kind === 'import') for (const name of statement.names) add(name.local);
  else if (statement.kind === 'function') statement.function.name !== undefined && add(statement.function.name);
  else if (statement.kind === 'class') statement.class.name !== undefined && add(statement.class.name);
  else if (statement.kind === 'loop' && statement.target) patternNames(statement.target, add);
  else if (statement.kind === 'with') for (const item of statement.items) item.target && patternNames(item.target, add);
  for (const { block } of blocksOf(statement)) for (const name of indexOf(block).setting.keys()) add(name);
  return names;
}

/** How many of the sorted positions lie before a position. */
function countBefore(positions: readonly number[], position: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positions[middle]! < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What the statements from one position to another do to a name, where none of them leaves. */
function between(block: readonly Statement[], name: string, from: number, to: number): Reaching {
  const places = indexOf(block).setting.get(name) ?? [];
  let state = nothing;
  for (let at = countBefore(places, to) - 1; at >= 0 && places[at]! >= from; at--) {
    state = join(effectOf(block[places[at]!]!, name), state);
    if (state.definite || state.definitions.length > maximumDefinitions) break;
  }
  return state;
}

/** What a whole block does to a name. */
function reaching(block: readonly Statement[], name: string): Reaching {
  const leaves = indexOf(block).leaving.some((at) => effectOf(block[at]!, name).leaves);
  return leaves ? { definitions: [], definite: false, leaves } : between(block, name, 0, block.length);
}

/** What happened to a name before an offset in a block. */
function before(block: readonly Statement[], name: string, offset: number): Reaching {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { start, end } = block[middle]!.span;
    if (start < offset && end <= offset) low = middle + 1;
    else high = middle;
  }
  const { leaving } = indexOf(block);
  let left = countBefore(leaving, low) - 1;
  while (left >= 0 && !effectOf(block[leaving[left]!]!, name).leaves) left--;
  const state = between(block, name, left < 0 ? 0 : leaving[left]! + 1, low);
  const around = block[low];
  return around && around.span.start < offset ? join(state, within(around, name, offset)) : state;
}

function within(statement: Statement, name: string, offset: number): Reaching {
  const holds = (block: readonly Statement[]) =>
    block.length > 0 && block[0]!.span.start <= offset && offset < block[block.length - 1]!.span.end;
  if (statement.kind === 'try') {
    if (holds(statement.body)) return before(statement.body, name, offset);
    if (holds(statement.otherwise))
      return join(reaching(statement.body, name), before(statement.otherwise, name, offset));
    for (const handler of statement.handlers) {
      if (holds(handler.body)) {
        const tried = reaching(statement.body, name);
        return join({ ...tried, definite: false, leaves: false }, before(handler.body, name, offset));
      }
    }
    if (holds(statement.finalizer))
      return join(effectOf({ ...statement, finalizer: [] }, name), before(statement.finalizer, name, offset));
    return nothing;
  }
  if (statement.kind === 'with') {
    const item = statement.items.find(
      (candidate) => candidate.target?.kind === 'name' && candidate.target.name === name,
    );
    const opened: Reaching = item
      ? { definitions: [{ by: 'with', value: item.value, statement }], definite: true }
      : nothing;
    return holds(statement.body) ? join(opened, before(statement.body, name, offset)) : nothing;
  }
  if (statement.kind === 'loop') {
    const opened: Reaching = { ...effectOf({ ...statement, body: [] }, name) };
    return holds(statement.body)
      ? join({ ...opened, definite: opened.definitions.length > 0 }, before(statement.body, name, offset))
      : nothing;
  }
  if (statement.kind === 'function' || statement.kind === 'class') return nothing;
  for (const inner of blocksOf(statement)) if (holds(inner.block)) return before(inner.block, name, offset);
  return nothing;
}

/**
 * The definitions of a name that may hold at a place.
 * @param scope the scope that declares the name
 * @param offset the place, when it lies in the scope's own body; undefined for a look from an inner scope, which runs later
 */
export function definitionsOf(scope: Scope, name: string, offset: number | undefined): Reaching {
  return offset === undefined ? reaching(scope.body, name) : before(scope.body, name, offset);
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
