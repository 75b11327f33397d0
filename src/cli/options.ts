import { type Command, InvalidArgumentError, Option } from 'commander';
import { isHost, parsePort } from '../address.ts';
import { suggestion } from '../config/suggestion.ts';
import type { Severity } from '../rule.ts';
import { type Target, type TargetWord, targetsOf } from './targets.ts';

export type ColorChoice = 'auto' | 'always' | 'never';
export type Preset = 'recommended' | 'strict';

/** The flags of `check`, `fix` and `map`, as commander hands them over. */
export interface Flags {
  readonly color: ColorChoice;
  readonly quiet?: true;
  readonly timing?: true;
  /** False: --no-config. */
  readonly config?: string | false;
  readonly showFiles?: true;
  /** False: --no-cache. */
  readonly cache?: boolean;
  readonly concurrency?: number;
}

/** The flags of the commands that print a list. */
export interface ListFlags {
  readonly color: ColorChoice;
  readonly format: string;
}

export interface MapFlags extends Flags {
  readonly format: string;
  readonly output?: string;
}

export interface RuleFlags extends Flags {
  readonly targets: readonly Target[];
  readonly preset?: Preset;
  readonly rule?: Readonly<Record<string, Severity | 'off'>>;
  readonly failOn?: Severity;
  readonly maxWarnings?: number;
  readonly stdin?: true;
  readonly stdinFilename?: string;
  readonly staged?: true;
  readonly since?: string;
  readonly rules?: string;
  readonly baseline?: string;
  readonly updateBaseline?: true;
  readonly addIgnores?: true;
  readonly printConfig?: string;
  readonly reason?: string;
  readonly unsafeFixes?: true;
  readonly host?: string;
  readonly statistics?: true;
  readonly diff?: true;
  readonly interactive?: true;
}

const severities = ['error', 'warning', 'info'] as const;

function oneOf<T extends string>(names: readonly T[]): (text: string) => T {
  return (text) => {
    if ((names as readonly string[]).includes(text)) return text as T;
    throw new InvalidArgumentError(`Known: ${names.join(', ')}.${suggestion(text, names)}`);
  };
}

function ruleSeverity(text: string, before: Readonly<Record<string, Severity | 'off'>> = {}) {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as rule=severity, such as missing-port=off.');
  return { ...before, [text.slice(0, at)]: oneOf([...severities, 'off'])(text.slice(at + 1)) };
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is not a whole number.');
  return Number(text);
}

function threads(text: string): number {
  const given = count(text);
  if (given < 1) throw new InvalidArgumentError('At least one thread is needed.');
  return given;
}

function address(text: string): string {
  if (!isHost(text)) throw new InvalidArgumentError('It is neither an address nor a host name.');
  return text;
}

/** Adds the flags that every command with a list of paths takes. */
export function addFlags(command: Command): Command {
  return command
    .option('-c, --config <file>', 'read the settings of bindlint from this file alone')
    .option('--no-config', 'read no settings of bindlint')
    .option('--show-files', 'print the files that would be read, and nothing else')
    .option('--no-cache', 'remember nothing of this run, and use nothing of earlier ones')
    .option(
      '--concurrency <n>',
      'threads that search files at most (default: as many as there are processors)',
      threads,
    )
    .option('--timing', 'print on standard error how long each step took')
    .option('-q, --quiet', 'print what was found and nothing around it')
    .addOption(colorOption());
}

/** Adds `--format` and `--output` to a command that prints one thing. */
export function addMapFlags(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(
      new Option('--format <name>', `how to print: ${formats.join(', ')}`).default('text').argParser(oneOf(formats)),
    )
    .option('-o, --output <file>', 'write to a file in place of standard output');
}

/** Adds `--format` and `--output`, both repeatable, to a command that reports. */
export function addTargetFlags(command: Command, formats: readonly string[]): Command {
  const words: TargetWord[] = [];
  return command
    .addOption(
      new Option('--format <name>', `how to report: ${formats.join(', ')} (repeatable; default: text)`).argParser(
        (text) => words.push({ format: oneOf(formats)(text) }),
      ),
    )
    .addOption(
      new Option(
        '-o, --output <file>',
        'write the format named before it to a file; text stays on standard output (repeatable)',
      ).argParser((file) => words.push({ file })),
    )
    .hook('preAction', () => {
      command.setOptionValue('targets', targetsOf(words));
    });
}

function port(text: string): number {
  const number = parsePort(text);
  if (number === undefined || number === 0) throw new InvalidArgumentError('It is no port: 1 to 65535.');
  return number;
}

/** A duration such as `30s`, `500ms`, `2m` or `30`, which is seconds, in milliseconds. */
function duration(text: string): number {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)?$/.exec(text);
  const milliseconds = match ? Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] ?? 's']! : 0;
  if (milliseconds < 100 || milliseconds > 3_600_000)
    throw new InvalidArgumentError('Write it as 30s, 500ms or 2m; at least 100ms, at most 60m.');
  return milliseconds;
}

function atLeastOne(text: string): number {
  const number = count(text);
  if (number < 1 || number > 10_000) throw new InvalidArgumentError('It is a number from 1 to 10000.');
  return number;
}

/** Adds the flags of `verify`. */
export function addVerifyFlags(command: Command): Command {
  return addMapFlags(command, ['text', 'json', 'junit'])
    .addOption(
      new Option('-p, --port <n>', 'the port that has to be opened (default: whatever it opens)').argParser(port),
    )
    .addOption(
      new Option('-n, --requests <n>', 'how many requests are made at the same time').default(10).argParser(atLeastOne),
    )
    .addOption(new Option('--path <path>', 'what is asked for').default('/').argParser(requestPath))
    .addOption(
      new Option('-t, --timeout <time>', 'how long the program may take for each step: 30s, 500ms, 2m')
        .default(30_000, '30s')
        .argParser(duration),
    )
    .option('--local', 'it is meant for this machine only, so a second host must not get through')
    .option('--no-map', 'do not read the project to compare')
    .option('-q, --quiet', 'print the checks and nothing around them')
    .addOption(colorOption());
}

/** Adds the flags of `doctor`. */
export function addDoctorFlags(command: Command): Command {
  return addMapFlags(command, ['text', 'json'])
    .addOption(new Option('-p, --port <n>', 'look at this port alone').argParser(port))
    .addOption(new Option('--host <address>', 'the address it is meant to listen on').argParser(address))
    .addOption(
      new Option(
        '--os <name>',
        'print the commands of this system: windows, linux, macos (default: this one)',
      ).argParser(oneOf(['windows', 'linux', 'macos'])),
    )
    .addOption(
      new Option('-t, --timeout <time>', 'how long a connection may take').default(2000, '2s').argParser(duration),
    )
    .option('-q, --quiet', 'print the ports and nothing around them')
    .addOption(colorOption());
}

function requestPath(text: string): string {
  if (!/^\/[\x21-\x7e]*$/.test(text)) throw new InvalidArgumentError('It begins with / and holds no spaces.');
  return text;
}

/** Adds the flags of `check` and `fix`. */
export function addRuleFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--preset <name>', 'the set of severities to start from: recommended, strict').argParser(
        oneOf(['recommended', 'strict']),
      ),
    )
    .addOption(
      new Option('--rule <id=severity>', 'severity of one rule: off, info, warning, error (repeatable)').argParser(
        ruleSeverity,
      ),
    )
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity that makes the exit code 1 (default: warning)').argParser(
        oneOf(severities),
      ),
    )
    .addOption(new Option('--max-warnings <n>', 'accept this many warnings before the exit code is 1').argParser(count))
    .option('--stdin', 'read one file from standard input; the other files are still taken into account')
    .option('--stdin-filename <file>', 'the path of the text on standard input')
    .option('--staged', 'read what git would commit, and report what concerns the staged files')
    .option('--since <ref>', 'report what concerns files changed since this branch or commit and HEAD parted')
    .option('--rules <folder>', 'run the rules in this folder too: .js and .mjs files, whose code is run')
    .option('--baseline <file>', 'accept the findings that are listed in this file')
    .option(
      '--unsafe-fixes',
      'also apply fixes that change more than an address, a port or the handling of a bind error',
    )
    .addOption(
      new Option('--host <address>', 'the address to write; states that it is meant to be reachable there').argParser(
        address,
      ),
    )
    .option('--statistics', 'count the findings of each rule')
    .option('--print-config <file>', 'print what the settings come to for this file, as JSON, and nothing else')
    .option('--update-baseline', 'write what is found, or left, into the file of --baseline, and take out what is gone')
    .option('--add-ignores', 'write a comment at every finding at or above the threshold that silences it')
    .option('--reason <text>', 'the reason in the comments of --add-ignores');
}

/** `--color`. */
export function colorOption(): Option {
  return new Option('--color <when>', 'colours and links: auto, always, never')
    .default('auto')
    .argParser(oneOf(['auto', 'always', 'never']));
}

/** `--format` of the lists. */
export function listFormatOption(): Option {
  return new Option('--format <name>', 'how to print: text, json').default('text').argParser(oneOf(['text', 'json']));
}
