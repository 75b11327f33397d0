import { createRequire } from 'node:module';
import type * as Morph from 'ts-morph';
import type { Announcement, BindErrorSignal, Span } from '../facts.ts';
import { remembered } from '../remembered.ts';
import {
  type CodeStyle,
  columnsOf,
  functionHead,
  type HandlerShape,
  handlerLines,
  isName,
  literal,
  type Named,
  type Speaker,
} from './javascript-code.ts';
import { indentAt, lineEnd, lineStart, newlineOf, nextLine } from './lines.ts';
import type { Refused } from './python.ts';
import { applyEdits, inOrder, type PlacedEdit, rank } from './text-edits.ts';

/** A file of JavaScript or TypeScript. */
export interface CodeFile {
  readonly file: string;
  readonly text: string;
}

/** What a message may say of a host or port. */
export interface Written {
  /** The code that stands at `at` when all is fixed; undefined for a literal. */
  readonly code: string | undefined;
  /** The value, where it is known and lasts. */
  readonly value: string | undefined;
  readonly at: Span;
}

/** A call that listens, and what is known of it. */
export interface Listening {
  readonly signal: BindErrorSignal;
  readonly host: Written;
  readonly port: Written;
}

type Call = Morph.CallExpression | Morph.NewExpression;
type Callback = Morph.ArrowFunction | Morph.FunctionExpression;
type Handler = Pick<HandlerShape, 'error' | 'typed'>;
type By = BindErrorSignal['by'];

let loaded: typeof Morph | undefined;
/** ts-morph takes half a second to load, so it is loaded when code is restructured, and never before. */
function morph(): typeof Morph {
  loaded ??= createRequire(import.meta.url)('ts-morph') as typeof Morph;
  return loaded;
}

/** As much of the language's own library as tells a number from a text. */
const globals = `declare var process: { env: { [name: string]: string | undefined } };
declare function Number(value?: any): number;
declare function parseInt(text: string, radix?: number): number;
declare function String(value?: any): string;
interface Array<T> {}
interface Boolean {}
interface Function {}
interface IArguments {}
interface Number {}
interface Object {}
interface RegExp {}
interface String {}
`;

/** Comments that speak of the line below them: it has to stay there. */
const forNextLine =
  /^[ \t]*(\/\/|\/\*).*(bindlint-ignore(?!-)|eslint-disable-next-line|@ts-ignore|@ts-expect-error|biome-ignore|prettier-ignore|deno-lint-ignore|(istanbul|c8|v8) ignore)/;

/**
 * Lets a taken port be seen: an `error` listener, a `catch`, or a look at the callback's argument, as the call needs it.
 * The edits are insertions and replacements in the text as it is; nothing is printed anew.
 */
export function handleListenError(source: CodeFile, listening: Listening): readonly PlacedEdit[] | Refused {
  if (/\r(?!\n)|[\u2028\u2029]/.test(source.text))
    return { refused: 'the file has line endings that are not understood' };
  const opened = open(source);
  const call = callAt(opened.tree, listening.signal.call);
  if (call === undefined) return { refused: 'the call was not found again' };
  if (opened.isBroken(call)) return { refused: 'the statement is not understood' };
  return new Rewrite(source, opened, call, listening).edits();
}

/** What a server that takes the next free port asks for. */
export interface FreePort {
  /** The code of the port at the call. */
  readonly site: Span;
  /** Undefined: all interfaces, as without a host. */
  readonly host: { readonly code: string | undefined; readonly value: string | undefined } | undefined;
  readonly tries: number;
}

const freePort = 'firstFreePort';

/**
 * Lets a server take the next free port, and a port that is taken all the same be seen: a function looks which one is free, and the
 * call waits for it. Between the look and the bind another program can still take that port.
 */
export function listenOnFreePort(
  source: CodeFile,
  listening: Listening,
  { site, host, tries }: FreePort,
): readonly PlacedEdit[] | Refused {
  const { Node } = morph();
  const { text, file } = source;
  if (/\r(?!\n)|[\u2028\u2029]/.test(text)) return { refused: 'the file has line endings that are not understood' };
  const opened = open(source);
  const { tree, style } = opened;
  const call = callAt(tree, listening.signal.call);
  const statement = call && statementOf(call);
  if (call === undefined || statement === undefined) return { refused: 'the call was not found again' };
  if (opened.isBroken(call)) return { refused: 'the statement is not understood' };
  if (/\b(Deno|Bun)\./.test(text)) return { refused: 'only Node is known to look for a port so' };
  if (text.includes(freePort)) return { refused: `${freePort} is there already` };
  if (site.file !== file || site.start < call.getStart() || site.end > call.getEnd())
    return { refused: 'its port is not written at the call' };
  const parent = statement.getParent();
  const isListed = Node.isBlock(parent) || Node.isSourceFile(parent);
  const lines = linesOf(source, statement);
  if (!isListed || 'refused' in lines || functionAround(call) !== functionAround(statement))
    return { refused: 'the statement shares its line with others' };
  const code = text.slice(site.start, site.end);
  const names = namesIn(code);
  const hostCode =
    host === undefined ? '' : (host.code ?? (host.value === undefined ? undefined : literal(style, host.value)));
  if (names === undefined || hostCode === undefined || (hostCode !== '' && namesIn(hostCode) === undefined))
    return { refused: 'its address cannot be asked for before the call' };
  const name = ['port', 'freePort', 'listenPort'].find((candidate) => isUnused(tree, candidate));
  const module = netModule(tree, style, source);
  if (name === undefined || module === undefined) return { refused: 'there is no free name' };

  const edit = (at: number, written: string, order: number, end = at): PlacedEdit => ({
    span: { file, start: at, end },
    text: written,
    rank: order,
    owner: 'port fallback',
  });
  const { newline, unit, semicolons } = style;
  const end = semicolons ? ';' : '';
  const around = functionAround(call);
  const awaits =
    around === undefined
      ? /\.m[jt]s$/.test(file) || awaitsOnTop(tree)
      : (Node.isFunctionDeclaration(around) ||
          Node.isFunctionExpression(around) ||
          Node.isArrowFunction(around) ||
          Node.isMethodDeclaration(around)) &&
        around.isAsync();
  const asked = `${freePort}(${code}${hostCode === '' ? '' : `, ${hostCode}`})`;
  const until = awaits ? parent.getEnd() : statement.getEnd();
  const symbol = opened.namesAt(call).get(code);
  const renamed = usesOf(tree, site, symbol, statement.getStart(), until).map((use) =>
    edit(use.start, use.property === undefined ? name : `${use.property}: ${name}`, rank.port, use.end),
  );
  const property = tree.getDescendantAtPos(site.start)?.getFirstAncestor((node) => Node.isPropertyAssignment(node));
  if (
    property?.getEnd() === site.end &&
    property.getText().startsWith(`${name}: `) &&
    renamed[0]?.span.end === site.end
  )
    renamed[0] = edit(property.getStart(), name, rank.port, site.end);
  if (/^\d+$/.test(code))
    for (const { start, end: stop, written } of saidPorts(tree, code, name, statement.getStart(), until))
      renamed.push(edit(start, written, rank.port, stop));
  const { indent } = lines;
  const first: PlacedEdit[] = awaits
    ? [edit(lines.start, `${indent}const ${name} = await ${asked}${end}${newline}`, rank.line), ...renamed]
    : [
        edit(lines.start, `${indent}${asked}.then((${name}) => {${newline}`, rank.line),
        ...linesBetween(text, lines.start, lines.end).map((at) => edit(at, unit, rank.wrapper)),
        ...renamed,
        edit(lines.end, `${newline}${indent}})${end}`, rank.moved),
      ];
  if (!awaits && isHeldOutside(tree, statement))
    return { refused: 'the server is used before its port could be known' };
  const made = inOrder(first);
  const between = applyEdits(text, made);
  const moved = (offset: number, isEnd: boolean) =>
    made.reduce(
      (at, one) =>
        one.span.end <= (isEnd ? offset - 1 : offset) ? at + one.text.length - (one.span.end - one.span.start) : at,
      offset,
    );
  const { signal } = listening;
  const start = moved(signal.call.start, false);
  const handled = handleListenError(
    { file, text: between },
    {
      ...listening,
      signal: { ...signal, call: { file, start, end: moved(signal.call.end, true) } },
      host: { ...listening.host, at: { file, start, end: start } },
      port: { code: name, value: undefined, at: { file, start, end: start } },
    },
  );
  if ('refused' in handled) return handled;
  const after = applyEdits(between, inOrder(handled));
  let same = 0;
  while (text[same] === after[same] && same < text.length) same++;
  let tail = 0;
  while (tail < text.length - same && text.at(-1 - tail) === after.at(-1 - tail) && tail < after.length - same) tail++;
  const at = importsEndOf(tree, text);
  if (at > same) return { refused: 'imports follow the call' };
  const definition = [...module.added, '', ...lookForFreePort(style, module.name, tries)];
  return [
    edit(at, definition.map((line) => (at === 0 ? line + newline : newline + line)).join(''), rank.imports),
    edit(same, after.slice(same, after.length - tail), rank.handler, text.length - tail),
  ];
}

function lookForFreePort(style: CodeStyle, net: string, tries: number): string[] {
  const { unit, semicolons, quote } = style;
  const end = semicolons ? ';' : '';
  const types = style.language === 'types';
  const typed = (type: string) => (types ? type : '');
  const body = [
    [1, `const first = Number(port)${end}`],
    [1, 'for (let candidate = first; candidate < Math.min(first + tries, 65536); candidate++) {'],
    [2, `const isFree = await new Promise${typed('<boolean>')}((resolve) => {`],
    [3, `const probe = ${net}.createServer()${end}`],
    [3, `probe.once(${quote}error${quote}, () => resolve(false))${end}`],
    [3, `probe.listen(candidate, host, () => probe.close(() => resolve(true)))${end}`],
    [2, `})${end}`],
    [2, `if (!isFree) continue${end}`],
    [2, `if (candidate !== first) console.warn(\`Port \${first} is taken, using \${candidate}\`)${end}`],
    [2, `return candidate${end}`],
    [1, '}'],
    [1, `return first${end}`],
  ] as const;
  const params = types
    ? `port: number | string | undefined, host?: string, tries = ${tries}): Promise<number>`
    : `port, host, tries = ${tries})`;
  return [
    '/** The first free port from this one on; another program can still take it before the server does. */',
    `async function ${freePort}(${params} {`,
    ...body.map(([depth, line]) => unit.repeat(depth) + line),
    '}',
  ];
}

/** The uses of what a port is written as, up to an offset: the expression itself, and the same name. */
function usesOf(
  tree: Morph.SourceFile,
  site: Span,
  symbol: Morph.ts.Symbol | undefined,
  start: number,
  end: number,
): { readonly start: number; readonly end: number; readonly property?: string }[] {
  const { Node } = morph();
  const written = tree.getFullText().slice(site.start, site.end);
  const place = { start: site.start, end: site.end };
  if (!/^[A-Za-z_$][\w$]*$/.test(written)) return [place];
  return tree.getDescendants().flatMap((node) => {
    if (!Node.isIdentifier(node) || node.getText() !== written) return [];
    const at = { start: node.getStart(), end: node.getEnd() };
    if (at.start < start || at.end > end) return [];
    const holder = node.getParent();
    if (Node.isShorthandPropertyAssignment(holder))
      return at.start === site.start || holder.getValueSymbol()?.compilerSymbol === symbol
        ? [{ ...at, property: written }]
        : [];
    if (at.start === site.start) return [at];
    if (Node.isPropertyAccessExpression(holder) && holder.getNameNode() === node) return [];
    if (Node.isPropertyAssignment(holder) && holder.getNameNode() === node) return [];
    return symbol !== undefined && node.getSymbol()?.compilerSymbol === symbol ? [at] : [];
  });
}

/** Texts that are shown and hold a port literally, as they are with a name for it. */
function saidPorts(
  tree: Morph.SourceFile,
  port: string,
  name: string,
  start: number,
  end: number,
): { readonly start: number; readonly end: number; readonly written: string }[] {
  const { Node } = morph();
  return tree.getDescendants().flatMap((node) => {
    if (!Node.isStringLiteral(node) && !Node.isNoSubstitutionTemplateLiteral(node)) return [];
    if (node.getStart() < start || node.getEnd() > end) return [];
    const call = node.getParent();
    const text = node.getText().slice(1, -1);
    const pieces = text.split(new RegExp(`(?<![\\w.])${port}(?![\\w.])`));
    if (!Node.isCallExpression(call) || !speaks(call) || pieces.length !== 2 || /[`\\]|\$\{/.test(text)) return [];
    return [{ start: node.getStart(), end: node.getEnd(), written: `\`${pieces.join(`\${${name}}`)}\`` }];
  });
}

function isUnused(tree: Morph.SourceFile, name: string): boolean {
  const { Node } = morph();
  return !tree.getDescendants().some((node) => {
    if (!Node.isIdentifier(node) || node.getText() !== name) return false;
    const holder = node.getParent();
    const isMember =
      (Node.isPropertyAccessExpression(holder) || Node.isPropertyAssignment(holder)) && holder.getNameNode() === node;
    return !isMember;
  });
}

/** Is what a statement declares or sets used outside of it? */
function isHeldOutside(tree: Morph.SourceFile, statement: Morph.Node): boolean {
  const { Node } = morph();
  if (Node.isExpressionStatement(statement)) {
    return Node.isBinaryExpression(statement.getExpression()) || Node.isReturnStatement(statement);
  }
  if (!Node.isVariableStatement(statement) || statement.isExported()) return true;
  const names = new Set(statement.getDeclarations().map((declaration) => declaration.getName()));
  return tree
    .getDescendants()
    .some(
      (node) =>
        Node.isIdentifier(node) &&
        names.has(node.getText()) &&
        (node.getStart() < statement.getStart() || node.getEnd() > statement.getEnd()),
    );
}

function awaitsOnTop(tree: Morph.SourceFile): boolean {
  const { Node } = morph();
  return tree.getDescendants().some((node) => Node.isAwaitExpression(node) && functionAround(node) === undefined);
}

/** The starts of the lines between two offsets that are not empty. */
function linesBetween(text: string, start: number, end: number): number[] {
  const starts: number[] = [];
  for (let at = start; at < end; at = nextLine(text, at)) {
    if (text.slice(at, lineEnd(text, at)).trim() !== '') starts.push(at);
    if (nextLine(text, at) === text.length) break;
  }
  return starts;
}

/** The name of Node's module net in the file, and the line that brings it there. */
function netModule(
  tree: Morph.SourceFile,
  style: CodeStyle,
  { file, text }: CodeFile,
): { readonly name: string; readonly added: readonly string[] } | undefined {
  const { Node } = morph();
  for (const statement of tree.getStatements()) {
    if (Node.isImportDeclaration(statement) && /^(node:)?net$/.test(statement.getModuleSpecifierValue())) {
      const name = statement.getDefaultImport()?.getText() ?? statement.getNamespaceImport()?.getText();
      if (name !== undefined && !statement.isTypeOnly()) return { name, added: [] };
    }
    if (!Node.isVariableStatement(statement)) continue;
    for (const declaration of statement.getDeclarations())
      if (/^require\(['"](node:)?net['"]\)$/.test(declaration.getInitializer()?.getText() ?? ''))
        if (Node.isIdentifier(declaration.getNameNode())) return { name: declaration.getName(), added: [] };
  }
  if (!isUnused(tree, 'net')) return undefined;
  const end = style.semicolons ? ';' : '';
  const imports = tree.getImportDeclarations().length > 0 || /\.m[jt]s$/.test(file);
  const specifier = literal(style, imports || /['"]node:/.test(text) ? 'node:net' : 'net');
  if (!imports) return { name: 'net', added: [`const net = require(${specifier})${end}`] };
  return { name: 'net', added: [`import ${style.language === 'types' ? '* as net' : 'net'} from ${specifier}${end}`] };
}

/** The end of the line of the last import, or of what has to stand first in a file. */
function importsEndOf(tree: Morph.SourceFile, text: string): number {
  const { Node } = morph();
  let end = text.startsWith('#!') ? lineEnd(text, 0) : 0;
  for (const statement of tree.getStatements()) {
    const isImport =
      Node.isImportDeclaration(statement) ||
      Node.isImportEqualsDeclaration(statement) ||
      (Node.isExpressionStatement(statement) && Node.isStringLiteral(statement.getExpression())) ||
      (Node.isVariableStatement(statement) && /^[^\n]*\brequire\(['"]/.test(statement.getText()));
    if (isImport) end = lineEnd(text, statement.getEnd());
  }
  return end;
}

/**
 * Moves a line that says that a server listens to where that is so: into the callback of the call that listens, or below the
 * statement that has waited for it.
 */
export function moveClaim(
  source: CodeFile,
  { statement, into, target }: Pick<Announcement, 'statement' | 'into' | 'target'>,
): readonly PlacedEdit[] | Refused {
  const { text, file } = source;
  if (/\r(?!\n)|[\u2028\u2029]/.test(text)) return { refused: 'the file has line endings that are not understood' };
  const opened = open(source);
  const claim = statementAt(opened.tree, statement);
  if (claim === undefined) return { refused: 'the statement was not found again' };
  const said = text.slice(statement.start, statement.end);
  if (/\b(await|yield|this|super|arguments)\b/.test(said))
    return { refused: 'the line would mean something else in a function' };
  const removal = linesOf(source, claim);
  if ('refused' in removal) return removal;
  const owner = `announcement at ${statement.start}`;
  const { newline, unit } = opened.style;
  /** The lines of the claim with another indentation. */
  const moved = (indent: string) =>
    text
      .slice(removal.start, removal.end)
      .split(/\r?\n/)
      .map((line) => (line.startsWith(removal.indent) ? indent + line.slice(removal.indent.length) : indent + line))
      .join(newline);
  const remove: PlacedEdit = {
    span: { file, start: removal.from, end: removal.to },
    text: '',
    rank: rank.line,
    owner,
    wholeLines: true,
  };
  const insert = (at: number, written: string, end = at): readonly PlacedEdit[] => [
    remove,
    { span: { file, start: at, end }, text: written, rank: rank.moved, owner },
  ];
  if (into === undefined) {
    const after = target && opened.tree.getDescendantAtPos(Math.max(0, target.start - 1));
    const listening = after && siblingOf(claim, after);
    if (listening === undefined) return { refused: 'there is no place after the bind' };
    const end = lineEnd(text, listening.getEnd());
    return insert(end, newline + moved(removal.indent));
  }
  const call = callAt(opened.tree, into.call);
  if (call === undefined || siblingOf(claim, call) === undefined) return { refused: 'the call was not found again' };
  if (opened.isBroken(call)) return { refused: 'the statement is not understood' };
  const place = callbackPlace(call, into, opened.style, text);
  if ('refused' in place) return place;
  const { at, end, before, indent, after } = place;
  return insert(at, before + moved(indent + unit) + after, end);
}

/** Where a line goes that is to run once a call listens, and what stands around it there. */
function callbackPlace(
  call: Call,
  { by, emitter }: BindErrorSignal,
  style: CodeStyle,
  text: string,
):
  | {
      readonly at: number;
      readonly end: number;
      readonly before: string;
      readonly indent: string;
      readonly after: string;
    }
  | Refused {
  const { Node } = morph();
  const { newline } = style;
  const args = call.getArguments();
  const last = args.at(-1);
  if (Node.isArrowFunction(last) || Node.isFunctionExpression(last)) {
    const body = last.getBody();
    if (!Node.isBlock(body)) return { refused: 'the callback is one expression' };
    const says = body.getDescendants().some((node) => Node.isCallExpression(node) && speaks(node));
    if (says) return { refused: 'the callback says something already' };
    const indent = indentAt(text, last.getStart());
    const inside = text.slice(body.getStart() + 1, body.getEnd() - 1);
    if (inside.trim() === '')
      return { at: body.getStart() + 1, end: body.getEnd() - 1, before: newline, indent, after: newline + indent };
    const end = body.getEnd() - 1;
    const closing = lineStart(text, end);
    if (text.slice(closing, end).trim() !== '' || closing <= body.getStart())
      return { refused: 'the callback is one line' };
    return { at: closing, end: closing, before: '', indent: indentAt(text, end), after: newline };
  }
  const name = Node.isNewExpression(call) ? 'new' : (call.getExpression().getText().split('.').at(-1) ?? '');
  if (by !== 'event' || emitter?.member !== undefined || !/^(listen|bind|serve|new)$/.test(name))
    return { refused: 'there is no callback that says when it listens' };
  if (last === undefined || args.length > 3) return { refused: 'there is no place for a callback' };
  if (
    Node.isSpreadElement(last) ||
    (Node.isIdentifier(last) && args.length > 1 && /^(cb|callback|done|next|on\w+|handler)$/.test(last.getText()))
  )
    return { refused: 'the call may have a callback' };
  const indent = indentAt(text, last.getEnd());
  const head = style.arrows ? '() => {' : `function${style.spaced ? ' ' : ''}() {`;
  return {
    at: last.getEnd(),
    end: last.getEnd(),
    before: `, ${head}${newline}`,
    indent,
    after: `${newline}${indent}}`,
  };
}

function speaks(call: Morph.CallExpression): boolean {
  return /^(console|.*log(ger)?)\.\w+$/i.test(call.getExpression().getText());
}

function statementAt(tree: Morph.SourceFile, { start, end }: Span): Morph.Node | undefined {
  const { Node } = morph();
  let node: Morph.Node | undefined = tree.getDescendantAtPos(start);
  for (; node !== undefined && node.getStart() === start; node = node.getParent())
    if (Node.isExpressionStatement(node) && node.getEnd() === end) return node;
  return undefined;
}

/** The statement around a node that stands in the same block as another. */
function siblingOf(statement: Morph.Node, node: Morph.Node): Morph.Node | undefined {
  const block = statement.getParent();
  for (let at: Morph.Node | undefined = node; at !== undefined; at = at.getParent())
    if (at.getParent() === block) return at;
  return undefined;
}

/** The lines of a statement that has them for itself, and what goes with them when they are taken away. */
function linesOf(
  { text }: CodeFile,
  statement: Morph.Node,
):
  | {
      readonly start: number;
      readonly end: number;
      readonly indent: string;
      readonly from: number;
      readonly to: number;
    }
  | Refused {
  const start = lineStart(text, statement.getStart());
  const end = lineEnd(text, statement.getEnd());
  const indent = indentAt(text, start);
  if (
    text.slice(start, statement.getStart()).trim() !== '' ||
    !/^[ \t]*(\/\/.*)?$/.test(text.slice(statement.getEnd(), end))
  )
    return { refused: 'the statement shares its line with others' };
  const { Node } = morph();
  const holdsLines = statement
    .getDescendants()
    .some(
      (node) =>
        (Node.isTemplateExpression(node) || Node.isNoSubstitutionTemplateLiteral(node)) && /\n/.test(node.getText()),
    );
  if (holdsLines) return { refused: 'the statement holds a text of several lines' };
  const isBlank = (at: number) => text.slice(lineStart(text, at), lineEnd(text, at)).trim() === '';
  const next = nextLine(text, end);
  const above = start === 0 ? '' : text.slice(lineStart(text, start - 1), start);
  const below = next < text.length && !isBlank(next);
  if (/^[ \t]*(\/\/|\*\/|\/\*)/.test(above) && !below) return { refused: 'a comment speaks of the line' };
  if (forNextLine.test(above)) return { refused: 'a comment speaks of the line' };
  const gap = start > 0 && isBlank(start - 1);
  if (gap && next < text.length && isBlank(next)) return { start, end, indent, from: start, to: nextLine(text, next) };
  const ends = next === text.length || /^\s*[}\])]/.test(text.slice(next, lineEnd(text, next)));
  if (gap && ends) return { start, end, indent, from: lineStart(text, start - 1), to: next };
  return { start, end, indent, from: start, to: next };
}

/**
 * What TypeScript takes the code at a place for: Node's types allow a text for a port, and none where a host follows it.
 * @returns `unknown` where the type stands in another file; `number` for the argument of a call that is awaited
 */
export function typeOfPort(source: CodeFile, { start, end }: Span): 'number' | 'text' | 'unknown' {
  const { Node, TypeFlags } = morph();
  const { tree, checker } = open(source);
  let node: Morph.Node | undefined = tree.getDescendantAtPos(start);
  while (node !== undefined && node.getEnd() < end) node = node.getParent();
  if (node === undefined || node.getStart() !== start || node.getEnd() !== end) return 'unknown';
  // The types of those who give a promise allow both.
  if (Node.isAwaitExpression(node.getParent()?.getParent())) return 'number';
  const type = checker.getTypeAtLocation(node.compilerNode);
  const parts = type.isUnion() ? type.types : [type];
  if (parts.some(({ flags }) => flags & (TypeFlags.Any | TypeFlags.Unknown))) return 'unknown';
  return parts.every(({ flags }) => flags & TypeFlags.NumberLike) ? 'number' : 'text';
}

interface Opened {
  readonly checker: Morph.ts.TypeChecker;
  readonly tree: Morph.SourceFile;
  readonly style: CodeStyle;
  /** Names that mean something at a place. */
  namesAt(node: Morph.Node): ReadonlyMap<string, Morph.ts.Symbol>;
  isBroken(node: Morph.Node): boolean;
}

const open = remembered(({ file, text }: CodeFile): Opened => {
  const { Project, SymbolFlags } = morph();
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    skipFileDependencyResolution: true,
    compilerOptions: { allowJs: true, noLib: true },
  });
  // A script that begins with the name of its interpreter may have no ending.
  const name = /\.[cm]?[jt]sx?$/.exec(file)?.[0] ?? '.js';
  const tree = project.createSourceFile(`/code${name}`, text);
  project.createSourceFile('/globals.d.ts', globals);
  const checker = project.getTypeChecker().compilerObject;
  const errors = (tree.compilerNode as unknown as { parseDiagnostics?: readonly Morph.ts.Diagnostic[] })
    .parseDiagnostics;
  return {
    tree,
    checker,
    style: styleOf(tree, text, file),
    namesAt: (node) =>
      new Map(
        checker
          .getSymbolsInScope(node.compilerNode, SymbolFlags.Value | SymbolFlags.Alias)
          .filter(({ declarations }) =>
            declarations?.some((declared) => declared.getSourceFile() === tree.compilerNode),
          )
          .map((symbol) => [symbol.name, symbol]),
      ),
    isBroken(node) {
      const statement = statementOf(node) ?? node;
      return (errors ?? []).some(({ start = 0 }) => statement.getStart() <= start && start <= statement.getEnd() + 1);
    },
  };
});

function callAt(tree: Morph.SourceFile, { start, end }: Span): Call | undefined {
  const { Node } = morph();
  let node: Morph.Node | undefined = tree.getDescendantAtPos(start);
  for (; node !== undefined && node.getStart() >= start; node = node.getParent()) {
    if (
      (Node.isCallExpression(node) || Node.isNewExpression(node)) &&
      node.getStart() === start &&
      node.getEnd() === end
    )
      return node;
  }
  return undefined;
}

/** The innermost statement around a node. */
function statementOf(node: Morph.Node): Morph.Node | undefined {
  const { Node } = morph();
  return node.getFirstAncestor((ancestor) => Node.isStatement(ancestor) && !Node.isBlock(ancestor));
}

function functionAround(node: Morph.Node): Morph.Node | undefined {
  const { Node } = morph();
  return node.getFirstAncestor(
    (ancestor) =>
      Node.isFunctionLikeDeclaration(ancestor) ||
      Node.isFunctionExpression(ancestor) ||
      Node.isArrowFunction(ancestor) ||
      Node.isClassStaticBlockDeclaration(ancestor),
  );
}

/** Every way to make the failure of one call seen. */
class Rewrite {
  readonly #source: CodeFile;
  readonly #opened: Opened;
  readonly #call: Call;
  readonly #listening: Listening;
  readonly #style: CodeStyle;
  readonly #names: ReadonlyMap<string, Morph.ts.Symbol>;
  readonly #owner: string;

  constructor(source: CodeFile, opened: Opened, call: Call, listening: Listening) {
    this.#source = source;
    this.#opened = opened;
    this.#call = call;
    this.#listening = listening;
    this.#style = opened.style;
    this.#names = opened.namesAt(call);
    this.#owner = `handler of ${call.getStart()}`;
  }

  edits(): readonly PlacedEdit[] | Refused {
    const local = ['process', ...(this.#isDeno ? ['Deno'] : [])].find((name) => this.#isOwn(name));
    if (local !== undefined) return { refused: `the name ${local} means something else here` };
    switch (this.#listening.signal.by) {
      case 'event':
        return this.#heard();
      case 'callback':
        return this.#calledBack() ?? this.#heard();
      case 'promise':
        return this.#calledBack() ?? this.#rejected();
      case 'thrown':
        return this.#thrown();
    }
  }

  get #isDeno(): boolean {
    return /^Deno\b/.test(this.#call.getText());
  }

  /** Does a name that everybody has mean something of the file's own? */
  #isOwn(name: string): boolean {
    const { Node } = morph();
    const declared = this.#names.get(name)?.declarations ?? [];
    return declared.some((declaration) => {
      const node = this.#opened.tree
        .getDescendantAtPos(declaration.getStart())
        ?.getFirstAncestor((ancestor) => Node.isStatement(ancestor));
      return !/['"](node:)?process['"]/.test(node?.getText() ?? '');
    });
  }

  // An `error` event

  #heard(): readonly PlacedEdit[] | Refused {
    const { emitter } = this.#listening.signal;
    const statement = statementOf(this.#call);
    const held = this.#heldBy(statement);
    if (emitter?.of === 'receiver' || (held === undefined && emitter?.member === undefined)) {
      const receiver = this.#receiver();
      const isServer = emitter?.of === 'receiver' || (receiver !== undefined && this.#isServer(receiver));
      if (receiver !== undefined && isServer) {
        const listened = this.#besides(statement, emitted(receiver.getText(), emitter?.member));
        if (listened !== undefined) return listened;
      }
      if (emitter?.of === 'receiver' && emitter.member !== undefined)
        return { refused: 'the server that the error comes from has no name here' };
    }
    if (held !== undefined) {
      const listened = this.#besides(statement, emitted(held, emitter?.member));
      if (listened !== undefined) return listened;
    }
    if (emitter?.member !== undefined && !this.#isStatement(this.#call))
      return { refused: 'the server that the error comes from has no name here' };
    return this.#named(statement) ?? this.#chained(emitter?.member);
  }

  /** The name that keeps the call's value, where the statement does nothing else. */
  #heldBy(statement: Morph.Node | undefined): string | undefined {
    const { Node } = morph();
    const parent = this.#call.getParent();
    if (Node.isVariableDeclaration(parent) && Node.isVariableStatement(statement)) {
      const single = statement.getDeclarations().length === 1 && parent.getInitializer() === this.#call;
      return single && Node.isIdentifier(parent.getNameNode()) ? parent.getName() : undefined;
    }
    if (Node.isBinaryExpression(parent) && parent.getOperatorToken().getText() === '=' && this.#isStatement(parent)) {
      const left = parent.getLeft().getText();
      return isName(left) && !/\?|^(module\.)?exports\b/.test(left) ? left : undefined;
    }
    return undefined;
  }

  #isStatement(node: Morph.Node): boolean {
    return morph().Node.isExpressionStatement(node.getParent());
  }

  /** What the method is called on. */
  #receiver(): Morph.Expression | undefined {
    const { Node } = morph();
    const callee = Node.isCallExpression(this.#call) ? this.#call.getExpression() : undefined;
    if (!Node.isPropertyAccessExpression(callee) || callee.hasQuestionDotToken()) return undefined;
    const receiver = callee.getExpression();
    return isName(receiver.getText()) && !receiver.getText().includes('?') ? receiver : undefined;
  }

  /** Is a name set to a server of Node's own somewhere in the file? Such a server emits its errors itself. */
  #isServer(receiver: Morph.Expression): boolean {
    const { Node } = morph();
    const name = receiver.getText();
    const last = name.slice(name.lastIndexOf('.') + 1);
    const makes = (made: Morph.Node | undefined) =>
      (Node.isCallExpression(made) && /(^|\.)create(Secure)?(Server|Socket)$/.test(made.getExpression().getText())) ||
      ((Node.isNewExpression(made) || Node.isCallExpression(made)) &&
        /^((https?|net|tls)|require\(['"](node:)?(https?|net|tls)['"]\))\.Server$/.test(
          made.getExpression().getText(),
        ));
    return this.#opened.tree.getDescendants().some((node) => {
      if (Node.isVariableDeclaration(node)) return node.getName() === name && makes(node.getInitializer());
      if (Node.isPropertyDeclaration(node))
        return name === `this.${last}` && node.getName() === last && makes(node.getInitializer());
      return Node.isBinaryExpression(node) && node.getLeft().getText() === name && makes(node.getRight());
    });
  }

  /** A statement of its own that listens for the error, below the one that listens for requests. */
  #besides(statement: Morph.Node | undefined, server: string): readonly PlacedEdit[] | undefined {
    const { Node } = morph();
    if (statement === undefined || !this.#isInBlock(statement)) return undefined;
    const isDone = Node.isExpressionStatement(statement) || Node.isVariableStatement(statement);
    const { text } = this.#source;
    if (!isDone) {
      // What is returned or passed on leaves the block, so the listener comes first.
      const receiver = this.#listening.signal.emitter?.of === 'receiver' || this.#receiver()?.getText() === server;
      const start = lineStart(text, statement.getStart());
      if (!receiver || !Node.isReturnStatement(statement) || functionAround(this.#call) !== functionAround(statement))
        return undefined;
      if (text.slice(start, statement.getStart()).trim() !== '') return undefined;
      const indent = indentAt(text, start);
      const lines = this.#listener(server, indent).map((line) => indent + line + this.#style.newline);
      return [this.#insertion(this.#aboveComments(statement.getStart()), lines.join(''), rank.moved)];
    }
    if (functionAround(this.#call) !== functionAround(statement)) return undefined;
    const place = this.#below(statement);
    if (place === undefined) return undefined;
    const gap = text.slice(statement.getStart(), statement.getEnd()).includes('\n') ? this.#style.newline : '';
    const indent = indentAt(text, statement.getStart());
    const lines = this.#listener(server, indent).map((line) => this.#style.newline + indent + line);
    return [this.#insertion(place, gap + lines.join(''), rank.handler)];
  }

  #listener(server: string, indent: string): string[] {
    const { quote, semicolons } = this.#style;
    const handler = this.#handler('event', indent);
    return [`${server}.on(${quote}error${quote}, ${handler.head}`, ...handler.body, `})${semicolons ? ';' : ''}`];
  }

  /** Gives the server a name where one more call would make the chain too long or too wide. */
  #named(statement: Morph.Node | undefined): readonly PlacedEdit[] | undefined {
    const { Node } = morph();
    if (this.#listening.signal.emitter?.member !== undefined) return undefined;
    if (statement === undefined || !this.#isStatement(this.#call)) return undefined;
    const { text } = this.#source;
    const first = lineStart(text, statement.getStart());
    const end = lineEnd(text, this.#call.getEnd());
    let calls = 0;
    for (let node: Morph.Node = this.#call; Node.isCallExpression(node) || Node.isPropertyAccessExpression(node); ) {
      if (Node.isCallExpression(node)) calls++;
      node = node.getExpression();
    }
    const callee = Node.isCallExpression(this.#call) ? this.#call.getExpression() : undefined;
    const isBroken = callee?.getText().includes('\n') === true;
    const added = `.on('error', ${functionHead(this.#style, this.#param('event').param)}`.length;
    const tail = lineStart(text, this.#call.getEnd());
    const tooWide = columnsOf(text.slice(tail, end)) + added > this.#style.width;
    const holdsFunction = this.#call
      .getArguments()
      .some((arg) => Node.isArrowFunction(arg) || Node.isFunctionExpression(arg));
    if (isBroken || (calls < 2 && !tooWide && !holdsFunction)) return undefined;
    const block = statement.getParent();
    if (!this.#isInBlock(statement) || Node.isCaseClause(block) || Node.isDefaultClause(block)) return undefined;
    const keyword = this.#style.arrows || this.#style.templates ? 'const ' : 'var ';
    const firstLine = columnsOf(text.slice(first, lineEnd(text, first)));
    if (!tooWide && firstLine + `${keyword}server = `.length > this.#style.width) return undefined;
    const name = ['server', 'httpServer', 'listener'].find((candidate) => this.#isFree(candidate));
    if (name === undefined) return undefined;
    const listened = this.#besides(statement, name);
    const declared = this.#insertion(this.#call.getStart(), `${keyword}${name} = `, rank.wrapper);
    return listened && [{ ...declared, declares: name }, ...listened];
  }

  /** Is a name used nowhere in the file? */
  #isFree(name: string): boolean {
    const { Node } = morph();
    return !this.#opened.tree
      .getDescendants()
      .some(
        (node) =>
          Node.isIdentifier(node) && node.getText() === name && !Node.isPropertyAccessExpression(node.getParent()),
      );
  }

  /** `.on('error', ...)` behind the call. */
  #chained(member: string | undefined): readonly PlacedEdit[] | Refused {
    const { quote } = this.#style;
    const method = `${member === undefined ? '' : `.${member}`}.on`;
    return this.#behind(this.#call, (indent) => {
      const handler = this.#handler('event', indent);
      return [`${method}(${quote}error${quote}, ${handler.head}`, ...handler.body, '})'];
    });
  }

  /** Puts a call behind an expression, on a line of its own where the chain is broken into lines. */
  #behind(node: Morph.Node, linesAt: (indent: string) => readonly string[]): readonly PlacedEdit[] | Refused {
    const { text } = this.#source;
    const dot = this.#brokenDot(node);
    const end = node.getEnd();
    if (dot !== undefined) {
      const indent = indentAt(text, dot);
      const lines = linesAt(indent).map((line) => this.#style.newline + indent + line);
      return [this.#insertion(end, lines.join(''), rank.handler)];
    }
    const indent = indentAt(text, end);
    const [first, ...rest] = linesAt(indent);
    if (this.#isInTemplate(node)) return { refused: 'the call stands in a template literal' };
    return [
      this.#insertion(end, [first, ...rest.map((line) => indent + line)].join(this.#style.newline), rank.handler),
    ];
  }

  /** Where the last call of a chain begins its own line. */
  #brokenDot(node: Morph.Node): number | undefined {
    const { Node } = morph();
    if (!Node.isCallExpression(node)) return undefined;
    const callee = node.getExpression();
    if (!Node.isPropertyAccessExpression(callee)) return undefined;
    const { text } = this.#source;
    const object = callee.getExpression().getEnd();
    const dot = callee.getNameNode().getStart();
    const between = text.slice(object, dot);
    if (!between.includes('\n')) return undefined;
    const at = object + between.search(/\??\./);
    return text.slice(lineStart(text, at), at).trim() === '' ? at : undefined;
  }

  // The argument of a callback

  /** @returns undefined where the call has no callback */
  #calledBack(): readonly PlacedEdit[] | Refused | undefined {
    const { Node } = morph();
    const args = this.#call.getArguments();
    const callback = args.at(-1);
    if (callback === undefined) return undefined;
    if (!Node.isArrowFunction(callback) && !Node.isFunctionExpression(callback)) {
      const isFunction = Node.isIdentifier(callback) && this.#isFunction(callback.getText());
      return isFunction ? this.#wrappedCallback(callback) : undefined;
    }
    const first = callback.getParameters()[0];
    if (first !== undefined && !Node.isIdentifier(first.getNameNode()))
      return { refused: "the callback takes the error's place for something else" };
    return this.#checked(callback, first);
  }

  #isFunction(name: string): boolean {
    const { Node } = morph();
    const declarations = this.#names.get(name)?.declarations ?? [];
    return declarations.some((declaration) => {
      const node = this.#opened.tree.getDescendantAtPos(declaration.getStart());
      const around = node?.getFirstAncestor(
        (ancestor) => Node.isFunctionDeclaration(ancestor) || Node.isVariableDeclaration(ancestor),
      );
      if (Node.isFunctionDeclaration(around)) return around.getStart() === declaration.getStart();
      const value = Node.isVariableDeclaration(around) ? around.getInitializer() : undefined;
      return Node.isArrowFunction(value) || Node.isFunctionExpression(value);
    });
  }

  /** `onListening` becomes a function that looks at the error and then calls it. */
  #wrappedCallback(callback: Morph.Node): readonly PlacedEdit[] | Refused {
    const { text } = this.#source;
    const { unit, semicolons } = this.#style;
    const indent = indentAt(text, callback.getStart());
    const handler = this.#handler('callback', indent);
    const lines = [
      handler.head,
      ...this.#guarded(handler.error, indent).map((line) => unit + line),
      `${unit}${callback.getText()}()${semicolons ? ';' : ''}`,
      '}',
    ];
    return [this.#replacement(callback.getStart(), callback.getEnd(), lines.join(this.#style.newline + indent))];
  }

  /** `if (error) { ... }`, without the indentation around it. */
  #guarded(error: string, indent: string, typed: HandlerShape['typed'] = 'known'): string[] {
    const { unit } = this.#style;
    const body = this.#body({ error, typed }, indent + unit + unit, false);
    return [`if (${error}) {`, ...body.map((line) => unit + line), '}'];
  }

  #checked(callback: Callback, first: Morph.ParameterDeclaration | undefined): readonly PlacedEdit[] | Refused {
    const { Node, SyntaxKind } = morph();
    const { text } = this.#source;
    const { unit, semicolons, newline } = this.#style;
    const { error, param } = this.#param('callback');
    let name = first?.getName() ?? error;
    const edits: PlacedEdit[] = [];
    if (first?.isRestParameter() || first?.hasInitializer())
      return { refused: "the callback takes the error's place for something else" };
    const bare = name.replace(/^_+/, '');
    if (first !== undefined && bare !== name && /^e(rr(or)?)?$/.test(bare) && this.#isFree(bare)) {
      // The underscore says that nobody uses it.
      const named = first.getNameNode();
      edits.push(this.#replacement(named.getStart(), named.getEnd(), bare));
      name = bare;
    }
    let typed: HandlerShape['typed'] = 'known';
    if (first === undefined) {
      const opening = callback.getFirstChildByKind(SyntaxKind.OpenParenToken);
      const closing = callback.getFirstChildByKind(SyntaxKind.CloseParenToken);
      if (opening === undefined || closing === undefined) return { refused: 'the callback is not understood' };
      if (text.slice(opening.getEnd(), closing.getStart()).trim() !== '')
        return { refused: 'the callback is not understood' };
      // Express's own types may know no parameter here; others give it a type that allows null.
      const isExpress = this.#listening.signal.by === 'callback';
      if (!isExpress && this.#style.language !== 'plain') typed = 'error';
      edits.push(this.#replacement(opening.getEnd(), closing.getStart(), isExpress ? param : error));
    } else if (this.#style.language === 'types' && !this.#listening.signal.uncoded) {
      const annotation = first.getTypeNode()?.getText() ?? '';
      typed = /ErrnoException|\bany\b/.test(annotation) ? 'known' : 'unknown';
    } else if (this.#style.language === 'checked' && !this.#listening.signal.uncoded) {
      typed = 'error';
    }
    const body = callback.getBody();
    const indent = indentAt(text, callback.getStart());
    const inner = indent + unit;
    const guarded = this.#guarded(name, indent, typed).map((line) => newline + inner + line);
    if (Node.isBlock(body)) {
      const statements = body.getStatements();
      const inside = text.slice(body.getStart() + 1, body.getEnd() - 1);
      const follows = statements[0];
      const at = body.getStart() + 1;
      if (inside.trim() === '') {
        edits.push(this.#replacement(at, body.getEnd() - 1, `${guarded.join('')}${newline}${indent}`));
      } else if (
        follows !== undefined &&
        !text.slice(at, follows.getFullStart() + 1).includes('\n') &&
        !/^[^\n]*\n/.test(text.slice(at, follows.getStart()))
      ) {
        // The whole function is one line.
        if (inside.includes('\n')) return { refused: 'the callback shares its first line' };
        const trimmed = inside.trim();
        edits.push(
          this.#replacement(
            at,
            body.getEnd() - 1,
            `${guarded.join('')}${newline}${inner}${trimmed}${newline}${indent}`,
          ),
        );
      } else {
        const own = follows === undefined ? inner : indentAt(text, follows.getStart());
        const lines = this.#guarded(name, own.slice(0, Math.max(0, own.length - unit.length)), typed);
        edits.push(
          this.#insertion(lineEnd(text, at), lines.map((line) => newline + own + line).join(''), rank.handler),
        );
      }
      return edits;
    }
    const holdsLines = text.slice(body.getStart(), body.getEnd()).includes('\n');
    const arrow = callback.getFirstChildByKind(SyntaxKind.EqualsGreaterThanToken);
    if (arrow === undefined) return { refused: 'the callback is not understood' };
    if (this.#hasComments(arrow.getEnd(), body.getStart()))
      return { refused: 'a comment stands before the body of the callback' };
    edits.push(
      this.#replacement(arrow.getEnd(), body.getStart(), ` {${guarded.join('')}${newline}${inner}`),
      this.#insertion(body.getEnd(), `${semicolons ? ';' : ''}${newline}${indent}}`, rank.handler),
    );
    const behind = text.slice(callback.getEnd(), this.#call.getEnd() - 1);
    // A comma and the line that a wide body needed, and a block does not.
    if (/^,?\s*$/.test(behind) && behind !== '' && this.#opensLastArgument(callback))
      edits.push(this.#replacement(callback.getEnd(), this.#call.getEnd() - 1, ''));
    if (holdsLines) {
      const bodyIndent = indentAt(text, body.getStart());
      const isOnOwnLine = text.slice(lineStart(text, body.getStart()), body.getStart()).trim() === '';
      if (!isOnOwnLine || bodyIndent !== inner) {
        if (isOnOwnLine) return { refused: 'the body of the callback is laid out in a way that is not understood' };
        edits.push(...this.#indented(nextLine(text, body.getStart()), body.getEnd()));
      }
    }
    return edits;
  }

  /** Does the last argument begin on the line on which the arguments begin? */
  #opensLastArgument(argument: Morph.Node): boolean {
    const first = this.#call.getArguments()[0] ?? argument;
    return !this.#source.text.slice(first.getStart() - 1, argument.getStart()).includes('\n');
  }

  #hasComments(start: number, end: number): boolean {
    return this.#source.text.slice(start, end).trim() !== '';
  }

  // A promise that is rejected

  #rejected(): readonly PlacedEdit[] | Refused {
    const { Node } = morph();
    const chain = this.#chainEnd();
    const awaited = Node.isAwaitExpression(chain.getParent()) ? chain.getParent() : undefined;
    const statement = statementOf(this.#call);
    if (awaited !== undefined && chain === this.#call && statement !== undefined && this.#isStatement(awaited)) {
      const wrapped = this.#wrapped(statement);
      return 'refused' in wrapped ? this.#caught(chain) : wrapped;
    }
    if (awaited === undefined && statement !== undefined && this.#isStatement(chain) && this.#canAwait()) {
      const before = this.#insertion(this.#call.getStart(), 'await ', rank.wrapper);
      if (chain === this.#call && this.#isTried(statement)) return [before];
      if (chain !== this.#call) return this.#caught(chain);
      const wrapped = this.#wrapped(statement);
      return 'refused' in wrapped ? this.#caught(chain) : [...wrapped, before];
    }
    return this.#caught(chain);
  }

  /** The end of `call.then(...).finally(...)`. */
  #chainEnd(): Morph.Node {
    const { Node } = morph();
    let node: Morph.Node = this.#call;
    for (;;) {
      const member = node.getParent();
      if (!Node.isPropertyAccessExpression(member) || member.getExpression() !== node) return node;
      const call = member.getParent();
      if (!Node.isCallExpression(call) || call.getExpression() !== member) return node;
      if (!/^(then|finally)$/.test(member.getName())) return node;
      node = call;
    }
  }

  #canAwait(): boolean {
    const { Node } = morph();
    const around = functionAround(this.#call);
    return (
      (Node.isFunctionDeclaration(around) ||
        Node.isFunctionExpression(around) ||
        Node.isArrowFunction(around) ||
        Node.isMethodDeclaration(around)) &&
      around.isAsync()
    );
  }

  /** Does a statement stand in the body of a try that catches, in its own function? */
  #isTried(statement: Morph.Node): boolean {
    const { Node } = morph();
    const block = statement.getParent();
    const around = block?.getParent();
    return Node.isTryStatement(around) && around.getTryBlock() === block && around.getCatchClause() !== undefined;
  }

  #caught(chain: Morph.Node): readonly PlacedEdit[] | Refused {
    return this.#behind(chain, (indent) => {
      const handler = this.#handler('promise', indent);
      return [`.catch(${handler.head}`, ...handler.body, '})'];
    });
  }

  // An exception

  #thrown(): readonly PlacedEdit[] | Refused {
    const { Node } = morph();
    const statement = statementOf(this.#call);
    if (statement === undefined) return { refused: 'the call stands in no statement' };
    if (functionAround(this.#call) !== functionAround(statement)) return { refused: 'the call is passed on' };
    if (Node.isVariableStatement(statement)) return this.#hoisted(statement);
    return this.#wrapped(statement);
  }

  /** `const server = Bun.serve()` is declared before the try, where others use it. */
  #hoisted(statement: Morph.VariableStatement): readonly PlacedEdit[] | Refused {
    const { Node } = morph();
    const [declaration, ...others] = statement.getDeclarations();
    const name = declaration?.getNameNode();
    if (declaration === undefined || others.length > 0 || !Node.isIdentifier(name))
      return { refused: 'the statement declares several names' };
    const uses = this.#opened.tree
      .getDescendants()
      .filter((node) => Node.isIdentifier(node) && node.getText() === name.getText() && node !== name);
    if (statement.isExported()) return { refused: 'the server is exported, and its declaration cannot go into a try' };
    if (uses.length === 0) return this.#wrapped(statement);
    const type = declaration.getTypeNode();
    const isClosedOver = uses.some((use) => functionAround(use) !== functionAround(statement));
    if (this.#style.language !== 'plain' && type === undefined && isClosedOver)
      return { refused: 'the type of the server would no longer be known' };
    const wrapped = this.#wrapped(statement, `let ${name.getText()}${type ? `: ${type.getText()}` : ''}`);
    if ('refused' in wrapped) return wrapped;
    return [
      ...wrapped,
      this.#replacement(statement.getStart(), name.getStart(), ''),
      ...(type ? [this.#replacement(name.getEnd(), type.getEnd(), '')] : []),
    ];
  }

  /** Puts a statement into a try. */
  #wrapped(statement: Morph.Node, declared?: string): readonly PlacedEdit[] | Refused {
    const { Node } = morph();
    const { text } = this.#source;
    const { unit, newline, semicolons } = this.#style;
    if (
      !Node.isExpressionStatement(statement) &&
      !Node.isVariableStatement(statement) &&
      !Node.isReturnStatement(statement)
    )
      return { refused: 'the statement cannot be put into a try' };
    if (!this.#isInBlock(statement)) return { refused: 'the statement is the whole body of another' };
    const end = this.#below(statement);
    const first = lineStart(text, statement.getStart());
    const indent = indentAt(text, first);
    if (end === undefined || text.slice(first, statement.getStart()).trim() !== '')
      return { refused: 'the statement shares its line with others' };
    const start = this.#withDirectives(first);
    const handler = this.#handler('promise', indent);
    const head = [...(declared === undefined ? [] : [`${declared}${semicolons ? ';' : ''}`]), 'try {'];
    const lines = [
      `} catch (${handler.error}) {`,
      ...this.#body({ error: handler.error, typed: 'unknown' }, indent + unit, false).map((line) => unit + line),
      '}',
    ];
    const indents = { file: this.#source.file, start, end };
    return [
      { ...this.#insertion(start, head.map((line) => indent + line + newline).join(''), rank.line), indents },
      ...this.#indented(start, end),
      this.#insertion(end, lines.map((line) => newline + indent + line).join(''), rank.handler),
    ];
  }

  /** One more level of indentation for the lines that start between two offsets, but for those inside of template literals. */
  #indented(start: number, end: number): PlacedEdit[] {
    const { text } = this.#source;
    const edits: PlacedEdit[] = [];
    for (let at = start; at < end; at = nextLine(text, at)) {
      const isEmpty = text.slice(at, lineEnd(text, at)).trim() === '';
      if (!isEmpty && !this.#isInsideTemplate(at)) edits.push(this.#insertion(at, this.#style.unit, rank.wrapper));
      if (nextLine(text, at) === text.length) break;
    }
    return edits;
  }

  #isInsideTemplate(at: number): boolean {
    const { Node } = morph();
    const node = this.#opened.tree.getDescendantAtPos(at);
    return (
      node !== undefined &&
      node.getStart() < at &&
      (Node.isNoSubstitutionTemplateLiteral(node) || /^Template(Head|Middle|Tail)$/.test(node.getKindName()))
    );
  }

  #isInTemplate(node: Morph.Node): boolean {
    const { Node } = morph();
    return (
      node.getFirstAncestor((ancestor) => Node.isTemplateExpression(ancestor) || Node.isJsxElement(ancestor)) !==
      undefined
    );
  }

  /** The start of the lines with the comments directly above that speak of the line below. */
  #withDirectives(start: number): number {
    const { text } = this.#source;
    let at = start;
    while (at > 0) {
      const above = lineStart(text, at - 1);
      if (!forNextLine.test(text.slice(above, at))) break;
      at = above;
    }
    return at;
  }

  /** The start of the lines with all comments directly above. */
  #aboveComments(start: number): number {
    const { text } = this.#source;
    let at = lineStart(text, start);
    while (at > 0) {
      const above = lineStart(text, at - 1);
      if (!/^[ \t]*\/\//.test(text.slice(above, at))) break;
      at = above;
    }
    return at;
  }

  /** Does a statement stand in a list of statements, so that others can stand beside it? */
  #isInBlock(statement: Morph.Node): boolean {
    const { Node } = morph();
    const parent = statement.getParent();
    return (
      Node.isBlock(parent) ||
      Node.isSourceFile(parent) ||
      Node.isCaseClause(parent) ||
      Node.isDefaultClause(parent) ||
      Node.isModuleBlock(parent)
    );
  }

  /** The end of a statement's last line, where nothing but a comment follows it. */
  #below(statement: Morph.Node): number | undefined {
    const { text } = this.#source;
    const start = lineStart(text, statement.getStart());
    if (text.slice(start, statement.getStart()).trim() !== '') return undefined;
    const end = lineEnd(text, statement.getEnd());
    return /^[ \t]*(\/\/.*|\/\*(?:(?!\*\/).)*\*\/[ \t]*)?$/.test(text.slice(statement.getEnd(), end)) ? end : undefined;
  }

  // Handlers

  /** The parameter for the error: a name that is free here, as the file calls its own. */
  #param(by: By): { readonly error: string; readonly param: string } {
    const error =
      [errorName(this.#opened.tree), 'error', 'err'].find((name) => !this.#names.has(name)) ?? 'listenError';
    if (this.#style.language !== 'types' || this.#listening.signal.uncoded) return { error, param: error };
    return { error, param: `${error}${by === 'callback' ? '?' : ''}: NodeJS.ErrnoException` };
  }

  /**
   * A function that is handed the error: its head, and its body with one level of indentation.
   * @param indent of the lines around it
   */
  #handler(by: By, indent: string): { readonly error: string; readonly head: string; readonly body: string[] } {
    const { error, param } = this.#param(by);
    const { unit, language } = this.#style;
    const typed = by === 'event' && language === 'checked' ? 'error' : 'known';
    const body = this.#body({ error, typed }, indent + unit, true).map((line) => unit + line);
    return { error, head: functionHead(this.#style, param), body };
  }

  /** @param inFunction the handler is a function of its own, and not part of the code around it */
  #body({ error, typed }: Handler, indent: string, inFunction: boolean): string[] {
    const shape: HandlerShape = {
      style: this.#style,
      address: { host: this.#shown('host', inFunction), port: this.#shown('port', inFunction) },
      speaker: this.#speaker(inFunction),
      error,
      typed,
      taken: (name) => this.#names.has(name) || this.#isDeclaredIn(name),
      coded: this.#listening.signal.uncoded ? undefined : this.#isDeno ? 'deno' : 'node',
    };
    return handlerLines(shape, columnsOf(indent));
  }

  /** Does a function among the arguments declare a name? */
  #isDeclaredIn(name: string): boolean {
    const { Node } = morph();
    return this.#call
      .getDescendants()
      .some(
        (node) => (Node.isVariableDeclaration(node) || Node.isParameterDeclaration(node)) && node.getName() === name,
      );
  }

  #shown(role: 'host' | 'port', inFunction: boolean): Named {
    const { code, value, at } = this.#listening[role];
    const literally: Named = value === undefined || !/^[\w.:%-]*$/.test(value) ? undefined : { text: value };
    if (code === undefined) return literally;
    const names = namesIn(code);
    if (names === undefined || code.length > 60 || code.includes('\n')) return literally;
    // It may hold the path of a socket: that is no port.
    if (role === 'port' && /path|sock|pipe/i.test(code)) return undefined;
    const { start, end } = this.#listening.signal.call;
    const isInCall = at.file === this.#source.file && start <= at.start && at.end <= end;
    if (names.has('this') && ((inFunction && !this.#style.arrows) || !isInCall)) return literally;
    if (isInCall) return { code };
    const there = at.file === this.#source.file ? this.#opened.tree.getDescendantAtPos(at.start) : undefined;
    if (there === undefined) return literally;
    const known = this.#opened.namesAt(there);
    return [...names].every((name) => known.get(name) === this.#names.get(name)) ? { code } : literally;
  }

  /** The file's own way to report: the framework's logger, one that the file uses, else the console. */
  #speaker(inFunction: boolean): Speaker {
    const own = this.#listening.signal.logger === 'fastify' ? this.#fastifyLog() : undefined;
    if (own !== undefined) return { call: `${own}.error`, takesError: true };
    const logger = loggersOf(this.#opened.tree).find(
      (name) =>
        (name.startsWith('this.') && (!inFunction || this.#style.arrows) && this.#isInClassOf(name)) ||
        this.#isKnownBefore(name),
    );
    return { call: `${logger ?? 'console'}.error` };
  }

  #isKnownBefore(name: string): boolean {
    const declared = this.#names.get(name)?.declarations?.[0];
    return declared !== undefined && declared.getStart() < this.#call.getStart();
  }

  /** Is the call in the class whose methods use this logger? */
  #isInClassOf(logger: string): boolean {
    const { Node } = morph();
    const around = this.#call.getFirstAncestor((node) => Node.isClassDeclaration(node) || Node.isClassExpression(node));
    return around?.getText().includes(`${logger}.`) === true;
  }

  /** `app.log`, where the application was made with a logger. */
  #fastifyLog(): string | undefined {
    const { Node } = morph();
    const name = this.#receiver()?.getText();
    if (name === undefined) return undefined;
    const made = this.#opened.tree
      .getDescendants()
      .find((node) => Node.isVariableDeclaration(node) && node.getName() === name);
    const call = Node.isVariableDeclaration(made) ? made.getInitializer() : undefined;
    const options = Node.isCallExpression(call) ? call.getArguments()[0] : undefined;
    if (!Node.isObjectLiteralExpression(options)) return undefined;
    const logs = options.getProperties().some((property) => {
      if (Node.isShorthandPropertyAssignment(property)) return /^logger(Instance)?$/.test(property.getName());
      return (
        Node.isPropertyAssignment(property) &&
        /^logger(Instance)?$/.test(property.getName()) &&
        property.getInitializer()?.getText() !== 'false'
      );
    });
    return logs ? `${name}.log` : undefined;
  }

  #insertion(at: number, text: string, order: number): PlacedEdit {
    return this.#replacement(at, at, text, order);
  }

  #replacement(start: number, end: number, text: string, order: number = rank.handler): PlacedEdit {
    return { span: { file: this.#source.file, start, end }, text, rank: order, owner: this.#owner };
  }
}

const emitted = (server: string, member: string | undefined) => (member === undefined ? server : `${server}.${member}`);

/** The names that an expression uses, where it can be evaluated a second time for nothing but its value. */
function namesIn(code: string): ReadonlySet<string> | undefined {
  const { ts } = morph();
  const { statements } = ts.createSourceFile('/code.ts', `(${code})`, ts.ScriptTarget.Latest);
  const only = statements[0];
  if (statements.length !== 1 || only === undefined || !ts.isExpressionStatement(only)) return undefined;
  const { BarBarToken, QuestionQuestionToken, PlusToken } = ts.SyntaxKind;
  const operators = new Set<Morph.ts.SyntaxKind>([BarBarToken, QuestionQuestionToken, PlusToken]);
  const names = new Set<string>();
  const isPure = (node: Morph.ts.Node): boolean => {
    if (ts.isIdentifier(node)) {
      names.add(node.text);
      return true;
    }
    if (node.kind === ts.SyntaxKind.ThisKeyword) {
      names.add('this');
      return true;
    }
    if (ts.isStringLiteral(node) || ts.isNumericLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return true;
    if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return true;
    if (ts.isObjectLiteralExpression(node))
      return node.properties.every((property) => ts.isPropertyAssignment(property) && isPure(property.initializer));
    if (ts.isPropertyAccessExpression(node)) return isPure(node.expression);
    if (ts.isElementAccessExpression(node)) return isPure(node.expression) && isPure(node.argumentExpression);
    if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node))
      return isPure(node.expression);
    if (ts.isPrefixUnaryExpression(node)) return node.operator === PlusToken && isPure(node.operand);
    if (ts.isBinaryExpression(node))
      return operators.has(node.operatorToken.kind) && isPure(node.left) && isPure(node.right);
    if (!ts.isCallExpression(node) || !node.arguments.every(isPure)) return false;
    const { expression } = node;
    if (ts.isIdentifier(expression)) return /^(Number|parseInt|String)$/.test(expression.text);
    return (
      ts.isPropertyAccessExpression(expression) &&
      /^get(OrThrow)?$/.test(expression.name.text) &&
      isPure(expression.expression)
    );
  };
  return isPure(only.expression) ? names : undefined;
}

/** Names of loggers that the file reports with, those it uses for errors first. */
const loggersOf = remembered((tree: Morph.SourceFile): readonly string[] => {
  const { Node } = morph();
  const uses = new Map<string, { errors: number; others: number }>();
  const tagged = new Set<string>();
  for (const node of tree.getDescendants()) {
    if (!Node.isCallExpression(node)) continue;
    const callee = node.getExpression();
    if (!Node.isPropertyAccessExpression(callee) || !/^(error|fatal|warn|info|log)$/.test(callee.getName())) continue;
    const name = callee.getExpression().getText();
    if (!/^(this\.)?[A-Za-z_$][\w$]*$/.test(name) || !/log(ger)?$/i.test(name)) continue;
    const [first, second] = node.getArguments();
    // `log.info('module', 'message')`: what comes first is no message.
    if (second !== undefined && Node.isStringLiteral(first) && !/\s|%/.test(first.getLiteralText())) tagged.add(name);
    const counted = uses.get(name) ?? { errors: 0, others: 0 };
    if (callee.getName() === 'error') counted.errors++;
    else if (callee.getName() !== 'log' || /logger$/i.test(name)) counted.others++;
    uses.set(name, counted);
  }
  return [...uses]
    .filter(([name, { errors, others }]) => errors + others > 0 && !tagged.has(name))
    .sort(([, a], [, b]) => b.errors - a.errors || b.others - a.others)
    .map(([name]) => name);
});

/** What the file calls the errors it gets. */
const errorName = remembered((tree: Morph.SourceFile): 'error' | 'err' => {
  const { Node } = morph();
  let balance = 0;
  for (const node of tree.getDescendants()) {
    const name = Node.isParameterDeclaration(node) || Node.isVariableDeclaration(node) ? node.getName() : undefined;
    if (name === 'err') balance++;
    if (name === 'error') balance--;
  }
  return balance > 0 ? 'err' : 'error';
});

// The file's own style

function styleOf(tree: Morph.SourceFile, text: string, file: string): CodeStyle {
  const { Node } = morph();
  const count = {
    single: 0,
    double: 0,
    ended: 0,
    open: 0,
    bare: 0,
    enclosed: 0,
    tight: 0,
    spaced: 0,
    close: 0,
    padded: 0,
  };
  let arrows = false;
  let templates = false;
  let modern = false;
  let functions = false;
  let imports = false;
  let commas = 0;
  const units = new Map<string, number>();
  for (const node of tree.getDescendants()) {
    const start = node.getStart();
    const last = text[node.getEnd() - 1];
    if (Node.isStringLiteral(node) && !Node.isJsxAttribute(node.getParent())) {
      if (last === "'") count.single++;
      else count.double++;
    } else if (Node.isNoSubstitutionTemplateLiteral(node) || Node.isTemplateExpression(node)) templates = true;
    if (
      Node.isExpressionStatement(node) ||
      Node.isVariableStatement(node) ||
      Node.isReturnStatement(node) ||
      Node.isImportDeclaration(node)
    ) {
      if (last === ';') count.ended++;
      else count.open++;
    }
    if (Node.isVariableStatement(node) && !node.getText().startsWith('var ')) modern = true;
    if (Node.isImportDeclaration(node)) imports = true;
    if (Node.isImportDeclaration(node) || Node.isClassDeclaration(node)) modern = true;
    if (Node.isArrowFunction(node)) {
      arrows = true;
      const [param, ...others] = node.getParameters();
      if (
        param !== undefined &&
        others.length === 0 &&
        Node.isIdentifier(param.getNameNode()) &&
        param.getText() === param.getName()
      ) {
        if (text[start] === '(' || text.startsWith('async (', start)) count.enclosed++;
        else count.bare++;
      }
    } else if (Node.isFunctionExpression(node)) {
      functions = true;
      if (node.getName() === undefined) {
        if (/^(async )?function ?\*? \(/.test(text.slice(start, start + 24))) count.spaced++;
        else count.tight++;
      }
    }
    if (
      (Node.isObjectLiteralExpression(node) || Node.isObjectBindingPattern(node) || Node.isNamedImports(node)) &&
      node.getEnd() - start > 2
    ) {
      if (text[start + 1] === ' ') count.padded++;
      else if (text[start + 1] !== '\n' && text[start + 1] !== '\r') count.close++;
    }
    if (Node.isObjectLiteralExpression(node) || Node.isArrayLiteralExpression(node) || Node.isCallExpression(node)) {
      const end = /(\S)\s*\n\s*[)\]}]$/.exec(text.slice(Math.max(start, node.getEnd() - 200), node.getEnd()));
      // A function that ends a call stands on the call's own last line.
      if (end !== null) commas += end[1] === ',' ? 1 : -1;
    }
    if (Node.isBlock(node) || Node.isObjectLiteralExpression(node)) {
      const inner = Node.isBlock(node) ? node.getStatements()[0] : node.getProperties()[0];
      const outer = indentAt(text, start);
      const own = inner && lineStart(text, inner.getStart()) > start ? indentAt(text, inner.getStart()) : '';
      if (own.length > outer.length && own.startsWith(outer)) {
        const unit = own.slice(outer.length);
        units.set(unit, (units.get(unit) ?? 0) + 1);
      }
    }
  }
  const [unit = '  '] = [...units].sort(([, a], [, b]) => b - a)[0] ?? [];
  let longest = 0;
  for (const line of text.split('\n'))
    if (!line.includes('`') && !line.includes('http')) longest = Math.max(longest, columnsOf(line.trimEnd()));
  const isTypeScript = /\.[cm]?tsx?$/.test(file);
  return {
    quote: count.double > count.single ? '"' : "'",
    semicolons: count.ended >= count.open,
    unit,
    newline: newlineOf(text),
    arrows: arrows || (!functions && modern),
    parentheses: count.enclosed >= count.bare,
    spaced: count.spaced >= count.tight,
    templates: templates || arrows || modern,
    braceSpaces: count.padded >= count.close,
    trailingCommas: commas > 0 || (commas === 0 && (isTypeScript || imports)),
    width: Math.min(Math.max(80, longest), 120),
    language: isTypeScript ? 'types' : /^\s*(\/\/|\/\*)\s*@ts-check/m.test(text.slice(0, 2000)) ? 'checked' : 'plain',
  };
}
