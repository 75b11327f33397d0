import type { Place, Reached } from '../facts.ts';
import type { BoundArguments, Env, Lazy, Project, Resolver, Value } from '../resolve.ts';
import type { Argument, CallExpr, ClassShape, Expr, FunctionShape } from '../syntax/call.ts';
import { type CallSite, lastName, type ProgramIndex, type Scope } from './names.ts';
import { mergeArguments } from './values.ts';

/** One way from an entry point to a scope. */
export interface Way {
  readonly env: Env;
  /** Outermost first. */
  readonly reached: readonly Reached[];
  /** The call sites behind `reached`, outermost first, with the scopes they stand in. */
  readonly sites: readonly CallSite[];
  /** What the way starts from: a module's top level, a declared command, or a function nobody is known to call. */
  readonly root: 'module' | 'command' | 'library';
}

interface Caller {
  readonly site: CallSite;
  readonly via: Reached['via'];
  readonly bindings: (env: Env) => BoundArguments;
  readonly self?: (env: Env) => Value | undefined;
}

/** A call, and the function or class it reaches. */
interface Called {
  readonly site: CallSite;
  readonly callee: Value;
}

/** A start, and the function it is handed. */
interface Started {
  readonly site: CallSite;
  readonly start: Start;
  readonly target: Argument;
  readonly value: Extract<Value, { type: 'function' }>;
}

/** Library calls that run a function they are given: where the function stands, how it is run, where its arguments are. */
interface Start {
  readonly via: Reached['via'];
  readonly target: number | string;
  /** Where the arguments are: the rest of the positional ones, or a keyword that holds them. */
  readonly args: 'rest' | { readonly positional: string | number; readonly named: string };
}

const thread: Start = { via: 'thread', target: 'target', args: { positional: 'args', named: 'kwargs' } };
const starts: Readonly<Record<string, Start>> = {
  'threading.Thread': thread,
  'threading.Timer': { via: 'thread', target: 1, args: { positional: 'args', named: 'kwargs' } },
  '_thread.start_new_thread': { via: 'thread', target: 0, args: { positional: 1, named: 'kwargs' } },
  'multiprocessing.Process': { ...thread, via: 'process' },
  'multiprocessing.context.Process': { ...thread, via: 'process' },
  'multiprocessing.get_context().Process': { ...thread, via: 'process' },
  'concurrent.futures.ThreadPoolExecutor().submit': { via: 'thread', target: 0, args: 'rest' },
  'concurrent.futures.ProcessPoolExecutor().submit': { via: 'process', target: 0, args: 'rest' },
  'asyncio.to_thread': { via: 'thread', target: 0, args: 'rest' },
  'asyncio.get_event_loop().run_in_executor': { via: 'thread', target: 1, args: 'rest' },
  'asyncio.get_running_loop().run_in_executor': { via: 'thread', target: 1, args: 'rest' },
  'asyncio.new_event_loop().run_in_executor': { via: 'thread', target: 1, args: 'rest' },
  'anyio.to_thread.run_sync': { via: 'thread', target: 0, args: 'rest' },
  'anyio.run': { via: 'call', target: 0, args: 'rest' },
  'trio.run': { via: 'call', target: 0, args: 'rest' },
  'gevent.spawn': { via: 'thread', target: 0, args: 'rest' },
  'eventlet.spawn': { via: 'thread', target: 0, args: 'rest' },
  'eventlet.spawn_n': { via: 'thread', target: 0, args: 'rest' },
  'typer.run': { via: 'call', target: 0, args: 'rest' },
  'absl.app.run': { via: 'call', target: 0, args: 'rest' },
  'fire.Fire': { via: 'call', target: 0, args: 'rest' },
  'tyro.cli': { via: 'call', target: 0, args: 'rest' },
  'jsonargparse.CLI': { via: 'call', target: 0, args: 'rest' },
  'jsonargparse.auto_cli': { via: 'call', target: 0, args: 'rest' },
};
const startNames = new Set(Object.keys(starts).map((path) => path.slice(path.lastIndexOf('.') + 1)));
const tasks =
  /(^|\.)(create_task|ensure_future|run_coroutine_threadsafe|start_soon|\w*scheduler\.spawn|aiojobs\.spawn)$/;
const threadBases = new Set([
  'threading.Thread',
  'PyQt5.QtCore.QThread',
  'PyQt6.QtCore.QThread',
  'PySide6.QtCore.QThread',
]);

/** Methods that a class of a library calls by itself on what is made of the classes derived from it. */
const calledByBases = new Map<string, { readonly bases: ReadonlySet<string>; readonly via: Reached['via'] }>([
  ['run', { bases: threadBases, via: 'thread' }],
  [
    'load_config',
    {
      bases: new Set([
        'gunicorn.app.base.BaseApplication',
        'gunicorn.app.base.Application',
        'gunicorn.app.wsgiapp.WSGIApplication',
      ]),
      via: 'call',
    },
  ],
]);

const maximumWays = 24;
const maximumDepth = 7;

function textOf(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'member') return `${textOf(expr.object)}.${expr.name}`;
  return '';
}

/** The names a function might be passed under: those that stand in an argument. */
function namesIn(expr: Expr): string[] {
  if (expr.kind === 'name' || expr.kind === 'member') return [lastName(expr)];
  if (expr.kind === 'call' && lastName(expr.callee) === 'partial')
    return expr.args.flatMap((arg) => namesIn(arg.value));
  return [];
}

export interface Callers {
  /** The ways to a scope; at least one. */
  waysTo(scope: Scope): readonly Way[];
  /** The calls that threads, processes and executors of a program make: `Thread(target=serve, args=(app,))` calls `serve(app)`. */
  startedIn(index: ProgramIndex): readonly CallSite[];
  /** Functions around these scopes whose callers may lie in files that are not read yet. */
  readonly unseen: ReadonlySet<string>;
  /** The same, of JavaScript. */
  readonly unseenScripts: ReadonlySet<string>;
}

/**
 * Finds the ways from entry points to scopes.
 * @param quiet a file whose calls do not count for others: tests
 * @param isEntryPoint is a function of a file installed as a command
 */
export function createCallers(
  project: Project,
  resolver: Resolver,
  quiet: (file: string) => boolean,
  isEntryPoint: (file: string, name: string) => boolean = () => false,
): Callers {
  const byName = new Map<string, { index: ProgramIndex; site: CallSite }[]>();
  const byArgument = new Map<string, { index: ProgramIndex; site: CallSite }[]>();
  /** The calls that are handed a function as it is written, or call it there. */
  const byFunction = new Map<FunctionShape, CallSite[]>();
  /** The calls of JavaScript that are handed something of a name, which may be a function. */
  const byCallback = new Map<string, CallSite[]>();
  const aliases = new Map<string, Set<string>>();
  /** What a module as a whole, or its default, is called where it is imported, by the last part of the module's name. */
  const wholes = new Map<string, Set<string>>();
  const add = <K, V>(map: Map<K, V[]>, key: K, value: V) => {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  };
  for (const index of project.programs.values()) {
    for (const site of index.calls) {
      const name = lastName(site.call.callee);
      if (name !== '') add(byName, name, { index, site });
      if (site.call.callee.kind === 'function') add(byFunction, site.call.callee.function, site);
      for (const arg of site.call.args) {
        if (arg.value.kind === 'function') add(byFunction, arg.value.function, site);
        else if (arg.value.kind === 'object' && index.program.language !== 'python') {
          for (const { value } of arg.value.entries)
            if (value.kind === 'function') add(byFunction, value.function, site);
        } else if (index.program.language !== 'python')
          for (const inner of namesIn(arg.value)) add(byCallback, inner, site);
      }
      if (startNames.has(name))
        for (const arg of site.call.args)
          for (const inner of namesIn(arg.value)) add(byArgument, inner, { index, site });
    }
    for (const statement of index.program.body) {
      if (statement.kind !== 'import') continue;
      for (const name of statement.names) {
        if (index.program.language !== 'python' && (name.name === '*' || name.name === 'default')) {
          const key = lastPart(statement.module, index.program.file);
          const set = wholes.get(key);
          if (set) set.add(name.local);
          else wholes.set(key, new Set([name.local]));
        }
        if (name.local === name.name) continue;
        const set = aliases.get(name.name);
        if (set) set.add(name.local);
        else aliases.set(name.name, new Set([name.local]));
      }
    }
  }

  const known = new Map<FunctionShape, readonly Caller[]>();
  const calledUnder = new Map<string, ReadonlyMap<FunctionShape, readonly Called[]>>();
  const startedUnder = new Map<string, ReadonlyMap<FunctionShape, readonly Started[]>>();
  const unseen = new Set<string>();
  const unseenScripts = new Set<string>();

  function callersOf(shape: FunctionShape, scope: Scope): readonly Caller[] {
    const found = known.get(shape);
    if (found) return found;
    const callers: Caller[] = [];
    known.set(shape, callers);
    const file = scope.program.file;
    const counts = (site: CallSite) => site.scope.program.file === file || !quiet(site.scope.program.file);
    const owner = scope.parent?.kind === 'class' ? scope.parent.class : undefined;

    const scripted = scope.program.language !== 'python';
    for (const site of shape.name === undefined || scripted ? (byFunction.get(shape) ?? []) : []) {
      const start = startOf(site);
      callers.push({
        site,
        via: start ? viaOf(site, start) : 'call',
        bindings: (env) =>
          site.call.callee.kind === 'function' ? resolver.argumentsOf(site.call, env) : handedTo(site, env),
      });
    }
    if (shape.name === undefined) return callers;
    const names = [shape.name, ...(aliases.get(shape.name) ?? [])];
    if (scripted) names.push(...(wholes.get(lastPart(file, file)) ?? []));
    // What a module is as a whole goes by the module's name where another one hands it on.
    const whole =
      scripted && (shape.name === 'module.exports' || shape.name.startsWith('export '))
        ? lastPart(file, file)
        : undefined;
    if (whole !== undefined) names.push(whole);
    if (owner && (shape.name === '__init__' || shape.name === 'constructor') && owner.name !== undefined)
      names.push(owner.name, ...(aliases.get(owner.name) ?? []));
    for (const name of [shape.name, owner?.name, whole])
      if (name !== undefined && /^[\w$]+$/.test(name)) (scripted ? unseenScripts : unseen).add(name);

    const byBase = owner ? calledByBases.get(shape.name) : undefined;
    if (owner && byBase && isDerivedFrom(byBase.bases, owner, scope)) {
      for (const { site } of [owner.name!, ...(aliases.get(owner.name!) ?? [])].flatMap(
        (name) => byName.get(name) ?? [],
      )) {
        if (!counts(site)) continue;
        const made = settled(site.call, site.scope);
        if (made.type === 'object' && made.class === owner && !(byBase.via === 'thread' && isOnlyRun(site))) {
          callers.push({
            site,
            via: byBase.via,
            bindings: () => ({ positional: [], named: new Map(), open: false, span: site.call.span }),
            self: (env) => ({ ...made, call: { call: site.call, env } }),
          });
        }
      }
    }
    for (const { site, callee } of names.flatMap((name) => callsUnder(name).get(shape) ?? [])) {
      if (counts(site)) {
        const bound = callee.type === 'function' ? callee.bound : undefined;
        const self = callee.type === 'function' ? callee.self : undefined;
        callers.push({
          site,
          via: isTask(site) ? 'task' : 'call',
          bindings: (env) => mergeArguments(bound, resolver.argumentsOf(site.call, env)),
          ...(self && { self: (env: Env) => receiverIn(site, env) ?? self }),
        });
      }
    }
    for (const site of scripted ? names.flatMap((name) => byCallback.get(name) ?? []) : []) {
      const handed = counts(site) && site.call.args.some(({ value }) => isFunction(value, shape, site.scope));
      if (handed) callers.push({ site, via: 'call', bindings: (env) => handedTo(site, env) });
    }
    for (const { site, start, target, value } of names.flatMap((name) => startsUnder(name).get(shape) ?? [])) {
      if (!counts(site)) continue;
      callers.push({
        site,
        via: viaOf(site, start),
        bindings: (env) => mergeArguments(value.bound, startArguments(site.call, start, target, env)),
        ...(value.self && { self: () => value.self }),
      });
    }
    return callers;
  }

  const isFunction = (expr: Expr, shape: FunctionShape, scope: Scope): boolean => {
    if (expr.kind !== 'name' && expr.kind !== 'member') return false;
    const value = settled(expr, scope);
    return value.type === 'function' && value.function === shape;
  };

  /** What a function gets that is handed to a call: `promise.then(fn)` gives it what the promise holds, others what they like. */
  function handedTo(site: CallSite, env: Env): BoundArguments {
    const { callee, span } = site.call;
    const then = callee.kind === 'member' && callee.name === 'then';
    return { positional: then ? [{ expr: callee.object, env }] : [], named: new Map(), open: true, span };
  }

  /** The calls under a name, by the function they reach: each is looked at once, however many functions have the name. */
  function callsUnder(name: string): ReadonlyMap<FunctionShape, readonly Called[]> {
    const known = calledUnder.get(name);
    if (known) return known;
    const found = new Map<FunctionShape, Called[]>();
    calledUnder.set(name, found);
    for (const { site } of byName.get(name) ?? []) {
      const reached = new Set<FunctionShape>();
      for (const callee of resolver.callee(site, baseEnv(site.scope))) {
        const target =
          callee.type === 'class'
            ? constructorOf(callee.class)
            : callee.type === 'function'
              ? callee.function
              : undefined;
        if (target === undefined || reached.has(target)) continue;
        reached.add(target);
        add(found, target, { site, callee });
      }
    }
    return found;
  }

  /** The starts that are handed something of a name, by the function they run. */
  function startsUnder(name: string): ReadonlyMap<FunctionShape, readonly Started[]> {
    const known = startedUnder.get(name);
    if (known) return known;
    const found = new Map<FunctionShape, Started[]>();
    startedUnder.set(name, found);
    for (const { site } of byArgument.get(name) ?? []) {
      const start = startOf(site);
      const target = start && targetOf(site.call, start);
      if (!target) continue;
      const value = settled(target.value, site.scope);
      if (value.type === 'function') add(found, value.function, { site, start, target, value });
    }
    return found;
  }

  const settled = (expr: Expr, scope: Scope): Value => resolver.settle(resolver.evaluate(expr, baseEnv(scope)));

  function receiverIn(site: CallSite, env: Env): Value | undefined {
    if (site.call.callee.kind !== 'member') return undefined;
    const value = resolver.settle(resolver.evaluate(site.call.callee.object, env));
    return value.type === 'object' ? value : undefined;
  }

  function constructorOf(shape: ClassShape): FunctionShape | undefined {
    for (const statement of shape.body) {
      if (
        statement.kind === 'function' &&
        (statement.function.name === '__init__' || statement.function.name === 'constructor')
      )
        return statement.function;
    }
    return undefined;
  }

  /** `Server().run()`: the method is called as any other, and no thread is started. */
  function isOnlyRun({ call, around, places, scope }: CallSite): boolean {
    if (around.some((expr) => expr.kind === 'call' && expr.callee.kind === 'member' && expr.callee.object === call))
      return !around.some((expr) => expr.kind === 'call' && lastName(expr.callee) === 'start');
    const statement = places.at(-1)?.statement;
    const target = statement?.kind === 'assign' && statement.value === call ? statement.targets[0] : undefined;
    const index = target?.kind === 'name' ? project.programs.get(scope.program.file) : undefined;
    const calls = (method: string) =>
      (byName.get(method) ?? []).some(
        ({ site }) =>
          site.scope === scope &&
          site.call.callee.kind === 'member' &&
          site.call.callee.object.kind === 'name' &&
          target?.kind === 'name' &&
          site.call.callee.object.name === target.name,
      );
    return index !== undefined && calls('run') && !calls('start');
  }

  function isDerivedFrom(bases: ReadonlySet<string>, owner: ClassShape, scope: Scope): boolean {
    const outer = scope.parent?.parent;
    return (
      owner.name !== undefined &&
      outer !== undefined &&
      resolver.basesOf(owner, { scope: outer }).some((base) => bases.has(base))
    );
  }

  function startOf(site: CallSite): Start | undefined {
    for (const callee of resolver.callee(site, baseEnv(site.scope))) {
      if (callee.type === 'external') {
        const start = starts[callee.path];
        if (start) return start;
        // The executor or loop came in by a parameter: the method's name says enough.
        if (/\.submit$/.test(callee.path) && /executor|pool/i.test(callee.path))
          return starts['concurrent.futures.ThreadPoolExecutor().submit'];
        if (/\.run_in_executor$/.test(callee.path)) return starts['asyncio.get_event_loop().run_in_executor'];
      }
      if (callee.type === 'class' && resolver.basesOf(callee.class, callee.env).some((base) => threadBases.has(base)))
        return thread;
    }
    return undefined;
  }

  /** What is raised in a worker thread comes back to who awaits it, as from a call. */
  function viaOf(site: CallSite, start: Start): Reached['via'] {
    const method = lastName(site.call.callee);
    if (method === 'to_thread' || method === 'run_sync') return isTask(site) ? 'task' : 'call';
    if (method === 'run_in_executor' && (site.around.some((expr) => expr.kind === 'await') || isWaitedFor(site)))
      return 'call';
    return start.via;
  }

  function targetOf(call: CallExpr, start: Start): Argument | undefined {
    if (typeof start.target === 'string') return call.args.find((arg) => arg.name === start.target);
    return (
      call.args.filter((arg) => arg.name === undefined && !arg.spread)[start.target] ??
      call.args.find((arg) => arg.name === 'func' || arg.name === 'function' || arg.name === 'target')
    );
  }

  function startArguments(call: CallExpr, start: Start, target: Argument, env: Env): BoundArguments {
    if (start.args === 'rest') {
      const rest = call.args.slice(call.args.indexOf(target) + 1);
      return resolver.argumentsOf({ ...call, args: rest }, env);
    }
    const { positional, named } = start.args;
    const list =
      typeof positional === 'number'
        ? call.args.filter((arg) => arg.name === undefined)[positional]
        : call.args.find((arg) => arg.name === positional);
    const map = call.args.find((arg) => arg.name === named);
    const items: readonly Lazy[] | 'hidden' = list ? listItems(list.value, env) : [];
    const keys = map ? mapEntries(map.value, env) : new Map<string, Lazy>();
    return {
      positional: items === 'hidden' ? [] : items,
      named: keys === 'hidden' ? new Map() : keys,
      open: items === 'hidden' || keys === 'hidden',
      span: call.span,
    };
  }

  const startedCalls = new Map<ProgramIndex, readonly CallSite[]>();

  function startedIn(index: ProgramIndex): readonly CallSite[] {
    const known = startedCalls.get(index);
    if (known) return known;
    const found = index.calls.flatMap((site) => {
      if (!startNames.has(lastName(site.call.callee))) return [];
      const start = startOf(site);
      const target = start && targetOf(site.call, start);
      return start && target ? startedCall(site, start, target) : [];
    });
    startedCalls.set(index, found);
    return found;
  }

  /** The call that a start comes to, put together from what it is given. */
  function startedCall(site: CallSite, start: Start, target: Argument): CallSite[] {
    const partial = target.value.kind === 'call' && lastName(target.value.callee) === 'partial';
    const [callee, ...bound] = partial
      ? (target.value as CallExpr).args
      : [{ value: target.value, span: target.value.span }];
    if (callee?.value.kind !== 'name' && callee?.value.kind !== 'member') return [];
    const args = [...bound, ...givenArguments(site.call, start, target)];
    const call: CallExpr = {
      kind: 'call',
      callee: callee.value,
      args,
      span: site.call.span,
      inside: partial && args.length === bound.length ? (target.value as CallExpr).inside : site.call.inside,
    };
    const packed = start.args !== 'rest' || (partial && args.length > bound.length);
    return [
      { call, scope: site.scope, places: [], around: [], started: { via: viaOf(site, start), by: site, packed } },
    ];
  }

  function givenArguments(call: CallExpr, start: Start, target: Argument): readonly Argument[] {
    if (start.args === 'rest') return call.args.slice(call.args.indexOf(target) + 1);
    const { positional, named } = start.args;
    const list =
      typeof positional === 'number'
        ? call.args.filter((arg) => arg.name === undefined)[positional]
        : call.args.find((arg) => arg.name === positional);
    const map = call.args.find((arg) => arg.name === named);
    return [
      ...(list ? [{ value: list.value, spread: 'list' as const, span: list.span }] : []),
      ...(map ? [{ value: map.value, spread: 'map' as const, span: map.span }] : []),
    ];
  }

  function listItems(expr: Expr, env: Env): readonly Lazy[] | 'hidden' {
    const value = resolver.settle(resolver.evaluate(expr, env));
    return value.type === 'list' ? value.items : 'hidden';
  }

  function mapEntries(expr: Expr, env: Env): ReadonlyMap<string, Lazy> | 'hidden' {
    const value = resolver.settle(resolver.evaluate(expr, env));
    return value.type === 'map' && !value.open ? value.entries : 'hidden';
  }

  function isTask(site: CallSite): boolean {
    const parent = site.around.at(-1);
    return (
      parent?.kind === 'call' && parent.callee !== site.call && tasks.test(textOf(parent.callee)) && !isWaitedFor(site)
    );
  }

  /** Does the function that makes a task wait for it: `task = loop.create_task(serve())`, then `loop.run_until_complete(task)`? */
  function isWaitedFor({ places, scope }: CallSite): boolean {
    const statement = places.at(-1)?.statement;
    const target = statement?.kind === 'assign' ? statement.targets[0] : undefined;
    if (target?.kind !== 'name' || scope.program.language !== 'python') return false;
    const behind = scope.program.text.slice(statement!.span.end, scope.function?.span.end);
    const waits = new RegExp(
      `\\bawait[ \\t]+${target.name}\\b|\\b(?:gather|wait|wait_for|shield|run_until_complete)\\([ \\t]*\\*?${target.name}\\b`,
    );
    return /^\w+$/.test(target.name) && waits.test(behind);
  }

  function isCommand(shape: FunctionShape, scope: Scope): boolean {
    if (shape.name !== undefined && isEntryPoint(scope.program.file, shape.name)) return true;
    return shape.decorators.some((decorator) =>
      /\.(command|callback|group|cli|task)$|(^|\.)(command|main)$/.test(
        textOf(decorator.kind === 'call' ? decorator.callee : decorator),
      ),
    );
  }

  function waysTo(scope: Scope, depth = 0, seen: readonly Scope[] = []): readonly Way[] {
    if (scope.kind === 'module') return [{ env: { scope }, reached: [], sites: [], root: 'module' }];
    if (scope.kind === 'class') {
      return waysTo(scope.parent!, depth, seen).map((way) => ({ ...way, env: { scope, outer: way.env } }));
    }
    const shape = scope.function!;
    const alone: Way = {
      env: baseEnv(scope),
      reached: [],
      sites: [],
      root: isCommand(shape, scope) ? 'command' : 'library',
    };
    if (depth >= maximumDepth || seen.includes(scope)) return [alone];
    const ways: Way[] = [];
    for (const caller of callersOf(shape, scope)) {
      if (ways.length >= maximumWays) break;
      for (const way of waysTo(caller.site.scope, depth + 1, [...seen, scope])) {
        if (ways.length >= maximumWays) break;
        const self = caller.self?.(way.env);
        ways.push({
          env: { scope, bindings: caller.bindings(way.env), outer: outerOf(scope, way.env), ...(self && { self }) },
          reached: [...way.reached, { span: caller.site.call.callee.span, via: caller.via }],
          sites: [...way.sites, caller.site],
          root: way.root,
        });
      }
    }
    if (ways.length === 0 || (isCommand(shape, scope) && ways.every((way) => way.root === 'library')))
      return [alone, ...ways];
    return ways;
  }

  /** The surroundings of a nested function: those of the caller where it is called in the scope it is made in. */
  function outerOf(scope: Scope, caller: Env): Env {
    let env: Env | undefined = caller;
    while (env) {
      if (env.scope === scope.parent) return env;
      env = env.outer;
    }
    return baseEnv(scope.parent!);
  }

  return { waysTo: (scope) => waysTo(scope), startedIn, unseen, unseenScripts };
}

/** What a module of JavaScript goes by: `server` for `./server.js`, the folder's name for what lies in `index.js`. */
function lastPart(module: string, file: string): string {
  const parts = module
    .replace(/\.[cm]?[jt]sx?$/, '')
    .split('/')
    .filter((part) => part !== 'index');
  const last = parts.at(-1) ?? '';
  // `.` and `..` are the folders around the file.
  return last === '' || /^\.+$/.test(last) ? (file.split('/').at(-1 - Math.max(1, last.length)) ?? '') : last;
}

/** The surroundings of a scope when nothing is known of its callers. */
export function baseEnv(scope: Scope): Env {
  return scope.parent ? { scope, outer: baseEnv(scope.parent) } : { scope };
}

/** A way that goes on through the start of a thread, process or executor, where the call is made by one. */
export function wayInto(site: CallSite, way: Way): Way {
  if (!site.started) return way;
  const { by, via } = site.started;
  return { ...way, reached: [...way.reached, { span: by.call.callee.span, via }], sites: [...way.sites, by] };
}

/** How the server is started on a way: what an exception in it means. */
export function placeOf(way: Way): Place {
  for (const step of [...way.reached].reverse()) {
    if (step.via === 'thread') return 'thread';
    if (step.via === 'process') return 'process';
    if (step.via === 'task') return 'task';
  }
  return way.root === 'library' ? 'library' : 'main';
}
