import type { Document, Node } from '../syntax/document.ts';
import { entriesAt, type Manifest, mapAt, textAt } from './manifests.ts';

/** What a kustomization says of the manifests it puts together. */
export interface Kustomization {
  /** The folder that its paths are relative to; the root is the empty string. */
  readonly folder: string;
  /** Files and folders that it takes as they are. */
  readonly resources: readonly string[];
  /** Files that change something and are no objects of their own. */
  readonly patchFiles: readonly string[];
  readonly patches: readonly Patch[];
}

/** A change to the objects of a kind or name. */
export interface Patch {
  /** A regular expression that matches as a whole; absent: any. */
  readonly kind?: string;
  readonly name?: string;
  readonly text: string;
}

const places = /\b(?:containerPort|targetPort|hostPort|ports?|hostNetwork|command|args|envFrom|selector)\b/.source;
/** Words of a change that may move a port, or decide where a program listens. */
const moves = new RegExp(`${places}|PORT|HOST|ADDR|BIND|LISTEN`);
/** Those of them that are more than a variable's name or value. */
const structural = new RegExp(`${places}|^[ \\t]*(?:-[ \\t]*)?op:|"op"`, 'm');

/** Reads a kustomization's own file. */
export function kustomizationIn(file: string, documents: readonly Document[]): Kustomization[] {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
  return documents.flatMap(({ root }) => {
    if (root.kind !== 'map') return [];
    const texts = (key: string) => entriesAt(root, key).flatMap(({ value }) => scalarsIn(value));
    const at = (path: string) => placeIn(folder, path);
    const inline: Patch[] = [];
    const patchFiles: string[] = [];
    for (const text of texts('patchesStrategicMerge')) {
      if (/\n/.test(text)) inline.push(...patchesIn(text));
      else patchFiles.push(at(text));
    }
    for (const key of ['patches', 'patchesJson6902']) {
      for (const { value } of entriesAt(root, key)) {
        if (value.kind !== 'list') continue;
        for (const item of value.items) {
          const path = item.kind === 'map' ? textAt(item, 'path') : scalarsIn(item)[0];
          const text = item.kind === 'map' ? textAt(item, 'patch') : undefined;
          const target = item.kind === 'map' ? mapAt(item, 'target') : undefined;
          if (path !== undefined) patchFiles.push(at(path));
          if (target) {
            const kind = textAt(target, 'kind');
            const name = textAt(target, 'name');
            // What a file of such changes holds is no manifest and was not read.
            const written = text ?? 'ports';
            inline.push({ ...(kind !== undefined && { kind }), ...(name !== undefined && { name }), text: written });
          } else if (text !== undefined) inline.push(...patchesIn(text));
        }
      }
    }
    return [
      {
        folder,
        resources: [...texts('resources'), ...texts('bases')].map(at),
        patchFiles,
        patches: inline,
      },
    ];
  });
}

function scalarsIn(node: Node): readonly string[] {
  if (node.kind === 'list') return node.items.flatMap(scalarsIn);
  return node.kind === 'scalar' && typeof node.value === 'string' ? [node.value] : [];
}

function patchesIn(text: string): readonly Patch[] {
  const kind = /^kind:\s*["']?(\w+)/m.exec(text)?.[1];
  const name = /^metadata:\s*(?:\{\s*|\n(?:\s+.*\n)*?\s+)name:\s*["']?([\w.-]+)/m.exec(text)?.[1];
  return [{ ...(kind !== undefined && { kind }), ...(name !== undefined && { name }), text }];
}

function placeIn(folder: string, path: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** What kustomizations make of manifests. */
export interface Kustomized {
  /** It only changes another object. */
  isPatch(manifest: Manifest): boolean;
  /** Something may move its ports or what listens on them. */
  isPatched(manifest: Manifest): boolean;
  /** The variables that are set anew, where nothing else may move. */
  variablesOf(manifest: Manifest): ReadonlySet<string> | undefined;
}

const maximumPatches = 2000;

/**
 * @param manifests of the whole project
 */
export function kustomized(kustomizations: readonly Kustomization[], manifests: readonly Manifest[]): Kustomized {
  const taken = new Set(kustomizations.flatMap(({ resources }) => resources));
  const patchFiles = new Set(kustomizations.flatMap((one) => one.patchFiles).filter((file) => !taken.has(file)));
  const byFolder = new Map(kustomizations.map((one) => [one.folder, one]));
  const patching = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    if (!patchFiles.has(manifest.file)) continue;
    const group = patching.get(manifest.file);
    if (group) group.push(manifest);
    else patching.set(manifest.file, [manifest]);
  }
  const changes = kustomizations
    .flatMap((one) => {
      const own = [...new Set(one.patchFiles)].flatMap((file) => patching.get(file) ?? []);
      const reach = reachOf(one, byFolder);
      return [
        ...one.patches,
        ...own.map((manifest): Patch => {
          const { start, end } = manifest.root.span;
          const text = manifest.text.slice(start, end);
          return { kind: manifest.kind, ...(manifest.name !== undefined && { name: manifest.name }), text };
        }),
      ].flatMap((patch) => (moves.test(patch.text) ? [{ patch, reach }] : []));
    })
    .slice(0, maximumPatches);
  const changesOf = (manifest: Manifest) =>
    changes.filter(
      ({ patch, reach }) =>
        fits(patch.kind, manifest.kind) && fits(patch.name, manifest.name ?? '') && (reach?.(manifest.file) ?? true),
    );
  return {
    isPatch: ({ file }) => patchFiles.has(file),
    isPatched: (manifest) => changesOf(manifest).length > 0,
    variablesOf(manifest) {
      const own = changesOf(manifest);
      if (own.length === 0 || own.some(({ patch }) => structural.test(patch.text))) return undefined;
      const names = own.flatMap(({ patch }) => [...patch.text.matchAll(/\bname:[ \t]*["']?([A-Za-z_]\w*)/g)]);
      return new Set(names.map(([, name]) => name!));
    },
  };
}

/** The files that a kustomization takes in; undefined: somebody else says which, so it may be any. */
function reachOf(
  start: Kustomization,
  byFolder: ReadonlyMap<string, Kustomization>,
): ((file: string) => boolean) | undefined {
  const seen = new Set<Kustomization>();
  const places = new Set<string>();
  const open = [start];
  for (let next = open.pop(); next && seen.size < 200; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const place of next.resources) {
      places.add(place);
      const below = byFolder.get(place);
      if (below) open.push(below);
    }
  }
  if (places.size === 0) return undefined;
  return (file) => {
    for (let at = file; at !== ''; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '')
      if (places.has(at)) return true;
    return places.has('');
  };
}

/** Kustomize takes names and kinds for regular expressions that match as a whole; only plain ones are read here. */
function fits(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined || /[^\w.-]/.test(pattern)) return true;
  return pattern === text;
}
