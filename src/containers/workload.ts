import type { Bind, Context, Span, Variable } from '../facts.ts';
import type { CommandLine } from '../syntax/command.ts';

/**
 * What one file says of one container, before `src/scopes.ts` puts files together. Paths are relative to the root, with `/`; the
 * root itself is the empty string.
 */
export interface Workload {
  /** `compose.yml#api`, `deploy.yaml#Deployment/api/web`, `Dockerfile`, `Dockerfile#builder`. */
  readonly scope: string;
  /** The service's key, the container's name, the FROM of the stage. */
  readonly span: Span;
  /** The format that says so. */
  readonly framework: string;
  /** Where the file's path does not tell what it is for. */
  readonly context?: Context;
  /** The image it starts from, as written with variables filled in; undefined where that cannot be seen. */
  readonly image?: { readonly name: string | undefined; readonly span: Span };
  /** The project's own files that the image is built from. With an image name too, that is what the result is called. */
  readonly build?: Build;
  /** Replaces the image's entry point, and with it the image's command; empty: there is none. Absent: as in the image. */
  readonly entrypoint?: readonly CommandLine[];
  /** Replaces the image's command; empty: there is none. Absent: as in the image. */
  readonly command?: readonly CommandLine[];
  /** Something starts that cannot be read, such as a template: nothing is known of what listens. */
  readonly unclear?: true;
  /** Working directory inside the container; relative to that of the base where it is not absolute. */
  readonly directory?: string;
  readonly environment: Environment;
  /** `own`, the `host`'s, or that of another scope: a pod, `network_mode: service:x`. A scope that no workload has is a network all the same. */
  readonly network: 'own' | 'host' | { readonly of: string };
  /** Names under which others in its network reach it: the service, aliases, the container's name. */
  readonly names: readonly string[];
  /** Networks by name in which `names` hold; containers that share none cannot talk to each other. */
  readonly networks?: readonly string[];
  /** Labels of the pod, which selectors of services ask for, and its namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  /** Files of the project that are put into the container; later ones win. */
  readonly files: readonly Placement[];
  /** Absolute paths that commands of the build write to, or that volumes and config maps are mounted at: what they hold is not seen. */
  readonly unseen?: readonly string[];
  /** Scripts whose text stands in the file itself; a path is relative to the working directory of the base where it is not absolute. */
  readonly scripts?: readonly { readonly to: string; readonly lines: readonly CommandLine[] }[];
  /** Absolute paths that are taken away while it is built. */
  readonly removed?: readonly string[];
  readonly user?: string;
  /** It runs only where somebody asks for one of these. */
  readonly profiles?: readonly string[];
  /** The scope of the same file kind that it continues: the stage that FROM names, `extends`. */
  readonly base?: string;
  /** Scopes one of which it is laid over, where the file is read together with another one: `docker-compose.override.yml`. */
  readonly over?: { readonly scopes: readonly string[]; readonly always: boolean };
  /** The file that takes its file in, where one does: both are started as one project. */
  readonly project?: string;
  /** The ports of what it is laid over, or extends, do not count: `ports: !override`. */
  readonly ownPorts?: true;
  /** It has a health check of its own, or none at all: what it extends does not count. */
  readonly ownCheck?: true;
  /** A stage of a Dockerfile, or a service that only others extend: it is no container by itself. */
  readonly part?: true;
  /** Clients that are installed: `wget`, `curl`. */
  readonly installs?: readonly string[];
  /** The variable in which the platform that runs it gives the port. */
  readonly given?: NonNullable<Bind['given']>;
  /** It is started again whenever it has ended. */
  readonly restarts?: true;
  /** It runs and ends before the others: a Job, an init container. */
  readonly ends?: true;
}

/** Files that an image is built from. */
export interface Build {
  /** Undefined: a remote or unknown context. */
  readonly context: string | undefined;
  readonly dockerfile: string | undefined;
  readonly target?: string;
  readonly args: readonly Variable[];
}

/** A file or folder of the project, or of another stage, as a container sees it. */
export interface Placement {
  /** Path in the project, in the build context, or in the other stage; a folder brings what is below it. May hold wildcards. */
  readonly from: string;
  /** Absolute path inside the container; relative to the working directory of the base where it is not. */
  readonly to: string;
  /** What `from` is relative to; absent: the project's root. */
  readonly of?: 'context' | { readonly stage: string | undefined };
  /** A file goes into `to` by its own name. */
  readonly into?: true;
}

/** Variables of a container, the image's own not counted. */
export interface Environment {
  /** In the order in which they are set; a later one wins. */
  readonly variables: readonly Variable[];
  /** `env_file`: later ones win, `variables` win over all. */
  readonly files: readonly string[];
  /** Others may be set that cannot be seen: a secret, a config map, a template. */
  readonly open: boolean;
  /** How one more variable is written; absent where it cannot be. */
  readonly entry?: EntryPlace;
}

/** Where and how one more variable is written: `before + NAME + between + quote + value + quote + after`. */
export interface EntryPlace {
  readonly span: Span;
  readonly before: string;
  readonly between: string;
  readonly quote: string;
  readonly after: string;
}
