import { append } from '../append.ts';
import { contextOf } from '../context.ts';
import type { Variable } from '../facts.ts';
import { assignmentsOf, importedModules, type Running, sourcesOf } from '../scopes.ts';
import type { CommandLine } from '../syntax/command.ts';
import { parseShell, withVariables } from '../syntax/shell.ts';
import type { BuiltImage } from './command-containers.ts';
import { type Assembled, type Assembly, assembled, isLiteral, placesOf, projectPaths, scriptAt } from './containers.ts';
import { leftOutBy } from './left-out.ts';
import { followed, type Surroundings } from './started-programs.ts';
import type { Workload } from './workload.ts';

/** The files of the project, as far as following containers needs them. */
export interface ContainerFiles {
  readonly workloads: readonly Workload[];
  readonly images: readonly BuiltImage[];
  has(file: string): Promise<boolean>;
  text(file: string): Promise<string | undefined>;
  /**
   * The variables of an environment file; undefined where it is not there, or not for everybody.
   * @param literal it is read as `docker run` reads it: nothing is filled in, and quotes are part of a value
   */
  variables(file: string, literal: boolean): Promise<readonly Variable[] | undefined>;
  /** The lines of a file of scripts, with their names. */
  scripts(file: string): Promise<readonly { readonly line: CommandLine; readonly name?: string }[]>;
  /** The files whose commands were read. */
  commanding(): readonly string[];
  isServer(program: string): boolean;
  /** What a well-known image sets for what is started in it. */
  imageVariables(image: string): Readonly<Record<string, string>>;
}

const code = /\.(?:pyw?|[cm]?[jt]sx?)$/;
/** More than any project but a collection of charts starts. */
const mostContainers = 1_000;
const mostFiles = 400;

/** Puts the containers of a project together and follows what they start. */
export async function runningContainers(
  files: ContainerFiles,
): Promise<{ readonly assembly: Assembly; readonly running: readonly Running[]; readonly left: readonly Assembled[] }> {
  const variables = new Map<string, readonly Variable[] | undefined>();
  const asked = (file: string, literal: boolean) => `${literal} ${file}`;
  for (const workload of files.workloads) {
    const literal = isLiteral(workload);
    for (const file of workload.environment.files)
      if (!variables.has(asked(file, literal)))
        variables.set(asked(file, literal), await files.variables(file, literal));
  }
  const { containers, scopesOf } = assembled(
    files.workloads,
    (file, literal) => variables.get(asked(file, literal)),
    files.imageVariables,
    files.images,
  );
  const leavesOut = await leavingOut(containers, files);
  const assembly: Assembly = {
    containers: containers.map((container) => ({ ...container, leavesOut: leavesOut(container) })),
    scopesOf,
  };
  const running: Running[] = [];
  const imports = new Map<string, readonly string[]>();
  const outside = { installed: installedCommands(files), shell: shellScripts(files) };
  for (const container of assembly.containers.slice(0, mostContainers)) {
    const around = surroundings(container, files, outside);
    const programs = await followed(container.commands ?? [], container.directory, assignmentsOf(container), around);
    const behind = await filesBehind(
      programs.entries.map(({ file }) => file),
      files,
      imports,
    );
    const { context = contextOf(container.scope.replace(/#.*$/, '')) } = container.workload;
    running.push({ container, context: context === 'tool' ? 'production' : context, programs, ...behind });
  }
  return { assembly, running, left: assembly.containers.slice(mostContainers) };
}

/** What the `.dockerignore` of each build keeps out: the one that goes by the Dockerfile's name, else that of the folder. */
async function leavingOut(
  containers: readonly Assembled[],
  files: Pick<ContainerFiles, 'has' | 'text'>,
): Promise<(container: Assembled) => NonNullable<Assembled['leavesOut']>> {
  const known = new Map<string, ReturnType<typeof leftOutBy> | undefined>();
  const dockerfileOf = ({ stages }: Assembled) => stages.at(-1)?.span.file;
  const placesOf = (dockerfile: string, context: string) => [
    `${dockerfile}.dockerignore`,
    context === '' ? '.dockerignore' : `${context}/.dockerignore`,
  ];
  for (const container of containers) {
    const dockerfile = dockerfileOf(container);
    for (const place of dockerfile === undefined
      ? []
      : container.contexts.flatMap((one) => placesOf(dockerfile, one))) {
      if (known.has(place)) continue;
      const text = (await files.has(place)) ? await files.text(place) : undefined;
      known.set(place, text === undefined ? undefined : leftOutBy(text));
    }
  }
  return (container) => (context, file) => {
    const dockerfile = dockerfileOf(container);
    const leavesOut = placesOf(dockerfile ?? '', context).flatMap((place) => known.get(place) ?? [])[0];
    if (dockerfile === undefined || !leavesOut) return false;
    return leavesOut(context === '' ? file : file.slice(context.length + 1));
  };
}

function surroundings(
  container: Assembled,
  files: ContainerFiles,
  outside: Pick<Surroundings, 'installed' | 'shell'>,
): Surroundings {
  return {
    ...outside,
    isServer: files.isServer,
    async file(path) {
      for (const { file, leftOut } of projectPaths(container, path)) {
        if (!leftOut && (await files.has(file))) return file;
        for (const source of sourcesOf(file)) if (await files.has(source)) return source;
      }
      return undefined;
    },
    written(path) {
      const lines = scriptAt(container, path);
      return lines && withVariables(lines);
    },
    below: (folder) =>
      files.commanding().filter((file) => placesOf(container, file).some((place) => place.startsWith(`${folder}/`))),
    async main(path) {
      const file = await this.file(path);
      const text = file === undefined ? undefined : await files.text(file);
      return text === undefined ? undefined : mainOf(text);
    },
    async named(file, name) {
      const scripts = await files.scripts(file);
      return scripts.filter((script) => name === undefined || script.name === name).map(({ line }) => line);
    },
  };
}

function mainOf(text: string): string | undefined {
  try {
    const { main } = (JSON.parse(text) ?? {}) as { readonly main?: unknown };
    return typeof main === 'string' ? main : undefined;
  } catch {
    return undefined;
  }
}

/** Containers that start by the same script read it once. */
function shellScripts(files: ContainerFiles): Surroundings['shell'] {
  const known = new Map<string, Promise<readonly CommandLine[] | undefined>>();
  const read = async (file: string) => {
    const text = await files.text(file);
    const isShell = /\.(?:sh|bash)$/.test(file) || /^#!.*\b(?:ba|da|a|z|k)?sh\b/.test(text ?? '');
    return text !== undefined && isShell ? withVariables(parseShell(file, text)) : undefined;
  };
  return (file) => {
    const lines = known.get(file) ?? read(file);
    known.set(file, lines);
    return lines;
  };
}

/** `serve = "package.module:main"` in pyproject.toml, setup.cfg or setup.py. */
function installedCommands(files: ContainerFiles): Surroundings['installed'] {
  let known: Promise<ReadonlyMap<string, { file: string; function: string }>> | undefined;
  const read = async () => {
    const commands = new Map<string, { file: string; function: string }>();
    for (const place of ['pyproject.toml', 'setup.cfg', 'setup.py']) {
      const text = (await files.has(place)) ? await files.text(place) : undefined;
      for (const [, name, module, called] of (text ?? '').matchAll(
        /^[ \t]*["']?([A-Za-z][\w.-]*)["']?[ \t]*=[ \t]*["']?([A-Za-z_][\w.]*):([A-Za-z_]\w*)/gm,
      )) {
        const path = module!.replaceAll('.', '/');
        for (const file of ['', 'src/'].flatMap((root) => [`${root}${path}.py`, `${root}${path}/__init__.py`]))
          if (!commands.has(name!) && (await files.has(file))) commands.set(name!, { file, function: called! });
      }
    }
    return commands;
  };
  return async (command) => {
    known ??= read();
    return (await known).get(command);
  };
}

/** The files that programs are made of: theirs, and what those import, as far as that is followed. */
async function filesBehind(
  entries: readonly string[],
  files: ContainerFiles,
  known: Map<string, readonly string[]>,
): Promise<Pick<Running, 'files' | 'incomplete'>> {
  const found = new Set<string>();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    if (found.size === mostFiles) return { files: found, incomplete: true };
    found.add(file);
    let imported = known.get(file);
    if (!imported) {
      const text = await files.text(file);
      const places = text === undefined ? [] : importedModules(file, text);
      const there: string[] = [];
      for (const some of places) {
        for (const place of some) {
          if (!code.test(place) || !(await files.has(place))) continue;
          there.push(place);
          break;
        }
      }
      imported = there;
      known.set(file, there);
    }
    append(open, imported);
  }
  return { files: found };
}
