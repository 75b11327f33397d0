import type { Document, Node } from './document.ts';
import { guard } from './guard.ts';
import { SyntaxProblem } from './problem.ts';
import type { Template } from './template.ts';

export type Notation = Document['notation'];

/** What readers of a tree have to walk at most, shared nodes counted wherever they occur. */
const MAX_NODES = 200_000;
const MAX_DEPTH = 500;
/** Marks that the parsers of YAML and TOML spend kilobytes and many microseconds on, and how many of them a text may hold. */
const COSTLY_MARKS: Readonly<Partial<Record<Notation, RegExp>>> = {
  yaml: /[\n\r,:?[\]{}"'&*!|>]/g,
  toml: /[\n\r,.=[\]{}"']/g,
};
const MAX_COSTLY_MARKS = 250_000;

type Parse = (file: string, text: string) => readonly Document[];

/** Each parser is loaded when its notation is first met. */
const PARSERS: Readonly<Record<Notation, () => Promise<{ readonly parse: Parse }>>> = {
  yaml: () => import('./yaml.ts'),
  json: () => import('./json.ts'),
  toml: () => import('./toml.ts'),
  ini: () => import('./ini.ts'),
  env: () => import('./env.ts'),
  directives: () => import('./directives.ts'),
};

/**
 * Reads a settings file into trees, one for each document in it.
 * The trees are small and flat enough to be walked by plain recursion, whatever the text.
 * @param file path for the spans
 * @param text decoded text without BOM
 * @param notation what it is written in
 * @throws SyntaxProblem `unparsed` where it is not that notation, `limit` where reading it would cost too much
 */
export async function parseDocuments(file: string, text: string, notation: Notation): Promise<readonly Document[]> {
  const refusal = guard(text, notation);
  if (refusal !== undefined) throw new SyntaxProblem(refusal.message, refusal.offset, 'limit');
  refuseCostly(text, notation);
  const { parse } = await PARSERS[notation]();
  const documents = parseWithin(parse, file, text);
  assertWalkable(documents.map((document) => document.root));
  return documents;
}

/**
 * Reads a template of YAML as it stands, within the same bounds.
 * @throws SyntaxProblem where an action does not end, or where reading it would cost too much
 */
export async function parseTemplateDocuments(file: string, text: string): Promise<Template> {
  refuseCostly(text, 'yaml');
  const { parseTemplate } = await import('./template.ts');
  const template = parseTemplate(file, text);
  assertWalkable(template.documents.map((document) => document.root));
  return template;
}

/** A parser whose own recursion does not bear a text says so by a RangeError. */
function parseWithin(parse: Parse, file: string, text: string): readonly Document[] {
  try {
    return parse(file, text);
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxProblem('more than its parser can bear', 0, 'limit');
    throw error;
  }
}

function refuseCostly(text: string, notation: Notation): void {
  const marks = COSTLY_MARKS[notation];
  if (marks === undefined) return;
  let count = 0;
  for (const { index } of text.matchAll(marks)) {
    count += 1;
    if (count > MAX_COSTLY_MARKS) {
      throw new SyntaxProblem(`too large to be settings: more than ${MAX_COSTLY_MARKS} marks`, index, 'limit');
    }
  }
}

/** Shared nodes make a small text a huge tree: counts what a walk would meet, and stops early. */
function assertWalkable(roots: readonly Node[]): void {
  const open = roots.map((node) => ({ node, depth: 1 }));
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    count += 1;
    if (count > MAX_NODES) throw new SyntaxProblem(`holds more than ${MAX_NODES} values`, node.span.start, 'limit');
    if (depth > MAX_DEPTH) {
      throw new SyntaxProblem(`nested deeper than ${MAX_DEPTH} levels`, node.span.start, 'limit');
    }
    if (node.kind === 'map') for (const { value } of node.entries) open.push({ node: value, depth: depth + 1 });
    if (node.kind === 'list') for (const item of node.items) open.push({ node: item, depth: depth + 1 });
  }
}
