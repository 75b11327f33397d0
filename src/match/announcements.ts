import { isUnspecified } from '../address.ts';
import type { Announcement, Bind, Context, Frame, Slot, Span } from '../facts.ts';
import { remembered } from '../remembered.ts';
import { baseEnv } from '../resolve/callers.ts';
import { blocksOf, type CallSite, childrenOf, expressionsOf, type Place, type ProgramIndex } from '../resolve/names.ts';
import type { Resolver } from '../resolve.ts';
import type { CallExpr, Expr, Statement } from '../syntax/call.ts';

const speakers =
  /^(print|pprint|info|debug|warning|warn|log|success|notice|critical|error|echo|secho|puts|write|msg|trace)$/;
/** The server is said to be up. */
const claims =
  /\b(listening|running|serving|is up|up and running|started|bound|available|accessible|live|ready|online)\b/i;
/** Only an intention, a stop or a failure. */
const intentions =
  /\b(starting|launching|will|would|about to|trying|attempt\w*|going to|stopp\w*|shut\w*|fail\w*|error|could ?n[o']t|cannot|not|if|when|exit\w*|to (start|run)|already|press|ctrl|without|waiting|connect\w*|example|usage|checking|test\w*|request\w*)\b/i;
const addresses = /:\/\/|\bport\b|\bhttp\b|\bserver\b|:\d{2,5}\b|\blocalhost\b|\b\d+\.\d+\.\d+\.\d+\b/i;

/** The name of the function or method that a call speaks with, if it prints or logs. */
export function speaks(call: CallExpr): boolean {
  const callee = call.callee;
  const name = callee.kind === 'name' ? callee.name : callee.kind === 'member' ? callee.name : '';
  return speakers.test(name);
}

/** The text of a call's arguments, with names in braces where values are put in. */
function textOf(call: CallExpr): string {
  const piece = (expr: Expr): string => {
    if (expr.kind === 'string') return expr.value;
    if (expr.kind === 'template')
      return expr.parts.map((part) => (part.kind === 'string' ? part.value : `{${piece(part)}}`)).join('');
    if (expr.kind === 'name') return expr.name;
    if (expr.kind === 'member') return `${piece(expr.object)}.${expr.name}`;
    if (expr.kind === 'number') return String(expr.value);
    if (expr.kind === 'binary' || expr.kind === 'call' || expr.kind === 'array' || expr.kind === 'conditional')
      return childrenOf(expr).map(piece).join(' ');
    return '';
  };
  return call.args.map((arg) => piece(arg.value)).join(' ');
}

/** Does a call claim that a server listens? */
export function isClaim(call: CallExpr): boolean {
  if (!speaks(call)) return false;
  const text = textOf(call);
  const said = text.replace(/\{[^}]*\}/g, ' ');
  return claims.test(said) && addresses.test(text) && !intentions.test(said);
}

const serving = /:\/\/|\b(?:listen|serv|bound|bind|run|start|launch|open|avail|access|http|url|up\b|ready|online)/i;
const reachingOut = /\b(?:connect|client|remote|upstream|prox|forward|redis|database|broker|mqtt|send|request|scan)/i;

/** Does a call tell people of a server of the program's own, or of how to reach it? */
export function tellsOfServer(call: CallExpr): boolean {
  if (!speaks(call)) return false;
  const said = textOf(call).replace(/\{[^}]*\}/g, ' ');
  return serving.test(said) && !reachingOut.test(said);
}

/** Does the text of a call write out another port than this one? */
export function namesOtherPort(call: CallExpr, port: number | undefined): boolean {
  const written = /:(\d{2,5})\b/.exec(textOf(call))?.[1];
  return written !== undefined && Number(written) !== port;
}

/** The port that a claim shows as a literal. */
function portShown(text: string): number | undefined {
  const match =
    /(?::\/\/[^/\s:{]+|localhost|\b\d+\.\d+\.\d+\.\d+):(\d{2,5})\b/.exec(text) ??
    /\bport\s*[:=]?\s*(\d{2,5})\b/i.exec(text);
  return match ? Number(match[1]) : undefined;
}

/** Loopback said to be where a server listens; a link may well be followed on this machine. */
const loopbackSaid =
  /\b(?:listen(?:s|ing)?|serv(?:es|ing)|bound|bind(?:s|ing)?|runs|running|start(?:s|ed|ing)?)(?:\s+\w+){0,3}?\s+(?:on|at|to)(?:\s+(?:address|host|interface))?[\s:=]+(127\.0\.0\.1|\[::1\])(?::(\d{1,5})\b)?/i;
const loopbackAlone = /^(?:127\.0\.0\.1|::1)$/;
const placing = /\b(?:listen|serv|bound|bind|run|start)\w*(?:\s+\w+){0,3}?\s+(?:on|at|to)\b/i;

/** Does a text say where something listens, with no link behind that? */
function saysWhere(text: string): boolean {
  return text.split('\n').some((line) => placing.test(line.slice(line.lastIndexOf('://') + 1)));
}

/** The literal in a call that says a server listens on loopback only. */
function hostSaid(call: CallExpr, text: string): { readonly span: Span; readonly port?: number } | undefined {
  if (!speaks(call)) return undefined;
  const pieces = call.args.flatMap(({ value }) => (value.kind === 'template' ? value.parts : [value]));
  let isPlaced: boolean | undefined;
  for (const piece of pieces) {
    if (piece.kind !== 'string') continue;
    const { file, start, end } = piece.span;
    const written = text.slice(start, end);
    const said = loopbackSaid.exec(written);
    if (said) {
      const at =
        start + said.index + said[0].length - said[1]!.length - (said[2] === undefined ? 0 : said[2].length + 1);
      const span = { file, start: at, end: at + said[1]!.length };
      return { span, ...(said[2] !== undefined && { port: Number(said[2]) }) };
    }
    const quote = piece.quote?.length ?? 0;
    if (quote !== 1 || !loopbackAlone.test(piece.value) || end - start !== piece.value.length + 2) continue;
    isPlaced ??= saysWhere(textOf(call));
    if (isPlaced) return { span: { file, start: start + 1, end: end - 1 } };
  }
  return undefined;
}

const loopbackNamed = /(?<![\d.])127\.0\.0\.1(?![\d.])|\[::1\]/;

/** Does the program tell its user, once a call listens, that the server is at the loopback address, written out? */
export function announcesLoopback(site: CallSite): boolean {
  const names = (statement: Statement | undefined) => {
    const call = statement && shown(statement);
    return call !== undefined && speaks(call) && loopbackNamed.test(textOf(call).replace(/\{[^}]*\}/g, ' '));
  };
  const place = site.places.at(-1);
  return (
    (place !== undefined && names(place.block[place.at + 1])) ||
    site.call.args.some(({ value }) => value.kind === 'function' && value.function.body.some(names))
  );
}

function shown(statement: Statement): CallExpr | undefined {
  const value =
    statement.kind === 'expression'
      ? statement.value.kind === 'await'
        ? statement.value.value
        : statement.value
      : undefined;
  return value?.kind === 'call' ? value : undefined;
}

/** The claims in the program that are made at the wrong time or of another address. */
export function announcementsOf(
  index: ProgramIndex,
  binds: readonly Bind[],
  resolver: Resolver,
  context: Context,
): Announcement[] {
  const found = new Map<number, Announcement>();
  const own = binds.filter((bind) => bind.span.file === index.program.file && bind.via === 'call');
  const ways = own.length > 0 ? placesIn(index) : undefined;
  const placed = own.flatMap((bind) => {
    const places = bind.statement && ways?.get(placeOf(bind.statement));
    return places ? [{ bind, places }] : [];
  });
  const right = truths(placed);
  const nexts = nextOf(own);
  const holdsUp = remembered((statement: Statement) => waitsInEachBranch(statement, own));
  for (const { bind, places } of placed) {
    const next = nexts.get(bind) ?? Infinity;
    const known = (call: CallExpr) => found.has(call.span.start);
    for (const announcement of around(places, bind, holdsUp, context, index.program.text, next, known)) {
      if (announcement.defect !== 'after-blocking' && right.has(announcement.statement)) continue;
      found.set(announcement.span.start, announcement);
    }
  }
  const hosts = new Map<number, Announcement>();
  for (const announcement of ofLoopback(index, placed, own, context)) {
    // A line that comes too early may name another host as well.
    const other = found.get(announcement.span.start)?.defect ?? 'before-bind';
    if (other === 'before-bind' && !hosts.has(announcement.span.start))
      hosts.set(announcement.span.start, announcement);
  }
  for (const announcement of inCallbacks(index, own, context))
    if (!found.has(announcement.span.start)) found.set(announcement.span.start, announcement);
  for (const announcement of afterThreadStart(index, binds, resolver, context))
    if (!found.has(announcement.span.start)) found.set(announcement.span.start, announcement);
  return [...found.values(), ...hosts.values()];
}

/** The way to each statement that holds a call, by the statement's place. */
function placesIn(index: ProgramIndex): Map<string, readonly Place[]> {
  const found = new Map<string, readonly Place[]>();
  for (const { places } of index.calls) {
    const statement = places.at(-1)?.statement;
    if (statement && !found.has(placeOf(statement.span))) found.set(placeOf(statement.span), places);
  }
  return found;
}

const placeOf = ({ start, end }: Span) => `${start}-${end}`;

interface Claim {
  readonly at: number;
  readonly statement: Statement;
  readonly call: CallExpr;
  /** That it names. */
  readonly port: number | undefined;
}

/** A server of the file, and the way to the statement that starts it. */
interface Placed {
  readonly bind: Bind;
  readonly places: readonly Place[];
}

const claimsOfBlocks = new WeakMap<readonly Statement[], readonly Claim[]>();

/** The claims that stand directly in a block. */
function claimsIn(block: readonly Statement[]): readonly Claim[] {
  const known = claimsOfBlocks.get(block);
  if (known) return known;
  const found = block.flatMap((statement, at) => {
    const call = shown(statement);
    return call && isClaim(call) ? [{ at, statement, call, port: portShown(textOf(call)) }] : [];
  });
  claimsOfBlocks.set(block, found);
  return found;
}

/** The claims that follow a bind which has succeeded by then, of the port that they name. */
function truths(placed: readonly Placed[]): Set<Span> {
  const blocks = new Map<readonly Statement[], Map<number | undefined, number>>();
  const anyPort = -1;
  for (const { bind, places } of placed) {
    if (bind.blocks || bind.failure.late) continue;
    for (const { block, at } of runThrough(places)) {
      const firsts = blocks.get(block) ?? new Map<number | undefined, number>();
      blocks.set(block, firsts);
      for (const port of [bind.port.value, anyPort]) firsts.set(port, Math.min(firsts.get(port) ?? Infinity, at));
    }
  }
  const found = new Set<Span>();
  for (const [block, firsts] of blocks) {
    const behind = (at: number, port: number | undefined) => at > (firsts.get(port) ?? Infinity);
    for (const { at, statement, port } of claimsIn(block))
      if (port === undefined ? behind(at, anyPort) : behind(at, port) || behind(at, undefined))
        found.add(statement.span);
  }
  return found;
}

/** The place of a statement, and those of what stands around it and has run when it has: the `try` that it is the body of. */
function runThrough(places: readonly Place[]): readonly Place[] {
  const within = places.findLastIndex(
    ({ statement, branch }, level) =>
      level < places.length - 1 && !((statement.kind === 'try' && branch === 'body') || statement.kind === 'with'),
  );
  return places.slice(within + 1);
}

/** The one place in a claim where it names another port. */
function wrongPort(call: CallExpr, { port }: Bind, text: string): Pick<Announcement, 'wrong'> {
  const shows = portShown(textOf(call));
  if (shows === undefined || port.value === undefined || shows === port.value) return {};
  const { file, start, end } = call.span;
  const places = [...text.slice(start, end).matchAll(new RegExp(`(?<![\\w.])${shows}(?![\\w.])`, 'g'))];
  if (places.length !== 1) return {};
  const at = start + places[0]!.index;
  return { wrong: { span: { file, start: at, end: at + String(shows).length }, port: port.value } };
}

/** Where the next server of the file starts, for each of them. */
function nextOf(own: readonly Bind[]): Map<Bind, number> {
  const next = new Map<Bind, number>();
  let [here, behind] = [Infinity, Infinity];
  for (const bind of own.toSorted((a, b) => b.span.start - a.span.start)) {
    const { start } = bind.span;
    if (start < here) [here, behind] = [start, here];
    next.set(bind, behind);
  }
  return next;
}

/** So many statements before a server may claim that it is up; what lies in between more of them may bind and announce another one. */
const claimsBefore = 6;

/** The index of the first claim at or behind a statement of its block. */
function firstFrom(claims: readonly Claim[], at: number): number {
  let [from, to] = [0, claims.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (claims[middle]!.at < at) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * @param next where the server behind this one starts
 * @param known claims of which enough was said
 */
function* around(
  places: readonly Place[],
  bind: Bind,
  holdsUp: (statement: Statement) => boolean,
  context: Context,
  text: string,
  next: number,
  known: (call: CallExpr) => boolean,
): Iterable<Announcement> {
  const innermost = places.at(-1);
  if (!innermost) return;
  const { late, signal, state } = bind.failure;
  // A callback that is handed the error runs also where nothing listens.
  const isHeard =
    late &&
    (signal?.by === 'event' ||
      (signal?.by === 'callback' && (state === 'handled' || !hasCallback(innermost.statement, signal.call))));
  const make = (statement: Statement, call: CallExpr, defect: Announcement['defect']): Announcement => ({
    kind: 'announcement',
    span: call.span,
    statement: statement.span,
    context,
    bind: bind.span,
    ...(defect && { defect }),
    ...(bind.announces && { redundant: true }),
    ...(isHeard && innermost.block.includes(statement) && { into: signal }),
    ...wrongPort(call, bind, text),
    ...(!bind.blocks &&
      !bind.failure.late &&
      bind.statement && { target: { file: bind.statement.file, start: bind.statement.end, end: bind.statement.end } }),
  });
  const waiting = bind.blocks ? undefined : (waitsIn(innermost.block).find((at) => at > innermost.at) ?? -1);
  const speaksOfAnother = (claim: Statement) => next < claim.span.start;
  for (const [level, place] of [...places].reverse().entries()) {
    const claims = claimsIn(place.block);
    const first = firstFrom(claims, place.at - claimsBefore);
    for (const { at, statement, call, port } of claims.slice(first)) {
      if (known(call)) continue;
      if (bind.failure.late && at > place.at && speaksOfAnother(statement)) continue;
      const other =
        port !== undefined && bind.port.value !== undefined && bind.port.value !== port && bind.port.fixed && bind.sure;
      if (at < place.at) {
        yield make(statement, call, other ? 'other-address' : 'before-bind');
      } else if (at > place.at && bind.blocks) {
        if (level === 0 || place.branch === 'body' || holdsUp(place.statement))
          yield make(statement, call, 'after-blocking');
      } else if (level === 0 && waiting !== undefined && waiting !== -1 && at > waiting) {
        yield make(statement, call, 'after-blocking');
      } else if (level === 0 && at > place.at && bind.failure.late && at <= place.at + 4) {
        yield make(statement, call, other ? 'other-address' : 'before-bind');
      } else if (at > place.at && other && at <= place.at + 4) yield make(statement, call, 'other-address');
    }
    // The else of a try runs after its body.
    if (place.statement.kind === 'try' && place.branch === 'body' && bind.blocks) {
      for (const statement of place.statement.otherwise) {
        const call = shown(statement);
        if (call && isClaim(call) && !known(call)) yield make(statement, call, 'after-blocking');
      }
    }
  }
}

/** Is a call of a statement given something that may be called back? */
function hasCallback(statement: Statement, { start, end }: Span): boolean {
  const find = (expr: Expr): CallExpr | undefined => {
    if (expr.kind === 'call' && expr.span.start === start && expr.span.end === end) return expr;
    for (const child of childrenOf(expr)) {
      const found = find(child);
      if (found) return found;
    }
    return undefined;
  };
  const call = expressionsOf(statement).map(find).find(Boolean);
  return (
    call === undefined ||
    call.args.some(({ value, spread }) => spread !== undefined || !/^(number|string|object|template)$/.test(value.kind))
  );
}

const part: Frame = { before: '', after: '', quote: '', part: true };

/** `print("Listening on 127.0.0.1:9999")` beside a server that listens on all interfaces. */
function* ofLoopback(
  index: ProgramIndex,
  placed: readonly Placed[],
  own: readonly Bind[],
  context: Context,
): Iterable<Announcement> {
  for (const { bind, places } of placed) {
    const { host } = bind;
    if (!bind.sure || !host.fixed || !isUnspecified(host.value)) continue;
    for (const { block, at } of places) {
      for (const statement of block.slice(Math.max(0, at - 6), at + 7)) {
        const call = shown(statement);
        const said = call && hostSaid(call, index.program.text);
        if (!call || !said || (said.port === undefined ? own.length > 1 : said.port !== bind.port.value)) continue;
        const { span } = said;
        const value = index.program.text.slice(span.start, span.end);
        const slot: Slot<string> = {
          value,
          origin: { by: 'literal' },
          span,
          site: span,
          chain: [],
          fixed: true,
          frame: part,
          siteFrame: part,
        };
        yield {
          kind: 'announcement',
          span: call.span,
          statement: statement.span,
          context,
          bind: bind.span,
          defect: 'other-host',
          host: slot,
        };
      }
    }
  }
}

/** What the function claims that is called when the server listens: another port than the one that is bound. */
function* inCallbacks(index: ProgramIndex, own: readonly Bind[], context: Context): Iterable<Announcement> {
  if (index.program.language === 'python') return;
  const sites = new Map(index.calls.map((site) => [site.call.callee.span, site]));
  for (const bind of own) {
    if (!bind.sure || !bind.port.fixed || bind.port.value === undefined) continue;
    const site = sites.get(bind.span);
    for (const { value } of site?.call.args ?? []) {
      if (value.kind !== 'function') continue;
      for (const { statement, call, port } of claimsIn(value.function.body)) {
        if (port === undefined || port === bind.port.value) continue;
        if (own.some((other) => other.span === bind.span && other.port.value === port)) continue;
        yield {
          kind: 'announcement',
          span: call.span,
          statement: statement.span,
          context,
          bind: bind.span,
          defect: 'other-address',
          ...wrongPort(call, bind, index.program.text),
        };
      }
    }
  }
}

const waitsOfBlocks = new WeakMap<readonly Statement[], readonly number[]>();

/** Where a block waits for requests. */
function waitsIn(block: readonly Statement[]): readonly number[] {
  const known = waitsOfBlocks.get(block);
  if (known) return known;
  const found = block.flatMap((statement, at) => (waitsForRequests(statement) ? [at] : []));
  waitsOfBlocks.set(block, found);
  return found;
}

/** `server.serve_forever()`: what comes next comes when the server has stopped. */
function waitsForRequests(statement: Statement): boolean {
  const call = shown(statement);
  return call?.callee.kind === 'member' && /^(serve_forever|run_forever)$/.test(call.callee.name);
}

/** Every branch of a statement waits for a server to end. */
function waitsInEachBranch(statement: Statement, binds: readonly Bind[]): boolean {
  const blocks = blocksOf(statement);
  return (
    statement.kind === 'if' &&
    blocks.every(({ block }) =>
      binds.some(
        (bind) =>
          bind.blocks &&
          bind.statement !== undefined &&
          block.some(({ span }) => span.start <= bind.statement!.start && bind.statement!.end <= span.end),
      ),
    )
  );
}

/** `thread.start()` and then "server is running": nobody has looked whether it is. */
function* afterThreadStart(
  index: ProgramIndex,
  binds: readonly Bind[],
  resolver: Resolver,
  context: Context,
): Iterable<Announcement> {
  const sites = new Map(index.calls.map((site) => [site.call.callee.span, site]));
  let starts: ReadonlyMap<CallExpr, CallSite> | undefined;
  for (const bind of binds) {
    const step = [...bind.reached]
      .reverse()
      .find((candidate) => candidate.via === 'thread' || candidate.via === 'process');
    if (!step || step.span.file !== index.program.file) continue;
    const made = sites.get(step.span);
    starts ??= startCalls(index, resolver);
    const start = made && starts.get(made.call);
    const place = start?.places.at(-1);
    if (!place) continue;
    for (const statement of place.block.slice(place.at + 1, place.at + 4)) {
      const call = shown(statement);
      if (call && isClaim(call) && !waits(place.block.slice(place.at + 1, place.block.indexOf(statement)))) {
        yield {
          kind: 'announcement',
          span: call.span,
          statement: statement.span,
          context,
          bind: bind.span,
          defect: 'before-bind',
        };
      }
    }
  }
}

/** Something between the start and the claim may look whether the server is up. */
function waits(statements: readonly Statement[]): boolean {
  return statements.some(
    (statement) =>
      statement.kind === 'loop' ||
      statement.kind === 'if' ||
      statement.kind === 'try' ||
      blocksOf(statement).length > 0 ||
      /wait|ready|probe|check|join|event/i.test(
        JSON.stringify(statement, (key, value) => (key === 'span' ? undefined : value)),
      ),
  );
}

/** The `.start()` of thread objects, by the calls that make them. */
function startCalls(index: ProgramIndex, resolver: Resolver): Map<CallExpr, CallSite> {
  const found = new Map<CallExpr, CallSite>();
  const scopes = new Map(index.calls.map((site) => [site.call, site.scope]));
  for (const site of index.calls) {
    const { callee } = site.call;
    if (callee.kind !== 'member' || callee.name !== 'start') continue;
    const value = resolver.settle(resolver.evaluate(callee.object, baseEnv(site.scope)));
    const made =
      callee.object.kind === 'call' ? callee.object : value.type === 'external' ? value.call?.call : undefined;
    if (made && scopes.get(made) === site.scope && !found.has(made)) found.set(made, site);
  }
  return found;
}
