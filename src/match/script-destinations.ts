import { lastName } from '../resolve/names.ts';
import type { CallExpr, Expr } from '../syntax/call.ts';

/** How programs of JavaScript connect. */
export const connectingScripts: readonly string[] = [
  'fetch',
  'axios',
  'got',
  'ky',
  'connect',
  'createConnection',
  'request',
  'WebSocket',
  'createInsecure',
  'createSsl',
];

const connects = new Set([
  ...connectingScripts,
  ...['get', 'post', 'put', 'patch', 'delete', 'head', 'create', 'io', 'default'],
]);

/** Where a call may go: its URL, the host in it, or the host among its options or arguments. */
export function destinationsIn(call: CallExpr): readonly Expr[] {
  const [first, second] = call.args;
  if (!first || first.spread) return [];
  const name = lastName(call.callee);
  // A client of gRPC is a class of its own: new Greeter(address, credentials.createInsecure()).
  const isChannel = second?.value.kind === 'call' && /^create(?:Insecure|Ssl)$/.test(lastName(second.value.callee));
  if (!isChannel && !connects.has(name)) return [];
  const found: Expr[] = [];
  for (const { value } of [first, second].filter((arg) => arg !== undefined)) {
    if (value.kind === 'object')
      found.push(
        ...value.entries.flatMap(({ key, value: given }) =>
          key !== undefined && /^(?:host|hostname|url|uri|baseURL|href)$/.test(key) ? addressIn(given) : [],
        ),
      );
    else if (value === first.value || /^(?:connect|createConnection)$/.test(name)) found.push(...addressIn(value));
  }
  return found;
}

/** An expression that may be an address, and the host that it puts behind a scheme. */
function addressIn(expr: Expr): readonly Expr[] {
  if (expr.kind === 'string' || expr.kind === 'function') return [];
  const parts = expr.kind === 'template' ? expr.parts : summed(expr);
  const host = parts.find((part, at) => {
    const before = parts[at - 1];
    return part.kind !== 'string' && before?.kind === 'string' && before.value.endsWith('://');
  });
  return host === undefined ? [expr] : [expr, host];
}

function summed(expr: Expr): readonly Expr[] {
  const parts: Expr[] = [];
  let rest = expr;
  for (; rest.kind === 'binary' && rest.operator === '+'; rest = rest.left) parts.push(rest.right);
  return [...parts, rest].reverse();
}
