import path from 'node:path';
import type { Context } from '../facts.ts';
import type { Exposure, Rule, Severity } from '../rule.ts';
import type { OwnFrameworks } from './frameworks.ts';
import type { WrittenSettings } from './schema.ts';
import { SettingsError } from './settings-error.ts';
import {
  importSettings,
  loadDataFile,
  type SettingsFile,
  type Surroundings,
  searchFolder,
  searchPlaces,
  shown,
} from './settings-file.ts';
import { suggestion } from './suggestion.ts';

export type Preset = 'recommended' | 'strict';
export type RuleSeverity = Severity | 'off';
export type RuleSeverities = Readonly<Record<string, RuleSeverity>>;

/** Where, how and how far fixes write. */
export interface FixSettings {
  readonly host: string;
  /** The user said on the command line that this address is meant. */
  readonly hostStated: boolean;
  readonly style: 'literal' | 'env';
  readonly layer: 'auto' | 'code' | 'command' | 'environment';
  /** Let a server whose port is taken try the next ones; a number says how many. */
  readonly portFallback: boolean | number;
}

/** Settings for the files that fit one of its globs. */
export interface Override {
  readonly files: readonly string[];
  /** @param file relative to the settings' folder, with `/` */
  matches(file: string): boolean;
  readonly preset?: Preset;
  readonly rules: RuleSeverities;
  readonly context?: Context;
}

/** bindlint's own settings with nothing left out. */
export interface Settings {
  /** The file they come from, absolute; undefined for the defaults. */
  readonly file: string | undefined;
  /** What globs are relative to, absolute. */
  readonly folder: string;
  /** Paths say what files are for only below this folder. */
  readonly root: boolean;
  readonly preset: Preset;
  readonly rules: RuleSeverities;
  /** As in .gitignore. */
  readonly ignore: readonly string[];
  /** Later ones win. */
  readonly overrides: readonly Override[];
  readonly fix: FixSettings;
  readonly expose: readonly { readonly glob: string; matches(file: string): boolean; readonly to: Exposure }[];
  /** Servers that the catalogue does not know. */
  readonly frameworks?: OwnFrameworks;
  /** Lowest severity that makes the exit code 1. */
  readonly failOn: Severity;
  /** Said on the command line: wins over everything written. */
  readonly commandLine: { readonly preset?: Preset; readonly rules: RuleSeverities };
}

/** What the command line says about settings. */
export interface CommandLineSettings {
  readonly preset?: Preset;
  readonly rules?: RuleSeverities;
  readonly failOn?: Severity;
  readonly host?: string;
}

/**
 * The settings where none are written.
 * @param folder absolute path of the folder that is looked at
 */
export function defaultSettings(folder: string): Settings {
  return {
    file: undefined,
    folder,
    root: false,
    preset: 'recommended',
    rules: {},
    ignore: [],
    overrides: [],
    fix: { host: '0.0.0.0', hostStated: false, style: 'literal', layer: 'auto', portFallback: false },
    expose: [],
    failOn: 'warning',
    commandLine: { rules: {} },
  };
}

/**
 * The nearest settings at or above a folder, or the defaults. Only data is read.
 * @param cwd absolute path to start from
 * @param stopAt absolute path of the last folder to look in: the git root
 * @param ruleIds the rules there are
 * @throws SettingsError where settings cannot be read or make no sense
 */
export async function loadSettings(cwd: string, stopAt: string, ruleIds: readonly string[]): Promise<Settings> {
  const around = { cwd, within: stopAt, places: await searchPlaces(stopAt, { cwd, within: stopAt }) };
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    const found = await loadFolder(folder, around, ruleIds);
    if (found !== undefined) return found;
    if (folder === stopAt || path.dirname(folder) === folder) return defaultSettings(stopAt);
  }
}

/**
 * The settings in a value, with globs relative to the root. It can extend nothing.
 * @param value as a settings file holds it
 * @param ruleIds the rules there are
 * @throws SettingsError where they make no sense
 */
export async function settingsOf(value: unknown, ruleIds: readonly string[]): Promise<Settings> {
  const source: SettingsFile = { file: '/settings', value, lineOf: () => undefined };
  if ((value as { readonly extends?: unknown } | null)?.extends !== undefined)
    throw new SettingsError('settings that are given as a value extend nothing');
  return { ...(await settingsFrom(source, '/', { cwd: '/' }, ruleIds)), file: undefined };
}

/**
 * The settings in one folder, or undefined. Only data is read.
 * @param folder absolute path
 * @param ruleIds the rules there are
 * @throws SettingsError where settings cannot be read or make no sense
 */
export async function loadFolder(
  folder: string,
  around: Surroundings,
  ruleIds: readonly string[],
): Promise<Settings | undefined> {
  const found = await searchFolder(folder, around);
  return found && settingsFrom(found, folder, around, ruleIds);
}

/**
 * The settings in a file that the user named. The only way in which JavaScript or TypeScript is run.
 * @param file path, relative to `cwd` or absolute
 * @param cwd absolute path of the working directory
 * @param ruleIds the rules there are
 * @throws SettingsError where it cannot be read or makes no sense
 */
export async function loadNamed(file: string, cwd: string, ruleIds: readonly string[]): Promise<Settings> {
  const around = { cwd };
  const absolute = path.resolve(cwd, file);
  const load = /\.[cm]?[jt]s$/.test(absolute) ? importSettings : loadDataFile;
  return settingsFrom(await load(absolute, around), path.dirname(absolute), around, ruleIds);
}

/**
 * Settings with what the command line says on top.
 * @param ruleIds the rules there are
 * @throws SettingsError for an unknown rule
 */
export function mergeCommandLine(
  settings: Settings,
  { preset, rules = {}, failOn, host }: CommandLineSettings,
  ruleIds: readonly string[],
): Settings {
  for (const id of Object.keys(rules)) {
    if (!ruleIds.includes(id)) throw new SettingsError(`unknown rule "${id}"${suggestion(id, ruleIds)}`);
  }
  return {
    ...settings,
    failOn: failOn ?? settings.failOn,
    fix: host === undefined ? settings.fix : { ...settings.fix, host, hostStated: true },
    commandLine: { ...(preset !== undefined && { preset }), rules },
  };
}

/** Places whose servers are rarely meant to be reached; `recommended` is quiet there. */
const QUIET: ReadonlySet<string> = new Set<Context>(['development', 'test', 'example', 'docs']);

/**
 * How severe a finding of a rule is at a place; `off` silences it.
 * A severity that is set for the rule counts as it stands; else the preset decides.
 * @param file relative to the settings' folder, with `/`
 * @param context what the place is for
 * @param lowered the severity a rule lowered this finding to
 */
export function severityOf(
  settings: Settings,
  id: string,
  rule: Pick<Rule, 'severity' | 'recommended'>,
  file: string,
  context: string,
  lowered: Severity | undefined,
): RuleSeverity {
  const overrides = settings.overrides.filter((override) => override.matches(file));
  const stated =
    own(settings.commandLine.rules, id) ??
    overrides.findLast((override) => own(override.rules, id))?.rules[id] ??
    own(settings.rules, id);
  if (stated !== undefined) return stated;
  const preset =
    settings.commandLine.preset ?? overrides.findLast((override) => override.preset)?.preset ?? settings.preset;
  if (preset === 'strict') return rule.severity;
  if (rule.recommended === 'off' || QUIET.has(context)) return 'off';
  return lowered ?? rule.severity;
}

/**
 * What the settings say a file is for, or undefined where they do not.
 * @param file relative to the settings' folder, with `/`
 */
export function statedContext(settings: Settings, file: string): Context | undefined {
  return settings.overrides.findLast((override) => override.context !== undefined && override.matches(file))?.context;
}

/**
 * Who is meant to reach what listens in a file, or undefined where nobody said so. The last glob that fits counts.
 * @param file relative to the settings' folder, with `/`
 */
export function declaredExposure(settings: Settings, file: string): Exposure | undefined {
  return settings.expose.findLast(({ matches }) => matches(file))?.to;
}

function own(rules: RuleSeverities, id: string): RuleSeverity | undefined {
  return Object.hasOwn(rules, id) ? rules[id] : undefined;
}

/** @param folder what globs are relative to, absolute */
async function settingsFrom(
  source: SettingsFile,
  folder: string,
  around: Surroundings,
  ruleIds: readonly string[],
): Promise<Settings> {
  const written = await withBases(source, around, ruleIds, [], { count: 0 });
  const defaults = defaultSettings(folder);
  const hasGlobs = written.some(({ overrides, expose }) => overrides !== undefined || expose !== undefined);
  const globMatcher = hasGlobs ? (await import('./glob.ts')).globMatcher : undefined;
  const matching = (globs: readonly string[]) => globMatcher!(globs);
  const frameworks = Object.assign({}, ...written.map((one) => one.frameworks));
  const described =
    Object.keys(frameworks).length > 0 ? (await import('./frameworks.ts')).ownFrameworks(frameworks) : undefined;
  const latest = <K extends keyof WrittenSettings>(key: K) => written.findLast((one) => one[key] !== undefined)?.[key];
  return {
    ...defaults,
    file: source.file,
    root: written.at(-1)?.root ?? false,
    preset: latest('preset') ?? defaults.preset,
    rules: Object.assign({}, ...written.map(({ rules }) => rules)),
    ignore: written.flatMap(({ ignore }) => ignore ?? []),
    overrides: written
      .flatMap(({ overrides }) => overrides ?? [])
      .map(({ files, preset, rules, context }) => ({
        files,
        matches: matching(files),
        ...(preset !== undefined && { preset }),
        rules: rules ?? {},
        ...(context !== undefined && { context }),
      })),
    fix: Object.assign({}, defaults.fix, ...written.map(({ fix }) => fix)),
    expose: written
      .flatMap(({ expose }) => Object.entries(expose ?? {}))
      .map(([glob, to]) => ({ glob, matches: matching([glob]), to })),
    ...(described && { frameworks: described }),
    failOn: latest('failOn') ?? defaults.failOn,
  };
}

const MAX_BASES = 50;

/** A file's settings behind those it extends, farthest first. */
async function withBases(
  source: SettingsFile,
  around: Surroundings,
  ruleIds: readonly string[],
  above: readonly string[],
  loaded: { count: number },
): Promise<readonly WrittenSettings[]> {
  const { validSettings } = await import('./validation.ts');
  const written = validSettings(source, shown(source.file, around), ruleIds);
  const bases: WrittenSettings[] = [];
  const chain = [...above, source.file];
  for (const base of [written.extends ?? []].flat()) {
    const refuse = (problem: string) =>
      new SettingsError(problem, shown(source.file, around), source.lineOf(['extends']));
    if (!/^\.\.?\//.test(base)) throw refuse(`extends takes relative paths such as ./base.yaml, not "${base}"`);
    const file = path.resolve(path.dirname(source.file), base);
    if (chain.includes(file)) throw refuse(`extends itself by way of "${base}"`);
    loaded.count += 1;
    if (loaded.count > MAX_BASES) throw refuse(`extends more than ${MAX_BASES} files`);
    bases.push(...(await withBases(await loadDataFile(file, around), around, ruleIds, chain, loaded)));
  }
  return [...bases, written];
}
