import { createScanner, type Node as JsonNode, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Comment } from './call.ts';
import type { Document, Entry, Node } from './document.ts';
import { SyntaxProblem } from './problem.ts';

/** The scanner's kinds for comments and the end; its enum is ambient and has no value at run time. */
const LINE_COMMENT = 12;
const BLOCK_COMMENT = 13;
const END = 17;

/**
 * Reads a JSON file; comments and trailing commas are accepted.
 * @param file path for the spans
 * @param text decoded text without BOM
 * @throws SyntaxProblem where it is no JSON
 */
export function parse(file: string, text: string): readonly Document[] {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const error = errors[0];
  if (error !== undefined) {
    const message = printParseErrorCode(error.error).replace(/(?!^)[A-Z]/g, (letter) => ` ${letter}`);
    throw new SyntaxProblem(message.toLowerCase(), error.offset);
  }
  if (tree === undefined) throw new SyntaxProblem('no value', 0);
  return [{ file, text, notation: 'json', root: nodeOf(tree, file, text), comments: commentsOf(file, text) }];
}

function nodeOf(node: JsonNode, file: string, text: string): Node {
  const span = spanOf(node, file);
  const children = node.children ?? [];
  if (node.type === 'object') {
    const entries = children.flatMap(({ children: pair }): Entry[] => {
      const [key, value] = pair ?? [];
      if (key === undefined || value === undefined) return [];
      return [{ key: key.value, keySpan: spanOf(key, file), value: nodeOf(value, file, text) }];
    });
    return { kind: 'map', entries, span };
  }
  if (node.type === 'array') return { kind: 'list', items: children.map((item) => nodeOf(item, file, text)), span };
  const quote = node.type === 'string' ? '"' : '';
  const written = text.slice(span.start + quote.length, span.end - quote.length);
  const opaque = quote !== '' && written.includes('\\');
  return { kind: 'scalar', value: node.value, text: written, span, quote, ...(opaque && { opaque }) };
}

function spanOf({ offset, length }: JsonNode, file: string) {
  return { file, start: offset, end: offset + length };
}

function commentsOf(file: string, text: string): readonly Comment[] {
  const comments: Comment[] = [];
  if (!text.includes('/')) return comments;
  const scanner = createScanner(text, false);
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    if (kind !== LINE_COMMENT && kind !== BLOCK_COMMENT) continue;
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    const inside = text.slice(start + 2, kind === BLOCK_COMMENT ? end - 2 : end);
    comments.push({ span: { file, start, end }, text: inside.trim() });
  }
  return comments;
}
