import type { Span } from '../../facts.ts';
import { type CodeStyle, literal } from '../javascript-code.ts';
import { lineEnd, nextLine } from '../lines.ts';
import type { Refused } from '../python.ts';
import { applyEdits, inOrder, type PlacedEdit, rank } from '../text-edits.ts';
import { handleListenError, type Listening } from './listen-error.ts';
import { type Morph, morph } from './morph.ts';
import { styleAround } from './style.ts';
import {
  type CodeFile,
  callAt,
  functionAround,
  identifiersOf,
  linesOf,
  mayAwaitOnTop,
  namesIn,
  nodesOf,
  open,
  speaks,
  statementOf,
} from './tree.ts';

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
  const { newline, semicolons } = style;
  const { unit } = styleAround(style, statement);
  const end = semicolons ? ';' : '';
  const around = functionAround(call);
  const awaits =
    around === undefined
      ? mayAwaitOnTop(tree, file)
      : (Node.isFunctionDeclaration(around) ||
          Node.isFunctionExpression(around) ||
          Node.isArrowFunction(around) ||
          Node.isMethodDeclaration(around)) &&
        around.isAsync();
  const asked = `${freePort}(${code}${hostCode === '' ? '' : `, ${hostCode}`})`;
  const spare = /(?:\?\?|\|\|)\s*['"]?(\d+)['"]?\)*$/.exec(code)?.[1];
  const literally = /^\d+$/.test(code) ? code : (listening.port.value ?? spare);
  const saysPort = (start: number, end: number) =>
    saidAgain(tree, site, start, end).length > 0 ||
    (literally !== undefined && /^\d+$/.test(literally) && saidPorts(tree, literally, name, start, end).length > 0);
  let last: Morph.Node = statement;
  for (let next = last.getNextSibling(); !awaits && isSpoken(next); next = next.getNextSibling())
    if (saysPort(next.getStart(), next.getEnd())) last = next;
  if (!awaits && saysPort(last.getEnd(), parent.getEnd())) return { refused: 'a line further down says the port' };
  const lastLines = linesOf(source, last);
  if ('refused' in lastLines) return lastLines;
  const until = awaits ? parent.getEnd() : last.getEnd();
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
  for (const { start, end: stop } of saidAgain(tree, site, statement.getStart(), until))
    if (renamed.every(({ span }) => span.end <= start || span.start >= stop))
      renamed.push(edit(start, name, rank.port, stop));
  if (literally !== undefined && /^\d+$/.test(literally))
    for (const { start, end: stop, written } of saidPorts(tree, literally, name, statement.getStart(), until))
      renamed.push(edit(start, written, rank.port, stop));
  const { indent } = lines;
  const first: PlacedEdit[] = awaits
    ? [edit(lines.start, `${indent}const ${name} = await ${asked}${end}${newline}`, rank.line), ...renamed]
    : [
        edit(lines.start, `${indent}${asked}.then((${name}) => {${newline}`, rank.line),
        ...linesBetween(text, lines.start, lastLines.end).map((at) => edit(at, unit, rank.wrapper)),
        ...renamed,
        edit(lastLines.end, `${newline}${indent}})${end}`, rank.moved),
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
  return identifiersOf(tree, written).flatMap((node) => {
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

/** A statement that shows something, and no more. */
function isSpoken(node: Morph.Node | undefined): node is Morph.ExpressionStatement {
  const { Node } = morph();
  if (!Node.isExpressionStatement(node)) return false;
  const call = node.getExpression();
  return Node.isCallExpression(call) && speaks(call);
}

/** `${PORT}` and `${process.env.PORT ?? 3000}` in what is shown, beside a call that is given `Number(PORT)` or the same. */
function saidAgain(
  tree: Morph.SourceFile,
  site: Span,
  start: number,
  end: number,
): { readonly start: number; readonly end: number }[] {
  const { Node } = morph();
  const given = tree.getFullText().slice(site.start, site.end);
  const inner =
    /^(?:Number|parseInt|Number\.parseInt|String)\(\s*([^()]*?)(?:\s*,\s*10)?\s*\)$/.exec(given)?.[1] ?? given;
  const read = /^(.*?)\s*(?:\?\?|\|\|)/.exec(inner)?.[1] ?? inner;
  const meant = new Set([given, inner, read]);
  const found: { readonly start: number; readonly end: number }[] = [];
  const visit = (node: Morph.Node): void => {
    if (Node.isExpression(node) && meant.has(node.getText()) && !/^['"\d]/.test(node.getText()))
      found.push({ start: node.getStart(), end: node.getEnd() });
    else node.forEachChild(visit);
  };
  for (const node of nodesOf(tree)) {
    if (node.getStart() < start || node.getEnd() > end || !Node.isCallExpression(node) || !speaks(node)) continue;
    for (const argument of node.getArguments()) visit(argument);
  }
  return found;
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
  return nodesOf(tree).flatMap((node) => {
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
  return !identifiersOf(tree, name).some((node) => {
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
  return statement
    .getDeclarations()
    .flatMap((declaration) => identifiersOf(tree, declaration.getName()))
    .some((node) => node.getStart() < statement.getStart() || node.getEnd() > statement.getEnd());
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
