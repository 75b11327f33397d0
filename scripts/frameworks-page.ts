import { readFileSync } from 'node:fs';
import path from 'node:path';
import javascript from '../generated/javascript.ts';
import program from '../generated/program.ts';
import python from '../generated/python.ts';
import type { BindFailure, CallShape, CommandShape, Framework } from '../src/framework.ts';

type Command = NonNullable<Framework['commands']>[number];
/** Where something listens for the name localhost, and which families it takes where it listens on `::`; none: it does not listen. */
export interface Measured {
  readonly localhost?: readonly string[];
  readonly '::'?: readonly number[];
}
/** What was measured, by language, framework and entry. */
export type Families = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Measured>>>>>>;

/** Where the live tests keep what they measured of families. */
export const familiesFile = path.join(import.meta.dirname, '../fixtures/live/families.json');

const head = `# How servers bind, and what a taken port does

Where does a server listen if nobody says so, and who notices when the port is taken? One row for each way to start one, as bindlint knows
it. \`test/live\` starts those that the registries offer and holds the rows against what they do; *measured* names the versions, *source*
says where else a row is from.

This page is made from the catalogue: \`UPDATE=1 npm test test/frameworks-page.test.ts\`.

- *all* is every interface, by one socket for each family. \`::\` takes IPv4 too unless it says otherwise; \`0.0.0.0\` never takes IPv6.
- *localhost* is what a bind to that name listens on where it stands for 127.0.0.1 and ::1, as on most machines; *\`::\`* the families
  that a bind to that address takes connections of. Both are measured on Linux, with its defaults.
- *exit* is the status of a program that does nothing about it.
`;

const columns = [
  'framework',
  'how it is started',
  'host',
  'port',
  'localhost',
  '`::`',
  'when the port is taken',
  'what sees it',
  'what to do',
  'evidence',
];

/** The page of all frameworks. */
export function frameworksPage(): string {
  const families = JSON.parse(readFileSync(familiesFile, 'utf8')) as Families;
  const chapters = [
    ['Python', 'python', python],
    ['JavaScript and TypeScript', 'javascript', javascript],
    ['Programs', 'program', program],
  ] as const;
  return `${head}\n${chapters
    .map(([title, language, table]) => {
      const rows = Object.entries(table)
        .sort(([, a], [, b]) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
        .flatMap(([word, framework]) => rowsOf(framework, families[language]?.[word] ?? {}));
      // One thing may have two names to import it by.
      const lines = new Set(rows.map(line));
      return [`## ${title}`, '', line(columns), line(columns.map(() => '---')), ...lines, ''].join('\n');
    })
    .join('\n')}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
}

function rowsOf(framework: Framework, families: Readonly<Record<string, Measured>>): string[][] {
  const { evidence, name, docs } = framework;
  const known = ({ source }: CallShape | CommandShape) =>
    source === undefined && 'measured' in evidence
      ? `measured: ${evidence.measured}`
      : `source: ${source ?? ('source' in evidence ? evidence.source : '')}`;
  const row = (shape: CallShape | CommandShape, entry: string, taken: readonly string[]) => [
    `[${name}](${docs})`,
    code(entry),
    hostOf(framework, shape),
    portOf(framework, shape),
    localhostOf(families[entry]?.localhost),
    familiesOf(families[entry]?.['::']),
    ...taken,
    known(shape),
  ];
  return [
    ...(framework.calls ?? []).map((call) =>
      row(call, call.entry ?? many(call.call)[0]!, callTaken(call, framework.advice)),
    ),
    ...(framework.commands ?? []).map((command) =>
      row(command, command.entry ?? commandEntry(command), commandTaken(command, framework.advice)),
    ),
  ];
}

function localhostOf(hosts: readonly string[] | undefined): string {
  return hosts?.length === 0 ? 'does not listen' : (hosts?.map(code).join(', ') ?? '');
}

function familiesOf(families: readonly number[] | undefined): string {
  if (families === undefined) return '';
  return families.length === 0 ? 'does not listen' : families.map((one) => `IPv${one}`).join(' and ');
}

const many = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
const code = (text: string) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

function commandEntry({ program: names, words }: Command): string {
  return [many(names)[0]!, ...(words ?? [])].join(' ');
}

function hostOf({ defaults }: Framework, shape: CallShape | CommandShape): string {
  if (shape.required?.includes('host')) return 'has to be given';
  const host = shape.defaults?.host ?? defaults.host;
  if (host === undefined) return 'not known';
  return host === '' ? 'all' : code(host);
}

function portOf({ defaults }: Framework, shape: CallShape | CommandShape): string {
  if (shape.required?.includes('port')) return 'has to be given';
  const port = shape.defaults?.port ?? defaults.port;
  if (port === undefined) return 'not known';
  const shown = port === 0 ? 'any free one' : String(port);
  const protocol = 'protocol' in shape && shape.protocol === 'udp' ? ' (UDP)' : '';
  return `${shown}${protocol}${shape.picksNextPort ? ', or the next free one' : ''}`;
}

/** The three columns about a taken port. */
function callTaken({ failure }: CallShape, advice: string | undefined): string[] {
  if (failure === undefined || failure.length === 0) return ['not known', '', advice ?? ''];
  const several = (text: (row: BindFailure) => string) => {
    const texts = failure.map((row) => ({ text: text(row), when: row.when }));
    if (new Set(texts.map((one) => one.text)).size === 1) return texts[0]!.text;
    return texts
      .map((one) => (one.when === undefined ? one.text : `${one.when.package} ${one.when.range}: ${one.text}`))
      .join('; else ');
  };
  return [several(happens), several(seenBy), advice ?? several(remedy)];
}

function happens({ raises, orRaises, exit, thread, shows, callback }: BindFailure): string {
  const what =
    raises === 'nothing'
      ? 'the caller sees nothing'
      : raises === 'exit'
        ? 'the process ends, and nothing can be caught'
        : shows === 'event'
          ? `an \`error\` event with ${code(raises)}`
          : shows === 'rejection'
            ? `the promise rejects with ${code(raises)}`
            : `raises ${code(raises)}${orRaises === undefined ? '' : ` or ${code(orRaises)}`}`;
  const called = callback === undefined ? '' : '; a callback gets it as its first parameter';
  const status = exit === undefined ? '' : `; exit ${exit}`;
  const inThread = {
    silent: '; in a thread at most a log line',
    traceback: '; in a thread a traceback, and the program goes on',
    exits: '; in a thread it ends the program too',
    impossible: '; it cannot run in a thread',
  };
  return `${what}${called}${status}${thread === undefined ? '' : inThread[thread]}`;
}

/** The handlers that Python programs write for it, as far as the exception's bases tell. */
const pythonBases: Readonly<Record<string, readonly string[]>> = {
  SystemExit: ['BaseException'],
  OSError: ['Exception', 'BaseException'],
  RuntimeError: ['Exception', 'BaseException'],
  EOFError: ['Exception', 'BaseException'],
};

function seenBy({ raises, orRaises, caughtBy, shows, callback, emitter, thread }: BindFailure): string {
  if (raises === 'nothing' || raises === 'exit') return 'no handler';
  const event = emitter === undefined ? "`on('error')` of the server" : `\`${emitter}.on('error')\``;
  if (shows !== undefined || thread === undefined) {
    const own =
      shows === 'event'
        ? event
        : shows === 'rejection'
          ? '`catch` of the promise, or `try` around `await`'
          : '`try` around the call';
    return `${own}${callback === undefined ? '' : ', or the callback'}${shows === 'event' ? '; no `try` around the call' : ''}`;
  }
  const names = [
    ...new Set(
      caughtBy ?? [raises, ...(orRaises === undefined ? [] : [orRaises]), ...(pythonBases[raises] ?? ['Exception'])],
    ),
  ];
  const blind = names.includes('OSError') ? '' : '; not `except OSError`';
  return `${names.map((one) => `\`except ${one}\``).join(', ')}${blind}`;
}

function remedy(row: BindFailure): string {
  const { raises, shows, thread, callback } = row;
  if (raises === 'exit' || raises === 'nothing')
    return 'bind the socket first, and hand it over where that is possible';
  const end = 'name the port, and end with a status other than 0';
  if (shows === 'event')
    return `listen for \`error\`${callback === undefined ? '' : " or look at the callback's parameter"}, ${end}`;
  if (shows === 'rejection') return `\`await\` it in \`try\`, ${end}`;
  if (thread === undefined) return `\`try\` around the call, ${end}`;
  const first = (row.caughtBy ?? [raises])[0]!;
  return `catch ${code(first)}, ${end}${thread === 'silent' || thread === 'traceback' ? '; in a thread, end the process with `os._exit`' : ''}`;
}

function commandTaken({ failure, picksNextPort, strictWith }: CommandShape, advice: string | undefined): string[] {
  const strict = strictWith?.map(code).join(' or ');
  if (picksNextPort) {
    return [
      failure?.how ?? 'takes another port by itself',
      'whoever reads its output',
      strict === undefined ? (advice ?? 'look at the port that it prints') : `${strict} makes it fail instead`,
    ];
  }
  if (failure === undefined) return ['not known', '', advice ?? ''];
  const status = failure.exit === undefined ? '' : `; exit ${failure.exit}`;
  const how =
    failure.exit !== undefined && failure.how.includes(`status ${failure.exit}`) ? failure.how : failure.how + status;
  return failure.silent
    ? [how, 'nobody', advice ?? 'do not trust its exit status: look whether it listens']
    : [how, 'its exit status', advice ?? 'nothing: it fails by itself'];
}
