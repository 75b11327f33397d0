import type { Origin, Step } from '../facts.ts';
import { remembered } from '../remembered.ts';
import type { BoundArguments, Env, Evaluation, Lazy, Value, ValueOf } from '../resolve.ts';
import type { CallExpr, ClassShape, Expr, FunctionShape, Program } from '../syntax/call.ts';
import { definitionsOf } from './definitions.ts';
import { readKey, settingByName } from './libraries.ts';
import type { ProgramIndex, Scope } from './names.ts';
import { pathOf } from './paths.ts';
import { derived, isMissing, known, setBy, settle, through, unknown } from './values.ts';

type ObjectValue = ValueOf<'object'>;
type ClassValue = ValueOf<'class'>;

/** A class of the repository with its scope. */
interface Ancestor {
  readonly class: ClassShape;
  readonly env: Env;
  readonly scope: Scope;
}

/** A class, then the classes it is derived from, nearest first. */
interface Lineage {
  readonly classes: readonly Ancestor[];
  /** Classes of libraries, by qualified name. */
  readonly external: readonly string[];
}

const settingsBases = /^(pydantic_settings(\.main)?\.BaseSettings|pydantic(\.v1|\.env_settings)?\.BaseSettings)$/;
const enumBases = /^enum\.\w*(Enum|Flag)$/;
const nothingSaid = new Set([
  'object',
  'ABC',
  'abc.ABC',
  'typing.Protocol',
  'typing.Generic',
  'Exception',
  'str',
  'int',
]);
const maximumAncestors = 24;

function lineageOf(evaluation: Evaluation, shape: ClassShape, env: Env): Lineage {
  const classes: Ancestor[] = [];
  const external: string[] = [];
  const visit = (current: ClassShape, around: Env): void => {
    if (classes.length >= maximumAncestors || classes.some((known) => known.class === current)) return;
    const scope = evaluation.scopeFor(current, around);
    if (!scope) return;
    classes.push({ class: current, env: around, scope });
    for (const base of current.bases) {
      const named = base.kind === 'index' ? base.object : base;
      const value = evaluation.one(named, around);
      if (value.type === 'class') visit(value.class, value.env);
      // One class may have the names of two versions: `except ImportError: from socketserver import TCPServer`.
      else for (const one of evaluation.evaluate(named, around)) if (one.type === 'external') external.push(one.path);
    }
  };
  visit(shape, env);
  return { classes, external };
}

/** The classes of libraries that a repository class is derived from, by qualified name. */
export function basesOf(evaluation: Evaluation, shape: ClassShape, env: Env): readonly string[] {
  return lineageOf(evaluation, shape, env).external;
}

/** `super()` in a method: its object, seen as one of the class above. */
export function superOf(evaluation: Evaluation, env: Env): Value | undefined {
  let at: Env | undefined = env;
  while (at && at.scope.parent?.kind !== 'class') at = at.outer;
  const owner = at?.scope.parent;
  if (!at || !owner?.class) return undefined;
  const around: Env = at.outer?.outer ?? { scope: owner.parent! };
  for (const base of owner.class.bases) {
    const value = evaluation.one(base, around);
    const self = at.self ?? { type: 'object', class: owner.class, env: around, ...known(owner.class.nameSpan) };
    if (value.type === 'class')
      return { type: 'object', class: value.class, env: value.env, seen: self, ...known(base.span) };
    if (value.type === 'external') return { ...value, path: `${value.path}()`, receiver: self };
  }
  return undefined;
}

const isConstructor = (name: string | undefined) => name === '__init__' || name === 'constructor';

function methodOf(ancestor: Ancestor, fits: (name: string | undefined) => boolean): FunctionShape | undefined {
  for (const statement of ancestor.class.body)
    if (statement.kind === 'function' && fits(statement.function.name)) return statement.function;
  return undefined;
}

/** One constructor that runs when an object is made, with what it is given. */
interface Construction {
  readonly ancestor: Ancestor;
  readonly env: Env;
  readonly self: string;
}

/** The constructors that run for an object, the one of the most derived class first. */
function constructionsOf(evaluation: Evaluation, object: ObjectValue, lineage: Lineage): readonly Construction[] {
  const runs: Construction[] = [];
  let bindings: BoundArguments | undefined = object.call && evaluation.argumentsOf(object.call.call, object.call.env);
  let next = 0;
  while (next < lineage.classes.length) {
    const at = lineage.classes.findIndex((ancestor, place) => place >= next && methodOf(ancestor, isConstructor));
    const ancestor = lineage.classes[at];
    const shape = ancestor && methodOf(ancestor, isConstructor);
    const scope = shape && evaluation.scopeFor(shape, ancestor.env);
    if (!scope) break;
    const self = scope.program.language === 'python' ? (shape.params[0]?.name ?? 'self') : 'this';
    const env: Env = {
      scope,
      outer: { scope: ancestor.scope, outer: ancestor.env },
      self: object,
      ...(bindings && { bindings }),
    };
    runs.push({ ancestor, env, self });
    const up = constructorAbove(evaluation, scope);
    if (!up) break;
    bindings = evaluation.argumentsOf(up, env);
    next = at + 1;
  }
  return runs;
}

/** Found once a file: every attribute that is read asks for them. */
const constructorCalls = remembered((index: ProgramIndex) =>
  index.calls.filter(({ call: { callee } }) =>
    index.program.language === 'python'
      ? callee.kind === 'member' && isConstructor(callee.name)
      : callee.kind === 'name' && callee.name === 'super',
  ),
);

/** The call of the constructor above in a constructor, without the object where it is handed over. */
function constructorAbove(evaluation: Evaluation, scope: Scope): CallExpr | undefined {
  const index = evaluation.project.programs.get(scope.program.file);
  const site = index && constructorCalls(index).find((one) => one.scope === scope);
  if (scope.program.language !== 'python') return site?.call;
  if (site?.call.callee.kind !== 'member') return undefined;
  const { object } = site.call.callee;
  const viaSuper = object.kind === 'call' && object.callee.kind === 'name' && object.callee.name === 'super';
  return viaSuper ? site.call : { ...site.call, args: site.call.args.slice(1) };
}

/**
 * The values of an object's attribute: what its constructors and other methods set, else the field of its class.
 * @param expr the place that reads
 */
export function attributeOf(evaluation: Evaluation, object: ObjectValue, name: string, expr: Expr): readonly Value[] {
  if (object.seen?.type === 'object') {
    const field = fieldOf(evaluation, object, name, expr, object.seen);
    return field ?? [outsideAttribute(object, name, expr)];
  }
  const lineage = lineageOf(evaluation, object.class, object.env);
  const constructions = constructionsOf(evaluation, object, lineage);
  let constructed: readonly Value[] = [];
  let definite = false;
  for (const { env, self } of constructions) {
    const place = `${self}.${name}`;
    const reaching = definitionsOf(env.scope, place, undefined);
    const values = evaluation.valuesOf(reaching, place, env, () => []);
    constructed = [...values, ...constructed];
    definite = reaching.definite;
    if (definite) break;
  }
  const others = setInMethods(evaluation, object, name, lineage, constructions);
  const set = [...constructed, ...others].filter((value) => value.type !== 'none');
  if (definite && set.length > 0) return set;
  const field = fieldOf(evaluation, object, name, expr, object)?.filter(
    (value) => set.length === 0 || (value.type !== 'none' && !isOnlyDeclared(value, lineage)),
  );
  if (set.length > 0) return definite ? set : [...(field ?? []), ...set];
  if (field) return field;
  const nothing = [...constructed, ...others];
  return nothing.length > 0 ? nothing : [outsideAttribute(object, name, expr)];
}

/** `private port: number;` in TypeScript: nothing but a type. */
function isOnlyDeclared({ type, span }: Value, { classes }: Lineage): boolean {
  return (
    type === 'unknown' &&
    classes.some(
      ({ class: { body }, scope }) =>
        scope.program.language !== 'python' &&
        scope.program.file === span.file &&
        body.some(
          (statement) =>
            statement.kind === 'assign' &&
            statement.value === undefined &&
            statement.span.start === span.start &&
            statement.span.end === span.end,
        ),
    )
  );
}

/** An attribute that nothing in the repository sets: the library's, if the class is derived from one. */
function outsideAttribute(object: ObjectValue, name: string, expr: Expr): Value {
  const setting = settingByName(object.class.name ?? '', name);
  return {
    type: 'external',
    path: `${object.class.name ?? 'class'}().${name}`,
    receiver: object,
    name: { expr, env: object.env },
    ...known(expr.span),
    ...(setting ? { origin: setting, adjustable: true } : { origin: { by: 'unknown' } }),
  };
}

/** The methods of a class in which an attribute's name stands. */
const methodsNaming = remembered((shape: ClassShape) =>
  remembered(({ text }: Program) => {
    const found = new Map<string, FunctionShape[]>();
    for (const statement of shape.body) {
      if (statement.kind !== 'function') continue;
      const { start, end } = statement.function.span;
      const names = new Set(
        [...text.slice(start, end).matchAll(/\.\s*(#?[\p{L}\p{N}\p{M}_$]+)/gu)].map(([, name]) => name!),
      );
      for (const name of names) {
        const methods = found.get(name);
        if (methods) methods.push(statement.function);
        else found.set(name, [statement.function]);
      }
    }
    return found;
  }),
);

/** What methods that are no constructors set an attribute to. */
function setInMethods(
  evaluation: Evaluation,
  object: ObjectValue,
  name: string,
  lineage: Lineage,
  constructions: readonly Construction[],
): readonly Value[] {
  const values: Value[] = [];
  for (const ancestor of lineage.classes) {
    for (const shape of methodsNaming(ancestor.class)(ancestor.scope.program).get(name) ?? []) {
      if (shape.name === name) continue;
      const scope = evaluation.scopeFor(shape, ancestor.env);
      if (!scope || isConstructor(shape.name)) continue;
      const self = scope.program.language === 'python' ? shape.params[0]?.name : 'this';
      if (self === undefined) continue;
      const env: Env = { scope, outer: { scope: ancestor.scope, outer: ancestor.env }, self: object };
      const place = `${self}.${name}`;
      values.push(...evaluation.valuesOf(definitionsOf(scope, place, undefined), place, env, () => []));
    }
  }
  void constructions;
  return values;
}

const isProperty = (shape: FunctionShape) =>
  shape.decorators.some((decorator) => /property$/.test(pathOf(decorator) ?? ''));

/**
 * A field or method of a class or of those it is derived from. Fields of settings classes read the environment; fields of
 * dataclasses and the like can be given to the constructor.
 * @param owner the class, or an object whose class is meant
 * @param object the object that is read, if there is one
 * @returns undefined where there is no such field
 */
export function fieldOf(
  evaluation: Evaluation,
  owner: ClassValue | ObjectValue,
  name: string,
  expr: Expr,
  object?: ObjectValue,
): readonly Value[] | undefined {
  const lineage = lineageOf(evaluation, owner.class, owner.env);
  for (const ancestor of lineage.classes) {
    const property = ancestor.class.body.find(
      (statement) =>
        statement.kind === 'function' && statement.function.name === name && isProperty(statement.function),
    );
    const inside: Env = { scope: ancestor.scope, outer: ancestor.env };
    if (property?.kind === 'function') {
      const scope = evaluation.scopeFor(property.function, ancestor.env);
      if (scope && object) return evaluation.returned(property.function, { scope, outer: inside, self: object });
    }
    const reaching = definitionsOf(ancestor.scope, name, undefined);
    if (reaching.definitions.length === 0) continue;
    const method = reaching.definitions.at(-1);
    if (method?.by === 'function') {
      const env = inside;
      return [
        {
          type: 'function',
          function: method.function,
          env,
          ...(object && { self: object }),
          ...known(method.function.nameSpan),
        },
      ];
    }
    const values = reaching.definitions.flatMap((definition) =>
      definition.by === 'value' || definition.by === 'declared'
        ? fieldValues(evaluation, ancestor, lineage, definition, name, object)
        : evaluation.valuesOf({ definitions: [definition], definite: true }, name, inside, () => []),
    );
    if (values.length > 0)
      return object && ancestor.scope.program.language !== 'python'
        ? values.map((value) => (value.type === 'function' ? { ...value, self: object } : value))
        : values;
  }
  const base = lineage.external.find((path) => !nothingSaid.has(path));
  if (base === undefined || enumBases.test(base)) return undefined;
  return [
    {
      type: 'external',
      path: `${base}().${name}`,
      ...known(expr.span),
      ...(object && { receiver: object }),
      ...(object?.call && { call: object.call }),
    },
  ];
}

type FieldDefinition = Extract<ReturnType<typeof definitionsOf>['definitions'][number], { by: 'value' | 'declared' }>;

/** What a field holds: what the constructor is given, what the environment says, what stands in the class. */
function fieldValues(
  evaluation: Evaluation,
  ancestor: Ancestor,
  lineage: Lineage,
  definition: FieldDefinition,
  name: string,
  object: ObjectValue | undefined,
): readonly Value[] {
  const label = ancestor.class.name ?? 'a class';
  const inside: Env = { scope: ancestor.scope, outer: ancestor.env };
  const step: Step = { span: definition.statement.span, note: `field ${name} of ${label}` };
  const declared = fieldCall(definition.by === 'value' ? definition.value : undefined);
  const written = (): readonly Value[] => {
    const made = declared.factory ? factoryValues(evaluation, declared.factory, inside) : undefined;
    if (made) return made;
    if (declared.value) return evaluation.evaluate(declared.value, inside);
    const type = definition.annotation && evaluation.one(definition.annotation, inside);
    if (type?.type === 'class')
      return [{ type: 'object', class: type.class, env: type.env, ...known(definition.statement.span) }];
    if (type?.type === 'external' && ancestor.scope.program.language !== 'python')
      return [{ type: 'external', path: `${type.path}()`, ...known(definition.statement.span) }];
    return [unknown(definition.statement.span)];
  };
  if (object) {
    const given = constructorArgument(evaluation, object, lineage, name, declared.alias);
    if (given === 'hidden') return [unknown(definition.statement.span)];
    if (given) {
      const { lazy, rest } = given;
      if (lazy)
        return through(evaluation.evaluate(lazy.expr, lazy.env), {
          span: lazy.expr.span,
          note: `${name} of ${label}`,
        });
      const spare = evaluation.later(definition.statement.span, () => through(written(), step));
      return (
        readKey(evaluation, rest!, name, spare, spare.expr, spare.env, true) ?? [unknown(definition.statement.span)]
      );
    }
  }
  const variable = variableOf(evaluation, lineage, name, declared, object);
  if (variable === undefined) {
    const origin = settableFrom(lineage, name, declared, object);
    return origin ? written().map((value) => settable(value, origin, step)) : through(written(), step);
  }
  const origin: Origin = { by: 'env', name: variable.name };
  const inFile = evaluation.lookup.variable(variable.name, ancestor.scope.program.file);
  // How a class reads a variable that is empty is up to its library.
  if (inFile) return [setBy(inFile.type === 'unknown' ? derived(inFile, inFile.span) : inFile, origin, [step])];
  return written().map((value): Value => {
    if (value.type === 'object')
      return { ...value, steps: [step, ...value.steps], prefix: `${variable.name}${variable.delimiter ?? '_'}` };
    if (isMissing(value) || value.type === 'unknown')
      return unknown(definition.statement.span, { steps: [step], origin, adjustable: true });
    return setBy(value, origin, [step]);
  });
}

/** What else can set a field: the command line that fills the class, or the settings of a program built on traitlets. */
function settableFrom(
  lineage: Lineage,
  name: string,
  declared: FieldCall,
  object: ObjectValue | undefined,
): Origin | undefined {
  if (object?.adjustable && object.origin.by === 'argument')
    return { by: 'argument', name: `${object.origin.name === '' ? '--' : `${object.origin.name}.`}${name}` };
  if (object?.adjustable && object.origin.by === 'config')
    return { by: 'config', path: object.origin.path === '' ? name : `${object.origin.path}.${name}` };
  if (declared.trait && lineage.external.some((base) => base.startsWith('traitlets.')))
    return { by: 'config', path: name };
  return undefined;
}

function settable(value: Value, origin: Origin, step: Step): Value {
  if (value.type === 'object') return { ...value, origin, adjustable: true, steps: [step, ...value.steps] };
  return value.type === 'unknown'
    ? unknown(value.span, { steps: [step], origin, adjustable: true })
    : setBy(value, origin, [step]);
}

interface FieldCall {
  readonly value?: Expr;
  readonly factory?: Expr;
  /** The name under which it is given, and read from the environment. */
  readonly alias?: string;
  /** `Unicode("127.0.0.1")` of traitlets. */
  readonly trait?: true;
}

/** `Field("x", alias="HOST")`, `field(default_factory=...)`, `attr.ib(default=...)`, or a plain value. */
function fieldCall(value: Expr | undefined): FieldCall {
  if (!value || (value.kind === 'other' && value.parts.length === 0)) return {};
  if (value.kind === 'call' && value.callee.kind === 'member' && value.callee.name === 'tag')
    return fieldCall(value.callee.object);
  if (value.kind === 'call' && /(^|\.)(Unicode|CUnicode|Integer|Int|CInt)$/.test(pathOf(value.callee) ?? '')) {
    const given = value.args.find((arg) => arg.name === 'default_value' || (arg.name === undefined && !arg.spread));
    return { trait: true, ...(given && { value: given.value }) };
  }
  const made = madeByFactory(value);
  if (made) return { factory: made };
  if (value.kind !== 'call' || !/(^|\.)(Field|field|attrib|ib|PrivateAttr)$/.test(pathOf(value.callee) ?? '')) {
    return { value };
  }
  const named = (...names: string[]) =>
    value.args.find((arg) => arg.name !== undefined && names.includes(arg.name))?.value;
  const first = value.args.find((arg) => arg.name === undefined && !arg.spread)?.value;
  const given = named('default') ?? first;
  const required = given?.kind === 'other' && given.parts.length === 0;
  const factory = named('default_factory', 'factory') ?? (given && madeByFactory(given));
  const aliased = named('validation_alias', 'env', 'alias');
  const alias =
    aliased?.kind === 'call' ? aliased.args[0]?.value : aliased?.kind === 'array' ? aliased.items[0] : aliased;
  return {
    ...(given && !required && !factory && { value: given }),
    ...(factory && { factory }),
    ...(alias?.kind === 'string' && { alias: alias.value }),
  };
}

/** `attr.Factory(Address)`. */
function madeByFactory(value: Expr): Expr | undefined {
  if (value.kind !== 'call' || !/^(?:attrs?\.)?Factory$/.test(pathOf(value.callee) ?? '')) return undefined;
  const [first] = value.args;
  return first && !first.spread ? first.value : undefined;
}

function factoryValues(evaluation: Evaluation, factory: Expr, env: Env): readonly Value[] | undefined {
  const call: CallExpr = { kind: 'call', callee: factory, args: [], span: factory.span, inside: factory.span };
  return evaluation.evaluate(factory, env).flatMap((made) => evaluation.called(made, call, env));
}

/** What a constructor that is made of the fields is given for one of them. */
function constructorArgument(
  evaluation: Evaluation,
  object: ObjectValue,
  lineage: Lineage,
  name: string,
  alias: string | undefined,
): { lazy?: Lazy; rest?: Value } | 'hidden' | undefined {
  if (!/\.pyw?$/.test(object.class.span.file)) return undefined;
  if (!object.call || lineage.classes.some((ancestor) => methodOf(ancestor, isConstructor))) return undefined;
  const bound = evaluation.argumentsOf(object.call.call, object.call.env);
  const named = bound.named.get(name) ?? (alias === undefined ? undefined : bound.named.get(alias));
  if (named) return { lazy: named };
  if (bound.positional.length > 0) {
    const fields = [...lineage.classes].reverse().flatMap((ancestor) =>
      ancestor.class.body.flatMap((statement) => {
        const target = statement.kind === 'assign' && statement.annotation ? statement.targets[0] : undefined;
        return target?.kind === 'name' ? [target.name] : [];
      }),
    );
    const positional = bound.positional[[...new Set(fields)].indexOf(name)];
    if (positional) return { lazy: positional };
  }
  const rest = bound.rest?.at(-1);
  if (rest) return { rest };
  return bound.open ? 'hidden' : undefined;
}

/** The environment variable that a field of a settings class reads. */
function variableOf(
  evaluation: Evaluation,
  lineage: Lineage,
  name: string,
  declared: FieldCall,
  object: ObjectValue | undefined,
): { readonly name: string; readonly delimiter?: string } | undefined {
  if (object?.prefix !== undefined) return { name: `${object.prefix}${name}`.toUpperCase() };
  if (!lineage.external.some((base) => settingsBases.test(base))) return undefined;
  const delimiter = settingsOption(evaluation, lineage, 'env_nested_delimiter');
  const more = delimiter === undefined ? {} : { delimiter };
  if (declared.alias !== undefined) return { name: declared.alias, ...more };
  const prefix = settingsOption(evaluation, lineage, 'env_prefix') ?? '';
  return { name: `${prefix}${name}`.toUpperCase(), ...more };
}

/** An option of a settings class: in `model_config` or in its inner class `Config`, the most derived class first. */
function settingsOption(evaluation: Evaluation, lineage: Lineage, option: string): string | undefined {
  for (const ancestor of lineage.classes) {
    for (const statement of ancestor.class.body) {
      let given: Expr | undefined;
      if (statement.kind === 'class' && statement.class.name === 'Config') {
        for (const inner of statement.class.body)
          if (inner.kind === 'assign' && inner.targets[0]?.kind === 'name' && inner.targets[0].name === option)
            given = inner.value;
      } else if (
        statement.kind === 'assign' &&
        statement.targets[0]?.kind === 'name' &&
        statement.targets[0].name === 'model_config'
      ) {
        const { value } = statement;
        if (value?.kind === 'call') given = value.args.find((arg) => arg.name === option)?.value;
        else if (value?.kind === 'object') given = value.entries.find((entry) => entry.key === option)?.value;
      }
      const text = given && settle(evaluation.evaluate(given, { scope: ancestor.scope, outer: ancestor.env }));
      if (text?.type === 'string') return text.value;
    }
  }
  return undefined;
}
