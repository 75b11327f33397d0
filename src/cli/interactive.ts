import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Plan } from '../fix/apply.ts';
import { unifiedDiff } from '../fix/diff.ts';
import type { Report } from '../reporter.ts';
import type { Finding } from '../rule.ts';
import { harmless, painter } from '../terminal.ts';
import { type Io, print } from './io.ts';

/** What can be answered, by its first letter. */
const answers = { y: 'yes', n: 'no', a: 'all', q: 'quit' } as const;
type Answer = keyof typeof answers;

/**
 * Shows what each fix would change, and asks whether to make it.
 * @param due findings whose fix would be made, in the order in which they are asked for
 * @param planOf works out the fix of one finding alone
 * @param report tells paths and positions
 * @returns those that are not to be fixed; where the input ends, all that were not answered
 */
export async function declinedOf(
  due: readonly Finding[],
  planOf: (finding: Finding) => Promise<Plan>,
  report: Report,
  color: boolean,
  io: Io,
): Promise<ReadonlySet<Finding>> {
  const paint = painter(color);
  const declined = new Set<Finding>();
  const lines = createInterface({ input: Readable.from(io.stdin), crlfDelay: Number.POSITIVE_INFINITY });
  const input = lines[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<Answer> => {
    for (;;) {
      await print(io.stdout, question);
      const { done, value } = await input.next();
      if (done) return 'q';
      const given = String(value).trim().toLowerCase();
      const answer = (Object.keys(answers) as Answer[]).find((key) => given === key || given === answers[key]);
      if (answer !== undefined) return answer;
    }
  };
  let always: Answer | undefined;
  try {
    for (const [index, finding] of due.entries()) {
      if (always === undefined) {
        const plan = await planOf(finding);
        if (plan.texts.size === 0) continue;
        const { line, column } = report.position(finding.at);
        const place = harmless(`${report.path(finding.at.file)}:${line}:${column}`);
        await print(
          io.stdout,
          `${paint('bold', place)} ${paint('dim', `${finding.rule}:`)} ${harmless(finding.message)}\n${shown(unifiedDiff(plan, report.path), paint)}`,
        );
        const answer = await ask(
          `${harmless(finding.fix!.does)}? [y]es, [n]o, [a]ll, [q]uit (${index + 1} of ${due.length}) `,
        );
        await print(io.stdout, '\n');
        if (answer === 'a' || answer === 'q') always = answer;
        if (answer === 'y') continue;
        if (answer === 'n') declined.add(finding);
      }
      if (always === 'q') declined.add(finding);
    }
  } finally {
    lines.close();
  }
  return declined;
}

function shown(diff: string, paint: ReturnType<typeof painter>): string {
  return diff.replace(/^.*$/gm, (line) => {
    const text = line.replace(/[^\t]+/g, harmless);
    if (/^(?:---|\+\+\+) /.test(line)) return paint('bold', text);
    if (line.startsWith('@@')) return paint('cyan', text);
    return line.startsWith('+') ? paint('green', text) : line.startsWith('-') ? paint('red', text) : text;
  });
}
