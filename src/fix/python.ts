import type { Announcement, Bind, BindErrorRepair, Span } from '../facts.ts';
import { rethrows } from '../match/failure.ts';
import { remembered } from '../remembered.ts';
import type { Expr, Handler, Program, Statement } from '../syntax/call.ts';
import { hasLoneReturns, indentAt, lineEnd, lineStart, newlineOf, nextLine } from './lines.ts';
import { bindingsByName, functionsAround, meaningOf, type Need, nodesOf } from './python-imports.ts';
import { holdsLongString, indentUnit, type StatementLines, statementLines } from './python-lines.ts';
import { type PlacedEdit, rank } from './text-edits.ts';

/** Edits of one Python file, with the names that the new code needs. */
export interface PythonChange {
  readonly edits: readonly PlacedEdit[];
  readonly needs: readonly Need[];
  /** Offset of module-level code that needs the names; undefined inside functions. */
  readonly before: number | undefined;
}

export interface Refused {
  readonly refused: string;
}

/** A host or port as a message can name it: a value, or code that gives it. */
export type Shown = { readonly value: string } | { readonly code: string } | undefined;

/** Where a server was to listen, as far as the message at one place can tell. */
export interface ShownAddress {
  readonly host: Shown;
  readonly port: Shown;
}

/** Something that shows a message, as the file itself does it. */
export interface Speaker {
  readonly call: string;
  readonly takes: 'percent' | 'text';
  readonly needs: readonly Need[];
  /** What has to be called before the process is ended from a thread. */
  readonly flush?: { readonly call: string; readonly need?: Need };
  readonly extra: readonly string[];
}

const sys: Need = { module: 'sys' };
const os: Need = { module: 'os' };
const errno: Need = { module: 'errno' };

/** Exceptions outside the language, by the name that the catalogue gives them. */
const exceptionModules: Readonly<Record<string, string>> = {
  CannotListenError: 'twisted.internet.error',
  ZMQError: 'zmq.error',
};

/** Frameworks whose reloader ends the serving process with status 3 on every change. */
const reloads = /^(flask|werkzeug|quart|dash|flask[-_]socketio)/i;

/**
 * Handling of a taken port: the statement goes into a `try`, or the `try` that is there gets one more handler.
 * @param bind one of the binds that fail in this statement
 * @param address what the message may name, see `shownAddress`
 */
export function handleBindError(
  program: Program,
  bind: Bind,
  repair: BindErrorRepair,
  address: ShownAddress,
): PythonChange | Refused {
  const { text } = program;
  if (hasLoneReturns(text)) return { refused: 'the file has line endings that are not understood' };
  const found = find(program, repair.statement);
  if (found === undefined) return { refused: 'the statement was not found again' };
  const { statement } = found;
  const inModule = functionsAround(program, statement.span).length === 0;
  const newline = newlineOf(text);
  const exceptions = repair.catches.map(exceptionNeed);
  const speaker = speakerAt(program, statement.span, repair.endsProcess);
  const ending = repair.endsProcess ? os : sys;
  const raises = repair.catches.every((name) => name === 'SystemExit') || bind.failure.place === 'library';
  const needs = [
    ...exceptions.filter(({ module }) => module !== ''),
    ...speaker.needs,
    ...(repair.serves && repair.catches.includes('OSError') ? [errno] : []),
    ...(repair.endsProcess || !raises ? [ending] : []),
    ...(repair.endsProcess && speaker.flush?.need ? [speaker.flush.need] : []),
  ];
  for (const need of needs) {
    if (meaningOf(program, statement.span, need) === 'taken')
      return { refused: `the name ${need.name ?? need.module} means something else here` };
  }
  const unit = indentUnit(text);
  const handler = (indent: string) =>
    exceptions
      .flatMap(({ name: exception }) =>
        handlerLines({ bind, repair, address, speaker, unit, error: freeName(program), exception }),
      )
      .map((line) => indent + line)
      .join(newline);
  const change = (edits: readonly PlacedEdit[]): PythonChange => ({
    edits,
    needs,
    before: inModule ? statement.span.start : undefined,
  });
  const owner = `handler of ${statement.span.start}`;
  const { file } = program;

  if (repair.tryStatement) {
    if (statement.kind !== 'try') return { refused: 'the try statement was not found again' };
    const at = handlerPlace(text, statement);
    if (typeof at !== 'number') return at;
    const indent = indentAt(text, statement.span.start);
    const passing = passingOn(statement, exceptions);
    if (!passing)
      return change([
        { span: { file, start: at, end: at }, text: handler(indent) + newline, rank: rank.handler, owner },
      ]);
    // A clause that only raises again would be a second one for the same exception.
    const start = lineStart(text, passing.span.start);
    const end = nextLine(text, passing.span.end);
    if (text.slice(start, end).includes('#')) return { refused: 'a commented handler lets the exception through' };
    const [first, ...others] = passing.types;
    if (others.length === 0) {
      if (exceptions.length > 1 && passing !== statement.handlers[0])
        return { refused: 'a handler lets one of the exceptions through' };
      return change([{ span: { file, start, end }, text: handler(indent) + newline, rank: rank.handler, owner }]);
    }
    const kept = passing.types.filter((type) => !exceptions.some(({ name }) => lastName(type) === name));
    const names = kept.map(({ span }) => text.slice(span.start, span.end));
    const open = text.lastIndexOf('(', first!.span.start);
    const close = text.indexOf(')', others.at(-1)!.span.end) + 1;
    if (names.length === 0 || open < passing.span.start || close === 0 || text.slice(open, close).includes('\n'))
      return { refused: 'a handler lets the exception through' };
    return change([
      { span: { file, start: at, end: at }, text: handler(indent) + newline, rank: rank.handler, owner },
      {
        span: { file, start: open, end: close },
        text: names.length === 1 ? names[0]! : `(${names.join(', ')})`,
        rank: rank.wrapper,
        owner,
      },
    ]);
  }

  if (/^(function|class|import)$/.test(statement.kind)) return { refused: 'a definition cannot be put into a try' };
  const alone = statementLines(text, statement.span);
  if ('refused' in alone) return alone;
  const lines = { ...alone, start: withSuppressions(text, alone.start) };
  if (holdsLongString(text, lines)) return { refused: 'the statement holds a string of several lines' };
  if (lines.indent.includes('\t') !== unit.includes('\t') && lines.indent !== '')
    return { refused: 'the file mixes tabs and spaces' };
  return change([
    ...linesToIndent(text, lines).map(
      (at, index): PlacedEdit => ({
        span: { file, start: at, end: at },
        text: index === 0 ? `${lines.indent}try:${newline}${unit}` : unit,
        rank: rank.line,
        owner,
      }),
    ),
    {
      span: { file, start: lines.end, end: lines.end },
      text: newline + handler(lines.indent),
      rank: rank.handler,
      owner,
    },
  ]);
}

/** The handler of a try statement that catches one of the exceptions only to raise it again. */
function passingOn(
  { handlers }: Extract<Statement, { kind: 'try' }>,
  exceptions: readonly { readonly name: string }[],
): Handler | undefined {
  return handlers.find(
    (handler) =>
      rethrows(handler) && handler.types.some((type) => exceptions.some(({ name }) => lastName(type) === name)),
  );
}

const lastName = (expr: Expr): string | undefined =>
  expr.kind === 'name' || expr.kind === 'member' ? expr.name : undefined;

/** The start of the lines with the suppressions that stand directly above: they have to stay with their statement. */
export function withSuppressions(text: string, start: number): number {
  let at = start;
  while (at > 0) {
    const above = lineStart(text, at - 1);
    if (!/^[ \t]*#.*bindlint-ignore\b(?!-)/.test(text.slice(above, at))) break;
    at = above;
  }
  return at;
}

/** Starts of the lines that have to move to the right. */
function linesToIndent(text: string, lines: StatementLines): number[] {
  const starts: number[] = [];
  for (let at = lines.start; at <= lines.end && at < text.length; at = nextLine(text, at)) {
    if (text.slice(at, lineEnd(text, at)).trim() !== '' || at === lines.start) starts.push(at);
    if (nextLine(text, at) === text.length) break;
  }
  return starts;
}

/** Before the first handler, with the comments that stand directly above it; before `else` or `finally` where there is none. */
function handlerPlace(text: string, statement: Extract<Statement, { kind: 'try' }>): number | Refused {
  const first = statement.handlers[0];
  if (first === undefined) return { refused: 'the try statement has no handler' };
  if (/^except\s*\*/.test(text.slice(first.span.start))) return { refused: 'its handlers are for exception groups' };
  let at = lineStart(text, first.span.start);
  const indent = text.slice(at, first.span.start);
  if (indent !== indentAt(text, statement.span.start))
    return { refused: 'the try statement shares its line with others' };
  const bodyEnd = statement.body.at(-1)?.span.end ?? statement.span.start;
  while (at > 0) {
    const above = lineStart(text, at - 1);
    if (above <= bodyEnd || !text.startsWith(`${indent}#`, above)) break;
    at = above;
  }
  return at;
}

/** A statement and the block it stands in. */
interface Placed {
  readonly statement: Statement;
  readonly block: readonly Statement[];
}

function find(program: Program, { start, end }: Span): Placed | undefined {
  return placedStatements(program).get(`${start}-${end}`);
}

/** Every statement, outer ones before those at the same place inside of them. */
const placedStatements = remembered((program: Program): ReadonlyMap<string, Placed> => {
  const found = new Map<string, Placed>();
  const add = (block: readonly Statement[]) => {
    for (const statement of block) {
      if (typeof statement?.kind !== 'string' || statement.span === undefined) continue;
      const key = `${statement.span.start}-${statement.span.end}`;
      if (!found.has(key)) found.set(key, { statement, block });
    }
  };
  add(program.body);
  for (const node of nodesOf(program.body)) {
    for (const [key, child] of Object.entries(node)) {
      if (!/^(body|consequent|alternative|otherwise|finalizer|branches)$/.test(key) || !Array.isArray(child)) continue;
      for (const block of key === 'branches' ? (child as Statement[][]) : [child as Statement[]]) add(block);
    }
  }
  return found;
});

function exceptionNeed(catches: string): { readonly module: string; readonly name: string } {
  const dot = catches.lastIndexOf('.');
  const name = catches.slice(dot + 1);
  return { module: exceptionModules[name] ?? (dot < 0 ? '' : catches.slice(0, dot)), name };
}

/** A name for the exception that nothing else in the file has. */
const freeName = remembered((program: Program): string => {
  for (const name of ['error', 'bind_error', 'listen_error', 'server_error'])
    if (!isUsed(program.body, name)) return name;
  let number = 2;
  while (program.text.includes(`bind_error_${number}`)) number++;
  return `bind_error_${number}`;
});

/** A name for a host that nothing else in the file has. */
export const freeHostName = remembered((program: Program): string | undefined =>
  ['host', 'bind_host', 'listen_host'].find((name) => !isUsed(program.body, name)),
);

/** The simple statement around a place, or the beginning of a `with`: what stands before it runs right before it. */
export function statementAround(program: Program, { start, end }: Span): Span | undefined {
  const statements = simpleStatements(program);
  let low = 0;
  for (let high = statements.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (statements[middle]!.start <= start) low = middle + 1;
    else high = middle;
  }
  const found = statements[low - 1];
  return found && end <= found.end ? found : undefined;
}

const simpleStatements = remembered((program: Program): readonly Span[] =>
  [...placedStatements(program).values()]
    .flatMap(({ statement }) =>
      statement.kind === 'with'
        ? [{ ...statement.span, end: statement.body[0]?.span.start ?? statement.span.end }]
        : /^(?:expression|assign|return)$/.test(statement.kind)
          ? [statement.span]
          : [],
    )
    .toSorted((a, b) => a.start - b.start),
);

/** Is a name used other than for what a handler caught? */
function isUsed(value: unknown, name: string): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some((child) => isUsed(child, name));
  const node = value as { kind?: string; name?: unknown; local?: unknown; types?: unknown };
  const isHandler = 'types' in node;
  if (isHandler && node.name === name) return isUsed(node.types, name);
  const isKeyword = node.kind === undefined && 'value' in node;
  const isMember = node.kind === 'member';
  if (!isHandler && !isKeyword && !isMember && (node.name === name || node.local === name)) return true;
  return Object.entries(node).some(([key, child]) => !/[sS]pan$/.test(key) && isUsed(child, name));
}

// What the message says

interface HandlerShape {
  readonly bind: Bind;
  readonly repair: BindErrorRepair;
  readonly address: ShownAddress;
  readonly speaker: Speaker;
  readonly unit: string;
  readonly error: string;
  readonly exception: string;
}

function handlerLines({ bind, repair, address, speaker, unit, error, exception }: HandlerShape): string[] {
  const exits = exception === 'SystemExit';
  const said = messageLines(
    speaker,
    unit,
    message(address, exits ? 'status' : 'error'),
    exits ? `${error}.code` : error,
  );
  const ends = repair.endsProcess
    ? [
        ...(speaker.flush ? [speaker.flush.call] : []),
        `os._exit(1)  # sys.exit ${bind.failure.place === 'thread' ? 'would end only this thread' : 'may wait for threads of the library for ever'}`,
      ]
    : exits
      ? []
      : [bind.failure.place === 'library' ? 'raise' : 'sys.exit(1)'];
  const lines = [`except ${exception} as ${error}:`];
  if (!exits) {
    const others =
      repair.serves && exception === 'OSError'
        ? [`if ${error}.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):`, `${unit}raise`]
        : [];
    return [...lines, ...[...others, ...said, ...ends].map((line) => unit + line)];
  }
  const test = reloads.test(bind.framework)
    ? `if ${error}.code not in (None, 0, 3):  # 3 is the reloader's`
    : `if ${error}.code:`;
  return [...lines, unit + test, ...[...said, ...ends].map((line) => unit + unit + line), `${unit}raise`];
}

type Field = 'host' | 'port' | 'error';
type Piece = string | { readonly field: Field; readonly code?: string };

/** The two lines of the message. */
function message({ host, port }: ShownAddress, cause: 'status' | 'error'): Piece[][] {
  const piece = (field: 'host' | 'port', shown: Exclude<Shown, undefined>): Piece =>
    'code' in shown
      ? { field, code: shown.code }
      : field === 'host' && shown.value.includes(':')
        ? `[${shown.value}]`
        : shown.value;
  const anywhere = host !== undefined && 'value' in host && host.value === '';
  const where: Piece[] =
    port === undefined
      ? host === undefined || anywhere
        ? ['cannot start the server']
        : ['cannot serve on ', piece('host', host)]
      : host === undefined || anywhere
        ? ['cannot serve on port ', piece('port', port)]
        : ['cannot serve on ', piece('host', host), ':', piece('port', port)];
  const because: Piece[] =
    cause === 'error' ? [': ', { field: 'error' }] : [': the server gave up with status ', { field: 'error' }];
  if (port === undefined) return [[...where, ...because]];
  const number = piece('port', port);
  return [
    [...where, ...because, '; '],
    ['to see who holds the port: lsof -i :', number, ' (Windows: netstat -ano | findstr :', number, ')'],
  ];
}

/** A call that shows the message, one argument a line. */
function messageLines(speaker: Speaker, unit: string, lines: readonly Piece[][], errorCode: string): string[] {
  const fields = new Map<Field, string>();
  for (const piece of lines.flat()) if (typeof piece !== 'string') fields.set(piece.field, piece.code ?? errorCode);
  const byName = fields.has('port');
  const isSimple = [...fields.values()].every((code) => !/["'{}\\]/.test(code));
  const quoted = (
    line: readonly Piece[],
    field: (piece: Exclude<Piece, string>) => string,
    guard: (text: string) => string,
  ) =>
    line.map((piece) => (typeof piece === 'string' ? guard(piece.replace(/["\\]/g, '\\$&')) : field(piece))).join('');
  const braces = (text: string) => text.replace(/[{}]/g, '$&$&');
  let parts: string[];
  if (speaker.takes === 'percent') {
    const texts = lines.map((line) =>
      quoted(
        line,
        ({ field }) => (byName ? `%(${field})s` : '%s'),
        (text) => text.replaceAll('%', '%%'),
      ),
    );
    const values = byName
      ? [`{${[...fields].map(([field, code]) => `"${field}": ${code}`).join(', ')}}`]
      : [...fields.values()];
    parts = [
      ...texts.map((text, index) => `"${text}"${index === texts.length - 1 ? ',' : ''}`),
      `${values.join(', ')},`,
    ];
  } else if (isSimple) {
    const texts = lines.map((line) => {
      const isPlain = line.every((piece) => typeof piece === 'string');
      const text = quoted(line, ({ field }) => `{${fields.get(field)}}`, isPlain ? (plain) => plain : braces);
      return `${isPlain ? '' : 'f'}"${text}"`;
    });
    parts = texts.map((text, index) => (index === texts.length - 1 ? `${text},` : text));
  } else {
    const texts = lines.map((line) => `"${quoted(line, ({ field }) => `{${field}}`, braces)}"`);
    const values = [...fields].map(([field, code]) => `${unit}${field}=${code},`);
    parts = [...texts.slice(0, -1), `${texts.at(-1)}.format(`, ...values, '),'];
  }
  return [
    `${speaker.call}(`,
    ...[...parts, ...speaker.extra.map((extra) => `${extra},`)].map((part) => unit + part),
    ')',
  ];
}

/**
 * The file's own way to report: its logger where one can be seen from the statement, else standard error.
 * @param at the statement beside which something is to be said
 * @param endsProcess the process ends right after it
 */
export function speakerAt(program: Program, at: Span, endsProcess: boolean): Speaker {
  const functions = functionsAround(program, at);
  const inModule = functions.length === 0;
  const shadowed = (name: string) =>
    functions.some(
      (shape) => shape.params.some((param) => param.name === name) || bindingsByName(shape.body, name).length > 0,
    );
  const imported = importedNames(program);
  const logging: Need = { module: 'logging' };
  const flush = { call: 'logging.shutdown()', need: logging };
  for (const { name, made, start } of loggersOf(program)) {
    if (inModule && start >= at.start) break;
    if (shadowed(name)) continue;
    const call = `${name}.critical`;
    if (made === 'loguru') return { call, takes: 'text', needs: [], flush: { call: `${name}.complete()` }, extra: [] };
    if (made === 'logging') return { call, takes: 'percent', needs: [], flush, extra: [] };
    return { call, takes: 'text', needs: [], extra: [] };
  }
  if (imported.get('logging') === 'logging' && !shadowed('logging') && logsItself(program))
    return { call: 'logging.critical', takes: 'percent', needs: [], flush, extra: [] };
  return {
    call: 'print',
    takes: 'text',
    needs: [sys],
    // Text in a buffer would be lost when the process is ended at once.
    extra: ['file=sys.stderr', ...(endsProcess ? ['flush=True'] : [])],
  };
}

const importedNames = remembered((program: Program): ReadonlyMap<string, string> => {
  const imported = new Map<string, string>();
  for (const one of program.body) {
    if (one.kind !== 'import') continue;
    for (const { name, local } of one.names) imported.set(local, name === '*' ? local : `${one.module}.${name}`);
  }
  return imported;
});

interface Logger {
  readonly name: string;
  readonly made: 'logging' | 'structlog' | 'loguru';
  readonly start: number;
}

/** The loggers that a module has on its top, in their order. */
const loggersOf = remembered((program: Program): readonly Logger[] => {
  const imported = importedNames(program);
  const path = (expr: Expr): string => {
    if (expr.kind === 'name') return imported.get(expr.name) ?? expr.name;
    return expr.kind === 'member' ? `${path(expr.object)}.${expr.name}` : '';
  };
  return program.body.flatMap((one): Logger[] => {
    const { start } = one.span;
    if (one.kind === 'import' && one.module === 'loguru') {
      const local = one.names.find(({ name }) => name === 'logger')?.local;
      return local === undefined ? [] : [{ name: local, made: 'loguru', start }];
    }
    if (one.kind !== 'assign' || one.value?.kind !== 'call' || one.targets.length !== 1) return [];
    const target = one.targets[0]!;
    if (target.kind !== 'name' || bindingsByName(program.body, target.name).length !== 1) return [];
    const made = path(one.value.callee);
    if (made === 'logging.getLogger') return [{ name: target.name, made: 'logging', start }];
    if (/^structlog\.(stdlib\.)?get_logger$|^structlog\.getLogger$/.test(made))
      return [{ name: target.name, made: 'structlog', start }];
    return [];
  });
});

/** Does the file log through the logging module's own functions? */
const logsItself = remembered((program: Program): boolean => {
  for (const node of nodesOf(program.body)) {
    const call = node as Partial<Extract<Expr, { kind: 'call' }>>;
    if (call.kind !== 'call' || call.callee?.kind !== 'member' || call.callee.object.kind !== 'name') continue;
    if (
      call.callee.object.name === 'logging' &&
      /^(debug|info|warning|error|critical|exception|basicConfig)$/.test(call.callee.name)
    )
      return true;
  }
  return false;
});

// What the message may name

const plainName = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;
const constant = `(?:"[^"\\\\\\n{}]*"|'[^'\\\\\\n{}]*'|\\d+|None)`;
/** Code that can be run a second time for nothing but its value. */
const pureCode = new RegExp(
  `^(?:(?:int|str)\\()?(?:os\\.environ\\.get\\(\\s*${constant}(?:,\\s*${constant})?\\s*\\)|os\\.getenv\\(\\s*${constant}(?:,\\s*${constant})?\\s*\\)|(?:[A-Za-z_][\\w.]*\\.)?(?:config|conf|cfg|settings|options|kwargs)\\.get\\(\\s*${constant}(?:,\\s*${constant})?\\s*\\)|(?:config|decouple\\.config)\\(\\s*${constant}(?:,\\s*(?:default=)?${constant})?(?:,\\s*cast=(?:int|str))?\\s*\\)|vars\\(\\s*[A-Za-z_]\\w*\\s*\\)\\[${constant}\\]|[A-Za-z_][\\w.]*\\.r?(?:split|partition)\\(\\s*${constant}(?:,\\s*\\d+)?\\s*\\)\\[-?${constant}\\]|[A-Za-z_][\\w.]*(?:\\[${constant}\\])*)\\)?$`,
);

/**
 * How a message beside a statement may name a host or port.
 * @param code what stands at the call after the fix; undefined where nothing is written there
 * @param value the value itself where every bind that fails here has the same
 * @param at where the code stands
 */
export function shown(
  program: Program,
  repair: BindErrorRepair,
  at: Span,
  code: string | undefined,
  value: string | undefined,
): Shown {
  // Options that are spread into the call are whatever its callers give.
  if (program.file === at.file && program.text.slice(at.start - 2, at.start) === '**') return undefined;
  const literal: Shown = value === undefined || !/^[\w.:*%-]*$/.test(value) ? undefined : { value };
  if (code === undefined || code === 'None' || !balanced(code)) return literal;
  const isName = plainName.test(code) && !/^(None|True|False)$/.test(code);
  if (!isName && !(pureCode.test(code) && /[a-z]/i.test(code))) return literal;
  if (at.file !== program.file) return literal;
  // What a mapping holds that a caller hands in may be something else the next time.
  const own = functionsAround(program, repair.statement).at(-1);
  if (functionsAround(program, at).at(-1) !== own) return undefined;
  if (at.start > repair.statement.end) return literal;
  // What the try itself sets may not be set yet when its handler runs.
  const root = /[A-Za-z_]\w*/.exec(code.replace(/^(int|str)\(/, ''))![0];
  const tried = find(program, repair.statement);
  if (tried && bindingsByName([tried.statement], root).length > 0) return literal;
  // A number and its text look the same in a message.
  return { code: code.replace(/^(?:int|str)\((.*)\)$/s, '$1') };
}

function balanced(code: string): boolean {
  return code.split('(').length === code.split(')').length;
}

// Lines that say where a server listens

/**
 * Takes a statement away: its lines, or `pass` where its block would be empty.
 * @param announcement the statement to delete
 */
export function removeAnnouncement(program: Program, announcement: Announcement): PythonChange | Refused {
  const { text, file } = program;
  const lines = statementLines(text, announcement.statement);
  if ('refused' in lines) return lines;
  const found = find(program, announcement.statement);
  if (found === undefined) return { refused: 'the statement was not found again' };
  const owner = `announcement at ${announcement.statement.start}`;
  if (found.block.length === 1 && found.block !== program.body) {
    const { start, end } = announcement.statement;
    return {
      edits: [{ span: { file, start, end }, text: 'pass', rank: rank.line, owner }],
      needs: [],
      before: undefined,
    };
  }
  return {
    edits: [
      {
        span: { file, start: lines.start, end: nextLine(text, lines.end) },
        text: '',
        rank: rank.line,
        owner,
        wholeLines: true,
      },
    ],
    needs: [],
    before: undefined,
  };
}

/**
 * Moves a statement to the announcement's target: below the statement that ends there, else above the line it is in.
 * @param announcement has a target in the same file
 */
export function moveAnnouncement(program: Program, announcement: Announcement): PythonChange | Refused {
  const { text, file } = program;
  const { target, statement } = announcement;
  if (target === undefined || target.file !== file) return { refused: 'there is no place after the bind' };
  const removal = removeAnnouncement(program, announcement);
  if ('refused' in removal) return removal;
  const lines = statementLines(text, statement);
  if ('refused' in lines) return lines;
  if (holdsLongString(text, lines)) return { refused: 'the statement holds a string of several lines' };
  if (hasLoneReturns(text)) return { refused: 'the file has line endings that are not understood' };
  const newline = newlineOf(text);
  const place = placeAfterBind(program, target.start);
  if (place === undefined) return { refused: 'there is no statement at the place after the bind' };
  const { at, above, indent } = place;
  const moved = text
    .slice(lines.start, lines.end)
    .split(/\r?\n/)
    .map((line) =>
      line.trim() === ''
        ? line
        : line.startsWith(lines.indent)
          ? indent + line.slice(lines.indent.length)
          : indent + line.trimStart(),
    )
    .join(newline);
  return {
    edits: [
      ...removal.edits,
      {
        span: { file, start: at, end: at },
        text: above ? moved + newline : newline + moved,
        rank: rank.moved,
        owner: `announcement at ${statement.start}`,
      },
    ],
    needs: [],
    before: undefined,
  };
}

/** Where a line goes that is to run once the statement that ends at an offset has bound. */
function placeAfterBind(
  program: Program,
  target: number,
): { readonly at: number; readonly above: boolean; readonly indent: string } | undefined {
  const { text } = program;
  const aboveLine = (at: number) => ({
    at: lineStart(text, at),
    above: true,
    indent: indentAt(text, at),
  });
  if (/^[ \t]*$/.test(text.slice(lineStart(text, target), target))) return aboveLine(target);
  const ended = endedAt(program, target);
  if (ended === undefined) return undefined;
  if (ended.kind !== 'with')
    return { at: lineEnd(text, target), above: false, indent: indentAt(text, ended.span.start) };
  // What the head of a with statement binds is served in its body.
  const first = ended.body[0];
  return first !== undefined &&
    indentAt(text, first.span.start) === text.slice(lineStart(text, first.span.start), first.span.start)
    ? aboveLine(first.span.start)
    : undefined;
}

/** The outermost statement that ends at an offset. */
function endedAt(program: Program, offset: number): Statement | undefined {
  return statementsByEnd(program).get(offset);
}

const statementsByEnd = remembered((program: Program): ReadonlyMap<number, Statement> => {
  const found = new Map<number, Statement>();
  for (const node of nodesOf(program.body)) {
    const statement = node as Statement;
    if (isStatement(statement) && !found.has(statement.span.end)) found.set(statement.span.end, statement);
  }
  return found;
});

function isStatement(node: Statement): boolean {
  return /^(expression|assign|if|loop|try|with|switch|return|raise)$/.test(node.kind);
}
