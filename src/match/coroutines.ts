import { type CallSite, lastName, type ProgramIndex } from '../resolve/names.ts';
import type { Expr } from '../syntax/call.ts';

/** What runs a coroutine, or waits for it, that it is given. https://docs.python.org/3/library/asyncio-task.html#coroutines */
const running =
  /^(run|run_until_complete|run_coroutine_threadsafe|wait_for|create_task|ensure_future|gather|spawn|start_soon)$/;

/**
 * Where a coroutine that a call of Python makes is run, and raises what it raises: at the call where that is awaited or handed on;
 * where the name is, where the coroutine was given one first, `server = loop.run_until_complete(coro)`.
 * @returns the call with the places of the statement that runs it; undefined where that is not seen
 */
export function runOf(site: CallSite, index: ProgramIndex): CallSite | undefined {
  if (site.around.some(({ kind }) => kind === 'await' || kind === 'call')) return site;
  const statement = site.places.at(-1)?.statement;
  const [target] = statement?.kind === 'assign' && statement.value === site.call ? statement.targets : [];
  if (target?.kind !== 'name') return undefined;
  const { name } = target;
  const isIt = (expr: Expr) => expr.kind === 'name' && expr.name === name;
  const found = [
    ...index.awaited.filter(({ expr }) => isIt(expr)),
    ...index.calls.filter(
      ({ call }) => running.test(lastName(call.callee)) && call.args.some(({ value }) => isIt(value)),
    ),
  ].filter(({ scope, places }) => scope === site.scope && isBehind(places.at(-1)?.statement, statement));
  const statements = new Set(found.map(({ places }) => places.at(-1)!.statement));
  return statements.size === 1 ? { ...site, places: found[0]!.places, around: [] } : undefined;
}

function isBehind(one: { readonly span: { readonly start: number } } | undefined, other: typeof one): boolean {
  return one !== undefined && other !== undefined && one.span.start > other.span.start;
}
