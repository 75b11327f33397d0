import type { Summary } from './reporter.ts';
import type { Severity } from './rule.ts';

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** How many there are of each severity: `1 error, 4 warnings`. */
export function countsOf({ errors, warnings, infos }: Summary): string {
  const counts: readonly (readonly [number, Severity])[] = [
    [errors, 'error'],
    [warnings, 'warning'],
    [infos, 'info'],
  ];
  const shown = counts.filter(([count]) => count > 0).map(([count, noun]) => counted(count, noun));
  return shown.length === 0 ? 'nothing found' : shown.join(', ');
}

/** What was looked at: `5 files seen, 3 parsed`. */
export function readOf({ files, parsed, notUnderstood, suppressed }: Summary): string {
  return [
    `${counted(files, 'file')} seen`,
    `${parsed} parsed`,
    ...(notUnderstood > 0 ? [`${notUnderstood} not understood`] : []),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
  ].join(', ');
}
