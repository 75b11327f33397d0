import { remembered } from '../remembered.ts';
import type { CallSite, Scope } from '../resolve/names.ts';
import { pathOf } from '../resolve/paths.ts';
import type { Expr, Program } from '../syntax/call.ts';

/**
 * What holds on the way to a call and stays so while the program runs, each as a condition and what it comes to: two places where
 * `if (isDev)` goes in different directions exclude each other, whichever statements ask.
 * @param sites the call and those on the way to it
 */
export function conditionsOf(sites: readonly CallSite[]): string[] {
  return sites.flatMap(({ places, scope }) =>
    places.flatMap(({ statement, branch }) => {
      if (statement.kind !== 'if' || (branch !== 'consequent' && branch !== 'alternative')) return [];
      let { test } = statement;
      let holds = branch === 'consequent';
      for (; test.kind === 'unary' && test.operator === 'not'; test = test.operand) holds = !holds;
      if (!isFixed(test, scope)) return [];
      const { file, text } = scope.program;
      const textOf = ({ span }: Expr) => text.slice(span.start, span.end).replace(/\s+/g, ' ').replaceAll('=', '~');
      return [
        `${file}:${textOf(test)}=${holds ? 'holds' : 'fails'}`,
        // Of two values of one name at most one is there.
        ...(holds && test.kind === 'binary' && /^===?$/.test(test.operator) && test.right.kind === 'string'
          ? [`${file}:${textOf(test.left)} is=${test.right.value.replaceAll('=', '~')}`]
          : []),
      ];
    }),
  );
}

/** Is it made of what is set once, before anything runs? */
function isFixed(expr: Expr, scope: Scope): boolean {
  switch (expr.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'none':
      return true;
    case 'name':
      return isConstant(expr.name, scope);
    case 'member':
      return /^(?:process|import\.meta)\.env\.\w+$/.test(pathOf(expr) ?? '');
    case 'binary':
      return isFixed(expr.left, scope) && isFixed(expr.right, scope);
    default:
      return false;
  }
}

function isConstant(name: string, scope: Scope): boolean {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    if (at.scoped?.has(name)) return false;
    if (at.names.has(name)) return at.kind === 'module' && (timesSet(at.program).get(name) ?? 0) <= 1;
  }
  return false;
}

/** How often each name is set, where a text says so: `NAME = `, `NAME: type = `, `NAME += `. */
const timesSet = remembered(({ text }: Program): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const [, name] of text.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*)\s*(?::[^=\n]{0,80})?[-+*/|&?]{0,2}=(?![=>])/g))
    times.set(name!, (times.get(name!) ?? 0) + 1);
  return times;
});
