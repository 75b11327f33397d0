import { realpathSync } from 'node:fs';
import path from 'node:path';
import { defaultSettings, loadNamed, loadSettings, mergeCommandLine, type Settings } from '../config/settings.ts';
import { gitRootOf, openWorkspace } from '../workspace/disk-workspace.ts';
import { decode, UndecodableError } from '../workspace/encoding.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Io, readAll } from './io.ts';
import { MisuseError } from './misuse.ts';
import type { Flags, RuleFlags } from './options.ts';
import { type Scope, scopeOf, scopeOfText } from './scope.ts';

/** What one run is about. */
export interface Project extends Scope {
  readonly settings: Settings;
  readonly workspace: Workspace;
  /** A path relative to the root as the settings' globs see it. */
  toSettings(file: string): string;
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
  let scope = scopeFor(paths, flags, io.cwd);
  const settings = mergeCommandLine(
    await settingsFor(scope.root, flags, ruleIds, io.cwd),
    {
      ...(flags.preset !== undefined && { preset: flags.preset }),
      ...(flags.rule !== undefined && { rules: flags.rule }),
      ...(flags.failOn !== undefined && { failOn: flags.failOn }),
      ...(flags.host !== undefined && { host: flags.host }),
    },
    ruleIds,
  );
  if (paths.length === 0 && !flags.stdin && settings.root) scope = widened(scope, settings.folder);
  const { root, named } = scope;
  const disk = await openWorkspace(root, { ignore: { patterns: settings.ignore, folder: settings.folder }, named });
  return {
    ...scope,
    settings,
    workspace: flags.stdin ? await overlaid(disk, named[0]!, io) : disk,
    toSettings: (file) => path.relative(settings.folder, path.join(root, file)).replaceAll(path.sep, '/'),
  };
}

function scopeFor(paths: readonly string[], flags: Partial<RuleFlags>, cwd: string): Scope {
  if (!flags.stdin) {
    if (flags.stdinFilename !== undefined) throw new MisuseError('--stdin-filename needs --stdin');
    return scopeOf(paths, cwd);
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
