import type { BuiltImage } from '../containers/command-containers.ts';
import type { Format } from '../format.ts';
import { joined } from '../paths.ts';

/** Images that `docker buildx bake` builds. https://docs.docker.com/build/bake/reference/ */
export default {
  files: /(?:^|\/)docker-bake(?:\.override)?\.hcl$/,
  notation: 'lines',
  literals: ['\\btarget[ \\t]'],
  read({ file, text }) {
    const targets = targetsIn(text);
    return { images: [...targets.keys()].flatMap((name) => imagesOf(name, targets, file)) };
  },
} satisfies Format;

/** What a target says, each as it is written. */
type Target = ReadonlyMap<string, readonly string[]>;

/** Nobody writes down more. */
const mostTargets = 500;
const mostTags = 100;

/** The attributes of the targets that are texts and lists of texts. */
function targetsIn(text: string): ReadonlyMap<string, Target> {
  const found = new Map<string, Map<string, string[]>>();
  let target: Map<string, string[]> | undefined;
  let list: string[] | undefined;
  for (const line of text.split('\n')) {
    const head = /^target[ \t]+"([\w.-]{1,200})"[ \t]*\{/.exec(line);
    if (head) {
      if (found.size === mostTargets) break;
      target = new Map();
      found.set(head[1]!, target);
      list = undefined;
      continue;
    }
    if (/^\}/.test(line)) target = list = undefined;
    if (!target || /^[ \t]*(?:#|\/\/)/.test(line)) continue;
    const attribute = /^[ \t]{1,20}(context|dockerfile|target|tags|inherits)[ \t]*=(.*)$/.exec(line);
    if (attribute) {
      list = [];
      target.set(attribute[1]!, list);
    }
    const rest = attribute?.[2] ?? line;
    if (list) for (const [, value] of rest.matchAll(/"([^"\n]{0,500})"/g)) list.push(value!);
    if (!/\[[^\]]*$/.test(rest) && (attribute || rest.includes(']'))) list = undefined;
  }
  return found;
}

const computed = /[$%{]/;

function imagesOf(name: string, targets: ReadonlyMap<string, Target>, file: string): BuiltImage[] {
  const said = (key: string) => whole(name, key, targets);
  const context = said('context')?.[0] ?? '.';
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  const from = computed.test(context) || context.includes('://') ? undefined : joined(folder, context);
  const written = said('dockerfile')?.[0] ?? 'Dockerfile';
  const dockerfile = from === undefined || computed.test(written) ? undefined : joined(from, written);
  if (from === undefined || dockerfile === undefined) return [];
  const target = said('target')?.[0];
  const build = { context: from, dockerfile, args: [], ...(target !== undefined && { target }) };
  const names = (said('tags') ?? []).slice(0, mostTags).map((tag) => tag.replace(/:[^/]*$/, ''));
  return [...new Set(names.filter((one) => one !== '' && !computed.test(one)))].map((one) => ({
    ...{ name: one, file, builds: [build] },
  }));
}

/** What a target says, or the last of those that it inherits from and that says it. */
function whole(
  name: string,
  key: string,
  targets: ReadonlyMap<string, Target>,
  seen = new Set<string>(),
): readonly string[] | undefined {
  const target = targets.get(name);
  if (!target || seen.has(name)) return undefined;
  seen.add(name);
  const own = target.get(key);
  if (own) return own;
  for (const base of [...(target.get('inherits') ?? [])].reverse()) {
    const inherited = whole(base, key, targets, seen);
    if (inherited) return inherited;
  }
  return undefined;
}
