import { createTwoFilesPatch, FILE_HEADERS_ONLY, formatPatch } from 'diff';
import type { Plan } from './apply.ts';

/** Beyond so many lines that go and come, the work grows with their square. */
const maximumLines = 3000;
const context = 3;

/**
 * The plan as a unified diff that `git apply` takes.
 * @param shownPath path of a file as the reader knows it, with `/`
 */
export function unifiedDiff(plan: Pick<Plan, 'texts'>, shownPath: (file: string) => string): string {
  return [...plan.texts]
    .map(([file, { before, after }]) => [shownPath(file), before, after] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([file, before, after]) =>
        createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, {
          context,
          headerOptions: FILE_HEADERS_ONLY,
          maxEditLength: maximumLines,
        }) ?? inOneHunk(file, before, after),
    )
    .join('');
}

/** All lines from the first that changes to the last as one change. */
function inOneHunk(file: string, before: string, after: string): string {
  const [old, fresh] = [before, after].map((text) => text.split(/(?<=\n)/));
  const shorter = Math.min(old!.length, fresh!.length);
  let start = 0;
  while (start < shorter && old![start] === fresh![start]) start++;
  let end = 0;
  while (end < shorter - start && old!.at(-1 - end) === fresh!.at(-1 - end)) end++;
  const [from, rest] = [Math.max(0, start - context), Math.max(0, end - context)];
  const marked = (mark: string, lines: readonly string[]) =>
    lines.flatMap((line) =>
      line.endsWith('\n') ? [mark + line.slice(0, -1)] : [mark + line, '\\ No newline at end of file'],
    );
  const lines = [
    ...marked(' ', old!.slice(from, start)),
    ...marked('-', old!.slice(start, old!.length - end)),
    ...marked('+', fresh!.slice(start, fresh!.length - end)),
    ...marked(' ', old!.slice(old!.length - end, old!.length - rest)),
  ];
  const hunk = {
    oldStart: from + 1,
    oldLines: old!.length - rest - from,
    newStart: from + 1,
    newLines: fresh!.length - rest - from,
    lines,
  };
  return formatPatch(
    {
      oldFileName: `a/${file}`,
      newFileName: `b/${file}`,
      oldHeader: undefined,
      newHeader: undefined,
      hunks: [hunk],
    },
    FILE_HEADERS_ONLY,
  );
}
