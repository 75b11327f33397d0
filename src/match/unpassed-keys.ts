import type { Bind, Context, Setting, Span } from '../facts.ts';
import type { ProgramIndex } from '../resolve/names.ts';
import type { Resolver } from '../resolve.ts';
import type { Entry, Node } from '../syntax/document.ts';
import { escaped } from './callees.ts';
import { roleOf } from './setting-names.ts';

/**
 * The key for a host beside that of the port, in a settings file from which Python takes the port alone: nothing in the code speaks
 * of it, and the server listens without it.
 */
export function unpassedKeys(
  { program, calls }: ProgramIndex,
  own: readonly Bind[],
  { project }: Resolver,
  context: Context,
): Setting[] {
  const bind = own[0]!;
  const { host, port } = bind;
  const declared = port.declared;
  if (bind.protocol === 'udp' || declared?.via !== 'config' || own.length !== 1) return [];
  if (host.declared || (host.origin.by !== 'default' && host.origin.by !== 'literal')) return [];
  const file = project.settings.find((one) => one.file === port.span.file);
  if (!file || file.ignored) return [];
  const section = file.documents.map(({ root }) => around(root, port.span)).find((found) => found !== undefined);
  const beside = section?.filter(({ key }) => roleOf(key) === 'host') ?? [];
  const [entry] = beside;
  if (!entry || beside.length > 1 || entry.value.kind !== 'scalar' || typeof entry.value.value !== 'string') return [];
  const keywords = new Set(calls.flatMap(({ call }) => call.args.flatMap((arg) => (arg.name ? [arg.span.start] : []))));
  const word = new RegExp(`\\b${escaped(entry.key)}\\b`, 'g');
  if ([...program.text.matchAll(word)].some(({ index }) => !keywords.has(index))) return [];
  const asked = new RegExp(`\\.${word.source}|['"]${word.source}['"]`);
  if ([...project.programs.values()].some((other) => other.program !== program && asked.test(other.program.text)))
    return [];
  const name = [
    ...declared.name
      .replace(/ in .*$/, '')
      .split('.')
      .slice(0, -1),
    entry.key,
  ].join('.');
  const expression = readBeside(program.text.slice(port.site.start, port.site.end), entry.key);
  return [
    {
      kind: 'setting',
      span: entry.keySpan,
      name,
      role: 'host',
      via: 'config',
      context,
      feeds: [],
      value: entry.value.value,
      ignoredBy: { bind: bind.span, slot: host, ...(expression !== undefined && { expression }) },
    },
  ];
}

/** What reads a key where the text reads the port beside it: `config["server"]["host"]` for `int(config["server"]["port"])`. */
function readBeside(text: string, key: string): string | undefined {
  const read = /^(?:int\()?([a-z_][\w.[\]'"]*?)(\.|\[['"])\w+(['"]\])?\)?$/i.exec(text);
  return read && /^\w+$/.test(key) ? `${read[1]}${read[2]}${key}${read[3] ?? ''}` : undefined;
}

/** The entries of the map in which a value stands. */
function around(node: Node, { start, end }: Span): readonly Entry[] | undefined {
  if (node.kind === 'list') return node.items.map((item) => around(item, { file: '', start, end })).find(Boolean);
  if (node.kind !== 'map') return undefined;
  if (node.entries.some(({ value }) => value.kind === 'scalar' && value.span.start === start && value.span.end === end))
    return node.entries;
  return node.entries.map(({ value }) => around(value, { file: '', start, end })).find(Boolean);
}
