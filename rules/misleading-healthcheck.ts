import { isLoopback, isLoopbackName, isUnspecified } from '../src/address.ts';
import type { Bind, Container, Dial, Facts } from '../src/facts.ts';
import { containerOf, groupedBy, listed, listenersIn, maySetPort, publishesTo } from '../src/joins.ts';
import type { Problem, Rule } from '../src/rule.ts';

/** A check that asks the wrong place says nothing of the server. */
export default {
  summary: 'a health check asks where the server does not listen, or passes whatever it does',
  severity: 'warning',
  fixable: true,
  *check(facts) {
    yield* passing(facts);
    const checks = facts.dials.filter(
      ({ check, sure, port }) => check !== undefined && sure && port.value !== undefined,
    );
    // What a service takes over from another one is right for one of them at least.
    for (const group of groupedBy(checks, ({ host }) => host.span)) {
      const problems = group.map((dial) => {
        const container = containerOf(facts, dial.scope);
        if (!container || !asksItself(dial, container)) return undefined;
        return wrongPort(facts, dial) ?? wrongFamily(facts, dial, container);
      });
      const problem = problems.find((one) => one !== undefined);
      if (!problem) continue;
      const { fix, ...told } = problem;
      yield group.length === 1 ? problem : { ...told, ...(fix && problems.every((one) => one) && { fix }) };
    }
  },
} satisfies Rule;

/** A check that cannot fail keeps a dead server in use. */
function* passing(facts: Facts): Iterable<Problem> {
  const dials = facts.dials.filter(({ sure, passes }) => sure && passes);
  for (const [dial] of groupedBy(dials, ({ passes }) => passes!)) {
    yield {
      at: dial!.passes!,
      message: 'the health check passes whatever the server does, so a dead one stays in use',
      context: dial!.context,
      advice: 'let the check fail where its request does, as || exit 1 does',
    };
  }
}

function asksItself({ host }: Dial, { names }: Container): boolean {
  return (
    isLoopback(host.value) || isUnspecified(host.value) || (host.value !== undefined && names.includes(host.value))
  );
}

function wrongPort(facts: Facts, dial: Dial): Problem | undefined {
  const port = dial.port.value!;
  const all = listenersIn(facts, [dial.scope]);
  const [listeners] = all;
  if (all.length !== 1 || !listeners?.complete) return undefined;
  const binds = listeners.binds.filter(({ protocol }) => protocol === 'tcp');
  if (binds.length === 0 || binds.some((bind) => !bind.sure || !bind.port.value || bind.port.value === port))
    return undefined;
  if (binds.some((bind) => maySetPort(facts, bind))) return undefined;
  const exposed = publishesTo(facts, listeners.network).map(({ target }) => target.value);
  // An image that exposes both opens the second one in a way that is not seen.
  if (exposed.includes(port) && binds.some((bind) => exposed.includes(bind.port.value))) return undefined;
  const ports = [...new Set(binds.map((bind) => bind.port.value!))];
  return {
    at: dial.port.span.start === dial.port.span.end ? dial.span : dial.port.span,
    message: `the health check asks port ${port}, but the program inside the container listens on ${listed(ports)}, so it says nothing of the server`,
    context: dial.context,
    related: binds.map(({ span, port: own }) => ({ at: span, message: `listens on ${own.value} here` })),
    chain: dial.port.chain,
    ...(ports.length === 1 &&
      dial.port.frame !== undefined && {
        fix: {
          safety: 'safe' as const,
          does: `ask port ${ports[0]}, on which the program listens`,
          repairs: [
            { kind: 'fill' as const, at: 'value' as const, role: 'port' as const, slot: dial.port, value: ports[0]! },
          ],
        },
      }),
  };
}

/** BusyBox asks the first address of a name and no other; where the image knows `::1`, that is the one. */
function wrongFamily(facts: Facts, dial: Dial, container: Container): Problem | undefined {
  if (dial.check !== 'wget' || !isLoopbackName(dial.host.value)) return undefined;
  if (!/alpine|busybox/i.test(container.image ?? '') || container.installs?.includes('wget')) return undefined;
  const binds = listenersIn(facts, [dial.scope])
    .flatMap((listeners) => listeners.binds)
    .filter(
      (bind) => bind.protocol === 'tcp' && (bind.port.value === undefined || bind.port.value === dial.port.value),
    );
  if (binds.length === 0 || !binds.every(isOnlyFour)) return undefined;
  return {
    at: dial.host.span,
    message: `the health check asks ${dial.host.value}, for which BusyBox takes ::1, but the program inside the container listens on ${listed(binds.map(({ host }) => host.value!))} alone`,
    context: dial.context,
    related: binds.map(({ span, host }) => ({ at: span, message: `listens on ${host.value} here` })),
    ...(dial.host.frame !== undefined && {
      fix: {
        safety: 'safe' as const,
        does: 'ask 127.0.0.1, where the program listens',
        repairs: [
          { kind: 'fill' as const, at: 'value' as const, role: 'host' as const, slot: dial.host, value: '127.0.0.1' },
        ],
      },
    }),
  };
}

function isOnlyFour({ host, sure, dualStack }: Bind): boolean {
  return sure && !dualStack && /^(?:0\.0\.0\.0|127\.\d+\.\d+\.\d+)$/.test(host.value ?? '');
}
