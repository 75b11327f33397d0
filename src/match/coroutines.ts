import { type CallSite, lastName, type ProgramIndex } from '../resolve/names.ts';
import { keptAs, usesIn } from './kept.ts';

/** What runs a coroutine, or waits for it, that it is given. https://docs.python.org/3/library/asyncio-task.html#coroutines */
const running =
  /^(run|run_until_complete|run_coroutine_threadsafe|wait_for|create_task|ensure_future|gather|spawn|start_soon)$/;

/**
 * Where a coroutine that a call of Python makes is run, and raises what it raises: at the call where that is awaited or handed on;
 * where the name is, where the coroutine was given one first, `server = loop.run_until_complete(coro)`.
 * @returns the call with the places of the statement that runs it; undefined where that is not seen
 */
export function runOf(site: CallSite, index: ProgramIndex): CallSite | undefined {
  const statement = site.places.at(-1)?.statement;
  if (statement?.kind === 'with' || site.around.some(({ kind }) => kind === 'await' || kind === 'call')) return site;
  const name = keptAs(site);
  if (name === undefined) return undefined;
  const uses = usesIn(index);
  const made = site.places.at(-1)!.statement.span.start;
  const found = [
    ...(uses.awaited.get(name) ?? []),
    ...(uses.handed.get(name) ?? []).filter(({ call }) => running.test(lastName(call.callee))),
  ].filter(({ scope, places }) => scope === site.scope && places.at(-1)!.statement.span.start > made);
  const statements = new Set(found.map(({ places }) => places.at(-1)!.statement));
  return statements.size === 1 ? { ...site, places: found[0]!.places, around: [] } : undefined;
}
