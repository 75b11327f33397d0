import type { Origin } from '../facts.ts';
import { remembered } from '../remembered.ts';
import type { Env, Evaluation, Lazy, Value, ValueOf } from '../resolve.ts';
import type { Argument, CallExpr, Expr, FunctionShape, Statement } from '../syntax/call.ts';
import { definitionsOf } from './definitions.ts';
import { blocksOf, type CallSite, lastName, type ProgramIndex } from './names.ts';
import { pathOf } from './paths.ts';
import { converted } from './texts.ts';
import { isMissing, isText, known, setBy, settle, unknown } from './values.ts';

/** Names that parsed arguments go by where it cannot be seen where they come from. */
const namespaces =
  /^(args?|opts?|options|ns|namespace|parsed|parsed_args|cli_args|arguments|flags|known|params)$|(^(self|cls)|\(\))\.(args|opts|options)$/;
const parsed = /\.parse_(known_|intermixed_|known_intermixed_)?args\(\)(\[0\])?$/;
const flagHolders = /(^|\.)(flags|gflags)\.FLAGS$/;
const declarationsOfFlags = /(^|\.)DEFINE_\w+$/;
/** Decorators that make a command of a function, whose parameters are then its options. */
const commands = /(^|\.)(command|callback)$/;

const textOf = (expr: Expr): string => pathOf(expr) ?? '';
const argument = (call: CallExpr, name: string) => call.args.find((arg) => arg.name === name)?.value;
const words = (args: readonly Argument[]) =>
  args.flatMap((arg) => (arg.name === undefined && arg.value.kind === 'string' ? [arg.value.value] : []));

/** The name under which a parsed option is read: `dest`, else the first long option, else the first name. */
function destination(call: CallExpr): string | undefined {
  const dest = argument(call, 'dest');
  if (dest?.kind === 'string') return dest.value;
  const names = words(call.args);
  const long = names.find((name) => name.startsWith('--')) ?? names[0];
  return long?.replace(/^-+/, '').replaceAll('-', '_');
}

/** click takes a bare identifier as the parameter's name, else the longest option. */
function clickParameter(call: CallExpr): string | undefined {
  const names = words(call.args).map((name) => name.split('/')[0]!);
  const bare = names.find((name) => !name.startsWith('-'));
  if (bare !== undefined) return bare.replaceAll('-', '_').toLowerCase();
  return names
    .sort((a, b) => b.length - a.length)[0]
    ?.replace(/^-+/, '')
    .replaceAll('-', '_')
    .toLowerCase();
}

/** What a user types. */
function shownName(call: CallExpr, name: string): string {
  const names = words(call.args).map((word) => word.split('/')[0]!);
  return (
    names.find((word) => word.startsWith('--')) ??
    names.find((word) => word.startsWith('-')) ??
    (/^(add_)?argument$/i.test(lastName(call.callee)) && names[0] !== undefined
      ? names[0]
      : `--${name.replaceAll('_', '-')}`)
  );
}

/** An option as it is declared. */
interface Declared {
  readonly call: CallExpr;
  readonly env: Env;
  readonly shown: string;
  /** What holds where the user does not give it. */
  readonly fallback: Expr | undefined;
  readonly variable?: string;
  /** The user has to give it. */
  readonly required?: boolean;
}

/** The value an option holds when the user does not give it. */
function optionValue(evaluation: Evaluation, declared: Declared): Value {
  const { call, env, shown, fallback, variable, required } = declared;
  const origin: Origin = variable !== undefined ? { by: 'env', name: variable } : { by: 'argument', name: shown };
  const trail = { origin, declared: { via: 'option' as const, name: shown, span: call.callee.span } };
  const step = { span: call.span, note: `option ${shown}` };
  const value = fallback && settle(defaultValues(evaluation, fallback, env));
  // A default that is a class or a sentinel is none.
  const given = value && !isMissing(value) && value.type !== 'external' && value.type !== 'class';
  if (!given) {
    const optional = required || value?.type === 'unknown' ? {} : { optional: true as const };
    const from = value && isMissing(value) && value.origin.by === 'env' ? value.origin : origin;
    return unknown(call.span, { adjustable: true, steps: [step], ...trail, origin: from, ...optional });
  }
  const outer = value.origin.by === 'env' ? value.origin : origin;
  const type = argument(call, 'type');
  const number = type !== undefined && /^(int|click\.INT|float)$/.test(textOf(type));
  return { ...setBy(number ? converted(value, 'number') : value, outer, [step]), ...trail, origin: outer };
}

/** A default may be a function that gives it. */
function defaultValues(evaluation: Evaluation, fallback: Expr, env: Env): readonly Value[] {
  const values = evaluation.evaluate(fallback, env);
  return values.flatMap((value) => {
    if (value.type !== 'function' || value.function.params.length > 0) return [value];
    const call: CallExpr = { kind: 'call', callee: fallback, args: [], span: fallback.span, inside: fallback.span };
    return evaluation.called(value, call, env);
  });
}

/**
 * What an attribute of parsed arguments holds (argparse, optparse, absl, tornado).
 * @param object what the attribute is read from
 * @param name the attribute
 * @param env the surroundings of the read
 * @param expr the read itself
 * @returns undefined where the object is no such thing or has no such option
 */
export function parsedOption(
  evaluation: Evaluation,
  object: ValueOf<'external'>,
  name: string,
  env: Env,
  expr?: Expr,
): readonly Value[] | undefined {
  const { path } = object;
  const near = [object.call?.env.scope.program.file, env.scope.program.file];
  if (name === 'value' && object.call && declarationsOfFlags.test(path.replace(/\(\)$/, ''))) {
    const flag = flagOf(object.call.call, object.call.env);
    return flag && [optionValue(evaluation, flag)];
  }
  if (flagHolders.test(path)) return oneOf(evaluation, near, 'DEFINE', name);
  if (path === 'tornado.options.options') return oneOf(evaluation, near, 'define', name);
  if (/^\w+\.obj$/.test(path)) return contextObject(evaluation, name, env);
  if (!parsed.test(path) && !namespaces.test(path)) return undefined;
  const set = setDefaults(evaluation, name, near);
  const receiver = registeredOn(evaluation, env);
  const found = sitesOf(evaluation, near, 'add', name);
  const on = (parser: string | undefined) =>
    parser === undefined
      ? []
      : found.filter(({ call }) => call.callee.kind === 'member' && pathOf(call.callee.object) === parser);
  const own = [on(receiver), on(chosenCommand(evaluation, object, expr, near))].find((sites) => sites.length > 0);
  const options = (own ?? found).map(({ call, scope }) =>
    optionValue(evaluation, argparseOption(call, name, { scope }, set)),
  );
  if (options.length > 0) return [settle(options)];
  return set.length > 0 ? set.flatMap(({ value, env: where }) => evaluation.evaluate(value, where)) : undefined;
}

function argparseOption(call: CallExpr, name: string, env: Env, set: readonly { readonly value: Expr }[]): Declared {
  const action = argument(call, 'action');
  const off: Expr | undefined =
    action?.kind === 'string' && action.value === 'store_true'
      ? { kind: 'boolean', value: false, span: action.span }
      : undefined;
  const first = words(call.args)[0];
  const positional = first !== undefined && !first.startsWith('-');
  const required = argument(call, 'required');
  return {
    call,
    env,
    shown: shownName(call, name),
    fallback: set.length === 1 ? set[0]!.value : (argument(call, 'default') ?? off),
    required: positional ? argument(call, 'nargs') === undefined : required?.kind === 'boolean' && required.value,
  };
}

/** `DEFINE_string("host", "127.0.0.1", ...)`, `define("port", default=8888)`. */
function flagOf(call: CallExpr, env: Env): Declared | undefined {
  const name = words(call.args)[0];
  if (name === undefined) return undefined;
  const fallback = argument(call, 'default') ?? call.args.filter((arg) => arg.name === undefined)[1]?.value;
  return { call, env, shown: `--${name}`, fallback };
}

type DeclaredBy = 'add' | 'add_parser' | 'set_defaults' | 'define' | 'DEFINE';

/** What a call declares: by which method, and the names under which it is read. */
function declarationOf(call: CallExpr): { readonly by: DeclaredBy; readonly names: readonly string[] } | undefined {
  const method = lastName(call.callee);
  const first = () => words(call.args).slice(0, 1);
  if (/^add_(argument|option|arg)$/.test(method) || (method === 'add' && /^-/.test(first()[0] ?? ''))) {
    const name = destination(call);
    return { by: 'add', names: name === undefined ? [] : [name] };
  }
  if (method === 'add_parser') return { by: 'add_parser', names: first() };
  if (method === 'set_defaults') return { by: method, names: call.args.flatMap(({ name }) => name ?? []) };
  if (method === 'define') return { by: method, names: first().map((name) => name.replaceAll('-', '_')) };
  return /^DEFINE_\w+$/.test(method) ? { by: 'DEFINE', names: first() } : undefined;
}

/** The calls of a program that declare options, by what and name, looked for once: they are asked for at each read of one. */
const declarationsIn = remembered((index: ProgramIndex): ReadonlyMap<string, readonly CallSite[]> => {
  const found = new Map<string, CallSite[]>();
  for (const site of index.calls) {
    const declared = declarationOf(site.call);
    for (const name of declared?.names ?? []) {
      const key = `${declared!.by} ${name}`;
      const sites = found.get(key);
      if (sites) sites.push(site);
      else found.set(key, [site]);
    }
  }
  return found;
});

/** The functions that `set_defaults(func=run)` makes commands of, with the parser each time. */
const commandsIn = remembered((index: ProgramIndex): ReadonlyMap<string, string | undefined> => {
  const found = new Map<string, string | undefined>();
  for (const { call } of index.calls) {
    if (call.callee.kind !== 'member' || call.callee.name !== 'set_defaults') continue;
    for (const { name, value } of call.args) {
      const command = name === undefined ? '' : lastName(value);
      if (command !== '' && !found.has(command)) found.set(command, pathOf(call.callee.object));
    }
  }
  return found;
});

/** The declarations of a name in the programs near at hand, else in any. */
function sitesOf(
  evaluation: Evaluation,
  near: readonly (string | undefined)[],
  by: DeclaredBy,
  name: string,
): readonly CallSite[] {
  const { programs } = evaluation.project;
  const key = `${by} ${name}`;
  for (const file of near) {
    const index = file === undefined ? undefined : programs.get(file);
    const found = index && declarationsIn(index).get(key);
    if (found) return found;
  }
  return [...programs.values()].flatMap((index) => declarationsIn(index).get(key) ?? []);
}

function oneOf(
  evaluation: Evaluation,
  near: readonly (string | undefined)[],
  by: DeclaredBy,
  name: string,
): readonly Value[] | undefined {
  const declared = sitesOf(evaluation, near, by, name).flatMap(({ call, scope }) => flagOf(call, { scope }) ?? []);
  if (declared.length === 0) return undefined;
  return [settle(declared.map((flag) => optionValue(evaluation, flag)))];
}

/** What `parser.set_defaults(name=...)` gives. */
function setDefaults(
  evaluation: Evaluation,
  name: string,
  near: readonly (string | undefined)[],
): readonly { readonly value: Expr; readonly env: Env }[] {
  const sites = sitesOf(evaluation, near, 'set_defaults', name);
  return sites.map(({ call, scope }) => ({ value: argument(call, name)!, env: { scope } }));
}

/** The parser whose command a function is: `serve.set_defaults(func=run)` makes it `serve` inside of `run`. */
function registeredOn(evaluation: Evaluation, env: Env): string | undefined {
  const name = env.scope.function?.name;
  if (name === undefined) return undefined;
  for (const index of evaluation.project.programs.values()) {
    const commands = commandsIn(index);
    if (commands.has(name)) return commands.get(name);
  }
  return undefined;
}

/** The parser of the command that a read is only for: `serve = sub.add_parser("serve")` in `if args.command == "serve":`. */
function chosenCommand(
  evaluation: Evaluation,
  object: ValueOf<'external'>,
  expr: Expr | undefined,
  near: readonly (string | undefined)[],
): string | undefined {
  const program = expr && evaluation.project.programs.get(expr.span.file)?.program;
  const command = program && commandAround(program.body, expr, pathOf(expr.kind === 'member' ? expr.object : expr));
  if (command === undefined || !object.call) return undefined;
  const [made] = sitesOf(evaluation, near, 'add_parser', command);
  const statement = made?.places.at(-1)?.statement;
  const target = statement?.kind === 'assign' && statement.value === made?.call ? statement.targets[0] : undefined;
  return target && (target.kind === 'name' || target.kind === 'member') ? pathOf(target) : undefined;
}

/** The command that an `if` or `match` around a place asks the parsed arguments for. */
function commandAround(body: readonly Statement[], expr: Expr, holder: string | undefined): string | undefined {
  let command: string | undefined;
  const visit = (block: readonly Statement[]): void => {
    for (const statement of block) {
      if (statement.span.start > expr.span.start || statement.span.end < expr.span.end) continue;
      if (statement.kind === 'if' && statement.consequent.some((inner) => holds(inner, expr)))
        command = comparedWith(statement.test, holder) ?? command;
      if (statement.kind === 'function') visit(statement.function.body);
      else if (statement.kind === 'class') visit(statement.class.body);
      else for (const { block: inner } of blocksOf(statement)) visit(inner);
    }
  };
  visit(body);
  return command;
}

const holds = ({ span }: Statement, expr: Expr) => span.start <= expr.span.start && expr.span.end <= span.end;

/** `args.command == "serve"` */
function comparedWith(test: Expr, holder: string | undefined): string | undefined {
  if (test.kind !== 'binary' || test.operator !== '==' || holder === undefined) return undefined;
  const asked = pathOf(test.left);
  return test.right.kind === 'string' && asked?.startsWith(`${holder}.`) ? test.right.value : undefined;
}

/**
 * The command-line option that a function's parameter is (click, typer, fire).
 * @param shape the function
 * @param name the parameter
 * @param env the surroundings inside of the function
 */
export function parameterOption(
  evaluation: Evaluation,
  shape: FunctionShape,
  name: string,
  env: Env,
): Value | undefined {
  const outer: Env = env.outer ?? { scope: env.scope.parent! };
  const { program } = env.scope;
  for (const decorator of shape.decorators) {
    if (decorator.kind !== 'call' || !/(^|\.)(option|argument)$/.test(textOf(decorator.callee))) continue;
    if (clickParameter(decorator) !== name) continue;
    const required = argument(decorator, 'required');
    const isArgument = /argument$/.test(textOf(decorator.callee));
    const variable = variableOf(decorator) ?? automaticVariable(program.text, shape, name);
    return optionValue(evaluation, {
      call: decorator,
      env: outer,
      shown: shownName(decorator, name),
      fallback: argument(decorator, 'default'),
      required: required?.kind === 'boolean' ? required.value : isArgument,
      ...(variable !== undefined && { variable }),
    });
  }
  const managed = managementOptions(evaluation, shape, env).get(name);
  if (managed) return optionValue(evaluation, argparseOption(managed.call, name, { scope: managed.scope }, []));
  const param = shape.params.find((candidate) => candidate.name === name);
  if (!param) return undefined;
  const typer = [param.default, ...annotationCalls(param.annotation)].find(
    (expr): expr is CallExpr => expr?.kind === 'call' && /(^|\.)(Option|Argument)$/.test(textOf(expr.callee)),
  );
  if (typer) {
    const first = typer.args.find((arg) => (arg.name === undefined && !arg.spread) || arg.name === 'default')?.value;
    const variable = variableOf(typer);
    return optionValue(evaluation, {
      call: typer,
      env: outer,
      shown: shownName(typer, name),
      fallback: typer === param.default ? first : param.default,
      ...(variable !== undefined && { variable }),
    });
  }
  const command = shape.decorators.some(
    (decorator) => decorator.kind === 'call' && commands.test(textOf(decorator.callee)),
  );
  const byParameter = (command && /typer/i.test(program.text)) || runAsCommand(evaluation, shape, env);
  if (!byParameter || !param.default) return undefined;
  const value = settle(evaluation.evaluate(param.default, outer));
  if (isMissing(value)) return undefined;
  const shown = `--${name.replaceAll('_', '-')}`;
  return {
    ...setBy(value, { by: 'argument', name: shown }, [{ span: param.span, note: `option ${shown}` }]),
    declared: { via: 'option', name: shown, span: param.span },
  };
}

/** The options that a click command takes by `**kwargs`, by the names they have there. */
export function collectedOptions(evaluation: Evaluation, shape: FunctionShape, env: Env): ReadonlyMap<string, Lazy> {
  const options = new Map<string, Lazy>();
  for (const decorator of shape.decorators) {
    if (decorator.kind !== 'call' || !/(^|\.)(option|argument)$/.test(textOf(decorator.callee))) continue;
    const name = clickParameter(decorator);
    if (name === undefined || shape.params.some((param) => param.name === name)) continue;
    options.set(
      name,
      evaluation.later(decorator.span, () => {
        const value = parameterOption(evaluation, shape, name, env);
        return [value ?? unknown(decorator.span)];
      }),
    );
  }
  for (const [name, { call }] of managementOptions(evaluation, shape, env))
    if (!shape.params.some((param) => param.name === name))
      options.set(
        name,
        evaluation.later(call.span, () => [parameterOption(evaluation, shape, name, env) ?? unknown(call.span)]),
      );
  return options;
}

/** The options that the `handle` of a Django command gets: those that its `add_arguments` declares. */
function managementOptions(
  evaluation: Evaluation,
  shape: FunctionShape,
  { scope }: Env,
): ReadonlyMap<string, CallSite> {
  const options = new Map<string, CallSite>();
  const owner = scope.parent?.kind === 'class' ? scope.parent.class : undefined;
  const index = evaluation.project.programs.get(scope.program.file);
  if (!owner || !index || !/^a?handle(?:_noargs)?$/.test(shape.name ?? '')) return options;
  const declaring = owner.body.find(
    (statement) => statement.kind === 'function' && statement.function.name === 'add_arguments',
  );
  if (declaring?.kind !== 'function') return options;
  const { span } = declaring.function;
  for (const [key, sites] of declarationsIn(index)) {
    const [by, name] = key.split(' ') as [string, string];
    const own =
      by === 'add' ? sites.find(({ call }) => call.span.start > span.start && call.span.end <= span.end) : undefined;
    if (own) options.set(name, own);
  }
  return options;
}

/** Does click hand a function the object of its context first? */
export const takesContextObject = (shape: FunctionShape): boolean =>
  shape.decorators.some((decorator) => /(^|\.)pass_obj$/.test(textOf(decorator)));

/** The settings that hydra hands to a program's main function. https://hydra.cc/docs/tutorials/basic/your_first_app/config_file/ */
export function hydraSettings(shape: FunctionShape): Value | undefined {
  const main = shape.decorators.find(
    (decorator) => decorator.kind === 'call' && textOf(decorator.callee) === 'hydra.main',
  );
  if (main?.kind !== 'call') return undefined;
  const text = (name: string, at: number) => {
    const given = argument(main, name) ?? main.args.filter((arg) => arg.name === undefined)[at]?.value;
    return given?.kind === 'string' ? given.value : undefined;
  };
  const name = text('config_name', 1);
  if (name === undefined) return undefined;
  const folder = text('config_path', 0)?.replace(/^(\.{0,2}\/)+|^\.$/, '') ?? '';
  const file = `${folder === '' ? '' : `${folder}/`}${name.replace(/\.ya?ml$/, '')}.yaml`;
  const origin: Origin = { by: 'config', path: '' };
  return { type: 'settings', path: [], file, ...known(main.span), origin, adjustable: true };
}

/** The variable that an option is read from where the user does not give it. */
function variableOf(call: CallExpr): string | undefined {
  const given = argument(call, 'envvar');
  const first = given?.kind === 'array' ? given.items[0] : given;
  return first?.kind === 'string' ? first.value : undefined;
}

/** https://click.palletsprojects.com/en/stable/options/#values-from-environment-variables */
function automaticVariable(text: string, shape: FunctionShape, name: string): string | undefined {
  const prefix = /auto_envvar_prefix["']?\s*[=:]\s*["']([A-Za-z_]\w*)["']/.exec(text)?.[1];
  if (prefix === undefined) return undefined;
  const command = shape.decorators.find(
    (decorator) => decorator.kind === 'call' && /\.(command|group)$/.test(textOf(decorator.callee)),
  );
  const below = command?.kind === 'call' && !/^click\./.test(textOf(command.callee)) ? `${shape.name ?? ''}_` : '';
  return `${prefix}_${below}${name}`.toUpperCase();
}

/** The calls inside `Annotated[str, typer.Option(...)]`. */
function annotationCalls(annotation: Expr | undefined): readonly Expr[] {
  if (annotation?.kind !== 'index') return [];
  return annotation.index.kind === 'array' ? annotation.index.items : [annotation.index];
}

/** Is a function, or the class that it is a method of, handed to what makes options of parameters? */
function runAsCommand(evaluation: Evaluation, shape: FunctionShape, env: Env): boolean {
  const { program } = env.scope;
  const owner = env.scope.parent?.kind === 'class' ? env.scope.parent.class?.name : undefined;
  const name = owner ?? shape.name;
  const index = evaluation.project.programs.get(program.file);
  if (name === undefined || !index) return false;
  return makersIn(index).some(
    ({ call }) =>
      (owner === undefined || makersOfClasses.test(textOf(call.callee))) &&
      (call.args.length === 0 || call.args.some((arg) => handsOver(arg.value, name))),
  );
}

const makersOfFunctions = /^(typer\.run|fire\.Fire|Fire|tyro\.cli|(jsonargparse\.)?(CLI|auto_cli))$/;
const makersOfClasses = /^(fire\.Fire|Fire|(jsonargparse\.)?(CLI|auto_cli))$/;
const makers = new WeakMap<ProgramIndex, readonly CallSite[]>();

/** The calls of a program that make options of parameters, looked for once: they are asked for at each parameter. */
function makersIn(index: ProgramIndex): readonly CallSite[] {
  const known = makers.get(index);
  if (known) return known;
  const found = index.calls.filter(({ call }) => makersOfFunctions.test(textOf(call.callee)));
  makers.set(index, found);
  return found;
}

const handsOver = (expr: Expr, name: string): boolean =>
  expr.kind === 'object'
    ? expr.entries.some((entry) => handsOver(entry.value, name))
    : lastName(expr.kind === 'call' ? expr.callee : expr) === name;

/** What a click command puts into the object that its context hands to the commands below it. */
function contextObject(evaluation: Evaluation, name: string, env: Env): readonly Value[] | undefined {
  const index = evaluation.project.programs.get(env.scope.program.file);
  const values = index ? [...contextValues(evaluation, index, name)] : [];
  return values.length > 0 ? values : undefined;
}

function* contextValues(evaluation: Evaluation, index: ProgramIndex, name: string): Iterable<Value> {
  for (const shape of index.functions) {
    const scope = index.scopes.get(shape);
    const context = shape.params[0]?.name;
    if (!scope || context === undefined || !scope.changed.has(context)) continue;
    const env: Env = { scope };
    for (const place of [`${context}.obj[${name}]`, `${context}.obj.${name}`])
      yield* evaluation.valuesOf(definitionsOf(scope, place, undefined), place, env, () => []);
    const whole = definitionsOf(scope, `${context}.obj`, undefined);
    for (const value of evaluation.valuesOf(whole, `${context}.obj`, env, () => [])) {
      const read =
        value.type === 'map'
          ? evaluation.itemOf(value, name, { kind: 'none', span: value.span }, env)
          : evaluation.memberOf(value, name, { kind: 'none', span: value.span }, env);
      yield* read.filter((one) => isText(one) || one.adjustable);
    }
  }
}
