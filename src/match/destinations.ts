import { isLoopback } from '../address.ts';
import { append } from '../append.ts';
import type { Slot, Span } from '../facts.ts';
import { baseEnv } from '../resolve/callers.ts';
import { type CallSite, lastName, type ProgramIndex } from '../resolve/names.ts';
import type { Env, Lazy, Project, Value } from '../resolve.ts';
import { contains } from '../spans.ts';
import type { CallExpr, Expr } from '../syntax/call.ts';
import type { MatchInput } from './entries.ts';
import { hostsInLinks } from './links.ts';
import { destinationsIn } from './script-destinations.ts';

/** How programs of Python connect. */
export const connecting: readonly string[] = [
  'connect',
  'connect_ex',
  'create_connection',
  'open_connection',
  'insecure_channel',
  'secure_channel',
  ...['sendto', 'Client', 'HTTPConnection', 'HTTPSConnection', 'SMTP', 'FTP', 'Telnet', 'ServerProxy'],
  ...['requests', 'httpx', 'urlopen', 'ClientSession', 'AsyncClient', 'WebSocketApp'],
];

const mayConnect = /:\/\/|connect|channel|sendto|Client|Connection|SMTP|FTP|Telnet/i;

const destinations = new WeakMap<Project['programs'], { readonly files: number; readonly found: readonly Value[] }>();

/** What the project connects to: where that is written is one in all containers. */
function destinationsOf({ resolver, callers }: MatchInput): readonly Value[] {
  const { programs, settings } = resolver.project;
  const known = destinations.get(programs);
  const files = programs.size + settings.length;
  if (known?.files === files) return known.found;
  const found: Value[] = [];
  for (const index of programs.values()) {
    const { program, calls } = index;
    const isPython = program.language === 'python';
    if (isPython && !mayConnect.test(program.text)) continue;
    const gone = calls.map(({ call, scope }) => ({
      scope,
      places: isPython ? connectedTo(call) : destinationsIn(call),
    }));
    if (isPython) gone.push(...hostsInLinks(index));
    for (const { places, scope } of gone) {
      if (places.length === 0) continue;
      const settled = (lazy: Lazy) => resolver.settle(resolver.evaluate(lazy.expr, lazy.env));
      const inEnv = (expr: Expr, env: Env): Value => {
        const given = settled({ expr, env });
        return given.type === 'list' && given.items[0] ? settled(given.items[0]) : given;
      };
      const base = places.map((expr) => ({ expr, value: inEnv(expr, baseEnv(scope)) }));
      append(
        found,
        base.map(({ value }) => value),
      );
      const open = scope.function ? base.filter(({ value }) => !isTheSameForAll(value)) : [];
      if (open.length === 0) continue;
      for (const { env } of callers.waysTo(scope))
        append(
          found,
          open.map(({ expr }) => inEnv(expr, env)),
        );
    }
  }
  destinations.set(programs, { files, found });
  return found;
}

/** Is this text put together without anything that a caller gives? */
function isTheSameForAll(value: Value): boolean {
  return (
    value.type === 'string' &&
    !value.steps.some(({ note }) => note.includes('parameter ')) &&
    (value.pieces ?? []).every((piece) => isTheSameForAll(piece.value))
  );
}

function connectedTo(call: CallExpr): readonly Expr[] {
  const name = lastName(call.callee);
  const address = name === 'sendto' ? call.args.at(-1) : call.args[0];
  return address && !address.spread && connecting.includes(name) ? [address.value] : [];
}

/** Does the project connect to the very place that a host is written in? */
export function isDialled({ span, value }: Slot<string>, site: CallSite, input: MatchInput): boolean {
  // Only what is meant to be local is of interest, and what a project connects to takes long to find.
  if (value === undefined || !isLoopback(value) || span.start === span.end) return false;
  // What is written among the arguments nobody else can name.
  if (contains(site.call.inside, span)) return false;
  const isThere = (given: Span) => contains(given, span);
  return destinationsOf(input).some((given) => {
    if (given.type !== 'string') return false;
    if (isThere(given.span)) return true;
    const at = given.value.indexOf(value);
    return at !== -1 && isThere(input.resolver.partOf(given, at, at + value.length).span);
  });
}

const others = /(client|node|peer|member|replica|advertis|announce|regist|channel|session)/i;

/** Is an address that is written in one text handed to something beside the server, as the name by which others know it? */
export function isHandedOn(host: Slot<string>, site: CallSite, index: ProgramIndex): boolean {
  const parameters = site.scope.function?.params ?? [];
  const own = site.call.args.find(
    ({ value, spread }) =>
      !spread && value.kind === 'name' && parameters.some(({ name }) => value.kind === 'name' && name === value.name),
  )?.value;
  if (own?.kind !== 'name' || !host.chain.some(({ note }) => note.startsWith(`parameter ${own.name} of `)))
    return false;
  return index.calls.some(
    ({ call, scope }) =>
      scope === site.scope &&
      call !== site.call &&
      others.test(lastName(call.callee)) &&
      call.args.some(({ value }) => value.kind === 'name' && value.name === own.name),
  );
}
