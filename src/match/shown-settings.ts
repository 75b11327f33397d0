import { parsePort } from '../address.ts';
import type { Bind, Context, Setting } from '../facts.ts';
import { baseEnv } from '../resolve/callers.ts';
import {
  blocksOf,
  type CallSite,
  childrenOf,
  lastName,
  type ProgramIndex,
  patternNames,
  type Scope,
} from '../resolve/names.ts';
import type { Resolver, Value } from '../resolve.ts';
import { covering } from '../spans.ts';
import type { CallExpr, Expr, Pattern, Statement } from '../syntax/call.ts';
import { namesOtherPort, speaks, tellsOfServer } from './announcements.ts';
import { escaped } from './callees.ts';
import { roleOf, saysItself } from './setting-names.ts';

type Assignment = Extract<Statement, { kind: 'assign' }>;

/** Lines for people that are looked at for what they show. */
const maximumLooked = 5;

/** A value that a line for people shows. */
interface Shown {
  readonly expr: Expr;
  readonly key: string;
  readonly role: 'host' | 'port';
  readonly value: Value;
  readonly scope: Scope;
}

/**
 * What Python's variables, options and settings keys give for the host or port, where that is printed and nothing else is done with
 * it, beside the one server of the file, which listens without it.
 */
export function shownSettings(
  index: ProgramIndex,
  own: readonly Bind[],
  resolver: Resolver,
  context: Context,
): Setting[] {
  const bind = own[0]!;
  if (bind.protocol === 'udp') return [];
  const found = new Map<string, Setting | undefined>();
  const lines = index.calls.filter(({ call }) => tellsOfServer(call) && !namesOtherPort(call, bind.port.value));
  for (const site of lines.slice(0, maximumLooked)) {
    const shown = shownBy(site, resolver);
    const ports = shown.filter(({ role }) => role === 'port').map(({ value }) => portOf(value));
    if (ports.some((port) => port !== undefined && port !== bind.port.value)) continue;
    for (const one of shown) {
      const slot = bind[one.role];
      const { origin } = one.value;
      if (!saysItself(own, one.role)) continue;
      const name = origin.by === 'config' ? origin.path : 'name' in origin ? origin.name : one.key;
      // What a shell sets to the name of the machine.
      if (name === 'HOSTNAME' || slot.variables?.includes(name) || found.has(`${one.role} ${name}`)) continue;
      const takings = onlyShown(one, index, resolver);
      found.set(`${one.role} ${name}`, undefined);
      if (!takings) continue;
      const known = one.role === 'port' ? portOf(one.value) : textOf(one.value);
      const expression = expressionAt(bind, one, takings, index);
      found.set(`${one.role} ${name}`, {
        kind: 'setting',
        span:
          origin.by === 'argument' && one.value.declared
            ? one.value.declared.span
            : (takings[0]?.span ?? one.expr.span),
        name,
        role: one.role,
        via: origin.by === 'argument' ? 'option' : origin.by === 'config' ? 'config' : 'env',
        context,
        feeds: [],
        ...(known !== undefined && { value: known }),
        ignoredBy: { bind: bind.span, slot, ...(expression !== undefined && { expression }), shown: true },
      });
    }
  }
  return [...found.values()].filter((setting) => setting !== undefined);
}

const textOf = (value: Value) => (value.type === 'string' ? value.value : undefined);
const portOf = (value: Value) =>
  value.type === 'string' || value.type === 'number' ? parsePort(value.value) : undefined;

/** The name or key by which a value is read, and what it is read from. */
function readAs(expr: Expr): { readonly key: string; readonly from?: Expr } | undefined {
  if (expr.kind === 'name') return { key: expr.name };
  if (expr.kind === 'member') return { key: expr.name, from: expr.object };
  if (expr.kind === 'index')
    return expr.index.kind === 'string' ? { key: expr.index.value, from: expr.object } : undefined;
  if (expr.kind !== 'call') return undefined;
  const { callee, args } = expr;
  const [first, second] = args.map(({ value }) => value);
  if (callee.kind === 'member' && /^get(?:env)?$/.test(callee.name) && first?.kind === 'string')
    return { key: first.value, from: callee.object };
  if (callee.kind === 'name' && callee.name === 'getattr' && first && second?.kind === 'string')
    return { key: second.value, from: first };
  return undefined;
}

function shownBy({ call, scope }: CallSite, resolver: Resolver): Shown[] {
  const found: Shown[] = [];
  const look = (expr: Expr): void => {
    const key = readAs(expr)?.key;
    const role = key === undefined ? undefined : roleOf(key);
    if (key === undefined || role === undefined) {
      for (const child of childrenOf(expr)) look(child);
      return;
    }
    const value = resolver.settle(resolver.evaluate(expr, baseEnv(scope)));
    if (/^(?:env|argument|config)$/.test(value.origin.by)) found.push({ expr, key, role, value, scope });
  };
  for (const { value } of call.args) look(value);
  return found;
}

/** How many names a value may go by. */
const maximumNames = 8;

/**
 * The assignments by which a value gets the names that it is shown by.
 * @returns undefined where anything else may be done with it
 */
function onlyShown(
  { expr, key, value, scope }: Shown,
  index: ProgramIndex,
  resolver: Resolver,
): Assignment[] | undefined {
  const { program, calls } = index;
  const names = new Set([key]);
  const { origin } = value;
  if (origin.by === 'env') names.add(origin.name);
  if (origin.by === 'argument') names.add(origin.name.replace(/^-+/, '').replaceAll('-', '_'));
  if (origin.by === 'config') names.add(origin.path.split('.').at(-1)!);
  const takings = new Set<Assignment>();
  for (let size = 0; size !== names.size + takings.size && names.size <= maximumNames; ) {
    size = names.size + takings.size;
    for (const statement of assignmentsIn(index)) {
      const targets = statement.targets.map(targetName);
      const takes = statement.value !== undefined && reads(statement.value, names);
      if (!takes && !targets.some((name) => name !== undefined && names.has(name))) continue;
      if (targets.includes(undefined)) return undefined;
      takings.add(statement);
      for (const name of targets) names.add(name!);
    }
  }
  const roots = rootsOf(expr, takings);
  if ([...roots].some((root) => isHandedOn(root, index))) return undefined;
  const isTold = covering([
    ...[...takings].map(({ span }) => span),
    ...calls.filter(({ call }) => speaks(call)).map(({ call }) => call.inside),
    ...calls.filter(({ call }) => declares(call, names)).map(({ call }) => call.span),
    ...index.functions.flatMap(({ params }) => params.filter(({ name }) => names.has(name)).map(({ span }) => span)),
    ...program.comments.map(({ span }) => span),
  ]);
  const keywords = new Set(calls.flatMap(({ call }) => call.args.flatMap((arg) => (arg.name ? [arg.span.start] : []))));
  for (const name of names)
    for (const { index: at } of program.text.matchAll(new RegExp(`\\b${escaped(name)}\\b`, 'g')))
      if (!keywords.has(at) && !isTold(at)) return undefined;
  const isVariable = origin.by === 'env' && expr.kind === 'name';
  // A variable of a function is nobody else's.
  const others = isVariable && scope !== index.module ? [] : resolver.project.programs.values();
  if ([...others].some((other) => other !== index && mayRead(other, index, names, isVariable))) return undefined;
  return [...takings].sort((one, other) => one.span.start - other.span.start);
}

const assignmentsByProgram = new WeakMap<ProgramIndex, readonly Assignment[]>();

/** The assignments of a program that stand beside a call or set something: all of them, wherever they stand. */
function assignmentsIn(index: ProgramIndex): readonly Assignment[] {
  const known = assignmentsByProgram.get(index);
  if (known) return known;
  const found: Assignment[] = [];
  const scopes = [index.module, ...index.scopes.values()];
  const look = (block: readonly Statement[]): void => {
    for (const statement of block) {
      if (statement.kind === 'assign') found.push(statement);
      if (statement.kind !== 'function' && statement.kind !== 'class')
        for (const { block: inner } of blocksOf(statement)) look(inner);
    }
  };
  for (const { body } of scopes) look(body);
  assignmentsByProgram.set(index, found);
  return found;
}

/** The name that a value is given, in a variable or an attribute. */
function targetName(target: Pattern): string | undefined {
  return target.kind === 'name' || target.kind === 'member' ? target.name : undefined;
}

function reads(expr: Expr, names: ReadonlySet<string>): boolean {
  const key = readAs(expr)?.key;
  return (key !== undefined && names.has(key)) || childrenOf(expr).some((child) => reads(child, names));
}

/** The names of what a value is read from, all the way to where that is made. */
function rootsOf(expr: Expr, takings: ReadonlySet<Assignment>): ReadonlySet<string> {
  const roots = new Set<string>();
  const look = (one: Expr): void => {
    const from = readAs(one)?.from;
    if (from?.kind === 'name') roots.add(from.name);
    else for (const child of childrenOf(one)) look(child);
  };
  look(expr);
  for (const { value } of takings) if (value) look(value);
  return roots;
}

/** Is something that holds settings given to others as a whole? */
function isHandedOn(root: string, { program, functions, scopes }: ProgramIndex): boolean {
  if (/^(?:self|cls|os|environ)$/.test(root)) return false;
  const { text, comments } = program;
  const isKept = covering(
    functions
      .filter((one) => scopes.get(one)?.names.has(root) && text.slice(one.span.start, one.span.end).includes('return'))
      .map(({ span }) => span),
  );
  const isExplained = covering(comments.map(({ span }) => span));
  const whole = new RegExp(`(?<![.\\w])${escaped(root)}\\b(?!\\s*(?:[.[]|=[^=]))`, 'g');
  return [...text.matchAll(whole)].some(({ index: at }) => {
    if (isExplained(at)) return false;
    const before = text.slice(Math.max(text.lastIndexOf('\n', at) + 1, at - longestBefore), at);
    return (
      !/\b(?:import|as|global|getattr\()\s*(?:[\w, ]*)$/.test(before) && !(isKept(at) && /\breturn\s+$/.test(before))
    );
  });
}

/** So much of a line is looked at before a name: it may be as long as a file. */
const longestBefore = 200;

/** Does a call declare the option that one of the names is read as? */
function declares({ callee, args }: CallExpr, names: ReadonlySet<string>): boolean {
  if (!/^(?:add_argument|option|argument|Option|Argument)$/.test(lastName(callee))) return false;
  return args.some(
    ({ value }) => value.kind === 'string' && names.has(value.value.replace(/^-+/, '').replaceAll('-', '_')),
  );
}

/**
 * May another program read the value too?
 * @param imported it can only be had by importing it
 */
function mayRead(
  { program }: ProgramIndex,
  { program: { file } }: ProgramIndex,
  names: ReadonlySet<string>,
  imported: boolean,
): boolean {
  const module = file.replace(/(?:\/__init__)?\.pyw?$/, '').replace(/^.*\//, '');
  const imports = new RegExp(`\\b(?:from|import)\\b[^\\n]*\\b${escaped(module)}\\b`).test(program.text);
  if (imported && !imports) return false;
  return [...names].some((name) =>
    new RegExp(imports ? `\\b${escaped(name)}\\b` : `\\.${escaped(name)}\\b|['"]${escaped(name)}['"]`).test(
      program.text,
    ),
  );
}

/** The value as the listening call could take it, where its name is known there by then. */
function expressionAt(
  bind: Bind,
  { expr, scope, role, value }: Shown,
  takings: readonly Assignment[],
  index: ProgramIndex,
): string | undefined {
  if (value.type !== (role === 'host' ? 'string' : 'number')) return undefined;
  const site = index.calls.find(({ call }) => call.callee.span === bind.span);
  const names: string[] = [];
  const root = expr.kind === 'name' ? expr.name : undefined;
  for (const { targets, span } of takings)
    if (span.end <= bind.span.start) for (const target of targets) patternNames(target, (name) => names.push(name));
  const isKnown = root === undefined ? scope === site?.scope && expr.span.end <= bind.span.start : names.includes(root);
  if (!isKnown || (scope !== site?.scope && scope !== index.module)) return undefined;
  const text = index.program.text.slice(expr.span.start, expr.span.end);
  return /^[\w.[\]'"()-]{1,60}$/.test(text) ? text : undefined;
}
