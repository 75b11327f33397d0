import { isUnspecified } from '../src/address.ts';
import { groupedBy, listeningBinds } from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** A debugger runs what it is sent. */
export default {
  summary: 'a debugger or reload server can be reached from other machines',
  severity: 'error',
  *check(facts) {
    const open = listeningBinds(facts).filter((bind) => bind.debug !== undefined && isUnspecified(bind.host.value));
    for (const group of groupedBy(open, (bind) => bind.span)) {
      const bind = group[0]!;
      const debugger_ = bind.debug === 'debugger';
      yield {
        at: bind.span,
        message: debugger_
          ? `runs a debugger on ${bind.host.value === '' ? 'all interfaces' : bind.host.value}, and whoever can connect can run code here`
          : `runs a reload server on ${bind.host.value === '' ? 'all interfaces' : bind.host.value}: it is made for development`,
        ...(!debugger_ || !bind.sure ? { severity: 'info' as const } : {}),
        context: bind.context,
        chain: bind.host.chain,
        advice: debugger_
          ? 'switch the debugger off here, or listen on 127.0.0.1 and forward the port'
          : 'switch the reloader off where it serves others',
      };
    }
  },
} satisfies Rule;
