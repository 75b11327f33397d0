import type { Rule } from '../rule.ts';
import { columnsOf, painter } from '../terminal.ts';
import { wantsColor } from './color.ts';
import { type Io, print } from './io.ts';
import type { ListFlags } from './options.ts';

/** Lists the rules. */
export async function rules(flags: ListFlags, table: Readonly<Record<string, Rule>>, io: Io): Promise<number> {
  const list = Object.entries(table)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, rule]) => ({
      id,
      summary: rule.summary,
      recommended: rule.recommended ?? rule.severity,
      strict: rule.severity,
      fixable: rule.fixable === true,
    }));
  if (flags.format === 'json') {
    await print(io.stdout, `${JSON.stringify({ version: 1, rules: list }, undefined, 2)}\n`);
    return 0;
  }
  const paint = painter(wantsColor(flags.color, io.stdout, io.env));
  const [head, ...rows] = columnsOf([
    ['RULE', 'RECOMMENDED', 'STRICT', 'FIX', 'WHAT IT FINDS'],
    ...list.map(({ id, recommended, strict, fixable, summary }) => [
      paint('bold', id),
      paintSeverity(recommended),
      paintSeverity(strict),
      fixable ? 'yes' : '',
      summary,
    ]),
  ]);
  await print(io.stdout, `${[paint('dim', head!), ...rows].join('\n')}\n\nbindlint explain RULE tells more.\n`);
  return 0;

  function paintSeverity(severity: string): string {
    const style = { error: 'red', warning: 'yellow', info: 'cyan' } as const;
    return severity in style ? paint(style[severity as keyof typeof style], severity) : paint('dim', severity);
  }
}
