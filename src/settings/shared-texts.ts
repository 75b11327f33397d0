import type { Bind, Slot } from '../facts.ts';
import type { SettingsFile } from '../resolve.ts';
import type { Document, Node } from '../syntax/document.ts';

/** `api.host in config.yaml` as a path alone. */
const pathOf = (name: string) => name.replace(/ in .*$/s, '');

/**
 * Takes the possibility to write from values that stand in YAML's anchors, where other keys have them by alias or merge and nothing
 * shows that those are servers too.
 */
export function withoutSharedTexts(binds: readonly Bind[], files: readonly SettingsFile[]): readonly Bind[] {
  const documents = files.flatMap((file) =>
    file.documents.filter(({ notation, text }) => notation === 'yaml' && /[\s[,]\*[\w-]/.test(text)),
  );
  if (documents.length === 0) return binds;
  const users = new Map<string, Set<string>>();
  for (const { host, port } of binds)
    for (const { span, declared } of [host, port]) {
      const place = `${span.file}:${span.start}`;
      if (declared?.via === 'config') users.set(place, (users.get(place) ?? new Set()).add(pathOf(declared.name)));
    }
  const takers = new Map<string, ReadonlyMap<string, readonly string[]>>();
  const limited = <T>(slot: Slot<T>): Slot<T> => {
    const { span, declared } = slot;
    const known = users.get(`${span.file}:${span.start}`);
    const document = documents.find(
      (one) => one.file === span.file && one.root.span.start <= span.start && span.end <= one.root.span.end,
    );
    if (declared?.via !== 'config' || !known || !document) return slot;
    const id = `${span.file}:${document.root.span.start}`;
    const paths = takers.get(id) ?? takersIn(document);
    takers.set(id, paths);
    const shared = (paths.get(String(span.start)) ?? []).find((path) => !known.has(path));
    if (shared === undefined) return slot;
    const { frame: _frame, ...rest } = slot;
    return { ...rest, shared };
  };
  return binds.map((bind) => ({ ...bind, host: limited(bind.host), port: limited(bind.port) }));
}

/** The paths by which aliases and merges lead to each text. */
function takersIn({ root }: Document): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (place: string, path: string) => {
    const paths = found.get(place);
    if (paths) paths.push(path);
    else found.set(place, [path]);
  };
  const look = (node: Node, path: string, shared: boolean): void => {
    if (node.kind === 'map')
      for (const entry of node.entries)
        look(entry.value, path === '' ? entry.key : `${path}.${entry.key}`, shared || entry.shared === true);
    else if (node.kind === 'list') for (const [at, item] of node.items.entries()) look(item, `${path}.${at}`, shared);
    else if (shared) add(String(node.span.start), path);
  };
  look(root, '', false);
  return found;
}
