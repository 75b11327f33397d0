/** What a page of fixtures/ may expect of its inputs. */
export type ExpectationKind = 'findings' | 'facts' | 'diff' | 'diff --unsafe-fixes';

/** The lines between a fence and its end. */
export interface Block {
  /** Without the final newline; empty for an empty block. */
  readonly text: string;
  /** Index of the first line inside, and of the closing fence. */
  readonly start: number;
  readonly end: number;
}

/** Inputs and what is expected of them. */
export interface PageCase {
  readonly title: string;
  /** 1-based line of the first fence. */
  readonly line: number;
  readonly files: ReadonlyMap<string, string>;
  readonly settings?: string;
  readonly expected: ReadonlyMap<ExpectationKind, Block>;
  /** Index of the line after the last fence: where a missing expectation is written. */
  readonly after: number;
}

const expectationKinds: ReadonlySet<string> = new Set(['findings', 'facts', 'diff', 'diff --unsafe-fixes']);
const fileNames = /[./]|^(Dockerfile|Containerfile|Procfile|Makefile|Justfile|Caddyfile)$/;

/** The kind of expectation a fence's info string names. */
function expectationKind(info: string): ExpectationKind | undefined {
  return expectationKinds.has(info) ? (info as ExpectationKind) : undefined;
}

/**
 * Reads a page: prose, inputs (fences whose info string is a language and a file name) and expectations.
 * A heading of the second level, and an input after an expectation, begin a new case.
 * @throws Error on a fence without an end, a file given twice, or an expectation without inputs; the message names the line
 */
export function parsePage(text: string): PageCase[] {
  const lines = text.split('\n');
  const cases: PageCase[] = [];
  let heading = '';
  let part = 1;
  let files = new Map<string, string>();
  let expected = new Map<ExpectationKind, Block>();
  let settings: string | undefined;
  let line = 0;
  let after = 0;

  const close = () => {
    if (files.size > 0) {
      const title = (heading || 'the page') + (part > 1 ? ` (${part})` : '');
      cases.push({ title, line, files, expected, after, ...(settings === undefined ? {} : { settings }) });
      part++;
    } else if (expected.size > 0 || settings !== undefined) {
      throw new Error(`line ${line}: an expectation without an input`);
    }
    files = new Map();
    expected = new Map();
    settings = undefined;
    line = 0;
  };

  for (let index = 0; index < lines.length; index++) {
    const title = /^#{1,2} (.*)/.exec(lines[index]!);
    if (title) {
      close();
      heading = title[1]!.trim();
      part = 1;
      continue;
    }
    const fence = /^(`{3,}|~{3,})(.*)$/.exec(lines[index]!);
    if (!fence) continue;
    const end = lines.findIndex((candidate, at) => at > index && candidate.trimEnd() === fence[1]);
    if (end < 0) throw new Error(`line ${index + 1}: the fence has no end`);
    const info = fence[2]!.trim();
    const body = lines.slice(index + 1, end).join('\n');
    const input = /^\S+ (\S.*)$/.exec(info)?.[1];
    const kind = expectationKind(info);
    if (input !== undefined && fileNames.test(input)) {
      if (expected.size > 0) close();
      if (files.has(input)) throw new Error(`line ${index + 1}: ${input} is given twice`);
      files.set(input, body === '' ? '' : `${body}\n`);
    } else if (kind) {
      if (expected.has(kind)) throw new Error(`line ${index + 1}: a second ${kind} block for the same inputs`);
      expected.set(kind, { text: body, start: index + 1, end });
    } else if (info === 'settings') {
      settings = body;
    } else {
      index = end;
      continue;
    }
    line ||= index + 1;
    after = end + 1;
    index = end;
  }
  close();
  return cases;
}

/** A block to write into a page: in place of the lines from `start` to `end`. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** How to write an expectation of a case: into its block, or as a new one behind the case's last fence. */
export function expectation(pageCase: PageCase, kind: ExpectationKind, text: string): Replacement {
  const lines = text === '' ? [] : text.split('\n');
  const block = pageCase.expected.get(kind);
  if (block) return { start: block.start, end: block.end, lines };
  return { start: pageCase.after, end: pageCase.after, lines: ['', `\`\`\`${kind}`, ...lines, '```'] };
}

/** The page with blocks rewritten. Replacements at one place are written in the order given. */
export function rewritePage(text: string, replacements: readonly Replacement[]): string {
  const lines = text.split('\n');
  const ordered = replacements.map((replacement, order) => ({ ...replacement, order }));
  ordered.sort((a, b) => b.start - a.start || b.order - a.order);
  for (const { start, end, lines: written } of ordered) lines.splice(start, end - start, ...written);
  return lines.join('\n');
}
