import type { Origin, Step } from '../facts.ts';
import { remembered } from '../remembered.ts';
import type { Env, Evaluation, Lazy, Value, ValueOf } from '../resolve.ts';
import type { CallExpr, Expr, Program, Statement } from '../syntax/call.ts';
import { attributeOf, fieldOf, superOf } from './classes.ts';
import { frameworkKey } from './configs.ts';
import { definitionsOf } from './definitions.ts';
import { type ProgramIndex, paramOf, scopeOf } from './names.ts';
import { parsedOption } from './options.ts';
import { scriptLibraryCall, scriptMember } from './script-libraries.ts';
import { scriptOption } from './script-options.ts';
import { keyOfSettings, settingOf } from './settings.ts';
import { converted } from './texts.ts';
import { asFallback, isMissing, isText, known, mergeArguments, setBy, settle, unknown } from './values.ts';

type External = ValueOf<'external'>;

/** Mappings of the environment, by key or, in JavaScript, by attribute. */
const environments = new Set(['os.environ', 'process.env', 'Bun.env', 'Deno.env', 'import.meta.env']);
/** Functions that read a variable: its name first, then what holds where it is not set. */
const environmentGetters = new Set([
  'os.environ.get',
  'os.environ.setdefault',
  'os.environ.pop',
  'os.getenv',
  'Deno.env.get',
  'decouple.config',
  'decouple.AutoConfig()',
  'decouple.Config()',
  'starlette.config.Config()',
  'environs.env',
  'environs.Env()',
  'environ.Env()',
  'environ.FileAwareEnv()',
  'envparse.env',
  'envparse.Env()',
]);
/** Objects whose methods are named after the type they give: `env.int("PORT", 8000)`. */
const typedEnvironments = new Set(
  [...environmentGetters].filter((path) => /env/i.test(path) && !path.startsWith('os.')),
);
const types = /\.(str|int|float|bool|url|string|integer|port|ip|json)$/;
const environmentFiles = new Set(['dotenv.dotenv_values']);

/** Calls that read a settings file for themselves: what is asked of them is what it says. */
const settingsTakers = /^cherrypy\.(?:quickstart|tree\.mount|config\.update)$/;
const settingsLoaders = new Set([
  'yaml.safe_load',
  'yaml.load',
  'yaml.full_load',
  'yaml.unsafe_load',
  'yaml.YAML().load',
  'ruamel.yaml.YAML().load',
  'ruamel.yaml.safe_load',
  'json.load',
  'json.loads',
  'json5.load',
  'orjson.loads',
  'ujson.load',
  'ujson.loads',
  'toml.load',
  'toml.loads',
  'tomllib.load',
  'tomllib.loads',
  'tomli.load',
  'tomli.loads',
  'pytoml.load',
  'omegaconf.OmegaConf.load',
  'anyconfig.load',
  'munch.Munch.fromYAML',
  'JSON.parse',
  'YAML.parse',
  'js-yaml.load',
]);
/** Objects that stand for settings files named by an argument. */
const settingsObjects =
  /^(dynaconf\.(Dynaconf|LazySettings)|dynaconf\.FlaskDynaconf|configobj\.ConfigObj|confuse\.Configuration)$/;
const configParsers = /^configparser\.\w+\(\)$/;
const configGetters = /\.(get|getint|getfloat|getboolean)$/;

/** They fill the fields of a class from the command line. */
const commandLineClasses = new Set([
  'tyro.cli',
  'simple_parsing.parse',
  'simple_parsing.helpers.parse',
  'datargs.parse',
  'pydantic_settings.CliApp.run',
  'jsonargparse.auto_cli',
  'jsonargparse.CLI',
]);

const toNumber = new Set(['int', 'float', 'Number', 'parseInt', 'parseFloat', 'Number.parseInt', 'Number.parseFloat']);
const toText = new Set(['str', 'String', 'ipaddress.ip_address', 'ipaddress.IPv4Address', 'pathlib.Path']);
/** They give what they are given, or something that is read the same way. */
const sameThing = new Set([
  'copy.copy',
  'copy.deepcopy',
  'dataclasses.asdict',
  'attr.asdict',
  'attrs.asdict',
  'vars',
  'types.MappingProxyType',
  'omegaconf.OmegaConf.create',
  'omegaconf.OmegaConf.structured',
  'omegaconf.OmegaConf.to_container',
  'omegaconf.OmegaConf.to_object',
  'box.Box',
  'easydict.EasyDict',
  'addict.Dict',
  'munch.Munch',
  'munch.munchify',
  'types.SimpleNamespace',
  'argparse.Namespace',
  'collections.OrderedDict',
  'dict',
  'structuredClone',
]);
/** They wait for what they are given and pass on what it gives. */
const waits = /^(asyncio\.(run|wait_for)|(asyncio|anyio|trio)\.\S*\.run_until_complete)$/;
/** Methods that give the object in another form: `settings.model_dump()`. */
const dumps = /\.(model_dump|dict|_asdict|to_dict|as_dict|copy|model_copy|items)$/;
const keyReaders = /\.(get|pop|setdefault|getint|value|get_value|getOrDefault|at)$/;

/** In JavaScript `app.get('/', handler)` sets a route up. */
export const isRoute = ({ args }: CallExpr, { scope }: Env): boolean =>
  scope.program.language !== 'python' &&
  args.some(({ value }) => value.kind === 'function' || (value.kind === 'string' && /^[/*]/.test(value.value)));

const settingsName = /(^|_)(conf|config|configuration|cfg|settings?|options?|opts|env|prefs|properties)$/;
const listens = /host|port|addr|bind|listen/i;

/** A key of the settings, where only the names of an object or class and of its attribute say so. */
export function settingByName(object: string, attribute: string): Origin | undefined {
  const words = object.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  return settingsName.test(words) && listens.test(attribute) ? { by: 'config', path: attribute } : undefined;
}

/** `get_config("api")`, `getSetting("host")`; a capital letter in front would be a class. */
const settingsGetter =
  /^(get_?|load_?|read_?)?_?([cC]onf|[cC]onfig|[cC]fg|[sS]ettings?|[eE]nv|[oO]ption|[pP]aram)(_?([vV]alue|[oO]ption|[sS]ection|[kK]ey|[iI]tem))?s?$/;

/** Does a function's name say that it reads a setting by its key? */
export const isSettingsGetter = (name: string): boolean => /^[a-z_]/.test(name) && settingsGetter.test(name);

const external = (path: string, expr: Expr, env: Env, more: Partial<External> = {}): External => ({
  type: 'external',
  path,
  name: { expr, env },
  ...known(expr.span),
  ...more,
});

/** A variable: what an environment file says, else the fallback, else what the framework does without it. */
export function environmentValue(
  evaluation: Evaluation,
  name: string,
  fallback: Lazy | undefined,
  expr: Expr,
  env: Env,
  inSettingsFile?: Value,
): Value {
  const origin: Origin = { by: 'env', name };
  const step: Step = { span: expr.span, note: `variable ${name}` };
  const written = inSettingsFile ?? evaluation.lookup.variable(name, env.scope.program.file);
  if (written) return setBy(written, origin, [step]);
  const value = fallback && evaluation.one(fallback.expr, fallback.env);
  if (!value || isMissing(value) || value.type === 'external' || value.type === 'class')
    return unknown(expr.span, { origin, adjustable: true, optional: true, steps: [step] });
  return setBy(value, origin, [step]);
}

/**
 * What `object["key"]` and `object.get("key", fallback)` give.
 * @param sure take something that cannot be followed for unknown, not for settings
 * @returns undefined where nothing can be said of such a read
 */
export function readKey(
  evaluation: Evaluation,
  object: Value,
  key: string,
  fallback: Lazy | undefined,
  expr: Expr,
  env: Env,
  sure = false,
): readonly Value[] | undefined {
  const spare = (): readonly Value[] =>
    fallback ? evaluation.evaluate(fallback.expr, fallback.env) : [unknown(expr.span, { optional: true })];
  const setting = (path: readonly string[]): readonly Value[] => [
    settingOf(evaluation.lookup, path, undefined, expr.span, () =>
      fallback ? evaluation.one(fallback.expr, fallback.env) : undefined,
    ),
  ];
  const followed = sure || /^-?\d+$/.test(key);
  switch (object.type) {
    case 'map': {
      const entry = object.entries.get(key);
      if (entry) return evaluation.evaluate(entry.expr, entry.env);
      const rest = object.rest?.at(-1);
      if (rest) return readKey(evaluation, rest, key, fallback, expr, env, sure);
      return object.open ? [unknown(expr.span)] : spare();
    }
    case 'settings': {
      const inSpare = object.spare?.type === 'map' ? object.spare.entries.get(key) : undefined;
      const given = inSpare ?? fallback;
      return [
        keyOfSettings(evaluation.lookup, object, key, expr.span, () =>
          given ? evaluation.one(given.expr, given.env) : undefined,
        ),
      ];
    }
    case 'none':
      return spare();
    case 'unknown':
      if (object.optional && !fallback) return [{ ...object, span: expr.span }];
      if (object.optional)
        return object.adjustable ? spare().map((value) => setBy(value, object.origin, object.steps)) : spare();
      return followed ? undefined : setting([key]);
    case 'class':
    case 'object': {
      if (/^-?\d+$/.test(key)) return undefined;
      if (object.type === 'class') return fieldOf(evaluation, object, key, expr);
      const field = attributeOf(evaluation, object, key, expr);
      const nothing = field.every((value) => value.type === 'external' && value.origin.by === 'unknown');
      return nothing && !sure ? setting([key]) : field;
    }
    case 'external':
      return externalKey(evaluation, object, key, fallback, expr, env) ?? (followed ? undefined : setting([key]));
    default:
      return undefined;
  }
}

/** `dotenv_values(".env.local")`: not the file that is looked for. */
function readsOtherFile({ call }: External): boolean {
  const named = call?.call.args.find(({ name }) => name === undefined || name === 'dotenv_path')?.value;
  return (
    named !== undefined && named.kind !== 'none' && !(named.kind === 'string' && /(?:^|\/)\.env$/.test(named.value))
  );
}

function externalKey(
  evaluation: Evaluation,
  object: External,
  key: string,
  fallback: Lazy | undefined,
  expr: Expr,
  env: Env,
): readonly Value[] | undefined {
  const { path } = object;
  if (environmentFiles.has(path.replace(/\(\)$/, '')) && readsOtherFile(object))
    return [unknown(expr.span, { origin: { by: 'env', name: key }, adjustable: true, optional: true })];
  if (environments.has(path) || environmentFiles.has(path.replace(/\(\)$/, '')))
    return [environmentValue(evaluation, key, fallback, expr, env)];
  const numeric = /^-?\d+$/.test(key);
  if (path === 'sys.argv' || (path === 'process.argv' && numeric)) {
    const name = `argv[${key}]`;
    return [
      unknown(expr.span, {
        origin: { by: 'argument', name },
        adjustable: true,
        optional: true,
        steps: [{ span: expr.span, note: `argument ${key}` }],
      }),
    ];
  }
  if (path === 'docopt.docopt()') return [documentedOption(object, key, expr)];
  // Half of a pair is what was parsed: `args, rest = parser.parse_known_args()`.
  if (numeric)
    return [external(`${path}[${key}]`, expr, env, { receiver: object, ...(object.call && { call: object.call }) })];
  const option = parsedOption(evaluation, object, key, env, expr);
  if (option) return fallback ? [...option, ...asFallback(evaluation.evaluate(fallback.expr, fallback.env))] : option;
  if (configParsers.test(path))
    return [
      {
        type: 'settings',
        path: [key],
        ...filesRead(evaluation, expr, env),
        ...known(expr.span),
        origin: { by: 'config', path: key },
        adjustable: true,
      },
    ];
  return frameworkKey(evaluation, object, key, fallback, expr);
}

/** An option as docopt reads it from the usage text: `--host=<host>  Where to listen [default: 127.0.0.1]`. */
function documentedOption(object: External, key: string, expr: Expr): Value {
  const origin: Origin = { by: 'argument', name: key };
  const trail = { origin, adjustable: true, steps: [{ span: expr.span, note: `option ${key}` }] };
  const program = object.call?.env.scope.program;
  const first = program?.body[0];
  const text = first?.kind === 'expression' ? first.value : undefined;
  const name = key.replace(/[^\w-]/g, '');
  const line = new RegExp(
    `^[ \\t]*(?:-\\w(?:[ ,=]\\S*)?,?[ ]+)?${name}\\b(?!-)[^\\n]*\\[default: *([^\\]\\n]+)\\]`,
    'im',
  );
  if (text?.kind !== 'string' || text.quote === undefined || name === '') return unknown(expr.span, trail);
  const found = line.exec(text.value);
  if (!found) return unknown(expr.span, { ...trail, optional: true });
  const start = text.span.start + text.quote.length + found.index + found[0].length - 1 - found[1]!.length;
  const span = { file: text.span.file, start, end: start + found[1]!.length };
  const declared = { via: 'option' as const, name: key, span };
  return { type: 'string', value: found[1]!, ...known(span), ...trail, declared, quote: '', part: true };
}

/** The file that `parser.read("config.ini")` gives to a parser that is read here. */
function filesRead(evaluation: Evaluation, expr: Expr, env: Env): NamedFiles {
  const root = (inner: Expr): Expr =>
    inner.kind === 'member' || inner.kind === 'index'
      ? root(inner.object)
      : inner.kind === 'call'
        ? root(inner.callee)
        : inner;
  const name = root(expr);
  const index = evaluation.project.programs.get(env.scope.program.file);
  const reads = index?.calls.filter(
    ({ call }) => call.callee.kind === 'member' && /^(read|read_file|readfp)$/.test(call.callee.name),
  );
  for (const { call, scope } of reads ?? []) {
    const same = name.kind === 'name' && call.callee.kind === 'member' && root(call.callee).kind === 'name';
    if (!same && reads!.length > 1) continue;
    const files = filesNamed(evaluation, call.args[0]?.value, { scope });
    if (files.file !== undefined) return files;
  }
  return {};
}

/** Where a program last calls a `read`, asked at each key of a parser. */
const lastReadIn = remembered(({ calls }: ProgramIndex) =>
  calls.reduce(
    (last, { call: { callee, span } }) =>
      callee.kind === 'member' && callee.name === 'read' ? Math.max(last, span.start) : last,
    -1,
  ),
);

/** A section that is set in the code, and then read over by `parser.read("config.ini")`. */
export function readOver(
  evaluation: Evaluation,
  object: Value,
  key: string,
  set: readonly Value[],
  expr: Expr,
  env: Env,
): Value | undefined {
  const [written] = set;
  if (object.type !== 'external' || !configParsers.test(object.path) || set.length !== 1 || written?.type !== 'map')
    return undefined;
  const index = evaluation.project.programs.get(env.scope.program.file);
  const isAfter = written.span.file === index?.program.file && written.span.start < lastReadIn(index);
  const files = isAfter ? filesRead(evaluation, expr, env) : {};
  if (files.file === undefined) return undefined;
  const origin: Origin = { by: 'config', path: key };
  return { type: 'settings', path: [key], ...files, ...known(expr.span), origin, adjustable: true, spare: written };
}

/** What an attribute of something of a library is. */
export function libraryMember(
  evaluation: Evaluation,
  object: External,
  name: string,
  expr: Expr,
  env: Env,
): readonly Value[] {
  const { path } = object;
  // What a module of CommonJS is for one of the other kind.
  if (name === 'default' && env.scope.program.language !== 'python' && !path.includes('(')) return [object];
  if (environments.has(path) && path !== 'os.environ')
    return [environmentValue(evaluation, name, undefined, expr, env)];
  if (path === 'super()') {
    const found = superOf(evaluation, env);
    if (found) return evaluation.memberOf(found, name, expr, env);
  }
  if (env.scope.program.language !== 'python') {
    const holder = expr.kind === 'member' ? expr.object : undefined;
    const known = scriptMember(evaluation, object, name, expr) ?? scriptOption(evaluation, object, holder, name, env);
    if (known) return known;
  }
  const option = parsedOption(evaluation, object, name, env, expr);
  if (option) return option;
  if (path === 'django.conf.settings') return [djangoSetting(evaluation, name, expr, env)];
  const config = frameworkKey(evaluation, object, name, undefined, expr, true);
  if (config) return config;
  const inner = plainModule(evaluation, path, name, env);
  if (inner) return inner;
  if (/^urllib\.parse\.url(parse|split)\(\)$/.test(path)) {
    const part = addressPart(evaluation, object, name);
    if (part) return [part];
  }
  const base = path.replace(/\(\)/g, '').split('.').at(-1)!;
  const setting = settingByName(base, name);
  return [
    external(`${path}.${name}`, expr, env, {
      receiver: object,
      ...(setting && { origin: setting, adjustable: true }),
    }),
  ];
}

/** `urlparse(address).hostname` and `.port`. */
function addressPart(evaluation: Evaluation, object: External, name: string): Value | undefined {
  const given = object.call?.call.args[0];
  const text = given && evaluation.one(given.value, object.call!.env);
  if (text?.type !== 'string' || !/^(hostname|port)$/.test(name)) return undefined;
  const authority = /^[\w+.-]*:?\/\/(?:[^@/?#]*@)?(\[[^\]/?#]*\]|[^:/?#]*)(?::(\d*))?/.exec(text.value);
  const [all, host, port] = authority ?? [];
  const wanted = name === 'port' ? port : host?.replace(/^\[|\]$/g, '');
  if (!all || !wanted) return undefined;
  const start = all.length - (port === undefined ? 0 : port.length + 1) - (name === 'port' ? -1 : host!.length);
  const from = name === 'port' ? start : start + (host!.startsWith('[') ? 1 : 0);
  const part = evaluation.resolver.partOf(text, from, from + wanted.length);
  if (name === 'port') return converted(part, 'number');
  // Who reads the URL may connect to it, and the unspecified address is none to connect to.
  const { frame: _frame, quote: _quote, ...readOnly } = part as ValueOf<'string'>;
  return /^(?:https?|wss?):/i.test(text.value) ? readOnly : part;
}

const modulesImportedBy = remembered(({ body }: Program): readonly string[] => [
  ...new Set(body.flatMap((statement) => (statement.kind === 'import' ? [statement.module] : []))),
]);

/** `a.b` of `import a.b`, where `a` is a folder without an `__init__.py`. */
function plainModule(evaluation: Evaluation, path: string, name: string, env: Env): readonly Value[] | undefined {
  if (!/^[\w.]+$/.test(path)) return undefined;
  const { program } = env.scope;
  if (!modulesImportedBy(program).some((module) => module.startsWith(`${path}.${name}`))) return undefined;
  const index = evaluation.moduleNamed(`${path}.${name}`, program.file);
  return index && [{ type: 'module', index, ...known({ file: program.file, start: 0, end: 0 }) }];
}

/** A name of the module that DJANGO_SETTINGS_MODULE names. */
function djangoSetting(evaluation: Evaluation, name: string, expr: Expr, env: Env): Value {
  const { file } = env.scope.program;
  for (const index of evaluation.project.programs.values()) {
    for (const { call } of index.calls) {
      const [first, second] = call.args;
      if (first?.value.kind !== 'string' || first.value.value !== 'DJANGO_SETTINGS_MODULE') continue;
      const module =
        second?.value.kind === 'string' ? evaluation.moduleNamed(second.value.value, index.program.file) : undefined;
      if (module?.module.names.has(name)) return settle(evaluation.exported(module, name, expr.span));
    }
  }
  evaluation.moduleNamed('manage', file);
  return unknown(expr.span, { origin: { by: 'config', path: name }, adjustable: true });
}

/** What calling something of a library gives. */
export function libraryCall(evaluation: Evaluation, callee: External, expr: CallExpr, env: Env): readonly Value[] {
  const { path } = callee;
  const [first, second] = expr.args;
  const named = (name: string) => expr.args.find((arg) => arg.name === name)?.value;
  const spare =
    second && second.name === undefined && !second.spread ? second.value : (named('default') ?? named('fallback'));
  const fallback = spare && { expr: spare, env };
  const variable = environmentCall(evaluation, callee, fallback, expr, env);
  if (variable) return variable;
  const found = env.scope.program.language === 'python' ? undefined : scriptLibraryCall(evaluation, callee, expr, env);
  if (found) return found;
  if ((toNumber.has(path) || toText.has(path) || path === 'typing.cast') && first) {
    const inner = path === 'typing.cast' ? second : first;
    if (!inner || inner.spread) return [unknown(expr.span)];
    const value = evaluation.one(inner.value, env);
    return [path === 'typing.cast' ? value : converted(value, toNumber.has(path) ? 'number' : 'string')];
  }
  if (path === 'omegaconf.OmegaConf.merge') return evaluation.evaluate(merged(expr), env);
  if (path === 'omegaconf.OmegaConf.from_cli')
    return [unknown(expr.span, { optional: true, adjustable: true, origin: { by: 'argument', name: 'key=value' } })];
  if (commandLineClasses.has(path) && first && !first.spread) {
    const taken = evaluation.one(first.value, env);
    const origin: Origin = { by: 'argument', name: '' };
    if (taken.type === 'class') return [{ ...taken, type: 'object', origin, adjustable: true }];
  }
  if (sameThing.has(path)) return [sameOrMade(evaluation, expr, env)];
  if (waits.test(path) && first && !first.spread) return evaluation.evaluate(first.value, env);
  if (path === 'getattr' && first && second) return attributeNamed(evaluation, expr, env);
  if (path === 'functools.partial' && first) {
    const target = evaluation.one(first.value, env);
    const bound = evaluation.argumentsOf({ ...expr, args: expr.args.slice(1) }, env);
    if (target.type !== 'function' && target.type !== 'external') return [target];
    return [{ ...target, bound: mergeArguments(target.bound, bound) }];
  }
  if (path === 'importlib.import_module' && first?.value.kind === 'string') {
    const index = evaluation.moduleNamed(first.value.value, env.scope.program.file);
    if (index) return [{ type: 'module', index, ...known(expr.span) }];
  }
  if (settingsLoaders.has(path) || settingsTakers.test(path) || settingsObjects.test(path)) {
    const source = settingsLoaders.has(path)
      ? first?.value
      : settingsTakers.test(path)
        ? (named('config') ?? expr.args.at(path.endsWith('.update') ? 0 : 2)?.value)
        : (named('settings_files') ?? named('settings_file') ?? named('settings_file_for_dynaconf') ?? first?.value);
    return [
      {
        type: 'settings',
        path: [],
        ...known(expr.span),
        origin: { by: 'config', path: '' },
        adjustable: true,
        ...filesNamed(evaluation, source, env),
      },
    ];
  }
  if (/namedtuple\(\)$/.test(path) && callee.call) return [namedTuple(evaluation, callee.call.call, expr, env)];
  const { receiver } = callee;
  if (receiver && dumps.test(path) && expr.args.every((arg) => arg.name !== undefined)) return [receiver];
  if (
    receiver?.type === 'external' &&
    configParsers.test(receiver.path) &&
    configGetters.test(path) &&
    first &&
    second
  ) {
    const section = evaluation.one(first.value, env);
    const option = evaluation.one(second.value, env);
    const other = named('fallback');
    if (section.type !== 'string' || option.type !== 'string') return [unknown(expr.span)];
    const parser = readKey(evaluation, receiver, section.value, undefined, expr, env)?.[0];
    const read = parser && readKey(evaluation, parser, option.value, other && { expr: other, env }, expr, env);
    return (read ?? [unknown(expr.span)]).map((value) => (/\.getint$/.test(path) ? converted(value, 'number') : value));
  }
  if (receiver && keyReaders.test(path) && first && !first.spread) {
    const key = evaluation.one(first.value, env);
    if (isText(key) && !isRoute(expr, env)) {
      const read = readKey(evaluation, receiver, String(key.value), fallback, expr, env);
      if (read) return /int$/.test(path) ? read.map((value) => converted(value, 'number')) : read;
    }
  }
  if (first && !first.spread && isSettingsGetter(path.slice(path.lastIndexOf('.') + 1))) {
    const key = evaluation.one(first.value, env);
    if (key.type === 'string')
      return [
        settingOf(evaluation.lookup, key.value.split('.'), undefined, expr.span, () =>
          fallback ? evaluation.one(fallback.expr, env) : undefined,
        ),
      ];
  }
  return [external(`${path}()`, expr, env, { call: { call: expr, env }, ...(receiver && { receiver }) })];
}

/** `os.environ.get("HOST", "...")`, `env.int("PORT", 8000)`, `config("PORT", default=8000, cast=int)`. */
function environmentCall(
  evaluation: Evaluation,
  callee: External,
  fallback: Lazy | undefined,
  expr: CallExpr,
  env: Env,
): readonly Value[] | undefined {
  const { path } = callee;
  const type = types.exec(path)?.[1];
  const typed = type !== undefined && typedEnvironments.has(path.slice(0, -type.length - 1));
  const [first] = expr.args;
  if ((!typed && !environmentGetters.has(path)) || !first || first.spread) return undefined;
  // `Env("...")` makes such an object.
  const key = evaluation.one(first.value, env);
  if (key.type !== 'string') return [unknown(expr.span)];
  const name = `${prefixAround(expr, env)}${key.value}`;
  const written = path.startsWith('decouple.') ? inRepositoryFile(evaluation, name, env) : undefined;
  const value = environmentValue(evaluation, name, fallback ?? schemeDefault(callee, name), expr, env, written);
  const cast = expr.args.find((arg) => arg.name === 'cast')?.value;
  const number = (typed && /^int|port/.test(type)) || (cast?.kind === 'name' && cast.name === 'int');
  return [number ? converted(value, 'number') : value];
}

/** What decouple finds in settings.ini, which it looks for before `.env`. https://github.com/HBNetwork/python-decouple#how-it-works */
function inRepositoryFile({ lookup, project }: Evaluation, name: string, { scope }: Env): Value | undefined {
  if (project.environment?.(name)) return undefined;
  const setting = lookup.find(['settings', name], 'settings.ini', scope.program.file);
  return setting?.found === 'value' ? setting.value : undefined;
}

/** `environ.Env(PORT=(int, 8000))` says what holds where a variable is not set. */
function schemeDefault(callee: External, name: string): Lazy | undefined {
  const made = callee.call ?? (callee.receiver?.type === 'external' ? callee.receiver.call : undefined);
  const pair = made?.call.args.find((arg) => arg.name === name)?.value;
  const value = pair?.kind === 'array' ? pair.items[1] : undefined;
  return made && value && { expr: value, env: made.env };
}

/** `with env.prefixed("APP_"):` around a place. */
function prefixAround(expr: Expr, env: Env): string {
  let prefix = '';
  const visit = (block: readonly Statement[]): void => {
    for (const statement of block) {
      if (statement.span.start > expr.span.start || statement.span.end < expr.span.end) continue;
      if (statement.kind === 'if') {
        visit(statement.consequent);
        visit(statement.alternative);
      } else if (statement.kind === 'try' || statement.kind === 'loop') visit(statement.body);
      else if (statement.kind === 'with') {
        for (const { value } of statement.items) {
          const given = value.kind === 'call' && value.callee.kind === 'member' && value.callee.name === 'prefixed';
          const text = given ? value.args[0]?.value : undefined;
          if (text?.kind === 'string') prefix += text.value;
        }
        visit(statement.body);
      }
    }
  };
  visit(env.scope.body);
  return prefix;
}

/** `OmegaConf.merge(a, b)` as `{**a, **b}`. */
function merged({ args, span }: CallExpr): Expr {
  const entries = args.map(({ value, span: at }) => ({
    key: undefined,
    keySpan: at,
    value,
    spread: true as const,
    span: at,
  }));
  return { kind: 'object', entries, span };
}

/** `dict(DEFAULTS, host=...)`, `vars(args)`, `SimpleNamespace(host=...)`. */
function sameOrMade(evaluation: Evaluation, expr: CallExpr, env: Env): Value {
  const bound = evaluation.argumentsOf(expr, env);
  const [given] = bound.positional;
  const made: Value = {
    type: 'map',
    entries: bound.named,
    open: bound.open,
    ...(bound.rest && { rest: bound.rest }),
    ...known(expr.span),
  };
  if (!given) return made;
  const value = evaluation.one(given.expr, given.env);
  if (bound.named.size === 0 && !bound.open) return value.type === 'class' ? { ...value, type: 'object' } : value;
  if (value.type !== 'map') return unknown(expr.span);
  return { ...made, entries: new Map([...value.entries, ...bound.named]), open: value.open || bound.open };
}

/** Is a name for sure none of a module? */
function lacks({ module, program }: ProgramIndex, name: string): boolean {
  const isOpen = /\b(?:globals|vars|exec|__getattr__|setattr)\b/.test(program.text);
  const takesAll = program.body.some(
    (statement) => statement.kind === 'import' && statement.names.some((one) => one.name === '*'),
  );
  return !module.names.has(name) && !isOpen && !takesAll;
}

/** `getattr(config, "host", "127.0.0.1")`. */
function attributeNamed(evaluation: Evaluation, expr: CallExpr, env: Env): readonly Value[] {
  const [object, attribute, spare] = expr.args.map((arg) => arg.value);
  const name = evaluation.one(attribute!, env);
  if (name.type !== 'string') return [unknown(expr.span)];
  const holder = evaluation.one(object!, env);
  const value = settle(evaluation.memberOf(holder, name.value, expr, env));
  if (isText(value) || !spare) return [value];
  const fallback = evaluation.one(spare, env);
  if (holder.type === 'module' && lacks(holder.index, name.value)) return [fallback];
  if (holder.type === 'object' && value.type === 'external' && value.origin.by === 'unknown') return [fallback];
  if (value.type === 'unknown' && !value.optional && !value.adjustable) return [value];
  const origin: Origin =
    value.adjustable && value.origin.by !== 'unknown' ? value.origin : { by: 'config', path: name.value };
  return [setBy(fallback, origin, [{ span: expr.span, note: `attribute ${name.value}` }])];
}

/** An instance of `namedtuple("Config", "host port")`. */
function namedTuple(evaluation: Evaluation, declared: CallExpr, expr: CallExpr, env: Env): Value {
  const given = declared.args[1]?.value;
  const names =
    given?.kind === 'string'
      ? given.value.split(/[\s,]+/)
      : given?.kind === 'array'
        ? given.items.map((item) => (item.kind === 'string' ? item.value : ''))
        : [];
  const bound = evaluation.argumentsOf(expr, env);
  const entries = new Map(bound.named);
  for (const [at, item] of bound.positional.entries()) if (names[at]) entries.set(names[at], item);
  return { type: 'map', entries, open: true, ...known(expr.span) };
}

/** A file in the folders whose names are written right before it. */
function below(folders: readonly Expr[], file: string): string {
  const last = folders.at(-1);
  if (last?.kind === 'binary' && last.operator === '/') return below([last.left, last.right], file);
  if (last?.kind !== 'string' || !/^[\w.-]+$/.test(last.value) || last.value.startsWith('.')) return file;
  return below(folders.slice(0, -1), `${last.value}/${file}`);
}

const settingsFile = /\.(ya?ml|json5?|jsonc|toml|ini|cfg|conf)$/i;

/**
 * The settings file that an expression names: `open("config.yaml")`, `Path("config.yaml").read_text()`, a name that holds one.
 * @param expr what is given to a loader
 */
export function fileNamed(evaluation: Evaluation, expr: Expr | undefined, env: Env, depth = 0): string | undefined {
  if (!expr || depth > 8) return undefined;
  const inside = (inner: Expr | undefined) => fileNamed(evaluation, inner, env, depth + 1);
  const text = (value: string) => (settingsFile.test(value) ? value.replace(/^\.?\//, '') : undefined);
  switch (expr.kind) {
    case 'string':
      return text(expr.value);
    case 'template': {
      const last = expr.parts.at(-1);
      return last?.kind === 'string' ? text(last.value) : undefined;
    }
    case 'array':
      return expr.items.map(inside).find((file) => file !== undefined);
    case 'call': {
      const { args, callee } = expr;
      for (const [at, arg] of args.entries()) {
        const found = inside(arg.value);
        if (found === undefined) continue;
        const join = callee.kind === 'member' ? callee.name === 'join' || callee.name === 'joinpath' : false;
        return join
          ? below(
              args.slice(0, at).map((other) => other.value),
              found,
            )
          : found;
      }
      return inside(callee);
    }
    case 'member':
      return inside(expr.object);
    case 'binary': {
      const file = inside(expr.right);
      if (file === undefined) return inside(expr.left);
      return expr.operator === '/' ? below([expr.left], file) : file;
    }
    case 'name': {
      const scope = scopeOf(env.scope, expr.name, expr.span.start);
      if (!scope) return undefined;
      const param = scope.function && paramOf(scope.function, expr.name);
      const holder = envAt(scope, env);
      const given = param && evaluation.argumentFor(scope.function!, expr.name, holder);
      if (given && given !== 'hidden') return fileNamed(evaluation, given.expr, given.env, depth + 1);
      const reaching = definitionsOf(
        scope,
        expr.name,
        scope === env.scope ? expr.span.start : undefined,
        expr.span.start,
      );
      for (const definition of reaching.definitions) {
        if (definition.by !== 'value' && definition.by !== 'with') continue;
        const found = fileNamed(evaluation, definition.value, holder, depth + 1);
        if (found !== undefined) return found;
      }
      const value = evaluation.one(expr, env);
      if (value.type === 'string') return text(value.value);
      return param?.default && fileNamed(evaluation, param.default, { scope }, depth + 1);
    }
    default:
      return undefined;
  }
}

type NamedFiles = Pick<ValueOf<'settings'>, 'file' | 'over'>;

/** The settings file that is read, and of a list those whose keys hide what is in the first. */
function filesNamed(evaluation: Evaluation, expr: Expr | undefined, env: Env): NamedFiles {
  const items = expr?.kind === 'array' ? expr.items : [expr];
  const [file, ...over] = items.flatMap((item) => fileNamed(evaluation, item, env) ?? []);
  return { ...(file !== undefined && { file }), ...(over.length > 0 && { over }) };
}

function envAt(scope: Env['scope'], env: Env): Env {
  for (let at: Env | undefined = env; at; at = at.outer) if (at.scope === scope) return at;
  return { scope };
}
