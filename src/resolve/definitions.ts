import { remembered } from '../remembered.ts';
import type { CallExpr, ClassShape, Expr, FunctionShape, ImportedName, Pattern, Statement } from '../syntax/call.ts';
import {
  blockDeclaring,
  blocksOf,
  changedBy,
  changedPlaces,
  childrenOf,
  expressionsOf,
  pathTo,
  patternNames,
  type Scope,
} from './names.ts';
import { guardOf, leadsThrough, pathOf, reads, rootOf } from './paths.ts';

interface Common {
  readonly statement: Statement;
  /** Holds only where the usual way gives nothing: set in a handler, or where a test has found nothing. */
  readonly fallback?: true;
}

/** How a place (a name, `args.host`, `options[host]`) comes by its value. */
export type Definition = Common &
  (
    | {
        readonly by: 'value';
        readonly value: Expr;
        /** From the whole value to this place: destructuring by index or key. */
        readonly path: readonly (string | number)[];
        readonly default?: Expr;
        readonly annotation?: Expr;
      }
    | { readonly by: 'declared'; readonly annotation?: Expr }
    | { readonly by: 'import'; readonly module: string; readonly name: ImportedName }
    | { readonly by: 'function'; readonly function: FunctionShape }
    | { readonly by: 'class'; readonly class: ClassShape }
    | { readonly by: 'with'; readonly value: Expr }
    /** The object that the place is in was made anew, so the place holds what that object says. */
    | { readonly by: 'whole' }
    /** `options.update(value)`: what the value has under the key, else what was there before. */
    | { readonly by: 'update'; readonly value: Expr; readonly key: string; readonly previous: Reaching }
    /** A loop's variable, an updated name, an exception: of no known value. */
    | { readonly by: 'other' }
  );

/** The definitions of a place that may hold at a point of the program. */
export interface Reaching {
  readonly definitions: readonly Definition[];
  /** Every way through sets the place. */
  readonly definite: boolean;
  /** No way leads past: it returns, raises or ends the process. */
  readonly leaves?: boolean;
  /** Where these hold, what was set before was only the fallback: `if given: host = given`. */
  readonly overrides?: boolean;
}

const nothing: Reaching = { definitions: [], definite: false };

/** A place that is set in more ways than this has no one value. */
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

function withoutFallback(definition: Definition): Definition {
  const { fallback: _fallback, ...rest } = definition;
  return rest as Definition;
}

function join(before: Reaching, after: Reaching): Reaching {
  if (after.leaves) return { ...nothing, leaves: true };
  const definitions = after.definitions.map((definition) =>
    definition.by === 'update' ? { ...definition, previous: join(before, definition.previous) } : definition,
  );
  if (after.definite) return { definitions, definite: true };
  const earlier = after.overrides ? asFallback(before) : before;
  const overrides = !before.definite && (before.overrides || after.overrides);
  return {
    definitions: capped([...earlier.definitions, ...definitions]),
    definite: before.definite,
    ...(overrides && { overrides }),
  };
}

function sequence(blocks: readonly (readonly Statement[])[], place: string): Reaching {
  return blocks.reduce(
    (state: Reaching, block) => (state.leaves ? state : join(state, reaching(block, place))),
    nothing,
  );
}

/** Where something happens to places in a block: positions of its statements, in their order, by the name a place starts with. */
interface BlockIndex {
  readonly setting: ReadonlyMap<string, readonly number[]>;
  /** Statements that no way leads past. */
  readonly leaving: readonly number[];
  /** Names that the block declares for itself, if it is not the body of a scope. */
  readonly scoped: ReadonlySet<string>;
}

const blockIndexes = new WeakMap<readonly Statement[], BlockIndex>();

function indexOf(block: readonly Statement[]): BlockIndex {
  const known = blockIndexes.get(block);
  if (known) return known;
  const setting = new Map<string, number[]>();
  const leaving: number[] = [];
  const scoped = new Set<string>();
  for (const [at, statement] of block.entries()) {
    for (const name of scopedBy(statement)) scoped.add(name);
    for (const name of rootsSetIn(statement)) {
      const places = setting.get(name);
      if (places) places.push(at);
      else setting.set(name, [at]);
    }
    // Nothing has an empty name, and whether a statement leaves does not depend on names.
    if (effectOf(statement, '').leaves) leaving.push(at);
  }
  const index = { setting, leaving, scoped };
  blockIndexes.set(block, index);
  return index;
}

/** The names that a statement declares for its block. */
function scopedBy(statement: Statement): readonly string[] {
  const names: string[] = [];
  if (!('scoped' in statement) || !statement.scoped) return names;
  if (statement.kind === 'assign')
    for (const target of statement.declares ?? []) patternNames(target, (name) => names.push(name));
  else if (statement.kind === 'import') names.push(...statement.names.map(({ local }) => local));
  else if (statement.kind === 'class' && statement.class.name !== undefined) names.push(statement.class.name);
  return names;
}

/** The names that a statement, or one inside of it in the same scope, does something to, or to something in them. */
function rootsSetIn(statement: Statement): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string) => names.add(name);
  const bind = (pattern: Pattern) => {
    patternNames(pattern, add);
    changedPlaces(pattern, (place) => add(rootOf(place)));
  };
  if (statement.kind === 'assign') for (const target of statement.targets) bind(target);
  else if (statement.kind === 'import') for (const name of statement.names) add(name.local);
  else if (statement.kind === 'function') statement.function.name !== undefined && add(statement.function.name);
  else if (statement.kind === 'class') statement.class.name !== undefined && add(statement.class.name);
  else if (statement.kind === 'loop' && statement.target && !statement.scoped) bind(statement.target);
  else if (statement.kind === 'with') for (const item of statement.items) item.target && bind(item.target);
  for (const expr of changingIn(statement)) {
    if (expr.kind === 'assignment') patternNames(expr.target, add);
    else if (expr.kind === 'call') add(rootOf(changedBy(expr)!));
  }
  for (const { block } of blocksOf(statement)) {
    const { setting, scoped } = indexOf(block);
    for (const name of setting.keys()) if (!scoped.has(name)) add(name);
  }
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

/** Nothing earlier matters any more. */
const isComplete = (state: Reaching): boolean =>
  state.definite &&
  state.definitions.every((definition) => definition.by !== 'update' || isComplete(definition.previous));

/** What the statements from one position to another do to a place, where none of them leaves. */
function between(block: readonly Statement[], place: string, from: number, to: number): Reaching {
  const places = indexOf(block).setting.get(rootOf(place)) ?? [];
  let state = nothing;
  for (let at = countBefore(places, to) - 1; at >= 0 && places[at]! >= from; at--) {
    state = join(effectOf(block[places[at]!]!, place), state);
    if (isComplete(state) || state.definitions.length > maximumDefinitions) break;
  }
  return state;
}

/** What a whole block does to a place. */
function reaching(block: readonly Statement[], place: string): Reaching {
  const { leaving, scoped } = indexOf(block);
  const leaves = leaving.some((at) => effectOf(block[at]!, place).leaves);
  if (leaves) return { ...nothing, leaves };
  return scoped.has(rootOf(place)) ? nothing : between(block, place, 0, block.length);
}

function endsProcess(expr: Expr): boolean {
  if (expr.kind !== 'call') return false;
  const { callee } = expr;
  const name = callee.kind === 'member' ? callee.name : callee.kind === 'name' ? callee.name : '';
  return name === 'exit' || name === '_exit' || name === 'quit' || name === 'abort';
}

/** What was worked out for a statement with blocks of its own, by place. */
const effects = new WeakMap<Statement, Map<string, Reaching>>();

/** What a whole statement does to a place. */
function effectOf(statement: Statement, place: string): Reaching {
  if (blocksOf(statement).length === 0) return effectNow(statement, place);
  let known = effects.get(statement);
  if (!known) {
    known = new Map();
    effects.set(statement, known);
  }
  let effect = known.get(place);
  if (!effect) {
    effect = effectNow(statement, place);
    known.set(place, effect);
  }
  return effect;
}

function effectNow(statement: Statement, place: string): Reaching {
  const inside = inExpressions(statement, place);
  const own = effectOfStatement(statement, place);
  return inside ? join(inside, own) : own;
}

function effectOfStatement(statement: Statement, place: string): Reaching {
  switch (statement.kind) {
    case 'assign':
      return effectOfAssignment(statement, place);
    case 'import': {
      const imported = statement.names.find((candidate) => candidate.local === rootOf(place));
      if (!imported) return nothing;
      return place === imported.local
        ? { definitions: [{ by: 'import', module: statement.module, name: imported, statement }], definite: true }
        : whole(statement);
    }
    case 'function':
      if (statement.function.name !== rootOf(place)) return nothing;
      return statement.function.name === place
        ? { definitions: [{ by: 'function', function: statement.function, statement }], definite: true }
        : whole(statement);
    case 'class':
      if (statement.class.name !== rootOf(place)) return nothing;
      return statement.class.name === place
        ? { definitions: [{ by: 'class', class: statement.class, statement }], definite: true }
        : whole(statement);
    case 'if':
      return effectOfBranches(
        statement.test,
        reaching(statement.consequent, place),
        statement.alternative.length === 0 ? undefined : reaching(statement.alternative, place),
        place,
      );
    case 'switch':
      return union([...statement.branches.map((branch) => reaching(branch, place)), nothing]);
    case 'loop': {
      const body = reaching(statement.body, place);
      if (setsForItself(statement, place)) return nothing;
      const opened = statement.target ? effectOfPattern(statement.target, place, statement) : nothing;
      return { definitions: [...opened.definitions, ...body.definitions], definite: false };
    }
    case 'with': {
      const opened = openedBy(statement, place);
      return join(opened, reaching(statement.body, place));
    }
    case 'try': {
      const main = sequence([statement.body, statement.otherwise], place);
      const handlers = statement.handlers.map((handler) => asFallback(reaching(handler.body, place)));
      return join(union([main, ...handlers]), reaching(statement.finalizer, place));
    }
    case 'return':
    case 'raise':
      return { ...nothing, leaves: true };
    case 'expression':
      return endsProcess(statement.value) ? { ...nothing, leaves: true } : nothing;
    case 'other':
      return statement.body ? reaching(statement.body, place) : nothing;
  }
}

/** The variable of a loop that is known in its body alone. */
const setsForItself = (statement: Extract<Statement, { kind: 'loop' }>, place: string): boolean =>
  statement.scoped === true && statement.target !== undefined && pathTo(statement.target, rootOf(place)) !== undefined;

const whole = (statement: Statement): Reaching => ({ definitions: [{ by: 'whole', statement }], definite: true });
const vague = (statement: Statement): Reaching => ({ definitions: [{ by: 'other', statement }], definite: false });

function effectOfAssignment(statement: Extract<Statement, { kind: 'assign' }>, place: string): Reaching {
  const { value, annotation } = statement;
  for (const target of statement.targets) {
    const found = pathTo(target, place);
    if (!found) {
      const effect = effectOfPattern(target, place, statement);
      if (effect !== nothing) return value ? effect : nothing;
      continue;
    }
    if (statement.updates) return { ...vague(statement), definite: true };
    const common = { statement, ...(annotation && { annotation }) };
    if (!value) return { definitions: [{ by: 'declared', ...common }], definite: false };
    return { definitions: [{ by: 'value', value, ...found, ...common }], definite: true };
  }
  return nothing;
}

/** What binding a pattern to something unknown does to a place, or to a place inside of what it binds. */
function effectOfPattern(pattern: Pattern, place: string, statement: Statement): Reaching {
  if (pattern.kind === 'list' || pattern.kind === 'keys') {
    const parts = pattern.kind === 'list' ? pattern.items : pattern.entries.map((entry) => entry.target);
    for (const part of parts) {
      const effect = part ? effectOfPattern(part, place, statement) : nothing;
      if (effect !== nothing) return effect;
    }
    return nothing;
  }
  if (pattern.kind === 'other') return nothing;
  if (pattern.kind === 'name') {
    if (pattern.name === place) return { ...vague(statement), definite: true };
    return leadsThrough(place, pattern.name) ? whole(statement) : nothing;
  }
  const path = pathOf(pattern);
  if (path === place) return { ...vague(statement), definite: true };
  if (path !== undefined) return leadsThrough(place, path) ? whole(statement) : nothing;
  // `options[key] = value` with a key that is not known.
  const object = pattern.kind === 'index' ? pathOf(pattern.object) : undefined;
  return object !== undefined && object !== place && leadsThrough(place, object) ? vague(statement) : nothing;
}

function openedBy(statement: Extract<Statement, { kind: 'with' }>, place: string): Reaching {
  for (const item of statement.items) {
    if (item.target?.kind === 'name' && item.target.name === place)
      return { definitions: [{ by: 'with', value: item.value, statement }], definite: true };
    const effect = item.target ? effectOfPattern(item.target, place, statement) : nothing;
    if (effect !== nothing) return effect;
  }
  return nothing;
}

/** Both branches of a test, the one that only steps in where nothing is given marked as the fallback of the other. */
function effectOfBranches(
  test: Expr,
  consequent: Reaching,
  alternative: Reaching | undefined,
  place: string,
): Reaching {
  const guard = guardOf(test);
  if (!guard) return union([consequent, alternative ?? nothing]);
  const [given, missing] = guard.when === 'present' ? [consequent, alternative] : [alternative, consequent];
  const readsGuarded = given?.definitions.some(
    (definition) => definition.by === 'value' && guard.places.some((one) => reads(definition.value, one)),
  );
  if (missing?.definitions.length && (readsGuarded || guard.places.some((one) => leadsThrough(place, one))))
    return union([given ?? nothing, asFallback(missing)]);
  if (readsGuarded && given && !missing?.definitions.length) {
    return { ...union([given, missing ?? nothing]), overrides: true };
  }
  return union([consequent, alternative ?? nothing]);
}

const changing = new WeakMap<Statement, readonly Expr[]>();

/** The expressions directly in a statement that set or change something, innermost first. */
function changingIn(statement: Statement): readonly Expr[] {
  const known = changing.get(statement);
  if (known) return known;
  const found: Expr[] = [];
  const look = (expr: Expr, depth: number): void => {
    if (depth > 12) return;
    for (const child of childrenOf(expr)) look(child, depth + 1);
    if (expr.kind === 'assignment' || (expr.kind === 'call' && changedBy(expr) !== undefined)) found.push(expr);
  };
  const own = statement.kind !== 'function' && statement.kind !== 'class' && statement.kind !== 'import';
  if (own) for (const expr of expressionsOf(statement)) look(expr, 0);
  changing.set(statement, found);
  return found;
}

/** What the expressions that stand directly in a statement do to a place: `(port := ...)`, `options.update(...)`. */
function inExpressions(statement: Statement, place: string): Reaching | undefined {
  let state: Reaching | undefined;
  for (const expr of changingIn(statement)) {
    const effect = effectOfExpression(expr, place, statement);
    if (effect) state = state ? join(state, effect) : effect;
  }
  return state;
}

function effectOfExpression(expr: Expr, place: string, statement: Statement): Reaching | undefined {
  if (expr.kind === 'assignment') {
    // The variables of a comprehension do not leave it.
    if (expr.value.kind === 'other' || expr.target.kind !== 'name' || expr.target.name !== place) return undefined;
    return { definitions: [{ by: 'value', value: expr.value, path: [], statement }], definite: true };
  }
  if (expr.kind !== 'call') return undefined;
  const object = changedBy(expr);
  if (object === undefined || object === place || !leadsThrough(place, object)) return undefined;
  return effectOfChange(expr, place, place.slice(object.length), statement);
}

/** `options.update(...)`, `options.setdefault(...)`, `setattr(options, ...)` seen from one place in the options. */
function effectOfChange(call: CallExpr, place: string, inside: string, statement: Statement): Reaching | undefined {
  const name = call.callee.kind === 'member' ? call.callee.name : 'setattr';
  const key = /^\[([^\]]*)\]$/.exec(inside)?.[1];
  const text = (at: number) => {
    const value = call.args[at]?.value;
    return value?.kind === 'string' || value?.kind === 'number' ? String(value.value) : undefined;
  };
  switch (name) {
    case 'setattr': {
      const attribute = text(1);
      const value = call.args[2]?.value;
      if (attribute === undefined || !value) return vague(statement);
      if (inside !== `.${attribute}`) return undefined;
      return { definitions: [{ by: 'value', value, path: [], statement }], definite: true };
    }
    case 'setdefault': {
      const value = call.args[1]?.value;
      if (text(0) === undefined || !value) return vague(statement);
      if (text(0) !== key) return undefined;
      return { definitions: [{ by: 'value', value, path: [], statement, fallback: true }], definite: false };
    }
    case 'pop':
      return text(0) !== undefined && text(0) !== key ? undefined : vague(statement);
    case 'update':
    case 'from_mapping': {
      if (key === undefined) return undefined;
      const named = call.args.find((arg) => arg.name === key);
      if (named) return { definitions: [{ by: 'value', value: named.value, path: [], statement }], definite: true };
      const value = call.args.find((arg) => arg.name === undefined)?.value;
      if (!value) return undefined;
      return { definitions: [{ by: 'update', value, key, previous: nothing, statement }], definite: true };
    }
    case 'sort':
    case 'reverse':
    case 'append':
    case 'extend':
    case 'insert':
    case 'remove':
      return key !== undefined && /^-?\d+$/.test(key) ? vague(statement) : undefined;
    default: {
      if (!place.includes('[')) return undefined;
      // What a web application's configuration loads is looked up with its keys.
      const loads =
        /^from_(object|pyfile|file|json|toml|prefixed_env|envvar)$/.test(name) && /(^|\.)config\[/.test(place);
      return loads ? undefined : vague(statement);
    }
  }
}

/**
 * The keys that a scope sets on a place: `options["host"] = ...`, `options.update(host=...)`.
 * @returns the keys, and whether there may be others
 */
export function keysSet(scope: Scope, place: string): { readonly keys: ReadonlySet<string>; readonly open: boolean } {
  const keys = new Set<string>();
  let open = false;
  const add = (expr: Expr | undefined) => {
    if (expr?.kind === 'string' || expr?.kind === 'number') keys.add(String(expr.value));
    else open = true;
  };
  const visit = (block: readonly Statement[]): void => {
    for (const statement of block) {
      if (statement.kind === 'assign') {
        for (const target of statement.targets)
          if (target.kind === 'index' && pathOf(target.object) === place) add(target.index);
      }
      for (const expr of changingIn(statement)) {
        if (expr.kind !== 'call' || changedBy(expr) !== place || expr.callee.kind !== 'member') continue;
        if (expr.callee.name === 'setdefault') add(expr.args[0]?.value);
        if (expr.callee.name !== 'update') continue;
        for (const arg of expr.args) {
          if (arg.name !== undefined) keys.add(arg.name);
          else if (arg.value.kind === 'object' && !arg.spread)
            for (const { key } of arg.value.entries) {
              if (key === undefined) open = true;
              else keys.add(key);
            }
          else open = true;
        }
      }
      for (const inner of blocksOf(statement)) visit(inner.block);
    }
  };
  if (scope.changed.has(rootOf(place))) visit(scope.body);
  return { keys, open };
}

/** What a scope has done to a place when it is done, wherever it ended. */
function whenDone(body: readonly Statement[], place: string): Reaching {
  const atEnd = between(body, place, 0, body.length);
  const left: Definition[] = [];
  const visit = (block: readonly Statement[]): void => {
    for (const at of indexOf(block).setting.get(rootOf(place)) ?? []) {
      for (const inner of blocksOf(block[at]!)) {
        const { leaving, scoped } = indexOf(inner.block);
        if (scoped.has(rootOf(place))) continue;
        if (leaving.length > 0) left.push(...between(inner.block, place, 0, inner.block.length).definitions);
        visit(inner.block);
      }
    }
  };
  visit(body);
  if (left.length === 0) return atEnd;
  return { ...atEnd, definitions: capped([...atEnd.definitions, ...left]), definite: false };
}

/** What happened to a place before an offset in a block. */
function before(block: readonly Statement[], place: string, offset: number): Reaching {
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
  while (left >= 0 && !effectOf(block[leaving[left]!]!, place).leaves) left--;
  const state = between(block, place, left < 0 ? 0 : leaving[left]! + 1, low);
  const around = block[low];
  return around && around.span.start < offset ? join(state, within(around, place, offset)) : state;
}

const holds = (block: readonly Statement[], offset: number) =>
  block.length > 0 && block[0]!.span.start <= offset && offset < block[block.length - 1]!.span.end;

/** The branches of a switch that hold something, in the order of their places: a generated one has thousands. */
const branchesIn = remembered(({ branches }: Extract<Statement, { kind: 'switch' }>) =>
  branches.filter((branch) => branch.length > 0),
);

function within(statement: Statement, place: string, offset: number): Reaching {
  switch (statement.kind) {
    case 'try': {
      if (holds(statement.body, offset)) return before(statement.body, place, offset);
      if (holds(statement.otherwise, offset))
        return join(reaching(statement.body, place), before(statement.otherwise, place, offset));
      for (const handler of statement.handlers) {
        if (!holds(handler.body, offset)) continue;
        const tried = reaching(statement.body, place);
        return join({ ...tried, definite: false, leaves: false }, before(handler.body, place, offset));
      }
      if (!holds(statement.finalizer, offset)) return nothing;
      return join(effectOf({ ...statement, finalizer: [] }, place), before(statement.finalizer, place, offset));
    }
    case 'with':
      if (!holds(statement.body, offset)) return nothing;
      return join(openedBy(statement, place), before(statement.body, place, offset));
    case 'loop': {
      if (!holds(statement.body, offset)) return nothing;
      // A turn of the loop sees what the turns before it have set.
      const earlier: Reaching = {
        definitions: reaching(statement.body, place).definitions.map(withoutFallback),
        definite: false,
      };
      const opened = statement.target ? effectOfPattern(statement.target, place, statement) : nothing;
      return join(join(earlier, opened), before(statement.body, place, offset));
    }
    case 'if': {
      for (const inner of blocksOf(statement))
        if (holds(inner.block, offset))
          return join(inExpressions(statement, place) ?? nothing, before(inner.block, place, offset));
      return nothing;
    }
    case 'switch': {
      const branches = branchesIn(statement);
      let [low, high] = [0, branches.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (branches[middle]!.at(-1)!.span.end <= offset) low = middle + 1;
        else high = middle;
      }
      const branch = branches[low];
      return branch && holds(branch, offset) ? before(branch, place, offset) : nothing;
    }
    case 'function':
    case 'class':
      return nothing;
    default:
      for (const inner of blocksOf(statement))
        if (holds(inner.block, offset)) return before(inner.block, place, offset);
      return nothing;
  }
}

/** An attribute or key of something that a statement sets. */
export interface AttributeSetting {
  /** A key stands in brackets. */
  readonly name: string;
  readonly object: Expr;
  readonly statement: Extract<Statement, { kind: 'assign' }>;
}

const attributeSettings = new WeakMap<Scope, readonly AttributeSetting[]>();

/** The attributes and keys that the statements of a scope set, in order. */
export function attributesSetIn(scope: Scope): readonly AttributeSetting[] {
  const known = attributeSettings.get(scope);
  if (known) return known;
  const found: AttributeSetting[] = [];
  const visit = (block: readonly Statement[]): void => {
    for (const statement of block) {
      if (statement.kind === 'assign') {
        for (const target of statement.targets)
          if (target.kind === 'member') found.push({ name: target.name, object: target.object, statement });
          else if (target.kind === 'index' && target.index.kind === 'string')
            found.push({ name: `[${target.index.value}]`, object: target.object, statement });
      }
      for (const inner of blocksOf(statement)) visit(inner.block);
    }
  };
  visit(scope.body);
  attributeSettings.set(scope, found);
  return found;
}

const complete = new WeakMap<object, Map<string, Reaching>>();

/**
 * The definitions of a place that may hold at a point of the program.
 * @param scope the scope whose statements are looked at
 * @param place a name, or a path such as `args.host` and `options[host]`
 * @param offset the point, when it lies in the scope's own body; undefined for a look from an inner scope, which runs later
 * @param from where that inner scope stands
 */
export function definitionsOf(scope: Scope, place: string, offset: number | undefined, from = offset): Reaching {
  const root = rootOf(place);
  if (root !== place && !scope.changed.has(root)) {
    // Nothing but the object itself says what is in it.
    return nothing;
  }
  const declared = from === undefined ? undefined : blockDeclaring(scope, root, from);
  const block = declared?.block ?? scope.body;
  const opened = declared?.loop?.target ? effectOfPattern(declared.loop.target, place, declared.loop) : nothing;
  if (offset !== undefined) return join(opened, before(block, place, offset));
  let table = complete.get(block);
  if (!table) {
    table = new Map();
    complete.set(block, table);
  }
  let known = table.get(place);
  if (!known) {
    known = join(opened, whenDone(block, place));
    table.set(place, known);
  }
  return known;
}
