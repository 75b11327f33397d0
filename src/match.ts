import { isLoopback, parsePort, splitAddress } from './address.ts';
import type { Bind, Context, Failure, Frame, Origin, Slot, Span, Step } from './facts.ts';
import type { BindFailure, CallShape, CommandShape, Framework, Where } from './framework.ts';
import { announcesLoopback } from './match/announcements.ts';
import { type Callee, calleesOf, mayCall, rootsIn } from './match/callees.ts';
import { failureOf } from './match/failure.ts';
import type { Callers, Way } from './resolve/callers.ts';
import { baseEnv, wayInto } from './resolve/callers.ts';
import { fallbackInScript } from './resolve/fallbacks.ts';
import { type CallSite, mentions, type ProgramIndex, type Scope } from './resolve/names.ts';
import { isText, mergeArguments } from './resolve/values.ts';
import { attributeAssignments, type Env, type Lazy, type Project, type Resolver, type Value } from './resolve.ts';
import type { CallExpr, Comment, Expr, FunctionShape, Program } from './syntax/call.ts';
import { exportName } from './syntax/exports.ts';

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
  /** Nothing may be written to this file. */
  readOnly(file: string): boolean;
}

interface Entry {
  readonly word: string;
  readonly framework: Framework;
  readonly shape: CallShape;
}

interface Table {
  readonly byPath: ReadonlyMap<string, Entry>;
  readonly callees: ReadonlyMap<string, Callee>;
  /** Shapes by method name, for calls on something that cannot be followed. */
  readonly byMethod: ReadonlyMap<string, readonly Entry[]>;
  readonly packages: ReadonlySet<string>;
}

const tables = new WeakMap<Catalogue, Table>();

function tableOf(catalogue: Catalogue): Table {
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

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
const lastName = (expr: Expr): string => (expr.kind === 'name' ? expr.name : expr.kind === 'member' ? expr.name : '');

/** `from uvicorn import run as serve` */
const importedAs = /\b(\w+)[ \t]+as[ \t]+(\w+)/g;

/** `serve = partial(uvicorn.run, app)`, `const listen = promisify(server.listen)` */
const madeAhead = /\b(\w+)[ \t]*=[ \t]*(?:(?:functools|util)\.)?(?:partial|promisify)\(\s*(?:\w+\.)*(\w+)/g;

/** `const listen = server.listen.bind(server)` */
const boundAhead = /\b(\w+)[ \t]*=[ \t]*(?:\w+\.)+(\w+)\.bind\(/g;

/** The method that an expression hands on: `listen` for `promisify(server.listen.bind(server))`. */
function methodName(expr: Expr): string {
  if (expr.kind !== 'call') return lastName(expr);
  const { callee, args } = expr;
  if (callee.kind === 'member' && callee.name === 'bind') return methodName(callee.object);
  return lastName(callee) === 'promisify' && args[0] ? methodName(args[0].value) : '';
}

/** `server.listen.call(server, port)` as the call that it comes to. */
function direct(site: CallSite): CallSite {
  const { callee, args } = site.call;
  if (callee.kind !== 'member' || callee.object.kind !== 'member' || args.length === 0) return site;
  if (callee.name === 'call') return { ...site, call: { ...site.call, callee: callee.object, args: args.slice(1) } };
  if (callee.name !== 'apply') return site;
  const given = args.slice(1, 2).map((list) => ({ ...list, spread: 'list' as const }));
  return { ...site, call: { ...site.call, callee: callee.object, args: given } };
}

/** An argument as a call gives it. */
type Given =
  | { readonly state: 'given'; readonly lazy: Lazy }
  | { readonly state: 'absent' }
  /** Spread arguments or an object that cannot be followed may hold it. */
  | { readonly state: 'hidden' };

const absent: Given = { state: 'absent' };
const hidden: Given = { state: 'hidden' };

/** All binds that a program's calls make. */
export function matchCalls(index: ProgramIndex, input: MatchInput): Bind[] {
  const table = tableOf(input.catalogue);
  const binds: Bind[] = [];
  const holdsRoot = rootsIn(index.program.text);
  const aliases = new Map([
    ...[...index.program.text.matchAll(importedAs)].map(([, name, local]) => [local!, name!] as const),
    ...[...index.program.text.matchAll(madeAhead)].map(([, local, name]) => [local!, name!] as const),
    ...[...index.program.text.matchAll(boundAhead)].map(([, local, name]) => [local!, name!] as const),
  ]);
  const isPython = index.program.language === 'python';
  for (const written of [...index.calls, ...input.callers.startedIn(index)]) {
    const site = isPython ? written : direct(written);
    const { callee } = site.call;
    const receiver =
      callee.kind === 'member'
        ? lastName(callee.object.kind === 'call' ? callee.object.callee : callee.object)
        : undefined;
    const name = methodName(callee);
    const imported = aliases.get(name) ?? name;
    if (
      !mayCall(table.callees, name, receiver, holdsRoot) &&
      !mayCall(table.callees, imported, receiver, holdsRoot) &&
      !mayBeSubclass(site, index) &&
      name !== '__init__'
    )
      continue;
    const above = name === '__init__' ? baseConstructor(site, table, input) : undefined;
    if (above) binds.push(...bindsOf(above.site, above.found, index, input));
    else
      for (const found of entriesFor(site, index, table, input)) {
        const isIndirect =
          site !== written || (found.callee?.type === 'external' && found.callee.detached !== undefined);
        binds.push(...bindsOf(site, { ...found, ...(isIndirect && { indirect: true as const }) }, index, input));
      }
  }
  if (!isPython) binds.push(...exportedBinds(index, table, input));
  return binds;
}

/** `export default { port, fetch }`: the server that whatever runs the program makes of it. */
function exportedBinds(index: ProgramIndex, table: Table, input: MatchInput): Bind[] {
  const name = exportName('default');
  const statement = index.program.body.find(
    (one) => one.kind === 'assign' && one.targets.some((target) => target.kind === 'name' && target.name === name),
  );
  if (statement?.kind !== 'assign' || !statement.value) return [];
  const { value } = statement;
  const exported = input.resolver.settle(input.resolver.evaluate(value, { scope: index.module }));
  if (exported.type !== 'map') return [];
  const { file } = index.program;
  return [...table.byPath].flatMap(([path, entry]) => {
    const fits = entry.shape.exported?.some((keys) => keys.every((key) => exported.entries.has(key)));
    if (!fits) return [];
    const call: CallExpr = {
      kind: 'call',
      callee: { kind: 'name', name: path, span: value.span },
      args: [{ value, span: value.span }],
      span: value.span,
      inside: value.span,
    };
    const places = [{ statement, block: index.program.body, at: index.program.body.indexOf(statement) }];
    const site: CallSite = { call, scope: index.module, places, around: [] };
    const { word } = entry;
    const sure = [word, `@types/${word}`, `${word}-types`].some((types) => input.dependsOn(types, file));
    const start = { ...value.span, end: Math.min(value.span.end, value.span.start + 1) };
    return bindsOf(site, { entry, sure, callee: undefined, indirect: true }, index, input).map((bind) => ({
      ...bind,
      span: start,
      failure: { ...bind.failure, state: 'handled' as const, silent: false },
    }));
  });
}

/**
 * The addresses in a settings file that is code, its assignments read as a call's arguments would be.
 * @param given what the file sets, by role
 * @param server whose settings they are
 * @param scope where the values stand
 */
export function settingsInCode(
  index: ProgramIndex,
  given: Readonly<Partial<Record<'host' | 'port' | 'address', Expr>>>,
  { word, framework, shape }: { readonly word: string; readonly framework: Framework; readonly shape: CommandShape },
  input: MatchInput,
  scope = index.module,
): { readonly host: Slot<string>; readonly port: Slot<number> }[] {
  const end = { file: index.program.file, start: index.program.text.length, end: index.program.text.length };
  const args = Object.entries(given).map(([name, value]) => ({ name, value, span: value.span }));
  const call: CallExpr = {
    kind: 'call',
    callee: { kind: 'name', name: word, span: end },
    args,
    span: end,
    inside: end,
  };
  const roles = Object.fromEntries(Object.keys(given).map((keyword) => [keyword, { keyword }]));
  const { bare, notation } = shape;
  const taken: CallShape = {
    call: word,
    blocks: true,
    ...roles,
    ...(bare && bare !== 'either' && { bare }),
    ...(notation && { notation }),
  };
  const site: CallSite = { call, scope, places: [], around: [] };
  const entry: Entry = { word, framework, shape: taken };
  const reader = new ArgumentReader(site, { entry, sure: true, callee: undefined }, index.program, input);
  const way: Way = { env: baseEnv(scope), reached: [], sites: [], root: 'module' };
  return reader.on(way, undefined).addresses();
}

/** A class of the repository may stand for the framework's class it is derived from. */
function mayBeSubclass(site: CallSite, index: ProgramIndex): boolean {
  return (
    site.call.callee.kind === 'name' &&
    /^[A-Z]/.test(site.call.callee.name) &&
    index.module.names.has(site.call.callee.name)
  );
}

interface Found {
  readonly entry: Entry;
  readonly sure: boolean;
  readonly callee: Value | undefined;
  /** The call is made by way of another: no statement about its error can be written beside it. */
  readonly indirect?: true;
}

function entriesFor(site: CallSite, index: ProgramIndex, table: Table, input: MatchInput): Found[] {
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
function baseConstructor(
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
  const isOpen = values.every(
    (value) => value.type === 'unknown' || (value.type === 'external' && isOpenRoot(value, site)),
  );
  const isForeign = values.every((value) => value.type === 'external' && isForeignTo(table, value.path));
  if (!isOpen && !(isForeign && givesPort(site, input))) return [];
  for (const way of input.callers.waysTo(site.scope)) {
    for (const value of input.resolver.callee(site, way.env)) {
      const entry = value.type === 'external' ? entryAt(value.path, table, index.program) : undefined;
      if (entry) return [{ entry, sure: true, callee: value }];
    }
  }
  const receiver = lastName(callee.object);
  const [first] = site.call.args;
  const fits = callee.name === 'listen' && serverNames.test(receiver) && first && first.value.kind !== 'function';
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

const packageOf = (path: string): string => /^(?:@[^/.(]+\/)?[^/.(]+/.exec(path)?.[0] ?? path;

/** `listen(3000)`, `listen(process.env.PORT)`, `listen({ port })`: what mocks and routers listen to has no port. */
function givesPort({ call, scope }: CallSite, { resolver }: MatchInput): boolean {
  const first = call.args[0]?.value;
  if (!first) return false;
  if (first.kind === 'object') return first.entries.some(({ key }) => key === 'port');
  const value = resolver.settle(resolver.evaluate(first, baseEnv(scope)));
  return isText(value) ? parsePort(value.value) !== undefined : isPort(first, value);
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
    (value) => value.type === 'external' && value.origin.by !== 'unknown' && !isOpenRoot(value, site),
  );
  if (followed) return [];
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
function isOpenRoot(value: Extract<Value, { type: 'external' }>, site: CallSite): boolean {
  let root: Value = value;
  while (root.type === 'external' && root.receiver) root = root.receiver;
  void site;
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

const contextFor = (shape: CallShape, own: Context): Context =>
  shape.development && own === 'production' ? 'development' : own;

function bindsOf(site: CallSite, found: Found, index: ProgramIndex, input: MatchInput): Bind[] {
  const { shape, framework, word } = found.entry;
  const reader = new ArgumentReader(site, found, index.program, input);
  if (shape.needs !== undefined && !methodCalled(site, index, shape.needs)) return [];
  const start = shape.startedBy ? startOf(site, shape.startedBy, input) : undefined;
  const binds: Bind[] = [];
  for (const written of input.callers.waysTo(site.scope)) {
    const way = wayInto(start && sameScope(start.site, site) ? start.site : site, written);
    const place = reader.on(way, start);
    let sure = found.sure;
    if (listOf(shape.unless).some((where) => place.isGiven(where))) continue;
    if (shape.only) {
      const verdict = place.hasValue(shape.only.where, shape.only.values, shape.only.absent);
      if (verdict === 'no' || (verdict === 'unknown' && shape.only.seen)) continue;
      if (verdict === 'unknown') sure = false;
    }
    const pairs = place.addresses();
    if (pairs.length === 0) continue;
    const failing = start ?? { site, way };
    const promised = found.callee?.type === 'external' && found.callee.detached === 'promised';
    const { repair, ...seen }: Failure = failureOf(
      {
        framework: framework.name,
        rows: (shape.failure ?? []).map((row) => (promised && row.callback ? rejecting(row) : row)),
        advice: framework.advice,
        site: failing.site,
        way: start ? (sameScope(start.site, site) ? way : start.way) : way,
        blocks: shape.blocks,
        version: (name) => input.version(name, index.program.file),
      },
      input.resolver,
    );
    const failure: Failure = { ...seen, ...(repair && !found.indirect && { repair }) };
    const debug = shape.debug !== undefined && (shape.debug.where === undefined || place.isOn(shape.debug.where));
    // What only describes a server binds nothing where it stands.
    const statement = shape.startedBy && !start ? undefined : failing.site.places.at(-1)?.statement;
    const probes = closedAtOnce(site, index);
    const local = debug
      ? `it runs a ${shape.debug!.means === 'debugger' ? 'debugger' : 'reload server'}`
      : probes
        ? 'it is closed at once, as a look for a free port is'
        : meantToBeLocal(site, index);
    for (const { host, port } of pairs) {
      binds.push({
        kind: 'bind',
        span: site.call.callee.span,
        via: 'call',
        language: index.program.language,
        framework: word,
        scope: '',
        context: contextFor(shape, input.contextOf(index.program.file)),
        sure,
        host,
        port,
        protocol: shape.protocol ?? 'tcp',
        // Who only looks whether a port is free wants to know that, and no more.
        failure:
          (start === undefined && shape.startedBy) || probes
            ? { ...failure, state: 'unknown', silent: false }
            : failure,
        ...(probes && { probes: true as const }),
        reached:
          start && besideOthers(start.site)
            ? [...way.reached, { span: start.site.call.callee.span, via: 'task' }]
            : way.reached,
        blocks: shape.blocks,
        exclusive: branchesOf(site, way),
        ...(statement && { statement: statement.span }),
        ...(shape.guarded !== undefined && { guarded: shape.guarded }),
        ...(debug && {
          debug: shape.debug!.means,
          ...(shape.debug!.means === 'debugger' && { guarded: 'it runs a debugger' }),
        }),
        ...(local !== undefined
          ? { local }
          : isDialled(host, input)
            ? { local: 'the program itself connects to it' }
            : isHandedOn(host, site, index)
              ? { local: 'others are told this address too' }
              : isLoopback(host.value) &&
                (port.value === 0
                  ? { local: 'the system chooses its port, which others could not know' }
                  : host.origin.by === 'literal' &&
                    announcesLoopback(site) && { local: 'its own announcement names this address' })),
        ...(isStandalone(site, way) && { standalone: true as const }),
        root: rootOf(site, way),
        ...(shape.announces && { announces: true }),
      });
    }
  }
  return withoutRepeats(binds);
}

/** What the callback of a call would get rejects the promise that `util.promisify` makes of it. */
function rejecting({ callback: _callback, ...row }: BindFailure): BindFailure {
  return { ...row, shows: 'rejection', exit: 1 };
}

/** Ways that differ in nothing a reader could see are one. */
function withoutRepeats(binds: readonly Bind[]): Bind[] {
  const seen = new Set<string>();
  return binds.filter((bind) => {
    const key = JSON.stringify([
      bind.host.value,
      bind.host.span,
      bind.port.value,
      bind.port.span,
      bind.reached.map((step) => [step.span, step.via]),
      bind.failure.state,
    ]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The outermost scope on a way. */
function rootOf(site: CallSite, way: Way): string {
  const { program, function: shape } = (way.sites[0] ?? site).scope;
  return `${program.file}:${shape ? shape.span.start : ''}`;
}

/** Does the way lead through a file's own `if __name__ == '__main__'`? */
function isStandalone(site: CallSite, way: Way): boolean {
  const { places } = way.sites[0] ?? site;
  const text = (expr: Expr) => site.scope.program.text.slice(expr.span.start, expr.span.end);
  return places.some(
    ({ statement }) =>
      statement.kind === 'if' &&
      (mentions(statement.test, '__name__') ||
        (site.scope.program.language !== 'python' &&
          /\brequire\.main\b|\bmodule\.parent\b|\bimport\.meta\.(?:main|url)\b/.test(text(statement.test)))),
  );
}

/** What a whole file says of its servers, read once. */
interface LocalSigns {
  readonly whole: string | undefined;
  /** Comments that say that a server is local, or there for testing, in the order of their places. */
  readonly local: readonly Comment[];
  readonly testing: readonly Comment[];
}

const localSigns = new WeakMap<ProgramIndex, LocalSigns>();

const saysLocal =
  /\b(local(ly| only|host[- ]only|-only)?|loopback)\b.*\b(only|access|debug\w*|dev\w*|test\w*|run\w*)\b|\b(only|for) local|\bloopback\b|\bnot? expos/i;
const saysTesting = /\b(for|only|simple|quick|manual|local)\b.*\b(test(ing|s)?|debug(ging)?|dev(elopment)?|demos?)\b/i;

function localSignsIn(index: ProgramIndex): LocalSigns {
  const known = localSigns.get(index);
  if (known) return known;
  const comments = [...index.program.comments].sort((a, b) => a.span.start - b.span.start);
  const found = {
    whole: localAsAWhole(index.program),
    local: comments.filter(({ text }) => saysLocal.test(text)),
    testing: comments.filter(({ text }) => saysTesting.test(text)),
  };
  localSigns.set(index, found);
  return found;
}

function localAsAWhole({ text, language }: Program): string | undefined {
  if (language !== 'python' && /\b(?:from|require\()\s*['"](?:open|opener|electron|better-opn)['"]/.test(text))
    return 'it opens a browser or a window on this machine';
  if (/^\s*(?:import|from)\s+webbrowser\b/m.test(text) || /\bwebview\.(start|create_window)\b/.test(text))
    return 'it opens a browser on this machine';
  return /\.handle_request\(/.test(text) ? 'it takes one request, as sign-in callbacks do' : undefined;
}

/** The first of comments, which do not overlap, that ends behind a place. */
function firstEndingBehind(comments: readonly Comment[], offset: number): number {
  let [low, high] = [0, comments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle]!.span.end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The comments that overlap a stretch of the text. */
function* commentsWithin(comments: readonly Comment[], start: number, end: number): Iterable<Comment> {
  for (let at = firstEndingBehind(comments, start); at < comments.length && comments[at]!.span.start < end; at++)
    yield comments[at]!;
}

/** Signs that a server is for the person at this machine: a sign-in callback, a desktop tool, a comment that says so. */
function meantToBeLocal(site: CallSite, index: ProgramIndex): string | undefined {
  const { text } = index.program;
  const { whole, local, testing } = localSignsIn(index);
  if (whole !== undefined) return whole;
  const statement = site.places.at(-1)?.statement;
  if (!statement) return undefined;
  const above = aboveFunction(site, index);
  if (above && saysLocal.test(above.text)) return 'a comment says so';
  for (const { span } of commentsWithin(local, statement.span.start - 200, statement.span.end + 100))
    if (linesBetween(text, span.start, statement.span.start) <= 3) return 'a comment says so';
  for (const { span } of commentsWithin(testing, site.places[0]!.statement.span.start, statement.span.end))
    if (span.start >= site.places[0]!.statement.span.start) return 'a comment says that it is for testing';
  return undefined;
}

/** How many lines lie between two places; no more than matters. */
function linesBetween(text: string, one: number, other: number): number {
  const end = Math.max(one, other);
  let lines = 0;
  for (let at = text.indexOf('\n', Math.min(one, other)); at !== -1 && at < end && lines < 10; lines++)
    at = text.indexOf('\n', at + 1);
  return lines;
}

/** `server.listen(0, () => { ...; server.close(); })` */
function closedAtOnce(site: CallSite, { program }: ProgramIndex): boolean {
  const { callee, args } = site.call;
  if (program.language === 'python' || callee.kind !== 'member') return false;
  const server = program.text.slice(callee.object.span.start, callee.object.span.end);
  const last = server.slice(server.lastIndexOf('.') + 1);
  if (!/^\w+$/.test(last)) return false;
  const closes = new RegExp(`\\b${last}\\??\\.close\\(`);
  const text = ({ start, end }: Span) => program.text.slice(start, Math.min(end, start + 300));
  return args.some(
    ({ value }) => value.kind === 'function' && value.function.body.some(({ span }) => closes.test(text(span))),
  );
}

const commentsBefore = new WeakMap<FunctionShape, Comment | undefined>();

/** The comment right before the function that a call stands in. */
function aboveFunction(site: CallSite, { program }: ProgramIndex): Comment | undefined {
  const shape = site.scope.function;
  if (!shape || program.language === 'python') return undefined;
  if (commentsBefore.has(shape)) return commentsBefore.get(shape);
  const { start } = shape.nameSpan;
  const between = (end: number) => program.text.slice(end, start);
  const found = program.comments.find(
    ({ span }) => span.end <= start && start - span.end < 80 && /^[\s\w*(]*$/.test(between(span.end)),
  );
  commentsBefore.set(shape, found);
  return found;
}

/** How programs of Python connect. */
export const connecting: readonly string[] = [
  'connect',
  'connect_ex',
  'create_connection',
  'open_connection',
  'insecure_channel',
  'secure_channel',
];

const destinations = new WeakMap<Project['programs'], { readonly files: number; readonly found: readonly Value[] }>();

/** What the project connects to: where that is written is one in all containers. */
function destinationsOf({ resolver, callers }: MatchInput): readonly Value[] {
  const { programs, settings } = resolver.project;
  const known = destinations.get(programs);
  const files = programs.size + settings.length;
  if (known?.files === files) return known.found;
  const found: Value[] = [];
  for (const { program, calls } of programs.values()) {
    if (!/connect|channel/.test(program.text)) continue;
    for (const { call, scope } of calls) {
      const [first] = call.args;
      if (!first || first.spread || !connecting.includes(lastName(call.callee))) continue;
      const settled = (lazy: Lazy) => resolver.settle(resolver.evaluate(lazy.expr, lazy.env));
      for (const env of [baseEnv(scope), ...(scope.function ? callers.waysTo(scope).map((way) => way.env) : [])]) {
        const given = settled({ expr: first.value, env });
        found.push(given.type === 'list' && given.items[0] ? settled(given.items[0]) : given);
      }
    }
  }
  destinations.set(programs, { files, found });
  return found;
}

/** Does the project connect to the very place that a host is written in? */
function isDialled({ span, value }: Slot<string>, input: MatchInput): boolean {
  // Only what is meant to be local is of interest, and what a project connects to takes long to find.
  if (value === undefined || !isLoopback(value) || span.start === span.end) return false;
  const isThere = (given: Span) => given.file === span.file && given.start <= span.start && span.end <= given.end;
  return destinationsOf(input).some((given) => {
    if (given.type !== 'string') return false;
    if (isThere(given.span)) return true;
    const at = given.value.indexOf(value);
    return at !== -1 && isThere(input.resolver.partOf(given, at, at + value.length).span);
  });
}

const others = /(client|node|peer|member|replica|advertis|announce|regist|channel|session)/i;

/** Is an address that is written in one text handed to something beside the server, as the name by which others know it? */
function isHandedOn(host: Slot<string>, site: CallSite, index: ProgramIndex): boolean {
  const parameters = site.scope.function?.params ?? [];
  const own = site.call.args.find(
    ({ value, spread }) =>
      !spread && value.kind === 'name' && parameters.some(({ name }) => value.kind === 'name' && name === value.name),
  )?.value;
  if (own?.kind !== 'name' || !host.chain.some(({ note }) => note.startsWith(`parameter ${own.name} of `)))
    return false;
  return index.calls.some(
    ({ call, scope }) =>
      scope === site.scope &&
      call !== site.call &&
      others.test(lastName(call.callee)) &&
      call.args.some(({ value }) => value.kind === 'name' && value.name === own.name),
  );
}

/** `asyncio.gather(server.serve(), ...)`, `create_task(server.serve())`: the caller goes on beside it. */
function besideOthers(site: CallSite): boolean {
  return site.around.some(
    (expr) =>
      expr.kind === 'call' &&
      /^(create_task|ensure_future|gather|wait|start_soon|run_coroutine_threadsafe)$/.test(lastName(expr.callee)),
  );
}

const sameScope = (a: CallSite, b: CallSite) => a.scope === b.scope;

/** Branches on the way: two places in different branches of one statement exclude each other. */
function branchesOf(site: CallSite, way: Way): string[] {
  return [site, ...way.sites].flatMap(({ places, scope }) =>
    places.flatMap((place) =>
      place.branch !== undefined &&
      (place.statement.kind === 'if' || place.statement.kind === 'switch' || place.statement.kind === 'try')
        ? [
            `${scope.program.file}:${place.statement.span.start}=${place.branch}${place.handler ? place.handler.span.start : ''}`,
          ]
        : [],
    ),
  );
}

const methodCalls = new WeakMap<ProgramIndex, ReadonlyMap<string, readonly CallSite[]>>();

/** The calls of methods, by what they are called on. */
function methodCallsIn(index: ProgramIndex): ReadonlyMap<string, readonly CallSite[]> {
  const known = methodCalls.get(index);
  if (known) return known;
  const found = new Map<string, CallSite[]>();
  for (const site of index.calls) {
    if (site.call.callee.kind !== 'member') continue;
    const { object } = site.call.callee;
    // What is longer is a chain of calls, and none that is written twice.
    if (object.span.end - object.span.start > longestReceiver) continue;
    const receiver = index.program.text.slice(object.span.start, object.span.end);
    const sites = found.get(receiver);
    if (sites) sites.push(site);
    else found.set(receiver, [site]);
  }
  methodCalls.set(index, found);
  return found;
}

const longestReceiver = 200;

/** Is a method called on the object that this method is called on? */
function methodCalled(site: CallSite, index: ProgramIndex, method: string): boolean {
  const receiver = site.call.callee.kind === 'member' ? site.call.callee.object : undefined;
  if (!receiver) return false;
  const written = index.program.text.slice(receiver.span.start, receiver.span.end);
  return (methodCallsIn(index).get(written) ?? []).some(
    ({ call, scope }) => call.callee.kind === 'member' && call.callee.name === method && related(scope, site.scope),
  );
}

function related(a: CallSite['scope'], b: CallSite['scope']): boolean {
  if (a === b) return true;
  const owner = (scope: CallSite['scope']) => (scope.parent?.kind === 'class' ? scope.parent : undefined);
  return (owner(a) !== undefined && owner(a) === owner(b)) || a.parent === b || b.parent === a;
}

interface Start {
  readonly site: CallSite;
  readonly way: Way;
  readonly env: Env;
}

/** The call that starts what another call only describes. */
function startOf(described: CallSite, startedBy: readonly string[], input: MatchInput): Start | undefined {
  const names = new Set(startedBy.map((path) => path.slice(path.lastIndexOf('.') + 1)));
  let best: Start | undefined;
  for (const index of input.resolver.project.programs.values()) {
    for (const site of [...index.calls, ...input.callers.startedIn(index)]) {
      if (site.call.callee.kind !== 'member' || !names.has(site.call.callee.name)) continue;
      for (const written of input.callers.waysTo(site.scope)) {
        const way = wayInto(site, written);
        for (const value of input.resolver.callee(site, way.env)) {
          if (value.type !== 'external' || !startedBy.includes(value.path)) continue;
          if (!holdsCall(value, described.call, input.resolver)) continue;
          // A serve call says more of what happens on a taken port than a look at the socket.
          best = { site, way, env: way.env };
        }
        if (best?.site === site) return best;
      }
    }
  }
  return best;
}

/** Was this object made by, or from what was made by, a call? */
function holdsCall(value: Value, call: CallExpr, resolver: Resolver, depth = 0): boolean {
  if (depth > 4 || value.type !== 'external') return false;
  if (value.call?.call === call) return true;
  if (value.receiver && holdsCall(value.receiver, call, resolver, depth + 1)) return true;
  if (!value.call) return false;
  const { call: made, env } = value.call;
  return made.args.some((arg) =>
    resolver.evaluate(arg.value, env).some((inner) => holdsCall(inner, call, resolver, depth + 1)),
  );
}

/** Reads the arguments of one call for one way to it. */
class ArgumentReader {
  readonly #site: CallSite;
  readonly #found: Found;
  readonly #program: Program;
  readonly #input: MatchInput;
  readonly #quote: string;
  readonly #scopes: readonly Scope[];

  constructor(site: CallSite, found: Found, program: Program, input: MatchInput) {
    const index = input.resolver.project.programs.get(program.file);
    this.#scopes = index ? [index.module, ...index.scopes.values()] : [];
    this.#site = site;
    this.#found = found;
    this.#program = program;
    this.#input = input;
    this.#quote = quoteOf(program);
  }

  on(way: Way, start: Start | undefined) {
    const { resolver } = this.#input;
    const { shape, framework } = this.#found.entry;
    const call = this.#site.call;
    const env = way.env;
    const callee =
      this.#found.callee && resolver.callee(this.#site, env).find((value) => value.type === this.#found.callee!.type);

    const find = (where: Where): Given => {
      if (where.of === 'start') return start ? argumentAt(start.site.call, start.env, where) : absent;
      if (
        where.of === 'constructor' ||
        (where.attribute !== undefined && where.arg === undefined && where.keyword === undefined)
      ) {
        const made = callee?.type === 'external' ? madeBy(callee) : undefined;
        if (!made) return hidden;
        if (where.attribute !== undefined)
          return attributeOf(call.callee.kind === 'member' ? call.callee.object : undefined, where.attribute, env);
        return argumentAt(made.call, made.env, where);
      }
      return argumentAt(call, env, where);
    };

    const madeBy = (value: Extract<Value, { type: 'external' }>): { call: CallExpr; env: Env } | undefined => {
      const receiver = value.receiver;
      if (receiver?.type === 'external') return receiver.call;
      if (receiver?.type === 'object') return receiver.call;
      return value.call;
    };

    const scripted = this.#program.language !== 'python';
    /** No function and no object of options. */
    const mayBeAddress = (lazy: Lazy): boolean => {
      if (isCallback(lazy.expr)) return false;
      const value = resolver.settle(resolver.evaluate(lazy.expr, lazy.env));
      return value.type !== 'function' && value.type !== 'map' && value.type !== 'list' && value.type !== 'class';
    };

    /** A text with a slash where the port stands is the path of a socket. */
    const opensPath = (given: Given): boolean => {
      const value = given.state === 'given' ? settled(given.lazy) : undefined;
      return value?.type === 'string' && /[\\/]|\.sock$/.test(value.value);
    };

    const isFlag = (item: Lazy): boolean => {
      const value = resolver.settle(resolver.evaluate(item.expr, item.env));
      return value.type === 'string' && value.value.startsWith('-');
    };

    const ahead = callee?.type === 'external' ? callee.bound : undefined;
    const argumentAt = (target: CallExpr, inside: Env, where: Where): Given => {
      const written = resolver.argumentsOf(target, inside);
      const bound = target === call ? mergeArguments(ahead, written) : written;
      const lazy =
        (where.keyword !== undefined ? bound.named.get(where.keyword) : undefined) ??
        (where.arg !== undefined ? bound.positional[where.arg] : undefined);
      if (where.type !== undefined) {
        const expr = target.types?.[where.type];
        return expr ? { state: 'given', lazy: { expr, env: inside } } : absent;
      }
      if (!lazy) {
        const spread = !scripted && where.keyword !== undefined && where.item === undefined && bound.open;
        const given = spread ? resolver.spreadFor(bound, where.keyword!) : undefined;
        if (given) return { state: 'given', lazy: given };
        return bound.open ? hidden : absent;
      }
      if (scripted && where.item === undefined && !mayBeAddress(lazy)) return absent;
      if (where.attribute !== undefined) return attributeOf(lazy.expr, where.attribute, lazy.env);
      if (where.item === undefined) return { state: 'given', lazy };
      const value = resolver.settle(resolver.evaluate(lazy.expr, lazy.env));
      if (value.type === 'list') {
        const rest = typeof where.item === 'number' ? value.items.slice(where.item) : [];
        if (rest[0] === undefined) return absent;
        // The words of a command line: an address may stand behind flags.
        if (isFlag(rest[0])) return rest.every(isFlag) ? absent : hidden;
        return { state: 'given', lazy: rest[0] };
      }
      if (value.type === 'map') {
        return itemOf(value, String(where.item));
      }
      if (scripted && (value.type === 'function' || isPort(lazy.expr, value))) return absent;
      // What a class of a library makes holds no options.
      if (scripted && value.type === 'external' && instance.test(value.path)) return absent;
      return value.type === 'string' || value.type === 'number' ? absent : hidden;
    };

    /** An entry of an object, or of an object in it: `listen.port`. */
    const itemOf = (object: Extract<Value, { type: 'map' }>, item: string): Given => {
      const entry = object.entries.get(item);
      if (entry) return { state: 'given', lazy: entry };
      const dot = scripted ? item.indexOf('.') : -1;
      const outer = dot === -1 ? undefined : object.entries.get(item.slice(0, dot));
      if (!outer) return object.open ? hidden : absent;
      const inner = settled(outer);
      if (inner.type === 'map') return itemOf(inner, item.slice(dot + 1));
      return inner.type === 'none' ? absent : hidden;
    };

    const attributeOf = (object: Expr | undefined, attribute: string, inside: Env): Given => {
      if (object?.kind !== 'name') return absent;
      const dot = attribute.lastIndexOf('.');
      const owner = dot === -1 ? object.name : `${object.name}.${attribute.slice(0, dot)}`;
      const name = attribute.slice(dot + 1);
      const set = attributeAssignments(owner, name, inside.scope);
      const last =
        set.findLast((statement) => statement.span.end <= call.span.start || statement.span.file !== call.span.file) ??
        set.at(-1);
      if (last?.value) return { state: 'given', lazy: { expr: last.value, env: inside } };
      // An object of the module may be set up by another function.
      for (const scope of this.#scopes) {
        const elsewhere = attributeAssignments(owner, name, scope).at(-1);
        if (elsewhere?.value) return { state: 'given', lazy: { expr: elsewhere.value, env: baseEnv(scope) } };
      }
      return absent;
    };

    /** The first alternative that is given; hidden where one may be. */
    const first = (places: readonly Where[]): { given: Given; where: Where | undefined } => {
      let result: Given = absent;
      for (const where of places) {
        const given = find(where);
        if (given.state === 'given') {
          if (given.lazy.expr.kind === 'none') continue;
          return { given, where };
        }
        if (given.state === 'hidden') result = hidden;
      }
      return { given: result, where: undefined };
    };

    const settled = (lazy: Lazy): Value => resolver.settle(resolver.evaluate(lazy.expr, lazy.env));

    const isGiven = (where: Where): boolean => {
      const given = find(where);
      if (given.state !== 'given') return false;
      const value = settled(given.lazy);
      // What a user may give, and need not, leaves the usual way open.
      return value.type !== 'none' && !(value.type === 'unknown' && (value.optional === true || value.adjustable));
    };

    const hasValue = (where: Where, values: readonly string[], whenAbsent: boolean): 'yes' | 'no' | 'unknown' => {
      const given = find(where);
      if (given.state === 'absent') return whenAbsent ? 'yes' : 'no';
      if (given.state === 'hidden') return 'unknown';
      const value = settled(given.lazy);
      if (value.type === 'external')
        return values.includes(value.path) ? 'yes' : value.origin.by === 'unknown' ? 'unknown' : 'no';
      if (value.type === 'string' || value.type === 'boolean')
        return values.includes(String(value.value)) ? 'yes' : value.adjustable ? 'unknown' : 'no';
      return value.type === 'none' ? (whenAbsent ? 'yes' : 'no') : 'unknown';
    };

    const isOn = (where: Where): boolean => {
      const given = find(where);
      if (given.state !== 'given') return false;
      const value = settled(given.lazy);
      return value.type === 'boolean' && value.value && !value.adjustable;
    };

    const defaults = (): { host?: string; port?: number } => {
      for (const other of shape.defaultsWith ?? []) {
        const verdict = other.values ? hasValue(other.where, other.values, false) === 'yes' : isGiven(other.where);
        if (verdict) return { ...framework.defaults, ...shape.defaults, ...other };
      }
      return { ...framework.defaults, ...shape.defaults };
    };

    const inElsewhere = (words: readonly string[] | undefined) =>
      words?.some((word) => this.#program.text.includes(word)) ?? false;

    const missing = <T extends string | number>(
      role: 'host' | 'port',
      places: readonly Where[],
      state: 'absent' | 'hidden',
    ): Slot<T> => {
      const insert = this.#insertion(places);
      const site = insert?.span ?? { ...call.inside, start: call.inside.end };
      const writable = insert && !this.#input.readOnly(this.#program.file);
      const common = {
        span: site,
        site,
        chain: [] as Step[],
        fixed: true,
        ...(writable && { frame: this.#quoted(insert.frame, role), siteFrame: this.#quoted(insert.frame, role) }),
      };
      if (state === 'hidden' || inElsewhere(shape.elsewhere?.[role]) || shape.required?.includes(role)) {
        return { value: undefined, origin: { by: 'unknown' }, ...common, fixed: false };
      }
      const value = defaults()[role] as T | undefined;
      const origin: Origin =
        value === undefined ? { by: 'unknown' } : { by: 'default', of: framework.name, docs: framework.docs };
      const variable = shape.environment?.[role]?.[0];
      return {
        value,
        origin: variable !== undefined ? { by: 'env', name: variable } : origin,
        ...common,
        fixed: variable === undefined,
      };
    };

    /** A host at a place that the call does not look at. */
    const inVain = () => {
      for (const where of shape.ignores?.host ?? []) {
        const given = find(where);
        const value = given.state === 'given' ? settled(given.lazy) : undefined;
        if (value?.type !== 'string' || given.state !== 'given') continue;
        const name = typeof where.item === 'string' ? where.item : 'the third argument';
        return { site: given.lazy.expr.span, ignored: { name, value: undefined } };
      }
      return undefined;
    };

    const slotAt = <T extends string | number>(role: 'host' | 'port', places: readonly Where[]): Slot<T> => {
      const { given } = first(places);
      if (given.state === 'absent' && role === 'host') {
        const vain = inVain();
        if (vain) return { ...withoutFrames(missing<T>(role, [], 'absent')), ...vain, fixed: true };
      }
      if (given.state !== 'given') return missing<T>(role, places, given.state);
      const value = settled(given.lazy);
      // A backlog where the host would stand.
      if (scripted && role === 'host' && (value.type === 'number' || value.type === 'boolean'))
        return missing<T>(role, places, 'absent');
      if (value.type === 'none' || (value.type === 'unknown' && value.optional)) {
        const fallback = missing<T>(role, [], 'absent');
        const isDefault =
          (shape.noneIsDefault === true || shape.noneIsDefault === role) && this.#arrivesAsNone(given.lazy, value);
        if (value.type === 'unknown' && value.origin.by === 'env' && !isDefault)
          return this.#unset<T>(role, given.lazy, value);
        // The framework's default holds where the option is not given.
        const origin = value.adjustable ? value.origin : fallback.origin;
        return {
          ...fallback,
          origin,
          span: value.span,
          site: given.lazy.expr.span,
          chain: value.steps,
          fixed: !value.adjustable,
          ...(value.declared && { declared: value.declared }),
          ...this.#siteFrame(given.lazy, role),
        };
      }
      const ignored = this.#ignored<T>(role, given.lazy, env);
      return { ...this.#slot<T>(role, given.lazy, value), ...(ignored && { ignored }) };
    };

    const addresses = (): { host: Slot<string>; port: Slot<number> }[] => {
      const hosts = listOf(shape.host);
      const ports = listOf(shape.port);
      const given = shape.address === undefined ? undefined : first(listOf(shape.address));
      const halves = [...hosts, ...ports].some((where) => where.item !== undefined && find(where).state === 'given');
      if (given?.given.state === 'given' && !halves && settled(given.given.lazy).type !== 'number') {
        const { lazy } = given.given;
        const value = settled(lazy);
        const items = value.type === 'list' ? value.items : [lazy];
        // waitress takes several addresses in one text.
        if (value.type === 'string' && /\S\s+\S/.test(value.value.trim()))
          return value.value
            .trim()
            .split(/\s+/)
            .flatMap((address) => this.#wholeAddress(address, value, shape));
        return items.flatMap((item) => this.#splitAddress(item, missing, hosts, ports, shape));
      }
      if (shape.onlyWritten) {
        const written = [...hosts, ...ports].some((where) => {
          const found = find(where);
          if (found.state !== 'given') return found.state !== 'absent';
          // A server that is handed over opens no port here.
          const value = settled(found.lazy);
          return !scripted || where.item !== undefined || isText(value) || isPort(found.lazy.expr, value);
        });
        if (!written && given?.given.state !== 'hidden') return [];
      }
      if (scripted && opensPath(first(ports).given)) return [];
      if (given && hosts.length === 0 && ports.length === 0) {
        const insert = listOf(shape.address);
        return [
          {
            host: missing<string>('host', insert, given.given.state === 'absent' ? 'absent' : 'hidden'),
            port: missing<number>('port', insert, given.given.state === 'absent' ? 'absent' : 'hidden'),
          },
        ].map(({ host, port }) => ({
          host: withoutFrames(host),
          port: withoutFrames(port),
        }));
      }
      return [{ host: slotAt<string>('host', hosts), port: slotAt<number>('port', ports) }];
    };

    return { addresses, isGiven, hasValue, isOn };
  }

  /** One `host:port` text, or a template of both. */
  #splitAddress(
    lazy: Lazy,
    missing: <T extends string | number>(
      role: 'host' | 'port',
      places: readonly Where[],
      state: 'absent' | 'hidden',
    ) => Slot<T>,
    hosts: readonly Where[],
    ports: readonly Where[],
    shape: CallShape,
  ): { host: Slot<string>; port: Slot<number> }[] {
    const { resolver } = this.#input;
    const bare = (slot: Slot<never>) => withoutFrames(slot) as never;
    const value = resolver.settle(resolver.evaluate(lazy.expr, lazy.env));
    if (lazy.expr.kind === 'template' && shape.notation !== 'endpoint') {
      const colon = lazy.expr.parts.findIndex(
        (piece) => piece.kind === 'string' && piece.value.includes(':') && !piece.value.includes('://'),
      );
      const after = lazy.expr.parts[colon + 1];
      const before = lazy.expr.parts[colon - 1];
      if (colon > 0 && colon === 1 && before && before.kind !== 'string') {
        const host = this.#slot<string>(
          'host',
          { expr: before, env: lazy.env },
          resolver.settle(resolver.evaluate(before, lazy.env)),
        );
        const port =
          after && after.kind !== 'string'
            ? this.#slot<number>(
                'port',
                { expr: after, env: lazy.env },
                resolver.settle(resolver.evaluate(after, lazy.env)),
              )
            : undefined;
        const literal = lazy.expr.parts[colon]!;
        const digits = literal.kind === 'string' ? parsePort(literal.value.replace(/^:/, '')) : undefined;
        return [
          {
            host: withoutSite(host),
            port: port ? withoutSite(port) : { ...this.#plain<number>(value), value: digits },
          },
        ];
      }
      const [first, second] = lazy.expr.parts;
      if (first?.kind === 'string' && first.value.endsWith(':') && second) {
        const parts = splitAddress(
          first.value.slice(first.value.includes('://') ? first.value.indexOf('://') + 3 : 0),
          'host',
        );
        const port = this.#slot<number>(
          'port',
          { expr: second, env: lazy.env },
          resolver.settle(resolver.evaluate(second, lazy.env)),
        );
        return [
          {
            host: {
              ...this.#plain<string>(value),
              value: parts.host && (parts.host.text.replace(/^\[(.*)\]$/, '$1') || '0.0.0.0'),
              origin: { by: 'literal' },
              fixed: true,
            },
            port: withoutSite(port),
          },
        ];
      }
    }
    if (value.type === 'string') {
      const text = value.value;
      if (
        text.startsWith('unix:') ||
        text.startsWith('/') ||
        text.startsWith('fd:') ||
        text.startsWith('ipc:') ||
        text.startsWith('inproc:')
      )
        return [];
      const prefix = shape.notation === 'url' ? (/^[a-z+]+:\/\//i.exec(text)?.[0].length ?? 0) : 0;
      if (shape.notation === 'endpoint') {
        const port = /^(?:tcp6?|ssl):(?:port=)?(\d+)/.exec(text)?.[1];
        const host = /interface=((?:\\.|[^:\\])+)/.exec(text)?.[1];
        if (!/^(tcp|ssl)/.test(text)) return [];
        return [
          {
            host: { ...this.#plain<string>(value), value: host === undefined ? '0.0.0.0' : host.replaceAll('\\', '') },
            port: { ...this.#plain<number>(value), value: port === undefined ? undefined : parsePort(port) },
          },
        ];
      }
      const parts = splitAddress(text.slice(prefix), shape.bare ?? 'host');
      const part = (start: number, end: number): Partial<Slot<never>> => {
        if (value.quote === undefined || this.#input.readOnly(value.span.file)) return {};
        const base = value.span.start + value.quote.length + prefix;
        const span = { file: value.span.file, start: base + start, end: base + end };
        const frame: Frame = { before: '', after: '', quote: '', part: true };
        return { span, frame };
      };
      const common = this.#plain<never>(value);
      const host: Slot<string> = parts.host
        ? {
            ...common,
            value: parts.host.text === '' ? '0.0.0.0' : parts.host.text.replace(/^\[(.*)\]$/, '$1'),
            ...(part(parts.host.start, parts.host.end) as object),
          }
        : bare(missing('host', hosts, 'absent') as never);
      if (value.pieces) {
        const made = <T extends string | number>(role: 'host' | 'port', at: { start: number; end: number }) =>
          withoutSite(this.#slot<T>(role, lazy, resolver.partOf(value, prefix + at.start, prefix + at.end)));
        return [
          {
            host: parts.host
              ? anyWhereEmpty(made<string>('host', parts.host))
              : bare(missing('host', hosts, 'absent') as never),
            port: parts.port ? made<number>('port', parts.port) : bare(missing('port', ports, 'absent') as never),
          },
        ];
      }
      const portNumber = parts.port && parsePort(parts.port.text);
      const port: Slot<number> = parts.port
        ? {
            ...common,
            value: portNumber,
            ...(portNumber === undefined && { written: parts.port.text }),
            ...(part(parts.port.start, parts.port.end) as object),
          }
        : bare(missing('port', ports, 'absent') as never);
      return [{ host, port }];
    }
    return [{ host: this.#plain<string>(value), port: this.#plain<number>(value) }];
  }

  /** An address among others in one text: it can be read, and not be rewritten by itself. */
  #wholeAddress(address: string, value: Value, shape: CallShape): { host: Slot<string>; port: Slot<number> }[] {
    const parts = splitAddress(address, shape.bare ?? 'host');
    const plain = <T>(known: T | undefined): Slot<T> => ({ ...this.#plain<T>(value), value: known });
    return [
      {
        host: plain(
          parts.host === undefined || parts.host.text === '' ? '0.0.0.0' : parts.host.text.replace(/^\[(.*)\]$/, '$1'),
        ),
        port: plain(parts.port && parsePort(parts.port.text)),
      },
    ];
  }

  /** A slot of unknown value at a place. */
  #plain<T>(value: Value): Slot<T> {
    return {
      value: undefined,
      origin:
        value.type === 'string'
          ? value.origin
          : ({
              by: value.adjustable ? value.origin.by : 'unknown',
              ...(value.adjustable ? value.origin : {}),
            } as Origin),
      span: value.span,
      site: value.span,
      chain: value.steps,
      fixed: !value.adjustable,
    };
  }

  #siteFrame(lazy: Lazy, role: 'host' | 'port'): { siteFrame?: Frame } {
    const { kind, span } = lazy.expr;
    // What a spread mapping gives is written nowhere at the call.
    if (this.#input.readOnly(span.file) || (kind === 'other' && span.start === span.end)) return {};
    return { siteFrame: this.#quoted({ before: '', after: '' }, role) };
  }

  #slot<T extends string | number>(role: 'host' | 'port', lazy: Lazy, value: Value): Slot<T> {
    const site = lazy.expr.span;
    const chain: Step[] = [...value.steps];
    const own = this.#frameOf(value);
    const others = value.also ?? [];
    const also = others.flatMap((other) => {
      // What was cut out of a text is no longer what the other branches write.
      const same = 'value' in other && 'value' in value && other.value === value.value;
      const frame = same ? this.#frameOf(other) : undefined;
      return frame ? [{ span: other.span, frame }] : [];
    });
    const frame = also.length === others.length ? own : undefined;
    const common = {
      origin: value.origin,
      span: value.span,
      site,
      chain,
      fixed: !value.adjustable,
      ...(frame && { frame }),
      ...(frame && also.length > 0 && { also }),
      ...(value.declared && { declared: value.declared }),
      ...this.#siteFrame(lazy, role),
    };
    if (role === 'host') {
      const host = value.type === 'string' ? value.value : undefined;
      return {
        value: host as T | undefined,
        ...common,
        ...(host === undefined && { origin: unknownUnlessRead(value) }),
      };
    }
    if (value.type === 'number' || value.type === 'string') {
      const port = parsePort(value.value);
      return { value: port as T | undefined, ...(port === undefined && { written: String(value.value) }), ...common };
    }
    return {
      value: undefined,
      ...common,
      origin: unknownUnlessRead(value),
      ...(value.type === 'unknown' && value.written !== undefined && { written: value.written }),
    };
  }

  /** How a new value is written where this one stands. */
  #frameOf(value: Value): Frame | undefined {
    const writable =
      !this.#input.readOnly(value.span.file) &&
      (value.type === 'string' || value.type === 'number') &&
      literalAt(value);
    if (!writable) return undefined;
    return 'frame' in value && value.frame
      ? value.frame
      : {
          before: '',
          after: '',
          quote:
            value.type === 'string' && 'quote' in value
              ? (value.quote ?? '')
              : 'quote' in value
                ? (value.quote ?? '')
                : '',
          ...(value.part ? { part: true } : !value.document && { code: codeOf(this.#program) }),
        };
  }

  /** A variable that is read without a fallback: one could be written into the call that reads it. */
  #unset<T>(role: 'host' | 'port', lazy: Lazy, value: Value): Slot<T> {
    const { file, start, end } = value.span;
    const program = this.#input.resolver.project.programs.get(file)?.program;
    if (program !== undefined && program.language !== 'python') {
      const fallback = this.#input.readOnly(file) ? undefined : fallbackInScript(program, value.span, this.#quote);
      return {
        value: undefined,
        origin: value.origin,
        span: value.span,
        site: lazy.expr.span,
        chain: value.steps,
        unset: true,
        fixed: false,
        ...fallback,
        ...this.#siteFrame(lazy, role),
      };
    }
    const read = this.#textOf(value.span);
    // With nothing behind the name but a comma or a comment.
    const named = read.length < 500 ? /^[\w.]+\(\s*(["'])\w+\1(?=\s*,?\s*(?:#[^\n]*\n\s*)?\)$)/.exec(read) : null;
    const at = start + (named?.[0].length ?? 0);
    const open = named !== null && !this.#input.readOnly(file);
    // `os.environ["PORT"]` ends the program and says itself what is missing.
    const demanded = read.endsWith(']');
    return {
      value: undefined,
      origin: value.origin,
      span: open ? { file, start: at, end: at } : { file, start, end },
      site: lazy.expr.span,
      chain: value.steps,
      ...(!demanded && { unset: true as const }),
      fixed: false,
      ...(open && { frame: { before: ', ', after: '', quote: this.#quote, code: codeOf(this.#program) } }),
      ...this.#siteFrame(lazy, role),
    };
  }

  #textOf({ file, start, end }: Span): string {
    return this.#input.resolver.project.programs.get(file)?.program.text.slice(start, end) ?? '';
  }

  /** Nothing turns the variable into a number on its way: without it the call is given None. */
  #arrivesAsNone(lazy: Lazy, { span }: Value): boolean {
    const conversion = /\b(?:int|float|str|Number|parseInt|parseFloat|String)\(\s*$|\+\s*$/;
    const before = this.#textOf({ ...span, start: Math.max(0, span.start - 40), end: span.start });
    return (
      !conversion.test(before) &&
      !(
        lazy.expr.kind === 'call' &&
        /^(int|float|str|Number|parseInt|parseFloat|String)$/.test(lastName(lazy.expr.callee))
      )
    );
  }

  /** `host="0.0.0.0"` in a function that takes a parameter `host`. */
  #ignored<T>(role: 'host' | 'port', lazy: Lazy, env: Env): Slot<T>['ignored'] | undefined {
    const shape = env.scope.function;
    // Beside a UDP socket these may be of the other side.
    if (this.#found.entry.shape.protocol === 'udp') return undefined;
    if (!shape || env.scope !== this.#site.scope || (lazy.expr.kind !== 'string' && lazy.expr.kind !== 'number'))
      return undefined;
    // Any free port, where the one that is passed is taken.
    if (lazy.expr.kind === 'number' && lazy.expr.value === 0) return undefined;
    const param = shape.params.find((candidate) => candidate.name === role && candidate.kind === 'normal');
    if (!param) return undefined;
    const { resolver } = this.#input;
    const value = resolver.settle(resolver.evaluate({ kind: 'name', name: role, span: lazy.expr.span }, env));
    const known =
      role === 'port' && (value.type === 'number' || value.type === 'string')
        ? parsePort(value.value)
        : value.type === 'string'
          ? value.value
          : undefined;
    return { name: role, value: known as T | undefined };
  }

  #quoted(frame: { before: string; after: string }, role: 'host' | 'port'): Frame {
    return { ...frame, quote: role === 'host' ? this.#quote : '', code: codeOf(this.#program) };
  }

  /** Where an argument that is left out would be written: among the options, or behind the arguments before it. */
  #insertionInScript(places: readonly Where[]): { span: Span; frame: { before: string; after: string } } | undefined {
    const { call, scope } = this.#site;
    const { resolver } = this.#input;
    for (const { of, arg, item, attribute } of places) {
      if ((of !== undefined && of !== 'call') || arg === undefined || attribute !== undefined) continue;
      if (call.args.slice(0, arg + 1).some(({ spread }) => spread)) return undefined;
      const written = call.args[arg]?.value;
      if (typeof item === 'string') {
        const path = item.split('.');
        const key = path.pop()!;
        const within = (object: Expr | undefined, name: string) =>
          object?.kind === 'object' ? object.entries.findLast((entry) => entry.key === name)?.value : undefined;
        const object = path.reduce(within, written);
        if (object?.kind !== 'object') continue;
        const last = object.entries.at(-1);
        const at = last ? last.span.end : object.span.start + 1;
        const span = { file: call.span.file, start: at, end: at };
        if (!last) return { span, frame: { before: ` ${key}: `, after: ' ' } };
        return {
          span,
          frame: { before: `${this.#separator(last.span.start, object.span.start)}${key}: `, after: '' },
        };
      }
      const before = arg === 0 ? undefined : call.args[arg - 1];
      if (!before || (written && !isCallback(written))) continue;
      const value = resolver.settle(resolver.evaluate(before.value, baseEnv(scope)));
      if (!isText(value) && !isPort(before.value, value)) continue;
      const at = before.span.end;
      const span = { file: call.span.file, start: at, end: at };
      return { span, frame: { before: this.#separator(before.span.start, call.inside.start), after: '' } };
    }
    return undefined;
  }

  /** A comma, and a new line where what stands before has a line of its own. */
  #separator(last: number, open: number): string {
    const { text } = this.#program;
    const lineStart = text.lastIndexOf('\n', last - 1) + 1;
    const indent = text.slice(lineStart, last);
    if (lineStart <= open || !/^[ \t]*$/.test(indent)) return ', ';
    return `,${text[lineStart - 2] === '\r' ? '\r\n' : '\n'}${indent}`;
  }

  /** Where an argument that is left out would be written, by keyword. */
  #insertion(places: readonly Where[]): { span: Span; frame: { before: string; after: string } } | undefined {
    if (this.#program.language !== 'python') return this.#insertionInScript(places);
    const where = places.find(
      (place) =>
        (place.of === undefined || place.of === 'call') &&
        place.keyword !== undefined &&
        place.item === undefined &&
        place.attribute === undefined,
    );
    if (!where || this.#site.started?.packed) return undefined;
    const { call } = this.#site;
    const last = call.args.at(-1);
    const at = last ? last.span.end : call.inside.start;
    const span = { file: call.span.file, start: at, end: at };
    if (!last) return { span, frame: { before: `${where.keyword}=`, after: '' } };
    const text = this.#program.text;
    const lineStart = text.lastIndexOf('\n', last.span.start - 1) + 1;
    const indent = text.slice(lineStart, last.span.start);
    const ownLine = /^[ \t]*$/.test(indent) && lineStart > call.inside.start;
    const newline = text[lineStart - 2] === '\r' ? '\r\n' : '\n';
    // Behind the comma and the comment that belong to the last argument.
    const rest = ownLine ? /^[ \t]*,[ \t]*(?:#[^\r\n]*)?(?=\r?\n)/.exec(text.slice(at, call.inside.end)) : null;
    if (rest) {
      const end = at + rest[0].length;
      return {
        span: { ...span, start: end, end },
        frame: { before: `${newline}${indent}${where.keyword}=`, after: ',' },
      };
    }
    return {
      span,
      frame: { before: ownLine ? `,${newline}${indent}${where.keyword}=` : `, ${where.keyword}=`, after: '' },
    };
  }
}

/** A name that functions go by which are called when it is done. */
const callbackName =
  /^(cb|callback|done|next|fn|func|resolve|reject|handler|listener|listening|on[A-Z]\w*|\w*(?:Callback|Listener|Handler))$/;

const isCallback = (expr: Expr): boolean =>
  expr.kind === 'function' ||
  callbackName.test(lastName(expr)) ||
  (expr.kind === 'call' && expr.callee.kind === 'member' && expr.callee.name === 'bind');

/** A value that nobody sees is still a port, and no object of options, where its name or its way says so. */
function isPort(expr: Expr, value: Value): boolean {
  if (value.origin.by === 'env' || value.origin.by === 'argument') return true;
  if (value.type === 'settings' || value.origin.by === 'config')
    return /port/i.test(lastName(expr)) || expr.kind === 'call';
  const inner = expr.kind === 'binary' ? expr.left : expr.kind === 'unary' ? expr.operand : expr;
  return (
    /port$/i.test(lastName(inner)) ||
    (inner.kind === 'call' && /^(Number|parseInt|parseFloat|\w*[pP]ort)$/.test(lastName(inner.callee)))
  );
}

/** What a constructor gives, behind the methods that set it up: `hono.Hono().get()`. */
const instance = /(?:^|[./])[A-Z]\w*\(\)(?:\.\w+\(\))*$/;

const codeOf = (program: Program): 'python' | 'javascript' => (program.language === 'python' ? 'python' : 'javascript');

function unknownUnlessRead(value: Value): Origin {
  return value.adjustable ? value.origin : { by: 'unknown' };
}

/** The text at the value's span is the value itself, so that it can be replaced. */
function literalAt(value: Value): boolean {
  if (value.type === 'string') return value.quote !== undefined;
  return value.type === 'number';
}

function withoutFrames<T>(slot: Slot<T>): Slot<T> {
  const { frame: _frame, also: _also, siteFrame: _siteFrame, ...rest } = slot;
  return rest;
}

/** `:8000` listens everywhere; the brackets of `[::]:8000` are not of the host. */
const anyWhereEmpty = (slot: Slot<string>): Slot<string> =>
  slot.value === undefined ? slot : { ...slot, value: slot.value.replace(/^\[(.*)\]$/, '$1') || '0.0.0.0' };

function withoutSite<T>(slot: Slot<T>): Slot<T> {
  const { siteFrame: _siteFrame, ...rest } = slot;
  return rest;
}

const quotes = new WeakMap<Program, string>();

/** The quotes a file mostly uses. */
export function quoteOf(program: Program): string {
  const known = quotes.get(program);
  if (known !== undefined) return known;
  const count = (mark: string) => program.text.split(mark).length;
  const quote = count("'") > count('"') ? "'" : '"';
  quotes.set(program, quote);
  return quote;
}
