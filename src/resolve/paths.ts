import type { Expr } from '../syntax/call.ts';

const presenceGetters = /(^|\.)(get|getenv|pop)$/;

/**
 * The path by which a value is read, as a text that is equal for equal places: `args.host`, `os.environ[HOST]`,
 * `sys.argv[1]`. A conversion around it does not count.
 * @returns undefined where it is not read by names and known keys alone
 */
export function pathOf(expr: Expr): string | undefined {
  switch (expr.kind) {
    case 'name':
      return expr.name;
    case 'member': {
      const object = pathOf(expr.object);
      return object === undefined ? undefined : `${object}.${expr.name}`;
    }
    case 'index': {
      const object = pathOf(expr.object);
      const key = expr.index.kind === 'string' || expr.index.kind === 'number' ? expr.index.value : undefined;
      return object === undefined || key === undefined ? undefined : `${object}[${key}]`;
    }
    case 'await':
      return pathOf(expr.value);
    case 'unary':
      return expr.operator === '+' ? pathOf(expr.operand) : undefined;
    case 'call':
      return pathOfCall(expr);
    default:
      return undefined;
  }
}

function pathOfCall(expr: Extract<Expr, { kind: 'call' }>): string | undefined {
  const first = expr.args[0];
  if (!first || first.spread) return undefined;
  const callee = pathOf(expr.callee);
  if (callee === undefined) return undefined;
  const key = first.value.kind === 'string' ? first.value.value : undefined;
  if (presenceGetters.test(callee) && key !== undefined) {
    if (/(^|\.)getenv$/.test(callee)) return `os.environ[${key}]`;
    if (expr.callee.kind === 'member') return `${pathOf(expr.callee.object)}[${key}]`;
  }
  if (callee === 'getattr' && expr.args[1]?.value.kind === 'string')
    return `${pathOf(first.value)}.${expr.args[1].value.value}`;
  return /^(int|str|float|len|bool|Number|String|Boolean|parseInt|parseFloat|Number\.parseInt)$/.test(callee)
    ? pathOf(first.value)
    : undefined;
}

/** The name a path starts with. */
export const rootOf = (path: string): string => /^[^.[]*/.exec(path)![0];

/** Is a path the other one, or does it lead through it? */
export const leadsThrough = (path: string, through: string): boolean =>
  path === through || path.startsWith(`${through}.`) || path.startsWith(`${through}[`);

/** Does an expression read a place, or something below it? */
export function reads(expr: Expr, place: string): boolean {
  const path = pathOf(expr);
  if (path !== undefined && leadsThrough(path, place)) return true;
  switch (expr.kind) {
    case 'member':
      return reads(expr.object, place);
    case 'index':
      return reads(expr.object, place) || reads(expr.index, place);
    case 'call':
      return reads(expr.callee, place) || expr.args.some((arg) => reads(arg.value, place));
    case 'binary':
      return reads(expr.left, place) || reads(expr.right, place);
    case 'template':
      return expr.parts.some((part) => reads(part, place));
    case 'await':
      return reads(expr.value, place);
    case 'unary':
      return reads(expr.operand, place);
    default:
      return false;
  }
}

/** What a test tells about places: when it holds, either all of them are there, or all of them are missing. */
export interface Guard {
  readonly when: 'present' | 'absent';
  readonly places: readonly string[];
}

const opposite = (guard: Guard | undefined): Guard | undefined =>
  guard && { ...guard, when: guard.when === 'present' ? 'absent' : 'present' };

const isNothing = (expr: Expr) => expr.kind === 'none' || (expr.kind === 'string' && expr.value === '');

/**
 * Reads a test that only asks whether something is given: `if host:`, `"HOST" in os.environ`, `len(sys.argv) > 1`.
 * @returns undefined for any other test, which says nothing about what holds where it fails
 */
export function guardOf(test: Expr): Guard | undefined {
  const present = (place: string | undefined): Guard | undefined =>
    place === undefined ? undefined : { when: 'present', places: [place] };
  if (test.kind === 'unary' && test.operator === 'not') return opposite(guardOf(test.operand));
  if (test.kind === 'assignment') return test.target.kind === 'name' ? present(test.target.name) : undefined;
  if (test.kind === 'binary') {
    const { operator, left, right } = test;
    if (operator === 'and' || operator === 'or') {
      const one = guardOf(left);
      const other = guardOf(right);
      return one && other && one.when === other.when
        ? { when: one.when, places: [...one.places, ...other.places] }
        : undefined;
    }
    if (operator === 'in' || operator === 'not in') {
      const object = left.kind === 'string' ? pathOf(right) : undefined;
      const guard = left.kind === 'string' && object !== undefined ? present(`${object}[${left.value}]`) : undefined;
      return operator === 'in' ? guard : opposite(guard);
    }
    if (isNothing(right)) {
      if (operator === 'is' || operator === '==' || operator === '===') return opposite(present(pathOf(left)));
      if (operator === 'is not' || operator === '!=' || operator === '!==') return present(pathOf(left));
    }
    const counted = left.kind === 'call' && left.callee.kind === 'name' && left.callee.name === 'len';
    if (counted && right.kind === 'number') {
      if (operator === '>' || operator === '>=') return present(pathOf(left));
      if (operator === '<' || operator === '<=') return opposite(present(pathOf(left)));
    }
    return undefined;
  }
  if (test.kind === 'call' && test.callee.kind === 'name') {
    const first = test.args[0]?.value;
    const second = test.args[1]?.value;
    if (test.callee.name === 'isinstance' && first) return present(pathOf(first));
    if (test.callee.name === 'hasattr' && first && second?.kind === 'string') {
      const object = pathOf(first);
      return object === undefined ? undefined : present(`${object}.${second.value}`);
    }
  }
  return present(pathOf(test));
}

const existence = /(^|\.)(exists|is_file|isfile)$/;

/** Does a test ask whether a file is there (true), or missing (false)? */
export function asksForFile(test: Expr): boolean | undefined {
  if (test.kind === 'unary' && test.operator === 'not') {
    const inner = asksForFile(test.operand);
    return inner === undefined ? undefined : !inner;
  }
  if (test.kind !== 'call') return undefined;
  const callee = test.callee;
  const name = callee.kind === 'member' ? callee.name : callee.kind === 'name' ? callee.name : '';
  const asked =
    test.args[0]?.value ??
    (callee.kind === 'member' && callee.object.kind === 'call' ? callee.object.args[0]?.value : undefined);
  // `/.dockerenv` and the like are there on some machines.
  if (asked?.kind === 'string' && asked.value.startsWith('/')) return undefined;
  return existence.test(name) ? true : undefined;
}
