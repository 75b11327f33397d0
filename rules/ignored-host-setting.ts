import type { Bind, Setting, Slot } from '../src/facts.ts';
import { conflicts, groupedBy, listeningBinds } from '../src/joins.ts';
import type { Fill, Rule } from '../src/rule.ts';

/** A host or port that can be set, and is not used, sends people to the wrong address. */
export default {
  summary: 'a host or port can be given, and the listening call does not use it',
  severity: 'warning',
  fixable: true,
  *check(facts) {
    const colliding = new Set(conflicts(facts).flat());
    for (const role of ['host', 'port'] as const) {
      const ignoring = listeningBinds(facts).filter(
        (bind) => bind[role].ignored !== undefined && !(role === 'port' && colliding.has(bind)),
      );
      for (const group of groupedBy(ignoring, (bind) => bind[role].site)) {
        const bind = group[0]!;
        const slot: Slot<string | number> = bind[role];
        const { name } = slot.ignored!;
        const fix = fixOf(group, role);
        yield {
          at: slot.site,
          message: `listens on ${shown(role, slot)}, so what is passed as ${name} changes nothing`,
          ...(!bind.sure && { severity: 'info' as const }),
          context: bind.context,
          chain: slot.chain,
          ...(fix && { fix }),
        };
      }
    }
    for (const setting of facts.settings) {
      const { ignoredBy } = setting;
      if (!ignoredBy) continue;
      const { slot } = ignoredBy;
      const repair = passing(setting);
      const isOption = setting.via === 'option';
      const isKey = setting.via === 'config' && !ignoredBy.shown;
      const fate = ignoredBy.shown ? 'is only shown' : isKey ? 'the server does not get' : 'nothing reads';
      yield {
        at: setting.span,
        message: `${isOption ? 'accepts' : isKey ? 'holds' : 'reads'} ${setting.name}, which ${fate}, so ${isKey ? 'it' : 'the server'} listens on ${shown(setting.role, slot)} whatever ${isOption ? 'is passed' : isKey ? 'that says' : 'it holds'}`,
        // A name may be meant for people alone.
        ...(setting.via === 'env' &&
          setting.role === 'host' &&
          !isAddress(setting.value) && { severity: 'info' as const }),
        context: setting.context,
        related: [{ at: ignoredBy.bind, message: 'it listens here' }],
        ...(repair && {
          fix: {
            safety: setting.value === slot.value ? ('safe' as const) : ('unsafe' as const),
            does: `listen on the ${setting.role} that is passed`,
            repairs: [repair],
          },
        }),
      };
    }
  },
} satisfies Rule;

const isAddress = (value: string | number | undefined) => /^[\d.]+$|:/.test(String(value ?? ''));

function shown(role: 'host' | 'port', { value }: Slot<string | number>): string {
  if (value === undefined) return `another ${role === 'host' ? 'address' : 'port'}`;
  return role === 'port' ? `port ${value}` : value === '' ? 'all interfaces' : String(value);
}

/** The option is given to the listening call. */
function passing({ role, value, ignoredBy }: Setting): Fill | undefined {
  const { slot, expression } = ignoredBy!;
  if (expression === undefined || value === undefined || slot.siteFrame === undefined) return undefined;
  if (role === 'host')
    return { kind: 'fill', at: 'site', role, slot: slot as Slot<string>, value: String(value), expression };
  return typeof value === 'number'
    ? { kind: 'fill', at: 'site', role, slot: slot as Slot<number>, value, expression }
    : undefined;
}

function fixOf(group: readonly Bind[], role: 'host' | 'port') {
  if (group.some((bind) => !bind.sure || bind[role].siteFrame === undefined || bind[role].ignored!.value === undefined))
    return undefined;
  return {
    safety: 'unsafe' as const,
    does: `listen on the ${role} that is passed`,
    repairs: group.map((bind) =>
      role === 'host'
        ? ({
            kind: 'fill',
            at: 'site',
            role,
            slot: bind.host,
            value: bind.host.ignored!.value!,
            expression: bind.host.ignored!.name,
          } as const)
        : ({
            kind: 'fill',
            at: 'site',
            role,
            slot: bind.port,
            value: bind.port.ignored!.value!,
            expression: bind.port.ignored!.name,
          } as const),
    ),
  };
}
