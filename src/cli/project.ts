import { realpathSync } from 'node:fs';
import path from 'node:path';
import { defaultSettings, loadNamed, loadSettings, mergeCommandLine, type Settings } from '../config/settings.ts';
import { gitRootOf, type IgnorePatterns, openWorkspace, wantedBy } from '../workspace/disk-workspace.ts';
import { decode, UndecodableError } from '../workspace/encoding.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Io, readAll } from './io.ts';
import { MisuseError } from './misuse.ts';
import type { Flags, RuleFlags } from './options.ts';
import { type Scope, scopeOf, scopeOfText } from './scope.ts';
import { cacheFolder } from './user-folders.ts';

/** What one run is about. */
export interface Project extends Scope {
  readonly settings: Settings;
  readonly workspace: Workspace;
  /**
   * The settings that govern a file, the nearest ones, and its path as their globs see it.
   * @param file relative to the root
   */
  governing(file: string): { readonly settings: Settings; readonly path: string };
  /** Those of folders below the root, as the command line has them. */
  readonly nested: readonly Settings[];
  /** The user's cache folder and who may have written there; undefined where nothing is remembered. */
  readonly cache: Believed | undefined;
}

interface Believed {
  readonly cache: string;
  readonly user?: number | undefined;
}

/**
 * The files and settings that a command line speaks of.
 * @throws {MisuseError} for paths that cannot be read
 * @throws {SettingsError} for settings that cannot be read
 */
export async function openProject(
  paths: readonly string[],
  flags: Flags & Partial<RuleFlags>,
  ruleIds: readonly string[],
  io: Io,
): Promise<Project> {
  let scope = await scopeFor(paths, flags, io.cwd);
  const stated = {
    ...(flags.preset !== undefined && { preset: flags.preset }),
    ...(flags.rule !== undefined && { rules: flags.rule }),
    ...(flags.failOn !== undefined && { failOn: flags.failOn }),
    ...(flags.host !== undefined && { host: flags.host }),
  };
  const settings = mergeCommandLine(await settingsFor(scope.root, flags, ruleIds, io.cwd), stated, ruleIds);
  if (paths.length === 0 && !flags.stdin && settings.root) scope = widened(scope, settings.folder);
  const { root, named } = scope;
  const ignoredBy = (one: Settings) => ({ patterns: one.ignore, folder: one.folder });
  const cache = flags.cache === false ? undefined : believed(cacheFolder(io.env), root, io);
  const searching = {
    named,
    ...cache,
    ...(flags.concurrency !== undefined && { threads: flags.concurrency }),
  };
  let disk = await openWorkspace(root, { ignore: [ignoredBy(settings)], ...searching });
  const nested = flags.config === undefined ? await nestedIn(disk, root, io.cwd, ruleIds) : [];
  const ignore = [settings, ...nested].map(ignoredBy);
  if (nested.some((one) => one.ignore.length > 0)) disk = await disk.ignoring(ignore);
  const all = nested.map((one) => mergeCommandLine(one, stated, ruleIds));
  const frameworks = described([...nested, settings]);
  const governed = new Map<string, ReturnType<Project['governing']>>();
  return {
    ...(await selected(scope, flags)),
    settings: { ...settings, ...(frameworks && { frameworks }) },
    workspace: await seen(disk, scope, flags, ignore, io),
    nested: all,
    cache,
    governing(file) {
      const known = governed.get(file);
      if (known) return known;
      const absolute = path.join(root, file);
      const around = all.filter(({ folder }) => absolute.startsWith(folder + path.sep));
      const nearest = around.reduce((a, b) => (b.folder.length > a.folder.length ? b : a), settings);
      const found = { settings: nearest, path: path.relative(nearest.folder, absolute).replaceAll(path.sep, '/') };
      governed.set(file, found);
      return found;
    },
  };
}

/** The cache folder, unless the project brings it along: that in it is only the user's where the user has named it. */
function believed(cache: string, root: string, { env }: Io): Believed | undefined {
  const isInside = !path.relative(root, cache).startsWith('..') && !path.isAbsolute(path.relative(root, cache));
  const isNamed = env.XDG_CACHE_HOME !== undefined && path.isAbsolute(env.XDG_CACHE_HOME);
  return isInside && !isNamed ? undefined : { cache, user: process.getuid?.() };
}

/** The servers that all settings of a run describe; what the root's own say counts. */
function described(all: readonly Settings[]): Settings['frameworks'] {
  const told = all.flatMap(({ frameworks }) => frameworks ?? []);
  if (told.length < 2) return told[0];
  return {
    python: Object.assign({}, ...told.map(({ python }) => python)),
    javascript: Object.assign({}, ...told.map(({ javascript }) => javascript)),
  };
}

async function nestedIn(disk: Workspace, root: string, cwd: string, ruleIds: readonly string[]) {
  const { nestedSettings } = await import('../config/nested-settings.ts');
  return nestedSettings(disk, root, gitRootOf(root) ?? root, realpathSync(cwd), ruleIds);
}

/** The files as the flags want them seen. */
async function seen(
  disk: Workspace,
  { root, named }: Scope,
  flags: Partial<RuleFlags>,
  ignore: readonly IgnorePatterns[],
  io: Io,
): Promise<Workspace> {
  if (flags.stdin) return overlaid(disk, named[0]!, io);
  if (!flags.staged) return disk;
  const [{ readIndex }, { stagedWorkspace }] = await Promise.all([
    import('../workspace/git.ts'),
    import('../workspace/staged-workspace.ts'),
  ]);
  return stagedWorkspace(disk, await fromGit(() => readIndex(root)), await wantedBy(ignore, root));
}

/** The part of the scope that git says has changed, where that is asked for. */
async function selected(scope: Scope, flags: Partial<RuleFlags>): Promise<Scope> {
  const { since, staged } = flags;
  if (since === undefined && !staged) return scope;
  const { changedSince, stagedIn } = await import('../workspace/git.ts');
  const changed = new Set(
    await fromGit(() => (since === undefined ? stagedIn(scope.root) : changedSince(scope.root, since))),
  );
  return { ...scope, covers: (file) => changed.has(file) && scope.covers(file) };
}

async function fromGit<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if ((error as Error).name === 'GitError') throw new MisuseError((error as Error).message);
    throw error;
  }
}

async function scopeFor(paths: readonly string[], flags: Partial<RuleFlags>, cwd: string): Promise<Scope> {
  if (flags.staged && flags.since !== undefined) {
    throw new MisuseError(
      'use either --staged, for what the next commit would hold, or --since, for what has changed since a commit',
    );
  }
  if (flags.stdin && (flags.staged || flags.since !== undefined))
    throw new MisuseError(`--stdin and ${flags.staged ? '--staged' : '--since'} exclude each other`);
  if (!flags.stdin) {
    if (flags.stdinFilename !== undefined) throw new MisuseError('--stdin-filename needs --stdin');
    if (!paths.some((given) => /[*?[\]{}]/.test(given))) return scopeOf(paths, cwd);
    const { globsIn } = await import('./globs.ts');
    return scopeOf(paths, cwd, await globsIn(paths, cwd));
  }
  if (paths.length > 0) throw new MisuseError('--stdin reads one text, so no paths can be given');
  if (flags.stdinFilename === undefined)
    throw new MisuseError('--stdin needs --stdin-filename, which tells what the text is');
  return scopeOfText(flags.stdinFilename, cwd);
}

async function settingsFor(root: string, flags: Flags, ruleIds: readonly string[], cwd: string): Promise<Settings> {
  if (flags.config === false) return defaultSettings(root);
  if (flags.config !== undefined) return loadNamed(flags.config, realpathSync(cwd), ruleIds);
  return loadSettings(root, gitRootOf(root) ?? root, ruleIds);
}

/** The working directory as a part of the root that settings above it name. */
function widened(scope: Scope, folder: string): Scope {
  const inside = path.relative(folder, scope.root).replaceAll(path.sep, '/');
  if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) return scope;
  return { root: folder, named: [], covers: (file) => file.startsWith(`${inside}/`) };
}

async function overlaid(disk: Workspace, file: string, io: Io): Promise<Workspace> {
  const { textWorkspace } = await import('../workspace/text-workspace.ts');
  try {
    return textWorkspace(new Map([[file, decode(await readAll(io.stdin)).text]]), disk);
  } catch (error) {
    if (error instanceof UndecodableError) throw new MisuseError(`cannot read standard input: ${error.message}`);
    throw error;
  }
}
