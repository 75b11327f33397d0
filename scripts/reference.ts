import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const mark = '<!-- What follows is written by UPDATE=1 npm test test/api.test.ts. -->\n';
const modules = { bindlint: 'src/api.ts', 'bindlint/testing': 'src/testing/page-tests.ts' };

type Declaration = ts.FunctionDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/** The comment of a declaration as text, its tags as a list. */
function described(node: ts.Node): string[] {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = (part: ts.JSDoc | ts.JSDocTag) => (ts.getTextOfJSDocComment(part.comment) ?? '').trim();
  if (!comment) return [];
  const tags = (comment.tags ?? []).map((tag) => {
    const name = ts.isJSDocParameterTag(tag) ? `\`${tag.name.getText()}\`: ` : `${tag.tagName.text}: `;
    // A thrown class is read as a type of its own.
    const thrown = ts.isJSDocThrowsTag(tag) && tag.typeExpression ? `${tag.typeExpression.getText()} ` : '';
    return `- ${name}${thrown}${text(tag)}`;
  });
  return [text(comment), ...(tags.length > 0 ? [tags.join('\n')] : [])];
}

/** A declaration without its body. */
function signature(node: Declaration, source: ts.SourceFile): string {
  const text = node.getText(source);
  const body = ts.isFunctionDeclaration(node) ? node.body : undefined;
  const end = body ? body.getStart(source) - node.getStart(source) : text.length;
  return text
    .slice(0, end)
    .trimEnd()
    .replace(/^export (async )?/, '');
}

/** The reference in docs/api.md, made of the comments and signatures of what the package exports. */
export function reference(): string {
  return Object.entries(modules)
    .flatMap(([module, file]) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
      const exported = source.statements.filter(
        (node): node is Declaration =>
          (ts.isFunctionDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) &&
          node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true,
      );
      const functionsFirst = [
        ...exported.filter(ts.isFunctionDeclaration),
        ...exported.filter((node) => !ts.isFunctionDeclaration(node)),
      ];
      return [
        `## \`${module}\``,
        ...functionsFirst.flatMap((node) => [
          `### \`${node.name!.text}\``,
          ...described(node),
          `\`\`\`ts\n${signature(node, source)}\n\`\`\``,
        ]),
      ];
    })
    .join('\n\n');
}

/** docs/api.md with the reference as it should be. */
export function withReference(page: string): string {
  return `${page.slice(0, page.indexOf(mark) + mark.length)}\n${reference()}\n`;
}
