import { loadSettings } from '../config/settings.ts';
import type { Framework } from '../framework.ts';
import { columnsOf, painter } from '../terminal.ts';
import { gitRootOf } from '../workspace/disk-workspace.ts';
import { wantsColor } from './color.ts';
import { type Io, print } from './io.ts';
import type { ListFlags } from './options.ts';

/** Lists the catalogue, with what the settings here describe. */
export async function frameworks(flags: ListFlags, ruleIds: readonly string[], io: Io): Promise<number> {
  const own = (await loadSettings(io.cwd, gitRootOf(io.cwd) ?? io.cwd, ruleIds)).frameworks;
  const list = (
    [
      ['python', (await import('../../generated/python.ts')).default],
      ['javascript', (await import('../../generated/javascript.ts')).default],
      ['program', (await import('../../generated/program.ts')).default],
      ['python', own?.python ?? {}],
      ['javascript', own?.javascript ?? {}],
    ] as const
  ).flatMap(([language, table]) => Object.entries(table).map(([id, framework]) => rowOf(id, language, framework)));
  if (flags.format === 'json') {
    await print(io.stdout, `${JSON.stringify({ version: 1, frameworks: list }, undefined, 2)}\n`);
    return 0;
  }
  const paint = painter(wantsColor(flags.color, io.stdout, io.env));
  const [head, ...rows] = columnsOf([
    ['FRAMEWORK', 'LANGUAGE', 'DEFAULT HOST', 'DEFAULT PORT', 'WHEN THE PORT IS TAKEN'],
    ...list.map(({ name, language, host, port, whenTaken }) => [
      paint('bold', name),
      language,
      host === '' ? 'all' : (host ?? '-'),
      String(port ?? '-'),
      whenTaken ?? 'not known',
    ]),
  ]);
  await print(io.stdout, `${[paint('dim', head!), ...rows].join('\n')}\n`);
  return 0;
}

function rowOf(id: string, language: string, framework: Framework) {
  return {
    id,
    name: framework.name,
    language,
    host: framework.defaults.host ?? null,
    port: framework.defaults.port ?? null,
    whenTaken: whenTaken(framework),
    docs: framework.docs,
    evidence: framework.evidence,
  };
}

function whenTaken(framework: Framework): string | null {
  const failure = framework.calls?.find((call) => call.failure?.[0] !== undefined)?.failure?.[0];
  if (failure === undefined) return framework.commands?.find((command) => command.failure)?.failure?.how ?? null;
  const raised = {
    nothing: 'the caller sees nothing',
    exit: 'the process ends, nothing can be caught',
  }[failure.raises];
  if (failure.thread === undefined) {
    const shown =
      failure.shows === 'event'
        ? 'the server emits an error event'
        : failure.shows === 'rejection'
          ? 'the promise is rejected'
          : undefined;
    const callback = failure.callback ? 'a callback gets the error' : undefined;
    return [callback, shown].filter(Boolean).join(', else ') || (raised ?? `throws ${failure.raises}`);
  }
  const thread = {
    silent: 'in a thread nobody notices',
    traceback: 'in a thread there is only a traceback',
    exits: 'in a thread it ends the process',
    impossible: 'it cannot run in a thread',
  }[failure.thread];
  return `${raised ?? `raises ${failure.raises}`}; ${thread}`;
}
