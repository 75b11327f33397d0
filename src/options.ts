import type { Origin } from './facts.ts';
import type { ProgramIndex } from './names.ts';
import type { Env, Resolver, Value } from './resolve.ts';
import type { Argument, CallExpr, Expr, FunctionShape } from './syntax/call.ts';

const namespaces = /^(args?|opts?|options|ns|namespace|parsed|parsed_args|cli_args|arguments|flags|known|params)$/;

function textOf(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'member') return `${textOf(expr.object)}.${expr.name}`;
  return '';
}

const lastName = (expr: Expr) => (expr.kind === 'name' ? expr.name : expr.kind === 'member' ? expr.name : '');
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
  const names = words(call.args).flatMap((name) => name.split('/')[0]!);
  const bare = names.find((name) => !name.startsWith('-'));
  if (bare !== undefined) return bare;
  return names
    .sort((a, b) => b.length - a.length)[0]
    ?.replace(/^-+/, '')
    .replaceAll('-', '_')
    .toLowerCase();
}

function shownName(call: CallExpr, name: string): string {
  return (
    words(call.args).find((word) => word.startsWith('--')) ??
    words(call.args).find((word) => word.startsWith('-')) ??
    `--${name.replaceAll('_', '-')}`
  );
}

/** The value an option holds when the user does not give it. */
function optionValue(
  call: CallExpr,
  fallback: Expr | undefined,
  name: string,
  env: Env,
  resolver: Resolver,
  evaluate: Resolver['evaluate'],
): Value {
  const shown = shownName(call, name);
  const variable = argument(call, 'envvar');
  const variableName = variable?.kind === 'string' ? variable.value : undefined;
  const origin: Origin =
    variableName !== undefined ? { by: 'env', name: variableName } : { by: 'argument', name: shown };
  const trail = {
    origin,
    adjustable: true,
    declared: { via: 'option' as const, name: shown, span: call.callee.span },
  };
  const step = { span: call.span, note: `option ${shown}` };
  if (!fallback || fallback.kind === 'none')
    return { type: 'unknown', optional: true, span: call.span, steps: [step], ...trail };
  const value = resolver.settle(evaluate(fallback, env));
  const outer = value.origin.by === 'env' ? value.origin : trail.origin;
  return { ...value, ...trail, origin: outer, steps: [step, ...value.steps] };
}

/**
 * The command-line option behind a parameter (click, typer) or behind an attribute of parsed arguments (argparse, optparse).
 * @param target the function whose parameter is read, or the object whose attribute is read
 */
export function findOption(
  target: FunctionShape | Extract<Value, { type: 'external' }>,
  name: string,
  env: Env,
  resolver: Resolver,
): Value | undefined {
  if ('params' in target) return parameterOption(target, name, env, resolver);
  const path = target.path.replace(/\[\d\]/g, '');
  const parsed = /\.parse_(known_|intermixed_)?args\(\)$/.test(path) || path === 'argparse.Namespace()';
  const named = namespaces.test(path) || /^(self|cls)\.(args|opts|options)$/.test(path);
  if (!parsed && !named) return undefined;
  const own = resolver.project.programs.get(env.scope.program.file);
  const programs = own ? [own] : [];
  let calls = declarations(programs, name);
  if (calls.length === 0) calls = declarations([...resolver.project.programs.values()], name);
  if (calls.length === 0) return undefined;
  const values = calls.map(({ call, scope }) => {
    const value = optionValue(call, argument(call, 'default'), name, { scope }, resolver, resolver.evaluate);
    const type = argument(call, 'type');
    return type && textOf(type) === 'int' && value.type === 'string' && /^\d+$/.test(value.value)
      ? ({ ...value, type: 'number', value: Number(value.value) } as Value)
      : value;
  });
  return resolver.settle(values);
}

function declarations(programs: readonly ProgramIndex[], name: string) {
  return programs.flatMap((index) =>
    index.calls.filter(({ call }) => {
      const method = lastName(call.callee);
      return (method === 'add_argument' || method === 'add_option') && destination(call) === name;
    }),
  );
}

function parameterOption(shape: FunctionShape, name: string, env: Env, resolver: Resolver): Value | undefined {
  const outer: Env = env.outer ?? { scope: env.scope.parent! };
  for (const decorator of shape.decorators) {
    if (decorator.kind !== 'call' || !/(^|\.)(option|argument)$/.test(textOf(decorator.callee))) continue;
    if (clickParameter(decorator) === name)
      return optionValue(decorator, argument(decorator, 'default'), name, outer, resolver, resolver.evaluate);
  }
  const param = shape.params.find((candidate) => candidate.name === name);
  if (!param) return undefined;
  const declared = [param.default, ...annotationCalls(param.annotation)].find(
    (expr): expr is CallExpr => expr?.kind === 'call' && /(^|\.)(Option|Argument)$/.test(textOf(expr.callee)),
  );
  if (declared) {
    const inDefault = declared === param.default;
    const first = declared.args.find((arg) => arg.name === undefined || arg.name === 'default')?.value;
    return optionValue(declared, inDefault ? first : param.default, name, outer, resolver, resolver.evaluate);
  }
  const command = shape.decorators.some(
    (decorator) => decorator.kind === 'call' && /\.(command|callback)$/.test(textOf(decorator.callee)),
  );
  if (command && param.default && /typer/i.test(env.scope.program.text)) {
    const value = resolver.settle(resolver.evaluate(param.default, outer));
    const shown = `--${name.replaceAll('_', '-')}`;
    return {
      ...value,
      origin: { by: 'argument', name: shown },
      adjustable: true,
      declared: { via: 'option', name: shown, span: param.span },
      steps: [{ span: param.span, note: `option ${shown}` }, ...value.steps],
    };
  }
  return undefined;
}

/** The calls inside `Annotated[str, typer.Option(...)]`. */
function annotationCalls(annotation: Expr | undefined): Expr[] {
  if (annotation?.kind !== 'index') return [];
  return annotation.index.kind === 'array' ? [...annotation.index.items] : [annotation.index];
}
