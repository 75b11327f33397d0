import { parsePort } from '../address.ts';
import type { Bind, Context, Setting, Span } from '../facts.ts';
import { baseEnv } from '../resolve/callers.ts';
import { type CallSite, lastName, type ProgramIndex, patternNames } from '../resolve/names.ts';
import { pathOf, rootOf } from '../resolve/paths.ts';
import { scriptOptionsIn } from '../resolve/script-options.ts';
import type { Resolver } from '../resolve.ts';
import type { CallExpr, Expr } from '../syntax/call.ts';
import { speaks } from './announcements.ts';
import { escaped } from './callees.ts';
import { roleOf, saysItself } from './setting-names.ts';
import { shownSettings } from './shown-settings.ts';
import { unpassedKeys } from './unpassed-keys.ts';

/** The options a call to `add_argument` declares: what it is read as, and how it is written. */
function declared(call: CallExpr): { dest: string; shown: string } | undefined {
  if (lastName(call.callee) !== 'add_argument') return undefined;
  const names = call.args.flatMap((arg) =>
    arg.name === undefined && arg.value.kind === 'string' ? [arg.value.value] : [],
  );
  const shown = names.find((name) => name.startsWith('--'));
  if (shown === undefined) return undefined;
  const given = call.args.find((arg) => arg.name === 'dest')?.value;
  const dest = given?.kind === 'string' ? given.value : shown.replace(/^-+/, '').replaceAll('-', '_');
  return { dest, shown };
}

/**
 * Options for a host or port that a program accepts and that nothing reads, beside a call that listens without them.
 * @param binds the binds of the whole project
 */
export function ignoredOptions(
  index: ProgramIndex,
  binds: readonly Bind[],
  resolver: Resolver,
  context: Context,
): Setting[] {
  const { program } = index;
  const own = binds.filter((bind) => bind.span.file === program.file && bind.via === 'call' && bind.sure);
  if (new Set(own.map((bind) => bind.span.start)).size !== 1) return [];
  const bind = own[0]!;
  if (program.language !== 'python') {
    const settings = [
      ...ignoredScriptOptions(index, own, resolver, context),
      ...ignoredConstants(index, own, resolver, context),
    ];
    return [...settings, ...shownVariables(index, own, binds, resolver, context, settings)];
  }
  const unpassed = unpassedKeys(index, own, resolver, context);
  // The parsed options are handed on as a whole: somebody else may read them.
  if (/\bvars\s*\(|__dict__|\*\*\s*\w*(args|opts|options)\b/.test(program.text)) return unpassed;
  const unread = index.calls.flatMap((site): Setting[] => {
    const option = declared(site.call);
    if (!option) return [];
    const role = roleOf(option.dest);
    if (!role || isRead(option.dest, index, resolver)) return [];
    if (!saysItself(own, role)) return [];
    const slot = bind[role];
    const fallback = site.call.args.find((arg) => arg.name === 'default')?.value;
    const value = fallback && resolver.settle(resolver.evaluate(fallback, baseEnv(site.scope)));
    const known = value?.type === 'string' || value?.type === 'number' ? value.value : undefined;
    const expression = namespaceBefore(bind, index);
    return [
      {
        kind: 'setting' as const,
        span: site.call.callee.span,
        name: option.shown,
        role,
        via: 'option' as const,
        context,
        feeds: [],
        ...(known !== undefined && { value: role === 'port' ? (parsePort(known) ?? known) : known }),
        ignoredBy: {
          bind: bind.span,
          slot,
          ...(expression !== undefined && { expression: `${expression}.${option.dest}` }),
        },
      },
    ];
  });
  return [...unread, ...shownSettings(index, own, resolver, context), ...unpassed];
}

/** The same of JavaScript: nothing but the declaration speaks of the option. */
function ignoredScriptOptions(
  index: ProgramIndex,
  own: readonly Bind[],
  resolver: Resolver,
  context: Context,
): Setting[] {
  const bind = own[0]!;
  return scriptOptionsIn(index).flatMap((option) => {
    const role = roleOf(option.key);
    if (!role || bind.protocol === 'udp') return [];
    if (!saysItself(own, role)) return [];
    const slot = bind[role];
    const use = useOf(option.key, option.whole, index);
    if (use === 'read') return [];
    // The options as a whole may be handed on.
    if (/\.\.\.\w*(argv|args|opts|options|flags)\b/.test(index.program.text)) return [];
    const handed = index.calls.some(({ call }) =>
      call.args.some(
        ({ value }) => value.kind === 'name' && /^(argv|args|opts|options|flags|program)$/.test(value.name),
      ),
    );
    if (handed) return [];
    const value = option.fallback && resolver.settle(resolver.evaluate(option.fallback, option.env));
    const known = value?.type === 'string' || value?.type === 'number' ? value.value : undefined;
    return [
      {
        kind: 'setting' as const,
        span: option.span,
        name: option.shown,
        role,
        via: 'option' as const,
        context,
        feeds: [],
        ...(known !== undefined && { value: role === 'port' ? (parsePort(known) ?? known) : known }),
        ignoredBy: { bind: bind.span, slot, ...(use === 'shown' && { shown: true as const }) },
      },
    ];
  });
}

/** `const HOST = process.env.HOST || '127.0.0.1'`, which is printed, and which the call does not get. */
function ignoredConstants(index: ProgramIndex, own: readonly Bind[], resolver: Resolver, context: Context): Setting[] {
  const bind = own[0]!;
  if (bind.protocol === 'udp') return [];
  return index.program.body.flatMap((statement) => {
    if (statement.kind !== 'assign' || !statement.scoped || statement.exported || !statement.value) return [];
    const names: string[] = [];
    for (const target of statement.targets) patternNames(target, (name) => names.push(name));
    return names.flatMap((name): Setting[] => {
      const role = roleOf(name);
      if (role === undefined || !saysItself(own, role)) return [];
      const slot = bind[role];
      const { end } = statement.span;
      const read: Expr = { kind: 'name', name, span: { ...statement.span, start: end } };
      const value = resolver.settle(resolver.evaluate(read, { scope: index.module }));
      if (value.origin.by !== 'env' || useOf(name, statement.span, index) !== 'shown') return [];
      const known = value.type === 'string' || value.type === 'number' ? value.value : undefined;
      return [
        {
          kind: 'setting' as const,
          span: statement.span,
          name: value.origin.name,
          role,
          via: 'env' as const,
          context,
          feeds: [],
          ...(known !== undefined && { value: role === 'port' ? (parsePort(known) ?? known) : known }),
          ignoredBy: { bind: bind.span, slot, expression: name, shown: true as const },
        },
      ];
    });
  });
}

/**
 * `console.log(`http://${config.host}:${config.port}`)` beside a call that gets the port alone: a variable of the environment, in
 * whichever module or schema it is read.
 * @param binds those of the whole project
 * @param told what was found already
 */
function shownVariables(
  index: ProgramIndex,
  own: readonly Bind[],
  binds: readonly Bind[],
  resolver: Resolver,
  context: Context,
  told: readonly Setting[],
): Setting[] {
  const bind = own[0]!;
  if (bind.protocol === 'udp') return [];
  const found = new Map<string, Setting>();
  const looked = new Set<string>();
  for (const { call, scope } of index.calls) {
    if (!speaks(call)) continue;
    for (const expr of call.args.flatMap(({ value }) => readsIn(value))) {
      if (!saysAddress.test(index.program.text.slice(expr.span.start, expr.span.end))) continue;
      const value = resolver.settle(resolver.evaluate(expr, baseEnv(scope)));
      if (value.origin.by !== 'env') continue;
      const { name } = value.origin;
      const role = roleOf(name);
      // What a shell sets to the name of the machine.
      if (role === undefined || name === 'HOSTNAME' || found.has(name) || told.some((one) => one.name === name))
        continue;
      const written = `${name} ${index.program.text.slice(expr.span.start, expr.span.end)}`;
      if (looked.has(written)) continue;
      looked.add(written);
      const slot = bind[role];
      if (!saysItself(own, role)) continue;
      const read = value.steps.find(({ note }) => note === `variable ${name}`)?.span ?? expr.span;
      if (binds.some((one) => one[role].chain.some(({ span }) => span === read))) continue;
      if (!isShownAlone(expr, index)) continue;
      const known = value.type === 'string' || value.type === 'number' ? value.value : undefined;
      const expression = readAtTop(expr, index);
      found.set(name, {
        kind: 'setting',
        span: read,
        name,
        role,
        via: 'env',
        context,
        feeds: [],
        ...(known !== undefined && { value: role === 'port' ? (parsePort(known) ?? known) : known }),
        ignoredBy: { bind: bind.span, slot, ...(expression !== undefined && { expression }), shown: true },
      });
    }
  }
  return [...found.values()];
}

/** What holds a host or a port goes by such a name where it is printed, too. */
const saysAddress = /host|port|addr|bind|listen|ip\b/i;

/** The names, members and chosen values that a text is put together from. */
function readsIn(expr: Expr): readonly Expr[] {
  if (expr.kind === 'template') return expr.parts.flatMap(readsIn);
  if (expr.kind === 'binary' && expr.operator === '+') return [expr.left, expr.right].flatMap(readsIn);
  const isRead =
    expr.kind === 'name' ||
    expr.kind === 'member' ||
    expr.kind === 'index' ||
    (expr.kind === 'binary' && /^(or|\?\?)$/.test(expr.operator));
  return isRead ? [expr] : [];
}

/** Is what an expression reads read nowhere in the file but to be shown? */
function isShownAlone(expr: Expr, index: ProgramIndex): boolean {
  if (expr.kind === 'binary') return isShownAlone(expr.left, index);
  const { text } = index.program;
  if (expr.kind === 'name') return useOf(expr.name, { file: '', start: 0, end: 0 }, index) === 'shown';
  const shows = index.calls.filter(({ call }) => speaks(call)).map(({ call }) => call.inside);
  const isShown = (at: number) => shows.some(({ start, end }) => at >= start && at < end);
  const written = text.slice(expr.span.start, expr.span.end);
  for (let at = text.indexOf(written); at !== -1; at = text.indexOf(written, at + 1)) if (!isShown(at)) return false;
  const root = rootOf(pathOf(expr) ?? '');
  // The whole may be handed on.
  const whole = [...text.matchAll(new RegExp(`(?<![\\w$.'"\`/-])${escaped(root)}\\b(?!\\s*[.?!['"\`/:-])`, 'g'))];
  return root === 'process' || whole.length <= 1;
}

/** The text of an expression that means the same where the server is started. */
function readAtTop(expr: Expr, index: ProgramIndex): string | undefined {
  const root = rootOf(pathOf(expr.kind === 'binary' ? expr.left : expr) ?? '');
  const { start, end } = expr.span;
  const isKnown = root === 'process' || (expr.kind !== 'name' && index.module.names.has(root));
  return isKnown ? index.program.text.slice(start, end) : undefined;
}

/**
 * What becomes of an option beside its declaration.
 * @param whole the declaration
 * @returns `shown` where it is printed and nothing else, taken out of the options or not
 */
function useOf(key: string, whole: Span, { program, calls }: ProgramIndex): 'nowhere' | 'shown' | 'read' {
  const { text } = program;
  const word = new RegExp(`(?<!--)\\b${key}\\b`, 'g');
  const uses = [...text.matchAll(word)].filter(({ index }) => index < whole.start || index >= whole.end);
  if (uses.length === 0) return 'nowhere';
  const taken = new RegExp(
    `\\b(?:const|let|var)\\s*(?:\\{(?:(?!\\b${key}\\s*:)[^{}])*\\}\\s*=|${key}\\s*=\\s*(?:(?:\\w+\\.)*\\w+(?:\\(\\))?\\.${key}\\b|process\\.env\\.))`,
    'g',
  );
  const within = (at: number) => (span: { readonly start: number; readonly end: number }) =>
    at >= span.start && at < span.end;
  const takings = [...text.matchAll(taken)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  const shows = calls.filter(({ call }) => speaks(call)).map(({ call }) => call.inside);
  const others = uses.filter(({ index }) => !takings.some(within(index)));
  return others.length > 0 && others.every(({ index }) => shows.some(within(index))) ? 'shown' : 'read';
}

/** Is there any sign that the option's value is read? */
function isRead(dest: string, index: ProgramIndex, resolver: Resolver): boolean {
  const own = new RegExp(`\\.${dest}\\b(?!\\s*=[^=])|\\[\\s*['"]${dest}['"]\\s*\\]|getattr\\([^)]*['"]${dest}['"]`);
  if (own.test(index.program.text)) return true;
  const others = new RegExp(
    `\\b(args?|opts?|options|ns|namespace|parsed|cli_args|arguments|flags|params)\\.${dest}\\b`,
  );
  return [...resolver.project.programs.values()].some((other) => other !== index && others.test(other.program.text));
}

/** The name that holds the parsed options where the server is started. */
function namespaceBefore(bind: Bind, index: ProgramIndex): string | undefined {
  const site = index.calls.find((candidate) => candidate.call.callee.span === bind.span);
  const parse = index.calls.find(
    (candidate) => lastName(candidate.call.callee) === 'parse_args' && sameScope(candidate, site),
  );
  const statement = parse?.places.at(-1)?.statement;
  const target = statement?.kind === 'assign' && statement.value === parse?.call ? statement.targets[0] : undefined;
  return target?.kind === 'name' && statement!.span.end <= bind.span.start ? target.name : undefined;
}

const sameScope = (one: CallSite, other: CallSite | undefined) => one.scope === other?.scope;
