import { remembered } from '../remembered.ts';
import type { Env, Evaluation, Lazy, Value, ValueOf } from '../resolve.ts';
import type { CallExpr, Expr } from '../syntax/call.ts';
import { environmentValue } from './libraries.ts';
import { foldersOf } from './modules.ts';
import type { CallSite, ProgramIndex } from './names.ts';
import { linksOf } from './script-options.ts';
import { settingOf } from './settings.ts';
import { converted } from './texts.ts';
import { derived, isText, known, unknown } from './values.ts';

type External = ValueOf<'external'>;

const entryOf = (object: Expr | undefined, key: string): Expr | undefined =>
  object?.kind === 'object' ? object.entries.findLast((entry) => entry.key === key)?.value : undefined;
const nameOf = (expr: Expr): string => (expr.kind === 'name' || expr.kind === 'member' ? expr.name : '');

/** Calls that read an environment by a schema, and the place of the schema among their arguments. */
const schemaReaders: Readonly<Record<string, number>> = {
  'envalid.cleanEnv()': 1,
  'envalid.customCleanEnv()': 1,
  'envsafe.envsafe()': 0,
  '@t3-oss/env-core.createEnv()': 0,
  '@t3-oss/env-nextjs.createEnv()': 0,
  'znv.parseEnv()': 1,
};

/**
 * What an attribute of something of a library of JavaScript holds: a variable that a schema describes.
 * @returns undefined where nothing is known of it
 */
export function scriptMember(
  evaluation: Evaluation,
  object: External,
  name: string,
  expr: Expr,
): readonly Value[] | undefined {
  const place = schemaReaders[object.path];
  if (place !== undefined && object.call) {
    const schema = object.call.call.args[place]?.value;
    const fields = entryOf(schema, 'server') ?? schema;
    const field = entryOf(fields, name) ?? entryOf(entryOf(schema, 'client'), name);
    return field && [described(evaluation, field, name, expr, object.call.env)];
  }
  if (name === 'address' && object.path.endsWith('.address()'))
    return [{ ...object, path: `${object.path}.address`, ...known(expr.span) }];
  if (!validated.test(object.path)) return undefined;
  // What a validation gives beside errors.
  if (/^(value|data)$/.test(name) && /\(\)$/.test(object.path))
    return [{ ...object, path: `${object.path}.${name}`, ...known(expr.span) }];
  const read = callIn(object);
  const shape = read && shapeOf(object);
  const field = shape && entryOf(shape.object, name);
  const given = read?.call.args[0]?.value;
  const source = given && evaluation.one(given, read!.env);
  if (shape && field && source?.type === 'external' && source.path === 'process.env')
    return [described(evaluation, field, name, expr, shape.env)];
  return undefined;
}

/** What a schema has looked through. */
const validated =
  /^(zod|joi|@hapi\/joi|yup)\b.*\.(parse|safeParse|parseAsync|validate|validateSync|validateAsync|attempt)\(\)(\.value|\.data)?$/;
const validates = /^(parse|safeParse|parseAsync|validate|validateSync|validateAsync|attempt)$/;

function callIn(object: External): { readonly call: CallExpr; readonly env: Env } | undefined {
  for (let at: Value | undefined = object; at?.type === 'external'; at = at.receiver)
    if (at.call && validates.test(nameOf(at.call.call.callee))) return at.call;
  return undefined;
}

/** The fields of `z.object({ ... })`, `Joi.object().keys({ ... })` that a value was looked through with. */
function shapeOf(object: External): { object: Expr; env: Env } | undefined {
  for (let at: Value | undefined = object; at?.type === 'external'; at = at.receiver) {
    if (!at.call || !/^(object|strictObject|looseObject|keys)$/.test(nameOf(at.call.call.callee))) continue;
    const fields = at.call.call.args[0]?.value;
    if (fields?.kind === 'object') return { object: fields, env: at.call.env };
  }
  return undefined;
}

/** A variable with the default that its description gives: `z.coerce.number().default(3000)`, `port({ default: 3000 })`. */
function described(evaluation: Evaluation, field: Expr, name: string, expr: Expr, env: Env): Value {
  const links = linksOf(field);
  const chained = links.find(({ callee }) => /^(default|catch|prefault)$/.test(nameOf(callee)))?.args[0]?.value;
  const options = links[0]?.args[0]?.value;
  const always = chained ?? entryOf(options, 'default');
  const fallback = always ?? entryOf(options, 'devDefault');
  const lazy: Lazy | undefined = fallback && { expr: fallback, env };
  const read = environmentValue(evaluation, name, lazy, expr, env);
  // Without it the schema fails, and says so.
  const value =
    !always && read.type === 'unknown' && isDemanded(evaluation, links, env) ? derived(read, read.span) : read;
  const number = links.some(({ callee }) => /^(number|num|port|int|coerce)$/.test(nameOf(callee)));
  return number ? converted(value, 'number') : value;
}

/** Joi and yup let everything be missing that is not required; elsewhere what may be missing says so. */
function isDemanded(evaluation: Evaluation, links: readonly CallExpr[], env: Env): boolean {
  const [first] = links;
  if (!first) return true;
  const made = evaluation.one(first.callee, env);
  const names = links.map(({ callee }) => nameOf(callee));
  if (made.type === 'external' && /^(joi|@hapi\/joi|yup)\b/.test(made.path))
    return names.some((name) => /^(required|defined)$/.test(name));
  return !names.some((name) => /^(optional|nullish|any|unknown)$/.test(name));
}

const configFiles = ['json', 'json5', 'yaml', 'yml', 'toml'].map((ending) => `config/default.${ending}`);

/**
 * What a call of a library of JavaScript gives: a setting, or something of the framework's own that is read by a name.
 * @returns undefined where nothing is known of it
 */
export function scriptLibraryCall(
  evaluation: Evaluation,
  callee: External,
  expr: CallExpr,
  env: Env,
): readonly Value[] | undefined {
  const { path, receiver } = callee;
  const [first, second] = expr.args.map((arg) => arg.value);
  if (!first) return undefined;
  const fallback: Lazy | undefined = second && { expr: second, env };
  if (
    /^(@nestjs\/core\.NestFactory\.create\(\)|@nestjs\/\w+\.INestApplication\(\)|@nestjs\/platform-\w+\.\w+\(\))\.(get|resolve)$/.test(
      path,
    )
  ) {
    const asked = evaluation.one(first, env);
    if (asked.type === 'external') return [{ type: 'external', path: `${asked.path}()`, ...known(expr.span) }];
    if (asked.type === 'class') return [{ type: 'object', class: asked.class, env: asked.env, ...known(expr.span) }];
    return undefined;
  }
  if (/^@nestjs\/config\.ConfigService\(\)\.(get|getOrThrow)$/.test(path)) {
    const spare = entryOf(second, 'infer') ? undefined : fallback;
    return named(evaluation, first, env, (key) => nestSetting(evaluation, key, spare, expr, env));
  }
  if (path === 'util.promisify') {
    const method = evaluation.one(first, env);
    return method.type === 'external' && method.receiver ? [{ ...method, detached: 'promised' }] : undefined;
  }
  if (path === 'config.get')
    return named(evaluation, first, env, (key) => {
      const keys = key.split('.');
      const { lookup } = evaluation;
      const reader = env.scope.program.file;
      const file = configFiles.find((one) => lookup.find(keys, one, reader));
      return settingOf(lookup, keys, file ?? configFiles[0], expr.span, () => undefined);
    });
  if (/^(express\(\)|express\.(Application|Express)\(\))\.get$/.test(path) && expr.args.length === 1)
    return named(evaluation, first, env, (key) => expressSetting(evaluation, key, expr));
  if (/^convict\(\)\.get$/.test(path) && receiver?.type === 'external' && receiver.call) {
    const { call, env: where } = receiver.call;
    return named(evaluation, first, env, (key) => {
      let field: Expr | undefined = call.args[0]?.value;
      for (const part of key.split('.')) field = entryOf(field, part);
      const spare = entryOf(field, 'default');
      const variable = entryOf(field, 'env');
      if (variable?.kind === 'string')
        return environmentValue(evaluation, variable.value, spare && { expr: spare, env: where }, expr, where);
      return spare && evaluation.one(spare, where);
    });
  }
  return undefined;
}

function named(
  evaluation: Evaluation,
  expr: Expr,
  env: Env,
  read: (key: string) => Value | undefined,
): readonly Value[] | undefined {
  const key = evaluation.one(expr, env);
  const value = isText(key) ? read(String(key.value)) : undefined;
  return value && [value];
}

/** A variable, or a key of what `registerAs("app", () => ({ ... }))` gives. */
function nestSetting(evaluation: Evaluation, key: string, fallback: Lazy | undefined, expr: CallExpr, env: Env): Value {
  const loaded = loadedSetting(evaluation, key, expr, env);
  if (loaded) return loaded;
  const [space, ...rest] = key.split('.');
  if (rest.length === 0) {
    const checked = validatedSetting(evaluation, key, fallback, expr, env);
    if (checked) return checked;
    // No variable is written like this: it is a key of what `load` gives.
    if (!fallback && /[a-z]/.test(key)) return unknown(expr.span);
    const read = environmentValue(evaluation, key, fallback, expr, env);
    // Where nobody sees it set up, it may be demanded there.
    const isSeen = configurationsFor(evaluation, env.scope.program.file).length > 0;
    return isSeen || fallback || read.type !== 'unknown' ? read : derived(read, read.span);
  }
  evaluation.project.want(namespacePlaces(space!, env.scope.program.file));
  for (const index of evaluation.project.programs.values()) {
    for (const { call, scope } of callsByName(index).registerAs) {
      const [name, factory] = call.args.map((arg) => arg.value);
      if (name?.kind !== 'string' || name.value !== space || !factory) continue;
      let value: Value = evaluation.one(factory, { scope });
      if (value.type === 'function')
        value = evaluation.called(value, { ...call, args: [] }, { scope })[0] ?? unknown(expr.span);
      for (const part of rest) value = evaluation.memberOf(value, part, expr, { scope })[0] ?? unknown(expr.span);
      if (isText(value)) return value;
    }
  }
  return settingOf(
    evaluation.lookup,
    key.split('.'),
    undefined,
    expr.span,
    () => fallback && evaluation.one(fallback.expr, fallback.env),
  );
}

/** Found once a file: every setting that is read asks for them. */
const callsByName = remembered((index: ProgramIndex) => {
  const found = { registerAs: [] as CallSite[], set: [] as CallSite[] };
  for (const site of index.calls) {
    const name = nameOf(site.call.callee);
    if (name === 'registerAs' || name === 'set') found[name].push(site);
  }
  return found;
});

/** Looked for once a file: every setting that is read asks for them. */
const configurationsIn = remembered((index: ProgramIndex) =>
  /\bConfigModule\b/.test(index.program.text)
    ? index.calls.filter(
        ({ call: { callee } }) =>
          callee.kind === 'member' && callee.name === 'forRoot' && nameOf(callee.object) === 'ConfigModule',
      )
    : [],
);

/** How many modules of Nest are gone through on the way to the one that sets the configuration up. */
const maximumModules = 60;

/** Where a program's configuration is set up: in the modules that it is made of, or in one by the usual name. */
const configurationsByFile = remembered((_: Evaluation) => new Map<string, readonly CallSite[]>());

function configurationsFor(evaluation: Evaluation, file: string): readonly CallSite[] {
  const found = configurationsByFile(evaluation);
  const known = found.get(file);
  if (known) return known;
  evaluation.project.want(modulePlaces(file));
  const { programs } = evaluation.project;
  const own = programs.get(file);
  const reached = new Set(own ? [own] : []);
  for (const index of reached) {
    for (const statement of index.program.body) {
      if (statement.kind !== 'import' || reached.size >= maximumModules) continue;
      const leads = statement.names.some(({ local }) => /Module$|^export |^\*$/.test(local));
      const next = leads && evaluation.moduleNamed(statement.module, index.program.file);
      if (next) reached.add(next);
    }
  }
  const near = [...reached].flatMap(configurationsIn);
  const calls = near.length > 0 ? near : [...programs.values()].flatMap(configurationsIn);
  found.set(file, calls);
  return calls;
}

/** `ConfigModule.forRoot({ load: [() => ({ http: { port: 3000 } })] })`: what comes before every variable. */
function loadedSetting(evaluation: Evaluation, key: string, expr: CallExpr, env: Env): Value | undefined {
  const found: Value[] = [];
  for (const { call, scope } of configurationsFor(evaluation, env.scope.program.file)) {
    const load = entryOf(call.args[0]?.value, 'load');
    const factories = load ? evaluation.evaluate(load, { scope }) : [];
    for (const factory of factories.flatMap((value) => (value.type === 'list' ? value.items : []))) {
      const made = evaluation.one(factory.expr, factory.env);
      if (made.type !== 'function') continue;
      let values = evaluation.called(made, { ...call, args: [] }, { scope });
      for (const part of key.split('.'))
        values = values.flatMap((value) => evaluation.memberOf(value, part, expr, { scope }));
      found.push(...values.filter(isText));
    }
  }
  const [first, ...others] = found;
  if (!first) return undefined;
  return others.every((other) => isText(first) && isText(other) && other.value === first.value)
    ? first
    : unknown(expr.span);
}

/** `ConfigModule.forRoot({ validationSchema: Joi.object({ PORT: Joi.number().default(3000) }) })` gives a variable its default. */
function validatedSetting(
  evaluation: Evaluation,
  key: string,
  fallback: Lazy | undefined,
  expr: CallExpr,
  env: Env,
): Value | undefined {
  for (const { call, scope } of configurationsFor(evaluation, env.scope.program.file)) {
    const options = call.args[0]?.value;
    const schema = entryOf(options, 'validationSchema');
    if (!schema && !entryOf(options, 'validate')) continue;
    const value = schema && evaluation.one(schema, { scope });
    const shape = value?.type === 'external' ? shapeOf(value) : undefined;
    const field = shape && entryOf(shape.object, key);
    if (shape && field) {
      const found = described(evaluation, field, key, expr, shape.env);
      if (isText(found)) return found;
      // Without it the program ends and says so.
      if (!fallback && linksOf(field).some(({ callee }) => nameOf(callee) === 'required')) return unknown(expr.span);
    }
    // A function that validates may put in whatever it likes.
    if (!shape && !fallback) return unknown(expr.span);
  }
  return undefined;
}

/** The module that sets the configuration up: no import leads there from where it is read. */
function modulePlaces(file: string): readonly string[] {
  return foldersOf(file)
    .flatMap((folder) => [folder, folder === '' ? 'src' : `${folder}/src`])
    .flatMap((folder) => ['app.module', 'app/app.module'].map((name) => (folder === '' ? name : `${folder}/${name}`)))
    .flatMap((path) => [`${path}.ts`, `${path}.js`]);
}

/** Where a namespace of Nest's configuration is kept: no import leads there from where it is read. */
function namespacePlaces(space: string, file: string): readonly string[] {
  if (!/^[\w-]+$/.test(space)) return [];
  const around = foldersOf(file).flatMap((folder) => [folder, folder === '' ? 'src' : `${folder}/src`]);
  const names = [`${space}.config`, `${space}-config`, space, `${space}/${space}.config`, 'configuration', 'index'];
  return [...new Set(around)]
    .flatMap((folder) =>
      ['config', 'configs', 'configuration'].map((name) => (folder === '' ? name : `${folder}/${name}`)),
    )
    .flatMap((folder) => names.map((name) => `${folder}/${name}`))
    .flatMap((path) => [`${path}.ts`, `${path}.js`]);
}

/** `app.set("port", process.env.PORT || 3000)` */
function expressSetting(evaluation: Evaluation, key: string, expr: CallExpr): Value | undefined {
  const { programs } = evaluation.project;
  const own = programs.get(expr.span.file);
  for (const index of [...(own ? [own] : []), ...programs.values()]) {
    for (const { call, scope } of callsByName(index).set) {
      const [name, value] = call.args.map((arg) => arg.value);
      if (name?.kind !== 'string' || name.value !== key || !value) continue;
      const step = { span: call.span, note: `setting ${key} of the application` };
      const found = evaluation.one(value, { scope });
      return { ...found, steps: [step, ...found.steps] };
    }
  }
  return undefined;
}
