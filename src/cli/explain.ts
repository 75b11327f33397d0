import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Rule } from '../rule.ts';
import { wantsColor } from './color.ts';
import { type Io, print } from './io.ts';
import { known } from './misuse.ts';
import type { Flags } from './options.ts';
import { ownPackage } from './package-root.ts';
import { pageAsText } from './page.ts';

/**
 * Prints a rule's page.
 * @throws {MisuseError} for an unknown rule
 */
export async function explain(
  name: string,
  flags: Pick<Flags, 'color'>,
  table: Readonly<Record<string, Rule>>,
  io: Io,
): Promise<number> {
  const id = known('rule', name, Object.keys(table).sort());
  const page = readFileSync(path.join(ownPackage().root, 'fixtures/rules', `${id}.md`), 'utf8');
  const color = wantsColor(flags.color, io.stdout, io.env);
  await print(io.stdout, pageAsText(page, { color, columns: io.stdout.isTTY ? (io.stdout.columns ?? 80) : undefined }));
  return 0;
}
