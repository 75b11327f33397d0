import path from 'node:path';
import { declaredExposure, severityOf, statedContext } from '../config/settings.ts';
import { contextOf } from '../context.ts';
import type { Rule } from '../rule.ts';
import { wantedBy } from '../workspace/disk-workspace.ts';
import { type Io, print } from './io.ts';
import { MisuseError } from './misuse.ts';
import type { Flags, RuleFlags } from './options.ts';
import { openProject } from './project.ts';

/**
 * Prints, as JSON, what the settings and flags come to for one file, which need not exist.
 * @param file as given
 * @throws {MisuseError} beside paths or --stdin
 */
export async function printConfig(
  file: string,
  paths: readonly string[],
  flags: Flags & Partial<RuleFlags>,
  table: Readonly<Record<string, Rule>>,
  io: Io,
): Promise<number> {
  if (paths.length > 0) throw new MisuseError('--print-config takes one file, so no paths can be given');
  if (flags.stdin) throw new MisuseError('--stdin and --print-config exclude each other');
  const ids = Object.keys(table).sort();
  const asText = { ...flags, stdin: true as const, stdinFilename: file };
  const { root, named, governing } = await openProject([], asText, ids, { ...io, stdin: nothing() });
  const own = named[0]!;
  const { settings, path: inside } = governing(own);
  const context = statedContext(settings, inside) ?? contextOf(own);
  const isWanted = await wantedBy([{ patterns: settings.ignore, folder: settings.folder }], root);
  const { hostStated, ...fix } = settings.fix;
  const shown = {
    file: path.relative(io.cwd, path.join(root, own)).replaceAll(path.sep, '/'),
    settings: settings.file === undefined ? null : path.relative(io.cwd, settings.file).replaceAll(path.sep, '/'),
    ignored: !isWanted(own),
    context,
    expose: declaredExposure(settings, inside) ?? null,
    failOn: settings.failOn,
    fix,
    rules: Object.fromEntries(ids.map((id) => [id, severityOf(settings, id, table[id]!, inside, context, undefined)])),
  };
  await print(io.stdout, `${JSON.stringify(shown, undefined, 2)}\n`);
  return 0;
}

async function* nothing(): AsyncGenerator<string> {}
