import type { CallSite, ProgramIndex } from '../resolve/names.ts';

type Awaited = ProgramIndex['awaited'][number];

/** What a program does with the names that it gives to what calls return. */
interface Uses {
  readonly awaited: ReadonlyMap<string, readonly Awaited[]>;
  /** Calls of methods of what goes by a name: `promise.catch()`. */
  readonly methods: ReadonlyMap<string, readonly CallSite[]>;
  /** Calls that it is handed to. */
  readonly handed: ReadonlyMap<string, readonly CallSite[]>;
}

const usesByProgram = new WeakMap<ProgramIndex, Uses>();

/** The name that a call's own statement gives to what it returns. */
export function keptAs({ call, places }: CallSite): string | undefined {
  const statement = places.at(-1)?.statement;
  const [target] = statement?.kind === 'assign' && statement.value === call ? statement.targets : [];
  return target?.kind === 'name' ? target.name : undefined;
}

/** What is done with a name in a program, by the name; looked for once. */
export function usesIn(index: ProgramIndex): Uses {
  const known = usesByProgram.get(index);
  if (known) return known;
  const awaited = new Map<string, Awaited[]>();
  const methods = new Map<string, CallSite[]>();
  const handed = new Map<string, CallSite[]>();
  const add = <T>(to: Map<string, T[]>, name: string, use: T) => {
    const uses = to.get(name);
    if (uses) uses.push(use);
    else to.set(name, [use]);
  };
  for (const use of index.awaited) if (use.expr.kind === 'name') add(awaited, use.expr.name, use);
  for (const site of index.calls) {
    const { callee, args } = site.call;
    if (callee.kind === 'member' && callee.object.kind === 'name') add(methods, callee.object.name, site);
    for (const { value } of args) if (value.kind === 'name') add(handed, value.name, site);
  }
  const found = { awaited, methods, handed };
  usesByProgram.set(index, found);
  return found;
}
