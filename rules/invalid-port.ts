import { isHost, parsePort } from '../src/address.ts';
import type { Bind } from '../src/facts.ts';
import { emptiedBy, groupedBy, listeningBinds, takenBy } from '../src/joins.ts';
import type { Fix, Rule } from '../src/rule.ts';

/** Stands where a value is to be filled in: `<your port>`, `{{ port }}`, `%PORT%`, `__PORT__`, `YOUR_PORT`. */
const placeholder = /[$<>{}%]|^__\w+__$|(?:^|[-_ ])your(?:[-_ ]|$)/i;

/** Of what is written, no more is shown in a message. */
const longestShown = 80;

/** Ports go from 0 to 65535. */
export default {
  summary: 'what is given as a port is none',
  severity: 'error',
  fixable: true,
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
      const swap = swapped(bind);
      yield {
        at: port.span,
        message: `${swap ? `the host ${port.written} stands where the port should, and the port behind it` : fault(port.written!)}, so ${/^(java|type)script$/.test(bind.language) || namesSocket(port.written!) ? 'no such port is opened' : 'the server does not start'}`,
        ...(!bind.sure && { severity: 'info' as const }),
        context: bind.context,
        related: takenBy(group, 'port'),
        chain: port.chain,
        ...(swap && bind.sure && bind.host.frame && port.frame && { fix: swap }),
      };
    }
    for (const group of groupedBy(listeningBinds(facts).filter(givesNoHost), (bind) => bind.host.span)) {
      const bind = group[0]!;
      yield {
        at: bind.host.span,
        message: `${faultOfHost(bind.host.value!)}, so the server does not start`,
        ...(!bind.sure && { severity: 'info' as const }),
        context: bind.context,
        related: takenBy(group, 'host'),
        chain: bind.host.chain,
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

/** Host and port given in the wrong order. */
function swapped({ host, port }: Bind): Fix | undefined {
  const value = host.value === undefined && host.written !== undefined ? parsePort(host.written) : undefined;
  if (value === undefined || port.written === undefined) return undefined;
  return {
    safety: 'safe',
    does: `give port ${value} first, then ${port.written}`,
    repairs: [
      { kind: 'fill', at: 'value', role: 'port', slot: port, value },
      { kind: 'fill', at: 'value', role: 'host', slot: host, value: port.written },
    ],
  };
}

/** What stands where a host should, and is none, as it is written in the project itself. */
const givesNoHost = ({ host, local }: Bind): boolean =>
  host.value !== undefined &&
  local === undefined &&
  /^(?:literal|config)$/.test(host.origin.by) &&
  !placeholder.test(host.value) &&
  faultOfHost(host.value) !== undefined;

function faultOfHost(host: string): string | undefined {
  if (/^\d{2,5}$/.test(host)) return `${host} is taken for a host, because no colon stands before it`;
  if (/^[a-z]+:\/\//i.test(host)) return `${host} is a URL, and a host is meant`;
  if (/^[\w.-]+:\d{1,5}$/.test(host) && /\.|^localhost:/.test(host)) return `${host} holds a port, and a host is meant`;
  if (/^\d+(?:\.\d+){3}$/.test(host) && !isHost(host)) return `${host} is no address: its numbers end at 255`;
  return undefined;
}

/** A right port that is none where it stands. */
const namesSocket = (written: string) => parsePort(written) !== undefined;

function fault(written: string): string {
  if (namesSocket(written)) return `${written} is taken for the name of a socket, because no colon stands before it`;
  if (written.length > longestShown) return `a number of ${written.length} digits is no port: ports end at 65535`;
  if (/^-\d+$/.test(written)) return `${written} is no port: ports begin at 0`;
  if (/^\d+$/.test(written)) return `${written} is no port: ports end at 65535`;
  if (written === 'NaN') return 'what is given as a port is no number';
  return `${/^-?[\d.]+$/.test(written) ? written : JSON.stringify(written)} is no port number`;
}
