import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Plan } from './apply.ts';

/**
 * The plan as a unified diff that `git apply` takes.
 * @param shownPath path of a file as the reader knows it, with `/`
 */
export function unifiedDiff(plan: Pick<Plan, 'texts'>, shownPath: (file: string) => string): string {
  return [...plan.texts]
    .map(([file, { before, after }]) => [shownPath(file), before, after] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, before, after]) =>
      createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, {
        context: 3,
        headerOptions: FILE_HEADERS_ONLY,
      }),
    )
    .join('');
}
