import type { BindErrorRepair, Failure, Span } from '../facts.ts';
import type { BindFailure } from '../framework.ts';
import type { Way } from '../resolve/callers.ts';
import { placeOf } from '../resolve/callers.ts';
import type { CallSite, Place, ProgramIndex } from '../resolve/names.ts';
import { childrenOf, expressionsOf } from '../resolve/names.ts';
import { pathOf } from '../resolve/paths.ts';
import type { Env, Resolver } from '../resolve.ts';
import type { CallExpr, Expr, Handler, Pattern, Statement } from '../syntax/call.ts';
import { scriptFailureOf } from './failure-script.ts';

/** What the standard library's exceptions are derived from, as far as bind failures meet them. https://docs.python.org/3/library/exceptions.html#exception-hierarchy */
const bases: Readonly<Record<string, readonly string[]>> = {
  SystemExit: ['BaseException'],
  KeyboardInterrupt: ['BaseException'],
  OSError: ['Exception', 'BaseException'],
  RuntimeError: ['Exception', 'BaseException'],
  EOFError: ['Exception', 'BaseException'],
  ValueError: ['Exception', 'BaseException'],
};
const sameAsOSError = new Set([
  'IOError',
  'EnvironmentError',
  'socket.error',
  'select.error',
  'WindowsError',
  'mmap.error',
]);
/** Exceptions that people catch when they mean a taken port. */
const meantForBind = new Set([
  'OSError',
  'ConnectionError',
  'PermissionError',
  'ConnectionRefusedError',
  'BlockingIOError',
]);

/** What the analysis of one bind's handlers needs to know. */
export interface FailureInput {
  readonly framework: string;
  readonly rows: readonly BindFailure[];
  readonly advice: string | undefined;
  /** The call that raises, and the way to it. */
  readonly site: CallSite;
  readonly way: Way;
  readonly blocks: boolean;
  /** Path of what is called, where it is known. */
  readonly path: string | undefined;
  /** Version of a package the project pins, if it does. */
  version(name: string): string | undefined;
  /** The call is in a function that others call who install the package: what becomes of the error is for them. */
  readonly offered: boolean;
  /** Is the package there for sure: another than the framework's own, or does a package.json around the call name it? */
  isNamed(name: string): boolean;
}

/**
 * Does anybody see it when the port is taken? What JavaScript does about it is judged in `failure-script.ts`: `handled` where a
 * listener for the error event, a `catch` of the promise, the callback or a try statement that really gets the error says
 * something; `ineffective` where a try statement is around a call that reports in another way; `unhandled` otherwise, and
 * `silent` where no crash tells of it. `by` is the handler's `on`, `catch` or callback.
 */
export function failureOf(input: FailureInput, resolver: Resolver): Failure {
  const rows = rowsFor(input);
  const [row] = rows;
  const place = input.offered ? 'library' : placeOf(input.way);
  if (!row)
    return {
      state: 'unknown',
      raises: 'unknown',
      silent: false,
      how: `what ${input.framework} does on a taken port is not known`,
      place,
    };
  const { site, way } = input;
  if (site.scope.program.language !== 'python')
    return commonTo(
      rows.map((one) => scriptFailureOf({ ...input, row: one, place, env: way.env, callers: way.sites }, resolver)),
    );
  const thread = place === 'thread';
  const how = describe(input.framework, row, place);
  const silent =
    row.raises === 'nothing' || row.exit === 0
      ? true
      : thread
        ? row.thread === 'silent' || row.thread === 'traceback'
        : place === 'process' || (place === 'task' && row.raises !== 'SystemExit' && row.raises !== 'exit');
  const base = { raises: row.raises, silent, how, place };
  if (row.raises === 'nothing')
    return { state: 'unhandled', ...base, ...(input.advice !== undefined && { advice: input.advice }) };

  const caught = caughtBy(row);
  const seenBy = (names: readonly string[] | 'all') =>
    caught.length > 0 && (names === 'all' || names.some((name) => caught.includes(name)));
  let blind: Span | undefined;
  const planned = isTask(site);
  for (const frame of framesOf(input)) {
    // What is planned fails where it is awaited.
    if (planned) break;
    for (const around of [...frame.places].reverse()) {
      const dropping =
        around.branch === 'body' ? suppressing(around.statement, frame.env, caught, resolver) : undefined;
      if (dropping)
        return {
          state: 'unhandled',
          by: dropping,
          ...base,
          silent: true,
          how: 'contextlib.suppress drops the error',
        };
      if (around.statement.kind !== 'try' || around.branch !== 'body') continue;
      for (const handler of around.statement.handlers) {
        const names = namesOf(handler, frame.env, resolver);
        if (seenBy(names)) {
          if (rethrows(handler)) break;
          const verdict = reportOf(handler, thread && frame.inThread, calleeText(site.call.callee));
          if (verdict === 'reports' && frame.places === site.places && goesOnToListen(handler, around, site))
            return {
              state: 'unhandled',
              by: headOf(handler, input),
              ...base,
              silent: false,
              goesOn: true,
              how: 'its handler prints the error and goes on to listen(), which then takes any free port',
            };
          if (verdict === 'reports') return { state: 'handled', by: headOf(handler, input), ...base, silent: false };
          if (verdict === 'drops' && triesAnother(handler, frame))
            return {
              state: 'unknown',
              by: headOf(handler, input),
              ...base,
              silent: false,
              how: 'another port is tried',
            };
          if (verdict === 'drops' && isMeantToPass(around, handler, site.scope.program.text))
            return {
              state: 'unknown',
              by: headOf(handler, input),
              ...base,
              silent: false,
              how: 'a comment says that it may fail',
            };
          return {
            state: verdict === 'exits-thread' ? 'ineffective' : 'unhandled',
            by: headOf(handler, input),
            ...base,
            silent: true,
            ...(verdict === 'exits-thread' && { caught: true as const }),
            how:
              verdict === 'exits-thread'
                ? 'sys.exit() in a thread ends only the thread'
                : 'its handler drops the error',
          };
        }
        const isBroad = names === 'all' || names.includes('Exception');
        if ((names !== 'all' && names.some((name) => meantForBind.has(name))) || (isBroad && speaksOfStart(handler)))
          blind ??= headOf(handler, input);
      }
    }
  }
  if (thread && isWatched(input, resolver))
    return { state: 'unknown', ...base, silent: false, how: 'somebody else is told how the thread ends' };
  if (!blind && thread) blind = aroundStart(input, caught, resolver);
  const repair = repairOf(input, row, place);
  const more = repair ? { repair } : input.advice !== undefined ? { advice: input.advice } : {};
  if (blind) return { state: 'ineffective', by: blind, ...base, ...more };
  return { state: 'unhandled', ...base, ...more };
}

/** `greenlet.link_exception(handler)`, `future.result()`: what is raised in a worker comes out elsewhere. */
const watching = /^(link_exception|link|add_done_callback|result|exception|get|rawlink)$/;

/** Does anybody ask a worker that a way leads through how it has ended? */
function isWatched({ way }: FailureInput, resolver: Resolver): boolean {
  return way.sites.some((site) => {
    const statement = site.places.at(-1)?.statement;
    const target = statement?.kind === 'assign' && statement.value === site.call ? statement.targets[0] : undefined;
    const place = target?.kind === 'name' || target?.kind === 'member' ? pathOf(target) : undefined;
    if (place === undefined) return false;
    const index = resolver.project.programs.get(site.scope.program.file);
    return index !== undefined && workersIn(index).watched.has(place);
  });
}

/** What is done with the workers of a program, looked for once. */
interface Workers {
  /** Those that somebody asks how they have ended. */
  readonly watched: ReadonlySet<string>;
  /** The calls of `start`, by the call or the last name of what they are called on. */
  readonly starts: ReadonlyMap<Expr | string, readonly CallSite[]>;
}

const workers = new WeakMap<ProgramIndex, Workers>();

function workersIn(index: ProgramIndex): Workers {
  const known = workers.get(index);
  if (known) return known;
  const watched = new Set<string>();
  const starts = new Map<Expr | string, CallSite[]>();
  for (const site of index.calls) {
    const { callee } = site.call;
    if (callee.kind !== 'member') continue;
    const { object } = callee;
    const place = watching.test(callee.name) ? pathOf(object) : undefined;
    if (place !== undefined) watched.add(place);
    if (callee.name !== 'start') continue;
    const key = object.kind === 'name' || object.kind === 'member' ? object.name : object;
    const sites = starts.get(key);
    if (sites) sites.push(site);
    else starts.set(key, [site]);
  }
  const found = { watched, starts };
  workers.set(index, found);
  return found;
}

/** The exceptions in whose handlers a failure lands; none where the process is ended at once. */
function caughtBy({ raises, orRaises, caughtBy: stated }: BindFailure): readonly string[] {
  if (raises === 'exit') return [];
  const withBases = (name: string) => [name, ...(bases[name] ?? ['Exception', 'BaseException'])];
  return stated ?? [raises, ...(orRaises === undefined ? [] : [orRaises])].flatMap(withBases);
}

/** Version comparison for the catalogue's ranges: `>=2.1`, `<2.1`, joined by a space. */
export function inRange(version: string, range: string): boolean {
  const numbers = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const compare = (a: number[], b: number[]) => {
    for (let index = 0; index < Math.max(a.length, b.length); index++) {
      const difference = (a[index] ?? 0) - (b[index] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  return range.split(/[\s,]+/).every((part) => {
    const match = /^(>=|<=|<|>|==?)?\s*v?([\d.]+)/.exec(part);
    if (!match) return false;
    const order = compare(numbers(version), numbers(match[2]!));
    switch (match[1]) {
      case '>=':
        return order >= 0;
      case '<=':
        return order <= 0;
      case '<':
        return order < 0;
      case '>':
        return order > 0;
      default:
        return order === 0;
    }
  });
}

/**
 * The row that holds for the pinned version; the first, which is the current behaviour, where none is pinned. All that may hold where
 * nothing says that the current version is the one.
 */
function rowsFor({ rows, version, isNamed, site }: FailureInput): readonly BindFailure[] {
  for (const [at, row] of rows.entries()) {
    if (!row.when) return [row];
    const pinned = version(row.when.package);
    if (pinned === undefined) {
      const { requiredBy } = row.when;
      const requiring = requiredBy && version(requiredBy.package);
      if (requiring !== undefined && inRange(requiring, requiredBy!.never)) continue;
      if (requiring !== undefined && inRange(requiring, requiredBy!.perhaps)) return [];
      const isOpen = site.scope.program.language !== 'python' && !isNamed(row.when.package);
      return isOpen ? rows.slice(at) : [row];
    }
    if (inRange(pinned, row.when.range)) return [row];
  }
  return rows.slice(-1);
}

/** What holds whichever version it is; the last is the one that claims least. */
function commonTo(failures: readonly Failure[]): Failure {
  const last = failures.at(-1)!;
  return failures.every(({ state }) => state === last.state) ? last : { ...last, state: 'unknown', silent: false };
}

interface CallFrame {
  readonly places: readonly Place[];
  readonly call: CallExpr;
  readonly env: Env;
  /** Still inside the thread that the server runs in. */
  readonly inThread: boolean;
}

/** The call itself and its callers, innermost first, up to the thread or process it runs in. */
function* framesOf(input: FailureInput): Iterable<CallFrame> {
  yield { places: input.site.places, call: input.site.call, env: input.way.env, inThread: true };
  for (let index = input.way.sites.length - 1; index >= 0; index--) {
    const via = input.way.reached[index]!.via;
    if (via === 'thread' || via === 'process' || via === 'task') return;
    const site = input.way.sites[index]!;
    yield { places: site.places, call: site.call, env: { scope: site.scope }, inThread: true };
  }
}

function namesOf(handler: Handler, env: Env, resolver: Resolver): string[] | 'all' {
  return handler.types.length === 0 ? 'all' : exceptionNames(handler.types, env, resolver);
}

function exceptionNames(types: readonly Expr[], env: Env, resolver: Resolver): string[] {
  return types
    .flatMap((type) => (type.kind === 'array' ? type.items : [type]))
    .flatMap((type) => {
      const value = resolver.settle(resolver.evaluate(type, env));
      if (value.type === 'external')
        return [sameAsOSError.has(value.path) ? 'OSError' : value.path.replace(/^builtins\./, '')];
      if (value.type === 'list') return value.items.map((item) => (item.expr.kind === 'name' ? item.expr.name : ''));
      return [];
    });
}

/** A handler around the start of the thread: what happens in the thread is not raised there. */
function aroundStart(input: FailureInput, caught: readonly string[], resolver: Resolver): Span | undefined {
  const at = input.way.reached.findLastIndex((step) => step.via === 'thread');
  const made = input.way.sites[at];
  if (!made) return undefined;
  const statement = made.places.at(-1)?.statement;
  const kept = statement?.kind === 'assign' ? statement.targets[0] : undefined;
  const name = kept?.kind === 'name' || kept?.kind === 'member' ? kept.name : undefined;
  const index = resolver.project.programs.get(made.scope.program.file);
  const starts = index && workersIn(index).starts;
  const started =
    starts?.get(made.call)?.[0] ??
    (name === undefined ? undefined : starts?.get(name)?.find(({ scope }) => scope === made.scope));
  for (const site of started ? [started, made] : [made]) {
    for (const around of [...site.places].reverse()) {
      if (around.statement.kind !== 'try' || around.branch !== 'body') continue;
      for (const handler of around.statement.handlers) {
        const names = namesOf(handler, { scope: site.scope }, resolver);
        const meant =
          names !== 'all' &&
          names.some((name) => meantForBind.has(name) || (caught[0] === name && name !== 'Exception'));
        if (meant || (names !== 'all' && names.includes('Exception') && speaksOfStart(handler)))
          return headOf(handler, input);
      }
    }
  }
  return undefined;
}

/** Where a `with contextlib.suppress(...)` around the call swallows what it raises. */
function suppressing(statement: Statement, env: Env, caught: readonly string[], resolver: Resolver): Span | undefined {
  if (statement.kind !== 'with') return undefined;
  for (const { value } of statement.items) {
    if (value.kind !== 'call') continue;
    const callees = resolver.callee({ call: value }, env);
    if (!callees.some((callee) => callee.type === 'external' && callee.path === 'contextlib.suppress')) continue;
    const types = value.args.map((arg) => arg.value);
    if (exceptionNames(types, env, resolver).some((name) => caught.includes(name))) return value.span;
  }
  return undefined;
}

/** The line that names what is caught. */
function headOf(handler: Handler, input: FailureInput): Span {
  const { text, file } = input.site.scope.program;
  if (handler.span.file !== file) return handler.span;
  const last = handler.types.at(-1)?.span.end ?? handler.span.start;
  const colon = text.indexOf(':', last);
  const end = colon === -1 || colon > handler.span.end ? handler.span.end : colon;
  return { ...handler.span, end: Math.max(end, handler.span.start + 1) };
}

/** A handler that only passes the exception on. */
/** Does a handler only raise again what it has caught? */
export function rethrows(handler: Handler): boolean {
  const first = handler.body[0];
  return (
    handler.body.length === 1 &&
    first?.kind === 'raise' &&
    (first.value === undefined || (first.value.kind === 'name' && first.value.name === handler.name))
  );
}

const reports =
  /(^|\.)(print|error|exception|critical|warning|warn|fatal|fail|log|info|debug|write|echo|secho|perror|notify|alert|capture_exception|print_exc|put|put_nowait|set|set_exception|append|abort|stop)$/;
const ends = /(^|\.)(_exit|kill|abort|interrupt_main|shutdown|terminate)$/;

/** @param binding how the server is made: a handler that makes it again takes another port */
function reportOf(handler: Handler, inThread: boolean, binding: string): 'reports' | 'drops' | 'exits-thread' {
  let exits = false;
  const found = (block: readonly Statement[]): boolean =>
    block.some((statement) => {
      if (statement.kind === 'raise') return true;
      if (statement.kind === 'return' && statement.value && statement.value.kind !== 'none') return true;
      for (const expr of expressionsOf(statement)) {
        for (const name of calleesIn(expr)) {
          if (
            name === binding ||
            reports.test(name) ||
            ends.test(name) ||
            (handler.name !== undefined && name.includes('error'))
          )
            return true;
          if (/(^|\.)(exit|quit|SystemExit)$/.test(name)) {
            if (!inThread) return true;
            exits = true;
          }
        }
        // The exception is handed to code that we do not judge.
        if (
          handler.name !== undefined &&
          expr.kind === 'call' &&
          expr.args.some((arg) => arg.value.kind === 'name' && arg.value.name === handler.name)
        )
          return true;
      }
      if (statement.kind === 'assign') return handler.name !== undefined && mentionsName(statement.value, handler.name);
      if (statement.kind === 'if') return found(statement.consequent) || found(statement.alternative);
      if (statement.kind === 'try')
        return found(statement.body) || statement.handlers.some((inner) => found(inner.body));
      if (statement.kind === 'loop' || statement.kind === 'with') return found(statement.body);
      return false;
    });
  if (found(handler.body)) return 'reports';
  return exits ? 'exits-thread' : 'drops';
}

/** Does a program go on to another port: `for port in range(8000, 8010):` around the handler, `port += 1` inside of it? */
function triesAnother(handler: Handler, { places, call }: CallFrame): boolean {
  const given = (target: Pattern | undefined) =>
    target?.kind === 'name' && call.args.some(({ value }) => mentionsName(value, target.name));
  return (
    places.some(({ statement }) => statement.kind === 'loop' && given(statement.target)) ||
    handler.body.some((statement) => statement.kind === 'assign' && statement.targets.some(given))
  );
}

const mayFail =
  /#[^\n]*\b(?:ignor(?:e|ed|ing)|acceptable|best[- ]effort|optional|not (?:fatal|critical|an error)|already (?:running|in use|listening|bound))\b/i;

/** A comment above the `try` or in the handler says that the program goes on without the server. */
function isMeantToPass({ statement }: Place, { span }: Handler, text: string): boolean {
  const lines = text
    .slice(Math.max(0, statement.span.start - 400), statement.span.start)
    .split('\n')
    .slice(0, -1);
  const code = lines.findLastIndex((line) => !line.trimStart().startsWith('#'));
  const above = lines.slice(code + 1).join('\n');
  return mayFail.test(above) || mayFail.test(text.slice(span.start, Math.min(span.end, span.start + 400)));
}

const onlyTells = /^(print|traceback\.print_exc|sys\.std(err|out)\.write|(.*\.)?_?log\w*\.\w+)$/i;

/** `except OSError: print(error)` around a bind, before the `listen()` of the same socket. */
function goesOnToListen(handler: Handler, around: Place, { call: { callee } }: CallSite): boolean {
  if (callee.kind !== 'member' || callee.name !== 'bind') return false;
  const socket = pathOf(callee.object);
  const tells = handler.body.every(
    (statement) =>
      statement.kind === 'expression' &&
      statement.value.kind === 'call' &&
      onlyTells.test(pathOf(statement.value.callee) ?? ''),
  );
  if (!tells || socket === undefined) return false;
  for (const statement of around.block.slice(around.at + 1)) {
    if (statement.kind !== 'expression' && statement.kind !== 'assign') return false;
    const called = statement.kind === 'expression' && statement.value.kind === 'call' && statement.value.callee;
    if (called && called.kind === 'member' && called.name === 'listen' && pathOf(called.object) === socket) return true;
  }
  return false;
}

function mentionsName(expr: Expr | undefined, name: string): boolean {
  if (!expr) return false;
  return expr.kind === 'name' ? expr.name === name : childrenOf(expr).some((child) => mentionsName(child, name));
}

const calleeText = (expr: Expr): string =>
  expr.kind === 'name' ? expr.name : expr.kind === 'member' ? `${calleeText(expr.object)}.${expr.name}` : '';

function calleesIn(expr: Expr): string[] {
  const own = expr.kind === 'call' ? [calleeText(expr.callee)] : [];
  return [...own, ...childrenOf(expr).flatMap(calleesIn)];
}

/** Does a broad handler think that it reports a server that could not start? */
function speaksOfStart(handler: Handler): boolean {
  const texts = (block: readonly Statement[]): string =>
    block
      .flatMap((statement) => expressionsOf(statement))
      .map((expr) => JSON.stringify(expr, (key, value) => (key === 'span' || key === 'nameSpan' ? undefined : value)))
      .join(' ');
  return (
    /fail|could ?n[o']t|cannot|unable|error (starting|running)|in use|bind|port/i.test(texts(handler.body)) &&
    /start|server|run|serv|listen|bind|launch|port/i.test(texts(handler.body))
  );
}

function describe(framework: string, row: BindFailure, place: string): string {
  if (row.raises === 'nothing') return `${framework} raises nothing`;
  if (row.raises === 'exit') return `${framework} ends the process itself`;
  const raises = `${framework} raises ${row.raises}`;
  if (place === 'thread') {
    return row.raises === 'SystemExit'
      ? `${raises}, which a thread swallows, and the program goes on without this server`
      : `${raises}, which ends only the thread, and the program goes on without this server`;
  }
  if (place === 'process') return `${raises} in a child process, and the parent goes on without this server`;
  if (place === 'task' && row.raises !== 'SystemExit') return `${raises} in a task that nobody awaits`;
  if (row.exit === 0) return `${framework} only logs it and the program ends with status 0`;
  return raises;
}

/** A line that is shown, or the wait for requests or for the end. */
function onlyServes(statement: Statement): boolean {
  if (statement.kind !== 'expression') return false;
  const awaited = statement.value.kind === 'await' ? statement.value.value : undefined;
  // A future that somebody sets: `await stop`.
  if (awaited?.kind === 'name') return true;
  const call = awaited ?? statement.value;
  if (call.kind !== 'call') return false;
  const name = call.callee.kind === 'member' || call.callee.kind === 'name' ? call.callee.name : '';
  return (
    /^(serve_forever|handle_request|sleep|wait|print|info|debug|warning|log)$/.test(name) ||
    (awaited !== undefined && /^(Future|create_future|wait_closed)$/.test(name))
  );
}

/** `task = asyncio.create_task(server.serve())`: the call only plans what may fail later. */
function isTask({ around }: CallSite): boolean {
  return around.some(
    (expr, at) =>
      expr.kind === 'call' &&
      /(?:^|\.)(?:create_task|ensure_future|start_soon|run_coroutine_threadsafe)$/.test(calleeText(expr.callee)) &&
      around[at - 1]?.kind !== 'await',
  );
}

/** The statement that a handler can be put around, and whether that is right here. */
function repairOf(input: FailureInput, row: BindFailure, place: Failure['place']): BindErrorRepair | undefined {
  if (row.raises === 'exit' || row.raises === 'nothing' || row.thread === 'impossible') {
    if (row.raises === 'exit' || row.raises === 'nothing' || place === 'thread') return undefined;
  }
  if (input.site.scope.program.language !== 'python') return undefined;
  if (place === 'task' || place === 'process' || isTask(input.site)) return undefined;
  if (row.sharesUnless !== undefined && !input.site.scope.program.text.includes(row.sharesUnless)) return undefined;
  const last = input.site.places.at(-1);
  if (!last || input.site.around.some((expr) => expr.kind === 'function' || expr.kind === 'other')) return undefined;
  let statement = last.statement;
  const safe = place !== 'library' && !(place === 'thread' && input.way.root === 'library');
  // The call stands in the head of a with statement: its body goes into the try as well, and must raise nothing else.
  if (statement.kind === 'with') {
    if (!statement.body.every(onlyServes)) return undefined;
  } else if (statement.kind !== 'expression' && statement.kind !== 'assign' && statement.kind !== 'return')
    return undefined;
  let tryStatement = false;
  const around = [...input.site.places]
    .reverse()
    .find((candidate) => candidate.statement.kind === 'try' && candidate.branch === 'body');
  if (around?.statement.kind === 'try' && around.statement.handlers.length > 0) {
    const direct = around.statement.body.includes(statement);
    const first = around.statement.body[0];
    // A handler for the same exception would catch what the rest of the body raises: only where the bind is what the try is about.
    if (direct && (row.raises === 'SystemExit' || first === statement || around.statement.body.length <= 3)) {
      statement = around.statement;
      tryStatement = true;
    }
  }
  return {
    statement: statement.span,
    tryStatement,
    catches: [row.raises, ...(row.orRaises === undefined ? [] : [row.orRaises])],
    endsProcess: place === 'thread' || (place !== 'library' && row.lingers?.includes(input.path ?? '') === true),
    safe,
    ...((last.statement.kind === 'with' || input.site.around.some(isServing)) && { serves: true as const }),
  };
}

/** What runs until the server is stopped: `UDPServer(...).serve_forever()`, `wsgi.server(listen(...), app)`. */
const isServing = (expr: Expr) =>
  expr.kind === 'call' && /(?:^|\.)(?:serve|serve_forever|server|run_forever)$/.test(calleeText(expr.callee));
