import type { Bind } from '../facts.ts';

const hostNames =
  /^(host|hostname|host_?name|bind|bind_?(host|address|addr|ip)|listen|listen_?(host|address|addr|ip)|address|addr|ip|server_?(host|address|name))$/;
const portNames = /^(port|bind_?port|listen_?port|server_?port|http_?port)$/;

/** What an option, a variable or a key of a name is for, where the name says that it is for a server's address. */
export function roleOf(name: string): 'host' | 'port' | undefined {
  const plain = name.toLowerCase();
  return hostNames.test(plain) ? 'host' : portNames.test(plain) ? 'port' : undefined;
}

/** Do the calls of one server take a host or port from nothing but their own text or the framework's default? */
export function saysItself(own: readonly Bind[], role: 'host' | 'port'): boolean {
  const by = own[0]![role].origin.by;
  return own.every((one) => one[role].declared === undefined) && (by === 'default' || by === 'literal');
}
