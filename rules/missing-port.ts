import type { Bind, Facts, Span } from '../src/facts.ts';
import { groupedBy, listenersIn, listeningBinds, publishesTo, takenBy } from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** Without a port a server fails, or listens where nobody looks for it. */
export default {
  summary: 'no port is given, or only by a variable that may not be set',
  severity: 'warning',
  fixable: true,
  *check(facts) {
    const settings = facts.binds.filter(({ via, port }) => via === 'config' && port.origin.by === 'config');
    const unset = listeningBinds(facts).filter(
      (bind) => !bind.probes && bind.port.unset && bind.port.origin.by === 'env',
    );
    for (const group of groupedBy(unset, whereRead)) {
      const bind = group[0]!;
      const { port } = bind;
      if (port.origin.by !== 'env') continue;
      const meant = meantPort(facts, group, port.origin.name, settings);
      const fallback = meant?.port ?? usualPort(bind);
      yield {
        at: whereRead(bind),
        message: `the port comes from ${port.origin.name} alone, so where that is not set the server does not start, or not where people look for it`,
        ...(!bind.sure && { severity: 'info' as const }),
        context: bind.context,
        related: [
          ...takenBy(group, 'port'),
          ...(meant ? [{ at: meant.at, message: `port ${meant.port} is named here` }] : []),
        ],
        chain: port.chain,
        ...(bind.sure &&
          port.frame !== undefined && {
            fix: {
              safety: 'safe' as const,
              does: `listen on ${fallback} where ${port.origin.name} is not set`,
              repairs: [
                {
                  kind: 'fill' as const,
                  at: 'value' as const,
                  role: 'port' as const,
                  slot: port,
                  value: fallback,
                },
              ],
            },
          }),
      };
    }
    for (const bind of listeningBinds(facts)) {
      if (
        bind.via !== 'config' ||
        bind.port.value !== undefined ||
        bind.port.written !== undefined ||
        bind.host.value === undefined ||
        !bind.port.unset
      )
        continue;
      yield {
        at: bind.span,
        message: `names the host ${bind.host.value} and no port, so which one is bound is not said here`,
        ...(!bind.sure && { severity: 'info' as const }),
        context: bind.context,
      };
    }
  },
} satisfies Rule;

/** The expression that reads the variable. */
const whereRead = ({ port }: Bind) => port.chain.at(-1)?.span ?? port.site;

/** The one port that the image exposes or that is published, else the one that a settings file beside the code holds for the variable. */
function meantPort(
  facts: Facts,
  group: readonly Bind[],
  variable: string,
  settings: readonly Bind[],
): { readonly port: number; readonly at: Span } | undefined {
  const scopes = group.flatMap(({ scope }) => (scope === '' ? [] : [scope]));
  const published = listenersIn(facts, scopes).flatMap(({ network, binds }) => {
    const taken = new Set(binds.map(({ port }) => port.value));
    return publishesTo(facts, network)
      .filter(({ target, protocol }) => protocol === 'tcp' && !taken.has(target.value))
      .map(({ target, span }) => ({ port: target.value, at: span }));
  });
  const named = settings.flatMap(({ port }) =>
    port.origin.by === 'config' && port.origin.path === variable && isBeside(port.span.file, group[0]!.span.file)
      ? [{ port: port.value, at: port.span }]
      : [],
  );
  for (const found of [published, named]) {
    const [one] = found;
    if (one?.port !== undefined && found.every(({ port }) => port === one.port)) return { port: one.port, at: one.at };
    if (found.length > 0) return undefined;
  }
  return undefined;
}

/** Does a settings file stand in the folder of the code, or above it? */
function isBeside(settings: string, code: string): boolean {
  return code.startsWith(settings.slice(0, settings.lastIndexOf('/') + 1));
}

/** The port that the framework's own documentation uses. */
function usualPort({ framework, language }: Bind): number {
  if (framework === '@grpc/grpc-js') return 50051;
  if (framework !== 'deno' && language !== 'python') return 3000;
  return framework === 'flask' || framework === 'quart'
    ? 5000
    : framework === 'aiohttp' || framework === 'waitress' || framework === 'bottle'
      ? 8080
      : 8000;
}
