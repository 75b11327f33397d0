import type { Span } from '../facts.ts';
import { remembered } from '../remembered.ts';
import { baseEnv } from '../resolve/callers.ts';
import { foldersOf } from '../resolve/modules.ts';
import { type CallSite, lastName, type ProgramIndex, type Scope } from '../resolve/names.ts';
import { pathOf } from '../resolve/paths.ts';
import type { Resolver, Value } from '../resolve.ts';
import type { Expr, Program, Statement } from '../syntax/call.ts';
import { escaped } from './callees.ts';

/**
 * Does the program itself end where a variable is missing, and say so? Then no other value may stand in for it.
 * @param site the call that is given what the variable holds
 */
export function isDemanded(value: Value, site: CallSite, resolver: Resolver): boolean {
  const index = resolver.project.programs.get(value.span.file);
  if (index === undefined || value.origin.by !== 'env') return false;
  const { name } = value.origin;
  return (
    runsInIis(index.program) ||
    setByPm2(index.program.file, name, resolver) ||
    demandedByClass(index.program, value.span) ||
    demandsListed(index.program, name) ||
    demandedBySchema(index, name, resolver) ||
    demandedNames(resolver)(index).has(name) ||
    demandsAround(site).some((demand) => nameOf(demand, resolver) === name)
  );
}

/** A program under iisnode is always told where to listen. https://github.com/Azure/iisnode */
const runsInIis = remembered(({ text }: Program) => /iisnode/i.test(text));

/** PM2 starts programs with the variables that its file names. https://pm2.keymetrics.io/docs/usage/application-declaration/ */
function setByPm2(file: string, name: string, { project }: Resolver): boolean {
  const places = foldersOf(file).flatMap((folder) =>
    ['ecosystem.config.js', 'ecosystem.config.cjs', 'pm2.config.js'].map((own) =>
      folder === '' ? own : `${folder}/${own}`,
    ),
  );
  project.want(places);
  const sets = new RegExp(`(?<![\\w$])${escaped(name)}["']?\\s*:`);
  return places.some((place) => sets.test(project.programs.get(place)?.program.text ?? ''));
}

const schemas = /['"](?:envalid|znv|zod|joi|@hapi\/joi|yup|valibot|arktype)['"]/;
/** Modules that are imported by such a name look the variables over. */
const checkers =
  /(?:\bfrom|\brequire\(|\bimport(?:\s*\()?)\s*['"](\.[^'"]*(?:env|conf|valid|schema|setting)[^'"]*)['"]/gi;

/** `cleanEnv(process.env, { PORT: port() })`, `z.object({ PORT: z.coerce.number() })`: what looks the variables over ends the program. */
function demandedBySchema({ program }: ProgramIndex, name: string, { project }: Resolver): boolean {
  if (program.language === 'python') return false;
  for (const [, module] of program.text.matchAll(checkers)) project.want(project.places?.(module!, program.file) ?? []);
  const described = new RegExp(`(?<![\\w$.])["']?${escaped(name)}["']?\\s*:([^\\n]*(?:\\n\\s*\\.[^\\n]*)*)`, 'g');
  return [...project.programs.values()].some(
    ({ program: { text } }) =>
      schemas.test(text) && [...text.matchAll(described)].some(([, kind]) => isDemanding(kind!)),
  );
}

/** Is a value that a schema describes so an error where it is missing? */
const isDemanding = (kind: string): boolean =>
  /^\s*[\w.]*\w\(/.test(kind) &&
  !/^\s*(?:Number|String|parseInt)\(|process\.env|optional|efault|nullish|catch\(/.test(kind) &&
  (!/\bjoi\b/i.test(kind) || /\brequired\(/.test(kind));

/** The variables that a program demands: found once a file, because every read of one asks. */
const demandedNames = remembered((resolver: Resolver) =>
  remembered((index: ProgramIndex) => new Set(demandsOf(index).map((demand) => nameOf(demand, resolver)))),
);

/** The variable that has to be there. */
function nameOf({ expr, scope }: Demand, resolver: Resolver): string | undefined {
  const path = pathOf(expr);
  const read = path === undefined ? undefined : /(?:^|\.)(?:env\.(\w+)|(?:env|environ)\[(\w+)\])$/.exec(path);
  if (read) return read[1] ?? read[2];
  const asked = resolver.settle(resolver.evaluate(expr, baseEnv(scope)));
  return asked.origin.by === 'env' ? asked.origin.name : undefined;
}

/** `for (const name of ['HOST', 'PORT']) if (!process.env[name]) throw ...` */
const anyVariable =
  /(?:!\s*process\.env\[\w+\]|process\.env\[\w+\]\s*===?\s*(?:undefined|null)|!\(\s*\w+ in process\.env\)|not\s+os\.(?:environ\.get|getenv)\(\w+\)|\b\w+ not in os\.environ)/;

const demandsAny = remembered(({ text }: Program) => anyVariable.test(text));

function demandsListed(program: Program, name: string): boolean {
  const { text } = program;
  return demandsAny(program) && (text.includes(`'${name}'`) || text.includes(`"${name}"`));
}

interface Demand {
  readonly expr: Expr;
  readonly scope: Scope;
}

/** What has to be there for the program to go on. */
const demandsOf = remembered((index: ProgramIndex): readonly Demand[] => {
  const demands: Demand[] = [];
  const seen = new Set<Statement>();
  const add = (exprs: readonly Expr[], scope: Scope) => {
    for (const expr of exprs) demands.push({ expr, scope });
  };
  for (const { call, scope, places } of index.calls) {
    const [first] = call.args;
    if (first && /^(assert|invariant|ok)$/.test(lastName(call.callee))) add(neededFor(first.value), scope);
    for (const [depth, { statement, branch }] of places.entries()) {
      if (statement.kind !== 'if' || seen.has(statement)) continue;
      const inside = places[depth + 1];
      if (!inside || !endsIn(inside.block, index)) continue;
      seen.add(statement);
      add(branch === 'consequent' ? missingFor(statement.test) : neededFor(statement.test), scope);
    }
  }
  return demands;
});

/** `if (process.env.PORT) app.listen(process.env.PORT)`: what has to be there for a call to be reached. */
function demandsAround({ places, scope }: CallSite): readonly Demand[] {
  return places.flatMap(({ statement, branch }) => {
    if (statement.kind !== 'if') return [];
    const needed = branch === 'consequent' ? neededFor(statement.test) : missingFor(statement.test);
    return needed.map((expr) => ({ expr, scope }));
  });
}

/** Does a block leave the program, or the function that would go on? */
function endsIn(block: readonly Statement[], { program }: ProgramIndex): boolean {
  const last = block.at(-1);
  if (last?.kind === 'raise') return true;
  if (last?.kind === 'return' && last.value === undefined) return true;
  const value = last?.kind === 'expression' || last?.kind === 'return' ? last.value : undefined;
  return value?.kind === 'call' && ending.test(program.text.slice(value.callee.span.start, value.callee.span.end));
}

const ending = /^(?:(?:process|sys|Deno|os)\.)?_?exit$|^process\.abort$/;

/** What is missing where a test holds. */
function missingFor(test: Expr): readonly Expr[] {
  if (test.kind === 'unary' && test.operator === 'not') return neededFor(test.operand);
  if (test.kind === 'binary') {
    const { operator, left, right } = test;
    if (operator === 'or') return [...missingFor(left), ...missingFor(right)];
    if (/^(?:===?|is)$/.test(operator)) return isNothing(right) ? [withoutType(left)] : [];
    if (/^!==?$/.test(operator) && isTypeName(right)) return [withoutType(left)];
  }
  return test.kind === 'call' && lastName(test.callee) === 'isNaN' ? firstArgument(test.args) : [];
}

/** What is there where a test holds. */
function neededFor(test: Expr): readonly Expr[] {
  if (test.kind === 'unary' && test.operator === 'not') return missingFor(test.operand);
  if (test.kind === 'binary') {
    const { operator, left, right } = test;
    if (operator === 'and') return [...neededFor(left), ...neededFor(right)];
    if (/^(?:!==?|is not)$/.test(operator)) return isNothing(right) ? [withoutType(left)] : [];
    if (/^===?$/.test(operator)) return isTypeName(right) ? [withoutType(left)] : [];
    return /^>=?$/.test(operator) && right.kind === 'number' ? [left] : [];
  }
  if (test.kind === 'call' && /^(isInteger|isSafeInteger|isFinite)$/.test(lastName(test.callee)))
    return firstArgument(test.args);
  return [test];
}

const isNothing = (expr: Expr) =>
  expr.kind === 'none' || (expr.kind === 'string' && (expr.value === '' || expr.value === 'undefined'));
const isTypeName = (expr: Expr) => expr.kind === 'string' && /^(?:string|number)$/.test(expr.value);
const withoutType = (expr: Expr) => (expr.kind === 'unary' && expr.operator === 'typeof' ? expr.operand : expr);
const firstArgument = (args: CallSite['call']['args']): readonly Expr[] => args.slice(0, 1).map(({ value }) => value);

const demandingClass =
  /@Is(?:Int|Number|NumberString|Port|Positive|NotEmpty|Defined)\([^()]*\)\s*(?:(?:public|private|protected|static|readonly)\s+)*\w+\s*!?\s*(?::[^=;]{0,40})?=\s*(?:(?:Number|parseInt)\(|\+)?\s*$/;

/** `@IsInt() readonly port = Number(process.env.PORT)`: what looks the class over says itself what is missing. */
function demandedByClass({ text }: Program, { start }: Span): boolean {
  return text.includes('class-validator') && demandingClass.test(text.slice(Math.max(0, start - 200), start));
}
