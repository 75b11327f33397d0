import { parsePort } from './address.ts';
import type { Origin, Span, Step } from './facts.ts';
import { type Definition, definitionsOf, mentions, type ProgramIndex, paramOf, type Scope, scopeOf } from './names.ts';
import { findOption } from './options.ts';
import type { CallExpr, ClassShape, Expr, FunctionShape, Statement } from './syntax/call.ts';
import { type Document, type Node, nodeAt } from './syntax/document.ts';

/** Where a value comes from, whatever it is. */
export interface Trail {
  readonly origin: Origin;
  readonly span: Span;
  readonly steps: readonly Step[];
  /** An option, variable or settings key stands in the chain: a user can change the value without an edit. */
  readonly adjustable: boolean;
  /** It applies only where the usual way gives nothing. */
  readonly fallback?: true;
  /** The option or settings key that the value stands in. */
  readonly declared?: { readonly via: 'option' | 'config'; readonly name: string; readonly span: Span };
}

/** An expression to be read later, in the surroundings it was written in. */
export interface Lazy {
  readonly expr: Expr;
  readonly env: Env;
}

export type Value = Trail &
  (
    | { readonly type: 'string'; readonly value: string; readonly quote?: string; readonly document?: Document }
    | { readonly type: 'number'; readonly value: number; readonly quote?: string; readonly document?: Document }
    | { readonly type: 'boolean'; readonly value: boolean }
    | { readonly type: 'none' }
    | { readonly type: 'list'; readonly items: readonly Lazy[] }
    | { readonly type: 'map'; readonly entries: ReadonlyMap<string, Lazy>; readonly open: boolean }
    /** Something of a library, by its qualified name: `uvicorn.run`, `flask.Flask()`. */
    | {
        readonly type: 'external';
        readonly path: string;
        readonly call?: { readonly call: CallExpr; readonly env: Env };
        readonly receiver?: Value;
        readonly name?: Lazy;
      }
    | {
        readonly type: 'function';
        readonly function: FunctionShape;
        readonly env: Env;
        readonly bound?: BoundArguments;
        readonly self?: Value;
      }
    | { readonly type: 'class'; readonly class: ClassShape; readonly env: Env }
    | {
        readonly type: 'object';
        readonly class: ClassShape;
        readonly env: Env;
        readonly call?: { readonly call: CallExpr; readonly env: Env };
      }
    | { readonly type: 'module'; readonly index: ProgramIndex }
    /** A part of the project's settings, by its path of keys. */
    | { readonly type: 'settings'; readonly path: readonly string[]; readonly file?: string }
    | { readonly type: 'unknown'; readonly optional?: true; readonly written?: string }
  );

/** Arguments given ahead of the call: functools.partial, Thread(args=...). */
export interface BoundArguments {
  readonly positional: readonly Lazy[];
  readonly named: ReadonlyMap<string, Lazy>;
  /** Some arguments could not be seen. */
  readonly open: boolean;
  readonly span: Span;
}

/** The surroundings in which an expression is read: its scope, and what the scope's parameters hold on this way. */
export interface Env {
  readonly scope: Scope;
  /** Undefined: nobody is known to call. */
  readonly bindings?: BoundArguments;
  readonly outer?: Env;
  /** The object whose method this is. */
  readonly self?: Value;
}

/** A settings file of the linted project. */
export interface SettingsFile {
  readonly file: string;
  readonly documents: readonly Document[];
  readonly ignored: boolean;
}

export interface Project {
  readonly programs: ReadonlyMap<string, ProgramIndex>;
  readonly settings: readonly SettingsFile[];
  /** Modules that an import names and that are not read yet: places to look, best first. */
  want(places: readonly string[]): void;
}

export interface Resolver {
  evaluate(expr: Expr, env: Env): readonly Value[];
  /** The one value among candidates; unknown where they disagree. */
  settle(values: readonly Value[]): Value;
  /** Qualified names that a callee may have, with what they are called on. */
  callee(site: { readonly call: CallExpr }, env: Env): readonly Value[];
  /** Is a repository class derived from one of these, by qualified name? */
  basesOf(shape: ClassShape, env: Env): readonly string[];
  /** The arguments of a call, spreads seen through where they can be. */
  argumentsOf(call: CallExpr, env: Env): BoundArguments;
  readonly project: Project;
}

const maximumSteps = 20_000;
const maximumDepth = 60;
const maximumValues = 8;

const environments = new Set(['os.environ', 'process.env', 'Bun.env', 'Deno.env', 'import.meta.env']);
const environmentGetters = new Set([
  'os.environ.get',
  'os.getenv',
  'os.environ.setdefault',
  'Deno.env.get',
  'environ.Env().str',
  'environs.Env().str',
  'environs.Env().int',
  'environ.Env().int',
  'decouple.config',
  'environs.Env()()',
  'environ.Env()()',
]);
const settingsLoaders = new Set([
  'yaml.safe_load',
  'yaml.load',
  'yaml.full_load',
  'json.load',
  'json.loads',
  'toml.load',
  'toml.loads',
  'tomllib.load',
  'tomllib.loads',
  'tomli.load',
  'tomli.loads',
  'yaml.YAML().load',
  'ruamel.yaml.YAML().load',
  'omegaconf.OmegaConf.load',
  'JSON.parse',
  'YAML.parse',
  'js-yaml.load',
]);
const conversions = new Set([
  'int',
  'str',
  'float',
  'Number',
  'String',
  'parseInt',
  'parseFloat',
  'Number.parseInt',
  'typing.cast',
  'ipaddress.ip_address',
  'pathlib.Path',
]);
const settingsBases = [
  'pydantic_settings.BaseSettings',
  'pydantic.BaseSettings',
  'pydantic_settings.main.BaseSettings',
];
const settingsName = /(^|_)(conf|config|configuration|cfg|settings?|options?|opts|env|prefs|properties)$/i;
/** `get_config("api")`, `getSetting("host")`; a capital letter in front would be a class. */
const settingsGetter =
  /^(get_?|load_?|read_?)?_?([cC]onf|[cC]onfig|[cC]fg|[sS]ettings?|[eE]nv|[oO]ption|[pP]aram)(_?([vV]alue|[oO]ption|[sS]ection|[kK]ey|[iI]tem))?s?$/;

const isSettingsGetter = (name: string) => /^[a-z_]/.test(name) && settingsGetter.test(name);

const literal: Origin = { by: 'literal' };
const unknownOrigin: Origin = { by: 'unknown' };

/**
 * Reads expressions as values, through names, calls, imports, options, variables and settings; bounded in steps and depth.
 * @param project the programs and settings that are read so far
 */
export function createResolver(project: Project): Resolver {
  let steps = 0;
  const active = new Set<Expr>();
  /** The programs that imports name, by folder and module. */
  const modules = new Map<string, ProgramIndex | undefined>();

  const unknown = (span: Span, more: Partial<Value> = {}): Value =>
    ({ type: 'unknown', origin: unknownOrigin, span, steps: [], adjustable: false, ...more }) as Value;
  const known = (span: Span): Trail => ({ origin: literal, span, steps: [], adjustable: false });
  const through = (values: readonly Value[], step: Step, change: Partial<Trail> = {}): Value[] =>
    values.map((value) => ({ ...value, ...change, steps: [step, ...value.steps] }));

  function settle(values: readonly Value[]): Value {
    const first = values[0];
    if (!first) throw new Error('a value is always one of at least one');
    if (values.length === 1) return first;
    let usual = values.filter((value) => !value.fallback);
    const spare = values.filter((value) => value.fallback);
    if (usual.length === 0) usual = [...values];
    const given = usual.filter((value) => value.type !== 'none');
    const missing = (value: Value) => value.type === 'none' || (value.type === 'unknown' && value.optional);
    if (given.length > 0) usual = given;
    const primary = usual[0]!;
    if (usual.every(missing) && spare.length > 0) {
      const fallback = settle(spare.map((value) => ({ ...value, fallback: undefined }) as unknown as Value));
      return primary.adjustable
        ? ({
            ...fallback,
            origin: primary.origin,
            adjustable: true,
            steps: [...primary.steps, ...fallback.steps],
          } as Value)
        : fallback;
    }
    if (usual.length === 1) return primary;
    const same = usual.every(
      (value) => value.type === primary.type && 'value' in value && 'value' in primary && value.value === primary.value,
    );
    if (same) return usual.find((value) => value.adjustable) ?? primary;
    const external = usual.every(
      (value) => value.type === 'external' && primary.type === 'external' && value.path === primary.path,
    );
    if (external) return primary;
    return unknown(primary.span, {
      adjustable: usual.some((value) => value.adjustable),
      steps: primary.steps.slice(0, 1),
    });
  }

  function evaluate(expr: Expr, env: Env, depth = 0): readonly Value[] {
    if (++steps > maximumSteps || depth > maximumDepth || active.has(expr)) return [unknown(expr.span)];
    active.add(expr);
    try {
      const values = evaluateNow(expr, env, depth + 1);
      return values.length > maximumValues ? values.slice(0, maximumValues) : values;
    } finally {
      active.delete(expr);
    }
  }

  const one = (expr: Expr, env: Env, depth: number): Value => settle(evaluate(expr, env, depth));

  function evaluateNow(expr: Expr, env: Env, depth: number): readonly Value[] {
    switch (expr.kind) {
      case 'string':
        if (expr.bytes) return [unknown(expr.span)];
        return [
          {
            type: 'string',
            value: expr.value,
            ...(expr.quote !== undefined && { quote: expr.quote }),
            ...known(expr.span),
          },
        ];
      case 'number':
        return [{ type: 'number', value: expr.value, ...known(expr.span) }];
      case 'boolean':
        return [{ type: 'boolean', value: expr.value, ...known(expr.span) }];
      case 'none':
        return [{ type: 'none', ...known(expr.span) }];
      case 'name':
        return nameValues(expr.name, expr, env, depth);
      case 'await':
        return evaluate(expr.value, env, depth);
      case 'assignment':
        return evaluate(expr.value, env, depth);
      case 'conditional': {
        const guards = rootNames(expr.consequent).some((name) => mentions(expr.test, name));
        const alternative = evaluate(expr.alternative, env, depth);
        const consequent = evaluate(expr.consequent, env, depth);
        return [
          ...consequent,
          ...(guards ? alternative.map((value) => ({ ...value, fallback: true as const })) : alternative),
        ];
      }
      case 'binary':
        return [binaryValue(expr, env, depth)];
      case 'unary': {
        const operand = one(expr.operand, env, depth);
        if (expr.operator === '-' && operand.type === 'number')
          return [{ ...operand, value: -operand.value, span: expr.span }];
        if (expr.operator === '+') return [convert(operand, 'Number')];
        return [unknown(expr.span)];
      }
      case 'array':
        return [{ type: 'list', items: expr.items.map((item) => ({ expr: item, env })), ...known(expr.span) }];
      case 'object':
        return [mapValue(expr, env, depth)];
      case 'template':
        return [templateValue(expr, env, depth)];
      case 'member':
        return memberValues(expr, env, depth);
      case 'index': {
        const index = one(expr.index, env, depth);
        const objects = evaluate(expr.object, env, depth);
        return objects.flatMap((object) => itemOf(object, index, expr, env, depth));
      }
      case 'call':
        return callValues(expr, env, depth);
      case 'function':
        return [{ type: 'function', function: expr.function, env, ...known(expr.span) }];
      case 'other':
        return [unknown(expr.span)];
    }
  }

  function rootNames(expr: Expr): string[] {
    if (expr.kind === 'name') return [expr.name];
    if (expr.kind === 'member' || expr.kind === 'index') return rootNames(expr.object);
    if (expr.kind === 'call') return [...rootNames(expr.callee), ...expr.args.flatMap((arg) => rootNames(arg.value))];
    return [];
  }

  function binaryValue(expr: Extract<Expr, { kind: 'binary' }>, env: Env, depth: number): Value {
    const left = one(expr.left, env, depth);
    if (expr.operator === 'or' || expr.operator === '??') {
      const empty =
        left.type === 'none' ||
        (expr.operator === 'or' && (left.type === 'string' || left.type === 'number') && !left.value);
      if (left.type === 'string' || left.type === 'number' || left.type === 'boolean') if (!empty) return left;
      if (!empty && !(left.type === 'unknown')) return left;
      const right = one(expr.right, env, depth);
      if (left.adjustable)
        return {
          ...right,
          origin: left.origin.by === 'unknown' ? right.origin : left.origin,
          adjustable: true,
          steps: [...left.steps, ...right.steps],
        };
      return empty ? right : unknown(expr.span, { adjustable: right.adjustable });
    }
    if (expr.operator === 'and') return unknown(expr.span);
    if (expr.operator === '+') {
      const right = one(expr.right, env, depth);
      if (left.type === 'string' && right.type === 'string') {
        return {
          type: 'string',
          value: left.value + right.value,
          ...known(expr.span),
          adjustable: left.adjustable || right.adjustable,
        };
      }
      if (left.type === 'number' && right.type === 'number')
        return {
          type: 'number',
          value: left.value + right.value,
          ...known(expr.span),
          adjustable: left.adjustable || right.adjustable,
        };
    }
    return unknown(expr.span, { adjustable: left.adjustable });
  }

  function mapValue(expr: Extract<Expr, { kind: 'object' }>, env: Env, depth: number): Value {
    const entries = new Map<string, Lazy>();
    let open = false;
    for (const entry of expr.entries) {
      if (entry.spread) {
        const inner = one(entry.value, env, depth);
        if (inner.type === 'map') for (const [key, value] of inner.entries) entries.set(key, value);
        else open = true;
      } else if (entry.key === undefined) open = true;
      else entries.set(entry.key, { expr: entry.value, env });
    }
    return { type: 'map', entries, open, ...known(expr.span) };
  }

  function templateValue(expr: Extract<Expr, { kind: 'template' }>, env: Env, depth: number): Value {
    let text = '';
    let adjustable = false;
    for (const part of expr.parts) {
      const value = one(part, env, depth);
      adjustable ||= value.adjustable;
      if (value.type !== 'string' && value.type !== 'number') return unknown(expr.span, { adjustable });
      text += String(value.value);
    }
    return { type: 'string', value: text, ...known(expr.span), adjustable };
  }

  function nameValues(name: string, expr: Expr, env: Env, depth: number): readonly Value[] {
    const scope = scopeOf(env.scope, name);
    if (!scope) {
      if (name === 'undefined') return [{ type: 'none', ...known(expr.span) }];
      const star = starImport(name, env, depth);
      return star ?? [{ type: 'external', path: name, name: { expr, env }, ...known(expr.span) }];
    }
    let inside: Env | undefined = env;
    while (inside && inside.scope !== scope)
      inside = inside.outer ?? (inside.scope.parent ? { scope: inside.scope.parent } : undefined);
    const here: Env = inside ?? { scope };
    const own = env.scope === scope;
    const result = definitionsOf(scope, name, own ? expr.span.start : undefined);
    const param = scope.function ? paramOf(scope.function, name) : undefined;
    const values: Value[] = [];
    if (param && !result.definite) values.push(...paramValues(name, param, here, depth));
    for (const definition of result.definitions) {
      const found = definitionValues(definition, name, here, depth);
      values.push(...(definition.fallback ? found.map((value) => ({ ...value, fallback: true as const })) : found));
      if (values.length >= maximumValues) break;
    }
    // A name set to None in an outer scope is set to something else by code that runs in between.
    if (!own && scope.kind === 'module') {
      const set = values.filter((value) => value.type !== 'none');
      if (set.length > 0) return set;
      if (values.length > 0) return [unknown(expr.span)];
    }
    return values.length > 0 ? values : [unknown(expr.span)];
  }

  function starImport(name: string, env: Env, depth: number): readonly Value[] | undefined {
    const index = project.programs.get(env.scope.program.file);
    if (!index) return undefined;
    for (const statement of index.program.body) {
      if (statement.kind !== 'import' || statement.names[0]?.name !== '*' || statement.names[0].local !== '*') continue;
      const module = moduleNamed(statement.module, index.program.file);
      if (module?.module.names.has(name)) return exported(module, name, statement.span, depth + 1);
    }
    return undefined;
  }

  function definitionValues(definition: Definition, name: string, env: Env, depth: number): readonly Value[] {
    switch (definition.by) {
      case 'value': {
        const step: Step = { span: definition.statement.span, note: `${name} is set here` };
        if (definition.path.length === 0) return through(evaluate(definition.value, env, depth), step);
        let values = evaluate(definition.value, env, depth);
        for (const key of definition.path) {
          values = values.flatMap((value) =>
            itemOf(
              value,
              typeof key === 'number'
                ? { type: 'number', value: key, ...known(value.span) }
                : { type: 'string', value: key, ...known(value.span) },
              definition.value,
              env,
              depth,
            ),
          );
        }
        if (definition.default) {
          const fallback = evaluate(definition.default, env, depth);
          values = values.map((value) =>
            value.type === 'none' || (value.type === 'unknown' && value.optional)
              ? ({
                  ...settle(fallback),
                  origin: value.adjustable ? value.origin : settle(fallback).origin,
                  adjustable: value.adjustable,
                } as Value)
              : value,
          );
        }
        return through(values, step);
      }
      case 'import':
        return imported(definition, env.scope.program.file, depth);
      case 'function':
        return [{ type: 'function', function: definition.function, env, ...known(definition.function.nameSpan) }];
      case 'class':
        return [{ type: 'class', class: definition.class, env, ...known(definition.class.nameSpan) }];
      case 'with':
        return evaluate(definition.value, env, depth);
      default:
        return [unknown(definition.statement.span)];
    }
  }

  function imported(definition: Extract<Definition, { by: 'import' }>, file: string, depth: number): readonly Value[] {
    const { module, name } = definition;
    const span = definition.statement.span;
    if (++steps > maximumSteps || depth > maximumDepth) return [unknown(span)];
    if (name.name === '*') {
      // `import a.b` binds `a`; what is used is a.b.c, so the external path is the local name's own.
      const whole = name.local === module.split('.')[0] ? name.local : module;
      const index = moduleNamed(whole, file);
      return index ? [{ type: 'module', index, ...known(span) }] : [{ type: 'external', path: whole, ...known(span) }];
    }
    const index = moduleNamed(module, file);
    if (index && (index.module.names.has(name.name) || name.name === 'default'))
      return exported(index, name.name, span, depth + 1);
    const inner = moduleNamed(module.endsWith('.') ? `${module}${name.name}` : `${module}.${name.name}`, file);
    if (inner) return [{ type: 'module', index: inner, ...known(span) }];
    if (index) {
      for (const statement of index.program.body) {
        if (statement.kind !== 'import' || statement.names[0]?.name !== '*' || statement.names[0].local !== '*')
          continue;
        const source = moduleNamed(statement.module, index.program.file);
        if (source?.module.names.has(name.name)) return exported(source, name.name, span, depth + 1);
      }
      return [unknown(span)];
    }
    if (module.startsWith('.')) return [unknown(span)];
    return [{ type: 'external', path: name.name === 'default' ? module : `${module}.${name.name}`, ...known(span) }];
  }

  function exported(index: ProgramIndex, name: string, span: Span, depth: number): readonly Value[] {
    const result = definitionsOf(index.module, name, undefined);
    const env: Env = { scope: index.module };
    const values = result.definitions.flatMap((definition) => {
      const found = definitionValues(definition, name, env, depth);
      return definition.fallback ? found.map((value) => ({ ...value, fallback: true as const })) : found;
    });
    const set = values.filter((value) => value.type !== 'none');
    return set.length > 0
      ? through(set, { span, note: `${name} is imported from ${index.program.file}` })
      : [unknown(span)];
  }

  /** The program that an import names, if it is read; otherwise it is asked for. */
  function moduleNamed(module: string, file: string): ProgramIndex | undefined {
    const key = `${file.slice(0, file.lastIndexOf('/') + 1)} ${module}`;
    if (modules.has(key)) return modules.get(key);
    const places = modulePlaces(module, file);
    const found = places.find((place) => project.programs.has(place));
    const index = found === undefined ? undefined : project.programs.get(found);
    if (index === undefined && places.length > 0) project.want(places);
    modules.set(key, index);
    return index;
  }

  function paramValues(
    name: string,
    found: NonNullable<ReturnType<typeof paramOf>>,
    env: Env,
    depth: number,
  ): readonly Value[] {
    const shape = env.scope.function!;
    const label = shape.name ?? 'a function';
    const option = findOption(shape, name, env, resolver);
    const given = env.bindings ? boundArgument(shape, name, env) : undefined;
    if (given && given !== 'hidden') {
      return through(evaluate(given.expr, given.env, depth), {
        span: given.expr.span,
        note: `parameter ${name} of ${label}`,
      });
    }
    if (given === 'hidden') return [unknown(found.param.span)];
    if (option) return [option];
    if (shape.params[0] === found.param && env.scope.parent?.kind === 'class' && /^(self|cls)$/.test(name)) {
      return [
        env.self ?? {
          type: 'object',
          class: env.scope.parent.class!,
          env: { scope: env.scope.parent.parent! },
          ...known(found.param.span),
        },
      ];
    }
    if (found.default) {
      const values = evaluate(found.default, env.outer ?? { scope: env.scope.parent! }, depth);
      return through(values, { span: found.param.span, note: `default of parameter ${name} of ${label}` });
    }
    if (found.param.annotation) {
      const type = one(found.param.annotation, { scope: env.scope.parent! }, depth);
      if (type.type === 'class')
        return [{ type: 'object', class: type.class, env: type.env, ...known(found.param.span) }];
      if (type.type === 'external')
        return [
          {
            type: 'external',
            path: `${type.path}()`,
            name: { expr: found.param.annotation, env },
            ...known(found.param.span),
          },
        ];
    }
    return [
      {
        type: 'external',
        path: `${name}`,
        name: { expr: { kind: 'name', name, span: found.param.span }, env },
        ...known(found.param.span),
        origin: unknownOrigin,
      },
    ];
  }

  /** What a call on this way gives a parameter: an expression, nothing (the default holds), or something that cannot be seen. */
  function boundArgument(shape: FunctionShape, name: string, env: Env): Lazy | 'hidden' | undefined {
    const bindings = env.bindings!;
    const named = bindings.named.get(name);
    if (named) return named;
    let params = shape.params.filter((param) => param.kind === 'normal' && param.only !== 'keyword');
    if (env.scope.parent?.kind === 'class' && !isStatic(shape)) params = params.slice(1);
    const at = params.findIndex((param) => param.name === name);
    const positional = at === -1 ? undefined : bindings.positional[at];
    if (positional) return positional;
    return bindings.open ? 'hidden' : undefined;
  }

  const isStatic = (shape: FunctionShape) =>
    shape.decorators.some((decorator) => decorator.kind === 'name' && decorator.name === 'staticmethod');

  function memberValues(expr: Extract<Expr, { kind: 'member' }>, env: Env, depth: number): readonly Value[] {
    const assigned = attributeSetOn(expr, env, depth);
    if (assigned) return assigned;
    return evaluate(expr.object, env, depth).flatMap((object) => memberOf(object, expr.name, expr, env, depth));
  }

  /** `config.bind = [...]` before `config.bind` is read in the same scope. */
  function attributeSetOn(
    expr: Extract<Expr, { kind: 'member' }>,
    env: Env,
    depth: number,
  ): readonly Value[] | undefined {
    if (expr.object.kind !== 'name') return undefined;
    const set = attributeAssignments(expr.object.name, expr.name, env.scope).filter(
      (statement) => statement.span.end <= expr.span.start,
    );
    const last = set.at(-1);
    if (!last?.value || last.updates) return undefined;
    return through(evaluate(last.value, env, depth), {
      span: last.span,
      note: `${expr.object.name}.${expr.name} is set here`,
    });
  }

  function memberOf(object: Value, name: string, expr: Expr, env: Env, depth: number): readonly Value[] {
    switch (object.type) {
      case 'module': {
        if (object.index.module.names.has(name)) return exported(object.index, name, expr.span, depth + 1);
        const inner = moduleNamed(`${modulePath(object.index.program.file)}.${name}`, object.index.program.file);
        return inner ? [{ type: 'module', index: inner, ...known(expr.span) }] : [unknown(expr.span)];
      }
      case 'external': {
        if (environments.has(object.path)) return [environmentValue(name, undefined, expr, env, depth)];
        const option = optionOf(object, name, env, depth);
        if (option) return option;
        const field = settingsLike(object, name, env);
        return [
          {
            type: 'external',
            path: `${object.path}.${name}`,
            receiver: object,
            name: { expr, env },
            ...known(expr.span),
            ...(field && { origin: field }),
            adjustable: field !== undefined,
          },
        ];
      }
      case 'object':
        return attributeOf(object, name, expr, depth);
      case 'class':
        return classAttribute(object.class, object.env, name, expr, depth) ?? [unknown(expr.span)];
      case 'map': {
        const entry = object.entries.get(name);
        return entry ? evaluate(entry.expr, entry.env, depth) : [unknown(expr.span)];
      }
      case 'settings':
        return [settingsValue([...object.path, name], undefined, expr, env, depth, object.file)];
      default:
        return [
          unknown(expr.span, {
            adjustable: object.adjustable,
            origin: object.adjustable ? object.origin : unknownOrigin,
          }),
        ];
    }
  }

  /** `settings.host` on something that cannot be followed but is called settings: a key of the settings, value unknown. */
  function settingsLike(object: Extract<Value, { type: 'external' }>, name: string, env: Env): Origin | undefined {
    const base = object.path.replace(/\(\)/g, '').split('.').at(-1) ?? '';
    void env;
    return settingsName.test(base) && /host|port|addr|bind|listen/i.test(name)
      ? { by: 'config', path: name }
      : undefined;
  }

  function optionOf(
    object: Extract<Value, { type: 'external' }>,
    name: string,
    env: Env,
    depth: number,
  ): readonly Value[] | undefined {
    void depth;
    const found = findOption(object, name, env, resolver);
    return found ? [found] : undefined;
  }

  function attributeOf(
    object: Extract<Value, { type: 'object' }>,
    name: string,
    expr: Expr,
    depth: number,
  ): readonly Value[] {
    const scope = project.programs.get(object.env.scope.program.file)?.scopes.get(object.class);
    if (!scope) return [unknown(expr.span)];
    const found: Value[] = [];
    for (const statement of object.class.body) {
      if (statement.kind !== 'function' || statement.function.name === name) continue;
      const method = project.programs.get(object.env.scope.program.file)?.scopes.get(statement.function);
      const self = statement.function.params[0]?.name;
      if (!method || (self === undefined && scope.program.language === 'python')) continue;
      for (const assignment of attributeAssignments(self ?? 'this', name, method)) {
        if (!assignment.value || assignment.updates) continue;
        const construct = statement.function.name === '__init__' || statement.function.name === 'constructor';
        const bindings = construct && object.call ? argumentsOf(object.call.call, object.call.env, depth) : undefined;
        const env: Env = {
          scope: method,
          outer: { scope, outer: object.env },
          self: object,
          ...(bindings && { bindings }),
        };
        const values = through(evaluate(assignment.value, env, depth), {
          span: assignment.span,
          note: `${self ?? 'this'}.${name} is set here`,
        });
        found.push(...values);
      }
    }
    const set = found.filter((value) => value.type !== 'none');
    if (set.length > 0) return set;
    const field = classAttribute(object.class, object.env, name, expr, depth, object);
    if (field) return field;
    return found.length > 0
      ? found
      : [
          {
            type: 'external',
            path: `${object.class.name ?? 'class'}().${name}`,
            receiver: object,
            name: { expr, env: object.env },
            ...known(expr.span),
            origin: unknownOrigin,
          },
        ];
  }

  /** A field or method of a class or of its bases. Fields of settings classes read the environment; fields of dataclasses can be given to the constructor. */
  function classAttribute(
    shape: ClassShape,
    env: Env,
    name: string,
    expr: Expr,
    depth: number,
    object?: Extract<Value, { type: 'object' }>,
  ): readonly Value[] | undefined {
    if (depth > maximumDepth) return undefined;
    const index = project.programs.get(env.scope.program.file);
    const scope = index?.scopes.get(shape);
    if (!scope) return undefined;
    const inside: Env = { scope, outer: env };
    const label = shape.name ?? 'a class';
    for (const statement of shape.body) {
      if (statement.kind === 'function' && statement.function.name === name) {
        if (
          statement.function.decorators.some(
            (decorator) => decorator.kind === 'name' && /property$/.test(decorator.name),
          )
        ) {
          return returned(
            statement.function,
            { scope: index!.scopes.get(statement.function)!, outer: inside, ...(object && { self: object }) },
            depth,
          );
        }
        return [
          {
            type: 'function',
            function: statement.function,
            env: inside,
            ...(object && { self: object }),
            ...known(statement.function.nameSpan),
          },
        ];
      }
      if (statement.kind !== 'assign') continue;
      const target = statement.targets.find((candidate) => candidate.kind === 'name' && candidate.name === name);
      if (!target) continue;
      const step: Step = { span: statement.span, note: `field ${name} of ${label}` };
      const settings = basesOf(shape, env).some((base) => settingsBases.includes(base));
      const given = object?.call ? argumentsOf(object.call.call, object.call.env, depth).named.get(name) : undefined;
      if (given)
        return through(evaluate(given.expr, given.env, depth), { span: given.expr.span, note: `${name} of ${label}` });
      let value = statement.value;
      let variable = settings ? settingsVariable(shape, name) : undefined;
      if (value?.kind === 'call' && /(^|\.)(Field|field|attrib|ib)$/.test(calleeText(value))) {
        const alias = value.args.find(
          (arg) => arg.name === 'env' || arg.name === 'validation_alias' || arg.name === 'alias',
        )?.value;
        if (settings && alias?.kind === 'string') variable = alias.value;
        value =
          value.args.find((arg) => arg.name === 'default')?.value ??
          value.args.find((arg) => arg.name === undefined)?.value;
      }
      if (!value || (value.kind === 'other' && value.parts.length === 0)) {
        return [
          unknown(statement.span, {
            steps: [step],
            ...(variable !== undefined && { origin: { by: 'env', name: variable }, adjustable: true }),
          }),
        ];
      }
      const values = through(evaluate(value, inside, depth), step);
      if (variable === undefined) return values;
      const origin: Origin = { by: 'env', name: variable };
      const written = environmentFileValue(variable, env.scope.program.file);
      if (written) return [{ ...written, origin, adjustable: true, steps: [step, ...written.steps] }];
      return values.map((one) => ({ ...one, origin, adjustable: true }));
    }
    for (const base of shape.bases) {
      const parent = one(base, env, depth);
      if (parent.type === 'class') {
        const found = classAttribute(parent.class, parent.env, name, expr, depth + 1, object);
        if (found) return found;
      } else if (parent.type === 'external' && !['object', 'ABC', 'abc.ABC'].includes(parent.path)) {
        return [
          {
            type: 'external',
            path: `${parent.path}().${name}`,
            ...(object && { receiver: object }),
            ...known(expr.span),
            ...(object?.call && { call: object.call }),
          },
        ];
      }
    }
    return undefined;
  }

  /** The environment variable a pydantic settings field reads. */
  function settingsVariable(shape: ClassShape, name: string): string {
    let prefix = '';
    for (const statement of shape.body) {
      const config = statement.kind === 'class' && statement.class.name === 'Config' ? statement.class.body : [];
      for (const inner of config) {
        if (
          inner.kind === 'assign' &&
          inner.targets[0]?.kind === 'name' &&
          inner.targets[0].name === 'env_prefix' &&
          inner.value?.kind === 'string'
        )
          prefix = inner.value.value;
      }
      if (
        statement.kind === 'assign' &&
        statement.targets[0]?.kind === 'name' &&
        statement.targets[0].name === 'model_config' &&
        statement.value
      ) {
        const value = statement.value;
        const given =
          value.kind === 'call'
            ? value.args.find((arg) => arg.name === 'env_prefix')?.value
            : value.kind === 'object'
              ? value.entries.find((entry) => entry.key === 'env_prefix')?.value
              : undefined;
        if (given?.kind === 'string') prefix = given.value;
      }
    }
    return `${prefix}${name}`.toUpperCase();
  }

  function calleeText(call: CallExpr): string {
    const text = (expr: Expr): string =>
      expr.kind === 'name' ? expr.name : expr.kind === 'member' ? `${text(expr.object)}.${expr.name}` : '';
    return text(call.callee);
  }

  function itemOf(object: Value, index: Value, expr: Expr, env: Env, depth: number): readonly Value[] {
    const key = index.type === 'string' || index.type === 'number' ? index.value : undefined;
    if (key === undefined) return [unknown(expr.span)];
    switch (object.type) {
      case 'list': {
        const item = typeof key === 'number' ? object.items[key < 0 ? object.items.length + key : key] : undefined;
        return item ? evaluate(item.expr, item.env, depth) : [unknown(expr.span)];
      }
      case 'map': {
        const entry = object.entries.get(String(key));
        return entry
          ? evaluate(entry.expr, entry.env, depth)
          : [unknown(expr.span, object.open ? {} : { optional: true })];
      }
      case 'settings':
        return [settingsValue([...object.path, String(key)], undefined, expr, env, depth, object.file)];
      case 'external':
        if (environments.has(object.path)) return [environmentValue(String(key), undefined, expr, env, depth)];
        return [settingsValue([String(key)], undefined, expr, env, depth)];
      case 'object':
      case 'unknown':
        if (typeof key === 'string') return [settingsValue([key], undefined, expr, env, depth)];
        return [unknown(expr.span)];
      default:
        return [unknown(expr.span)];
    }
  }

  function environmentValue(name: string, fallback: Lazy | undefined, expr: Expr, env: Env, depth: number): Value {
    const origin: Origin = { by: 'env', name };
    const step: Step = { span: expr.span, note: `variable ${name}` };
    const written = environmentFileValue(name, env.scope.program.file);
    if (written) return { ...written, origin, adjustable: true, steps: [step, ...written.steps] };
    if (!fallback) return unknown(expr.span, { origin, adjustable: true, optional: true, steps: [step] });
    const value = one(fallback.expr, fallback.env, depth);
    if (value.type === 'none') return unknown(expr.span, { origin, adjustable: true, optional: true, steps: [step] });
    return { ...value, origin, adjustable: true, steps: [step, ...value.steps] };
  }

  /** A variable in a `.env` file, nearest to the program first, where the project loads such files. */
  function environmentFileValue(name: string, file: string): Value | undefined {
    if (!loadsEnvironmentFiles()) return undefined;
    const folders = foldersOf(file);
    for (const folder of folders) {
      const place = folder === '' ? '.env' : `${folder}/.env`;
      const settings = project.settings.find((candidate) => candidate.file === place);
      const document = settings?.documents[0];
      const node = document && nodeAt(document.root, [name]);
      if (node?.kind === 'scalar' && node.text !== '' && !node.text.includes('$'))
        return scalarValue(node, document!, `${name} in ${place}`);
    }
    return undefined;
  }

  let environmentFiles: boolean | undefined;
  function loadsEnvironmentFiles(): boolean {
    environmentFiles ??= [...project.programs.values()].some((index) =>
      /dotenv|env_file|decouple|environs?\b.*Env\(/.test(index.program.text),
    );
    return environmentFiles;
  }

  function scalarValue(node: Extract<Node, { kind: 'scalar' }>, document: Document, note: string): Value {
    const trail: Trail = {
      origin: literal,
      span: node.span,
      steps: [{ span: node.span, note }],
      adjustable: true,
      declared: { via: 'config', name: note, span: node.span },
    };
    const quote = node.opaque ? {} : { quote: node.quote, document };
    if (node.value === null) return { type: 'none', ...trail };
    if (typeof node.value === 'number') return { type: 'number', value: node.value, ...quote, ...trail };
    if (typeof node.value === 'boolean') return { type: 'boolean', value: node.value, ...trail };
    return { type: 'string', value: node.value, ...quote, ...trail };
  }

  /** A key of the settings: what the project's files say, else the fallback that stands in the code. */
  function settingsValue(
    path: readonly string[],
    fallback: Lazy | undefined,
    expr: Expr,
    env: Env,
    depth: number,
    file?: string,
  ): Value {
    const origin: Origin = { by: 'config', path: path.join('.') };
    const step: Step = { span: expr.span, note: `key ${path.join('.')} of the settings` };
    const found = findSetting(path, file);
    if (found?.node.kind === 'scalar') {
      const value = scalarValue(found.node, found.document, `${path.join('.')} in ${found.document.file}`);
      return { ...value, origin, adjustable: true, steps: [step, ...value.steps] };
    }
    if (fallback) {
      const value = one(fallback.expr, fallback.env, depth);
      if (value.type === 'map' || value.type === 'none' || value.type === 'unknown' || value.type === 'external')
        return {
          type: 'settings',
          path,
          origin,
          span: expr.span,
          steps: [step],
          adjustable: true,
          ...(file !== undefined && { file }),
        };
      return { ...value, origin, adjustable: true, steps: [step, ...value.steps] };
    }
    return {
      type: 'settings',
      path,
      origin,
      span: expr.span,
      steps: [step],
      adjustable: true,
      ...(file !== undefined && { file }),
    };
  }

  function findSetting(
    path: readonly string[],
    file: string | undefined,
  ): { node: Node; document: Document } | undefined {
    const exact = file !== undefined;
    if (!exact && path.length < 2) return undefined;
    const found: { node: Node; document: Document }[] = [];
    for (const settings of project.settings) {
      if (exact && settings.file !== file && !settings.file.endsWith(`/${file}`)) continue;
      for (const document of settings.documents) {
        if (document.notation === 'env') continue;
        const node = nodeAt(document.root, path);
        if (node) found.push({ node, document });
      }
    }
    return found.length === 1 ? found[0] : undefined;
  }

  function convert(value: Value, to: string): Value {
    if (/^(int|float|Number|parseInt|parseFloat|Number\.parseInt)$/.test(to)) {
      if (value.type === 'string') {
        const number =
          parsePort(value.value) ?? (/^\s*[-+]?\d+(\.\d+)?\s*$/.test(value.value) ? Number(value.value) : undefined);
        if (number === undefined)
          return {
            ...unknown(value.span),
            origin: value.origin,
            steps: value.steps,
            adjustable: value.adjustable,
            written: value.value,
          } as Value;
        return { ...value, type: 'number', value: number };
      }
      return value;
    }
    if (/^(str|String)$/.test(to) && value.type === 'number')
      return { ...value, type: 'string', value: String(value.value) };
    return value;
  }

  function callValues(expr: CallExpr, env: Env, depth: number): readonly Value[] {
    const read = keyReads(expr, env, depth);
    if (read) return read;
    const callees = evaluate(expr.callee, env, depth);
    return callees.flatMap((callee) => {
      const values = calledValues(callee, expr, env, depth);
      return callee.fallback ? values.map((value) => ({ ...value, fallback: true as const })) : values;
    });
  }

  /** `x.get("key", fallback)` where x is a mapping or a part of the settings. */
  function keyReads(expr: CallExpr, env: Env, depth: number): readonly Value[] | undefined {
    const first = expr.args[0];
    if (expr.callee.kind !== 'member' || !/^(get|pop|setdefault)$/.test(expr.callee.name) || !first || first.spread)
      return undefined;
    const objects = evaluate(expr.callee.object, env, depth);
    if (!objects.some((object) => object.type === 'map' || object.type === 'settings')) return undefined;
    const key = one(first.value, env, depth);
    if (key.type !== 'string') return [unknown(expr.span)];
    const second = expr.args[1];
    const spare =
      second && second.name === undefined ? second.value : expr.args.find((arg) => arg.name === 'default')?.value;
    return objects.flatMap((object) => {
      const values = readKey(object, key.value, spare && { expr: spare, env }, second, expr, env, depth);
      return object.fallback ? values.map((value) => ({ ...value, fallback: true as const })) : values;
    });
  }

  function calledValues(callee: Value, expr: CallExpr, env: Env, depth: number): readonly Value[] {
    const first = expr.args[0];
    const second = expr.args[1];
    const named = (name: string) => expr.args.find((arg) => arg.name === name);
    const lazy = (inner: Expr | undefined): Lazy | undefined => (inner ? { expr: inner, env } : undefined);
    const fallbackArgument = lazy(
      (second && second.name === undefined && !second.spread ? second : (named('default') ?? named('fallback')))?.value,
    );
    switch (callee.type) {
      case 'external': {
        const path = callee.path;
        if (environmentGetters.has(path) && first && !first.spread) {
          const key = one(first.value, env, depth);
          if (key.type === 'string') {
            const value = environmentValue(key.value, fallbackArgument, expr, env, depth);
            return [/int$/.test(path) || isNamed(named('cast')?.value, 'int') ? convert(value, 'int') : value];
          }
          return [unknown(expr.span)];
        }
        if (conversions.has(path) && expr.args.length > 0) {
          const inner = path === 'typing.cast' ? expr.args[1] : first;
          if (!inner || inner.spread) return [unknown(expr.span)];
          return [convert(one(inner.value, env, depth), path)];
        }
        if (path === 'dict' && !expr.args.some((arg) => arg.name === undefined)) {
          return [
            {
              type: 'map',
              entries: new Map(
                expr.args.filter((arg) => arg.name !== undefined).map((arg) => [arg.name!, { expr: arg.value, env }]),
              ),
              open: expr.args.some((arg) => arg.spread !== undefined),
              ...known(expr.span),
            },
          ];
        }
        if (path === 'getattr' && first && second) {
          const name = one(second.value, env, depth);
          if (name.type !== 'string') return [unknown(expr.span)];
          const object = one(first.value, env, depth);
          const value = settle(memberOf(object, name.value, expr, env, depth));
          const spare = lazy(expr.args[2]?.value);
          if (value.type !== 'string' && value.type !== 'number' && spare) {
            const settled = one(spare.expr, spare.env, depth);
            const origin: Origin =
              value.adjustable && value.origin.by !== 'unknown' ? value.origin : { by: 'config', path: name.value };
            return [
              {
                ...settled,
                origin,
                adjustable: true,
                steps: [{ span: expr.span, note: `attribute ${name.value}` }, ...settled.steps],
              },
            ];
          }
          return [value];
        }
        if (path === 'functools.partial' && first) {
          const target = one(first.value, env, depth);
          const bound = argumentsOf({ ...expr, args: expr.args.slice(1) }, env, depth);
          return [target.type === 'function' ? { ...target, bound } : target];
        }
        if (settingsLoaders.has(path)) {
          const file = fileNamed(first?.value, env, 0);
          if (file !== undefined) return [{ type: 'settings', path: [], file, ...known(expr.span), adjustable: true }];
        }
        if (
          callee.receiver &&
          /\.(get|pop|setdefault|getint|value|get_value|getOrDefault|at)$/.test(path) &&
          first &&
          !first.spread
        ) {
          const key = one(first.value, env, depth);
          if (key.type === 'string')
            return [...readKey(callee.receiver, key.value, fallbackArgument ?? undefined, second, expr, env, depth)];
        }
        if (first && !first.spread && isSettingsGetter(path.slice(path.lastIndexOf('.') + 1))) {
          const key = one(first.value, env, depth);
          if (key.type === 'string') return [settingsValue(key.value.split('.'), fallbackArgument, expr, env, depth)];
        }
        return [
          {
            type: 'external',
            path: `${path}()`,
            call: { call: expr, env },
            ...(callee.receiver && { receiver: callee.receiver }),
            name: { expr, env },
            ...known(expr.span),
          },
        ];
      }
      case 'class':
        return [
          { type: 'object', class: callee.class, env: callee.env, call: { call: expr, env }, ...known(expr.span) },
        ];
      case 'function': {
        const scope = project.programs.get(callee.env.scope.program.file)?.scopes.get(callee.function);
        if (!scope) return [unknown(expr.span)];
        const bindings = mergeArguments(callee.bound, argumentsOf(expr, env, depth));
        const values = returned(
          callee.function,
          { scope, bindings, outer: callee.env, ...(callee.self && { self: callee.self }) },
          depth,
        );
        const name = callee.function.name ?? '';
        const vague = !values.every(
          (value) =>
            value.type === 'string' || value.type === 'number' || (value.type === 'map' && value.entries.size > 0),
        );
        if (vague && first && !first.spread && isSettingsGetter(name)) {
          const key = one(first.value, env, depth);
          if (key.type === 'string') return [settingsValue(key.value.split('.'), fallbackArgument, expr, env, depth)];
        }
        return through(values, { span: expr.span, note: `result of ${name || 'a function'}` });
      }
      case 'map':
      case 'settings':
        return [unknown(expr.span)];
      default: {
        const name =
          expr.callee.kind === 'member' ? expr.callee.name : expr.callee.kind === 'name' ? expr.callee.name : '';
        if (first && !first.spread) {
          const object = expr.callee.kind === 'member' ? one(expr.callee.object, env, depth) : undefined;
          if (object && /^(get|pop|setdefault|getint|value)$/.test(name)) {
            const key = one(first.value, env, depth);
            if (key.type === 'string')
              return [...readKey(object, key.value, fallbackArgument, second, expr, env, depth)];
          }
          if (isSettingsGetter(name)) {
            const key = one(first.value, env, depth);
            if (key.type === 'string') return [settingsValue(key.value.split('.'), fallbackArgument, expr, env, depth)];
          }
        }
        return [unknown(expr.span)];
      }
    }
  }

  const isNamed = (expr: Expr | undefined, name: string) => expr?.kind === 'name' && expr.name === name;

  /** `object.get("key", fallback)`. */
  function readKey(
    object: Value,
    key: string,
    fallback: Lazy | undefined,
    second: CallExpr['args'][number] | undefined,
    expr: CallExpr,
    env: Env,
    depth: number,
  ): readonly Value[] {
    if (object.type === 'map') {
      const entry = object.entries.get(key);
      if (entry) return evaluate(entry.expr, entry.env, depth);
      if (object.open) return [unknown(expr.span)];
      return fallback ? evaluate(fallback.expr, fallback.env, depth) : [{ type: 'none', ...known(expr.span) }];
    }
    if (object.type === 'settings')
      return [settingsValue([...object.path, key], fallback, expr, env, depth, object.file)];
    if (object.type === 'external' && environments.has(object.path))
      return [environmentValue(key, fallback, expr, env, depth)];
    if (
      object.type === 'external' &&
      /configparser\.\w+\(\)$/.test(object.path) &&
      second &&
      second.name === undefined
    ) {
      const option = one(second.value, env, depth);
      const spare = expr.args.find((arg) => arg.name === 'fallback')?.value;
      if (option.type === 'string')
        return [settingsValue([key, option.value], spare && { expr: spare, env }, expr, env, depth)];
    }
    return [settingsValue([key], fallback, expr, env, depth)];
  }

  /** What a function returns on this way. */
  function returned(shape: FunctionShape, env: Env, depth: number): readonly Value[] {
    const values: Value[] = [];
    const visit = (block: readonly Statement[]): void => {
      for (const statement of block) {
        if (values.length >= maximumValues) return;
        if (statement.kind === 'return') values.push(...(statement.value ? evaluate(statement.value, env, depth) : []));
        else if (statement.kind === 'if') {
          visit(statement.consequent);
          visit(statement.alternative);
        } else if (statement.kind === 'try') {
          visit(statement.body);
          const before = values.length;
          for (const handler of statement.handlers) visit(handler.body);
          for (let index = before; index < values.length; index++)
            values[index] = { ...values[index]!, fallback: true };
          visit(statement.otherwise);
          visit(statement.finalizer);
        } else if (statement.kind === 'loop' || statement.kind === 'with') visit(statement.body);
        else if (statement.kind === 'switch') statement.branches.forEach(visit);
        else if (statement.kind === 'other' && statement.body) visit(statement.body);
      }
    };
    visit(shape.body);
    return values.length > 0 ? values : [{ type: 'none', ...known(shape.nameSpan) }];
  }

  /** The settings file that an expression names: `open("config.yaml")`, `Path("config.yaml").read_text()`, a name that holds one. */
  function fileNamed(expr: Expr | undefined, env: Env, depth: number): string | undefined {
    if (!expr || depth > 6) return undefined;
    if (expr.kind === 'string')
      return /\.(ya?ml|json5?|jsonc|toml|ini|cfg)$/i.test(expr.value) ? expr.value.replace(/^\.\//, '') : undefined;
    if (expr.kind === 'call') {
      for (const arg of expr.args) {
        const found = fileNamed(arg.value, env, depth + 1);
        if (found !== undefined) return found;
      }
      return fileNamed(expr.callee, env, depth + 1);
    }
    if (expr.kind === 'member') return fileNamed(expr.object, env, depth + 1);
    if (expr.kind === 'binary') return fileNamed(expr.right, env, depth + 1);
    if (expr.kind === 'name') {
      const scope = scopeOf(env.scope, expr.name);
      if (!scope) return undefined;
      for (const definition of definitionsOf(scope, expr.name, scope === env.scope ? expr.span.start : undefined)
        .definitions) {
        if (definition.by === 'value' || definition.by === 'with') {
          const found = fileNamed(definition.value, { scope }, depth + 1);
          if (found !== undefined) return found;
        }
      }
      const param = scope.function && paramOf(scope.function, expr.name);
      return param?.default && fileNamed(param.default, { scope }, depth + 1);
    }
    return undefined;
  }

  /** The arguments of a call, spreads seen through where they can be. */
  function argumentsOf(call: CallExpr, env: Env, depth: number): BoundArguments {
    const positional: Lazy[] = [];
    const named = new Map<string, Lazy>();
    let open = false;
    for (const arg of call.args) {
      if (arg.spread === 'list') {
        const list = one(arg.value, env, depth);
        if (list.type === 'list') positional.push(...list.items);
        else open = true;
      } else if (arg.spread === 'map') {
        const map = one(arg.value, env, depth);
        if (map.type === 'map') {
          for (const [key, value] of map.entries) named.set(key, value);
          open ||= map.open;
        } else open = true;
      } else if (arg.name !== undefined) named.set(arg.name, { expr: arg.value, env });
      else positional.push({ expr: arg.value, env });
    }
    return { positional, named, open, span: call.span };
  }

  function basesOf(shape: ClassShape, env: Env, depth = 0): readonly string[] {
    if (depth > 8) return [];
    return shape.bases.flatMap((base) => {
      const value = one(base, env, depth);
      if (value.type === 'external') return [value.path];
      if (value.type === 'class' && value.class !== shape) return basesOf(value.class, value.env, depth + 1);
      return [];
    });
  }

  const resolver: Resolver = {
    project,
    settle,
    basesOf,
    argumentsOf: (call, env) => argumentsOf(call, env, 0),
    evaluate: (expr, env) => {
      steps = 0;
      return evaluate(expr, env);
    },
    callee: (site, env) => {
      steps = 0;
      return evaluate(site.call.callee, env);
    },
  };
  return resolver;
}

/** Arguments bound ahead of a call, then those of the call. */
export function mergeArguments(first: BoundArguments | undefined, second: BoundArguments): BoundArguments {
  if (!first) return second;
  return {
    positional: [...first.positional, ...second.positional],
    named: new Map([...first.named, ...second.named]),
    open: first.open || second.open,
    span: second.span,
  };
}

/** The statements of a scope that set `object.name`. */
export function attributeAssignments(
  object: string,
  name: string,
  scope: Scope,
): Extract<Statement, { kind: 'assign' }>[] {
  const table = attributesOf(scope);
  return table.get(`${object}.${name}`) ?? [];
}

/** `mcp.settings` as written, where it is only names. */
function dotted(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind !== 'member') return undefined;
  const object = dotted(expr.object);
  return object === undefined ? undefined : `${object}.${expr.name}`;
}

const attributeTables = new WeakMap<Scope, Map<string, Extract<Statement, { kind: 'assign' }>[]>>();

function attributesOf(scope: Scope): Map<string, Extract<Statement, { kind: 'assign' }>[]> {
  const known = attributeTables.get(scope);
  if (known) return known;
  const table = new Map<string, Extract<Statement, { kind: 'assign' }>[]>();
  const visit = (block: readonly Statement[]): void => {
    for (const statement of block) {
      if (statement.kind === 'assign') {
        for (const target of statement.targets) {
          if (target.kind !== 'member') continue;
          const object = dotted(target.object);
          if (object === undefined) continue;
          const key = `${object}.${target.name}`;
          const list = table.get(key);
          if (list) list.push(statement);
          else table.set(key, [statement]);
        }
      } else if (statement.kind === 'if') {
        visit(statement.consequent);
        visit(statement.alternative);
      } else if (statement.kind === 'try') {
        visit(statement.body);
        for (const handler of statement.handlers) visit(handler.body);
        visit(statement.otherwise);
        visit(statement.finalizer);
      } else if (statement.kind === 'loop' || statement.kind === 'with') visit(statement.body);
      else if (statement.kind === 'switch') statement.branches.forEach(visit);
      else if (statement.kind === 'other' && statement.body) visit(statement.body);
    }
  };
  visit(scope.body);
  attributeTables.set(scope, table);
  return table;
}

/** The folders around a file, innermost first, the root as the empty string last. */
export function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  const folders: string[] = [];
  while (parts.length > 0) {
    folders.push(parts.join('/'));
    parts.pop();
  }
  folders.push('');
  return folders;
}

/** `src/app/config.py` as `src.app.config`. */
function modulePath(file: string): string {
  return file.replace(/(\/__init__)?\.py$/, '').replaceAll('/', '.');
}

/** Where a Python module may lie, best first. */
function modulePlaces(module: string, file: string): string[] {
  const dots = /^\.*/.exec(module)![0].length;
  const name = module.slice(dots).replaceAll('.', '/');
  const join = (folder: string, rest: string) => [folder, rest].filter((part) => part !== '').join('/');
  const forms = (base: string) => (base === '' ? ['__init__.py'] : [`${base}.py`, `${base}/__init__.py`]);
  const folders = foldersOf(file);
  if (dots > 0) {
    const folder = folders[dots - 1];
    return folder === undefined ? [] : forms(join(folder, name));
  }
  if (name === '') return [];
  return [...folders, 'src', 'app', 'backend', 'server'].flatMap((folder) => forms(join(folder, name)));
}
