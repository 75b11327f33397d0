import { remembered } from '../remembered.ts';
import { blocksOf, type CallSite, lastName, type ProgramIndex } from '../resolve/names.ts';
import { pathOf } from '../resolve/paths.ts';
import type { Resolver } from '../resolve.ts';
import type { Expr, Statement } from '../syntax/call.ts';

/**
 * Switches on the way to a call that the program refuses beside others, each as the group of them and which one it is:
 * `if args.http and args.https: parser.error(...)`, and the options of a group of which argparse takes one.
 * @param sites the call and those on the way to it
 */
export function refusalsOf(sites: readonly CallSite[], resolver: Resolver): string[] {
  return sites.flatMap(({ places, scope }) =>
    scope.program.language !== 'python'
      ? []
      : places.flatMap(({ statement, branch }) =>
          statement.kind === 'if' && branch === 'consequent'
            ? switchesIn(statement.test).flatMap((name) =>
                (groupsByResolver(resolver).get(name) ?? []).map((group) => `refused ${group}=${name}`),
              )
            : [],
        ),
  );
}

/** The groups that each switch is in, by the last part of its name: what parses it and what asks for it may be two files. */
const groupsByResolver = remembered(({ project }: Resolver): ReadonlyMap<string, readonly number[]> => {
  const groups = new Map<string, number[]>();
  let count = 0;
  for (const index of project.programs.values())
    for (const names of refusedIn(index)) {
      count++;
      for (const name of new Set(names)) groups.set(name, [...(groups.get(name) ?? []), count]);
    }
  return groups;
});

const mayRefuse = /\badd_mutually_exclusive_group\b|\b(?:exit|error|fail|raise)\b/;

const refusedIn = remembered((index: ProgramIndex): readonly (readonly string[])[] =>
  index.program.language === 'python' && mayRefuse.test(index.program.text)
    ? [...refusedByTests(index), ...refusedByParser(index)]
    : [],
);

function refusedByTests({ module, scopes }: ProgramIndex): readonly string[][] {
  const found: string[][] = [];
  const look = (block: readonly Statement[], around: string | undefined): void => {
    for (const statement of block) {
      if (statement.kind === 'function' || statement.kind === 'class') continue;
      const names = statement.kind === 'if' ? switchesIn(statement.test) : [];
      const both = around === undefined ? names : [around, ...names];
      if (statement.kind === 'if' && both.length === 2 && statement.consequent.some(ends)) found.push(both);
      for (const { block: inner, branch } of blocksOf(statement))
        look(inner, branch === 'consequent' && names.length === 1 ? names[0] : undefined);
    }
  };
  for (const { body } of [module, ...scopes.values()]) look(body, undefined);
  return found;
}

/** Does a statement end the program, as far as it is about what was asked for? */
function ends(statement: Statement): boolean {
  if (statement.kind === 'raise') return true;
  return (
    statement.kind === 'expression' &&
    statement.value.kind === 'call' &&
    /^(?:exit|_exit|quit|error|fail)$/.test(lastName(statement.value.callee)) &&
    !/\blog/i.test(pathOf(statement.value.callee) ?? '')
  );
}

function refusedByParser({ calls }: ProgramIndex): readonly string[][] {
  const groups = new Map<string, string[]>();
  for (const { call, places } of calls) {
    if (lastName(call.callee) !== 'add_mutually_exclusive_group') continue;
    const statement = places.at(-1)?.statement;
    const target = statement?.kind === 'assign' ? statement.targets[0] : undefined;
    if (target?.kind === 'name') groups.set(target.name, []);
  }
  if (groups.size === 0) return [];
  for (const { call } of calls) {
    const { callee, args } = call;
    if (callee.kind !== 'member' || callee.name !== 'add_argument' || callee.object.kind !== 'name') continue;
    const written = args.flatMap(({ name, value }) =>
      value.kind === 'string' && (name === 'dest' || (name === undefined && value.value.startsWith('--')))
        ? [value.value.replace(/^-+/, '').replaceAll('-', '_')]
        : [],
    );
    const option = written.at(-1);
    if (option !== undefined) groups.get(callee.object.name)?.push(option);
  }
  return [...groups.values()].filter((names) => names.length > 1);
}

/** The last parts of the names that have to hold for a test to do so: none where it asks for anything else. */
function switchesIn(test: Expr): string[] {
  if (test.kind === 'binary' && test.operator === 'and') return [test.left, test.right].flatMap(switchesIn);
  if (test.kind === 'binary') {
    const isOn =
      (/^(?:==|is)$/.test(test.operator) && test.right.kind === 'boolean' && test.right.value) ||
      (test.operator === 'is not' && test.right.kind === 'none');
    return isOn ? switchesIn(test.left) : [];
  }
  const path = pathOf(test);
  return path === undefined ? [] : [/[^.[\]]+(?=\]?$)/.exec(path)?.[0] ?? path];
}
