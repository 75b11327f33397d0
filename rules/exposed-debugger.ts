import { isNumeric, reachOf } from '../src/address.ts';
import { groupedBy, listeningBinds, runsInContainer } from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** A debugger runs what it is sent. */
export default {
  summary: 'a debugger or reload server can be reached from other machines',
  severity: 'error',
  *check(facts) {
    const open = listeningBinds(facts).filter((bind) => bind.debug !== undefined && isReachable(bind.host.value));
    for (const group of groupedBy(open, (bind) => bind.span)) {
      const bind = group[0]!;
      const runsCode = bind.debug === 'debugger';
      const inside = runsInContainer(facts, bind) ? ' inside the container' : '';
      const address = (bind.host.value === '' ? 'all interfaces' : bind.host.value) + inside;
      yield {
        at: bind.span,
        message: runsCode
          ? `runs a debugger on ${address}, so whoever can connect can run code here`
          : `runs a reload server on ${address}, which is made for development only`,
        ...((!runsCode || !bind.sure) && { severity: 'info' as const }),
        context: bind.context,
        chain: bind.host.chain,
        advice: runsCode
          ? 'switch the debugger off here, or listen on 127.0.0.1 and forward the port'
          : 'switch the reloader off where it serves others',
      };
    }
  },
} satisfies Rule;

/** All interfaces, or an address of one that others reach; what a name stands for is not known here. */
function isReachable(host: string | undefined): boolean {
  return reachOf(host) === 'all' || (reachOf(host) === 'specific' && isNumeric(host));
}
