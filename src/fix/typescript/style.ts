import { remembered } from '../../remembered.ts';
import { type CodeStyle, columnsOf } from '../javascript-code.ts';
import { indentAt, lineStart, newlineOf } from '../lines.ts';
import { type Morph, morph } from './morph.ts';

/** Names of loggers that the file reports with, those it uses for errors first. */
export const loggersOf = remembered((tree: Morph.SourceFile): readonly string[] => {
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
export const errorName = remembered((tree: Morph.SourceFile): 'error' | 'err' => {
  const { Node } = morph();
  let balance = 0;
  for (const node of tree.getDescendants()) {
    const name = Node.isParameterDeclaration(node) || Node.isVariableDeclaration(node) ? node.getName() : undefined;
    if (name === 'err') balance++;
    if (name === 'error') balance--;
  }
  return balance > 0 ? 'err' : 'error';
});

/** How the file itself is written: quotes, semicolons, indentation and the like, by what it has most of. */
export function styleOf(tree: Morph.SourceFile, text: string, file: string): CodeStyle {
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

/** The style, with the indentation of the place itself where the file mixes tabs and spaces. */
export function styleAround(style: CodeStyle, node: Morph.Node): CodeStyle {
  const text = node.getSourceFile().getFullText();
  const own = indentAt(text, node.getStart());
  const isMixed = own !== '' && !own.includes(style.unit[0]!);
  if (!isMixed) return style;
  for (const ancestor of node.getAncestors()) {
    const outer = indentAt(text, ancestor.getStart());
    if (outer.length < own.length && own.startsWith(outer)) return { ...style, unit: own.slice(outer.length) };
  }
  return style;
}
