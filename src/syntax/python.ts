import { type NodeType, type PartialParse, type SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import type { Span } from '../facts.ts';
import type {
  Argument,
  CallExpr,
  ClassShape,
  Comment,
  Expr,
  FunctionShape,
  Handler,
  ImportedName,
  ObjectEntry,
  Param,
  Pattern,
  Program,
  Statement,
  StringExpr,
} from './call.ts';
import { decodeString, literalShape, numberValue } from './python-literal.ts';
import { prepare } from './python-source.ts';

/** How deeply calls of the reader may nest, a little more than the guard lets through; what lies deeper is `other`. */
const MAX_NESTING = 520;
/** How deep the expression tree may become, chains such as `a + b + ...` included. */
const MAX_DEPTH = 1000;
/** `elif` branches after which the rest becomes one switch, so that the tree stays flat. */
const MAX_ELIF = 300;
/** Steps of the parser, about one a token: 5 MB of ordinary code take as many. */
const MAX_STEPS = 1_000_000;
/** What a step costs while the parser recovers from an error. */
const RECOVERY_STEPS = 50;
/** The parser gives up a chain such as `a + b + ...` after some 500 links unless it is told to go on. */
const LINKS_PER_EXTENSION = 200;
const MAX_EXTENSIONS = 5;

// A list of statements grows without getting deeper. The parser counts rules without a name as links of a chain all the same, and
// would break the list off after a thousand; what is anonymous it does not count.
const { maxTerm, nodeSet } = parser as typeof parser & { readonly maxTerm: number };
const nodeTypes = nodeSet.types as NodeType[];
const anonymous = nodeTypes.find((type) => type.isAnonymous)!;
while (nodeTypes.length <= maxTerm) nodeTypes.push(anonymous);

/**
 * Reads a Python file. Never throws: what is not understood is in `errors`, and the rest is read all the same.
 *
 * `import a.b` gives the module `a.b` under the local name `a`; with `as d` under `d`. A statement that imports several
 * modules gives one import each, all with the statement's span. The test of `while` is the loop's `over`, without a
 * target; `else` after a loop is a block of its own. A name bound by a comprehension or a `case` is an assignment of
 * an unknown value; a starred target and those after it are keys `*`. Literal pieces of f-strings have the quote ``
 * where their text is their value.
 * A chain of more than about 1,000 operators, or 500 calls, is an error and is read in pieces; what lies beyond about
 * a million tokens is an error, and not read.
 * @param file the path that spans carry
 * @param text decoded text without BOM; `guard` has passed it
 */
export function parsePython(file: string, text: string): Program {
  try {
    return new Reader(file, text).program();
  } catch (error) {
    // Chains of many thousand links exhaust the stack, and the parser's own tree of them has nodes without a type.
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    const errors = [{ file, start: 0, end: text.length }];
    return { file, text, language: 'python', body: [], comments: [], errors, unread: 0 };
  }
}

type Block = { readonly body: readonly Statement[]; readonly end: number };

class Reader {
  readonly #file: string;
  readonly #text: string;
  #nesting = 0;
  /** Where the first statement starts that is indented differently from its block. */
  #misindented: number | undefined;
  #depth = 0;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  program(): Program {
    const prepared = prepare(this.#text);
    const { tree, end } = parseBounded(prepared.text);
    const comments: Comment[] = prepared.comments.map(([start, end]) => this.#comment(start, end));
    const errors: Span[] = [];
    tree.iterate({
      enter: (node) => {
        if (node.name === 'Comment') comments.push(this.#comment(node.from, node.to));
        // A statement of Python 2, which the parser still knows.
        else if (node.name === 'PrintStatement' || (node.type.isError && !isEmptyPattern(node.node)))
          errors.push(this.#of(node.node));
      },
    });
    if (end < this.#text.length) errors.push(this.#span(end, this.#text.length));
    if (prepared.comments.length > 0) comments.sort((a, b) => a.span.start - b.span.start);
    const body = this.#statements(tree.topNode, 0).body;
    const unread = end < this.#text.length && { unread: end };
    // Past an error the parser may have lost the blocks.
    const misindented = this.#misindented !== undefined && errors.length === 0 && { misindented: this.#misindented };
    return {
      file: this.#file,
      text: this.#text,
      language: 'python',
      body,
      comments,
      errors,
      ...unread,
      ...misindented,
    };
  }

  #span(start: number, end: number): Span {
    return { file: this.#file, start, end };
  }

  #of(node: SyntaxNode): Span {
    return this.#span(node.from, this.#trimmed(node.from, node.to));
  }

  #slice(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to);
  }

  #comment(start: number, from: number): Comment {
    const end = this.#trimmed(start, from);
    return { span: this.#span(start, end), text: this.#text.slice(start, end).replace(/^#+/, '').trim() };
  }

  /** The end of the last token: error nodes and bodies drag white space along. */
  #trimmed(start: number, end: number): number {
    let at = end;
    while (at > start && isSpace(this.#text.charCodeAt(at - 1))) at--;
    return at;
  }

  // Statements

  /** Where a statement starts that is the first of its line; undefined where something else stands before it. */
  #columnOf(start: number): number | undefined {
    let at = start;
    while (at > 0 && (this.#text[at - 1] === ' ' || this.#text[at - 1] === '\t')) at--;
    const before = this.#text[at - 1];
    if (before !== undefined && before !== '\n' && before !== '\r') return undefined;
    if (/\\\r?$/.test(this.#text.slice(Math.max(0, at - 3), Math.max(0, at - 1)))) return undefined;
    let column = 0;
    for (; at < start; at++) column = this.#text[at] === '\t' ? column - (column % 8) + 8 : column + 1;
    return column;
  }

  /** @param column where the statements of the block start, where that is known before the first of them */
  #statements(parent: SyntaxNode, column?: number): Block {
    const body: Statement[] = [];
    let indented = column;
    let end = parent.from;
    if (this.#nesting >= MAX_NESTING) return { body, end: this.#trimmed(parent.from, parent.to) };
    this.#nesting++;
    for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
      if (node.name === 'Comment') continue;
      const at = node.type.isError ? undefined : this.#columnOf(node.from);
      indented ??= at;
      if (at !== undefined && at !== indented) this.#misindented ??= node.from;
      if (node.name === 'StatementGroup') {
        for (let part = node.firstChild; part !== null; part = part.nextSibling) {
          if (part.name !== 'Comment') end = this.#statement(part, body, end);
        }
      } else end = this.#statement(node, body, end);
    }
    this.#nesting--;
    return { body, end };
  }

  /** Adds a statement to `into`; the end of the last token read so far. */
  #statement(node: SyntaxNode, into: Statement[], end: number): number {
    if (node.name === ':' || node.name === ';') return node.to;
    const before = into.length;
    this.#convert(node, into);
    return into.length > before ? Math.max(end, into.at(-1)!.span.end) : end;
  }

  #convert(node: SyntaxNode, into: Statement[]): void {
    const span = this.#of(node);
    switch (node.name) {
      case 'ExpressionStatement': {
        const value = this.#list(children(node), span);
        if (value !== undefined) into.push({ kind: 'expression', value, span });
        return;
      }
      case 'YieldStatement':
        into.push({ kind: 'expression', value: this.#other(node), span });
        return;
      case 'AssignStatement':
        into.push(this.#assign(node, span));
        return;
      case 'UpdateStatement': {
        const parts = children(node);
        const operator = parts.findIndex((part) => part.name === 'UpdateOp');
        const target = this.#patternList(parts.slice(0, operator));
        into.push({
          kind: 'assign',
          targets: target === undefined ? [] : [target],
          value: this.#list(parts.slice(operator + 1), span) ?? this.#nothing(span.end),
          updates: true,
          span,
        });
        return;
      }
      case 'ReturnStatement':
        into.push({ kind: 'return', value: this.#list(children(node).slice(1), span), span });
        return;
      case 'RaiseStatement': {
        const value = children(node).find(isExpression);
        into.push({ kind: 'raise', value: value && this.#expression(value), span });
        return;
      }
      case 'ImportStatement':
        this.#import(node, span, into);
        return;
      case 'IfStatement':
        into.push(this.#if(node));
        return;
      case 'WhileStatement':
      case 'ForStatement':
        this.#loop(node, into);
        return;
      case 'TryStatement':
        into.push(this.#try(node));
        return;
      case 'WithStatement':
        into.push(this.#with(node));
        return;
      case 'FunctionDefinition':
      case 'ClassDefinition':
        into.push(this.#definition(node, node.from, []));
        return;
      case 'DecoratedStatement': {
        const decorators: Expr[] = [];
        for (const part of children(node)) {
          if (part.name === 'Decorator') {
            const decorator = this.#decorator(part);
            if (decorator !== undefined) decorators.push(decorator);
          } else if (part.name === 'FunctionDefinition' || part.name === 'ClassDefinition') {
            into.push(this.#definition(part, node.from, decorators));
            return;
          }
        }
        into.push({ kind: 'other', parts: decorators, span });
        return;
      }
      case 'MatchStatement':
        into.push(this.#match(node));
        return;
      default: {
        const other = this.#other(node);
        if (!node.type.isError || (other.kind === 'other' && other.parts.length > 0)) {
          into.push({ kind: 'other', parts: other.kind === 'other' ? other.parts : [other], span });
        }
      }
    }
  }

  #assign(node: SyntaxNode, span: Span): Statement {
    const groups: SyntaxNode[][] = [[]];
    let annotation: Expr | undefined;
    for (const part of children(node)) {
      if (part.name === 'AssignOp') groups.push([]);
      else if (part.name === 'TypeDef') annotation = this.#annotation(part);
      else groups.at(-1)!.push(part);
    }
    const written = groups.length > 1 ? groups.pop()! : undefined;
    const targets = groups.map((group) => this.#patternList(group)).filter((target) => target !== undefined);
    const value = written && (this.#list(written, span) ?? this.#nothing(span.end));
    return { kind: 'assign', targets, value, ...(annotation && { annotation }), span };
  }

  #annotation(node: SyntaxNode): Expr | undefined {
    const written = children(node).find(isExpression);
    return written && this.#expression(written);
  }

  #import(node: SyntaxNode, span: Span, into: Statement[]): void {
    const parts = children(node);
    const keyword = parts.findIndex((part) => part.name === 'import');
    if (parts[0]?.name === 'from') {
      if (keyword < 0) {
        into.push({ kind: 'other', parts: [], span });
        return;
      }
      const module = compact(this.#text.slice(parts[0].to, parts[keyword]!.from));
      const names: ImportedName[] = [];
      for (const name of importedNames(parts.slice(keyword + 1))) {
        const imported = name.path.map((part) => this.#slice(part)).join('');
        names.push({ name: imported, local: name.alias === undefined ? imported : this.#slice(name.alias) });
      }
      into.push({ kind: 'import', module, names, span });
      return;
    }
    const modules = importedNames(parts.slice(keyword + 1));
    if (modules.length === 0) into.push({ kind: 'other', parts: [], span });
    for (const { path, alias } of modules) {
      const module = path.map((part) => this.#slice(part)).join('');
      const local = alias === undefined ? module.split('.')[0]! : this.#slice(alias);
      into.push({ kind: 'import', module, names: [{ name: '*', local }], span });
    }
  }

  #if(node: SyntaxNode): Statement {
    const branches: { start: number; test: Expr; body: Block }[] = [];
    let start = node.from;
    let test: Expr | undefined;
    let otherwise: Block | undefined;
    let isElse = false;
    for (const part of children(node)) {
      if (part.name === 'if' || part.name === 'elif') {
        start = part.from;
        test = undefined;
        isElse = false;
      } else if (part.name === 'else') isElse = true;
      else if (part.name === 'Body') {
        const body = this.#statements(part);
        if (isElse) otherwise = body;
        else branches.push({ start, test: test ?? this.#nothing(part.from), body });
      } else if (isExpression(part)) test = this.#expression(part);
    }
    if (branches.length === 0) branches.push({ start, test: test ?? this.#nothing(node.to), body: this.#empty(node) });
    const end = otherwise?.end ?? branches.at(-1)!.body.end;
    let alternative = otherwise?.body ?? [];
    if (branches.length > MAX_ELIF) {
      const rest = branches.splice(MAX_ELIF);
      const span = this.#span(rest[0]!.start, end);
      const value: Expr = { kind: 'other', parts: rest.map((branch) => branch.test), span };
      alternative = [
        { kind: 'switch', value, branches: [...rest.map((branch) => branch.body.body), alternative], span },
      ];
    }
    for (const branch of branches.reverse()) {
      const { start, test, body } = branch;
      alternative = [{ kind: 'if', test, consequent: body.body, alternative, span: this.#span(start, end) }];
    }
    return alternative[0]!;
  }

  #empty(node: SyntaxNode): Block {
    return { body: [], end: this.#trimmed(node.from, node.to) };
  }

  #loop(node: SyntaxNode, into: Statement[]): void {
    const parts = children(node);
    const inside = parts.findIndex((part) => part.name === 'in');
    const bodies = parts.filter((part) => part.name === 'Body');
    const head = parts.filter((part) => part.to <= (bodies[0]?.from ?? node.to));
    const target = inside < 0 ? undefined : this.#patternList(head.slice(0, inside));
    const span = this.#of(node);
    const over = this.#list(head.slice(inside < 0 ? 1 : inside + 1), span);
    const body = bodies[0] ? this.#statements(bodies[0]) : this.#empty(node);
    into.push({
      kind: 'loop',
      ...(target && { target }),
      ...(over && { over }),
      body: body.body,
      span: this.#span(node.from, body.end),
    });
    const otherwise = parts.find((part) => part.name === 'else');
    if (otherwise && bodies[1]) {
      const block = this.#statements(bodies[1]);
      into.push({ kind: 'other', parts: [], body: block.body, span: this.#span(otherwise.from, block.end) });
    }
  }

  #try(node: SyntaxNode): Statement {
    let body: readonly Statement[] = [];
    let otherwise: readonly Statement[] = [];
    let finalizer: readonly Statement[] = [];
    const handlers: Handler[] = [];
    let end = this.#trimmed(node.from, node.to);
    let clause = 'try';
    let head: SyntaxNode[] = [];
    let start = node.from;
    for (const part of children(node)) {
      if (part.name === 'try' || part.name === 'except' || part.name === 'else' || part.name === 'finally') {
        clause = part.name;
        head = [];
        start = part.from;
      } else if (part.name === 'Body') {
        const block = this.#statements(part);
        end = block.end;
        if (clause === 'try') body = block.body;
        else if (clause === 'else') otherwise = block.body;
        else if (clause === 'finally') finalizer = block.body;
        else handlers.push(this.#handler(head, block, this.#span(start, end)));
      } else head.push(part);
    }
    return { kind: 'try', body, handlers, otherwise, finalizer, span: this.#span(node.from, end) };
  }

  #handler(head: readonly SyntaxNode[], block: Block, span: Span): Handler {
    const written = head.filter(isExpression);
    const as = head.some((part) => part.name === 'as');
    const types: Expr[] = [];
    let name: string | undefined;
    const [first, second] = written;
    if (first !== undefined) {
      const type = this.#expression(first);
      if (type.kind === 'array') types.push(...type.items);
      else types.push(type);
    }
    if (second?.name === 'VariableName') {
      const text = this.#slice(second);
      // `except A, e` of Python 2 names the exception; `except A, B` of Python 3.14 lists two.
      if (as || text === text.toLowerCase()) name = text;
      else types.push(this.#expression(second));
    }
    return { types, ...(name !== undefined && { name }), body: block.body, span };
  }

  #with(node: SyntaxNode): Statement {
    const items: { value: Expr; target?: Pattern }[] = [];
    let block = this.#empty(node);
    let as = false;
    for (const part of children(node)) {
      if (part.name === 'as') as = true;
      else if (part.name === ',') as = false;
      else if (part.name === 'Body') block = this.#statements(part);
      else if (isExpression(part)) {
        const last = items.at(-1);
        if (as && last !== undefined) last.target = this.#pattern(part);
        else items.push({ value: this.#expression(part) });
      }
    }
    return { kind: 'with', items, body: block.body, span: this.#span(node.from, block.end) };
  }

  #match(node: SyntaxNode): Statement {
    const parts = children(node);
    const subject = parts.filter((part) => part.name !== 'MatchBody').slice(1);
    const branches: (readonly Statement[])[] = [];
    let end = this.#trimmed(node.from, node.to);
    const body = parts.find((part) => part.name === 'MatchBody');
    for (const clause of body === undefined ? [] : children(body)) {
      if (clause.name !== 'MatchClause') continue;
      const branch: Statement[] = [];
      let guard: Expr | undefined;
      for (const part of children(clause)) {
        if (part.name === 'Guard') guard = this.#annotation(part);
        else if (part.name === 'Body') {
          const block = this.#statements(part);
          end = block.end;
          if (guard === undefined) branch.push(...block.body);
          else {
            const span = this.#span(guard.span.start, end);
            branch.push({ kind: 'if', test: guard, consequent: block.body, alternative: [], span });
          }
        } else {
          const targets = this.#captures(part);
          const span = this.#of(part);
          if (targets.length > 0) {
            branch.push({ kind: 'assign', targets, value: { kind: 'other', parts: [], span }, span });
          }
        }
      }
      branches.push(branch);
    }
    const span = this.#span(node.from, end);
    const value = this.#list(subject, span) ?? this.#nothing(node.from);
    return { kind: 'switch', value, branches, span };
  }

  #captures(pattern: SyntaxNode): Pattern[] {
    const found: Pattern[] = [];
    pattern.cursor().iterate((node) => {
      if (node.name === 'AttributePattern' || node.name === 'LiteralPattern') return false;
      if (node.name === 'CapturePattern' && this.#text.slice(node.from, node.to) !== '_') {
        found.push(this.#name(node.from, node.to));
      } else if (node.name === 'AsPattern') {
        const name = node.node.lastChild;
        if (name?.name === 'VariableName') found.push(this.#name(name.from, name.to));
      }
      return undefined;
    });
    return found;
  }

  #definition(node: SyntaxNode, start: number, decorators: readonly Expr[]): Statement {
    const parts = children(node);
    const body = parts.find((part) => part.name === 'Body');
    const block = body ? this.#statements(body) : this.#empty(node);
    const named = parts.find((part) => part.name === 'VariableName');
    const keyword = parts.find((part) => part.name === 'def' || part.name === 'class') ?? node;
    const shared = {
      name: named && this.#slice(named),
      nameSpan: named ? this.#of(named) : this.#span(keyword.to, keyword.to),
      body: block.body,
      decorators,
      span: this.#span(node.from, block.end),
    };
    const span = this.#span(start, block.end);
    if (node.name === 'ClassDefinition') {
      const list = parts.find((part) => part.name === 'ArgList');
      const bases = list ? this.#arguments(list).filter((argument) => argument.name === undefined) : [];
      const shape: ClassShape = { ...shared, bases: bases.map((base) => base.value) };
      return { kind: 'class', class: shape, span };
    }
    const list = parts.find((part) => part.name === 'ParamList');
    const async = parts[0]?.name === 'async';
    const shape: FunctionShape = { ...shared, params: list ? this.#params(list) : [], async };
    return { kind: 'function', function: shape, span };
  }

  #params(list: SyntaxNode): Param[] {
    type Draft = { -readonly [K in keyof Param]: Param[K] };
    const params: Draft[] = [];
    let current: Draft | undefined;
    let star: SyntaxNode | undefined;
    let keywordOnly = false;
    let valueNext = false;
    let previous = list.from;
    for (const part of children(list, true)) {
      if (part.name === ',' || part.name === ')') {
        if (current === undefined && /^\s*\/\s*$/.test(this.#text.slice(previous, part.from))) {
          for (const param of params) param.only = 'position';
        }
        if (star?.name === '*') keywordOnly = true;
        current = undefined;
        star = undefined;
        valueNext = false;
      } else if (part.name === '*' || part.name === '**') star = part;
      else if (part.name === 'AssignOp') valueNext = true;
      else if (part.name === 'TypeDef' && current !== undefined) {
        const annotation = this.#annotation(part);
        if (annotation !== undefined) current.annotation = annotation;
        current.span = this.#span(current.span.start, part.to);
      } else if (current !== undefined && valueNext && isExpression(part)) {
        current.default = this.#expression(part);
        current.span = this.#span(current.span.start, part.to);
        valueNext = false;
      } else if (part.name === 'VariableName' && current === undefined) {
        const kind = star === undefined ? 'normal' : star.name === '*' ? 'list' : 'map';
        current = { name: this.#slice(part), kind, span: this.#span(star?.from ?? part.from, part.to) };
        if (keywordOnly && kind === 'normal') current.only = 'keyword';
        params.push(current);
      }
      previous = part.to;
    }
    return params;
  }

  /** The parser leaves a decorator's name, dots and arguments flat. */
  #decorator(node: SyntaxNode): Expr | undefined {
    let value: Expr | undefined;
    for (const part of children(node)) {
      if (part.name === 'VariableName' || part.name === 'PropertyName') {
        const name = this.#slice(part);
        value =
          value === undefined
            ? { kind: 'name', name, span: this.#of(part) }
            : {
                kind: 'member',
                object: value,
                name,
                nameSpan: this.#of(part),
                span: this.#span(value.span.start, part.to),
              };
      } else if (part.name === 'ArgList' && value !== undefined) value = this.#call(value, part, value.span.start);
    }
    return value;
  }

  // Targets

  #name(from: number, to: number): Pattern {
    return { kind: 'name', name: this.#text.slice(from, to), span: this.#span(from, to) };
  }

  /** Targets separated by commas: one pattern, or a list of them. */
  #patternList(nodes: readonly SyntaxNode[]): Pattern | undefined {
    const targets: Pattern[] = [];
    let starred = false;
    let commas = false;
    let start: number | undefined;
    let end = 0;
    for (const node of nodes.flatMap(unwrapError)) {
      if (node.name === ',') commas = true;
      else if (node.name === '*') {
        starred = true;
        start ??= node.from;
        continue;
      } else if (isExpression(node)) {
        const target = this.#pattern(node);
        const key = { kind: 'keys', entries: [{ key: '*', target }], span: target.span } as const;
        targets.push(starred ? key : target);
      } else continue;
      start ??= node.from;
      end = node.to;
    }
    if (start === undefined || targets.length === 0) return undefined;
    if (targets.length === 1 && !commas && !starred) return targets[0];
    return { kind: 'list', items: targets, span: this.#span(start, end) };
  }

  #pattern(node: SyntaxNode): Pattern {
    switch (node.name) {
      case 'VariableName':
        if (/^[^\s.,*()[\]]+$/.test(this.#slice(node))) return this.#name(node.from, node.to);
        return this.#coveredTarget(node);
      case 'TupleExpression':
      case 'ArrayExpression': {
        if (this.#nesting >= MAX_NESTING) return { kind: 'other', span: this.#of(node) };
        this.#nesting++;
        const inner = this.#patternList(children(node));
        this.#nesting--;
        const items = inner === undefined ? [] : inner.kind === 'list' ? inner.items : [inner];
        return { kind: 'list', items, span: this.#of(node) };
      }
      case 'ParenthesizedExpression': {
        const inner = innermost(node);
        return inner === undefined ? { kind: 'other', span: this.#of(node) } : this.#pattern(inner);
      }
      default: {
        const value = this.#expression(node);
        if (value.kind === 'member' || value.kind === 'index') return value;
        return { kind: 'other', span: this.#of(node) };
      }
    }
  }

  /** A target after `as` that `prepare` covers with a name. */
  #coveredTarget(node: SyntaxNode): Pattern {
    const covered = parser.parse(this.#slice(node));
    const placed = new Tree(covered.type, [covered], [node.from], node.to);
    const statement = placed.topNode.firstChild?.firstChild;
    const target = statement?.name === 'ExpressionStatement' ? this.#patternList(children(statement)) : undefined;
    return target ?? { kind: 'other', span: this.#of(node) };
  }

  // Expressions

  #nothing(at: number): Expr {
    return { kind: 'other', parts: [], span: this.#span(at, at) };
  }

  /** Expressions separated by commas: one expression, or a tuple; undefined where there is none. */
  #list(nodes: readonly SyntaxNode[], around: Span): Expr | undefined {
    const items: Expr[] = [];
    let commas = false;
    let starred = false;
    let start: number | undefined;
    let end = around.end;
    for (const node of nodes) {
      if (node.name === ',') commas = true;
      else if (node.name === '*') starred = true;
      else if (isExpression(node)) items.push(this.#expression(node));
      else continue;
      start ??= node.from;
      end = node.to;
    }
    if (items.length === 0 || start === undefined) return undefined;
    if (items.length === 1 && !commas && !starred) return items[0];
    const span = this.#span(start, end);
    // After a starred item no position is known.
    return starred ? { kind: 'other', parts: items, span } : { kind: 'array', items, tuple: true, span };
  }

  /** Every expression directly or indirectly in a node that has no meaning of its own here. */
  #other(node: SyntaxNode): Expr {
    const parts: Expr[] = [];
    this.#parts(children(node), parts);
    return { kind: 'other', parts, span: this.#of(node) };
  }

  #parts(nodes: readonly SyntaxNode[], into: Expr[]): void {
    if (this.#nesting >= MAX_NESTING) return;
    this.#nesting++;
    for (let i = 0; i < nodes.length; i++) {
      const part = nodes[i]!;
      const end = part.name === 'for' ? endOfTarget(nodes, i) : -1;
      const over = nodes[end + 1];
      const target = end < 0 ? undefined : this.#patternList(nodes.slice(i + 1, end));
      if (target !== undefined && over !== undefined && isExpression(over)) {
        // Bound to each item in turn, which is no value that is known.
        const value: Expr = { kind: 'other', parts: [this.#expression(over)], span: this.#of(over) };
        into.push({ kind: 'assignment', target, value, span: this.#span(target.span.start, over.to) });
        i = end + 1;
      } else if (isExpression(part)) into.push(this.#expression(part));
      else if (part.firstChild !== null && part.name !== 'Body') this.#parts(children(part), into);
    }
    this.#nesting--;
  }

  #expression(node: SyntaxNode): Expr {
    const chain: SyntaxNode[] = [];
    let base = node;
    for (;;) {
      if (base.name === 'ParenthesizedExpression') {
        const inner = innermost(base);
        if (inner === undefined) break;
        base = inner;
      } else if (
        base.name === 'BinaryExpression' ||
        base.name === 'MemberExpression' ||
        base.name === 'CallExpression'
      ) {
        const first = base.firstChild;
        if (first === null || !isExpression(first)) break;
        chain.push(base);
        base = first;
      } else break;
    }
    if (this.#nesting >= MAX_NESTING || this.#depth + chain.length > MAX_DEPTH) return this.#flat(node, chain, base);
    this.#nesting++;
    this.#depth += chain.length + 1;
    let value = this.#simple(base);
    for (let i = chain.length - 1; i >= 0; i--) {
      this.#depth--;
      value = this.#extended(chain[i]!, value);
    }
    this.#depth--;
    this.#nesting--;
    return value;
  }

  /** A chain too long for a tree: its operands and arguments side by side. */
  #flat(node: SyntaxNode, chain: readonly SyntaxNode[], base: SyntaxNode): Expr {
    const parts: Expr[] = [];
    if (this.#nesting < MAX_NESTING) {
      this.#nesting++;
      parts.push(this.#simple(base));
      for (const link of chain.toReversed()) {
        for (const part of children(link).slice(1)) {
          if (isExpression(part)) parts.push(this.#expression(part));
          else if (part.name === 'ArgList') for (const argument of this.#arguments(part)) parts.push(argument.value);
        }
      }
      this.#nesting--;
    }
    return { kind: 'other', parts, span: this.#of(node) };
  }

  /** A link of a chain around what stands to its left. */
  #extended(node: SyntaxNode, left: Expr): Expr {
    const span = this.#of(node);
    if (node.name === 'CallExpression') {
      const list = node.lastChild;
      if (list?.name === 'ArgList') return this.#call(left, list, node.from);
      return { kind: 'other', parts: [left], span };
    }
    if (node.name === 'MemberExpression') return this.#member(node, left, span);
    const parts = children(node);
    const last = parts.at(-1);
    const operators = parts.slice(1, -1).filter((part) => !part.type.isError);
    if (last === undefined || !isExpression(last) || operators.length === 0) {
      return { kind: 'other', parts: [left], span };
    }
    const operator = operators.map((part) => this.#slice(part)).join(' ');
    const right = this.#expression(last);
    const first = parts[0]!;
    const chained =
      isComparison(operators[0]!) && first.name === 'BinaryExpression' && isComparison(children(first)[1]);
    // A comma: `prepare` has made one expression of the values of a match.
    if (chained || operator === ',') return { kind: 'other', parts: [left, right], span };
    return { kind: 'binary', operator, left, right, span };
  }

  #member(node: SyntaxNode, object: Expr, span: Span): Expr {
    const parts = children(node).slice(1);
    if (parts[0]?.name === '.') {
      const property = parts[1];
      if (property?.name !== 'PropertyName') return { kind: 'other', parts: [object], span };
      return { kind: 'member', object, name: this.#slice(property), nameSpan: this.#of(property), span };
    }
    const open = parts[0];
    const close = parts.at(-1);
    const inside = parts.slice(1, close?.name === ']' ? -1 : undefined);
    if (open?.name !== '[') return { kind: 'other', parts: [object], span };
    const start = open.to;
    const end = close?.name === ']' ? close.from : node.to;
    let index: Expr | undefined;
    if (inside.some((part) => part.name === ':')) {
      const slices = inside.filter(isExpression).map((part) => this.#expression(part));
      index = { kind: 'other', parts: slices, span: this.#span(start, end) };
    } else index = this.#list(inside, this.#span(start, end));
    return { kind: 'index', object, index: index ?? this.#nothing(end), span };
  }

  #call(callee: Expr, list: SyntaxNode, start: number): CallExpr {
    const close = list.lastChild;
    const { end } = this.#of(list);
    const inside = this.#span(list.from + 1, close?.name === ')' ? close.from : Math.max(list.from + 1, end));
    return { kind: 'call', callee, args: this.#arguments(list), span: this.#span(start, end), inside };
  }

  #arguments(list: SyntaxNode): Argument[] {
    const args: Argument[] = [];
    let group: SyntaxNode[] = [];
    let binding = false;
    for (const part of children(list)) {
      if (part.name === '(') continue;
      if (part.name === 'for') binding = true;
      else if (part.name === 'in') binding = false;
      if ((part.name === ',' && !binding) || part.name === ')') {
        this.#argument(group, args);
        group = [];
      } else if (!part.type.isError) group.push(part);
    }
    this.#argument(group, args);
    return args;
  }

  #argument(group: readonly SyntaxNode[], into: Argument[]): void {
    const first = group[0];
    const last = group.at(-1);
    if (first === undefined || last === undefined) return;
    const span = this.#span(first.from, last.to);
    if (first.name === '*' || first.name === '**') {
      const value = group[1];
      if (value === undefined || !isExpression(value)) return;
      into.push({ spread: first.name === '*' ? 'list' : 'map', value: this.#expression(value), span });
      return;
    }
    if (!isExpression(first)) return;
    const operator = group[1]?.name === 'AssignOp' ? this.#slice(group[1]) : undefined;
    const written = operator === undefined ? first : group[2];
    const after = group.slice(operator === undefined ? 1 : 3);
    let value = written && isExpression(written) ? this.#expression(written) : this.#nothing(span.end);
    if (after.some((part) => part.name === 'for')) {
      // A generator without parentheses of its own.
      const parts: Expr[] = [value];
      this.#parts(after, parts);
      value = { kind: 'other', parts, span: this.#span(value.span.start, last.to) };
    }
    if (operator === '=') into.push({ name: this.#slice(first), value, span });
    else if (operator === ':=') {
      into.push({ value: { kind: 'assignment', target: this.#pattern(first), value, span }, span });
    } else into.push({ value, span: value.span });
  }

  #simple(node: SyntaxNode): Expr {
    const span = this.#of(node);
    switch (node.name) {
      case 'VariableName': {
        const name = this.#slice(node);
        return name === 'yield' ? { kind: 'other', parts: [], span } : { kind: 'name', name, span };
      }
      case 'String':
        return this.#string(node);
      case 'FormatString':
        return { kind: 'template', parts: this.#template(node), quote: literalShape(this.#slice(node)).quote, span };
      case 'ContinuedString':
        return this.#adjacent(node);
      case 'Number': {
        const value = numberValue(this.#slice(node));
        return value === undefined ? { kind: 'other', parts: [], span } : { kind: 'number', value, span };
      }
      case 'Boolean':
        return { kind: 'boolean', value: this.#slice(node) === 'True', span };
      case 'None':
        return { kind: 'none', span };
      case 'UnaryExpression': {
        const [operator, operand] = children(node);
        if (operator === undefined || operand === undefined || !isExpression(operand)) return this.#other(node);
        return { kind: 'unary', operator: this.#slice(operator), operand: this.#expression(operand), span };
      }
      case 'AwaitExpression': {
        const value = children(node)[1];
        return value === undefined ? this.#other(node) : { kind: 'await', value: this.#expression(value), span };
      }
      case 'ConditionalExpression': {
        const [consequent, test, alternative] = children(node).filter(isExpression);
        if (!consequent || !test || !alternative) return this.#other(node);
        return {
          kind: 'conditional',
          test: this.#expression(test),
          consequent: this.#expression(consequent),
          alternative: this.#expression(alternative),
          span,
        };
      }
      case 'NamedExpression': {
        const [target, , value] = children(node);
        if (!target || !value || !isExpression(value)) return this.#other(node);
        return { kind: 'assignment', target: this.#pattern(target), value: this.#expression(value), span };
      }
      case 'TupleExpression': {
        const value = this.#list(children(node), span);
        if (value?.kind === 'other') return { ...value, span };
        return { kind: 'array', items: value?.kind === 'array' ? value.items : [], tuple: true, span };
      }
      case 'ArrayExpression': {
        const parts = children(node);
        const items = parts.filter(isExpression).map((item) => this.#expression(item));
        // After a starred item no position is known.
        if (parts.some((part) => part.name === '*')) return { kind: 'other', parts: items, span };
        return { kind: 'array', items, span };
      }
      case 'DictionaryExpression':
        return { kind: 'object', entries: this.#entries(node), span };
      case 'LambdaExpression':
        return this.#lambda(node, span);
      default:
        return this.#other(node);
    }
  }

  #entries(node: SyntaxNode): ObjectEntry[] {
    const entries: ObjectEntry[] = [];
    let group: SyntaxNode[] = [];
    const flush = () => {
      const [first, second, third] = group;
      group = [];
      if (first === undefined || second === undefined) return;
      if (first.name === '**') {
        const keySpan = this.#of(first);
        const value = this.#expression(second);
        entries.push({ key: undefined, keySpan, value, spread: true, span: this.#span(first.from, second.to) });
      } else if (second.name === ':' && third !== undefined && isExpression(third)) {
        const key = first.name === 'String' || first.name === 'ContinuedString' ? this.#simple(first) : undefined;
        entries.push({
          key: key?.kind === 'string' && key.bytes === undefined ? key.value : undefined,
          keySpan: this.#of(first),
          value: this.#expression(third),
          span: this.#span(first.from, third.to),
        });
      }
    };
    for (const part of children(node)) {
      if (part.name === ',') flush();
      else if (part.name !== '{' && part.name !== '}' && !part.type.isError) group.push(part);
    }
    flush();
    return entries;
  }

  #lambda(node: SyntaxNode, span: Span): Expr {
    const parts = children(node);
    const list = parts.find((part) => part.name === 'ParamList');
    const body = parts.at(-1);
    const value = body && isExpression(body) ? this.#expression(body) : this.#nothing(node.to);
    const shape: FunctionShape = {
      name: undefined,
      nameSpan: this.#span(node.from, node.from),
      params: list ? this.#params(list) : [],
      body: [{ kind: 'return', value, span: value.span }],
      decorators: [],
      async: false,
      concise: true,
      span,
    };
    return { kind: 'function', function: shape, span };
  }

  // Strings

  #string(node: SyntaxNode): StringExpr {
    const span = this.#of(node);
    const { prefix, quote, closed } = literalShape(this.#slice(node));
    const start = node.from + prefix.length + quote.length;
    const written = this.#text.slice(start, closed ? node.to - quote.length : this.#of(node).end);
    const raw = prefix.includes('r');
    const bytes = prefix.includes('b');
    const value = decodeString(written, raw, bytes);
    const exact = closed && !bytes && !written.includes('\\') && !written.includes('\r');
    return { kind: 'string', value, span, ...(exact && { quote }), ...(bytes && { bytes }) };
  }

  /** The literal pieces and replaced expressions of an f-string. */
  #template(node: SyntaxNode): Expr[] {
    const { prefix, quote, closed } = literalShape(this.#slice(node));
    const raw = prefix.includes('r');
    const parts: Expr[] = [];
    const piece = (start: number, end: number) => {
      if (start >= end) return;
      const written = this.#text.slice(start, end);
      const value = decodeString(written.replaceAll('{{', '{').replaceAll('}}', '}'), raw, false);
      parts.push({ kind: 'string', value, span: this.#span(start, end), ...(value === written && { quote: '' }) });
    };
    let at = node.from + prefix.length + quote.length;
    for (const child of children(node)) {
      if (child.name !== 'FormatReplacement') continue;
      piece(at, child.from);
      parts.push(this.#replacement(child));
      at = child.to;
    }
    piece(at, closed ? node.to - quote.length : this.#of(node).end);
    return parts;
  }

  /** What an f-string puts in: the expression where it is put in as it is, otherwise something made of it. */
  #replacement(node: SyntaxNode): Expr {
    let plain = true;
    for (const part of children(node)) {
      const text = part.name === 'FormatSpec' || part.name === 'FormatConversion' ? this.#slice(part) : '';
      if (part.name === 'FormatSelfDoc' || !['', ':', ':d', ':s', '!s'].includes(text)) plain = false;
    }
    const value = plain ? this.#list(children(node), this.#of(node)) : undefined;
    return value ?? this.#other(node);
  }

  #adjacent(node: SyntaxNode): Expr {
    const span = this.#of(node);
    const literals = children(node).filter((part) => part.name === 'String' || part.name === 'FormatString');
    if (literals.some((literal) => literal.name === 'FormatString')) {
      const parts: Expr[] = [];
      for (const literal of literals) {
        if (literal.name === 'FormatString') parts.push(...this.#template(literal));
        else parts.push(this.#inner(literal));
      }
      return { kind: 'template', parts, quote: literalShape(this.#slice(literals[0]!)).quote, span };
    }
    const pieces = literals.map((literal) => this.#string(literal));
    const bytes = pieces.some((piece) => piece.bytes);
    return { kind: 'string', value: pieces.map((piece) => piece.value).join(''), span, ...(bytes && { bytes }) };
  }

  /** A plain literal among f-strings, as a piece: its span without prefix and quotes. */
  #inner(node: SyntaxNode): Expr {
    const { value, quote } = this.#string(node);
    const shape = literalShape(this.#slice(node));
    const start = node.from + shape.prefix.length + shape.quote.length;
    const span = this.#span(start, Math.max(start, shape.closed ? node.to - shape.quote.length : this.#of(node).end));
    return { kind: 'string', value, span, ...(quote !== undefined && { quote: '' }) };
  }
}

/** No part of the published interface: nothing there tells what recovery costs, or moves the limit of chains. */
interface ParseState extends PartialParse {
  /** Not zero while the parser recovers from an error. */
  readonly recovering?: number;
  /** Links of the chain being read beyond the first few hundred; at 300 the parser gives the chain up. */
  bigReductionCount?: number;
  readonly lastBigReductionStart?: number;
}

/** The tree, and the offset up to which the text was read. */
function parseBounded(text: string): { tree: Tree; end: number } {
  const parse: ParseState = parser.startParse(text);
  let steps = 0;
  let chain: number | undefined;
  let extensions = 0;
  for (;;) {
    const tree = parse.advance();
    if (tree !== null) return { tree, end: parse.stoppedAt ?? text.length };
    steps += parse.recovering ? RECOVERY_STEPS : 1;
    if (steps >= MAX_STEPS && parse.stoppedAt === null) parse.stopAt(parse.parsedPos);
    if ((parse.bigReductionCount ?? 0) >= LINKS_PER_EXTENSION) {
      if (parse.lastBigReductionStart !== chain) extensions = 0;
      chain = parse.lastBigReductionStart;
      if (extensions++ < MAX_EXTENSIONS) parse.bigReductionCount = 0;
    }
  }
}

const EXPRESSIONS = new Set([
  'BinaryExpression',
  'UnaryExpression',
  'AwaitExpression',
  'ParenthesizedExpression',
  'TupleExpression',
  'ComprehensionExpression',
  'ArrayExpression',
  'ArrayComprehensionExpression',
  'DictionaryExpression',
  'DictionaryComprehensionExpression',
  'SetExpression',
  'SetComprehensionExpression',
  'CallExpression',
  'MemberExpression',
  'VariableName',
  'Number',
  'String',
  'FormatString',
  'ContinuedString',
  'Ellipsis',
  'None',
  'Boolean',
  'ConditionalExpression',
  'LambdaExpression',
  'NamedExpression',
  'YieldExpression',
]);

function isExpression(node: SyntaxNode): boolean {
  return EXPRESSIONS.has(node.name);
}

function isComparison(node: SyntaxNode | undefined): boolean {
  return node?.name === 'CompareOp' || node?.name === 'in' || node?.name === 'not' || node?.name === 'is';
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function children(node: SyntaxNode, withComments = false): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (withComments || child.name !== 'Comment') found.push(child);
  }
  return found;
}

/** The parser misses what stands in the parentheses of `case A():`, where nothing has to. */
function isEmptyPattern(error: SyntaxNode): boolean {
  return (
    error.from === error.to && error.parent?.name === 'LiteralPattern' && error.parent.parent?.name === 'PatternArgList'
  );
}

/** Where `in` stands after the `for` at `start`; -1 where it is missing. */
function endOfTarget(nodes: readonly SyntaxNode[], start: number): number {
  for (let i = start + 1; i < nodes.length; i++) {
    const name = nodes[i]!.name;
    if (name === 'in') return i;
    if (name === 'for') break;
  }
  return -1;
}

/** An error that holds tokens stands for them. */
function unwrapError(node: SyntaxNode): SyntaxNode[] {
  return node.type.isError && node.firstChild !== null ? children(node) : [node];
}

/** The one expression in parentheses; undefined for a starred or missing one. */
function innermost(node: SyntaxNode): SyntaxNode | undefined {
  const inner = children(node).filter((part) => part.name !== '(' && part.name !== ')' && !part.type.isError);
  return inner.length === 1 && isExpression(inner[0]!) ? inner[0] : undefined;
}

function importedNames(parts: readonly SyntaxNode[]): { path: SyntaxNode[]; alias?: SyntaxNode }[] {
  const names: { path: SyntaxNode[]; alias?: SyntaxNode }[] = [];
  let current: { path: SyntaxNode[]; alias?: SyntaxNode } | undefined;
  let as = false;
  for (const part of parts) {
    if (part.name === ',') {
      current = undefined;
      as = false;
    } else if (part.name === 'as') as = true;
    else if (part.name === 'VariableName' || part.name === '.' || part.name === '*') {
      if (as && current !== undefined) current.alias = part;
      else if (current === undefined) {
        current = { path: [part] };
        names.push(current);
      } else current.path.push(part);
    }
  }
  return names;
}

/** A dotted name without the white space, comments and line continuations it may be written with. */
function compact(text: string): string {
  return text.replace(/\\|\s+/g, '');
}
