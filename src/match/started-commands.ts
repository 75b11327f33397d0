import type { Extract } from '../format.ts';
import { baseEnv } from '../resolve/callers.ts';
import type { CallSite, ProgramIndex } from '../resolve/names.ts';
import type { Env, Lazy, Resolver, Value } from '../resolve.ts';
import type { CallExpr, Expr } from '../syntax/call.ts';
import type { Assignment, CommandLine, Word } from '../syntax/command.ts';
import { opaqueLines, parseShell } from '../syntax/shell.ts';

/** Where a call of Python's library keeps the command that it starts. https://docs.python.org/3/library/subprocess.html */
interface Starter {
  /** The place of the list of words, or of the text. */
  readonly arg: number;
  readonly keyword?: string;
  /** The words are the arguments themselves, from there on. */
  readonly spread?: true;
  /** It is a text for a shell; `asked`: where `shell=True` says so. */
  readonly shell: 'always' | 'asked' | 'never';
}

const process: Starter = { arg: 0, keyword: 'args', shell: 'asked' };
const text: Starter = { arg: 0, shell: 'always' };
const list: Starter = { arg: 1, shell: 'never' };
const words: Starter = { arg: 1, spread: true, shell: 'never' };

const starters: ReadonlyMap<string, Starter> = new Map([
  ...['run', 'call', 'check_call', 'check_output', 'Popen'].map((name) => [`subprocess.${name}`, process] as const),
  ...['subprocess.getoutput', 'subprocess.getstatusoutput', 'os.system', 'os.popen'].map(
    (path) => [path, text] as const,
  ),
  ...['execv', 'execvp', 'execve', 'execvpe'].map((name) => [`os.${name}`, list] as const),
  ...['execl', 'execlp'].map((name) => [`os.${name}`, words] as const),
  ['asyncio.create_subprocess_exec', { arg: 0, spread: true, shell: 'never' }],
  ['asyncio.create_subprocess_shell', text],
]);

/** The names of the functions that start commands and are called for little else. */
export const startingNames: readonly string[] = [
  ...['check_call', 'check_output', 'Popen', 'system', 'popen', 'execv', 'execvp', 'execvpe', 'execlp'],
  ...['create_subprocess_exec', 'create_subprocess_shell'],
];

const mayStart = /\b(?:subprocess|os|asyncio)\b/;
const lastPart = /(\w+)$/;
const names = new Set([...starters.keys()].map((path) => lastPart.exec(path)![1]!));

/** What cannot be seen, as a shell would put it in. */
const unseen = '$(unseen)';

/** The command lines that a program of Python starts, as far as their words are known. */
export function startedCommands(index: ProgramIndex, resolver: Resolver): Extract['commands'] {
  if (index.program.language !== 'python' || !mayStart.test(index.program.text)) return [];
  const found = index.calls.flatMap((site): Extract['commands'] => {
    const { callee } = site.call;
    const name = callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
    if (!names.has(name)) return [];
    const env = baseEnv(site.scope);
    const path = resolver.callee(site, env).find((value) => value.type === 'external')?.path;
    const starter = path === undefined ? undefined : starters.get(path);
    return starter ? linesOf(site, starter, env, index, resolver).slice(0, maximumLines) : [];
  });
  return found.slice(0, maximumStarted);
}

/** Command lines that are taken from one text, and from one program. */
const maximumLines = 50;
const maximumStarted = 1000;

function linesOf(
  { call }: CallSite,
  starter: Starter,
  env: Env,
  index: ProgramIndex,
  resolver: Resolver,
): { line: CommandLine }[] {
  const named = (name: string) => call.args.find((arg) => arg.name === name)?.value;
  const plain = call.args.filter((arg) => arg.name === undefined);
  if (call.args.some(({ spread }) => spread !== undefined)) return [];
  const environment = environmentOf(named('env'), env, resolver);
  const given = (line: CommandLine) => ({ line: { ...line, environment: [...environment, ...line.environment] } });
  if (starter.spread) {
    const items = plain.slice(starter.arg).map(({ value }): Lazy => ({ expr: value, env }));
    return wordLine(items, call, resolver).map(given);
  }
  const command = plain[starter.arg]?.value ?? (starter.keyword === undefined ? undefined : named(starter.keyword));
  if (!command) return [];
  const shell = named('shell');
  const inShell = starter.shell === 'always' || (shell?.kind === 'boolean' && shell.value);
  if (shell && shell.kind !== 'boolean') return [];
  const split = splitText(command);
  if (inShell || split) {
    const lines = shellLines(split ?? command, env, resolver);
    return lines.filter((line) => line.words.length > 0).map(given);
  }
  if (command.kind === 'name' && isChanged(command.name, index)) return [];
  const value = resolver.settle(resolver.evaluate(command, env));
  if (value.type !== 'list') return [];
  return wordLine(value.items, call, resolver).map(given);
}

/** `shlex.split("...")`, `"...".split()` */
function splitText(command: Expr): Expr | undefined {
  if (command.kind !== 'call' || command.callee.kind !== 'member' || command.callee.name !== 'split') return undefined;
  const { object } = command.callee;
  const [first] = command.args;
  if (object.kind === 'string') return command.args.length === 0 ? object : undefined;
  return object.kind === 'name' && object.name === 'shlex' && command.args.length === 1 ? first?.value : undefined;
}

/** Does the program add words to a list that it keeps under a name? */
function isChanged(name: string, { program }: ProgramIndex): boolean {
  return new RegExp(
    `\\b${name}\\s*(?:\\+=|\\[[^\\]\\n]{0,99}\\]\\s*=[^=]|\\.(?:append|extend|insert|remove|pop)\\s*\\()`,
  ).test(program.text);
}

function wordLine(items: readonly Lazy[], { span }: CallExpr, resolver: Resolver): CommandLine[] {
  const found: Word[] = [];
  for (const { expr, env } of items) {
    const word = wordOf(expr, env, resolver);
    if (!word) return [];
    found.push(word);
  }
  if (found.length === 0 || found[0]!.value === unseen) return [];
  return [
    {
      words: found,
      span,
      environment: [],
      form: 'exec',
      ...(items.some(({ expr }) => expr.span.file !== span.file) ? { opaque: true } : { append: [', "', '"'] }),
    },
  ];
}

function wordOf(expr: Expr, env: Env, resolver: Resolver): Word | undefined {
  const { span } = expr;
  if (expr.kind === 'string')
    return { value: expr.value, span, expands: false, ...(expr.quote?.length === 1 && { quote: expr.quote }) };
  if (expr.kind === 'member' && expr.name === 'executable' && expr.object.kind === 'name' && expr.object.name === 'sys')
    return { value: 'python', span, expands: false };
  const value = resolver.settle(resolver.evaluate(expr, env));
  if (value.type === 'list' || value.type === 'map') return undefined;
  return { value: shownAs(value), span, expands: true };
}

/** A value as a shell would write it, so that what a variable gives stays known as that. */
function shownAs(value: Value): string {
  const isText = value.type === 'string' || value.type === 'number';
  if (!value.adjustable && isText) return String(value.value).replaceAll('$', '');
  if (value.origin.by !== 'env' || !/^\w+$/.test(value.origin.name)) return unseen;
  return isText && /^[\w.:-]*$/.test(String(value.value))
    ? `\${${value.origin.name}:-${value.value}}`
    : `$${value.origin.name}`;
}

function shellLines(command: Expr, env: Env, resolver: Resolver): readonly CommandLine[] {
  const { file } = command.span;
  if (command.kind === 'string') {
    const { quote, span, value } = command;
    return quote?.length === 1
      ? parseShell(file, value, span.end - 1 - value.length)
      : opaqueLines(parseShell(file, value), span);
  }
  if (command.kind === 'template') {
    const parts = command.parts.map((part) =>
      part.kind === 'string' ? part.value : shownAs(resolver.settle(resolver.evaluate(part, env))),
    );
    return opaqueLines(parseShell(file, parts.join('')), command.span);
  }
  const value = resolver.settle(resolver.evaluate(command, env));
  return value.type === 'string' && !value.adjustable ? opaqueLines(parseShell(file, value.value), command.span) : [];
}

const opensBrowser = /\bwebbrowser\b|\bwebview\b|QWebEngine/;

/** Why a server that a program starts seems to be meant for this machine only. */
export function startedForItself({ program }: ProgramIndex, port: number | undefined): string | undefined {
  if (opensBrowser.test(program.text)) return 'it opens a browser on this machine';
  const connects = new RegExp(`://(?:localhost|127\\.0\\.0\\.1):(?:${port ?? '(?!)'}\\b|\\{)`);
  return connects.test(program.text) ? 'the program itself connects to it' : undefined;
}

/** The variables that the call writes out for the process. */
function environmentOf(given: Expr | undefined, env: Env, resolver: Resolver): Assignment[] {
  if (!given) return [];
  const value = resolver.settle(resolver.evaluate(given, env));
  if (value.type !== 'map') return [];
  return [...value.entries].flatMap(([name, lazy]) => {
    const word = wordOf(lazy.expr, lazy.env, resolver);
    return word ? [{ name, value: word }] : [];
  });
}
