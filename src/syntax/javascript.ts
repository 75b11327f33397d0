import type * as Tree from 'oxc-parser';
import { parseSync } from 'oxc-parser';
import type { Span } from '../facts.ts';
import type {
  Argument,
  CallExpr,
  ClassShape,
  Comment,
  Expr,
  FunctionShape,
  ImportedName,
  ObjectEntry,
  Param,
  Pattern,
  Program,
  Statement,
} from './call.ts';
import { exportName } from './exports.ts';
import { SyntaxProblem } from './problem.ts';

/** How deep the tree may become that is handed on, chains such as `a + b + ...` included; what lies deeper is `other`. */
const MAX_DEPTH = 900;
/** Branches of `else if` after which the rest becomes one switch, so that the tree stays flat. */
const MAX_ELSE_IF = 300;

type Language = 'jsx' | 'ts' | 'tsx';

/** How a file's text may be meant, by its ending, likeliest first. A .js file may be written for Flow, whose types look like TypeScript's. */
function languagesOf(file: string): readonly Language[] {
  if (/\.tsx$/.test(file)) return ['tsx'];
  if (/\.[cm]?ts$/.test(file)) return ['ts', 'tsx'];
  return ['jsx', 'tsx', 'ts'];
}

/**
 * Reads a JavaScript or TypeScript file. What the parser does not understand but reads around is in `errors`.
 *
 * What a module exports are assignments to names with a space (`exportName`): `export default x`, `module.exports = x`
 * (the name is `=`), `exports.x = ...`, `export { a as b }`. A declaration behind `export` keeps its own name as well.
 * Names that are set without being declared have no `declares`.
 * `require` and `import()` of one literal, set to names, are imports; `import x, * as y` is one import with both.
 * A getter is a function with the decorator `property`. A parameter property of a constructor is an assignment to `this`.
 * A class that is an expression stands as a class statement before the statement it is in, and its name in its place.
 * Types are seen through; those that name a class or an interface are the annotations of parameters and fields.
 * @param file the path that spans carry, whose ending says which language it is
 * @param text decoded text without BOM; `guard` has passed it
 * @throws SyntaxProblem where nothing of it can be read
 */
export function parseJavascript(file: string, text: string): Program {
  let refused: Tree.OxcError | undefined;
  for (const lang of languagesOf(file)) {
    for (const sourceType of ['module', 'commonjs'] as const) {
      const { program, comments, errors } = parseSync(file, text, { lang, sourceType, preserveParens: false });
      const worst = errors.find((error) => error.severity === 'Error');
      // After an error that it cannot read around, the parser hands over an empty program.
      if (program.body.length === 0 && worst) {
        refused ??= worst;
        continue;
      }
      // A script in sloppy mode, where it says things that no module may say.
      if (worst && sourceType === 'module' && !hasModuleSyntax(program)) continue;
      return new Reader(file, text).program(program, comments, errors);
    }
  }
  throw new SyntaxProblem(`cannot parse: ${firstLine(refused?.message)}`, refused?.labels[0]?.start ?? 0);
}

const firstLine = (message = 'unknown syntax') =>
  message
    .split('\n')[0]!
    .replace(/\.$/, '')
    .replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());

const hasModuleSyntax = ({ body }: Tree.Program) =>
  body.some(({ type }) => /^(Import|ExportNamed|ExportDefault|ExportAll)Declaration$/.test(type));

/** Any node of the tree, where only its kind and place are asked for. */
interface AnyNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

class Reader {
  readonly #file: string;
  readonly #text: string;
  readonly #errors: Span[] = [];
  #depth = 0;
  /** Classes that are expressions of the statement that is read. */
  #classes: Statement[] = [];

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  program(program: Tree.Program, comments: readonly Tree.Comment[], errors: readonly Tree.OxcError[]): Program {
    const body = this.#block(program.body);
    for (const { severity, labels } of errors) {
      const label = labels[0];
      if (severity === 'Error' && label) this.#errors.push(this.#span(label.start, label.end));
    }
    return {
      file: this.#file,
      text: this.#text,
      language: /\.[cm]?tsx?$/.test(this.#file) ? 'typescript' : 'javascript',
      body,
      comments: comments.map((comment) => this.#comment(comment)),
      errors: this.#errors,
    };
  }

  #span(start: number, end: number): Span {
    return { file: this.#file, start, end };
  }

  #of(node: AnyNode): Span {
    return { file: this.#file, start: node.start, end: node.end };
  }

  #comment({ value, start, end }: Tree.Comment): Comment {
    const text = value
      .split('\n')
      .map((line) => line.replace(/^[\s*/]+/, ''))
      .join('\n');
    return { span: this.#span(start, end), text: text.trim() };
  }

  // Statements

  #block(statements: readonly (Tree.Statement | Tree.Directive)[]): Statement[] {
    const into: Statement[] = [];
    for (const statement of statements) this.#statement(statement, into);
    return into;
  }

  /** A statement that may be a block, as the list of its statements. */
  #body(statement: Tree.Statement | null | undefined): Statement[] {
    if (!statement) return [];
    return this.#block(statement.type === 'BlockStatement' ? statement.body : [statement]);
  }

  #statement(node: Tree.Statement | Tree.Directive, into: Statement[]): void {
    const outer = this.#classes;
    this.#classes = [];
    const own: Statement[] = [];
    this.#deeper(node, () => this.#convert(node, own));
    for (const statement of this.#classes) into.push({ ...statement, span: this.#span(node.start, node.start) });
    for (const statement of own) into.push(statement);
    this.#classes = outer;
  }

  /** Does something one level deeper, or nothing where that would be too deep. */
  #deeper<T>(node: AnyNode, read: () => T): T | undefined {
    if (this.#depth >= MAX_DEPTH) {
      this.#errors.push(this.#of(node));
      return undefined;
    }
    this.#depth++;
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }

  #convert(node: Tree.Statement | Tree.Directive, into: Statement[]): void {
    const span = this.#of(node);
    switch (node.type) {
      case 'EmptyStatement':
      case 'TSInterfaceDeclaration':
      case 'TSTypeAliasDeclaration':
      case 'TSDeclareFunction':
        return;
      case 'ExpressionStatement':
        this.#expressionStatement(node.expression, span, into);
        return;
      case 'VariableDeclaration':
        this.#variables(node, span, into, false);
        return;
      case 'FunctionDeclaration':
        if (node.body) into.push({ kind: 'function', function: this.#function(node), span });
        return;
      case 'ClassDeclaration':
        into.push({ kind: 'class', class: this.#class(node), scoped: true, span });
        return;
      case 'BlockStatement':
        into.push({ kind: 'other', parts: [], body: this.#block(node.body), span });
        return;
      case 'IfStatement':
        into.push(this.#if(node));
        return;
      case 'ForStatement': {
        if (node.init?.type === 'VariableDeclaration') this.#variables(node.init, this.#of(node.init), into, false);
        else if (node.init) this.#expressionStatement(node.init, this.#of(node.init), into);
        const body = this.#body(node.body);
        if (node.update) {
          const update = { kind: 'expression' as const, value: this.#expr(node.update), span: this.#of(node.update) };
          into.push({ kind: 'other', parts: [update.value], span: update.span });
        }
        into.push({ kind: 'loop', ...(node.test && { over: this.#expr(node.test) }), body, span });
        return;
      }
      case 'ForInStatement':
      case 'ForOfStatement': {
        const target =
          node.left.type === 'VariableDeclaration'
            ? this.#binding(node.left.declarations[0]!.id)
            : this.#target(node.left);
        const over = this.#expr(node.right);
        const scoped = node.left.type === 'VariableDeclaration' && isScoped(node.left) && { scoped: true as const };
        into.push({ kind: 'loop', ...(target && { target }), ...scoped, over, body: this.#body(node.body), span });
        return;
      }
      case 'WhileStatement':
      case 'DoWhileStatement':
        into.push({ kind: 'loop', over: this.#expr(node.test), body: this.#body(node.body), span });
        return;
      case 'ReturnStatement':
        into.push({ kind: 'return', value: node.argument ? this.#expr(node.argument) : undefined, span });
        return;
      case 'ThrowStatement':
        into.push({ kind: 'raise', value: this.#expr(node.argument), span });
        return;
      case 'SwitchStatement': {
        const tests = node.cases.flatMap((branch) => (branch.test ? [this.#expr(branch.test)] : []));
        const value = this.#expr(node.discriminant);
        const known = tests.every((test) => test.kind !== 'call');
        into.push({
          kind: 'switch',
          value: known ? value : { kind: 'other', parts: [value, ...tests], span: value.span },
          branches: node.cases.map((branch) => this.#block(branch.consequent)),
          span,
        });
        return;
      }
      case 'TryStatement': {
        const { handler } = node;
        const name = handler?.param?.type === 'Identifier' ? handler.param.name : undefined;
        into.push({
          kind: 'try',
          body: this.#block(node.block.body),
          handlers: handler
            ? [
                {
                  types: [],
                  ...(name !== undefined && { name }),
                  body: this.#block(handler.body.body),
                  span: this.#of(handler),
                },
              ]
            : [],
          otherwise: [],
          finalizer: this.#body(node.finalizer),
          span,
        });
        return;
      }
      case 'LabeledStatement':
        this.#convert(node.body, into);
        return;
      case 'WithStatement':
        into.push({ kind: 'other', parts: [this.#expr(node.object)], body: this.#body(node.body), span });
        return;
      case 'ImportDeclaration':
        into.push({
          kind: 'import',
          module: node.source.value,
          names: node.specifiers.map((specifier) => ({
            name:
              specifier.type === 'ImportSpecifier'
                ? moduleName(specifier.imported)
                : specifier.type === 'ImportNamespaceSpecifier'
                  ? '*'
                  : 'default',
            local: specifier.local.name,
          })),
          span,
        });
        return;
      case 'ExportNamedDeclaration':
        this.#exported(node, span, into);
        return;
      case 'ExportDefaultDeclaration':
        this.#exportedDefault(node, span, into);
        return;
      case 'ExportAllDeclaration':
        into.push({
          kind: 'import',
          module: node.source.value,
          names: [{ name: '*', local: node.exported ? exportName(moduleName(node.exported)) : '*' }],
          span,
        });
        return;
      case 'TSEnumDeclaration':
        into.push(this.#enum(node, span));
        return;
      case 'TSModuleDeclaration':
        this.#namespace(node, span, into);
        return;
      case 'TSExportAssignment':
        into.push(this.#exportOf('=', this.#expr(node.expression), span));
        return;
      case 'TSImportEqualsDeclaration': {
        const { moduleReference, id } = node;
        if (moduleReference.type === 'TSExternalModuleReference')
          into.push({
            kind: 'import',
            module: moduleReference.expression.value,
            names: [{ name: '*', local: id.name }],
            span,
          });
        else into.push(this.#set(this.#identifier(id), this.#typeName(moduleReference), span));
        return;
      }
      default:
        into.push({ kind: 'other', parts: [], span });
    }
  }

  #expressionStatement(expression: Tree.Expression, span: Span, into: Statement[]): void {
    if (expression.type !== 'AssignmentExpression') {
      into.push({ kind: 'expression', value: this.#expr(expression), span });
      return;
    }
    const { targets, last } = this.#chain(expression);
    const module = expression.operator === '=' ? moduleIn(last) : undefined;
    const [first] = targets;
    if (module !== undefined && targets.length === 1 && first?.kind === 'name') {
      into.push({ kind: 'import', module, names: [{ name: '*', local: first.name }], span });
      return;
    }
    if (expression.operator === '=') {
      into.push({ kind: 'assign', targets, value: this.#named(last, nameOf(first)), span });
      return;
    }
    const logical = logicalOperators[expression.operator.slice(0, -1)];
    const right = this.#expr(expression.right);
    const left =
      expression.left.type === 'ArrayPattern' || expression.left.type === 'ObjectPattern' ? undefined : expression.left;
    into.push({
      kind: 'assign',
      targets,
      value:
        logical !== undefined && left
          ? {
              kind: 'binary',
              operator: logical,
              left: this.#expr(left as Tree.Expression),
              right,
              span: this.#of(expression),
            }
          : right,
      ...(logical === undefined && { updates: true as const }),
      span,
    });
  }

  /** `a = b = c`: all the targets, and the value. */
  #chain(expression: Tree.Expression): { targets: Pattern[]; last: Tree.Expression } {
    const targets: Pattern[] = [];
    let last = expression;
    while (last.type === 'AssignmentExpression' && (last.operator === '=' || last === expression)) {
      targets.push(this.#target(last.left));
      if (last.operator !== '=') break;
      last = last.right;
    }
    return { targets, last };
  }

  #variables(node: Tree.VariableDeclaration, whole: Span, into: Statement[], exported: boolean): void {
    const alone = node.declarations.length === 1;
    for (const { id, init, start, end } of node.declarations) {
      const span = alone ? whole : this.#span(start, end);
      const target = this.#binding(id);
      if (!target) continue;
      const more = { ...(exported && { exported: true as const }), ...(isScoped(node) && { scoped: true as const }) };
      const imported = init && this.#importOf(target, init, span);
      if (imported && !exported) {
        into.push({ ...imported, ...more });
        continue;
      }
      const { targets, last } = init ? this.#chain(init) : { targets: [], last: undefined };
      const annotation = id.typeAnnotation ? this.#type(id.typeAnnotation.typeAnnotation) : undefined;
      into.push({
        kind: 'assign',
        targets: [target, ...targets],
        value: last ? this.#named(last, nameOf(target)) : undefined,
        declares: [target],
        ...(annotation && { annotation }),
        ...more,
        span,
      });
    }
  }

  /** `const { a, b: c } = require('m')`, `const x = (await import('m')).y`. */
  #importOf(target: Pattern, init: Tree.Expression, span: Span): Extract<Statement, { kind: 'import' }> | undefined {
    const module = moduleIn(init);
    if (module !== undefined) {
      const names = importedBy(target);
      return names && { kind: 'import', module, names, span };
    }
    const member = init.type === 'MemberExpression' && !init.computed ? init : undefined;
    const inner = member && moduleIn(member.object as Tree.Expression);
    if (inner === undefined || target.kind !== 'name' || member?.property.type !== 'Identifier') return undefined;
    return { kind: 'import', module: inner, names: [{ name: member.property.name, local: target.name }], span };
  }

  #if(node: Tree.IfStatement): Statement {
    const branches: { node: Tree.IfStatement; test: Expr; body: Statement[] }[] = [];
    let rest: Tree.Statement | null = node;
    while (rest?.type === 'IfStatement') {
      branches.push({ node: rest, test: this.#expr(rest.test), body: this.#body(rest.consequent) });
      rest = rest.alternate;
    }
    let alternative = this.#body(rest);
    if (branches.length > MAX_ELSE_IF) {
      const cut = branches.splice(MAX_ELSE_IF);
      const span = this.#of(cut[0]!.node);
      const value: Expr = { kind: 'other', parts: cut.map((branch) => branch.test), span };
      alternative = [{ kind: 'switch', value, branches: [...cut.map((branch) => branch.body), alternative], span }];
    }
    for (const branch of branches.reverse()) {
      const { test, body } = branch;
      alternative = [{ kind: 'if', test, consequent: body, alternative, span: this.#of(branch.node) }];
    }
    return alternative[0]!;
  }

  #set(target: Pattern, value: Expr, span: Span): Statement {
    return { kind: 'assign', targets: [target], value, declares: [target], span };
  }

  #exportOf(name: string, value: Expr, span: Span): Statement {
    return this.#set({ kind: 'name', name: exportName(name), span: this.#span(span.start, span.start) }, value, span);
  }

  #exported(node: Tree.ExportNamedDeclaration, span: Span, into: Statement[]): void {
    const { declaration, source } = node;
    if (source) {
      const names = node.specifiers.map(({ local, exported }) => ({
        name: moduleName(local),
        local: exportName(moduleName(exported)),
      }));
      into.push({ kind: 'import', module: source.value, names, span });
      return;
    }
    for (const { local, exported, start, end } of node.specifiers) {
      const value: Expr = { kind: 'name', name: moduleName(local), span: this.#of(local) };
      into.push(this.#exportOf(moduleName(exported), value, this.#span(start, end)));
    }
    if (!declaration) return;
    if (declaration.type === 'VariableDeclaration') this.#variables(declaration, span, into, true);
    else if (declaration.type === 'FunctionDeclaration') {
      if (declaration.body)
        into.push({ kind: 'function', function: this.#function(declaration), exported: true, span });
    } else if (declaration.type === 'ClassDeclaration')
      into.push({ kind: 'class', class: this.#class(declaration), exported: true, span });
    else this.#convert(declaration as Tree.Statement, into);
  }

  #exportedDefault({ declaration }: Tree.ExportDefaultDeclaration, span: Span, into: Statement[]): void {
    const name = (local: string): Expr => ({ kind: 'name', name: local, span: this.#span(span.end, span.end) });
    const end = this.#span(span.end, span.end);
    if (declaration.type === 'FunctionDeclaration' || declaration.type === 'FunctionExpression') {
      if (!declaration.body) return;
      const shape = this.#function(declaration, 'default');
      const local = declaration.id?.name ?? exportName('function');
      into.push({ kind: 'function', function: { ...shape, name: local }, exported: true, span });
      into.push(this.#exportOf('default', name(local), end));
    } else if (declaration.type === 'ClassDeclaration' || declaration.type === 'ClassExpression') {
      const shape = this.#class(declaration);
      const local = declaration.id?.name ?? exportName('class');
      into.push({ kind: 'class', class: { ...shape, name: local }, exported: true, span });
      into.push(this.#exportOf('default', name(local), end));
    } else if (declaration.type !== 'TSInterfaceDeclaration' && declaration.type !== 'TSDeclareFunction')
      into.push(this.#exportOf('default', this.#named(declaration as Tree.Expression, undefined), span));
  }

  /** Members are constants; those without a value count up from the last one that has one. */
  #enum({ id, body }: Tree.TSEnumDeclaration, span: Span): Statement {
    let last: Expr | undefined;
    let behind = 0;
    const entries = body.members.map((member): ObjectEntry => {
      const key = member.id.type === 'Identifier' ? member.id.name : stringOf(member.id);
      const span = this.#of(member);
      const number = (value: number): Expr => ({ kind: 'number', value, span });
      const given = member.initializer ? this.#expr(member.initializer) : undefined;
      behind = given ? 0 : behind + 1;
      last = given ?? last ?? number(-1);
      const counts = last.kind !== 'string' && last.kind !== 'template';
      const value: Expr =
        given ??
        (counts
          ? { kind: 'binary', operator: '+', left: last, right: number(behind), span }
          : { kind: 'other', parts: [], span });
      return { key, keySpan: this.#of(member.id), value, span: this.#of(member) };
    });
    return this.#set(this.#identifier(id), { kind: 'object', entries, span: this.#of(body) }, span);
  }

  #namespace(node: Tree.TSModuleDeclaration | Tree.TSGlobalDeclaration, span: Span, into: Statement[]): void {
    if (node.body?.type !== 'TSModuleBlock' || node.declare) return;
    const body = this.#block(node.body.body);
    into.push({ kind: 'other', parts: [], body, span });
    if (node.id.type !== 'Identifier') return;
    const names = body.flatMap((statement) => {
      if (!('exported' in statement) || !statement.exported) return [];
      if (statement.kind === 'function') return statement.function.name ?? [];
      if (statement.kind === 'class') return statement.class.name ?? [];
      return statement.targets.flatMap((target) => (target.kind === 'name' ? [target.name] : []));
    });
    const end = this.#span(span.end, span.end);
    const entries = names.map(
      (name): ObjectEntry => ({ key: name, keySpan: end, value: { kind: 'name', name, span: end }, span: end }),
    );
    into.push(this.#set(this.#identifier(node.id), { kind: 'object', entries, span: end }, end));
  }

  // Functions and classes

  #function(node: Tree.Function | Tree.ArrowFunctionExpression, name?: string): FunctionShape {
    const arrow = node.type === 'ArrowFunctionExpression';
    const id = arrow ? null : node.id;
    const own = id?.name ?? name;
    const properties: Statement[] = [];
    const params = node.params.map((param) => this.#param(param, properties)).filter((param) => param.name !== 'this');
    const { body } = node;
    const concise = arrow && node.body.type !== 'BlockStatement';
    let statements: Statement[] = [];
    if (concise) {
      const outer = this.#classes;
      this.#classes = [];
      const value = this.#deeper(node.body, () => this.#expr(node.body as Tree.Expression));
      statements = [...this.#classes, { kind: 'return', value, span: this.#of(node.body) }];
      this.#classes = outer;
    } else if (body && body.type === 'BlockStatement') statements = this.#block(body.body);
    return {
      name: own,
      nameSpan: id ? this.#of(id) : this.#span(node.start, node.start),
      params,
      body: [...properties, ...statements],
      decorators: [],
      async: node.async,
      ...(concise && { concise: true as const }),
      ...(arrow && { arrow: true as const }),
      span: this.#of(node),
    };
  }

  #param(node: Tree.ParamPattern, properties: Statement[]): Param {
    const span = this.#of(node);
    if (node.type === 'TSParameterProperty') {
      const param = this.#param(node.parameter, properties);
      const { name } = param;
      if (name !== '') {
        const object: Expr = { kind: 'name', name: 'this', span };
        const target: Pattern = { kind: 'member', object, name, nameSpan: span, span };
        properties.push(this.#set(target, { kind: 'name', name, span }, span));
      }
      return param;
    }
    if (node.type === 'RestElement') {
      const pattern = this.#binding(node.argument);
      return { name: nameOf(pattern) ?? '', kind: 'list', span };
    }
    const written = node.type === 'AssignmentPattern' ? node.left : node;
    const fallback = node.type === 'AssignmentPattern' ? this.#named(node.right, undefined) : undefined;
    const annotation = written.typeAnnotation ? this.#type(written.typeAnnotation.typeAnnotation) : undefined;
    const pattern = this.#binding(written);
    return {
      name: nameOf(pattern) ?? '',
      kind: 'normal',
      ...(fallback && { default: fallback }),
      ...(annotation && { annotation }),
      ...(pattern && pattern.kind !== 'name' && { pattern }),
      span,
    };
  }

  #class(node: Tree.Class): ClassShape {
    const body: Statement[] = [];
    for (const element of node.body.body) {
      const span = this.#of(element);
      switch (element.type) {
        case 'StaticBlock':
          body.push(...this.#block(element.body));
          break;
        case 'MethodDefinition':
        case 'TSAbstractMethodDefinition': {
          if (!element.value.body) break;
          const shape = this.#function(element.value);
          const name = element.kind === 'set' ? undefined : this.#keyOf(element.key, element.computed);
          const getter: Expr[] = element.kind === 'get' ? [{ kind: 'name', name: 'property', span }] : [];
          const decorators = [...this.#decorators(element.decorators), ...getter];
          body.push({
            kind: 'function',
            function: { ...shape, name, nameSpan: this.#of(element.key), decorators },
            span,
          });
          break;
        }
        case 'PropertyDefinition':
        case 'AccessorProperty':
        case 'TSAbstractPropertyDefinition':
        case 'TSAbstractAccessorProperty': {
          const name = this.#keyOf(element.key, element.computed);
          const decorators = this.#decorators(element.decorators);
          if (decorators.length > 0)
            body.push({ kind: 'other', parts: decorators, span: this.#span(span.start, span.start) });
          const annotation = element.typeAnnotation ? this.#type(element.typeAnnotation.typeAnnotation) : undefined;
          const target: Pattern =
            name === undefined ? { kind: 'other', span } : { kind: 'name', name, span: this.#of(element.key) };
          body.push({
            kind: 'assign',
            targets: [target],
            value: element.value ? this.#named(element.value, name) : undefined,
            declares: [target],
            ...(annotation && { annotation }),
            span,
          });
          break;
        }
        default:
      }
    }
    return {
      name: node.id?.name,
      nameSpan: node.id ? this.#of(node.id) : this.#span(node.start, node.start),
      bases: node.superClass ? [this.#expr(node.superClass)] : [],
      body,
      decorators: this.#decorators(node.decorators),
      span: this.#of(node),
    };
  }

  #decorators(decorators: readonly Tree.Decorator[]): Expr[] {
    return decorators.map((decorator) => this.#expr(decorator.expression));
  }

  #keyOf(key: Tree.PropertyKey, computed: boolean): string | undefined {
    if (key.type === 'PrivateIdentifier') return `#${key.name}`;
    if (key.type === 'Identifier') return computed ? undefined : key.name;
    return stringOf(key);
  }

  // Patterns

  /** Without the type behind it. */
  #identifier({ name, start }: AnyNode & { readonly name: string }): Pattern {
    return { kind: 'name', name, span: this.#span(start, start + name.length) };
  }

  /** What a declaration binds. A default of the whole is left to the caller. */
  #binding(node: Tree.BindingPattern | Tree.BindingRestElement): Pattern | undefined {
    switch (node.type) {
      case 'Identifier':
        return this.#identifier(node);
      case 'AssignmentPattern':
        return this.#binding(node.left);
      case 'RestElement':
        return { kind: 'other', span: this.#of(node) };
      case 'ArrayPattern':
        return this.#list(
          node.elements.map((element) => element && this.#part(element)),
          node,
        );
      case 'ObjectPattern':
        return {
          kind: 'keys',
          entries: node.properties.flatMap((property) => {
            if (property.type === 'RestElement') {
              const rest = this.#binding(property.argument);
              return rest ? [{ key: '...', target: rest }] : [];
            }
            const key = this.#keyOf(property.key, property.computed);
            const target = this.#part(property.value);
            if (!target) return [];
            const fallback = property.value.type === 'AssignmentPattern' ? this.#expr(property.value.right) : undefined;
            return [{ key: key ?? '*', target, ...(fallback && { default: fallback }) }];
          }),
          span: this.#of(node),
        };
    }
  }

  #part(node: Tree.BindingPattern | Tree.BindingRestElement): Pattern | undefined {
    return this.#deeper(node, () => this.#binding(node));
  }

  #list(items: readonly (Pattern | null | undefined)[], node: AnyNode): Pattern {
    return { kind: 'list', items: items.map((item) => item ?? undefined), span: this.#of(node) };
  }

  /** What an assignment sets. */
  #target(node: Tree.AssignmentTarget | Tree.AssignmentTargetMaybeDefault | Tree.AssignmentTargetRest): Pattern {
    const span = this.#of(node);
    switch (node.type) {
      case 'Identifier':
        return this.#identifier(node);
      case 'AssignmentPattern':
        return this.#target(node.left);
      case 'ArrayPattern':
        return this.#list(
          node.elements.map((element) => element && this.#deeper(element, () => this.#target(element))),
          node,
        );
      case 'ObjectPattern':
        return {
          kind: 'keys',
          entries: node.properties.flatMap((property) => {
            if (property.type === 'RestElement') return [];
            const key = this.#keyOf(property.key, property.computed) ?? '*';
            const target = this.#deeper(property, () => this.#target(property.value));
            if (!target) return [];
            const fallback = property.value.type === 'AssignmentPattern' ? this.#expr(property.value.right) : undefined;
            return [{ key, target, ...(fallback && { default: fallback }) }];
          }),
          span,
        };
      case 'MemberExpression': {
        const exported = this.#exportTarget(node);
        if (exported !== undefined) return { kind: 'name', name: exportName(exported), span };
        const place = this.#expr(node);
        return place.kind === 'member' || place.kind === 'index' ? place : { kind: 'other', span };
      }
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion': {
        const inner = this.#expr(node.expression);
        return inner.kind === 'name' || inner.kind === 'member' || inner.kind === 'index'
          ? inner
          : { kind: 'other', span };
      }
      default:
        return { kind: 'other', span };
    }
  }

  /** The name that `exports.x`, `module.exports.x` and `module.exports` export. */
  #exportTarget(node: Tree.MemberExpression): string | undefined {
    const name = plainMember(node);
    if (name === undefined) return undefined;
    const object = node.object as Tree.Expression;
    if (object.type === 'Identifier') {
      if (object.name === 'module' && name === 'exports') return '=';
      return object.name === 'exports' ? name : undefined;
    }
    return object.type === 'MemberExpression' && this.#exportTarget(object) === '=' ? name : undefined;
  }

  // Expressions

  /** A function or class without a name of its own goes by that of what it is set to. */
  #named(node: Tree.Expression, name: string | undefined): Expr {
    const inner = withoutTypes(node);
    if (inner.type === 'ArrowFunctionExpression' || inner.type === 'FunctionExpression') {
      const shape = this.#deeper(inner, () => this.#function(inner, name));
      return shape ? { kind: 'function', function: shape, span: this.#of(inner) } : this.#other(inner);
    }
    if (inner.type === 'ClassExpression') return this.#classExpression(inner, name);
    return this.#expr(inner);
  }

  #classExpression(node: Tree.Class, name: string | undefined): Expr {
    const shape = this.#deeper(node, () => this.#class(node));
    if (!shape) return this.#other(node);
    const own = shape.name ?? (name === undefined || name.includes('.') ? `class at ${node.start}` : name);
    this.#classes.push({ kind: 'class', class: { ...shape, name: own }, span: this.#of(node) });
    return { kind: 'name', name: own, span: this.#of(node) };
  }

  #expr(node: Tree.Expression | Tree.PrivateIdentifier | Tree.SpreadElement): Expr {
    return this.#deeper(node, () => this.#read(node)) ?? this.#other(node);
  }

  #other(node: AnyNode, parts: readonly Expr[] = []): Expr {
    return { kind: 'other', parts, span: this.#of(node) };
  }

  #read(node: Tree.Expression | Tree.PrivateIdentifier | Tree.SpreadElement): Expr {
    const span = this.#of(node);
    switch (node.type) {
      case 'Literal':
        return this.#literal(node, span);
      case 'Identifier':
        return node.name === 'undefined' ? { kind: 'none', span } : { kind: 'name', name: node.name, span };
      case 'ThisExpression':
        return { kind: 'name', name: 'this', span };
      case 'Super': {
        const callee: Expr = { kind: 'name', name: 'super', span };
        const end = this.#span(span.end, span.end);
        return { kind: 'call', callee, args: [], span, inside: end };
      }
      case 'TemplateLiteral':
        return this.#template(node, span);
      case 'MemberExpression':
        return this.#member(node, span);
      case 'ChainExpression':
        return this.#read(node.expression);
      case 'CallExpression': {
        const callee: Expr =
          node.callee.type === 'Super'
            ? { kind: 'name', name: 'super', span: this.#of(node.callee) }
            : this.#method(this.#expr(node.callee));
        return this.#call(node, callee, span);
      }
      case 'NewExpression':
        return { ...this.#call(node, this.#expr(node.callee), span), constructs: true };
      case 'ImportExpression': {
        const callee: Expr = { kind: 'name', name: 'import', span: this.#span(span.start, span.start + 6) };
        const value = this.#expr(node.source);
        return { kind: 'call', callee, args: [{ value, span: value.span }], span, inside: value.span };
      }
      case 'MetaProperty':
        return {
          kind: 'member',
          object: { kind: 'name', name: node.meta.name, span: this.#of(node.meta) },
          name: node.property.name,
          nameSpan: this.#of(node.property),
          span,
        };
      case 'ArrayExpression': {
        const items = node.elements.map((element): Expr => {
          if (!element) return { kind: 'none', span: this.#span(span.start, span.start) };
          return element.type === 'SpreadElement'
            ? this.#other(element, [this.#expr(element.argument)])
            : this.#expr(element);
        });
        const open = node.elements.some((element) => element?.type === 'SpreadElement');
        return open ? this.#other(node, items) : { kind: 'array', items, span };
      }
      case 'ObjectExpression':
        return { kind: 'object', entries: node.properties.map((property) => this.#entry(property)), span };
      case 'BinaryExpression':
        return this.#binary(node.operator, node.left, node.right, span);
      case 'LogicalExpression':
        return this.#binary(logicalOperators[node.operator] ?? node.operator, node.left, node.right, span);
      case 'UnaryExpression':
        // `void 0` is undefined; `void start()` is a call whose promise nobody waits for.
        if (node.operator === 'void' && node.argument.type === 'Literal') return { kind: 'none', span };
        return {
          kind: 'unary',
          operator: node.operator === '!' ? 'not' : node.operator,
          operand: this.#expr(node.argument),
          span,
        };
      case 'UpdateExpression':
        return this.#other(node, [this.#expr(node.argument as Tree.Expression)]);
      case 'ConditionalExpression':
        return {
          kind: 'conditional',
          test: this.#expr(node.test),
          consequent: this.#expr(node.consequent),
          alternative: this.#expr(node.alternate),
          span,
        };
      case 'AwaitExpression':
        return { kind: 'await', value: this.#expr(node.argument), span };
      case 'AssignmentExpression': {
        const target = this.#target(node.left);
        const value = this.#named(node.right, nameOf(target));
        return node.operator === '='
          ? { kind: 'assignment', target, value, span }
          : { kind: 'assignment', target, value: this.#other(node, [value]), span };
      }
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return { kind: 'function', function: this.#function(node), span };
      case 'ClassExpression':
        return this.#classExpression(node, undefined);
      case 'SequenceExpression':
        return this.#other(
          node,
          node.expressions.map((inner) => this.#expr(inner)),
        );
      case 'TaggedTemplateExpression':
        return this.#other(node, [this.#expr(node.tag), ...node.quasi.expressions.map((inner) => this.#expr(inner))]);
      case 'YieldExpression':
        return this.#other(node, node.argument ? [this.#expr(node.argument)] : []);
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
      case 'TSNonNullExpression':
      case 'TSInstantiationExpression':
        return this.#read(node.expression);
      case 'SpreadElement':
        return this.#expr(node.argument);
      case 'JSXElement':
      case 'JSXFragment':
        return this.#other(node, this.#markup(node));
      default:
        return this.#other(node);
    }
  }

  #literal(node: Tree.Expression & { type: 'Literal' }, span: Span): Expr {
    if ('regex' in node || 'bigint' in node) return this.#other(node);
    const { value } = node;
    if (value === null) return { kind: 'none', span };
    if (typeof value === 'boolean') return { kind: 'boolean', value, span };
    if (typeof value === 'number') return { kind: 'number', value, span };
    if (typeof value !== 'string') return this.#other(node);
    const written = this.#text.slice(span.start, span.end);
    const plain = written.slice(1, -1) === value;
    return { kind: 'string', value, span, ...(plain && { quote: written[0]! }) };
  }

  #template(node: Tree.TemplateLiteral, span: Span): Expr {
    const pieces = node.quasis.map((quasi): Expr => {
      // The quasi's own place may take in the marks around it.
      const raw = quasi.value.raw;
      const value = quasi.value.cooked ?? raw;
      const start = this.#text.startsWith(raw, quasi.start) ? quasi.start : quasi.start + 1;
      return {
        kind: 'string',
        value,
        span: this.#span(start, start + raw.length),
        ...(raw === value && { quote: '' }),
      };
    });
    const [first] = pieces;
    if (node.expressions.length === 0 && first?.kind === 'string')
      return { kind: 'string', value: first.value, span, ...(first.quote === '' && { quote: '`' }) };
    const parts = pieces.flatMap((piece, at): Expr[] => {
      const expression = node.expressions[at];
      const own = piece.kind === 'string' && piece.value === '' ? [] : [piece];
      return expression ? [...own, this.#expr(expression)] : own;
    });
    return { kind: 'template', parts, quote: '`', span };
  }

  #member(node: Tree.MemberExpression, span: Span): Expr {
    const object = this.#expr(node.object as Tree.Expression);
    const { property } = node;
    if (node.computed) return { kind: 'index', object, index: this.#expr(property as Tree.Expression), span };
    const name = property.type === 'PrivateIdentifier' ? `#${property.name}` : (property as Tree.IdentifierName).name;
    return {
      kind: 'member',
      object,
      name,
      nameSpan: this.#of(property),
      ...(node.optional && { optional: true as const }),
      span,
    };
  }

  /** `app['listen']` as the method that is called. */
  #method(callee: Expr): Expr {
    if (callee.kind !== 'index' || callee.index.kind !== 'string' || !/^[A-Za-z_$][\w$]*$/.test(callee.index.value))
      return callee;
    const { object, index, span } = callee;
    return {
      kind: 'member',
      object,
      name: index.value,
      nameSpan: this.#span(index.span.start + 1, index.span.end - 1),
      span,
    };
  }

  #call(node: Tree.CallExpression | Tree.NewExpression, callee: Expr, span: Span): CallExpr {
    const args = node.arguments.map((arg): Argument => {
      const value = arg.type === 'SpreadElement' ? this.#expr(arg.argument) : this.#named(arg, undefined);
      return { value, span: this.#of(arg), ...(arg.type === 'SpreadElement' && { spread: 'list' as const }) };
    });
    const types = node.typeArguments?.params.flatMap((type) => this.#type(type) ?? []) ?? [];
    const open = this.#text.indexOf('(', node.typeArguments?.end ?? node.callee.end);
    const inside =
      open === -1 || open >= span.end ? this.#span(span.end, span.end) : this.#span(open + 1, span.end - 1);
    return { kind: 'call', callee, args, ...(types.length > 0 && { types }), span, inside };
  }

  #entry(property: Tree.ObjectPropertyKind): ObjectEntry {
    const span = this.#of(property);
    if (property.type === 'SpreadElement')
      return { key: undefined, keySpan: span, value: this.#expr(property.argument), spread: true, span };
    const key = this.#keyOf(property.key, property.computed);
    const value = this.#named(property.value as Tree.Expression, key);
    return {
      key,
      keySpan: this.#of(property.key),
      value: property.kind === 'init' ? value : this.#other(property.value, [value]),
      span,
    };
  }

  #binary(operator: string, left: Tree.Expression | Tree.PrivateIdentifier, right: Tree.Expression, span: Span): Expr {
    return { kind: 'binary', operator, left: this.#expr(left), right: this.#expr(right), span };
  }

  /** The expressions in JSX. */
  #markup(node: Tree.JSXElement | Tree.JSXFragment): Expr[] {
    const parts: Expr[] = [];
    if (node.type === 'JSXElement') {
      for (const attribute of node.openingElement.attributes) {
        if (attribute.type === 'JSXSpreadAttribute') parts.push(this.#expr(attribute.argument));
        else if (attribute.value?.type === 'JSXExpressionContainer') this.#contained(attribute.value, parts);
        else if (attribute.value?.type === 'JSXElement' || attribute.value?.type === 'JSXFragment')
          parts.push(this.#expr(attribute.value));
      }
    }
    for (const child of node.children) {
      if (child.type === 'JSXExpressionContainer') this.#contained(child, parts);
      else if (child.type === 'JSXElement' || child.type === 'JSXFragment') parts.push(this.#expr(child));
      else if (child.type === 'JSXSpreadChild') parts.push(this.#expr(child.expression as Tree.Expression));
    }
    return parts;
  }

  #contained({ expression }: Tree.JSXExpressionContainer, parts: Expr[]): void {
    if (expression.type !== 'JSXEmptyExpression') parts.push(this.#expr(expression));
  }

  // Types

  /** The class or interface that a type names, what wraps it seen through. */
  #type(type: Tree.TSType): Expr | undefined {
    switch (type.type) {
      case 'TSTypeReference': {
        const name = this.#typeName(type.typeName);
        const inner = type.typeArguments?.params[0];
        if (name.kind === 'name' && wrappers.has(name.name) && inner) return this.#type(inner);
        return name;
      }
      case 'TSUnionType':
        for (const part of type.types) {
          const found = this.#type(part);
          if (found) return found;
        }
        return undefined;
      case 'TSParenthesizedType':
        return this.#type(type.typeAnnotation);
      default:
        return undefined;
    }
  }

  #typeName(name: AnyNode): Expr {
    const span = this.#of(name);
    if (name.type === 'TSQualifiedName') {
      const { left, right } = name as Tree.TSQualifiedName;
      return { kind: 'member', object: this.#typeName(left), name: right.name, nameSpan: this.#of(right), span };
    }
    return name.type === 'Identifier'
      ? { kind: 'name', name: (name as Tree.IdentifierName).name, span }
      : this.#other(name);
  }
}

/** Types that stand for what is in them. */
const wrappers = new Set(['Promise', 'Readonly', 'Awaited', 'NonNullable', 'Partial', 'Required', 'PromiseLike']);

const logicalOperators: Readonly<Record<string, string>> = { '||': 'or', '&&': 'and', '??': '??' };

const moduleName = (node: Tree.ModuleExportName): string => (node.type === 'Literal' ? node.value : node.name);

const isScoped = ({ kind }: Tree.VariableDeclaration): boolean => kind === 'let' || kind === 'const';
const nameOf = (pattern: Pattern | undefined): string | undefined =>
  pattern?.kind === 'name'
    ? pattern.name.startsWith('export ')
      ? pattern.name.slice('export '.length).replace('=', 'module.exports')
      : pattern.name
    : pattern?.kind === 'member'
      ? pattern.name
      : undefined;

function plainMember(node: Tree.MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : undefined;
  return node.property.type === 'Literal' && typeof node.property.value === 'string' ? node.property.value : undefined;
}

function stringOf(node: AnyNode): string | undefined {
  const value = node.type === 'Literal' ? (node as Tree.StringLiteral | Tree.NumericLiteral).value : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function withoutTypes(node: Tree.Expression): Tree.Expression {
  let inner = node;
  while (
    inner.type === 'TSAsExpression' ||
    inner.type === 'TSSatisfiesExpression' ||
    inner.type === 'TSNonNullExpression' ||
    inner.type === 'TSTypeAssertion' ||
    inner.type === 'ParenthesizedExpression'
  )
    inner = inner.expression;
  return inner;
}

/** The module of `require('m')`, `await import('m')`. */
function moduleIn(node: Tree.Expression): string | undefined {
  const inner = withoutTypes(node);
  if (inner.type === 'AwaitExpression') {
    const awaited = withoutTypes(inner.argument);
    return awaited.type === 'ImportExpression' ? literalIn(awaited.source) : undefined;
  }
  const required =
    inner.type === 'CallExpression' && inner.callee.type === 'Identifier' && inner.callee.name === 'require';
  const [first] = required ? inner.arguments : [];
  return required && first && inner.arguments.length === 1 && first.type !== 'SpreadElement'
    ? literalIn(first)
    : undefined;
}

const literalIn = (node: Tree.Expression): string | undefined =>
  node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;

/** The names that a pattern takes from a module; undefined where it goes deeper, or has defaults. */
function importedBy(target: Pattern): ImportedName[] | undefined {
  if (target.kind === 'name') return [{ name: '*', local: target.name }];
  if (target.kind !== 'keys') return undefined;
  const names: ImportedName[] = [];
  for (const { key, target: inner, default: fallback } of target.entries) {
    if (inner.kind !== 'name' || fallback || key === '*' || key === '...') return undefined;
    names.push({ name: key, local: inner.name });
  }
  return names;
}
