import type { BuiltImage } from '../containers/command-containers.ts';
import type { Format } from '../format.ts';
import { joined } from '../paths.ts';
import { type Node, nodeAt } from '../syntax/document.ts';

/** Images that a workflow of GitHub builds. https://github.com/docker/build-push-action#inputs */
export default {
  files: /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/,
  notation: 'yaml',
  literals: ['docker/build-push-action'],
  read({ file, documents }) {
    const jobs = documents[0] && nodeAt(documents[0].root, ['jobs']);
    const steps = (jobs?.kind === 'map' ? jobs.entries : []).flatMap(({ value }) => {
      const list = nodeAt(value, ['steps']);
      return list?.kind === 'list' ? list.items : [];
    });
    return { images: steps.flatMap((step) => builtBy(step, file)) };
  },
} satisfies Format;

const computed = /[$`]/;

function builtBy(step: Node, file: string): BuiltImage[] {
  const text = (...path: readonly string[]) => {
    const node = nodeAt(step, path);
    return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
  };
  if (!text('uses')?.startsWith('docker/build-push-action@')) return [];
  const context = text('with', 'context') ?? '.';
  const from = computed.test(context) || context.includes('{{') ? undefined : joined('', context);
  const written = text('with', 'file');
  const dockerfile = written === undefined ? from !== undefined && joined(from, 'Dockerfile') : joined('', written);
  if (from === undefined || !dockerfile || computed.test(dockerfile)) return [];
  const target = text('with', 'target');
  const build = { context: from, dockerfile, args: [], ...(target !== undefined && { target }) };
  const tags = (text('with', 'tags') ?? '').split(/[\s,]+/).slice(0, mostTags);
  const names = tags.map((tag) => tag.replace(/:[^/]*$/, '')).filter((name) => name !== '' && !computed.test(name));
  return [...new Set(names)].map((name) => ({ name, file, builds: [build] }));
}

/** Nobody writes down more. */
const mostTags = 100;
