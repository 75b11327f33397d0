import { emptiedBy, groupedBy, listeningBinds, takenBy } from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** Stands where a value is to be filled in: `<your port>`, `{{ port }}`, `%PORT%`, `__PORT__`, `YOUR_PORT`. */
const placeholder = /[$<>{}%]|^__\w+__$|(?:^|[-_ ])your(?:[-_ ]|$)/i;

/** Ports go from 0 to 65535. */
export default {
  summary: 'what is given as a port is none',
  severity: 'error',
  *check(facts) {
    const wrong = listeningBinds(facts).filter(
      (bind) =>
        bind.port.value === undefined &&
        bind.port.written !== undefined &&
        !placeholder.test(bind.port.written) &&
        // An empty variable is platform-variable's.
        !emptiedBy(facts, bind),
    );
    for (const group of groupedBy(wrong, (bind) => bind.port.span)) {
      const bind = group[0]!;
      const { port } = bind;
      yield {
        at: port.span,
        message: `${fault(port.written!)}, so ${/^(java|type)script$/.test(bind.language) ? 'no such port is opened' : 'the server does not start'}`,
        ...(!bind.sure && { severity: 'info' as const }),
        context: bind.context,
        related: takenBy(group, 'port'),
        chain: port.chain,
      };
    }
    for (const { port, target, span, context } of facts.publishes) {
      for (const slot of [port, target]) {
        // What is no number may be the name of a port, or stand for one.
        if (slot.value !== undefined || !/^-?\d+$/.test(slot.written ?? '')) continue;
        yield {
          at: slot.span.start < slot.span.end ? slot.span : span,
          message: `${fault(slot.written!)}, so it cannot be published`,
          context,
          chain: slot.chain,
        };
      }
    }
  },
} satisfies Rule;

function fault(written: string): string {
  if (/^-\d+$/.test(written)) return `${written} is no port: ports begin at 0`;
  if (/^\d+$/.test(written)) return `${written} is no port: ports end at 65535`;
  return `${/^-?[\d.]+$/.test(written) ? written : JSON.stringify(written)} is no port number`;
}
