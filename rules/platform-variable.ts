import type { Bind, Facts, Slot } from '../src/facts.ts';
import { containerOf, emptiedBy, groupedBy, listeningBinds, runsInContainer } from '../src/joins.ts';
import type { Problem, Rule } from '../src/rule.ts';

/** What a platform sets decides where a server listens, or is not asked for. */
export default {
  summary: 'a variable of the platform decides where a server listens, or should and does not',
  severity: 'warning',
  *check(facts) {
    const binds = listeningBinds(facts).filter(({ sure }) => sure);
    for (const group of groupedBy(binds, ({ span }) => span)) {
      const [bind] = group as [Bind];
      const problem =
        unexpanded(facts, bind) ?? ownName(facts, bind) ?? overwritten(bind) ?? emptied(facts, bind) ?? ignored(bind);
      if (problem) yield { ...problem, context: bind.context };
    }
  },
} satisfies Rule;

/** A variable of a shell, with a fallback or without. */
const variable = /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*(?::?[-=?+][^{}]*)?\})$/;

/** `CMD ["gunicorn", "--bind", "0.0.0.0:$PORT"]`: without a shell the program gets the five characters. */
function unexpanded(facts: Facts, bind: Bind): Problem | undefined {
  const slot = ([bind.port, bind.host] as readonly Slot<unknown>[]).find(
    ({ written, value }) => value === undefined && written !== undefined && variable.test(written),
  );
  if (bind.via !== 'command' || !slot) return undefined;
  const inside = runsInContainer(facts, bind) ? ' inside the container' : '';
  return {
    at: slot.span,
    message: `nothing expands ${slot.written} here, because no shell reads this form, so the server${inside} is given the text itself`,
    advice: 'write the command as a text that a shell reads, with exec in front of the program',
  };
}

/** Every container has HOSTNAME, and it is the container's own id. */
function ownName(facts: Facts, bind: Bind): Problem | undefined {
  const { host, scope } = bind;
  if (host.origin.by !== 'env' || host.origin.name !== 'HOSTNAME' || !runsInContainer(facts, bind)) return undefined;
  const container = containerOf(facts, scope);
  if (!container || container.environment.some(({ name }) => name === 'HOSTNAME')) return undefined;
  return {
    at: host.chain.length > 0 ? host.site : bind.span,
    message:
      'takes its host from HOSTNAME, which every container sets to its own id, so inside the container nothing answers on localhost',
    chain: host.chain,
    advice: 'set HOSTNAME=0.0.0.0 for the container, or read a variable that nothing else sets',
  };
}

/** Activating conda's compilers sets HOST. */
function overwritten({ host, overwritten: other, span }: Bind): Problem | undefined {
  if (!other || host.origin.by !== 'env') return undefined;
  const { name } = host.origin;
  return {
    at: host.chain.length > 0 ? host.site : span,
    message: `takes its host from ${name}, which ${other.by} sets to the name of a platform where its compilers are installed, so the server does not start`,
    related: [{ at: other.span, message: 'installed here' }],
    chain: host.chain,
    advice: 'read a variable that nothing else sets',
  };
}

/** `PORT: ${PORT:-}` is set, to nothing, so that no fallback in the code holds. */
function emptied(facts: Facts, bind: Bind): Problem | undefined {
  const { language, via, span, port } = bind;
  const variable = emptiedBy(facts, bind);
  if (!variable || language !== 'python' || via !== 'call') return undefined;
  const { name } = variable;
  const set =
    variable.from === undefined
      ? `sets ${name} to an empty text`
      : `passes ${name} as an empty text where nobody sets ${variable.from}`;
  return {
    at: variable.span,
    message: `${set}, and the program inside the container takes that for its port, so the server does not start`,
    related: [{ at: span, message: 'the server is started here' }],
    chain: port.chain,
    advice: `give ${name} a port here, or write a port behind the variable in the code`,
  };
}

/** The platform hands requests to the port that it gives, and to no other. */
function ignored(bind: Bind): Problem | undefined {
  const { given, port } = bind;
  if (given === undefined || port.value === undefined || port.origin.by === 'env') return undefined;
  if (port.chain.some(({ note }) => note === `variable ${given.variable}`)) return undefined;
  return {
    at: port.origin.by === 'default' ? bind.span : port.span,
    message: `listens on port ${port.value}, but ${given.by} gives the port in ${given.variable}, so no request arrives`,
    ...(bind.context === 'development' && { severity: 'info' as const }),
    chain: port.chain,
    advice: `take the port from $${given.variable}`,
  };
}
