import type { Way } from '../resolve/callers.ts';
import { type CallSite, patternNames } from '../resolve/names.ts';
import type { Env, Lazy, Resolver } from '../resolve.ts';
import type { Pattern, Statement } from '../syntax/call.ts';

/** Turns of a loop that are looked at one by one; of a longer one, none is known. */
const maximumTurns = 8;

/** A way for each turn of the loop around a call that goes through written values: `for address in ("127.0.0.1", "::1"):` */
export function turnsOf(site: CallSite, way: Way, resolver: Resolver): readonly Way[] {
  if (site.scope.program.language !== 'python' || way.env.scope !== site.scope) return [way];
  const place = site.places.findLast(({ statement, branch }) => statement.kind === 'loop' && branch === 'body');
  const loop = place?.statement;
  if (loop?.kind !== 'loop' || !loop.target || !loop.over || setsAgain(loop, site)) return [way];
  const over = resolver.settle(resolver.evaluate(loop.over, way.env));
  if (over.type !== 'list' || over.items.length === 0 || over.items.length > maximumTurns) return [way];
  const turns = over.items.map((item) => turn(loop.target!, item, resolver));
  return turns.some((one) => one === undefined)
    ? [way]
    : turns.map((one) => ({ ...way, env: { ...way.env, turn: one! } }));
}

/** Is it left before its end, so that one of the values is enough, or is its variable set to something else in it? */
function setsAgain(loop: Extract<Statement, { kind: 'loop' }>, { scope }: CallSite): boolean {
  const body = scope.program.text.slice(loop.body[0]?.span.start ?? loop.span.start, loop.span.end);
  if (/\b(?:break|return|continue)\b/.test(body)) return true;
  const names: string[] = [];
  patternNames(loop.target!, (name) => names.push(name));
  return names.some((name) => new RegExp(`\\b${name}\\s*(?::=|[-+*/|]?=(?!=))`).test(withoutKeywords(body)));
}

/** A text without the names that arguments go by. */
const withoutKeywords = (text: string) => text.replace(/([(,]\s*)\w+=(?!=)/g, '$1');

function turn(target: Pattern, item: Lazy, resolver: Resolver): Env['turn'] | undefined {
  if (target.kind === 'name') return new Map([[target.name, item]]);
  if (target.kind !== 'list') return undefined;
  const value = resolver.settle(resolver.evaluate(item.expr, item.env));
  if (value.type !== 'list' || value.items.length !== target.items.length) return undefined;
  const held = new Map<string, Lazy>();
  for (const [at, part] of target.items.entries()) {
    if (part?.kind !== 'name') return undefined;
    held.set(part.name, value.items[at]!);
  }
  return held;
}
