import type { Origin, Span } from '../facts.ts';
import type { Env, Evaluation, Value, ValueOf } from '../resolve.ts';
import type { CallExpr, Expr, ObjectExpr } from '../syntax/call.ts';
import { type CallSite, lastName, type ProgramIndex } from './names.ts';
import { converted } from './texts.ts';
import { isMissing, setBy, settle, unknown } from './values.ts';

/** An option of a program's command line as it is declared. */
export interface ScriptOption {
  /** The name it is read by. */
  readonly key: string;
  /** What a user types. */
  readonly shown: string;
  /** What holds where the user does not give it. */
  readonly fallback: Expr | undefined;
  /** The variable that stands in for it. */
  readonly variable: string | undefined;
  readonly isNumber: boolean;
  /** Where it is declared. */
  readonly span: Span;
  /** The whole declaration. */
  readonly whole: Span;
  readonly env: Env;
}

/** Modules whose calls give parsed options. */
const parsers =
  /^(commander|yargs|yargs-parser|yargs\/\w+|minimist|mri|cac|citty|util\.parseArgs|meow|sade|arg|getopts|optimist|nopt|command-line-args|@commander-js\/extra-typings|@oclif\/(?:core|command))\b/;
/** Names that parsed options go by where it cannot be seen where they come from. */
const namespaces = /^(argv|args?|opts?|options|program|flags|cli|cmd|values|params|parsed|cliOptions|cmdObj)$/;
/** Calls that are handed the function that a command runs. */
const commands = /^(action|command|run|handler|defineCommand)$/;

const entryOf = (object: Expr | undefined, key: string): Expr | undefined =>
  object?.kind === 'object' ? object.entries.findLast((entry) => entry.key === key)?.value : undefined;
const textIn = (expr: Expr | undefined): string | undefined => (expr?.kind === 'string' ? expr.value : undefined);
const camelCase = (name: string) => name.replace(/-+(\w)/g, (_, letter: string) => letter.toUpperCase());

const declared = new WeakMap<ProgramIndex, readonly ScriptOption[]>();

/** The options that a program of JavaScript declares, by whichever library. */
export function scriptOptionsIn(index: ProgramIndex): readonly ScriptOption[] {
  const known = declared.get(index);
  if (known) return known;
  const found = index.program.language === 'python' ? [] : index.calls.flatMap(optionsOf);
  declared.set(index, found);
  return found;
}

function optionsOf(site: CallSite): ScriptOption[] {
  const { call, scope } = site;
  const [first, second] = call.args.map((arg) => arg.value);
  const common = { span: call.callee.span, whole: call.span, env: { scope } };
  const plain = (key: string, fallback: Expr | undefined, more: Partial<ScriptOption> = {}): ScriptOption => ({
    key,
    shown: `--${key}`,
    fallback,
    variable: undefined,
    isNumber: false,
    ...common,
    ...more,
  });
  /** `{ port: { default: 3000, type: "number" } }` */
  const described = (options: Expr | undefined): ScriptOption[] =>
    options?.kind !== 'object'
      ? []
      : options.entries.flatMap(({ key, value, keySpan, span }) =>
          key === undefined || value.kind !== 'object'
            ? []
            : [plain(key, entryOf(value, 'default'), { span: keySpan, whole: span, isNumber: isNumeric(value) })],
        );
  switch (lastName(call.callee)) {
    case 'option':
    case 'requiredOption': {
      const flags = textIn(first);
      if (flags === undefined) return [];
      const long = /--(?:no-)?([\w-]+)/.exec(flags)?.[1];
      if (long === undefined) {
        if (second?.kind !== 'object' || !/^[\w-]+$/.test(flags)) return [];
        return [plain(flags, entryOf(second, 'default'), { isNumber: isNumeric(second) })];
      }
      const last = call.args.length > 2 ? call.args.at(-1)!.value : undefined;
      const fallback =
        last?.kind === 'object' ? entryOf(last, 'default') : last?.kind === 'function' ? undefined : last;
      return [plain(camelCase(long), fallback, { shown: `--${long}` })];
    }
    case 'Option': {
      const long = /--([\w-]+)/.exec(textIn(first) ?? '')?.[1];
      if (long === undefined) return [];
      const links = site.around.filter((expr) => expr.kind === 'call');
      const link = (name: string) => links.find(({ callee }) => lastName(callee) === name)?.args[0]?.value;
      return [plain(camelCase(long), link('default'), { shown: `--${long}`, variable: textIn(link('env')) })];
    }
    case 'options':
      if (first?.kind === 'string') return [plain(first.value, entryOf(second, 'default'))];
      return described(first);
    case 'default':
      if (first?.kind === 'string' && second) return [plain(first.value, second)];
      return [];
    case 'parseArgs':
      return described(entryOf(first, 'options'));
    case 'defineCommand':
      return described(entryOf(first, 'args'));
    case 'integer':
    case 'string': {
      // oclif: `static flags = { port: Flags.integer({ default: 3000 }) }`
      const { callee } = call;
      if (callee.kind !== 'member' || !/^flags$/i.test(lastName(callee.object))) return [];
      const flags = site.around.at(-1);
      const entry = flags?.kind === 'object' ? flags.entries.find(({ value }) => value === call) : undefined;
      if (entry?.key === undefined) return [];
      const { key, keySpan, span: whole } = entry;
      const variable = textIn(entryOf(first, 'env'));
      return [plain(key, entryOf(first, 'default'), { span: keySpan, whole, variable })];
    }
    case 'meow':
      return described(entryOf(second, 'flags') ?? entryOf(first, 'flags'));
    case 'minimist':
    case 'mri':
    case 'getopts':
    case 'yargsParser': {
      const defaults = entryOf(second, 'default');
      if (defaults?.kind !== 'object') return [];
      const aliases = entryOf(second, 'alias');
      return defaults.entries.flatMap(({ key, value, keySpan, span }) =>
        key === undefined
          ? []
          : [key, ...aliasesOf(key, aliases)].map((name) => plain(name, value, { span: keySpan, whole: span })),
      );
    }
    default:
      return [];
  }
}

/** `{ p: 'port' }`, `{ port: ['p', 'P'] }` */
function aliasesOf(key: string, aliases: Expr | undefined): string[] {
  if (aliases?.kind !== 'object') return [];
  return aliases.entries.flatMap(({ key: name, value }) => {
    const others = (value.kind === 'array' ? value.items : [value]).flatMap((item) => textIn(item) ?? []);
    const all = name === undefined ? others : [name, ...others];
    return all.includes(key) ? all.filter((one) => one !== key) : [];
  });
}

const isNumeric = (options: ObjectExpr): boolean =>
  textIn(entryOf(options, 'type')) === 'number' || lastName(entryOf(options, 'coerce') ?? options) === 'Number';

/**
 * What a key of parsed options holds.
 * @param object what the key is read from
 * @param holder how that is written
 * @returns undefined where the object holds no options, or none of that name
 */
export function scriptOption(
  evaluation: Evaluation,
  object: Value,
  holder: Expr | undefined,
  key: string,
  env: Env,
): readonly Value[] | undefined {
  const name = holder ? lastName(holder.kind === 'call' ? holder.callee : holder) : '';
  const isParsed = object.type === 'external' && parsers.test(object.path);
  if (isParsed && object.type === 'external' && /^(values|flags|options|argv|args)$/.test(key))
    return [{ ...object, path: `${object.path}.${key}` }];
  if (!isParsed && !(namespaces.test(name) && (object.type === 'unknown' || isOpen(object)))) return undefined;
  return optionByKey(evaluation, key, env, object.type === 'external' ? object : undefined);
}

const isOpen = (value: Value) => value.type === 'external' && value.origin.by === 'unknown';

function optionByKey(
  evaluation: Evaluation,
  key: string,
  env: Env,
  object?: ValueOf<'external'>,
): readonly Value[] | undefined {
  const { programs } = evaluation.project;
  const fits = (option: ScriptOption) => option.key === key || camelCase(option.key) === key;
  const own = programs.get(env.scope.program.file);
  const all = own ? scriptOptionsIn(own).filter(fits) : [];
  // A call may declare what it parses: `parseArgs({ options })`.
  const call = object?.call?.call.span;
  const declaring = all.filter(({ whole }) => call && whole.start >= call.start && whole.end <= call.end);
  const near = declaring.length > 0 ? declaring : all;
  const found = near.length > 0 ? near : [...programs.values()].flatMap(scriptOptionsIn).filter(fits);
  if (found.length === 0) return undefined;
  // Where a default stands apart from its declaration, it is what counts.
  const told = found.filter(({ fallback }) => fallback);
  return [settle((told.length > 0 ? told : found).map((option) => optionValue(evaluation, option)))];
}

/** What a destructured parameter of a command's function holds: `.action(({ port }) => ...)`. */
export function commandParameter(
  evaluation: Evaluation,
  path: readonly (string | number)[],
  env: Env,
): readonly Value[] | undefined {
  const shape = env.scope.function;
  const key = path.at(-1);
  if (!shape || typeof key !== 'string' || (path.length > 1 && path[0] !== 'args')) return undefined;
  const index = evaluation.project.programs.get(env.scope.program.file);
  const isCommand = index?.calls.some(
    ({ call }) => commands.test(lastName(call.callee)) && call.args.some(({ value }) => isFunction(value, shape.span)),
  );
  return isCommand ? optionByKey(evaluation, key, env) : undefined;
}

/** Is an expression this function, or an object that has it? */
function isFunction(expr: Expr, span: Span): boolean {
  if (expr.kind === 'function') return expr.function.span.start === span.start;
  return expr.kind === 'object' && expr.entries.some(({ value }) => isFunction(value, span));
}

function optionValue(evaluation: Evaluation, option: ScriptOption): Value {
  const { shown, fallback, variable, isNumber, span, whole, env } = option;
  const origin: Origin = variable === undefined ? { by: 'argument', name: shown } : { by: 'env', name: variable };
  const trail = { origin, declared: { via: 'option' as const, name: shown, span } };
  const step = { span: whole, note: `option ${shown}` };
  const value = fallback && evaluation.one(fallback, env);
  const given = value && !isMissing(value) && !/^(external|class|function)$/.test(value.type);
  if (!given) {
    const from = value && isMissing(value) && value.origin.by === 'env' ? value.origin : origin;
    return unknown(whole, { adjustable: true, steps: [step], ...trail, origin: from, optional: true });
  }
  const outer = value.origin.by === 'env' ? value.origin : origin;
  return { ...setBy(isNumber ? converted(value, 'number') : value, outer, [step]), ...trail, origin: outer };
}

/** The calls of a chain, the innermost first: `z.coerce.number().default(3000)`. */
export function linksOf(expr: Expr | undefined): readonly CallExpr[] {
  const links: CallExpr[] = [];
  for (let at = expr; at; ) {
    if (at.kind === 'call') links.unshift(at);
    at = at.kind === 'call' ? at.callee : at.kind === 'member' ? at.object : undefined;
  }
  return links;
}
