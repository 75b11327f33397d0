import { groupedBy, listeningBinds, takenBy } from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** Ports go from 0 to 65535. */
export default {
  summary: 'what is given as a port is none',
  severity: 'error',
  *check(facts) {
    const wrong = listeningBinds(facts).filter(
      (bind) => bind.port.value === undefined && bind.port.written !== undefined && !bind.port.written.includes('$'),
    );
    for (const group of groupedBy(wrong, (bind) => bind.port.span)) {
      const bind = group[0]!;
      const { port } = bind;
      yield {
        at: port.span,
        message: /^-?\d+$/.test(port.written!)
          ? `${port.written} is no port: ports go from 0 to 65535`
          : `${JSON.stringify(port.written)} is no port number`,
        ...(!bind.sure && { severity: 'info' as const }),
        context: bind.context,
        related: takenBy(group, 'port'),
        chain: port.chain,
      };
    }
  },
} satisfies Rule;
