import type { Span } from '../facts.ts';
import { remembered } from '../remembered.ts';
import type { FunctionShape, Pattern, Program, Statement } from '../syntax/call.ts';
import { lineEnd, lineStart, newlineOf, nextLine } from './lines.ts';
import { type PlacedEdit, rank } from './text-edits.ts';

/** A name that new code uses: a module, or something out of one. */
export interface Need {
  readonly module: string;
  /** Absent: the module itself. */
  readonly name?: string;
}

/** What a name means at a place: the thing needed, nothing yet, or something else. */
export type Meaning = 'there' | 'missing' | 'taken';

interface Binding {
  readonly name: string;
  readonly at: number;
  readonly imports?: Need;
}

const directImports = remembered((program: Program) => program.body.filter(({ kind }) => kind === 'import'));

/**
 * What a needed name means where new code will stand.
 * @param at the statement that the new code stands in or beside
 */
export function meaningOf(program: Program, at: Span, need: Need): Meaning {
  const local = need.name ?? need.module;
  const provides = (binding: Binding) =>
    binding.imports !== undefined &&
    binding.imports.name === need.name &&
    (binding.imports.module === need.module ||
      (need.name === undefined && binding.imports.module.startsWith(`${need.module}.`)));
  const functions = functionsAround(program, at).reverse();
  for (const shape of functions) {
    const found: Binding[] = [
      ...shape.params
        .filter((param) => param.name === local)
        .map((param) => ({ name: param.name, at: param.span.start })),
      ...bindingsByName(shape.body, local),
    ];
    if (found.length === 0) continue;
    // Set anywhere in a function, a name is local in all of it.
    return found.every(provides) && found.some((binding) => binding.at < at.start) ? 'there' : 'taken';
  }
  if (bindingsByName(program.body, local).some((binding) => !provides(binding))) return 'taken';
  const direct = bindingsByName(directImports(program), local);
  return direct.some((binding) => functions.length > 0 || binding.at < at.start) ? 'there' : 'missing';
}

/** The functions around a place, outermost first. */
export function functionsAround(program: Program, at: Span): FunctionShape[] {
  const functions = functionsOf(program);
  let low = 0;
  for (let high = functions.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (functions[middle]!.shape.span.start <= at.start) low = middle + 1;
    else high = middle;
  }
  const found: FunctionShape[] = [];
  for (let inner = functions[low - 1]; inner; inner = inner.within)
    if (at.end <= inner.shape.span.end) found.push(inner.shape);
  return found.reverse();
}

interface Nested {
  readonly shape: FunctionShape;
  readonly within: Nested | undefined;
}

/** The functions of a program in the order of their beginnings, each with the one around it. */
const functionsOf = remembered((program: Program): readonly Nested[] => {
  const shapes: FunctionShape[] = [];
  for (const node of nodesOf(program.body)) {
    const shape = node as Partial<FunctionShape>;
    if (Array.isArray(shape.params) && Array.isArray(shape.body)) shapes.push(shape as FunctionShape);
  }
  const found: Nested[] = [];
  let within: Nested | undefined;
  for (const shape of shapes.toSorted((a, b) => a.span.start - b.span.start)) {
    while (within && within.shape.span.end <= shape.span.start) within = within.within;
    within = { shape, within };
    found.push(within);
  }
  return found;
});

/** Every object below a value, outer ones before what they hold; spans are passed over. */
export function* nodesOf(value: unknown): Generator<object> {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (next === null || typeof next !== 'object') continue;
    if (!Array.isArray(next)) yield next;
    for (const [key, child] of Object.entries(next).reverse()) {
      if (child !== null && typeof child === 'object' && !/[sS]pan$/.test(key)) open.push(child);
    }
  }
}

const bindingTables = remembered((statements: readonly Statement[]): ReadonlyMap<string, readonly Binding[]> => {
  const table = new Map<string, Binding[]>();
  for (const binding of bindingsOf(statements)) {
    const there = table.get(binding.name);
    if (there) there.push(binding);
    else table.set(binding.name, [binding]);
  }
  return table;
});

/** Where statements set a name in their own scope. */
export function bindingsByName(statements: readonly Statement[], name: string): readonly Binding[] {
  return bindingTables(statements).get(name) ?? [];
}

/** Names that statements set in their own scope. */
function bindingsOf(statements: readonly Statement[]): Binding[] {
  const found: Binding[] = [];
  const pattern = (target: Pattern | undefined) => {
    if (target === undefined) return;
    if (target.kind === 'name') found.push({ name: target.name, at: target.span.start });
    else if (target.kind === 'list') target.items.forEach(pattern);
    else if (target.kind === 'keys') for (const entry of target.entries) pattern(entry.target);
  };
  const visit = (list: readonly Statement[]) => {
    for (const statement of list) {
      switch (statement.kind) {
        case 'assign':
          statement.targets.forEach(pattern);
          break;
        case 'if':
          visit(statement.consequent);
          visit(statement.alternative);
          break;
        case 'loop':
          pattern(statement.target);
          visit(statement.body);
          break;
        case 'try':
          visit(statement.body);
          for (const handler of statement.handlers) {
            if (handler.name !== undefined) found.push({ name: handler.name, at: handler.span.start });
            visit(handler.body);
          }
          visit(statement.otherwise);
          visit(statement.finalizer);
          break;
        case 'with':
          for (const item of statement.items) pattern(item.target);
          visit(statement.body);
          break;
        case 'switch':
          statement.branches.forEach(visit);
          break;
        case 'function':
          if (statement.function.name !== undefined)
            found.push({ name: statement.function.name, at: statement.span.start });
          break;
        case 'class':
          if (statement.class.name !== undefined) found.push({ name: statement.class.name, at: statement.span.start });
          break;
        case 'import':
          for (const { name, local } of statement.names)
            found.push({
              name: local,
              at: statement.span.start,
              imports: name === '*' ? { module: statement.module } : { module: statement.module, name },
            });
          break;
        case 'other':
          if (statement.body !== undefined) visit(statement.body);
          break;
      }
    }
  };
  visit(statements);
  return found;
}

/** Modules of the standard library that servers import: they tell which group of imports is the library's. */
const standardLibrary = new Set(
  (
    'abc argparse array ast asyncio atexit base64 collections concurrent configparser contextlib copy csv ctypes dataclasses ' +
    'datetime decimal enum errno fcntl functools getpass glob gzip hashlib hmac html http importlib inspect io ipaddress ' +
    'itertools json logging math mimetypes multiprocessing os pathlib pickle platform queue random re sched secrets select ' +
    'selectors shlex shutil signal socket socketserver sqlite3 ssl string struct subprocess sys syslog tempfile textwrap ' +
    'threading time tomllib traceback types typing unittest urllib uuid warnings weakref webbrowser wsgiref xml xmlrpc zipfile zlib'
  ).split(' '),
);

const written = (need: Need) =>
  need.name === undefined ? `import ${need.module}` : `from ${need.module} import ${need.name}`;
const topOf = (module: string) => module.split('.')[0]!;

/**
 * Insertions that import names at the top of a module, next to the imports that are there.
 * @param before code that runs at this offset needs them already; undefined inside functions
 */
export function importEdits(program: Program, needs: readonly Need[], before: number | undefined): PlacedEdit[] {
  const { text, file } = program;
  const newline = newlineOf(text);
  const texts = new Map<number, { before: string; lines: string[]; after: string }>();
  const add = (at: number, line: string, around: { before: string; after: string }) => {
    const there = texts.get(at);
    if (there === undefined) texts.set(at, { ...around, lines: [line] });
    else if (!there.lines.includes(line)) there.lines.push(line);
  };
  const imports = program.body.filter(
    (statement) =>
      statement.kind === 'import' &&
      statement.module !== '__future__' &&
      // What is not understood can lift an import out of its block.
      lineStart(text, statement.span.start) === statement.span.start &&
      (before === undefined || statement.span.start < before),
  ) as Extract<Statement, { kind: 'import' }>[];
  for (const need of needs) {
    const place = placeFor(program, imports, need);
    add(place.at, written(need), place);
  }
  return [...texts].map(([at, { before: lead, lines, after }]) => ({
    span: { file, start: at, end: at },
    text: (
      lead +
      lines
        .sort(byImportOrder)
        .map((line) => `${line}\n`)
        .join('') +
      after
    ).replaceAll('\n', newline),
    rank: rank.imports,
    owner: 'imports',
  }));
}

function byImportOrder(a: string, b: string): number {
  return Number(a.startsWith('from')) - Number(b.startsWith('from')) || (a < b ? -1 : 1);
}

function placeFor(
  program: Program,
  imports: readonly Extract<Statement, { kind: 'import' }>[],
  need: Need,
): { readonly at: number; readonly before: string; readonly after: string } {
  const { text } = program;
  const standard = standardLibrary.has(topOf(need.module));
  const kin = firstGroup(
    text,
    imports.filter((statement) =>
      standard ? standardLibrary.has(topOf(statement.module)) : topOf(statement.module) === topOf(need.module),
    ),
  );
  if (kin.length > 0) {
    const isPlain = (statement: (typeof kin)[number]) => text.startsWith('import', statement.span.start);
    const plain = kin.filter(isPlain);
    const alike = need.name === undefined ? plain : kin.filter((statement) => !isPlain(statement));
    const next =
      alike.find((statement) => statement.module > need.module) ??
      (need.name === undefined && plain.length === 0 ? kin[0] : undefined);
    if (next !== undefined) return { at: lineStart(text, next.span.start), before: '', after: '' };
    return below(text, (alike.at(-1) ?? kin.at(-1)!).span.end, '');
  }
  const first = imports[0];
  if (first !== undefined) {
    if (standard) return { at: lineStart(text, first.span.start), before: '', after: '\n' };
    return below(text, firstGroup(text, imports).at(-1)!.span.end, '');
  }
  return headOf(program);
}

/** The statements that follow the first one line after line. */
function firstGroup<S extends Statement>(text: string, statements: readonly S[]): S[] {
  const group: S[] = [];
  for (const statement of statements) {
    const last = group.at(-1);
    if (last !== undefined && /\S|\n.*\n/s.test(text.slice(lineEnd(text, last.span.end), statement.span.start))) break;
    group.push(statement);
  }
  return group;
}

/** Below the line that ends at an offset, also where the file has no final newline. */
function below(text: string, end: number, after: string) {
  const at = nextLine(text, end);
  return { at, before: text[at - 1] === '\n' ? '' : '\n', after };
}

/** Offset of the line below the imports that open a module, or where they would end. */
export function importsEnd(program: Program): number {
  let last: Statement | undefined;
  for (const statement of program.body) {
    const isDocstring = last === undefined && statement.kind === 'expression' && statement.value.kind === 'string';
    if (statement.kind === 'import') last = statement;
    else if (!isDocstring) break;
  }
  return last === undefined ? headOf(program).at : below(program.text, last.span.end, '').at;
}

/** Below the docstring and the `__future__` imports, or below the comments that open the file. */
function headOf(program: Program) {
  const { text, body } = program;
  let last: Statement | undefined;
  for (const statement of body) {
    const isDocstring = last === undefined && statement.kind === 'expression' && statement.value.kind === 'string';
    const isFuture = statement.kind === 'import' && statement.module === '__future__';
    if (!isDocstring && !isFuture) break;
    last = statement;
  }
  if (last !== undefined) {
    const place = below(text, last.span.start + text.slice(last.span.start, last.span.end).trimEnd().length, '');
    return { ...place, before: `${place.before}\n`, after: /^\r?\n/.test(text.slice(place.at)) ? '' : '\n' };
  }
  let at = 0;
  while (text[at] === '#') at = nextLine(text, at);
  if (at > 0 && at < text.length) at += /^(\r?\n)?/.exec(text.slice(at))![0].length;
  const lead = at > 0 && text[at - 1] !== '\n' ? '\n' : '';
  return { at, before: lead, after: /^\r?\n/.test(text.slice(at)) || at === text.length ? '' : '\n' };
}
