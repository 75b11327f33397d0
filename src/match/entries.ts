import { parsePort } from '../address.ts';
import type { Context } from '../facts.ts';
import type { CallShape, Framework } from '../framework.ts';
import { baseEnv, type Callers } from '../resolve/callers.ts';
import { type CallSite, lastName, type ProgramIndex } from '../resolve/names.ts';
import { isText } from '../resolve/values.ts';
import type { Resolver, Value } from '../resolve.ts';
import type { Expr, Program } from '../syntax/call.ts';
import { type Callee, calleesOf } from './callees.ts';

export type Catalogue = Readonly<Record<string, Framework>>;

/** What the matcher needs beside the code. */
export interface MatchInput {
  readonly resolver: Resolver;
  readonly callers: Callers;
  readonly catalogue: Catalogue;
  contextOf(file: string): Context;
  /** Version of a package the project pins, for a file of its code. */
  version(name: string, file: string): string | undefined;
  /** Does the project around a file depend on a package? */
  dependsOn(name: string, file: string): boolean;
  /** Is a file what those import who install the package that it is in? */
  isOffered(file: string): boolean;
  /** Nothing may be written to this file. */
  readOnly(file: string): boolean;
}

export interface Entry {
  readonly word: string;
  readonly framework: Framework;
  readonly shape: CallShape;
}

export interface Table {
  readonly byPath: ReadonlyMap<string, Entry>;
  readonly callees: ReadonlyMap<string, Callee>;
  /** Shapes by method name, for calls on something that cannot be followed. */
  readonly byMethod: ReadonlyMap<string, readonly Entry[]>;
  readonly packages: ReadonlySet<string>;
}

const tables = new WeakMap<Catalogue, Table>();

/** The calls of a catalogue, by path and by the last part of their names; made once. */
export function tableOf(catalogue: Catalogue): Table {
  const known = tables.get(catalogue);
  if (known) return known;
  const byPath = new Map<string, Entry>();
  const byMethod = new Map<string, Entry[]>();
  for (const [word, framework] of Object.entries(catalogue)) {
    for (const shape of framework.calls ?? []) {
      for (const call of typeof shape.call === 'string' ? [shape.call] : shape.call) {
        const entry: Entry = { word, framework, shape };
        byPath.set(call, entry);
        const last = call.slice(call.lastIndexOf('.') + 1);
        if (call.includes('().')) byMethod.set(last, [...(byMethod.get(last) ?? []), entry]);
      }
    }
  }
  const packages = new Set([...byPath.keys()].map(packageOf));
  const table = { byPath, callees: calleesOf(catalogue), byMethod, packages };
  tables.set(catalogue, table);
  return table;
}

export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

export interface Found {
  readonly entry: Entry;
  readonly sure: boolean;
  readonly callee: Value | undefined;
  /** The call is made by way of another: no statement about its error can be written beside it. */
  readonly indirect?: true;
}

/** The entries of the catalogue that a call may be, those for sure first. */
export function entriesFor(site: CallSite, index: ProgramIndex, table: Table, input: MatchInput): Found[] {
  const { resolver } = input;
  const env = baseEnv(site.scope);
  const values = resolver.callee(site, env);
  for (const value of values) {
    const entry = value.type === 'external' ? entryAt(value.path, table, index.program) : undefined;
    if (entry) return [{ entry, sure: true, callee: value }];
    if (value.type === 'class') {
      for (const base of resolver.basesOf(value.class, value.env)) {
        const entry = table.byPath.get(base);
        if (entry && !hasOwnConstructor(value)) return [{ entry, sure: true, callee: value }];
      }
    }
  }
  if (index.program.language !== 'python') return guessScript(site, index, table, values, input);
  return guess(site, index, table, values, input);
}

/** `super().__init__(("", 8000), Handler)` in a class derived from a framework's, or `HTTPServer.__init__(self, ...)`. */
export function baseConstructor(
  site: CallSite,
  table: Table,
  input: MatchInput,
): { readonly site: CallSite; readonly found: Found } | undefined {
  const owner = site.scope.parent;
  if (site.scope.function?.name !== '__init__' || owner?.kind !== 'class' || !owner.class || !owner.parent)
    return undefined;
  const { resolver } = input;
  const env = baseEnv(site.scope);
  for (const callee of resolver.callee(site, env)) {
    if (callee.type !== 'external') continue;
    const bound = callee.path.endsWith('().__init__');
    const named = callee.path.replace(/(\(\))?\.__init__$/, '');
    const bases = resolver.basesOf(owner.class, { scope: owner.parent });
    const entry = [named, ...(bound ? bases : [])].map((path) => table.byPath.get(path)).find((one) => one);
    if (!entry) continue;
    const call = bound ? site.call : { ...site.call, args: site.call.args.slice(1) };
    return { site: { ...site, call }, found: { entry, sure: true, callee } };
  }
  return undefined;
}

/** Methods that set a server up give it back: `express().use(...).listen` is `express().listen`. */
const chained = /^([^()]*\(\))(?:\.\w+\(\))+(\.\w+)$/;

function entryAt(path: string, table: Table, { language }: Program): Entry | undefined {
  const entry = table.byPath.get(path);
  if (entry || language === 'python') return entry;
  const parts = chained.exec(path);
  return parts ? table.byPath.get(`${parts[1]}${parts[2]}`) : undefined;
}

/** Names of what a listener is called when it is handed on: it may be a server that came in some way that is not seen. */
const serverNames = /app|server|srv|http|api|fastify|express|koa|nest|instance/i;

/**
 * What a function of JavaScript is given on the ways to it; else `listen` on something by a server's name that cannot be
 * followed, in a project that depends on a framework.
 */
function guessScript(
  site: CallSite,
  index: ProgramIndex,
  table: Table,
  values: readonly Value[],
  input: MatchInput,
): Found[] {
  const { callee } = site.call;
  if (callee.kind !== 'member' || !table.byMethod.has(callee.name)) return [];
  const isOpen = values.every((value) => value.type === 'unknown' || (value.type === 'external' && isOpenRoot(value)));
  const isForeign = values.every(
    (value) => value.type === 'external' && (isForeignTo(table, value.path) || isOfField(value.path)),
  );
  if (!isOpen && !(isForeign && givesPort(site, input))) return [];
  for (const way of input.callers.waysTo(site.scope)) {
    for (const value of input.resolver.callee(site, way.env)) {
      const entry = value.type === 'external' ? entryAt(value.path, table, index.program) : undefined;
      if (entry) return [{ entry, sure: true, callee: value }];
    }
  }
  const receiver = lastName(callee.object);
  const [first] = site.call.args;
  const named = serverNames.test(receiver) || (callee.object.kind === 'call' && givesPort(site, input));
  const fits = callee.name === 'listen' && named && first && first.value.kind !== 'function';
  if (!fits || (first.value.kind === 'string' && parsePort(first.value.value) === undefined)) return [];
  const { file } = index.program;
  const entries = table.byMethod
    .get('listen')!
    .filter(({ word }) => word !== 'net' && word !== 'tls' && input.dependsOn(word, file));
  const one = new Set(entries.map(({ word }) => word)).size === 1 ? entries[0] : undefined;
  const plain = entries.length > 0 ? table.byPath.get('http.createServer().listen') : undefined;
  const entry = one ?? plain;
  return entry ? [{ entry, sure: false, callee: undefined }] : [];
}

/** Something made by a package that the catalogue does not speak of. */
const isForeignTo = ({ packages }: Table, path: string): boolean =>
  path.includes('().') && !packages.has(packageOf(path));

/** A method of what somebody keeps on an object: `express().server.listen`. */
const isOfField = (path: string): boolean => /\(\)(?:\.\w+){2,}$/.test(path);

const packageOf = (path: string): string => /^(?:@[^/.(]+\/)?[^/.(]+/.exec(path)?.[0] ?? path;

/** `listen(3000)`, `listen(process.env.PORT)`, `listen({ port })`: what mocks and routers listen to has no port. */
function givesPort({ call, scope }: CallSite, { resolver }: MatchInput): boolean {
  const first = call.args[0]?.value;
  if (!first) return false;
  if (first.kind === 'object') return first.entries.some(({ key }) => key === 'port');
  const value = resolver.settle(resolver.evaluate(first, baseEnv(scope)));
  return isText(value) ? parsePort(value.value) !== undefined : isPort(first, value);
}

/** A value that nobody sees is still a port, and no object of options, where its name or its way says so. */
export function isPort(expr: Expr, value: Value): boolean {
  if (value.origin.by === 'env' || value.origin.by === 'argument') return true;
  if (value.type === 'settings' || value.origin.by === 'config')
    return /port/i.test(lastName(expr)) || expr.kind === 'call';
  const inner = expr.kind === 'binary' ? expr.left : expr.kind === 'unary' ? expr.operand : expr;
  return (
    /port$/i.test(lastName(inner)) ||
    (inner.kind === 'call' && /^(Number|parseInt|parseFloat|\w*[pP]ort)$/.test(lastName(inner.callee)))
  );
}

function hasOwnConstructor(value: Extract<Value, { type: 'class' }>): boolean {
  return value.class.body.some(
    (statement) => statement.kind === 'function' && /^(__init__|constructor)$/.test(statement.function.name ?? ''),
  );
}

/** A method by the right name on something that cannot be followed, with an argument that only this framework's call has. */
function guess(
  site: CallSite,
  index: ProgramIndex,
  table: Table,
  values: readonly Value[],
  input: MatchInput,
): Found[] {
  if (site.call.callee.kind !== 'member') return [];
  const entries = table.byMethod.get(site.call.callee.name);
  if (!entries || values.some((value) => value.type === 'function')) return [];
  const followed = values.some(
    (value) => value.type === 'external' && value.origin.by !== 'unknown' && !isOpenRoot(value),
  );
  if (followed) return [];
  // What the function is given on the ways to it.
  if (values.every((value) => value.type === 'external' && isOpenRoot(value)))
    for (const way of input.callers.waysTo(site.scope))
      for (const value of input.resolver.callee(site, way.env)) {
        const entry = value.type === 'external' ? entryAt(value.path, table, index.program) : undefined;
        if (entry) return [{ entry, sure: true, callee: value }];
      }
  const names = new Set(site.call.args.flatMap((arg) => (arg.name === undefined ? [] : [arg.name])));
  const fitting = entries.filter(({ shape, word }) => {
    const keywords = [...listOf(shape.host), ...listOf(shape.port)]
      .filter((where) => where.of === undefined || where.of === 'call')
      .flatMap((where) => where.keyword ?? []);
    return (
      keywords.length > 0 &&
      keywords.filter((keyword) => names.has(keyword)).length >= Math.min(2, keywords.length) &&
      importsWord(index, word, input)
    );
  });
  const words = new Set(fitting.map((entry) => entry.word));
  return words.size === 1 ? [{ entry: fitting[0]!, sure: false, callee: undefined }] : [];
}

/** The name at the root of a path came in by a parameter or from a module that was not read. */
function isOpenRoot(value: Extract<Value, { type: 'external' }>): boolean {
  let root: Value = value;
  while (root.type === 'external' && root.receiver) root = root.receiver;
  return root.origin.by === 'unknown';
}

function importsWord(index: ProgramIndex, word: string, input: MatchInput): boolean {
  const imports = (program: Program) =>
    program.body.some(
      (statement) =>
        statement.kind === 'import' && (statement.module === word || statement.module.startsWith(`${word}.`)),
    );
  if (imports(index.program)) return true;
  return [...input.resolver.project.programs.values()].some((other) => imports(other.program));
}
