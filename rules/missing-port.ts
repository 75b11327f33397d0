import type { Bind } from '../src/facts.ts';
import { groupedBy, listeningBinds, takenBy } from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** Without a port a server fails, or listens where nobody looks for it. */
export default {
  summary: 'no port is given, or only by a variable that may not be set',
  severity: 'warning',
  fixable: true,
  *check(facts) {
    const unset = listeningBinds(facts).filter((bind) => bind.port.unset && bind.port.origin.by === 'env');
    for (const group of groupedBy(unset, whereRead)) {
      const bind = group[0]!;
      const { port } = bind;
      if (port.origin.by !== 'env') continue;
      yield {
        at: whereRead(bind),
        message: `the port comes from ${port.origin.name} alone, so where that is not set the server does not start, or not where people look for it`,
        ...(!bind.sure && { severity: 'info' as const }),
        context: bind.context,
        related: takenBy(group, 'port'),
        chain: port.chain,
        ...(bind.sure &&
          port.frame !== undefined && {
            fix: {
              safety: 'safe' as const,
              does: `listen on ${fallbackFor(bind)} where ${port.origin.name} is not set`,
              repairs: [
                {
                  kind: 'fill' as const,
                  at: 'value' as const,
                  role: 'port' as const,
                  slot: port,
                  value: fallbackFor(bind),
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

/** The port that the framework's own documentation uses. */
function fallbackFor({ framework, language }: Bind): number {
  if (framework === '@grpc/grpc-js') return 50051;
  if (framework !== 'deno' && language !== 'python') return 3000;
  return framework === 'flask' || framework === 'quart'
    ? 5000
    : framework === 'aiohttp' || framework === 'waitress' || framework === 'bottle'
      ? 8080
      : 8000;
}
