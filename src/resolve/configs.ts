import type { Origin } from '../facts.ts';
import { remembered } from '../remembered.ts';
import type { Env, Evaluation, Lazy, Value, ValueOf } from '../resolve.ts';
import type { CallExpr, Expr } from '../syntax/call.ts';
import { fileNamed, readKey } from './libraries.ts';
import type { ProgramIndex } from './names.ts';
import { dynaconfFiles, settingOf } from './settings.ts';
import { isMissing, isText, setBy, settle, unknown } from './values.ts';

/** The configuration of an application object, by key or, where the framework allows it, by attribute. */
const configurations =
  /^(flask\.Flask\(\)|flask\.current_app|quart\.Quart\(\)|quart\.current_app|sanic\.Sanic\(\)|sanic\.Sanic\.get_app\(\))\.config$/;

/**
 * A key of a web application's configuration: `app.config["HOST"]`, from what `from_object`, `from_mapping` and the like load.
 * @param attribute it is read as an attribute, which may be a method just as well
 */
export function frameworkKey(
  evaluation: Evaluation,
  object: ValueOf<'external'>,
  key: string,
  fallback: Lazy | undefined,
  expr: Expr,
  attribute = false,
): readonly Value[] | undefined {
  if (!configurations.test(object.path) || (attribute && !/^[A-Z_0-9]+$/.test(key))) return undefined;
  const origin: Origin = { by: 'config', path: key };
  const step = { span: expr.span, note: `key ${key} of the settings` };
  const found: Value[] = [];
  let vague = false;
  let outside = false;
  askForConfigurers(evaluation, expr);
  const replaced = fromDynaconf(evaluation, key, expr);
  if (replaced) return [replaced];
  for (const index of evaluation.project.programs.values()) {
    for (const { call, scope } of loadingCalls(index)) {
      const value = loaded(evaluation, nameOf(call), call.args[0]?.value, key, { scope });
      if (value === 'vague') vague = true;
      else if (value) found.push(value);
      if (/^from_(?:prefixed_env|envvar)$/.test(nameOf(call))) outside = true;
    }
  }
  const set = found.filter((value) => !isMissing(value));
  if (set.length > 0) {
    const value = settle(set);
    if (outside && !value.adjustable && isText(value)) return [setBy(value, origin, [step])];
    return [value.adjustable || value.type === 'unknown' ? value : { ...value, steps: [step, ...value.steps] }];
  }
  const spare = fallback && evaluation.one(fallback.expr, fallback.env);
  if (spare && (isText(spare) || spare.type === 'none') && !vague) return [setBy(spare, origin, [step])];
  return [unknown(expr.span, { origin, adjustable: true, steps: [step] })];
}

// Looked for once a file: every key that is read asks for them.
const loadingCalls = remembered((index: ProgramIndex) =>
  index.calls.filter(
    ({ call: { callee } }) =>
      callee.kind === 'member' &&
      callee.object.kind === 'member' &&
      callee.object.name === 'config' &&
      /^from_|^update/.test(callee.name),
  ),
);
const configuringCalls = remembered((index: ProgramIndex) =>
  index.calls.filter(
    ({ call }) =>
      call.args.length === 1 &&
      call.args[0]!.value.kind === 'name' &&
      /^(?:init|load|config|setup|register)/.test(nameOf(call)),
  ),
);
const dynaconfCalls = remembered((index: ProgramIndex) =>
  index.calls.filter(({ call }) => nameOf(call) === 'FlaskDynaconf'),
);

/** `init_app(app)` of another module may load the configuration: following the call has that module read. */
function askForConfigurers(evaluation: Evaluation, { span }: Expr): void {
  const index = evaluation.project.programs.get(span.file);
  for (const { call, scope } of index ? configuringCalls(index) : []) evaluation.evaluate(call.callee, { scope });
}

const nameOf = ({ callee }: CallExpr): string =>
  callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';

/** The key in the settings that `FlaskDynaconf(app)` puts in the place of the configuration. https://www.dynaconf.com/flask/ */
function fromDynaconf(evaluation: Evaluation, key: string, expr: Expr): Value | undefined {
  for (const index of evaluation.project.programs.values()) {
    for (const { call, scope } of dynaconfCalls(index)) {
      const named = call.args.find((arg) => /^settings?_files?(_for_dynaconf)?$/i.test(arg.name ?? ''))?.value;
      const written = named?.kind === 'array' ? named.items : named ? [named] : undefined;
      const files = written
        ? written.flatMap((item) => fileNamed(evaluation, item, { scope }) ?? [])
        : [...dynaconfFiles, ...dynaconfFiles.map((file) => file.replace('settings', '.secrets'))];
      const file = files.findLast((one) => evaluation.lookup.find([key], one, index.program.file) !== undefined);
      if (file !== undefined) return settingOf(evaluation.lookup, [key], file, expr.span, () => undefined);
    }
  }
  return undefined;
}

/** What one call that loads a configuration says of a key. */
function loaded(
  evaluation: Evaluation,
  method: string,
  source: Expr | undefined,
  key: string,
  env: Env,
): Value | 'vague' | undefined {
  if (!source) return method === 'from_prefixed_env' ? 'vague' : undefined;
  const { file } = env.scope.program;
  const written = /^from_(?:pyfile|file|json|toml)$/.test(method) ? fileNamed(evaluation, source, env) : undefined;
  if (written !== undefined) {
    const value = settingOf(evaluation.lookup, [key], written, source.span, () => undefined);
    return isText(value) && /^[\w.:-]+$/.test(String(value.value)) ? value : 'vague';
  }
  if (source.kind === 'string') {
    if (method !== 'from_object' && method !== 'from_pyfile') return 'vague';
    const name = method === 'from_pyfile' ? source.value.replace(/\.(py|cfg)$/, '').replaceAll('/', '.') : source.value;
    const module = evaluation.moduleNamed(name, file);
    if (module) return module.module.names.has(key) ? settle(evaluation.exported(module, key, source.span)) : undefined;
    const dot = name.lastIndexOf('.');
    const around = dot === -1 ? undefined : evaluation.moduleNamed(name.slice(0, dot), file);
    if (!around) return 'vague';
    const holder = settle(evaluation.exported(around, name.slice(dot + 1), source.span));
    return settle(evaluation.memberOf(holder, key, source, env));
  }
  const value = evaluation.one(source, env);
  if (value.type === 'class' || value.type === 'object' || value.type === 'module') {
    const member = settle(evaluation.memberOf(value, key, source, env));
    return member.type === 'external' ? undefined : member;
  }
  if (value.type !== 'map') return 'vague';
  const read = readKey(evaluation, value, key, undefined, source, env);
  return read && settle(read);
}
