import { remembered } from '../remembered.ts';
import { type Callers, type Way, wayInto } from '../resolve/callers.ts';
import type { CallSite } from '../resolve/names.ts';
import type { Env, Resolver, Value } from '../resolve.ts';
import type { CallExpr } from '../syntax/call.ts';
import type { MatchInput } from './entries.ts';

export interface Start {
  readonly site: CallSite;
  readonly way: Way;
  readonly env: Env;
}

type Starts = ReadonlyMap<CallExpr, Start>;

const startsByName = remembered((_callers: Callers) => new Map<string, Starts>());

/** The call that starts what another call only describes. */
export function startOf(described: CallSite, startedBy: readonly string[], input: MatchInput): Start | undefined {
  const known = startsByName(input.callers);
  const key = startedBy.join(' ');
  const starts = known.get(key) ?? startsIn(startedBy, input);
  known.set(key, starts);
  return starts.get(described.call);
}

/** What each call that starts something starts: looked through once, because every server asks. */
function startsIn(startedBy: readonly string[], input: MatchInput): Starts {
  const names = new Set(startedBy.map((path) => path.slice(path.lastIndexOf('.') + 1)));
  const found = new Map<CallExpr, Start>();
  for (const index of input.resolver.project.programs.values()) {
    for (const site of [...index.calls, ...input.callers.startedIn(index)]) {
      if (site.call.callee.kind !== 'member' || !names.has(site.call.callee.name)) continue;
      for (const written of input.callers.waysTo(site.scope)) {
        const way = wayInto(site, written);
        for (const value of input.resolver.callee(site, way.env)) {
          if (value.type !== 'external' || !startedBy.includes(value.path)) continue;
          for (const { call, env } of heldCalls(value, input.resolver)) {
            const file = env.scope.program.file;
            // How a test starts what another file describes says nothing of that file.
            if (file !== index.program.file && input.contextOf(index.program.file) === 'test') continue;
            if (!found.has(call)) found.set(call, { site, way, env: way.env });
          }
        }
      }
    }
  }
  return found;
}

/** The calls by which an object was made, or what it was made from. */
function* heldCalls(
  value: Value,
  resolver: Resolver,
  depth = 0,
  seen = new Set<CallExpr>(),
): Iterable<{ readonly call: CallExpr; readonly env: Env }> {
  if (depth > 4 || value.type !== 'external') return;
  if (value.receiver) yield* heldCalls(value.receiver, resolver, depth + 1, seen);
  if (!value.call || seen.has(value.call.call)) return;
  seen.add(value.call.call);
  const { call, env } = value.call;
  yield value.call;
  for (const arg of call.args)
    for (const inner of resolver.evaluate(arg.value, env)) yield* heldCalls(inner, resolver, depth + 1, seen);
}
