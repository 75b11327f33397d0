import type { Span } from '../facts.ts';

/** What is left of code when the language is taken away: statements, expressions and their places. */
export type Expr =
  | StringExpr
  | NumberExpr
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  /** None, null, undefined. */
  | { readonly kind: 'none'; readonly span: Span }
  | NameExpr
  | MemberExpr
  | { readonly kind: 'index'; readonly object: Expr; readonly index: Expr; readonly span: Span }
  | CallExpr
  | ObjectExpr
  | ArrayExpr
  | TemplateExpr
  | BinaryExpr
  /** `not` for the language's own; otherwise as written: `-`, `typeof`. */
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expr; readonly span: Span }
  | ConditionalExpr
  | { readonly kind: 'await'; readonly value: Expr; readonly span: Span }
  | FunctionExpr
  /** `x := value`, or an assignment used as an expression. */
  | { readonly kind: 'assignment'; readonly target: Pattern; readonly value: Expr; readonly span: Span }
  /** Written, and of no interest: comprehensions, regular expressions, JSX. `parts` are the expressions inside, so that calls in them are found. */
  | { readonly kind: 'other'; readonly parts: readonly Expr[]; readonly span: Span };

export interface StringExpr {
  readonly kind: 'string';
  readonly value: string;
  /** With quotes and prefix; for adjacent literals the whole. */
  readonly span: Span;
  /** The closing quotes (`"`, `'`, `"""`, a backtick); absent for adjacent literals, escapes and prefixes other than u: the value's offsets are then not the text's. */
  readonly quote?: string;
  /** Bytes, not text. */
  readonly bytes?: true;
}
export interface NumberExpr {
  readonly kind: 'number';
  readonly value: number;
  readonly span: Span;
}
export interface NameExpr {
  readonly kind: 'name';
  readonly name: string;
  readonly span: Span;
}
export interface MemberExpr {
  readonly kind: 'member';
  readonly object: Expr;
  readonly name: string;
  readonly nameSpan: Span;
  readonly optional?: true;
  readonly span: Span;
}
export interface Argument {
  /** Python keyword. */
  readonly name?: string;
  /** `*a` and `...a` are list, `**a` is map. */
  readonly spread?: 'list' | 'map';
  readonly value: Expr;
  readonly span: Span;
}
export interface CallExpr {
  readonly kind: 'call';
  readonly callee: Expr;
  readonly args: readonly Argument[];
  /** `new X()`. */
  readonly constructs?: true;
  /** Type arguments that name something: `create<Server>()`. */
  readonly types?: readonly Expr[];
  readonly span: Span;
  /** Between the parentheses. */
  readonly inside: Span;
}
export interface ObjectEntry {
  /** Undefined: a computed key, or a spread. */
  readonly key: string | undefined;
  readonly keySpan: Span;
  readonly value: Expr;
  readonly spread?: true;
  readonly span: Span;
}
export interface ObjectExpr {
  readonly kind: 'object';
  readonly entries: readonly ObjectEntry[];
  readonly span: Span;
}
export interface ArrayExpr {
  readonly kind: 'array';
  readonly items: readonly Expr[];
  readonly tuple?: true;
  readonly span: Span;
}
/** f-strings and template literals; strings among the parts are the literal pieces, their spans without quotes. */
export interface TemplateExpr {
  readonly kind: 'template';
  readonly parts: readonly Expr[];
  readonly quote: string;
  readonly span: Span;
}
export interface BinaryExpr {
  readonly kind: 'binary';
  /** `or`, `and`, `??` for the language's logical operators (`||` is `or`, `&&` is `and`); otherwise as written: `+`, `%`, `==`. */
  readonly operator: string;
  readonly left: Expr;
  readonly right: Expr;
  readonly span: Span;
}
export interface ConditionalExpr {
  readonly kind: 'conditional';
  readonly test: Expr;
  readonly consequent: Expr;
  readonly alternative: Expr;
  readonly span: Span;
}
export interface FunctionExpr {
  readonly kind: 'function';
  readonly function: FunctionShape;
  readonly span: Span;
}

export type Pattern =
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | MemberExpr
  | { readonly kind: 'index'; readonly object: Expr; readonly index: Expr; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly (Pattern | undefined)[]; readonly span: Span }
  | {
      readonly kind: 'keys';
      readonly entries: readonly { readonly key: string; readonly target: Pattern; readonly default?: Expr }[];
      readonly span: Span;
    }
  | { readonly kind: 'other'; readonly span: Span };

export interface Param {
  readonly name: string;
  readonly kind: 'normal' | 'list' | 'map';
  /** Only by name, or only by place. */
  readonly only?: 'keyword' | 'position';
  readonly default?: Expr;
  readonly annotation?: Expr;
  /** JavaScript destructuring. */
  readonly pattern?: Pattern;
  readonly span: Span;
}
export interface FunctionShape {
  /** Undefined for lambdas and arrow functions without a name. */
  readonly name: string | undefined;
  readonly nameSpan: Span;
  readonly params: readonly Param[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expr[];
  readonly async: boolean;
  /** An arrow function or lambda whose body is one expression: `body` is then one return statement. */
  readonly concise?: true;
  /** `this` in it is that of the code around it. */
  readonly arrow?: true;
  readonly span: Span;
}
export interface ClassShape {
  readonly name: string | undefined;
  readonly nameSpan: Span;
  readonly bases: readonly Expr[];
  /** Fields are assignments (annotation and value kept), methods are function statements. */
  readonly body: readonly Statement[];
  readonly decorators: readonly Expr[];
  readonly span: Span;
}
export interface Handler {
  /** Empty: catches everything. */
  readonly types: readonly Expr[];
  readonly name?: string;
  readonly body: readonly Statement[];
  readonly span: Span;
}
export interface ImportedName {
  /** The exported name; `*` for the whole module, `default` for JavaScript's default. */
  readonly name: string;
  readonly local: string;
}

export type Statement =
  | { readonly kind: 'expression'; readonly value: Expr; readonly span: Span }
  | {
      readonly kind: 'assign';
      readonly targets: readonly Pattern[];
      /** Undefined: only declared (`host: str`, `let host`). */
      readonly value: Expr | undefined;
      readonly annotation?: Expr;
      /** `+=` and the like: the new value is not known. */
      readonly updates?: true;
      /** JavaScript: those of the targets that are declared here; the others belong to whichever scope declares them. */
      readonly declares?: readonly Pattern[];
      /** JavaScript's `let`, `const` and `class`: what is declared here is known in this block alone. */
      readonly scoped?: true;
      readonly exported?: true;
      readonly span: Span;
    }
  | {
      readonly kind: 'if';
      readonly test: Expr;
      readonly consequent: readonly Statement[];
      readonly alternative: readonly Statement[];
      readonly span: Span;
    }
  | {
      readonly kind: 'loop';
      readonly target?: Pattern;
      /** The target is known in the body alone. */
      readonly scoped?: true;
      readonly over?: Expr;
      readonly body: readonly Statement[];
      readonly span: Span;
    }
  | {
      readonly kind: 'try';
      readonly body: readonly Statement[];
      readonly handlers: readonly Handler[];
      readonly otherwise: readonly Statement[];
      readonly finalizer: readonly Statement[];
      readonly span: Span;
    }
  | {
      readonly kind: 'with';
      readonly items: readonly { readonly value: Expr; readonly target?: Pattern }[];
      readonly body: readonly Statement[];
      readonly span: Span;
    }
  /** match, switch: branches that exclude each other. */
  | {
      readonly kind: 'switch';
      readonly value: Expr;
      readonly branches: readonly (readonly Statement[])[];
      readonly span: Span;
    }
  | { readonly kind: 'function'; readonly function: FunctionShape; readonly exported?: true; readonly span: Span }
  | {
      readonly kind: 'class';
      readonly class: ClassShape;
      readonly scoped?: true;
      readonly exported?: true;
      readonly span: Span;
    }
  | { readonly kind: 'return'; readonly value: Expr | undefined; readonly span: Span }
  | { readonly kind: 'raise'; readonly value: Expr | undefined; readonly span: Span }
  | {
      readonly kind: 'import';
      /** As written: `.config`, `../app`, `flask`, `a.b`. */
      readonly module: string;
      readonly names: readonly ImportedName[];
      readonly scoped?: true;
      readonly span: Span;
    }
  /** pass, break, continue, global, del, assert, a lone block. */
  | {
      readonly kind: 'other';
      readonly parts: readonly Expr[];
      readonly body?: readonly Statement[];
      readonly span: Span;
    };

export interface Comment {
  readonly span: Span;
  /** Without the comment marks, trimmed. */
  readonly text: string;
}

/** A file of code. */
export interface Program {
  readonly file: string;
  readonly text: string;
  readonly language: 'python' | 'javascript' | 'typescript';
  readonly body: readonly Statement[];
  readonly comments: readonly Comment[];
  /** Places the parser could not understand; the rest is read all the same. */
  readonly errors: readonly Span[];
  /** Where reading ended because the rest is more than the parser can bear. UTF-16 offset. */
  readonly unread?: number;
  /** Python: where the first statement starts that is indented differently from its block. */
  readonly misindented?: number;
}
