import { isUnspecified } from '../src/address.ts';
import { declaredReach, groupedBy, listeningBinds, runsInContainer, takenBy } from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** What is declared to be for this machine only must not listen for others. */
export default {
  summary: 'a server that is meant for this machine only listens on all interfaces',
  severity: 'warning',
  fixable: true,
  *check(facts, options) {
    const open = listeningBinds(facts).filter(
      (bind) => isUnspecified(bind.host.value) && declaredReach([bind], options) === 'loopback',
    );
    for (const group of groupedBy(open, (bind) => bind.host.span)) {
      const bind = group[0]!;
      const { host } = bind;
      const written = host.origin.by !== 'default';
      const shown = host.value === '' ? 'all interfaces' : host.value;
      const loopback = host.value?.includes(':') ? '::1' : '127.0.0.1';
      // A container's loopback is not the machine's.
      const inside = runsInContainer(facts, bind);
      yield {
        at: written ? host.span : bind.span,
        message: `listens on ${shown}${host.origin.by === 'default' ? `, the default of ${host.origin.of}` : ''}, so other machines can connect, but expose declares it loopback`,
        context: bind.context,
        related: written ? takenBy(group, 'host') : [],
        chain: host.chain,
        ...(bind.sure &&
          !inside &&
          host.frame !== undefined && {
            fix: {
              safety: 'unsafe' as const,
              does: `listen on ${loopback}, which only programs on this machine can connect to`,
              repairs: [
                { kind: 'fill' as const, at: 'value' as const, role: 'host' as const, slot: host, value: loopback },
              ],
            },
          }),
      };
    }
  },
} satisfies Rule;
