import type { Rule } from '../rule.ts';
import type { Io } from './io.ts';
import type { MapFlags } from './options.ts';
import { deliver, namedUnread, reportOn, reportOptions, runOn, showFiles } from './run.ts';

/** Prints the table of facts. */
export async function map(
  paths: readonly string[],
  flags: MapFlags,
  table: Readonly<Record<string, Rule>>,
  io: Io,
): Promise<number> {
  const run = await runOn(paths, flags, table, io, true);
  const report = reportOn(run, [], {}, io);
  if (flags.showFiles) return showFiles(run, report, flags.output, io);
  const text =
    flags.format === 'json'
      ? (await import('../map/json.ts')).mapAsJson(report)
      : (await import('../map/text.ts')).mapAsText(report, reportOptions(flags, flags.output, false, io));
  await deliver(text, flags.output, io);
  return namedUnread(run) ? 2 : 0;
}
