import type { BindErrorSignal, Failure, Span } from '../facts.ts';
import type { BindFailure } from '../framework.ts';
import { remembered } from '../remembered.ts';
import { baseEnv } from '../resolve/callers.ts';
import type { CallSite, Place, ProgramIndex, Scope } from '../resolve/names.ts';
import { blockDeclaring, blocksOf, childrenOf, expressionsOf, scopeOf } from '../resolve/names.ts';
import type { Env, Resolver, Value } from '../resolve.ts';
import type { Argument, CallExpr, Expr, FunctionShape, Handler, Statement } from '../syntax/call.ts';
import { keptAs, usesIn } from './kept.ts';

/** What is asked of the handlers around and on a server of JavaScript. */
export interface ScriptFailureInput {
  readonly framework: string;
  readonly row: BindFailure;
  readonly advice: string | undefined;
  readonly site: CallSite;
  readonly env: Env;
  /** The call sites on the way, outermost first. */
  readonly callers: readonly CallSite[];
  readonly place: Failure['place'];
}

/** What code that gets the error makes of it. */
type Verdict = 'reports' | 'rethrows' | 'drops';

/**
 * Does anybody see it when the port of a server of JavaScript is taken? Its errors come as an `error` event on a later tick, as
 * a rejected promise or to the callback; what is thrown reaches the handlers around the call.
 */
export function scriptFailureOf(input: ScriptFailureInput, resolver: Resolver): Failure {
  const failure = ownFailureOf(input, resolver);
  const { row } = input;
  if (failure.state !== 'unhandled' || failure.silent || failure.by || row.raises === 'exit') return failure;
  const ending = processListener(row.shows === 'rejection' ? rejections : exceptions, input, resolver);
  if (ending?.does === 'ends') return { ...failure, state: 'handled', by: ending.by };
  if (ending?.does === 'unknown') return { ...failure, state: 'unknown' };
  return ending && row.shows !== undefined
    ? { ...failure, state: 'ineffective', by: ending.by, caught: true, silent: true }
    : failure;
}

const exceptions = ['uncaughtException'];
/** A rejection that nobody looks for is an exception. */
const rejections = ['unhandledRejection', 'uncaughtException'];

/** What a listener for the exceptions that nobody catches makes of them: it ends the program, only says something, or may do either. */
interface ProcessListener {
  readonly does: 'ends' | 'says' | 'unknown';
  readonly by: Span;
  /** The function that adds it. */
  readonly scope: Scope;
}

/** `process.on("uncaughtException", ...)` in one of the files on the way. */
function processListener(
  events: readonly string[],
  { site, callers }: ScriptFailureInput,
  resolver: Resolver,
): ProcessListener | undefined {
  // What a function adds behind an awaited call is not there yet when that rejects.
  const isThere = ({ by, scope }: ProcessListener) =>
    ![site, ...callers].some((one) => one.scope === scope && one.call.span.end <= by.start && isAwaited(one));
  const files = new Set([site, ...callers].map(({ scope }) => scope.program.file));
  for (const event of events) {
    for (const file of files) {
      const index = resolver.project.programs.get(file);
      const listener = index && addressingIn(index, resolver).ofProcess.get(event);
      if (listener && isThere(listener)) return listener;
    }
  }
  return undefined;
}

/** The first listener of a program for each event of the process that tells of what nobody caught. */
function processListenersIn(index: ProgramIndex, resolver: Resolver): ReadonlyMap<string, ProcessListener> {
  const found = new Map<string, ProcessListener>();
  for (const { call, scope } of index.calls) {
    const { callee, args } = call;
    const [name, listener] = args.map((arg) => arg.value);
    if (callee.kind !== 'member' || !subscribes.test(callee.name) || !listener) continue;
    if (!isName(callee.object, 'process') || name?.kind !== 'string' || found.has(name.value)) continue;
    if (!rejections.includes(name.value)) continue;
    const value = resolver.settle(resolver.evaluate(listener, baseEnv(scope)));
    const does =
      value.type !== 'function'
        ? 'unknown'
        : value.function.body.every(onlySays)
          ? 'says'
          : endsLoudly(value.function)
            ? 'ends'
            : 'unknown';
    found.set(name.value, { does, by: callee.nameSpan, scope });
  }
  return found;
}

/** `(error) => { console.error(error); process.exit(1); }` */
function endsLoudly({ body, params }: FunctionShape): boolean {
  const error = params[0]?.name;
  let says = false;
  let ends = false;
  const look = (expr: Expr): void => {
    if (expr.kind === 'function') lookIn(expr.function.body);
    if (expr.kind === 'call') {
      const [status] = expr.args;
      const { callee } = expr;
      const method = callee.kind === 'member' && isName(callee.object, 'process') ? callee.name : undefined;
      const isSuccess = status === undefined || (status.value.kind === 'number' && status.value.value === 0);
      if (method === 'exit') ends ||= !isSuccess;
      else if (method === 'abort') ends = true;
      else says ||= error !== undefined && expr.args.some((arg) => mentionsName(arg.value, error));
    }
    for (const child of childrenOf(expr)) look(child);
  };
  const lookIn = (block: readonly Statement[]): void => {
    for (const statement of block) {
      for (const expr of expressionsOf(statement)) look(expr);
      for (const inner of blocksOf(statement)) lookIn(inner.block);
    }
  };
  lookIn(body);
  return says && ends;
}

/** A line in a log, or nothing. */
function onlySays(statement: Statement): boolean {
  if (statement.kind === 'if') return statement.consequent.every(onlySays) && statement.alternative.every(onlySays);
  const value = statement.kind === 'expression' || statement.kind === 'return' ? statement.value : undefined;
  if (value === undefined)
    return statement.kind === 'return' || (statement.kind === 'other' && statement.parts.length === 0);
  return (
    value.kind === 'call' &&
    /^(console|log|logger|winston|debug)\b.*\.(log|error|warn|info|debug|trace)$/i.test(calleeText(value.callee))
  );
}

function ownFailureOf(input: ScriptFailureInput, resolver: Resolver): Failure {
  const { framework, row, place, site } = input;
  const callback = row.callback && callbackOf(site.call, resolver, input.env);
  const late = row.shows === 'event' || (row.shows === 'rejection' && !isAwaited(site));
  const signal = signalOf(input, resolver);
  const base = { raises: row.raises, place, ...(late && { late: true as const }), ...(signal && { signal }) };
  const more = repairOrAdvice(input, resolver);
  const handled = (by: Span): Failure => ({ state: 'handled', by, ...base, silent: false, how: howOf(input) });

  const heard = listenersOn(input, resolver);
  const hearing = heard.find(({ verdict }) => verdict === 'reports');
  if (hearing) return handled(hearing.by);
  const passing = heard.find(({ verdict }) => verdict === 'rethrows');
  // One more listener before it would leave it without use.
  if (passing)
    return {
      state: 'unhandled',
      by: passing.by,
      ...base,
      silent: false,
      how: 'the listener for its error event throws it on',
    };

  if (callback) {
    const verdict = callback.function && verdictOfCallback(callback.function);
    if (callback.function === undefined) return { state: 'unknown', ...base, silent: false, how: howOf(input) };
    if (verdict === 'reports') return handled(callback.span);
    const took = callback.function.params.length > 0;
    return {
      state: 'unhandled',
      ...(took && { by: callback.span }),
      ...base,
      silent: true,
      how: took
        ? `${framework} hands the error to the callback, which drops it`
        : `${framework} calls the same callback with the error, as if it were listening`,
      ...more,
    };
  }
  if (row.callback && resolvesPromise(site, resolver))
    return {
      state: 'unhandled',
      ...base,
      silent: true,
      how: `${framework} calls the same callback with the error, as if it were listening`,
      ...more,
    };
  const dropped = heard.find(({ verdict }) => verdict === 'drops');
  if (dropped)
    return {
      state: 'unhandled',
      by: dropped.by,
      ...base,
      silent: true,
      how: 'the listener for its error event drops the error',
    };

  if (row.shows === 'event') {
    const elsewhere = listenedFor(input, resolver);
    if (elsewhere?.verdict === 'reports') return handled(elsewhere.by);
    if (elsewhere) return { state: 'unknown', ...base, silent: false, how: howOf(input) };
    const waiting = waitedFor(input, resolver);
    if (waiting) return waiting.verdict === 'reports' ? handled(waiting.by) : unhandledAt(input, waiting.by);
    const blind = blindAround(input);
    const deaf = blind ? headOf(blind) : (deafCallback(input, resolver) ?? deafBeside(input, resolver));
    if (deaf) return { state: 'ineffective', by: deaf, ...base, silent: false, how: howOf(input), ...more };
    if (row.callbackHides && callbackOf(site.call, resolver, input.env))
      return {
        state: 'unhandled',
        ...base,
        silent: true,
        how: `beside a callback ${framework} keeps the error to itself, before Node ${row.callbackHides}`,
        ...more,
      };
    return { state: 'unhandled', ...base, silent: row.exit === 0, how: howOf(input), ...more };
  }
  if (row.shows === 'rejection') return rejected(input, resolver);
  if (row.raises === 'exit' || row.raises === 'nothing')
    return {
      state: 'unhandled',
      ...base,
      silent: row.exit === 0 || row.raises === 'nothing',
      how: howOf(input),
      ...more,
    };
  for (const frame of framesOf(input)) {
    for (const { handler } of triesAround(frame.site)) {
      const verdict = verdictOfHandler(handler);
      if (verdict === 'reports') return handled(headOf(handler));
      if (verdict === 'drops') return unhandledAt(input, headOf(handler));
    }
  }
  return { state: 'unhandled', ...base, silent: row.exit === 0, how: howOf(input), ...more };
}

function unhandledAt({ row, place }: ScriptFailureInput, by: Span): Failure {
  return { state: 'unhandled', by, raises: row.raises, place, silent: true, how: 'its handler drops the error' };
}

/** How the failure can be heard at the call. */
function signalOf(input: ScriptFailureInput, resolver: Resolver): BindErrorSignal | undefined {
  const { row, site } = input;
  if (row.raises === 'exit' || row.raises === 'nothing' || row.emits === 'promised') return undefined;
  const promise = executedBy(site, resolver);
  const by =
    row.shows === 'rejection' ? 'promise' : row.callback ? 'callback' : row.shows === 'event' ? 'event' : 'thrown';
  return {
    call: site.call.span,
    by,
    ...(row.emitter !== undefined && { emitter: { of: 'result', member: row.emitter } }),
    ...(by === 'promise' && row.callback && { calledBack: true as const }),
    ...(by === 'callback' && callbackOf(site.call, resolver, input.env)?.function && { endsInFunction: true as const }),
    ...(row.logger && { logger: row.logger }),
    // A name and no code: `EADDRINUSE` is one, `Error` is not.
    ...(!/^E[A-Z]+$/.test(row.raises) && { uncoded: true as const }),
    ...(promise && isReported(promise, input, resolver) && { executor: true as const }),
  };
}

/** A rewrite that lets the failure be heard; else what to do by hand. */
function repairOrAdvice(input: ScriptFailureInput, resolver: Resolver): Pick<Failure, 'repair' | 'advice'> {
  const { site, place, advice } = input;
  const signal = signalOf(input, resolver);
  const statement = site.places.at(-1)?.statement;
  // What becomes of a taken port is for the program that calls a library.
  if (signal === undefined || statement === undefined || place === 'library')
    return advice === undefined ? {} : { advice };
  const safe = place === 'main';
  return { repair: { statement: statement.span, tryStatement: false, catches: [], endsProcess: false, safe, signal } };
}

function howOf({ framework, row }: ScriptFailureInput): string {
  if (row.raises === 'exit') return `${framework} ends the process itself`;
  if (row.raises === 'nothing') return `${framework} says nothing`;
  if (row.shows === 'event') return `${framework} emits an error event, after the call has returned`;
  if (row.shows === 'rejection') return `${framework} rejects the promise that the call gives`;
  return `${framework} throws ${row.raises}`;
}

// --- promises --------------------------------------------------------------------------------------------------------

/** One call on the way, innermost first, and whether the code there gets what its promise comes to. */
interface Frame {
  readonly site: CallSite;
  /** The promise is awaited, returned or handed on: a handler around it sees the rejection. */
  readonly awaited: boolean;
}

/** The call itself and its callers, as far as exceptions and rejections go. */
function framesOf(input: ScriptFailureInput): Frame[] {
  return [input.site, ...[...input.callers].reverse()].map((site) => ({ site, awaited: isAwaited(site) }));
}

function isAwaited({ around, places }: CallSite): boolean {
  let at = around.length - 1;
  // `await call.catch(...)`
  for (let link = around[at]; link?.kind === 'member' && /^(then|catch|finally)$/.test(link.name); link = around[at])
    at -= 2;
  if (around[at]?.kind === 'await') return true;
  const statement = places.at(-1)?.statement;
  return statement?.kind === 'return';
}

function rejected(input: ScriptFailureInput, resolver: Resolver): Failure {
  const { row, place } = input;
  const base = { raises: row.raises, place, ...(!isAwaited(input.site) && { late: true as const }) };
  const more = repairOrAdvice(input, resolver);
  let blind: Handler | undefined;
  for (const [depth, { site, awaited }] of framesOf(input).entries()) {
    const caught = catchOf(site, resolver) ?? laterCatchOf(site, resolver);
    if (caught?.verdict === 'reports')
      return { state: 'handled', by: caught.by, ...base, silent: false, how: howOf(input) };
    if (caught?.verdict === 'drops') return unhandledAt(input, caught.by);
    for (const around of triesAround(site)) {
      const { handler } = around;
      if (!awaited) {
        if (meantForStart(around, depth)) blind ??= handler;
        continue;
      }
      const verdict = verdictOfHandler(handler);
      if (verdict === 'reports')
        return { state: 'handled', by: headOf(handler), ...base, silent: false, how: howOf(input) };
      if (verdict === 'drops') return unhandledAt(input, headOf(handler));
    }
    if (!awaited && !isLast(site)) break;
  }
  if (blind)
    return {
      state: 'ineffective',
      by: headOf(blind),
      ...base,
      silent: false,
      how: `${howOf(input)}, which nobody awaits here`,
      ...more,
    };
  return { state: 'unhandled', ...base, silent: row.exit === 0, how: howOf(input), ...more };
}

const executors = new WeakMap<ProgramIndex, ReadonlyMap<FunctionShape, CallSite>>();

/** `new Promise((resolve, reject) => { ... })` around a call. */
function executedBy({ scope }: CallSite, resolver: Resolver): CallSite | undefined {
  const index = resolver.project.programs.get(scope.program.file);
  if (!index || !scope.function) return undefined;
  let found = executors.get(index);
  if (!found) {
    const all = index.calls.flatMap((site): [FunctionShape, CallSite][] => {
      const executor = isName(site.call.callee, 'Promise') ? site.call.args[0]?.value : undefined;
      return executor?.kind === 'function' ? [[executor.function, site]] : [];
    });
    found = new Map(all);
    executors.set(index, found);
  }
  return found.get(scope.function);
}

/** `new Promise((resolve) => app.listen(port, resolve))` */
function resolvesPromise(site: CallSite, resolver: Resolver): boolean {
  const resolve = executedBy(site, resolver) && site.scope.function?.params[0]?.name;
  const last = site.call.args.at(-1);
  return resolve !== undefined && !last?.spread && isName(last?.value, resolve);
}

/** Does somebody report it when a promise is rejected? */
function isReported(promise: CallSite, input: ScriptFailureInput, resolver: Resolver): boolean {
  return rejected({ ...input, site: promise }, resolver).state === 'handled';
}

/** The body of an arrow function: its promise goes to whoever calls. */
const isLast = ({ places }: CallSite) => places.at(-1)?.statement.kind === 'return';

/** `.catch(fn)` or `.then(ok, fn)` on the promise of a call, behind other links of the chain. */
function catchOf(site: CallSite, resolver: Resolver): { by: Span; verdict: Verdict } | undefined {
  for (const expr of [...site.around].reverse()) {
    if (expr.kind === 'member') {
      if (!/^(then|catch|finally)$/.test(expr.name)) return undefined;
      continue;
    }
    if (expr.kind !== 'call') return undefined;
    const { callee, args } = expr;
    if (callee.kind !== 'member') return undefined;
    const handler = callee.name === 'catch' ? args[0] : callee.name === 'then' ? args[1] : undefined;
    if (!handler) continue;
    return { by: callee.nameSpan, verdict: verdictOfFunction(handler.value, resolver, site) };
  }
  return undefined;
}

/** `const listening = app.listen(port)`, and what is done with that name: its `catch`, or a try statement around its `await`. */
function laterCatchOf(site: CallSite, resolver: Resolver): { by: Span; verdict: Verdict } | undefined {
  const name = keptAs(site);
  const index = resolver.project.programs.get(site.scope.program.file);
  if (name === undefined || !index) return undefined;
  const uses = usesIn(index);
  for (const link of uses.methods.get(name) ?? []) {
    const { callee, args } = link.call;
    if (link.scope !== site.scope || callee.kind !== 'member') continue;
    const handler = callee.name === 'catch' ? args[0] : callee.name === 'then' ? args[1] : undefined;
    const caught = handler
      ? { by: callee.nameSpan, verdict: verdictOfFunction(handler.value, resolver, link) }
      : catchOf(link, resolver);
    if (caught) return caught;
  }
  for (const { scope, places } of uses.awaited.get(name) ?? []) {
    if (scope !== site.scope) continue;
    const [around] = triesAround({ ...site, places });
    if (around) return { by: headOf(around.handler), verdict: verdictOfHandler(around.handler) };
  }
  return undefined;
}

// --- events ----------------------------------------------------------------------------------------------------------

const subscribes = /^(on|once|addListener|addEventListener|prependListener)$/;

/** A call that speaks to a server: it adds a listener to it, or waits for its event. */
interface Addressing {
  /** Its place among the calls of the program. */
  readonly at: number;
  readonly site: CallSite;
  readonly server: Expr;
  /** The call that makes the server is seen, whoever calls the function around it. */
  readonly isSeen: boolean;
}

/** Such calls by what a server could be recognized by, so that each server looks at a few of them only. */
interface Addressings {
  readonly byCall: ReadonlyMap<CallExpr, readonly Addressing[]>;
  readonly byText: ReadonlyMap<string, readonly Addressing[]>;
  readonly unseenIn: ReadonlyMap<Scope, readonly Addressing[]>;
}

interface AddressingsOfProgram {
  readonly errors: Addressings;
  readonly waits: Addressings;
  readonly ofProcess: ReadonlyMap<string, ProcessListener>;
}

const addressings = new WeakMap<Resolver, Map<ProgramIndex, AddressingsOfProgram>>();

function addressingIn(index: ProgramIndex, resolver: Resolver): AddressingsOfProgram {
  const table = addressings.get(resolver) ?? new Map<ProgramIndex, AddressingsOfProgram>();
  addressings.set(resolver, table);
  const known = table.get(index);
  if (known) return known;
  const found = {
    errors: addressingsBy(index, resolver, ({ call: { callee, args } }) => {
      if (callee.kind !== 'member' || !subscribes.test(callee.name)) return undefined;
      const [event, listener] = args;
      return listener && event?.value.kind === 'string' && event.value.value === 'error' ? callee.object : undefined;
    }),
    waits: addressingsBy(index, resolver, ({ call: { callee, args }, around }) => {
      const name = callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
      const event = args[1]?.value;
      if (name !== 'once' || event?.kind !== 'string' || event.value !== 'listening') return undefined;
      return around.at(-1)?.kind === 'await' ? args[0]!.value : undefined;
    }),
    ofProcess: processListenersIn(index, resolver),
  };
  table.set(index, found);
  return found;
}

function addressingsBy(
  index: ProgramIndex,
  resolver: Resolver,
  serverOf: (site: CallSite) => Expr | undefined,
): Addressings {
  const byCall = new Map<CallExpr, Addressing[]>();
  const byText = new Map<string, Addressing[]>();
  const unseenIn = new Map<Scope, Addressing[]>();
  const add = <Key>(table: Map<Key, Addressing[]>, key: Key, one: Addressing) => {
    const known = table.get(key);
    if (known) known.push(one);
    else table.set(key, [one]);
  };
  for (const [at, site] of index.calls.entries()) {
    const server = serverOf(site);
    if (!server) continue;
    const values = resolver.evaluate(server, baseEnv(site.scope));
    const isSeen = values.every((value) => value.type === 'external' && value.call !== undefined);
    const one = { at, site, server, isSeen };
    const calls = new Set([...callsIn(server), ...values.flatMap((value) => [...callsBehind(value)])]);
    for (const call of calls) add(byCall, call, one);
    add(byText, textOf(server, site), one);
    if (!isSeen) add(unseenIn, site.scope, one);
  }
  return { byCall, byText, unseenIn };
}

/** Those that may speak to the server that a call starts, or to what the call gives back, in their order. */
function candidatesFor(
  { byCall, byText, unseenIn }: Addressings,
  input: ScriptFailureInput,
  resolver: Resolver,
): readonly Addressing[] {
  const { site, env, row } = input;
  const found = new Set(byCall.get(site.call));
  const add = (more: readonly Addressing[] = []) => {
    for (const one of more) found.add(one);
  };
  // Who calls the function may say what is not seen in it.
  if (site.scope.kind !== 'module') add(unseenIn.get(site.scope));
  const server = site.call.callee.kind === 'member' ? site.call.callee.object : undefined;
  if (server) {
    const written = textOf(server, site);
    if (row.emitter !== undefined) {
      add(byText.get(`${written}.${row.emitter}`));
      add(byText.get(row.emitter));
      add(byText.get(written));
    } else {
      const started = resolver.evaluate(server, env);
      const isSeen = started.every((value) => value.type === 'external' && value.call !== undefined);
      for (const value of started) for (const call of makingOf(value)) add(byCall.get(call));
      add(byText.get(written)?.filter((one) => !isSeen || !one.isSeen || one.site.scope === site.scope));
    }
  }
  return [...found].sort((a, b) => a.at - b.at);
}

/** The listeners for the error event of the very server. */
function listenersOn(input: ScriptFailureInput, resolver: Resolver): { by: Span; verdict: Verdict }[] {
  const index = resolver.project.programs.get(input.site.scope.program.file);
  if (!index) return [];
  return candidatesFor(addressingIn(index, resolver).errors, input, resolver).flatMap(({ site, server }) => {
    const { callee, args } = site.call;
    if (callee.kind !== 'member' || !isSameServer(server, site, input, resolver)) return [];
    return [{ by: callee.nameSpan, verdict: verdictOfFunction(args[1]!.value, resolver, site) }];
  });
}

/** A callback that asks for an error where none is ever given: Node calls it once it listens, and never else. */
function deafCallback({ site, env, row }: ScriptFailureInput, resolver: Resolver): Span | undefined {
  if (row.callback) return undefined;
  const callback = callbackOf(site.call, resolver, env);
  const [first] = callback?.function?.params ?? [];
  const asks =
    first !== undefined &&
    /^_?(?:e|err|error)$/i.test(first.name) &&
    verdictOfCallback(callback!.function!) === 'reports';
  return asks ? callback!.span : undefined;
}

/** A listener for a taken port on the application, which emits no such event: what does is the server that it gives. */
function deafBeside(input: ScriptFailureInput, resolver: Resolver): Span | undefined {
  const { row, site } = input;
  const index = resolver.project.programs.get(site.scope.program.file);
  if (!index || (row.emits === undefined && row.emitter === undefined)) return undefined;
  const { callee: started } = site.call;
  const makers = started.kind === 'member' ? resolver.evaluate(started.object, input.env) : [];
  const made = new Set([
    site.call,
    ...makers.flatMap((value) => (value.type === 'external' && value.call?.call) || []),
  ]);
  for (const { site: at, server } of candidatesFor(addressingIn(index, resolver).errors, input, resolver)) {
    const { callee, args } = at.call;
    const listener = args[1]!.value;
    if (callee.kind !== 'member' || listener.kind !== 'function' || isSameServer(server, at, input, resolver)) continue;
    const values = resolver.evaluate(server, baseEnv(at.scope));
    if (!values.some((value) => value.type === 'external' && value.call && made.has(value.call.call))) continue;
    if (speaksOf(listener.function.body, listening)) return callee.nameSpan;
  }
  return undefined;
}

const textOf = (expr: Expr, site: CallSite) => site.scope.program.text.slice(expr.span.start, expr.span.end);

/** Is what a listener is added to the server that this call starts, or what the call gives back? */
function isSameServer(object: Expr, at: CallSite, { site, env, row }: ScriptFailureInput, resolver: Resolver): boolean {
  const server = site.call.callee.kind === 'member' ? site.call.callee.object : undefined;
  if (containsCall(object, site.call)) return true;
  const values = resolver.evaluate(object, at.scope === site.scope ? env : baseEnv(at.scope));
  const { emitter } = row;
  const isEmitter = (value: Value) =>
    emitter === undefined || (value.type === 'external' && value.path.endsWith(`.${emitter}`));
  if (values.some((value) => isEmitter(value) && madeBy(value, site.call))) return true;
  if (!server || row.emits !== undefined) return false;
  const written = textOf(server, site);
  if (emitter !== undefined) return textOf(object, at) === `${written}.${emitter}` || textOf(object, at) === emitter;
  const started = resolver.evaluate(server, env);
  const made = started.flatMap((value) => [...makingOf(value)]);
  if (made.some((call) => values.some((value) => madeBy(value, call, site.call)))) return true;
  // Of two servers that are both seen to be made, each has listeners of its own, whatever they are called.
  const areSeen = [...started, ...values].every((value) => value.type === 'external' && value.call !== undefined);
  return !areSeen && textOf(object, at) === written && sameHome(at, site) && sameBlock(object, at, server, site);
}

/** Two blocks of one function may each have a server by the same name. */
function sameBlock(one: Expr, at: CallSite, other: Expr, site: CallSite): boolean {
  if (one.kind !== 'name' || other.kind !== 'name') return true;
  const [first, second] = [one, other].map(({ name, span }, index) => {
    const scope = scopeOf((index === 0 ? at : site).scope, name, span.start);
    return { scope, block: scope && blockDeclaring(scope, name, span.start) };
  });
  return first!.scope !== second!.scope || first!.block === second!.block;
}

/** `createServer(app).listen(...).on('error', ...)`: the calls that an expression is a chain of. */
function* callsIn(expr: Expr): Iterable<CallExpr> {
  let at: Expr | undefined = expr;
  while (at) {
    if (at.kind === 'call') {
      yield at;
      at = at.callee.kind === 'member' ? at.callee.object : undefined;
    } else at = at.kind === 'await' ? at.value : undefined;
  }
}

function containsCall(expr: Expr, call: CallExpr): boolean {
  for (const inner of callsIn(expr)) if (inner === call) return true;
  return false;
}

/** The calls that a value comes from. */
function* callsBehind(value: Value): Iterable<CallExpr> {
  for (let at: Value | undefined = value; at?.type === 'external'; at = at.receiver) if (at.call) yield at.call.call;
}

/** Methods of a server that give it back. */
const chains = /^(on|once|addListener|prependListener|setTimeout|ref|unref)$/;

/** The calls that make a server: `createServer().on('error', ...)` gives what `createServer()` gave. */
function* makingOf(value: Value): Iterable<CallExpr> {
  for (const call of callsBehind(value)) {
    yield call;
    if (!chains.test(methodOf(call) ?? '')) return;
  }
}

/** @param start the call in question: what another one like it gives is another server */
function madeBy(value: Value, call: CallExpr, start?: CallExpr): boolean {
  for (const by of callsBehind(value)) {
    if (by === call) return true;
    if (by !== start && start !== undefined && methodOf(by) === methodOf(start)) return false;
  }
  return false;
}

const methodOf = ({ callee }: CallExpr) => (callee.kind === 'member' ? callee.name : undefined);

/** Within one class, or where a name means the same. */
function sameHome(a: CallSite, b: CallSite): boolean {
  const ownerOf = ({ scope }: CallSite) => {
    for (let at: typeof scope | undefined = scope; at; at = at.parent) if (at.kind === 'class') return at;
    return undefined;
  };
  return ownerOf(a) === ownerOf(b);
}

/** `await once(server, 'listening')`, or a promise that an error event rejects: what is done about it. */
function waitedFor(input: ScriptFailureInput, resolver: Resolver): { by: Span; verdict: Verdict } | undefined {
  const index = resolver.project.programs.get(input.site.scope.program.file);
  if (!index) return undefined;
  for (const { site, server } of candidatesFor(addressingIn(index, resolver).waits, input, resolver)) {
    if (site.scope !== input.site.scope || !isSameServer(server, site, input, resolver)) continue;
    const told = rejected({ ...input, site }, resolver);
    if (told.by && told.state === 'handled') return { by: told.by, verdict: 'reports' };
    if (told.by && told.silent) return { by: told.by, verdict: 'drops' };
  }
  return undefined;
}

/** So many calls that a name is handed to are looked at one by one; of more, those in the same function. */
const mostHanded = 50;

/** The calls that something is handed to by its name, by the scope that they stand in. */
const handedInScopes = remembered((sites: readonly CallSite[]): ReadonlyMap<Scope, readonly CallSite[]> => {
  const found = new Map<Scope, CallSite[]>();
  for (const site of sites) {
    const known = found.get(site.scope);
    if (known) known.push(site);
    else found.set(site.scope, [site]);
  }
  return found;
});

function handedTo(name: string, { scope }: CallSite, index: ProgramIndex): readonly CallSite[] {
  const sites = usesIn(index).handed.get(name) ?? [];
  if (sites.length <= mostHanded) return sites;
  return (handedInScopes(sites).get(scope) ?? []).slice(0, mostHanded);
}

/** `await listening(server)`: a function of the project that listens for the errors of the server that it is handed. */
function listenedFor(input: ScriptFailureInput, resolver: Resolver): { by: Span; verdict: Verdict } | undefined {
  const { site } = input;
  const { programs } = resolver.project;
  const index = programs.get(site.scope.program.file);
  if (!index) return undefined;
  const { callee: started } = site.call;
  const names = new Set([
    keptAs(site),
    started.kind === 'member' && started.object.kind === 'name' && started.object.name,
  ]);
  for (const at of [...names].flatMap((name) => (name ? handedTo(name, site, index) : []))) {
    for (const [place, { value: server }] of at.call.args.entries()) {
      if (server.kind !== 'name' || !names.has(server.name) || !isSameServer(server, at, input, resolver)) continue;
      const handed = resolver.settle(resolver.callee(at, baseEnv(at.scope)));
      const inside = handed.type === 'function' && programs.get(handed.env.scope.program.file);
      const name = handed.type === 'function' && handed.function.params[place]?.name;
      if (!inside || !name) continue;
      for (const heard of addressingIn(inside, resolver).errors.byText.get(name) ?? []) {
        if (heard.server.kind !== 'name') continue;
        if (scopeOf(heard.site.scope, name, heard.server.span.start)?.function !== handed.function) continue;
        const verdict = verdictOfFunction(heard.site.call.args[1]!.value, resolver, heard.site);
        return { by: at.call.span, verdict };
      }
    }
  }
  return undefined;
}

// --- what handlers do ------------------------------------------------------------------------------------------------

/** The function that a call is given, whatever place it stands in. */
function callbackOf(
  call: CallExpr,
  resolver: Resolver,
  env: Env,
): { readonly function: FunctionShape | undefined; readonly span: Span } | undefined {
  for (const { value, span } of [...call.args].reverse()) {
    if (value.kind === 'function') return { function: value.function, span };
    if (value.kind === 'call' && value.callee.kind === 'member' && value.callee.name === 'bind')
      return { function: undefined, span };
    if (value.kind !== 'name' && value.kind !== 'member') continue;
    const settled = resolver.settle(resolver.evaluate(value, env));
    if (settled.type === 'function') return { function: settled.function, span };
  }
  return undefined;
}

function verdictOfCallback(shape: FunctionShape): Verdict {
  const error = shape.params[0]?.name;
  if (error === undefined || error === '') return 'drops';
  return verdictOf(shape.body, error, true);
}

/** A function that is given the error. */
function verdictOfFunction(expr: Expr, resolver: Resolver, site: CallSite): Verdict {
  if (expr.kind === 'function') return verdictOf(expr.function.body, expr.function.params[0]?.name, false);
  const value = resolver.settle(resolver.evaluate(expr, baseEnv(site.scope)));
  if (value.type === 'function') return verdictOf(value.function.body, value.function.params[0]?.name, false);
  // `console.error`, `reject`, `process.exit`, a function of another module: it is not ours to judge.
  return 'reports';
}

function verdictOfHandler(handler: Handler): Verdict {
  return verdictOf(handler.body, handler.name, false);
}

const reporting =
  /(^|\.)(error|fatal|exit|abort|kill|reject|captureException|emit|fail|warn|warning|exception|critical|alert|notify|die|panic|next|done|cb|callback)$|(^|\.)(log|info|debug|trace|write|print)$/;

/**
 * @param asked the error has to be asked for: the same function runs where all is well
 */
function verdictOf(body: readonly Statement[], error: string | undefined, asked: boolean): Verdict {
  const only = body.length === 1 ? body[0] : undefined;
  if (only?.kind === 'raise' && !asked)
    return error !== undefined && isName(only.value, error) ? 'rethrows' : 'reports';
  const says = (block: readonly Statement[], sure: boolean): boolean =>
    block.some((statement) => {
      const about = sure || (error !== undefined && expressionsOf(statement).some((expr) => mentionsName(expr, error)));
      if (statement.kind === 'raise') return about;
      if (statement.kind === 'if') {
        const speaks = error !== undefined && mentionsName(statement.test, error);
        if (speaks && asksForTaken(statement.test) && statement.consequent.some(doesSomething)) return true;
        return says(statement.consequent, about || speaks) || says(statement.alternative, about);
      }
      if (statement.kind === 'function' || statement.kind === 'class') return false;
      if (about && statement.kind === 'return' && statement.value && statement.value.kind !== 'none') return true;
      if (about && statement.kind === 'assign' && error !== undefined && mentionsName(statement.value, error))
        return true;
      if (about && expressionsOf(statement).some((expr) => reportsIn(expr, error))) return true;
      return blocksOf(statement).some((inner) => says(inner.block, about));
    });
  return says(body, !asked) ? 'reports' : 'drops';
}

/** `error.code === 'EADDRINUSE'`: whoever asks for that knows what to do about it. */
function asksForTaken(test: Expr): boolean {
  if (test.kind === 'string') return test.value === 'EADDRINUSE';
  return childrenOf(test).some(asksForTaken);
}

/** It does more than to say something or to leave. */
const doesSomething = (statement: Statement): boolean =>
  !onlySays(statement) &&
  (statement.kind === 'expression' || statement.kind === 'assign' || statement.kind === 'return');

function reportsIn(expr: Expr, error: string | undefined): boolean {
  if (expr.kind === 'call') {
    if (reporting.test(calleeText(expr.callee))) return true;
    if (error !== undefined && expr.args.some((arg: Argument) => mentionsName(arg.value, error))) return true;
  }
  if (expr.kind === 'function') return false;
  return childrenOf(expr).some((child) => reportsIn(child, error));
}

const calleeText = (expr: Expr): string =>
  expr.kind === 'name' ? expr.name : expr.kind === 'member' ? `${calleeText(expr.object)}.${expr.name}` : '';

const isName = (expr: Expr | undefined, name: string) => expr?.kind === 'name' && expr.name === name;

function mentionsName(expr: Expr | undefined, name: string): boolean {
  if (!expr) return false;
  return expr.kind === 'name' ? expr.name === name : childrenOf(expr).some((child) => mentionsName(child, name));
}

// --- try statements --------------------------------------------------------------------------------------------------

/** The handlers around a call, innermost first. */
function triesAround({ places }: CallSite): { readonly place: Place; readonly handler: Handler }[] {
  return [...places].reverse().flatMap((place) => {
    const { statement, branch } = place;
    const handler = statement.kind === 'try' && branch === 'body' ? statement.handlers[0] : undefined;
    return handler ? [{ place, handler }] : [];
  });
}

/** The handler of a try statement that is about the start of this server, and cannot see its error. */
function blindAround(input: ScriptFailureInput): Handler | undefined {
  for (const [depth, { site }] of framesOf(input).entries())
    for (const around of triesAround(site)) if (meantForStart(around, depth)) return around.handler;
  return undefined;
}

const startOfServer = /\b(start\w*|listen\w*|launch\w*)\b[^.]*\b(server|app\w*|service)\b|\bserver\b[^.]*\bstart/i;

/** A handler for nothing but the call, or one that says something of a port or of a start: its writer means a server that could not start. */
function meantForStart({ place, handler }: ReturnType<typeof triesAround>[number], depth: number): boolean {
  const { statement } = place;
  const listens = depth === 0 && statement.kind === 'try' ? statement.body.filter((one) => !onlySays(one)) : [];
  if (listens.length === 1 && listens[0]?.kind === 'expression' && verdictOfHandler(handler) === 'reports') return true;
  // Further out, more may fail than the start of a server.
  return speaksOf(handler.body, depth === 0 ? starting : startOfServer);
}

const starting = /\b(start\w*|listen\w*|bind\w*|launch\w*|bootstrap\w*|server)\b/i;
/** An application may have errors of its own, which are server errors too. */
const listening = new RegExp(`\\b(?:listen|bind)\\w*|${startOfServer.source}`, 'i');

/** Does a block say that a port is taken, or that what it speaks of has failed? */
function speaksOf(block: readonly Statement[], start: RegExp): boolean {
  const text = textsIn(block).join(' ');
  if (/EADDRINUSE|EACCES|\bport\b[^.]*\bin use\b|address already/i.test(text)) return true;
  return /\b(fail\w*|could ?n[o']t|cannot|can't|unable|error\w*)\b/i.test(text) && start.test(text);
}

/** The texts that a block speaks in. */
function textsIn(block: readonly Statement[]): string[] {
  const inside = (expr: Expr): string[] =>
    expr.kind === 'string' ? [expr.value] : expr.kind === 'function' ? [] : childrenOf(expr).flatMap(inside);
  return block.flatMap((statement) => [
    ...expressionsOf(statement).flatMap(inside),
    ...blocksOf(statement).flatMap((inner) => textsIn(inner.block)),
  ]);
}

/** The line that names what is caught. */
function headOf(handler: Handler): Span {
  return { ...handler.span, end: Math.min(handler.span.end, handler.span.start + 'catch'.length) };
}
