import type { Bind, Facts } from '../facts.ts';
import type { Program } from '../syntax/call.ts';
import { newlineOf } from './lines.ts';
import { type Refused, type Speaker, speakerAt } from './python.ts';
import { bindingsByName, functionsAround, importsEnd, meaningOf, type Need } from './python-imports.ts';
import { indentUnit } from './python-lines.ts';
import { type PlacedEdit, rank } from './text-edits.ts';

/** Ports that are tried where the setting does not say how many. */
export const defaultTries = 10;

const name = 'first_free_port';
const socket: Need = { module: 'socket' };
const os: Need = { module: 'os' };

/**
 * Lets a server take the next free port: its port goes through a function that looks which one is free.
 * Between the look and the bind another program can still take that port; the server then fails as before.
 * @param host code for the host at the call
 * @param tries how many ports are looked at
 */
export function portFallback(
  program: Program,
  bind: Bind,
  facts: Pick<Facts, 'binds' | 'publishes' | 'dials'>,
  host: string | undefined,
  tries: number,
): { readonly edits: readonly PlacedEdit[]; readonly needs: readonly Need[] } | Refused {
  const reason = obstacle(program, bind, facts, host);
  if (reason !== undefined) return { refused: `no other port is tried: ${reason}` };
  const { file } = program;
  const { site } = bind.port;
  const at = importsEnd(program);
  const newline = newlineOf(program.text);
  const owner = 'port fallback';
  const speaker = speakerAt(program, bind.failure.repair!.statement, false);
  const isFollowed = /^(?:[ \t]*\r?\n){2}/.test(program.text.slice(at));
  const definition = searchFunction(speaker, indentUnit(program.text), tries);
  return {
    edits: [
      { span: { file, start: site.start, end: site.start }, text: `${name}(${host}, `, rank: rank.wrapper, owner },
      { span: { file, start: site.end, end: site.end }, text: ')', rank: rank.wrapper, owner },
      {
        span: { file, start: at, end: at },
        text: newline.repeat(2) + definition.map((line) => line + newline).join('') + (isFollowed ? '' : newline),
        rank: rank.moved,
        owner,
      },
    ],
    needs: [socket, os, ...speaker.needs],
  };
}

function obstacle(
  program: Program,
  bind: Bind,
  facts: Pick<Facts, 'binds' | 'publishes' | 'dials'>,
  host: string | undefined,
): string | undefined {
  const { port, failure } = bind;
  if (failure.place !== 'main' || failure.repair === undefined) return 'only a server of the main program can be asked';
  if (bind.debug !== undefined) return 'a reloader starts the program again, and finds its own port taken';
  if (port.siteFrame === undefined || port.siteFrame.part || port.site.start === port.site.end)
    return 'its port is not written at the call';
  if (port.site.file !== program.file || host === undefined) return 'its host is not known at the call';
  if (port.value === 0) return 'the system chooses its port';
  if (program.text.includes(name)) return `${name} is there already`;
  if (bindingsByName(program.body, name).length > 0) return `${name} means something else here`;
  const here = { file: program.file, start: port.site.start, end: port.site.end };
  for (const need of [socket, os])
    if (meaningOf(program, here, need) === 'taken') return `the name ${need.module} means something else here`;
  const inModule = functionsAround(program, here).length === 0;
  if (inModule && importsEnd(program) > port.site.start) return 'imports follow the call';
  return whoCountsOn(bind, facts);
}

/** Who would look for the server at its own port. */
export function whoCountsOn({ port }: Bind, facts: Pick<Facts, 'publishes' | 'dials'>): string | undefined {
  const same = (value: number | undefined) => value !== undefined && value === port.value;
  const published = facts.publishes.find((publish) => same(publish.target.value));
  if (published) return `port ${port.value} is published in ${published.span.file}`;
  const dialled = facts.dials.find((dial) => same(dial.port.value));
  if (dialled) return `port ${port.value} is a destination in ${dialled.span.file}`;
  return undefined;
}

function searchFunction(speaker: Speaker, unit: string, tries: number): string[] {
  const say =
    speaker.takes === 'percent'
      ? `${speaker.call}("port %s is taken, using %s", port, candidate)`
      : `${[`${speaker.call}(f"port {port} is taken, using {candidate}"`, ...speaker.extra].join(', ')})`;
  return [
    `def ${name}(host, port, tries=${tries}):`,
    '"""Return the first free port from this one on; somebody else can still take it before the server does."""',
    'port = int(port)',
    'family = socket.AF_INET6 if ":" in host else socket.AF_INET',
    'for candidate in range(port, min(port + tries, 65536)):',
    `${unit}with socket.socket(family) as probe:`,
    `${unit}${unit}if os.name == "posix":  # connections of the last run do not count`,
    `${unit}${unit}${unit}probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)`,
    `${unit}${unit}try:`,
    `${unit}${unit}${unit}probe.bind((host, candidate))`,
    `${unit}${unit}except OSError:`,
    `${unit}${unit}${unit}continue`,
    `${unit}if candidate != port:`,
    `${unit}${unit}${say.replace('.critical(', '.warning(')}`,
    `${unit}return candidate`,
    'return port',
  ].map((line, index) => (index === 0 ? line : unit + line));
}
