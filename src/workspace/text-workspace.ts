import { anyWord } from './search.ts';
import type { Source, Workspace } from './workspace.ts';

/**
 * Files that are only texts: for fixture pages, tests and standard input.
 * @param texts by path relative to the root, with `/`
 * @param below what is seen where there is no such text
 */
export function textWorkspace(texts: ReadonlyMap<string, string>, below?: Workspace): Workspace {
  const matching = (expression: RegExp, paths: RegExp) =>
    [...texts].filter(([file, text]) => paths.test(file) && expression.test(text)).map(([file]) => file);
  const merged = (files: readonly string[], mine: readonly string[]) =>
    [...new Set([...files.filter((file) => !texts.has(file)), ...mine])].sort();
  return {
    async candidates(prefilter) {
      const under = await below?.candidates(prefilter);
      const mine = new Set<string>();
      const silent = new Set<string>();
      for (const { paths, pattern, confirms } of prefilter.searches) {
        const expression = new RegExp(pattern ?? '', 'm');
        for (const [file, text] of texts) {
          if (!paths.test(file)) continue;
          if (expression.test(text) && confirms(file, text)) mine.add(file);
          else if (pattern === undefined) silent.add(file);
        }
      }
      for (const file of texts.keys()) if (prefilter.always?.(file)) mine.add(file);
      let seen = under?.seen ?? 0;
      for (const file of texts.keys()) if (!(await below?.has(file))) seen++;
      const quiet = [...silent].filter((file) => !mine.has(file));
      return { files: merged(under?.files ?? [], [...mine]), quiet: merged(under?.quiet ?? [], quiet), seen };
    },
    async mentioning(words, paths, next) {
      if (words.length === 0) return [];
      return merged((await below?.mentioning(words, paths, next)) ?? [], matching(anyWord(words), paths));
    },
    async has(file) {
      return texts.has(file) || ((await below?.has(file)) ?? false);
    },
    async read(file) {
      const text = texts.get(file);
      if (text !== undefined) return { file, text } satisfies Source;
      return below?.read(file) ?? { file, kind: 'unsupported', message: 'cannot be read: no such file' };
    },
  };
}
