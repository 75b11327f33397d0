import { joined } from '../paths.ts';
import { type Node, nodeAt } from '../syntax/document.ts';

/** How a compose file is read that another one takes in. */
export interface Inclusion {
  /** The file that takes it in. */
  readonly by: string;
  readonly folder: string;
  readonly environmentFiles: readonly string[];
}

/** What one file takes in. https://docs.docker.com/reference/compose-file/include/ */
export function inclusionsIn(file: string, root: Node): ReadonlyMap<string, Inclusion> {
  const found = new Map<string, Inclusion>();
  const own = folderOf(file);
  const include = nodeAt(root, ['include']);
  for (const item of include?.kind === 'list' ? include.items : []) {
    const paths = textsOf(item.kind === 'map' ? nodeAt(item, ['path']) : item).flatMap(
      (path) => joined(own, path) ?? [],
    );
    const [first] = paths;
    if (first === undefined) continue;
    const [stated] = textsOf(nodeAt(item, ['project_directory']));
    const environment = textsOf(nodeAt(item, ['env_file']));
    const folder = stated === undefined ? folderOf(first) : joined(own, stated);
    if (folder === undefined) continue;
    const beside = folder === '' ? '.env' : `${folder}/.env`;
    const environmentFiles = environment.length > 0 ? environment.flatMap((path) => joined(own, path) ?? []) : [beside];
    for (const path of paths) found.set(path, { by: file, folder, environmentFiles });
  }
  return found;
}

const folderOf = (file: string) => file.slice(0, Math.max(0, file.lastIndexOf('/')));

const textsOf = (node: Node | undefined): string[] =>
  node?.kind === 'scalar' && node.value !== null && !String(node.value).includes('$')
    ? [String(node.value)]
    : node?.kind === 'list'
      ? node.items.flatMap(textsOf)
      : [];
