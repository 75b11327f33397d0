import { unwrap } from './commands/commands.ts';
import { givenTo } from './containers/started-programs.ts';
import type { Bind, Slot } from './facts.ts';
import type { Extract } from './format.ts';
import { joined } from './paths.ts';
import { type BindsFor, maximumFollowed } from './reading.ts';
import { foldersOf, modulePlaces } from './resolve/modules.ts';
import { environmentOf, sourcesOf, variablesBehind } from './scopes.ts';
import type { Assignment } from './syntax/command.ts';

/** The project's files of commands. */
interface CommandFiles {
  has(file: string): Promise<boolean>;
  /** Those that hold one of these names. */
  mentioning(names: readonly string[]): Promise<readonly string[]>;
  commands(file: string): Promise<Extract['commands']>;
}

/** A command that starts a file of code. */
interface Start {
  /** Undefined: which one of those that are called so cannot be told. */
  readonly file: string | undefined;
  readonly stem: string;
  readonly assigned: readonly Assignment[];
}

/**
 * Binds of code with the variables that the project's own commands set: `PORT=8080 python app.py`. What all commands that start the
 * program set goes before the code's default; where they differ, it is not known.
 */
export async function setByStarts(
  binds: readonly Bind[],
  files: CommandFiles,
  bindsFor: BindsFor,
): Promise<readonly Bind[]> {
  const subjects = binds.filter(
    (bind) => bind.via === 'call' && bind.context === 'production' && variablesBehind(bind).length > 0,
  );
  if (subjects.length === 0) return binds;
  const stems = new Set(subjects.map((bind) => stemOf(startOf(bind))));
  const starts: Start[] = [];
  for (const file of (await files.mentioning([...stems])).slice(0, maximumFollowed)) {
    for (const start of await startsIn(file, files)) if (stems.has(start.stem)) starts.push(start);
  }
  if (starts.length === 0) return binds;
  const changed = new Map<Bind, Bind>();
  for (const bind of subjects) {
    const file = startOf(bind);
    const own = starts.filter(
      (start) => start.file === file || (start.file === undefined && start.stem === stemOf(file)),
    );
    const assigned = own.length === 0 ? [] : variablesBehind(bind).flatMap((name) => assignedByAll(name, own));
    if (assigned.length === 0) continue;
    const names = new Set(assigned.map(({ name }) => name));
    const environment = environmentOf({ variables: [], open: false, scope: file }, assigned);
    const there = bindsFor(environment, new Set([bind.span.file])).find((one) => keyOf(one) === keyOf(bind));
    if (!there) continue;
    const slot = <T>(before: Slot<T>, after: Slot<T>) => (isTaken(before, names) ? after : before);
    changed.set(bind, { ...bind, host: slot(bind.host, there.host), port: slot(bind.port, there.port) });
  }
  return changed.size === 0 ? binds : binds.map((bind) => changed.get(bind) ?? bind);
}

const startOf = ({ reached, span }: Bind) => reached[0]?.span.file ?? span.file;
const keyOf = ({ span, reached, framework }: Bind) =>
  JSON.stringify([span, reached.map((step) => step.span), framework]);

const isTaken = ({ origin }: Slot<unknown>, names: ReadonlySet<string>) =>
  origin.by === 'env' && names.has(origin.name);

/** What a file is called by who starts it: `server` for `src/server.ts`, `service` for `service/__main__.py`. */
function stemOf(file: string): string {
  const parts = file.replace(/\.\w+$/, '').split('/');
  const last = parts.pop()!;
  return /^__(?:main|init)__$/.test(last) ? (parts.pop() ?? last) : last;
}

async function startsIn(file: string, { has, commands }: CommandFiles): Promise<readonly Start[]> {
  const found: Start[] = [];
  const own = foldersOf(file)[0]!;
  let folders = [...new Set([own, ''])];
  for (const { line } of await commands(file)) {
    for (const one of unwrap(line)) {
      const { program, runs, args, language } = one;
      const { value } = one.programWord;
      if (program === 'cd') {
        const to = args[0]?.value;
        folders = folders.flatMap((folder) => (to === undefined || to.includes('$') ? [] : (joined(folder, to) ?? [])));
      }
      if (runs === 'program') continue;
      const paths =
        runs === 'module'
          ? folders.flatMap((folder) => modulesAt(value, folder))
          : folders.flatMap((folder) => pathsOf(joined(folder, value), language === 'javascript'));
      let there: string | undefined;
      for (const path of value.includes('$') ? [] : paths) {
        if (!(await has(path))) continue;
        there = path;
        break;
      }
      found.push({
        file: there,
        stem: runs === 'module' ? value.replace(/^.*\./, '') : stemOf(value),
        assigned: givenTo(one, line),
      });
    }
  }
  return found;
}

function modulesAt(module: string, folder: string): readonly string[] {
  return modulePlaces(module, joined(folder, 'x.py')!).flatMap((place) => [
    place.replace(/__init__\.py$/, '__main__.py'),
    place,
  ]);
}

function pathsOf(path: string | undefined, isScript: boolean): readonly string[] {
  if (path === undefined) return [];
  const endings = isScript && !/\.\w+$/.test(path) ? ['.js', '.ts', '/index.js', '/index.ts'] : [];
  const all = [path, ...endings.map((ending) => path + ending)];
  return [...all, ...all.flatMap(sourcesOf)];
}

/** What every start sets a variable to; one whose value is not known where they differ. */
function assignedByAll(name: string, starts: readonly Start[]): readonly Assignment[] {
  const set = starts.map(({ assigned }) => assigned.findLast((one) => one.name === name));
  const [first] = set;
  if (!first || set.some((one) => one === undefined)) return [];
  const isSame = set.every((one) => one!.value.value === first.value.value && !one!.value.expands);
  return [isSame ? first : { name, value: { value: '${?}', span: first.value.span, expands: true } }];
}
