import type { BuiltImage } from './containers/command-containers.ts';
import type { Given } from './containers/interpolation.ts';
import type { Workload } from './containers/workload.ts';
import type { Bind, Dial, Publish } from './facts.ts';
import type { Kustomization } from './kubernetes/kustomize.ts';
import type { Manifest } from './kubernetes/manifests.ts';
import type { InputProblem } from './problem.ts';
import type { CommandLine } from './syntax/command.ts';
import type { Document } from './syntax/document.ts';

/** What a file kind holds, beside facts of its own. */
export interface Extract {
  readonly facts: readonly (Bind | Publish | Dial)[];
  readonly commands: readonly {
    readonly line: CommandLine;
    readonly context?: 'development';
    readonly scope?: string;
    /** What it is called: the script of package.json, the target of make, the process of a Procfile. */
    readonly name?: string;
    /** The port of this machine to which the development server of the same file forwards. */
    readonly forwarded?: number;
    /** The variable in which the platform that starts it gives the port. */
    readonly given?: NonNullable<Bind['given']>;
  }[];
  /** Containers. Their commands are not in `commands`: `src/scopes.ts` puts them together with those of the image. */
  readonly workloads: readonly Workload[];
  /** Objects of the Kubernetes API, which are put together from all files. */
  readonly manifests: readonly Manifest[];
  /** What is made of them. */
  readonly kustomizations: readonly Kustomization[];
  /** Images that are built from files of the project elsewhere. */
  readonly images: readonly BuiltImage[];
  /** Files of this kind whatever they are called, because this one names them. */
  readonly also: readonly string[];
  /** What was left out. */
  readonly problems: readonly InputProblem[];
}

/** A kind of file: which ones, in which notation, and what they say. */
export interface Format {
  /** Tested against the path relative to the root, with `/`. */
  readonly files: RegExp;
  /** Absent: as the ending says. */
  readonly notation?: 'yaml' | 'json' | 'toml' | 'ini' | 'env' | 'lines';
  /** Its files may be templates of a chart. */
  readonly templates?: true;
  /** The variables of the `.env` beside its files are filled in. */
  readonly environment?: true;
  /** A literal or several that a file must hold to be worth reading; regular expression source, case-sensitive. */
  readonly literals: readonly string[];
  /** Files whose names say nothing, and what they must hold. */
  readonly elsewhere?: Pick<Format, 'files' | 'literals'>;
  read(input: {
    readonly file: string;
    /** Neither its name nor another file says that it is of this kind. */
    readonly guessed?: boolean;
    readonly text: string;
    readonly documents: readonly Document[];
    /** What the `.env` beside it says, where that belongs to the repository. */
    readonly given: Given;
    /** Its paths are relative to this folder, where another file says so. */
    readonly folder?: string;
  }): Partial<Extract>;
}
