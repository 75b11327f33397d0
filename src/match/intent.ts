import type { Span } from '../facts.ts';
import type { CallSite, ProgramIndex } from '../resolve/names.ts';
import type { Comment, FunctionShape, Program } from '../syntax/call.ts';

/** What a whole file says of its servers, read once. */
interface LocalSigns {
  readonly whole: string | undefined;
  /** Somebody signs in elsewhere and is sent back to a server here. */
  readonly signIn: boolean;
  /** Comments that say that a server is local, or there for testing, in the order of their places. */
  readonly local: readonly Comment[];
  readonly testing: readonly Comment[];
}

const localSigns = new WeakMap<ProgramIndex, LocalSigns>();

const proxies = 'nginx|caddy|traefik|haproxy|apache|envoy|(?:reverse|tls|ssl)[- ]?proxy|load ?balancer|proxy';
const here = '(?:this|the same|our own|its own) (?:machine|host|computer|box|pod|container)';
// A line may be as long as a file.
const near = '.{0,100}';
/** A comment that says that a server is there for this machine, or for a proxy on it. */
export const saysLocal = new RegExp(
  [
    String.raw`\b(local(ly| only|-only)?|loopback)\b${near}\b(only|access|debug\w*|dev\w*|test\w*|run\w*)\b`,
    String.raw`\blocalhost[- ]only\b|\blocalhost\b${near}\bonly\b|\b(only|for) local|\bloopback\b`,
    String.raw`\bonly\b${near}\b(?:localhost|127\.0\.0\.1|${here})\b|\b${here}\b${near}\bonly\b`,
    String.raw`\bnot? expos|\b(?:never|not|don'?t|isn'?t)\b.{0,30}\b(?:expos\w*|public(?:ly)?|reachable|accessible|outside)\b`,
    String.raw`\binternal(?:ly)?\b${near}\bonly\b|\bonly\b${near}\binternal`,
    String.raw`\b(?:${proxies})\b${near}\b(?:in front|before (?:us|this|it)|forwards?|terminates?|handles|talks|passes|does (?:the )?(?:tls|ssl|https|auth))\b`,
    String.raw`\bbehind\b${near}\b(?:${proxies})\b|\bproxied by\b|\breverse[- ]prox|\bssh tunnel`,
  ].join('|'),
  'i',
);
const saysTesting = new RegExp(
  String.raw`\b(for|only|simple|quick|manual|local)\b${near}\b(test(ing|s)?|debug(ging)?|dev(elopment)?|demos?)\b`,
  'i',
);

/** What a command takes the answer of a sign-in with is no framework: RFC 8252 asks for a server on the loopback. https://www.rfc-editor.org/rfc/rfc8252#section-7.3 */
const bare = /^(?:https?|http2|net|bun|deno|http\.server|socketserver|wsgiref\.simple_server|socket|asyncio)$/;
const signIn = /(?:oauth|log-?in|sign-?in|authorization)[\w ./:'"-]{0,20}callback|redirect_?ur[il]/i;

function localSignsIn(index: ProgramIndex): LocalSigns {
  const known = localSigns.get(index);
  if (known) return known;
  const comments = [...index.program.comments].sort((a, b) => a.span.start - b.span.start);
  const found = {
    whole: localAsAWhole(index.program),
    signIn: signIn.test(index.program.text),
    local: comments.filter(({ text }) => saysLocal.test(text)),
    testing: comments.filter(({ text }) => saysTesting.test(text)),
  };
  localSigns.set(index, found);
  return found;
}

/** "Binds to 127.0.0.1 only", as the description of a whole file says of its server. */
const describesLocal =
  /\b(?:bind|bound|listen|expos|reach|serv|run)\w*\b[^.\n]{0,60}(?:\bonly\b[^.\n]{0,30}(?:\blocalhost\b|\bloopback\b|127\.0\.0\.1)|(?:\blocalhost\b|\bloopback\b|127\.0\.0\.1)[^.\n]{0,30}\bonly\b)/i;

/** What a file says of itself before its code: the docstring, or the comment that it begins with. */
function descriptionOf({ body, comments, language }: Program): string {
  const [first] = body;
  if (language === 'python')
    return first?.kind === 'expression' && first.value.kind === 'string' ? first.value.value : '';
  const opening = comments[0];
  return opening && opening.span.start < (first?.span.start ?? 0) ? opening.text : '';
}

function localAsAWhole(program: Program): string | undefined {
  const { text, language } = program;
  if (describesLocal.test(descriptionOf(program))) return 'the description of its file says so';
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

const health = /health|liveness|readiness|heartbeat/i;

/** Is it there to say that something else is up: by the name of its function or of its handler? */
function answersHealthChecks({ call, scope }: CallSite): boolean {
  const named = call.args.some(({ value }) => value.kind === 'name' && health.test(value.name));
  return named || health.test(scope.function?.name ?? '');
}

/** Signs that a server is for the person at this machine: a sign-in callback, a desktop tool, a comment that says so. */
export function meantToBeLocal(site: CallSite, index: ProgramIndex, framework: string): string | undefined {
  const { text } = index.program;
  const { whole, signIn, local, testing } = localSignsIn(index);
  if (whole !== undefined) return whole;
  if (signIn && bare.test(framework)) return 'it takes the answer of a sign-in';
  if (answersHealthChecks(site)) return 'it answers health checks, which may come from beside it';
  const statement = site.places.at(-1)?.statement;
  if (!statement) return undefined;
  const above = aboveFunction(site, index);
  if (above && saysLocal.test(above.text)) return 'a comment says so';
  const { start, end } = statement.span;
  for (const { span } of commentsWithin(local, start - 200, end + 100)) {
    const lines = span.end <= start ? linesBetween(text, span.end, start) : linesBetween(text, start, span.start);
    const isBehind = span.start >= end && linesBetween(text, end, span.start) === 0;
    if (lines <= 3 || isBehind) return 'a comment says so';
  }
  for (const { span } of commentsWithin(testing, site.places[0]!.statement.span.start, statement.span.end))
    if (span.start >= site.places[0]!.statement.span.start) return 'a comment says that it is for testing';
  return undefined;
}

const portSearch =
  /\b(?:from|require\()\s*['"](?:portfinder|get-port|get-port-please|detect-port|find-free-ports?|freeport)['"]/;

/** Does a program have a library look for a port that is free? */
export const looksForPort = ({ program: { text, language } }: ProgramIndex): boolean =>
  language !== 'python' && portSearch.test(text);

/** How many lines lie between two places; no more than matters. */
function linesBetween(text: string, one: number, other: number): number {
  const end = Math.max(one, other);
  let lines = 0;
  for (let at = text.indexOf('\n', Math.min(one, other)); at !== -1 && at < end && lines < 10; lines++)
    at = text.indexOf('\n', at + 1);
  return lines;
}

/** `server.listen(0, () => { ...; server.close(); })`, as who only looks whether a port is free does */
export function closedAtOnce(site: CallSite, { program }: ProgramIndex): boolean {
  const { callee, args } = site.call;
  if (program.language === 'python' || callee.kind !== 'member') return false;
  const server = program.text.slice(callee.object.span.start, callee.object.span.end);
  const last = server.slice(server.lastIndexOf('.') + 1);
  if (!/^\w+$/.test(last)) return false;
  const closes = new RegExp(`\\b${last}\\??\\.close\\(`);
  const text = ({ start, end }: Span) => program.text.slice(start, Math.min(end, start + 300));
  if (
    args.some(
      ({ value }) => value.kind === 'function' && value.function.body.some(({ span }) => closes.test(text(span))),
    )
  )
    return true;
  const body = site.scope.function?.body;
  if (!body?.[0]) return false;
  // The same in a listener of its own.
  const start = Math.max(body[0].span.start, site.call.span.start - 1000);
  const around = program.text.slice(start, Math.min(body.at(-1)!.span.end, site.call.span.end + 1000));
  const listens = `\\b${last}\\.(?:on|once)\\(\\s*['"]listening['"],`;
  return new RegExp(`${listens}[\\s\\w()=>{]{0,60}\\b${last}\\??\\.close\\(`).test(around);
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
