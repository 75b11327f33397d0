import type { Variable } from '../facts.ts';
import { containerPath, joined } from '../paths.ts';
import type { CommandLine } from '../syntax/command.ts';
import type { BuiltImage } from './command-containers.ts';
import { workingDirectory } from './images.ts';
import type { Placement, Workload } from './workload.ts';

/** A container, its files put together. */
export interface Assembled {
  readonly scope: string;
  /** What its own file says, with what that lies over and extends. */
  readonly workload: Workload;
  /** The stages of the image, the first one first. */
  readonly stages: readonly Workload[];
  /** The image at the bottom. */
  readonly image: string | undefined;
  /** The folders that the image may be built in, best first. */
  readonly contexts: readonly string[];
  /** Does a `.dockerignore` keep a file of the project out of the image that is built in this folder? */
  leavesOut?(context: string, file: string): boolean;
  /** A stage with those it continues. */
  stage(scope: string): readonly Workload[];
  readonly variables: readonly Variable[];
  readonly open: boolean;
  /** The image may be another version than the one that the project's files make. */
  readonly guessed?: true;
  /** What it starts; undefined: what an image starts that is not the project's own. */
  readonly commands: readonly CommandLine[] | undefined;
  readonly directory: string;
}

/** All containers of a project, and which scopes stand for which. */
export interface Assembly {
  readonly containers: readonly Assembled[];
  /** The containers that a scope of a file means: a stage by those that run it, an overriding service by the one it is laid over. */
  scopesOf(scope: string): readonly string[];
}

const deepest = 12;

/** Images whose names are also common names of folders. */
const official =
  /^(?:redis|postgres|mysql|mariadb|mongo|nginx|httpd|caddy|traefik|haproxy|rabbitmq|memcached|elasticsearch|kibana|logstash|grafana|prometheus|node|python|golang|ruby|php|openjdk|busybox|alpine|ubuntu|debian|wordpress|ghost|vault|consul|registry|influxdb|neo4j|cassandra|couchdb|kafka|zookeeper|minio|keycloak|sonarqube|jenkins|nextcloud|drupal|joomla|tomcat|bash)$/;

/**
 * Puts together what several files say of the same containers.
 * @param workloads of all files
 * @param variablesOf what an environment file sets, where it may be taken into account
 * @param imageVariables what a well-known image sets
 * @param images those that commands build, each with the files it is built from
 */
export function assembled(
  workloads: readonly Workload[],
  variablesOf: (file: string, literal: boolean) => readonly Variable[] | undefined,
  imageVariables: (image: string) => Readonly<Record<string, string>> = () => ({}),
  images: readonly BuiltImage[] = [],
): Assembly {
  const byScope = new Map(workloads.map((workload) => [workload.scope, workload]));
  const stages = workloads.filter(({ framework }) => framework === 'dockerfile');
  const services = workloads.filter(({ framework }) => framework !== 'dockerfile');
  const means = new Map<string, Set<string>>();
  const mean = (scope: string, container: string) => {
    const known = means.get(scope);
    if (known) known.add(container);
    else means.set(scope, new Set([container]));
  };

  /** With what it extends. */
  const whole = (workload: Workload, depth = deepest): Workload => {
    const base = workload.base === undefined || depth === 0 ? undefined : byScope.get(workload.base);
    return base ? laidOver(whole(base, depth - 1), workload) : workload;
  };
  const extended = (workload: Workload, scope: string, depth = deepest): void => {
    if (workload.base === undefined || depth === 0) return;
    if (!workload.ownPorts) mean(workload.base, scope);
    const base = byScope.get(workload.base);
    if (base) extended(base, scope, depth - 1);
  };

  const running = new Map<string, Workload>();
  for (const service of services) {
    if (service.over) continue;
    running.set(service.scope, whole(service));
    mean(service.scope, service.scope);
    extended(service, service.scope);
  }
  const alternatives: [string, Workload][] = [];
  for (const service of services) {
    if (!service.over) continue;
    const under = service.over.scopes.find((scope) => running.has(scope));
    extended(service, service.scope);
    if (under === undefined) {
      running.set(service.scope, whole(service));
      mean(service.scope, service.scope);
    } else if (service.over.always) {
      running.set(under, laidOver(running.get(under)!, whole(service)));
      mean(service.scope, under);
    } else {
      alternatives.push([service.scope, laidOver(running.get(under)!, whole(service))]);
      mean(service.scope, service.scope);
      if (!service.ownPorts) mean(under, service.scope);
    }
  }
  for (const [scope, workload] of alternatives) running.set(scope, { ...workload, scope });

  const named = new Map<string, Workload['build'] | 'many'>();
  const nameBuild = (reference: string, build: NonNullable<Workload['build']>) => {
    const name = untagged(reference);
    const before = named.get(name);
    named.set(name, before && (before === 'many' || before.dockerfile !== build.dockerfile) ? 'many' : build);
  };
  for (const { build, image } of running.values()) if (build && image?.name !== undefined) nameBuild(image.name, build);
  for (const { name, builds } of images) if (builds[0]) nameBuild(name, builds[0]);
  const lineage = (scope: string): readonly Workload[] => {
    const found: Workload[] = [];
    for (
      let at = byScope.get(scope);
      at && found.length < deepest;
      at = at.base === undefined ? undefined : byScope.get(at.base)
    )
      found.unshift(at);
    return found;
  };
  const folders = foldersByName(stages);
  /** Projects beside one another often call their images alike: is another Dockerfile, in a folder of the same name, nearer to a file? */
  const hasTwin = ({ dockerfile }: NonNullable<Workload['build']>, file: string): boolean => {
    const folder = dockerfile === undefined ? '' : folderOf(dockerfile);
    const near = sharedFolders(folder, file);
    return (folders.get(nameOf(folder)) ?? []).some((other) => other !== folder && sharedFolders(other, file) > near);
  };
  const tags = tagsByName(running.values());
  const imageOf = (
    workload: Workload,
  ): Pick<Assembled, 'stages' | 'guessed'> & { readonly context: string | undefined } => {
    const known = workload.image?.name === undefined ? undefined : named.get(untagged(workload.image.name));
    const byName = known === 'many' || (known && hasTwin(known, workload.span.file)) ? undefined : known;
    const build = workload.build ?? byName;
    if (build) {
      if (build.dockerfile === undefined) return { stages: [], context: build.context };
      const target = build.target === undefined ? undefined : `${build.dockerfile}#${build.target.toLowerCase()}`;
      const scope = target !== undefined && byScope.has(target) ? target : build.dockerfile;
      return { stages: lineage(scope), context: build.context };
    }
    const guessed = workload.image?.name === undefined ? undefined : byFolder(workload.image.name, stages);
    if (guessed === undefined) return { stages: [], context: undefined };
    // Of several versions the files are one, and nobody says which.
    const several = tags.get(untagged(workload.image!.name!))!.size > 1;
    return { stages: lineage(guessed), context: folderOf(guessed), ...(several && { guessed: true }) };
  };

  const containers: Assembled[] = [];
  const represented = new Set<string>();
  for (const [scope, workload] of running) {
    const { stages: own, context, guessed } = imageOf(workload);
    for (const stage of own) mean(stage.scope, scope);
    // Who builds a stage by its name does not mean the last one.
    if (
      own.length > 0 &&
      workload.build?.target !== undefined &&
      !own.at(-1)!.scope.endsWith(workload.build.dockerfile!)
    )
      represented.add(workload.build.dockerfile!);
    if (own.length > 0 && workload.entrypoint === undefined && workload.command === undefined)
      represented.add(own.at(-1)!.scope);
    const container = put({ scope, workload, stages: own, context, stage: lineage }, variablesOf, imageVariables);
    containers.push(guessed ? { ...container, guessed } : container);
  }
  for (const stage of stages) {
    if (stage.part || represented.has(stage.scope)) continue;
    const own = lineage(stage.scope);
    for (const one of own) mean(one.scope, stage.scope);
    containers.push(
      put(
        { scope: stage.scope, workload: stage, stages: own, context: undefined, stage: lineage },
        variablesOf,
        imageVariables,
      ),
    );
  }
  return { containers, scopesOf: (scope) => [...(means.get(scope) ?? [])] };
}

const folderOf = (file: string) => file.slice(0, Math.max(0, file.lastIndexOf('/')));
const untagged = (image: string) => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');

const nameOf = (folder: string) => folder.slice(folder.lastIndexOf('/') + 1);

/** The folders of Dockerfiles by their own names. */
function foldersByName(stages: readonly Workload[]): ReadonlyMap<string, readonly string[]> {
  const folders = new Set(stages.filter(({ part }) => !part).map(({ scope }) => folderOf(scope)));
  const byName = new Map<string, string[]>();
  for (const folder of folders) {
    const known = byName.get(nameOf(folder));
    if (known) known.push(folder);
    else byName.set(nameOf(folder), [folder]);
  }
  return byName;
}

/** How many folders, from the top, a folder and a file have in common. */
function sharedFolders(folder: string, file: string): number {
  const parts = file.split('/');
  const own = folder === '' ? [] : folder.split('/');
  const apart = own.findIndex((part, index) => part !== parts[index]);
  return apart === -1 ? own.length : apart;
}

/** The tags and digests by which images are named. */
function tagsByName(workloads: Iterable<Workload>): ReadonlyMap<string, ReadonlySet<string>> {
  const byName = new Map<string, Set<string>>();
  for (const { image } of workloads) {
    if (image?.name === undefined) continue;
    const name = untagged(image.name);
    const tags = byName.get(name) ?? new Set();
    byName.set(name, tags.add(image.name.slice(name.length)));
  }
  return byName;
}

/** The only Dockerfile whose folder goes by the image's name. */
function byFolder(image: string, stages: readonly Workload[]): string | undefined {
  const name = untagged(image).split('/').at(-1)!;
  if (official.test(name)) return undefined;
  const fitting = stages.filter(({ scope, part }) => !part && folderOf(scope).split('/').at(-1) === name);
  return fitting.length === 1 ? fitting[0]!.scope : undefined;
}

/** A service with what another file says on top. */
function laidOver(under: Workload, top: Workload): Workload {
  const entry = top.environment.entry ?? under.environment.entry;
  const unseen = [...(under.unseen ?? []), ...(top.unseen ?? [])];
  const { ownCheck: _ownCheck, ...inherited } = under;
  return {
    ...inherited,
    ...top,
    scope: under.scope,
    span: under.span,
    ...((top.image ?? under.image) && { image: (top.image ?? under.image)! }),
    ...(under.build && {
      build: top.build ? { ...under.build, ...top.build, args: [...under.build.args, ...top.build.args] } : under.build,
    }),
    // A new entry point drops the command that was there.
    ...(top.entrypoint && !top.command && { command: [] }),
    environment: {
      variables: [...under.environment.variables, ...top.environment.variables],
      files: [...under.environment.files, ...top.environment.files],
      open: under.environment.open || top.environment.open,
      ...(entry && { entry }),
    },
    network: top.network === 'own' ? under.network : top.network,
    names: [...new Set([...under.names, ...top.names])],
    files: [...under.files, ...top.files],
    ...(unseen.length > 0 && { unseen }),
  };
}

/** Nothing is filled into an environment file that `docker run` takes. */
export const isLiteral = ({ framework }: Workload) => framework === 'docker';

function put(
  {
    scope,
    workload,
    stages,
    context,
    stage,
  }: Pick<Assembled, 'scope' | 'workload' | 'stages' | 'stage'> & { readonly context: string | undefined },
  variablesOf: (file: string, literal: boolean) => readonly Variable[] | undefined,
  imageVariables: (image: string) => Readonly<Record<string, string>>,
): Assembled {
  const own = workload.framework !== 'dockerfile';
  const args = new Map((workload.build?.args ?? []).map((variable) => [variable.name, variable]));
  const image = stages
    .flatMap(({ environment }) => environment.variables)
    .map((variable) => {
      const given = variable.from === undefined ? undefined : args.get(variable.from);
      return given ? { ...given, name: variable.name } : variable;
    });
  let open = own && workload.environment.open;
  const fromFiles = (own ? workload.environment.files : []).flatMap((file) => {
    const variables = variablesOf(file, isLiteral(workload));
    open ||= variables === undefined;
    return variables ?? [];
  });
  const merged = new Map<string, Variable>();
  const bottom = stages[0]?.image?.name ?? (stages.length === 0 ? workload.image?.name : undefined);
  const given = Object.entries(bottom === undefined ? {} : imageVariables(bottom)).map(([name, value]) => ({
    name,
    value,
    span: (stages[0] ?? workload).image?.span ?? workload.span,
  }));
  for (const variable of [...given, ...image, ...fromFiles, ...(own ? workload.environment.variables : [])]) {
    merged.delete(variable.name);
    merged.set(variable.name, variable);
  }
  const directories = [...stages, ...(own ? [workload] : [])].flatMap(({ directory }) => directory ?? []);
  return {
    scope,
    workload,
    stages,
    image: bottom,
    contexts:
      context !== undefined
        ? [context]
        : stages.length > 0
          ? [...new Set([folderOf(stages.at(-1)!.scope.replace(/#.*$/, '')), ''])]
          : [],
    stage,
    variables: [...merged.values()],
    open,
    commands: commandsOf(workload, stages),
    directory: directories.reduce((at, directory) => containerPath(at, directory), workingDirectory(bottom)),
  };
}

/** What is started: the last ENTRYPOINT with the last CMD behind it. */
function commandsOf(workload: Workload, stages: readonly Workload[]): readonly CommandLine[] | undefined {
  let entrypoint: readonly CommandLine[] | undefined;
  let command: readonly CommandLine[] | undefined;
  let shell = false;
  const layers = workload.framework === 'dockerfile' ? stages : [...stages, workload];
  for (const layer of layers) {
    if (layer.unclear) return undefined;
    // An entry point drops the command that was inherited.
    if (layer.entrypoint) {
      entrypoint = layer.entrypoint;
      command = undefined;
      shell = layer.framework === 'dockerfile' && layer.entrypoint[0]?.form === 'shell';
    }
    command = layer.command ?? command;
  }
  if (entrypoint === undefined && command === undefined) return undefined;
  const [front] = entrypoint ?? [];
  if (!front) return command ?? [];
  if (shell || command === undefined || command.length === 0) return entrypoint!;
  return command.map((line) => ({ ...line, words: [...front.words, ...line.words] }));
}

/**
 * The paths in the project that a path inside a container may come from, best first; `leftOut`: a file there is not copied, but
 * what comes into its place may be made from others.
 * @param path absolute
 */
export function projectPaths(
  container: Assembled,
  path: string,
): readonly { readonly file: string; readonly leftOut: boolean }[] {
  const found = new Map<string, boolean>();
  const add = (file: string | undefined, leftOut = false) => {
    if (file !== undefined && file !== '') found.set(file, leftOut && (found.get(file) ?? true));
  };
  for (const placement of container.workload.framework === 'dockerfile' ? [] : [...container.workload.files].reverse())
    for (const inner of insideOf(placement, path, '/')) add(joined(placement.from, inner));
  const { contexts } = container;
  const visit = (stages: readonly Workload[], wanted: string, depth: number): void => {
    let directory = workingDirectory(stages[0]?.image?.name);
    const placed: { readonly placement: Placement; readonly directory: string }[] = [];
    for (const stage of stages) {
      for (const placement of stage.files) placed.push({ placement, directory });
      directory = containerPath(directory, stage.directory ?? '.');
    }
    for (const { placement, directory: base } of placed.reverse()) {
      for (const inner of insideOf(placement, wanted, base)) {
        const { of } = placement;
        for (const from of sourcesOf(placement.from, inner)) {
          if (of === 'context') {
            for (const context of contexts) {
              const file = joined(context, joined(plain(from), inner) ?? '');
              add(file, file !== undefined && container.leavesOut?.(context, file));
            }
          } else if (of && depth > 0 && of.stage !== undefined) {
            visit(container.stage(of.stage), containerPath(`/${from}`, inner), depth - 1);
          }
        }
      }
    }
  };
  visit(container.stages, path, 4);
  return [...found].map(([file, leftOut]) => ({ file, leftOut }));
}

/** The lines of a script whose text stands in the Dockerfile, at an absolute path inside a container. */
export function scriptAt(container: Assembled, path: string): readonly CommandLine[] | undefined {
  let directory = workingDirectory(container.image);
  let found: readonly CommandLine[] | undefined;
  for (const { scripts = [], directory: own = '.' } of container.stages) {
    for (const { to, lines } of scripts) if (containerPath(directory, to) === path) found = lines;
    directory = containerPath(directory, own);
  }
  return found;
}

/** Next puts the package.json of the project into its standalone build. */
function sourcesOf(from: string, inner: string): readonly string[] {
  const whole = from.replace(/(^|\/)\.next\/standalone\/*$/, '$1');
  return whole === from || inner !== 'package.json' ? [from] : [from, whole];
}

/**
 * The absolute path inside a container at which a file of the project is.
 * @returns undefined where it is not put there by itself or with its folder
 */
export function placedAt(container: Assembled, file: string): string | undefined {
  return placesOf(container, file).at(-1);
}

/** All of them, the one that counts last. */
export function placesOf(container: Assembled, file: string): readonly string[] {
  const below = (from: string, { to, into }: Placement, base: string): string | undefined => {
    const place = containerPath(base, to);
    const inside =
      from === '' ? file : file === from ? '' : file.startsWith(`${from}/`) ? file.slice(from.length + 1) : undefined;
    if (inside === undefined) return undefined;
    return inside === ''
      ? into
        ? containerPath(place, from.split('/').at(-1)!)
        : place
      : containerPath(place, inside);
  };
  const places: string[] = [];
  let directory = workingDirectory(container.image);
  for (const stage of container.stages) {
    for (const placement of stage.files) {
      if (placement.of !== 'context') continue;
      for (const context of container.contexts) {
        const from = joined(context, plain(placement.from));
        const place =
          from === undefined || container.leavesOut?.(context, file) ? undefined : below(from, placement, directory);
        if (place !== undefined) places.push(place);
      }
    }
    directory = containerPath(directory, stage.directory ?? '.');
  }
  const own = container.workload.framework === 'dockerfile' ? [] : container.workload.files;
  return [...places, ...own.flatMap((placement) => below(placement.from, placement, '/') ?? [])];
}

/** `src/` of `src/*.py`. */
const plain = (from: string) => from.replace(/(?:^|\/)[^/]*[*?[].*$/, '');

/** What is left of a path below where files were put; several where it is not known whether a file or a folder was. */
function insideOf({ from, to, into }: Placement, path: string, base: string): readonly string[] {
  const place = containerPath(base, to);
  const name = from.split('/').at(-1)!;
  const found: string[] = [];
  if (path === place) found.push('');
  const below = place === '/' ? path.slice(1) : path.startsWith(`${place}/`) ? path.slice(place.length + 1) : undefined;
  if (below !== undefined && below !== '') {
    if (into && below === name) found.push('');
    else found.push(below);
  }
  return found;
}
