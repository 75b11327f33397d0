import type { Io } from './io.ts';
import type { MapFlags } from './options.ts';
import { deliver, namedUnread, reportOn, reportOptions, runOn, showFiles } from './run.ts';

/** Prints the table of facts. */
export async function map(paths: readonly string[], flags: MapFlags, io: Io): Promise<number> {
  const run = await runOn(paths, flags, undefined, io);
  const report = reportOn(run, [], {}, io);
  if (flags.showFiles) return showFiles(run, report, flags.output, io);
  const text =
    flags.format === 'json'
      ? (await import('../map/json.ts')).mapAsJson(report)
      : (await import('../map/text.ts')).mapAsText(report, reportOptions(flags, flags.output, false, io));
  await deliver(text, flags.output, io);
  return namedUnread(run) ? 2 : 0;
}
