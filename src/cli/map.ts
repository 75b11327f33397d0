import type { Report } from '../reporter.ts';
import type { Rule } from '../rule.ts';
import type { Io } from './io.ts';
import type { MapFlags } from './options.ts';
import { deliver } from './output-file.ts';
import { namedUnread, reportOn, reportOptions, runOn, showFiles } from './run.ts';

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
  const text = await mapAs(flags, report, io);
  await deliver(text, flags.output, io);
  return namedUnread(run) ? 2 : 0;
}

async function mapAs(flags: MapFlags, report: Report, io: Io): Promise<string> {
  if (flags.format === 'json') return (await import('../map/json.ts')).mapAsJson(report);
  if (flags.format === 'html') return (await import('../map/html.ts')).mapAsHtml(report);
  return (await import('../map/text.ts')).mapAsText(report, reportOptions(flags, flags.output, false, io));
}
