import { isNumeric, reachOf } from '../src/address.ts';
import type { Bind, Facts, Span } from '../src/facts.ts';
import { groupedBy, listeningBinds, publishersOf, runsInContainer } from '../src/joins.ts';
import type { Problem, Rule } from '../src/rule.ts';

/** A debugger runs what it is sent. */
export default {
  summary: 'a debugger or reload server can be reached from other machines',
  severity: 'error',
  *check(facts) {
    const reachable = listeningBinds(facts).filter((bind) => isReachable(bind.host.value));
    const open = reachable.filter((bind) => bind.debug !== undefined);
    yield* consoles(facts, reachable);
    for (const group of groupedBy(open, (bind) => bind.span)) {
      const bind = group[0]!;
      const runsCode = bind.debug === 'debugger';
      const address = addressOf(facts, bind);
      const unless = bind.debugSwitch === undefined ? '' : ` unless ${bind.debugSwitch} says otherwise`;
      yield {
        at: bind.span,
        message: runsCode
          ? `runs a debugger on ${address}${unless}, so whoever can connect can run code here`
          : `runs a reload server on ${address}, which is made for development only`,
        ...(bind.debugSwitch !== undefined && { severity: 'warning' as const }),
        ...((!runsCode || !bind.sure) && { severity: 'info' as const }),
        context: bind.context,
        related: publishedPlaces(facts, group),
        chain: bind.host.chain,
        advice: runsCode
          ? 'switch the debugger off here, or listen on 127.0.0.1 and forward the port'
          : 'switch the reloader off where it serves others',
      };
    }
  },
} satisfies Rule;

/** A notebook without a token is a console for whoever can connect. */
function* consoles(facts: Facts, reachable: readonly Bind[]): Iterable<Problem> {
  const open = reachable.filter(({ sensitive }) => sensitive?.runsCode === 'console' && sensitive.access === 'open');
  for (const group of groupedBy(open, (bind) => bind.span)) {
    const bind = group[0]!;
    yield {
      at: bind.span,
      message: `${bind.sensitive!.what} listens on ${addressOf(facts, bind)} and asks for no password, so whoever can connect can run code here`,
      // A settings file may belong to a container that was not seen.
      ...((bind.via !== 'command' || !bind.sure) && { severity: 'warning' as const }),
      context: bind.context,
      related: publishedPlaces(facts, group),
      chain: bind.host.chain,
      advice: 'leave the token on or set a password, or listen on 127.0.0.1 and forward the port',
    };
  }
}

/** Where containers open their ports to others. */
function publishedPlaces(facts: Facts, group: readonly Bind[]): { at: Span; message: string }[] {
  const publishes = group.flatMap((bind) => publishersOf(facts, bind)).filter(({ role }) => role === 'publish');
  return groupedBy(publishes, ({ span }) => span).map(([publish]) => ({
    at: publish!.span,
    message: 'published here',
  }));
}

function addressOf(facts: Facts, bind: Bind): string {
  const inside = runsInContainer(facts, bind) ? ' inside the container' : '';
  return (bind.host.value === '' ? 'all interfaces' : bind.host.value) + inside;
}

/** All interfaces, or an address of one that others reach; what a name stands for is not known here. */
function isReachable(host: string | undefined): boolean {
  return reachOf(host) === 'all' || (reachOf(host) === 'specific' && isNumeric(host));
}
