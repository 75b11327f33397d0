import { reachOf } from '../address.ts';
import type { Bind, Dial, Publish, Slot } from '../facts.ts';

/** What each kind of fact says, and what its cells are. */
export const kinds = {
  bind: {
    title: 'listens',
    columns: ['address', 'reached by', 'when the port is taken', 'server', 'known from', 'context'],
  },
  publish: {
    title: 'is published (outside -> inside the container)',
    columns: ['address', 'by', 'known from', 'context'],
  },
  dial: { title: 'is connected to', columns: ['address', 'by', 'known from', 'context'] },
} as const;

/** A fact in the words of a table; one that is not sure has one cell more. */
export function cellsOf(fact: Bind | Publish | Dial): string[] {
  const common = [
    `${fact.framework} ${fact.via}`,
    originOf(fact),
    fact.context + (fact.scope === '' ? '' : ` in ${fact.scope}`),
  ];
  const unsure = fact.sure ? [] : ['not sure'];
  if (fact.kind === 'publish')
    return [`${addressOf(fact.host, fact.port)} -> ${shownValue(fact.target)}`, ...common, ...unsure];
  if (fact.kind === 'dial') return [addressOf(fact.host, fact.port), ...common, ...unsure];
  return [
    addressOf(fact.host, fact.port),
    reaches[reachOf(fact.host.value)],
    `bind error ${fact.failure.state}`,
    ...common,
    ...unsure,
  ];
}

const reaches = {
  loopback: 'this machine only',
  all: 'all interfaces',
  specific: 'one interface',
  unknown: 'reach unknown',
} as const;

function addressOf(host: Slot<string>, port: Slot<number>): string {
  const name = shownValue(host);
  return `${name.includes(':') ? `[${name}]` : name}:${shownValue(port)}`;
}

function shownValue(slot: Slot<string> | Slot<number>): string {
  return String(slot.value ?? slot.written ?? '?') || "''";
}

function originOf({ host, port }: Bind | Publish | Dial): string {
  return host.origin.by === port.origin.by ? host.origin.by : `host ${host.origin.by}, port ${port.origin.by}`;
}
