import { isUnspecified, parsePort } from '../address.ts';
import type { Bind, Context, Dial, Frame, Slot, Span } from '../facts.ts';
import { baseEnv, type Callers } from '../resolve/callers.ts';
import { childrenOf, type ProgramIndex, type Scope, type TextSite } from '../resolve/names.ts';
import type { Env, Resolver, Value } from '../resolve.ts';
import type { CallExpr, Expr, Program, StringExpr, TemplateExpr } from '../syntax/call.ts';
import { speaks } from './announcements.ts';
import { quoteOf } from './arguments.ts';

/** Schemes that are dialled, never bound. */
const scheme = /\b(https?|wss?|grpcs?|ftp|rtsp|mqtt|redis|amqp):\/\/$/i;
const literal =
  /\b(?:https?|wss?|grpcs?|ftp|rtsp|mqtt|redis|amqp):\/\/((?:0\.0\.0\.0|\[::\]|\[::0\]|\[0:0:0:0:0:0:0:0\]))(?::(\d{1,5}))?(?![\w.])/gi;
/** Lists that permit or compare, and texts that explain. */
const permits =
  /origin|allow|cors|trusted|whitelist|allowlist|blacklist|blocklist|csrf|valid|help|description|bind|listen|epilog|metavar|choices/i;
/** What goes before the value of an option in a command line. */
const option = /(?:^|\s)-{1,2}[A-Za-z][\w-]*(?:=|\s+)["']?$/;
/** Calls that take an address apart: what they are given may be what listens. */
const parsers =
  /(^|\.)(URL|parse\w*|urlparse|urlsplit|furl|startswith|endswith|startsWith|endsWith|includes|indexOf|test|replace|sub|match|search|compile|split|rsplit|partition|rpartition|removeprefix|slice|add_argument)$/;
/** Calls that compare, declare an option or make a server. */
const holders = /(^|\.)(assert\w*|(?:deep|not|strict)?[eE]quals?|expect|option|add_option|\w*Server|server|serve)$/;
/** What makes a server: the address that it is given is its own. */
const servers = /(^|\.)\w*Server(?:Factory|Protocol)?$/;
const openers = /(^|\.)(open|open_new|open_new_tab|openExternal)$/;

/**
 * Places of a program that go to, or show, the unspecified address as a URL.
 * https://datatracker.ietf.org/doc/html/rfc1122#section-3.2.1.3 allows 0.0.0.0 only as a source.
 * @param binds of the whole project
 */
export function linksOf(
  index: ProgramIndex,
  binds: readonly Bind[],
  resolver: Resolver,
  callers: Callers,
  context: Context,
  readOnly: boolean,
): Dial[] {
  const dials: Dial[] = [];
  const apart = takenApart(index);
  const explaining = scopesThatExplain(index);
  for (const site of index.texts) {
    if (explaining.has(site.scope)) continue;
    const spoken = isShown(site);
    if (isDocstring(site) || isPermit(site) || (!spoken && (isListed(site) || isTakenApart(site, apart)))) continue;
    const { expr } = site;
    const isSaid = (at: number) => spoken || /[^\s"'`]\s/.test(index.program.text.slice(expr.span.start, at));
    const pieces = expr.kind === 'string' ? [expr] : expr.parts.filter((part) => part.kind === 'string');
    for (const piece of pieces) {
      if (piece.kind !== 'string') continue;
      const text = index.program.text.slice(piece.span.start, piece.span.end);
      for (const match of text.matchAll(literal)) {
        if (option.test(text.slice(0, match.index))) continue;
        const start = piece.span.start + match.index + match[0].indexOf('://') + 3;
        const span = { file: piece.span.file, start, end: start + match[1]!.length };
        dials.push(
          dial(
            index,
            span,
            match[1]!,
            match[2] === undefined ? undefined : parsePort(match[2]),
            isSaid(start),
            context,
            readOnly ? undefined : part,
            { by: 'literal' },
            [],
          ),
        );
      }
    }
    for (const link of hostsAfterScheme(site)) {
      const { host } = link;
      const settled = (env: Env) => resolver.settle(resolver.evaluate(host, env));
      const read = settled(baseEnv(site.scope));
      const alone = boundAddress(read, index, binds) ?? read;
      const isListened = (value: Value) => value.type === 'string' && isUnspecified(value.value);
      const value =
        alone.type !== 'string'
          ? (callers
              .waysTo(site.scope)
              .map((way) => settled(way.env))
              .find(isListened) ?? alone)
          : alone;
      if (value.type !== 'string' || !isUnspecified(value.value) || value.value === '') continue;
      if (isLookedAt(site, host, index.program)) continue;
      const bare = host.kind === 'name' || host.kind === 'member';
      const place = bare
        ? placeOf(
            index.program,
            site,
            link,
            // A name that is set for the link alone would be left unused.
            value === alone && value.origin.by === 'literal' && (alone === read || host.kind === 'member'),
          )
        : undefined;
      dials.push({
        ...dial(
          index,
          place?.span ?? host.span,
          value.value,
          undefined,
          isSaid(link.before.span.end),
          context,
          place && !readOnly ? { before: '', after: '', quote: '', code: codeOf(index), part: true } : undefined,
          value.origin,
          value.steps,
        ),
        ...(place && { expression: place.expression }),
      });
    }
  }
  return dials;
}

/** What `server.address().address` gives: where every server of the file listens on all interfaces, their address. */
function boundAddress(value: Value, { program }: ProgramIndex, binds: readonly Bind[]): Value | undefined {
  if (value.type !== 'external' || !/\.address\(\)\.address$/.test(value.path)) return undefined;
  const own = binds.filter(({ span, via }) => span.file === program.file && via === 'call');
  const hosts = new Set(own.map(({ host, sure }) => (sure && host.fixed ? host.value : undefined)));
  const [host] = hosts;
  if (hosts.size !== 1 || host === undefined || !isUnspecified(host)) return undefined;
  const { span, steps, adjustable } = value;
  return { type: 'string', value: host === '' ? '::' : host, span, steps, adjustable, origin: { by: 'literal' } };
}

/** Functions with a text that says what to set the address to: a link beside it is an example of a setting. */
function scopesThatExplain({ texts, program, module }: ProgramIndex): ReadonlySet<Scope> {
  if (!explains.test(program.text)) return new Set();
  const found = texts.filter(({ expr, scope }) => {
    const { start, end } = expr.span;
    return scope !== module && explains.test(program.text.slice(start, end));
  });
  return new Set(found.map(({ scope }) => scope));
}

/** `using 0.0.0.0 as the host` */
const explains =
  /\b(?:use|using|set|setting|bind|binding|listen)\b[^\n:/]{0,99}[ `'"](?:0\.0\.0\.0|::)[`'"]?(?: |[.,;)]|$)/im;

/** `if (host === '0.0.0.0')` around a link: whoever wrote it knows what that address is. */
function isLookedAt({ places, around }: TextSite, host: Expr, { text }: Program): boolean {
  const written = (expr: Expr) => text.slice(expr.span.start, expr.span.end);
  const name = written(host);
  const compares = (expr: Expr): boolean =>
    expr.kind === 'binary' && /^[!=]==?$/.test(expr.operator)
      ? [expr.left, expr.right].some((side) => written(side) === name) &&
        [expr.left, expr.right].some((side) => side.kind === 'string' && isUnspecified(side.value))
      : childrenOf(expr).some(compares);
  return (
    places.some(({ statement }) => statement.kind === 'if' && compares(statement.test)) ||
    around.some((expr) => expr.kind === 'conditional' && compares(expr.test))
  );
}

/** The hosts that a program of Python puts behind a scheme, other than to show them or to permit them. */
export function hostsInLinks(index: ProgramIndex): { readonly places: readonly Expr[]; readonly scope: Scope }[] {
  return index.texts.flatMap((site) => {
    const { scope } = site;
    const hosts = hostsAfterScheme(site).map(({ host }) => host);
    return hosts.length === 0 || isDocstring(site) || isPermit(site) || isShown(site) ? [] : [{ places: hosts, scope }];
  });
}

const codeOf = ({ program }: ProgramIndex) => (program.language === 'python' ? 'python' : 'javascript');

/** A host that an expression puts behind a scheme, and the texts on both sides of it, where they are literals. */
interface HostInLink {
  readonly host: Expr;
  readonly before: Expr;
  readonly after: Expr | undefined;
  /** It is an operand as a whole. */
  readonly alone?: true;
}

/** In a template, `http://${host}:8000`, in what a text is filled with, or in a sum, `'http://' + host + ':8000'`. */
function hostsAfterScheme({ expr, around }: TextSite): HostInLink[] {
  if (expr.kind === 'template') {
    return expr.parts.flatMap((host, at): HostInLink[] => {
      const before = expr.parts[at - 1];
      if (host.kind === 'string' || before?.kind !== 'string' || !scheme.test(before.value)) return [];
      return [{ host, before, after: expr.parts[at + 1] }];
    });
  }
  const outermost = around.at(-1);
  if (outermost?.kind === 'binary' && outermost.operator === '%' && outermost.left === expr)
    return byPercent(expr, outermost.right);
  const call = outermost?.kind === 'member' && outermost.name === 'format' ? around.at(-2) : undefined;
  if (call?.kind === 'call' && call.callee === outermost) return byFormat(expr, call);
  if (outermost?.kind === 'call' && speaks(outermost) && outermost.args[0]?.value === expr && expr.value.includes('%'))
    return byPercent(expr, {
      kind: 'array',
      items: outermost.args.slice(1).map(({ value }) => value),
      span: outermost.inside,
    });
  if (!scheme.test(expr.value)) return [];
  // ((text + 'http://') + host) + ':8000'
  const sums: Expr[] = [expr];
  for (const outer of around.toReversed()) {
    if (outer.kind !== 'binary' || outer.operator !== '+') break;
    const inner = sums.at(-1);
    if (outer.left !== inner && (sums.length > 1 || outer.right !== inner)) break;
    sums.push(outer);
  }
  const added = sums.flatMap((sum, at) =>
    at > 0 && sum.kind === 'binary' && sum.left === sums[at - 1] ? [sum.right] : [],
  );
  const [host, after] = added;
  return host === undefined || host.kind === 'string' ? [] : [{ host, before: expr, after }];
}

/** `'http://%s:%d' % (host, port)` */
function byPercent(before: StringExpr, given: Expr): HostInLink[] {
  const fields = [...before.value.matchAll(/%(?:\(\w+\))?[-#0 +]*[\d*]*(?:\.\d+)?([a-zA-Z%])/g)];
  const filled = fields.filter(([, conversion]) => conversion !== '%');
  return filled.flatMap(({ index, 0: field }, at): HostInLink[] => {
    if (field !== '%s' || !scheme.test(before.value.slice(0, index))) return [];
    if (given.kind === 'array') return hostAt(before, given.items[at]);
    return filled.length === 1 && given.kind !== 'object'
      ? [{ host: given, before, after: undefined, alone: true }]
      : [];
  });
}

/** `'http://{}:{}'.format(host, port)` */
function byFormat(before: StringExpr, { args }: CallExpr): HostInLink[] {
  if (args.some(({ spread }) => spread)) return [];
  const fields = [...before.value.replaceAll('{{', '  ').matchAll(/\{(\w*)\}/g)];
  let next = 0;
  return fields.flatMap(({ index, 1: name = '' }): HostInLink[] => {
    const at = name === '' ? next++ : /^\d+$/.test(name) ? Number(name) : undefined;
    if (!scheme.test(before.value.slice(0, index))) return [];
    const given = at === undefined ? args.find((arg) => arg.name === name) : args.filter((arg) => !arg.name)[at];
    return hostAt(before, given?.value);
  });
}

const hostAt = (before: StringExpr, host: Expr | undefined): HostInLink[] =>
  host === undefined || host.kind === 'string' ? [] : [{ host, before, after: undefined }];

/**
 * Where another host is written, and between what.
 * @param constant is it the same at every run
 */
function placeOf(
  program: Program,
  { expr }: TextSite,
  { host, before, after, alone }: HostInLink,
  constant: boolean,
): { readonly span: Span; readonly expression: NonNullable<Dial['expression']> } {
  const { text } = program;
  const { file, start, end } = host.span;
  const written = text.slice(start, end);
  if (program.language === 'python' && expr.kind === 'template') {
    const quote = openingQuote(text, expr, expr.parts.indexOf(host)).includes('"') ? "'" : '"';
    return { span: host.span, expression: { text: written, quote } };
  }
  const expression = { text: written, quote: quoteOf(program) };
  if (program.language === 'python') {
    const isSum = text.slice(before.span.end, start).trim() === '+';
    return { span: host.span, expression: { ...expression, ...((isSum || alone) && { operand: true }) } };
  }
  if (expr.kind === 'template') {
    const isBraced = text.startsWith('${', start - 2) && text[end] === '}';
    return constant && isBraced
      ? { span: { file, start: start - 2, end: end + 1 }, expression: { ...expression, constant: ['', ''] } }
      : { span: host.span, expression };
  }
  if (!constant) return { span: host.span, expression: { ...expression, operand: true } };
  const { quote } = expr;
  const isAdded = (from: number, to: number) => /^[ \t]*\+[ \t]*$/.test(text.slice(from, to));
  if (quote === undefined || quote === '' || !isAdded(before.span.end, start))
    return { span: host.span, expression: { ...expression, constant: [expression.quote, expression.quote] } };
  const from = before.span.end - quote.length;
  const isJoined = after?.kind === 'string' && after.quote === quote && isAdded(end, after.span.start);
  return {
    span: { file, start: from, end: isJoined ? after.span.start + quote.length : end },
    expression: { ...expression, constant: isJoined ? ['', ''] : ['', quote] },
  };
}

/** The quotes of the literal that a part stands in: adjacent literals are one text, each with its own. */
function openingQuote(text: string, { parts, span, quote }: TemplateExpr, at: number): string {
  for (let index = at; index >= 0; index--) {
    const from = index === 0 ? span.start : parts[index - 1]!.span.end;
    const opened = /["'][^"']*$/.exec(text.slice(from, parts[index]!.span.start));
    if (opened) return opened[0][0]!;
  }
  return quote;
}

const part: Frame = { before: '', after: '', quote: '', part: true };

function dial(
  index: ProgramIndex,
  span: Span,
  host: string,
  port: number | undefined,
  shown: boolean,
  context: Context,
  frame: Frame | undefined,
  origin: Slot<string>['origin'],
  chain: Slot<string>['chain'],
): Dial {
  const slot: Slot<string> = {
    value: host,
    origin,
    span,
    site: span,
    chain,
    fixed: origin.by === 'literal',
    ...(frame && { frame, siteFrame: frame }),
  };
  return {
    kind: 'dial',
    span,
    via: 'call',
    language: index.program.language,
    framework: 'url',
    scope: '',
    context,
    sure: true,
    host: slot,
    port: {
      value: port,
      origin: { by: port === undefined ? 'unknown' : 'literal' },
      span,
      site: span,
      chain: [],
      fixed: true,
    },
    shown,
  };
}

function isDocstring(site: TextSite): boolean {
  const statement = site.places.at(-1)?.statement;
  return statement?.kind === 'expression' && statement.value === site.expr;
}

function calleeText(call: CallExpr): string {
  const text = (expr: Expr): string =>
    expr.kind === 'name' ? expr.name : expr.kind === 'member' ? `${text(expr.object)}.${expr.name}` : '';
  return text(call.callee);
}

function enclosingCalls(site: TextSite): CallExpr[] {
  return site.around.filter((expr) => expr.kind === 'call');
}

function isShown(site: TextSite): boolean {
  return enclosingCalls(site).some((call) => speaks(call) || openers.test(calleeText(call)));
}

/** The text is one of many: an argument of another program, a case of a test. */
function isListed(site: TextSite): boolean {
  const at = site.around.findLastIndex((expr) => expr.kind === 'array');
  return at !== -1 && !site.around.slice(at).some((expr) => expr.kind === 'call');
}

/** The names of what the program takes apart; with `()`, of functions that do so with what they are given. */
function takenApart(index: ProgramIndex): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (expr: Expr): void => {
    if (expr.kind === 'name' || expr.kind === 'member') names.add(expr.name);
    else if (expr.kind === 'binary') {
      add(expr.left);
      add(expr.right);
    }
  };
  for (const { call } of index.calls) {
    const callee = calleeText(call);
    if (!parsers.test(callee) && !servers.test(callee)) continue;
    for (const { value } of call.args) add(value);
    if (!parsers.test(callee)) continue;
    if (call.callee.kind === 'member') add(call.callee.object);
  }
  for (const { name, params } of index.functions)
    if (name !== undefined && params.some((param) => names.has(param.name))) names.add(`${name}()`);
  return names;
}

function isTakenApart(site: TextSite, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false;
  const around = [...site.around, site.expr];
  for (const [at, expr] of around.entries()) {
    const inner = around[at + 1];
    if (expr.kind === 'call' && names.has(`${calleeText(expr).replace(/^.*\./, '')}()`)) return true;
    if (expr.kind !== 'object') continue;
    const entry = expr.entries.find((candidate) => candidate.value === inner);
    if (entry?.key !== undefined && names.has(entry.key)) return true;
  }
  const statement = site.places.at(-1)?.statement;
  return (
    statement?.kind === 'assign' &&
    statement.targets.some((target) => (target.kind === 'name' || target.kind === 'member') && names.has(target.name))
  );
}

const named = new WeakMap<Expr, ReadonlyMap<Expr | undefined, string>>();

/** The names that the arguments of a call and the entries of a mapping have, by their values. */
function namesIn(
  whole: Expr,
  parts: readonly { readonly name?: string; readonly key?: string | undefined; readonly value: Expr }[],
): ReadonlyMap<Expr | undefined, string> {
  const known = named.get(whole);
  if (known) return known;
  const names = new Map<Expr, string>();
  for (const { name, key, value } of parts) {
    const own = name ?? key;
    if (own !== undefined) names.set(value, own);
  }
  named.set(whole, names);
  return names;
}

/** The text stands in a list of what is permitted, in a comparison or in a text that explains an option. */
function isPermit(site: TextSite): boolean {
  const around = [...site.around, site.expr];
  for (const [index, expr] of around.entries()) {
    const inner = around[index + 1];
    if (expr.kind === 'binary' && !['+', '%', 'or', '??', 'and'].includes(expr.operator)) return true;
    if (expr.kind === 'call') {
      const name = namesIn(expr, expr.args).get(inner);
      if (name !== undefined && permits.test(name)) return true;
      if (permits.test(calleeText(expr)) || holders.test(calleeText(expr))) return true;
      // What parses an address may be what listens on it.
      if (parsers.test(calleeText(expr))) return true;
    }
    if (expr.kind === 'object') {
      const name = namesIn(expr, expr.entries).get(inner);
      if (name !== undefined && permits.test(name)) return true;
    }
  }
  const statement = site.places.at(-1)?.statement;
  if (statement?.kind === 'return') return permits.test(site.scope.function?.name ?? '');
  if (statement?.kind === 'assign') {
    return statement.targets.some(
      (target) => (target.kind === 'name' || target.kind === 'member') && permits.test(target.name),
    );
  }
  return false;
}
