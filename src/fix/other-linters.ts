import path from 'node:path/posix';
import { type Document, type Node, nodeAt } from '../syntax/document.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** Linters of the project that report a bind to all interfaces. */
export interface OtherLinters {
  /** ruff's S104. */
  readonly ruff: boolean;
  /** bandit's B104. */
  readonly bandit: boolean;
}

const none: OtherLinters = { ruff: false, bandit: false };

/**
 * Which of the linters would report 0.0.0.0 in a file.
 * @param workspace is asked for the settings files in the file's folder and above
 * @param file relative to the workspace's root
 */
export async function otherLintersFor(workspace: Workspace, file: string): Promise<OtherLinters> {
  if (!/\.pyi?$/.test(file)) return none;
  let ruff: boolean | undefined;
  let bandit = false;
  let skipped = false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    for (const name of ['.ruff.toml', 'ruff.toml', 'pyproject.toml']) {
      const root = await tomlAt(workspace, path.join(folder, name));
      if (root === undefined) continue;
      const settings = name === 'pyproject.toml' ? nodeAt(root, ['tool', 'ruff']) : root;
      if (settings !== undefined) ruff ??= selects(settings, 'S104');
      const own = name === 'pyproject.toml' ? nodeAt(root, ['tool', 'bandit']) : undefined;
      if (own !== undefined) {
        bandit = true;
        skipped ||= words(nodeAt(own, ['skips'])).includes('B104');
      }
    }
    const ini = await textAt(workspace, path.join(folder, '.bandit'));
    if (ini !== undefined) {
      bandit = true;
      skipped ||= /^\s*skips?\s*[:=].*\bB104\b/m.test(ini);
    }
    const hooks = await textAt(workspace, path.join(folder, '.pre-commit-config.yaml'));
    bandit ||= hooks !== undefined && /^[^#\n]*\bid\s*:\s*['"]?bandit\b/m.test(hooks);
    if (folder === '.' || folder === '/') break;
  }
  return { ruff: ruff ?? false, bandit: bandit && !skipped };
}

async function textAt(workspace: Workspace, file: string): Promise<string | undefined> {
  if (!(await workspace.has(file))) return undefined;
  const source = await workspace.read(file);
  return 'text' in source ? source.text : undefined;
}

async function tomlAt(workspace: Workspace, file: string): Promise<Node | undefined> {
  const text = await textAt(workspace, file);
  if (text === undefined) return undefined;
  try {
    const { parseDocuments } = await import('../syntax/documents.ts');
    const documents: readonly Document[] = await parseDocuments(file, text, 'toml');
    return documents[0]?.root;
  } catch {
    // Settings that cannot be read select nothing.
    return undefined;
  }
}

/** Does ruff report a code with these settings? The longer prefix wins, as in ruff itself. */
function selects(settings: Node, code: string): boolean {
  const longest = (keys: readonly string[]) => {
    const prefixes = keys.flatMap((key) => [
      ...words(nodeAt(settings, ['lint', key])),
      ...words(nodeAt(settings, [key])),
    ]);
    const lengths = prefixes.map((prefix) => (prefix === 'ALL' ? 0 : code.startsWith(prefix) ? prefix.length : -1));
    return Math.max(-1, ...lengths);
  };
  return longest(['select', 'extend-select']) > longest(['ignore', 'extend-ignore']);
}

function words(node: Node | undefined): string[] {
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : []));
}
