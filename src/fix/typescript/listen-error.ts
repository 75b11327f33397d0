import type { BindErrorSignal, Span } from '../../facts.ts';
import {
  type CodeStyle,
  columnsOf,
  functionHead,
  type HandlerShape,
  handlerLines,
  isName,
  type Named,
  type Speaker,
} from '../javascript-code.ts';
import { indentAt, lineEnd, lineStart, nextLine } from '../lines.ts';
import type { Refused } from '../python.ts';
import { type PlacedEdit, rank } from '../text-edits.ts';
import { type Morph, morph } from './morph.ts';
import { errorName, loggersOf, styleAround } from './style.ts';
import {
  type Call,
  type CodeFile,
  callAt,
  forNextLine,
  functionAround,
  identifiersOf,
  mayAwaitOnTop,
  namesIn,
  nodesOf,
  type Opened,
  open,
  statementOf,
} from './tree.ts';

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

type Callback = Morph.ArrowFunction | Morph.FunctionExpression;

type Handler = Pick<HandlerShape, 'error' | 'typed'>;

type By = BindErrorSignal['by'];

/** The functions of a promise's executor, and what brings the second one about. */
interface Executor {
  readonly resolve: string;
  readonly reject: string;
  readonly edits: readonly PlacedEdit[];
}

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

/** Every way to make the failure of one call seen. */
class Rewrite {
  readonly #source: CodeFile;
  readonly #opened: Opened;
  readonly #call: Call;
  readonly #listening: Listening;
  readonly #style: CodeStyle;
  readonly #names: ReadonlyMap<string, Morph.ts.Symbol>;
  readonly #owner: string;
  /** Used instead of a handler of our own. */
  #reject: Executor | undefined;

  constructor(source: CodeFile, opened: Opened, call: Call, listening: Listening) {
    this.#source = source;
    this.#opened = opened;
    this.#call = call;
    this.#listening = listening;
    this.#style = styleAround(opened.style, call);
    this.#names = opened.namesAt(call);
    this.#owner = `handler of ${call.getStart()}`;
  }

  edits(): readonly PlacedEdit[] | Refused {
    const local = ['process', ...(this.#isDeno ? ['Deno'] : [])].find((name) => this.#isOwn(name));
    if (local !== undefined) return { refused: `the name ${local} means something else here` };
    switch (this.#listening.signal.by) {
      case 'event':
        return this.#withReject(this.#heard());
      case 'callback':
        return this.#withReject(this.#calledBack() ?? this.#heard());
      case 'promise':
        return (this.#listening.signal.calledBack && this.#calledBack()) || this.#rejected();
      case 'thrown':
        return this.#thrown();
    }
  }

  #withReject(made: readonly PlacedEdit[] | Refused): readonly PlacedEdit[] | Refused {
    return 'refused' in made || this.#reject === undefined ? made : [...made, ...this.#reject.edits];
  }

  get #isDeno(): boolean {
    return /^Deno\b/.test(this.#call.getText());
  }

  /** Does a name that everybody has mean something of the file's own? */
  #isOwn(name: string): boolean {
    const { Node } = morph();
    const declared = this.#names.get(name)?.declarations ?? [];
    return declared.some((declaration) => {
      const named = this.#opened.tree.getDescendantAtPos(declaration.getStart());
      // In JavaScript what is put into an object counts as a declaration of it: `process.env.TZ = 'UTC'`.
      if (Node.isPropertyAccessExpression(named?.getParent())) return false;
      const node = named?.getFirstAncestor((ancestor) => Node.isStatement(ancestor));
      return !/['"](node:)?process['"]/.test(node?.getText() ?? '');
    });
  }

  // An `error` event

  #heard(): readonly PlacedEdit[] | Refused {
    const { emitter, by } = this.#listening.signal;
    const last = this.#call.getArguments().at(-1)?.getText();
    const executor = this.#executor();
    // Express 5 calls its callback with the error first.
    if (executor !== undefined && (by === 'event' || last !== executor.resolve)) this.#reject = executor;
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

  /** The function that rejects the promise in whose executor the call stands. */
  #executor(): Executor | undefined {
    const { Node, SyntaxKind } = morph();
    if (!this.#listening.signal.executor) return undefined;
    const around = functionAround(this.#call);
    if (!Node.isArrowFunction(around) && !Node.isFunctionExpression(around)) return undefined;
    const made = around.getParent();
    const isExecutor =
      Node.isNewExpression(made) && made.getExpression().getText() === 'Promise' && made.getArguments()[0] === around;
    const [resolve, reject, ...others] = around.getParameters();
    if (!isExecutor || resolve === undefined || others.length > 0) return undefined;
    if (resolve.isRestParameter() || !Node.isIdentifier(resolve.getNameNode())) return undefined;
    const given = reject?.getName();
    if (reject !== undefined && given !== undefined && !given.startsWith('_')) {
      const isPlain = Node.isIdentifier(reject.getNameNode()) && !reject.isRestParameter() && !reject.hasInitializer();
      return isPlain ? { resolve: resolve.getName(), reject: given, edits: [] } : undefined;
    }
    const name = 'reject';
    if (!this.#isFree(name) && this.#names.has(name)) return undefined;
    if (reject !== undefined) {
      const named = reject.getNameNode();
      const edits = [this.#replacement(named.getStart(), named.getEnd(), name)];
      return { resolve: resolve.getName(), reject: name, edits };
    }
    const isBare = around.getFirstChildByKind(SyntaxKind.OpenParenToken) === undefined;
    const edits = isBare
      ? [this.#replacement(resolve.getStart(), resolve.getEnd(), `(${resolve.getText()}, ${name})`)]
      : [this.#insertion(resolve.getEnd(), `, ${name}`, rank.wrapper)];
    return { resolve: resolve.getName(), reject: name, edits };
  }

  /** @returns the listener for the error event, and what else it needs */
  #hearing(indent: string): { readonly head: string; readonly rest: readonly string[] } {
    if (this.#reject !== undefined) return { head: `${this.#reject.reject})`, rest: [] };
    const handler = this.#handler('event', indent);
    return { head: handler.head, rest: [...handler.body, '})'] };
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
    return nodesOf(this.#opened.tree).some((node) => {
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
    const { head, rest } = this.#hearing(indent);
    const lines = [`${server}.on(${quote}error${quote}, ${head}`, ...rest];
    return [...lines.slice(0, -1), `${lines.at(-1)}${semicolons ? ';' : ''}`];
  }

  /** Gives the server a name where one more call would make the chain too long or too wide. */
  #named(statement: Morph.Node | undefined): readonly PlacedEdit[] | undefined {
    const { Node } = morph();
    if (this.#listening.signal.emitter?.member !== undefined || this.#reject !== undefined) return undefined;
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
    return identifiersOf(this.#opened.tree, name).every((node) => Node.isPropertyAccessExpression(node.getParent()));
  }

  /** `.on('error', ...)` behind the call. */
  #chained(member: string | undefined): readonly PlacedEdit[] | Refused {
    const { quote } = this.#style;
    const method = `${member === undefined ? '' : `.${member}`}.on`;
    return this.#behind(this.#call, (indent) => {
      const { head, rest } = this.#hearing(indent);
      return [`${method}(${quote}error${quote}, ${head}`, ...rest];
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
    if (this.#isInTemplate(node)) return { refused: 'the call stands in a template literal' };
    const broken = linesAt(indent).length > 1 && this.#onLinesOfItsOwn(node, linesAt(indent + this.#style.unit));
    if (broken) return broken;
    const [first, ...rest] = linesAt(indent);
    return [
      this.#insertion(end, [first, ...rest.map((line) => indent + line)].join(this.#style.newline), rank.handler),
    ];
  }

  /**
   * The body of a function that is written in one line gets lines of its own.
   * @param lines what is put behind the expression, one level deeper
   * @returns undefined where nothing else stands in its line
   */
  #onLinesOfItsOwn(node: Morph.Node, lines: readonly string[]): readonly PlacedEdit[] | Refused | undefined {
    const { Node } = morph();
    const { text } = this.#source;
    const { newline, semicolons, unit } = this.#style;
    const indent = indentAt(text, node.getStart());
    const isOneLine = (around: Morph.Node) => !around.getText().includes('\n');
    const parent = node.getParent();
    const inner = newline + indent + unit;
    const added = lines.map((line, index) => (index === 0 ? line : inner + line)).join('');
    if (Node.isArrowFunction(parent) && parent.getBody() === node) {
      if (text.slice(lineStart(text, node.getStart()), node.getStart()).trim() === '') return undefined;
      const isExecutor = Node.isNewExpression(parent.getParent());
      const end = semicolons ? ';' : '';
      return [
        this.#insertion(node.getStart(), `{${inner}${isExecutor ? '' : 'return '}`, rank.wrapper),
        this.#insertion(node.getEnd(), `${added}${end}${newline}${indent}}`, rank.handler),
      ];
    }
    const statement = statementOf(node);
    const block = statement?.getParent();
    if (statement !== undefined && Node.isBlock(block) && isOneLine(block) && block.getStatements().length === 1) {
      const [start, end] = [statement.getStart(), statement.getEnd()];
      const gaps = [text.slice(block.getStart() + 1, start), text.slice(end, block.getEnd() - 1)];
      if (gaps.some((gap) => gap.trim() !== '')) return { refused: 'the statement shares its line with others' };
      return [
        this.#replacement(block.getStart() + 1, start, inner, rank.wrapper),
        this.#insertion(node.getEnd(), added, rank.handler),
        this.#replacement(end, block.getEnd() - 1, newline + indent, rank.moved),
      ];
    }
    const behind = text.slice(node.getEnd(), lineEnd(text, node.getEnd()));
    const isDeclared = Node.isVariableDeclaration(parent) && behind.startsWith(',');
    return isDeclared || /^[\s;,)\]]*(\/\/.*|\/\*(?:(?!\*\/).)*\*\/\s*)?$/.test(behind)
      ? undefined
      : { refused: 'the call shares its line with others' };
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
    if (this.#listening.signal.by === 'callback') this.#reject = this.#executor();
    if (!Node.isArrowFunction(callback) && !Node.isFunctionExpression(callback)) {
      const isFunction =
        Node.isIdentifier(callback) &&
        (this.#listening.signal.endsInFunction === true || this.#isFunction(callback.getText()));
      return isFunction ? this.#wrappedCallback(callback) : undefined;
    }
    const first = callback.getParameters()[0];
    if (first?.getName() === 'this') return { refused: 'the callback says first what its this is' };
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
    const { unit, semicolons } = this.#style;
    if (this.#reject !== undefined) {
      const end = semicolons ? ';' : '';
      return [`if (${error}) {`, `${unit}${this.#reject.reject}(${error})${end}`, `${unit}return${end}`, '}'];
    }
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
    const request = this.#unusedRequest(callback);
    if (request !== undefined) {
      // Whoever wrote it took it for the handler of a request.
      edits.push(this.#replacement(request.start, request.end, param));
      name = error;
    } else if (first === undefined) {
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

  /** `(req, res) => ...` for the callback of `listen`, where the body uses neither. */
  #unusedRequest(callback: Callback): { readonly start: number; readonly end: number } | undefined {
    const { Node } = morph();
    const parameters = callback.getParameters();
    const names = parameters.map((parameter) => parameter.getName());
    const [first, second] = parameters;
    if (this.#listening.signal.by !== 'callback' || first === undefined || second === undefined) return undefined;
    if (!/^_*req(uest)? _*res(ponse)?$/.test(names.join(' '))) return undefined;
    // The import of a type that nobody uses any more may be an error.
    if (parameters.some((parameter) => parameter.getTypeNode() !== undefined)) return undefined;
    const isUsed = callback
      .getBody()
      .getDescendants()
      .some((node) => Node.isIdentifier(node) && names.includes(node.getText()));
    return isUsed ? undefined : { start: first.getStart(), end: second.getEnd() };
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
    if (around === undefined) return mayAwaitOnTop(this.#opened.tree, this.#source.file);
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
    const uses = identifiersOf(this.#opened.tree, name.getText()).filter((node) => node !== name);
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
      exit: this.#isDeno ? 'Deno.exit' : 'process.exit',
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
    // It may hold the path of a socket, or all options: that is no port.
    if (role === 'port' && /path|sock|pipe|(?:options?|opts?|args?|conf|config|settings|params)$/i.test(code))
      return undefined;
    const { start, end } = this.#listening.signal.call;
    const isInCall = at.file === this.#source.file && start <= at.start && at.end <= end;
    if (names.has('this') && ((inFunction && !this.#style.arrows) || !isInCall)) return literally;
    // What the callback declares by the same name is not there yet at its start.
    if (this.#listening.signal.by === 'callback' && [...names].some((name) => this.#isDeclaredIn(name)))
      return literally;
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
    const made = identifiersOf(this.#opened.tree, name)
      .map((node) => node.getParent())
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
