import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Rule } from '../rule.ts';
import { counted } from '../wording.ts';
import { wantsColor } from './color.ts';
import { type Io, print } from './io.ts';
import { known } from './misuse.ts';
import type { Flags } from './options.ts';
import { ownPackage } from './package-root.ts';
import { pageAsText } from './page.ts';

/** The flags of `explain`. */
export interface ExplainFlags extends Pick<Flags, 'color'> {
  readonly all?: true;
}

/** What a reader wants first; the other chapters are the cases that the rule is tested with. */
const first = ['', 'Fix', 'Exceptions', 'When it is quieter', 'Suppress'];

/**
 * Prints a rule's page, or what is at its beginning.
 * @throws {MisuseError} for an unknown rule
 */
export async function explain(
  name: string,
  flags: ExplainFlags,
  table: Readonly<Record<string, Rule>>,
  io: Io,
): Promise<number> {
  const id = known('rule', name, Object.keys(table).sort());
  const page = readFileSync(path.join(ownPackage().root, 'fixtures/rules', `${id}.md`), 'utf8');
  const color = wantsColor(flags.color, io.stdout, io.env);
  const chapters = page.replace(/\r\n/g, '\n').split(/^(?=## )/m);
  const isFirst = (chapter: string) => first.includes(/^## (.*)/.exec(chapter)?.[1] ?? '');
  const shown = flags.all ? chapters : chapters.filter(isFirst);
  const left = chapters.length - shown.length;
  const text = pageAsText(shown.join(''), { color, columns: io.stdout.isTTY ? (io.stdout.columns ?? 80) : undefined });
  const more = left === 0 ? '' : `\n${counted(left, 'chapter')} with more cases: bindlint explain ${id} --all\n`;
  await print(io.stdout, text + more);
  return 0;
}
