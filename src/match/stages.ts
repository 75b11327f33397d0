import type { Context } from '../facts.ts';
import { type CallSite, lastName } from '../resolve/names.ts';
import type { Expr } from '../syntax/call.ts';

/** `process.env.NODE_ENV`, `config.env`, `app.get('env')`: where a program says what it is run for. */
const stage = /^(?:node_?env|app_?env|environment|env|stage)$/i;
const development = /^(?:dev|develop|development|local)$/i;
const production = /^prod(?:uction)?$/i;
/** Names of what holds on the machine of whoever writes the program. */
const local = /^(?:is_?|run_?)?(?:dev|development|local|offline|dev_?mode|is_?local_?dev\w*)$/i;
/** Variables that those set who run functions: without them a program runs at home. */
const hosted =
  /^(?:AWS_LAMBDA_FUNCTION_NAME|AWS_EXECUTION_ENV|LAMBDA_TASK_ROOT|VERCEL|VERCEL_ENV|NETLIFY|LAMBDA|IS_LAMBDA)$/;

/**
 * What a server is for that only some stages reach: `if (process.env.NODE_ENV !== 'production') app.listen(3000)`.
 * @param sites the call and those on the way to it
 */
export function stageOf(sites: readonly CallSite[]): Context | undefined {
  for (const { places } of sites) {
    for (const { statement, branch } of places) {
      if (statement.kind !== 'if' || (branch !== 'consequent' && branch !== 'alternative')) continue;
      const found = holdingFor(statement.test, branch === 'consequent');
      if (found) return found;
    }
  }
  return undefined;
}

/** What it is run for where a test comes to this. */
function holdingFor(test: Expr, holds: boolean): Context | undefined {
  if (test.kind === 'unary' && test.operator === 'not') return holdingFor(test.operand, !holds);
  if (test.kind === 'name' || test.kind === 'member') {
    if (holds) return local.test(test.name) ? 'development' : undefined;
    return hosted.test(test.name) ? 'development' : undefined;
  }
  if (test.kind !== 'binary') return undefined;
  const { operator, left, right } = test;
  if (operator === (holds ? 'and' : 'or')) return holdingFor(left, holds) ?? holdingFor(right, holds);
  const isEqual = /^===?$/.test(operator);
  if (!isEqual && !/^!==?$/.test(operator)) return undefined;
  const same = isEqual === holds;
  if (right.kind === 'none') return same ? holdingFor(left, false) : undefined;
  if (right.kind !== 'string') return undefined;
  const asked =
    left.kind === 'call' && left.args[0]?.value.kind === 'string' ? left.args[0].value.value : lastName(left);
  if (!same && hosted.test(asked)) return 'development';
  if (!stage.test(asked)) return undefined;
  if (same ? development.test(right.value) : production.test(right.value)) return 'development';
  return same && right.value === 'test' ? 'test' : undefined;
}
