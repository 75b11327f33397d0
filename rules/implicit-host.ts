import { isUnspecified } from '../src/address.ts';
import { groupedBy, listeningBinds, runsInContainer } from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** Where nothing is written, only those who know the framework know who can connect. */
export default {
  summary: "no host is given, and the framework's default is all interfaces",
  severity: 'warning',
  recommended: 'off',
  fixable: true,
  *check(facts) {
    const implicit = listeningBinds(facts).filter(
      (bind) => bind.host.origin.by === 'default' && isUnspecified(bind.host.value),
    );
    for (const group of groupedBy(implicit, (bind) => bind.span)) {
      const bind = group[0]!;
      const { host } = bind;
      if (host.origin.by !== 'default' || host.value === undefined) continue;
      const inside = runsInContainer(facts, bind);
      const shown = (host.value === '' ? 'all interfaces' : host.value) + (inside ? ' inside the container' : '');
      yield {
        at: bind.span,
        message: `gives no host: ${host.origin.of} listens on ${shown} by default, so whatever can reach this ${inside ? 'container' : 'machine'} can connect`,
        context: bind.context,
        ...(bind.sure &&
          host.value !== '' &&
          host.frame !== undefined && {
            fix: {
              safety: 'safe' as const,
              does: `write ${host.value}, which changes nothing`,
              repairs: [
                { kind: 'fill' as const, at: 'value' as const, role: 'host' as const, slot: host, value: host.value },
              ],
            },
          }),
      };
    }
  },
} satisfies Rule;
