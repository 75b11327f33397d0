import { columnsOf, harmless, painter, wrap } from '../terminal.ts';
import { shellWords } from './shell-words.ts';
import type { Check, CheckId, Verification } from './verification.ts';

/** What each check proves. */
export const titles: Readonly<Record<CheckId, string>> = {
  binds: 'listens in time',
  prediction: 'as map predicts',
  requests: 'answers together',
  'second-host': 'second host',
  stops: 'stops on SIGTERM',
  taken: 'port taken',
};

const styles = { passed: 'green', failed: 'red', skipped: 'dim' } as const;

/** The outcome as a table for people. */
export function verificationAsText(
  verification: Verification,
  options: { readonly color: boolean; readonly quiet: boolean; readonly columns: number },
): string {
  const paint = painter(options.color);
  const { checks, command, output, left } = verification;
  const rows = columnsOf(
    checks.map((check) => [paint(styles[check.outcome], check.outcome), titles[check.id], portOf(check), '']),
  );
  const indent =
    Math.max(...checks.map((check) => titles[check.id].length)) + 'skipped'.length + 5 + widestPort(checks);
  const room = Math.max(40, options.columns - indent - 2);
  const lines = checks.flatMap((check, index) => {
    const told = [check.message, ...check.notes.map((note) => `- ${note}`)].map(harmless);
    const [first, ...rest] = told.flatMap((text, at) => {
      const wrapped = wrap(text, room);
      return at === 0 ? wrapped : wrapped.map((line, part) => (part === 0 ? line : `  ${line}`));
    });
    const start = `  ${rows[index]!}`;
    return [pad(start, first!, indent + 2, options.color), ...rest.map((line) => ' '.repeat(indent + 2) + line)];
  });
  const blocks = [lines.join('\n')];
  if (!options.quiet) blocks.unshift(paint('bold', harmless(shellWords(command))));
  const isSilent = !checks.some(({ id, outcome }) => id === 'binds' && outcome === 'failed');
  if (!isSilent && output.length > 0)
    blocks.push(['it printed last:', ...output.map((line) => `  ${paint('dim', harmless(line))}`)].join('\n'));
  if (left.length > 0)
    blocks.push(
      [
        'these could not be stopped:',
        ...left.map((one) => `  process ${one.pid} (${one.why}): ${harmless(one.command.slice(0, 200))}`),
      ].join('\n'),
    );
  if (!options.quiet) blocks.push(summary(checks));
  return `${blocks.join('\n\n')}\n`;
}

function portOf({ port }: Check): string {
  return port === undefined ? '' : String(port);
}

function widestPort(checks: readonly Check[]): number {
  return Math.max(...checks.map((check) => portOf(check).length));
}

/** Puts a text behind a start that may hold colours, which take no room. */
function pad(start: string, text: string, columns: number, color: boolean): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be left out
  const visible = color ? start.replace(/\u001b\[[0-9;]*m/g, '') : start;
  return start + ' '.repeat(Math.max(2, columns - visible.length)) + text;
}

function summary(checks: readonly Check[]): string {
  const count = (outcome: Check['outcome']) => checks.filter((check) => check.outcome === outcome).length;
  const skipped = count('skipped');
  return `${count('passed')} passed, ${count('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
