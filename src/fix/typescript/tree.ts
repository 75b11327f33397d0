import type { Span } from '../../facts.ts';
import { remembered } from '../../remembered.ts';
import type { CodeStyle } from '../javascript-code.ts';
import { indentAt, lineEnd, lineStart, nextLine } from '../lines.ts';
import type { Refused } from '../python.ts';
import { type Morph, morph } from './morph.ts';
import { styleOf } from './style.ts';

/** A file of JavaScript or TypeScript. */
export interface CodeFile {
  readonly file: string;
  readonly text: string;
}

export type Call = Morph.CallExpression | Morph.NewExpression;

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

export interface Opened {
  readonly checker: Morph.ts.TypeChecker;
  readonly tree: Morph.SourceFile;
  readonly style: CodeStyle;
  /** Names that mean something at a place. */
  namesAt(node: Morph.Node): ReadonlyMap<string, Morph.ts.Symbol>;
  isBroken(node: Morph.Node): boolean;
}

export const open = remembered(({ file, text }: CodeFile): Opened => {
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

/** All nodes of a tree, which every server of a file asks for. */
export const nodesOf = remembered((tree: Morph.SourceFile): readonly Morph.Node[] => tree.getDescendants());

/** The identifiers of a tree by name. */
const identifiersByName = remembered((tree: Morph.SourceFile) => {
  const { Node } = morph();
  const found = new Map<string, Morph.Identifier[]>();
  for (const node of nodesOf(tree)) {
    if (!Node.isIdentifier(node)) continue;
    const known = found.get(node.getText());
    if (known) known.push(node);
    else found.set(node.getText(), [node]);
  }
  return found;
});

/** The identifiers of this name, wherever they stand. */
export const identifiersOf = (tree: Morph.SourceFile, name: string): readonly Morph.Identifier[] =>
  identifiersByName(tree).get(name) ?? [];

/** The call that stands exactly there. */
export function callAt(tree: Morph.SourceFile, { start, end }: Span): Call | undefined {
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
export function statementOf(node: Morph.Node): Morph.Node | undefined {
  const { Node } = morph();
  return node.getFirstAncestor((ancestor) => Node.isStatement(ancestor) && !Node.isBlock(ancestor));
}

/** The innermost function around a node; undefined on the top of a module. */
export function functionAround(node: Morph.Node): Morph.Node | undefined {
  const { Node } = morph();
  return node.getFirstAncestor(
    (ancestor) =>
      Node.isFunctionLikeDeclaration(ancestor) ||
      Node.isFunctionExpression(ancestor) ||
      Node.isArrowFunction(ancestor) ||
      Node.isClassStaticBlockDeclaration(ancestor),
  );
}

/** Comments that speak of the line below them: it has to stay there. */
export const forNextLine =
  /^[ \t]*(\/\/|\/\*).*(bindlint-ignore(?!-)|eslint-disable-next-line|@ts-ignore|@ts-expect-error|biome-ignore|prettier-ignore|deno-lint-ignore|(istanbul|c8|v8) ignore)/;

/** The lines of a statement that has them for itself, and what goes with them when they are taken away. */
export function linesOf(
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

const awaitsOnTop = remembered((tree: Morph.SourceFile) =>
  nodesOf(tree).some((node) => morph().Node.isAwaitExpression(node) && functionAround(node) === undefined),
);

/** May a module wait outside of functions: one by its ending, or one that does so already. */
export function mayAwaitOnTop(tree: Morph.SourceFile, file: string): boolean {
  return /\.m[jt]s$/.test(file) || awaitsOnTop(tree);
}

/** The statement of one expression that stands exactly there. */
export function statementAt(tree: Morph.SourceFile, { start, end }: Span): Morph.Node | undefined {
  const { Node } = morph();
  let node: Morph.Node | undefined = tree.getDescendantAtPos(start);
  for (; node !== undefined && node.getStart() === start; node = node.getParent())
    if (Node.isExpressionStatement(node) && node.getEnd() === end) return node;
  return undefined;
}

/** The statement around a node that stands in the same block as another. */
export function siblingOf(statement: Morph.Node, node: Morph.Node): Morph.Node | undefined {
  const block = statement.getParent();
  for (let at: Morph.Node | undefined = node; at !== undefined; at = at.getParent())
    if (at.getParent() === block) return at;
  return undefined;
}

/** Does a call print or log? */
export function speaks(call: Morph.CallExpression): boolean {
  return /^(console|.*log(ger)?)\.\w+$/i.test(call.getExpression().getText());
}

/** The names that an expression uses, where it can be evaluated a second time for nothing but its value. */
export function namesIn(code: string): ReadonlySet<string> | undefined {
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
