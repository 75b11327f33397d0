import type { Io } from './io.ts';
import type { Flags } from './options.ts';
import { deliver, namedUnread, reportOn, reportOptions, runOn, showFiles } from './run.ts';

/** Prints the table of facts. */
export async function map(paths: readonly string[], flags: Flags, io: Io): Promise<number> {
  const run = await runOn(paths, flags, undefined, io);
  const report = reportOn(run, [], {}, io);
  if (flags.showFiles) return showFiles(run, report, flags, io);
  const text =
    flags.format === 'json'
      ? (await import('../map/json.ts')).mapAsJson(report)
      : (await import('../map/text.ts')).mapAsText(report, reportOptions(flags, false, io));
  await deliver(text, flags, io);
  return namedUnread(run) ? 2 : 0;
}
