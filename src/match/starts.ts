import { type Way, wayInto } from '../resolve/callers.ts';
import type { CallSite } from '../resolve/names.ts';
import type { Env, Resolver, Value } from '../resolve.ts';
import type { CallExpr } from '../syntax/call.ts';
import type { MatchInput } from './entries.ts';

export interface Start {
  readonly site: CallSite;
  readonly way: Way;
  readonly env: Env;
}

/** The call that starts what another call only describes. */
export function startOf(described: CallSite, startedBy: readonly string[], input: MatchInput): Start | undefined {
  const names = new Set(startedBy.map((path) => path.slice(path.lastIndexOf('.') + 1)));
  let best: Start | undefined;
  for (const index of input.resolver.project.programs.values()) {
    for (const site of [...index.calls, ...input.callers.startedIn(index)]) {
      if (site.call.callee.kind !== 'member' || !names.has(site.call.callee.name)) continue;
      for (const written of input.callers.waysTo(site.scope)) {
        const way = wayInto(site, written);
        for (const value of input.resolver.callee(site, way.env)) {
          if (value.type !== 'external' || !startedBy.includes(value.path)) continue;
          if (!holdsCall(value, described.call, input.resolver)) continue;
          // A serve call says more of what happens on a taken port than a look at the socket.
          best = { site, way, env: way.env };
        }
        if (best?.site === site) return best;
      }
    }
  }
  return best;
}

/** Was this object made by, or from what was made by, a call? */
function holdsCall(value: Value, call: CallExpr, resolver: Resolver, depth = 0): boolean {
  if (depth > 4 || value.type !== 'external') return false;
  if (value.call?.call === call) return true;
  if (value.receiver && holdsCall(value.receiver, call, resolver, depth + 1)) return true;
  if (!value.call) return false;
  const { call: made, env } = value.call;
  return made.args.some((arg) =>
    resolver.evaluate(arg.value, env).some((inner) => holdsCall(inner, call, resolver, depth + 1)),
  );
}
