import { isLoopback } from './address.ts';
import { append } from './append.ts';
import type { Bind, Context, Failure, Slot } from './facts.ts';
import type { BindFailure, CallShape, CommandShape, Framework } from './framework.ts';
import { announcesLoopback } from './match/announcements.ts';
import { ArgumentReader, isNoPort } from './match/arguments.ts';
import { mayCall, rootsIn } from './match/callees.ts';
import { conditionsOf } from './match/conditions.ts';
import { runOf } from './match/coroutines.ts';
import { isDialled, isHandedOn } from './match/destinations.ts';
import {
  baseConstructor,
  type Entry,
  entriesFor,
  type Found,
  listOf,
  type MatchInput,
  type Table,
  tableOf,
} from './match/entries.ts';
import { failureOf } from './match/failure.ts';
import { closedAtOnce, looksForPort, meantToBeLocal } from './match/intent.ts';
import { refusalsOf } from './match/refusals.ts';
import { stageOf } from './match/stages.ts';
import { startOf } from './match/starts.ts';
import { turnsOf } from './match/turns.ts';
import { remembered } from './remembered.ts';
import { baseEnv, type Way, wayInto } from './resolve/callers.ts';
import { type CallSite, lastName, mentions, type ProgramIndex, type Scope } from './resolve/names.ts';
import type { Resolver } from './resolve.ts';
import type { CallExpr, Expr } from './syntax/call.ts';
import { exportName } from './syntax/exports.ts';

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

/** `serve = uvicorn.run` */
const setAhead = /\b(\w+)[ \t]*=[ \t]*(?:\w+\.)*(\w+)[ \t]*(?=[#;\r\n]|$)/g;

/** The other names that a program has for what the catalogue calls and for classes of its own. */
function aliasesIn({ program, functions, module }: ProgramIndex, { callees }: Table): ReadonlyMap<string, Set<string>> {
  const aliases = new Map<string, Set<string>>();
  const add = (local: string, name: string) => {
    if (!callees.has(name) && !module.names.has(name)) return;
    const names = aliases.get(local);
    if (names) names.add(name);
    else aliases.set(local, new Set([name]));
  };
  const { text } = program;
  if (/[ \t]as[ \t]/.test(text)) for (const [, name, local] of text.matchAll(importedAs)) add(local!, name!);
  const ahead = [
    ...(/partial|promisify/.test(text) ? [madeAhead] : []),
    ...(text.includes('.bind(') ? [boundAhead] : []),
    setAhead,
  ];
  for (const expression of ahead) for (const [, local, name] of text.matchAll(expression)) add(local!, name!);
  // `def run(server_class=HTTPServer)`, as in the documentation of http.server.
  for (const { params } of functions)
    for (const { name, default: spare } of params) if (spare) add(name, lastName(spare));
  return aliases;
}

/** All binds that a program's calls make. */
export function matchCalls(index: ProgramIndex, input: MatchInput): Bind[] {
  const table = tableOf(input.catalogue);
  const binds: Bind[] = [];
  const holdsRoot = rootsIn(index.program.text);
  const aliases = aliasesIn(index, table);
  const isPython = index.program.language === 'python';
  for (const written of [...index.calls, ...input.callers.startedIn(index)]) {
    const site = isPython ? written : direct(written);
    const { callee } = site.call;
    const receiver =
      callee.kind === 'member'
        ? lastName(callee.object.kind === 'call' ? callee.object.callee : callee.object)
        : undefined;
    const name = methodName(callee);
    const names = [name, ...(aliases.get(name) ?? [])];
    if (
      !names.some((one) => mayCall(table.callees, one, receiver, holdsRoot) || mayBeSubclass(one, index)) &&
      name !== '__init__'
    )
      continue;
    const above = name === '__init__' ? baseConstructor(site, table, input) : undefined;
    if (above) append(binds, bindsOf(above.site, above.found, index, input));
    else
      for (const found of entriesFor(site, index, table, input)) {
        const isIndirect =
          site !== written || (found.callee?.type === 'external' && found.callee.detached !== undefined);
        append(binds, bindsOf(site, { ...found, ...(isIndirect && { indirect: true as const }) }, index, input));
      }
  }
  if (!isPython) append(binds, exportedBinds(index, table, input));
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
    if (!fits || listOf(entry.shape.call)[0] !== path) return [];
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
const mayBeSubclass = (name: string, { module }: ProgramIndex): boolean =>
  /^[A-Z]/.test(name) && module.names.has(name);

const contextFor = (shape: CallShape, own: Context, stage: Context | undefined): Context =>
  own !== 'production' && own !== 'tool'
    ? own
    : (stage ?? (shape.development && own === 'production' ? 'development' : own));

function bindsOf(site: CallSite, found: Found, index: ProgramIndex, input: MatchInput): Bind[] {
  const { shape, framework, word } = found.entry;
  const reader = new ArgumentReader(site, found, index.program, input);
  const listens =
    shape.needs === undefined ||
    methodCalled(site, index, shape.needs) ||
    isGivenAway(site, index, shape.needs, input.resolver);
  const receives = shape.datagram?.needs.some((method) => methodCalled(site, index, method)) === true;
  if (!listens && !receives) return [];
  const start = shape.startedBy ? startOf(site, shape.startedBy, input) : undefined;
  const binds: Bind[] = [];
  const ways = input.callers
    .waysTo(site.scope)
    .map((written) => wayInto(start && sameScope(start.site, site) ? start.site : site, written));
  for (const way of start ? ways : ways.flatMap((one) => turnsOf(site, one, input.resolver))) {
    const place = reader.on(way, start);
    let sure = found.sure;
    if (listOf(shape.unless).some((where) => place.isGiven(where))) continue;
    if (shape.only) {
      const verdict = place.hasValue(shape.only.where, shape.only.values, shape.only.absent);
      if (verdict === 'unknown' && place.isTested(shape.only.where, shape.only.values)) continue;
      if (verdict === 'no' || (verdict === 'unknown' && shape.only.seen)) continue;
      if (verdict === 'unknown') sure = false;
    }
    const datagram = shape.datagram && place.hasValue(shape.datagram.where, shape.datagram.values, false) === 'yes';
    if (datagram ? !receives : !listens) continue;
    const pairs = place.addresses().filter(({ port }) => !shape.sharesAtZero || port?.value !== 0);
    if (pairs.length === 0) continue;
    const run = shape.coroutine && !start ? runOf(site, index) : site;
    const failing = start ?? { site: run ?? site, way };
    const promised = found.callee?.type === 'external' && found.callee.detached === 'promised';
    const { repair, ...seen }: Failure = failureOf(
      {
        framework: framework.name,
        rows: (shape.failure ?? []).map((row) =>
          promised && row.callback ? rejecting(row) : found.callee === undefined ? anyEmitting(row) : row,
        ),
        advice: framework.advice,
        site: failing.site,
        way: start ? (sameScope(start.site, site) ? way : start.way) : way,
        blocks: shape.blocks,
        path: found.callee?.type === 'external' ? found.callee.path : undefined,
        version: (name) => input.version(name, index.program.file),
        offered:
          input.isOffered(index.program.file) &&
          way.sites.some(({ scope }) => scope.program.file !== index.program.file),
        isNamed: (name) => name !== word || input.dependsOn(name, index.program.file),
      },
      input.resolver,
    );
    const failure: Failure = run
      ? { ...seen, ...(repair && !found.indirect && { repair }) }
      : { ...seen, state: 'unknown', silent: false, how: 'where the coroutine is run is not seen' };
    const debug = place.debugging();
    // What only describes a server binds nothing where it stands.
    const statement = shape.startedBy && !start ? undefined : failing.site.places.at(-1)?.statement;
    const probes = closedAtOnce(site, index);
    const stage = index.program.language === 'python' ? undefined : stageOf([site, ...way.sites]);
    const local = debug
      ? `it runs a ${debug.means === 'debugger' ? 'debugger' : 'reload server'}`
      : probes
        ? 'it is closed at once, as a look for a free port is'
        : meantToBeLocal(site, index, word);
    for (const { host, port } of pairs) {
      const dialled = isDialled(host, site, input);
      // A socket of that name is opened, or nothing.
      const opensNone = index.program.language !== 'python' && isNoPort(port) && host.written === undefined;
      binds.push({
        kind: 'bind',
        span: site.call.callee.span,
        via: 'call',
        language: index.program.language,
        framework: word,
        scope: '',
        context: contextFor(shape, input.contextOf(index.program.file), stage),
        sure,
        host,
        port,
        protocol: datagram ? 'udp' : (shape.protocol ?? 'tcp'),
        // Who only looks whether a port is free wants to know that, and no more.
        failure:
          (start === undefined && shape.startedBy) || probes || opensNone
            ? { ...failure, state: 'unknown', silent: false }
            : failure,
        ...(probes && { probes: true as const }),
        reached:
          start && besideOthers(start.site)
            ? [...way.reached, { span: start.site.call.callee.span, via: 'task' }]
            : way.reached,
        blocks: shape.blocks,
        exclusive: [
          ...branchesOf(site, way),
          ...conditionsOf([site, ...way.sites]),
          ...refusalsOf([site, ...way.sites], input.resolver),
          ...serverOf(found, site),
        ],
        ...(statement && { statement: statement.span }),
        ...(shape.guarded !== undefined && { guarded: shape.guarded }),
        ...(debug && {
          debug: debug.means,
          ...(debug.means === 'debugger' && { guarded: 'it runs a debugger' }),
          ...(debug.unless !== undefined && { debugSwitch: debug.unless }),
        }),
        ...(local !== undefined
          ? { local }
          : dialled
            ? { local: 'the program itself connects to it' }
            : isHandedOn(host, site, index)
              ? { local: 'others are told this address too' }
              : isLoopback(host.value) &&
                (port.value === 0
                  ? { local: 'the system chooses its port, which others could not know' }
                  : port.value === undefined && looksForPort(index)
                    ? { local: 'it takes a port that is free, which others could not know' }
                    : host.origin.by === 'literal' &&
                      announcesLoopback(site) && { local: 'its own announcement names this address' })),
        ...(dialled && { dialled: true as const }),
        ...(isStandalone(site, way) && { standalone: true as const }),
        ...(!takesOver(site, index) && { root: rootOf(site, way) }),
        ...(shape.announces && { announces: true }),
        ...(framework.familiesApart && { familiesApart: true as const }),
      });
    }
  }
  return withoutRepeats(binds);
}

/** A server that is told to listen once more has been closed before; an application makes a new one each time. */
function serverOf({ entry, callee }: Found, site: CallSite): string[] {
  const rows = entry.shape.failure ?? [];
  if (rows.some((row) => row.shows !== 'event' || row.emits !== undefined || row.emitter !== undefined)) return [];
  const server = callee?.type === 'external' ? callee.receiver : undefined;
  if (rows.length === 0 || server?.type !== 'external' || !server.call) return [];
  const { file, start } = server.call.call.span;
  return [`${file}:${start}=${site.call.span.start}`];
}

/** Something that is only guessed to be an application may be the server itself. */
function anyEmitting({ emits: _emits, ...row }: BindFailure): BindFailure {
  return row;
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

/** Does the function close a server before it starts another one, so that the port is free again? */
function takesOver({ call, scope }: CallSite, index: ProgramIndex): boolean {
  const closed = closingsIn(index);
  return functionsAround(scope).some((one) => (closed.get(one) ?? Number.POSITIVE_INFINITY) <= call.span.start);
}

function functionsAround(scope: Scope): Scope[] {
  const found: Scope[] = [];
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.kind === 'function') found.push(at);
  return found;
}

/** Where in each function the first call ends that closes a server by its name: `oldServer.close()`. */
const closingsIn = remembered(({ calls }: ProgramIndex): ReadonlyMap<Scope, number> => {
  const found = new Map<Scope, number>();
  for (const { call, scope } of calls) {
    const { callee, span } = call;
    if (callee.kind !== 'member' || !/^(?:close|stop|shutdown|server_close)$/.test(callee.name)) continue;
    if (!/server|httpd|listener/i.test(lastName(callee.object))) continue;
    for (const one of functionsAround(scope)) found.set(one, Math.min(found.get(one) ?? span.end, span.end));
  }
  return found;
});

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

/** `asyncio.gather(server.serve(), ...)`, `create_task(server.serve())`: the caller goes on beside it. */
function besideOthers(site: CallSite): boolean {
  return site.around.some(
    (expr) =>
      expr.kind === 'call' &&
      /^(create_task|ensure_future|gather|wait|start_soon|run_coroutine_threadsafe)$/.test(lastName(expr.callee)),
  );
}

const sameScope = (a: CallSite, b: CallSite) => a.scope === b.scope;

/**
 * Branches on the way: two places in different branches of one statement exclude each other, and so do two functions that one call
 * may lead to: `server.start()` of the class for the runtime that it is.
 */
function branchesOf(site: CallSite, way: Way): string[] {
  const called = way.sites.flatMap(({ call, scope: { program } }, at) =>
    way.reached[at]?.via === 'call'
      ? [
          `${program.file}:${call.span.start}-${call.span.end}=${(way.sites[at + 1] ?? site).scope.function?.span.start}`,
        ]
      : [],
  );
  const branches = [site, ...way.sites].flatMap(({ places, scope }) =>
    places.flatMap((place) =>
      place.branch !== undefined &&
      (place.statement.kind === 'if' || place.statement.kind === 'switch' || place.statement.kind === 'try')
        ? [
            `${scope.program.file}:${place.statement.span.start}=${place.branch}${place.handler ? place.handler.span.start : ''}`,
          ]
        : [],
    ),
  );
  return [...branches, ...called];
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
    const names = [receiver];
    if (object.kind === 'member' && isParameter(object.object, site)) names.push(`self.${object.name}, given`);
    for (const name of names) {
      const sites = found.get(name);
      if (sites) sites.push(site);
      else found.set(name, [site]);
    }
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
  const calls = methodCallsIn(index);
  const names = ({ call }: CallSite) => call.callee.kind === 'member' && call.callee.name === method;
  return (
    (calls.get(written) ?? []).some((other) => names(other) && related(other.scope, site.scope)) ||
    // A function that a thread runs is given the object that holds the socket.
    (calls.get(`${written}, given`) ?? []).some(names)
  );
}

/** Is the object returned, and the method called, or a server made of it, where its function is called? */
function isGivenAway(site: CallSite, index: ProgramIndex, method: string, resolver: Resolver): boolean {
  const { call, scope } = site;
  const receiver = call.callee.kind === 'member' ? call.callee.object : undefined;
  const { function: maker } = scope;
  if (receiver?.kind !== 'name' || maker?.name === undefined) return false;
  const returned = maker.body.some(
    (statement) =>
      statement.kind === 'return' && statement.value?.kind === 'name' && statement.value.name === receiver.name,
  );
  if (!returned) return false;
  return [...resolver.project.programs.values()].some((other) =>
    (callsByName(other).get(maker.name!) ?? []).slice(0, maximumMade).some((made) => {
      if (other !== index && !mayImport(other, index)) return false;
      const handedOn = made.around.some((expr) => expr.kind === 'call' && handsSocket(expr, made.call));
      const statement = made.places.at(-1)?.statement;
      const target = statement?.kind === 'assign' && statement.value === made.call ? statement.targets[0] : undefined;
      if (handedOn || (target?.kind !== 'name' && target?.kind !== 'member')) return handedOn;
      const kept = other.program.text.slice(target.span.start, target.span.end);
      return (
        (methodCallsIn(other).get(kept) ?? []).some(
          (one) => lastName(one.call.callee) === method && related(one.scope, made.scope),
        ) ||
        other.calls.some(
          (one) =>
            related(one.scope, made.scope) &&
            one.call.args.some(({ name, value }) => takesSocket(name) && mentions(value, kept.replace(/^.*\./, ''))),
        )
      );
    }),
  );
}

/** Calls of one function that are looked at for what becomes of its socket. */
const maximumMade = 20;

const callsByName = remembered(({ calls }: ProgramIndex): ReadonlyMap<string, readonly CallSite[]> => {
  const found = new Map<string, CallSite[]>();
  for (const site of calls) {
    const name = lastName(site.call.callee);
    const sites = found.get(name);
    if (sites) sites.push(site);
    else found.set(name, [site]);
  }
  return found;
});

const takesSocket = (name: string | undefined) => name !== undefined && /^(?:sock|socks|sockets?|listener)$/.test(name);

const handsSocket = ({ args }: CallExpr, made: CallExpr) =>
  args.some(({ name, value }) => takesSocket(name) && (value === made || holdsCall(value, made)));

const holdsCall = (value: Expr, made: CallExpr) => value.kind === 'array' && value.items.some((item) => item === made);

/** Does a program speak of the module that another one is? */
const mayImport = ({ program }: ProgramIndex, { program: { file } }: ProgramIndex) => {
  const module = file.replace(/(?:\/__init__)?\.pyw?$/, '').replace(/^.*\//, '');
  return program.text.includes(module);
};

function isParameter(expr: Expr, { scope }: CallSite): boolean {
  return (
    expr.kind === 'name' &&
    expr.name !== 'self' &&
    scope.function?.params.some(({ name }) => name === expr.name) === true
  );
}

function related(a: CallSite['scope'], b: CallSite['scope']): boolean {
  if (a === b) return true;
  const owner = (scope: CallSite['scope']) => (scope.parent?.kind === 'class' ? scope.parent : undefined);
  return (owner(a) !== undefined && owner(a) === owner(b)) || a.parent === b || b.parent === a;
}
