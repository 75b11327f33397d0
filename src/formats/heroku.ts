import { listCommand, textCommand } from '../commands/command-nodes.ts';
import { textOf, variablesIn } from '../containers/manifest-values.ts';
import type { Build, Workload } from '../containers/workload.ts';
import type { Format } from '../format.ts';
import { joined } from '../paths.ts';
import type { CommandLine } from '../syntax/command.ts';
import { type Node, nodeAt } from '../syntax/document.ts';

/** https://devcenter.heroku.com/articles/build-docker-images-heroku-yml */
export default {
  files: /(?:^|\/)heroku\.ya?ml$/,
  notation: 'yaml',
  literals: ['docker|run'],
  read({ file, text, documents }) {
    const root = documents[0]?.root;
    if (!root) return {};
    const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    const images = nodeAt(root, ['build', 'docker']);
    const run = nodeAt(root, ['run']);
    const built = images?.kind === 'map' ? images.entries : [];
    const started = run?.kind === 'map' ? run.entries : [];
    const variables = variablesIn(nodeAt(root, ['setup', 'config']));
    const processes = new Map([...built, ...started].map((entry) => [entry.key, entry.keySpan]));
    const workloads = [...processes].map(([name, span]): Workload => {
      const how = started.find(({ key }) => key === name)?.value;
      const image = textOf(how && nodeAt(how, ['image'])) ?? name;
      const dockerfile = textOf(built.find(({ key }) => key === image)?.value ?? built[0]?.value);
      const command = how && commandOf(how.kind === 'map' ? nodeAt(how, ['command']) : how, text);
      const build = dockerfile === undefined ? undefined : builtFrom(folder, dockerfile);
      return {
        scope: `${file}#${name}`,
        span,
        framework: 'heroku',
        ...(build && { build }),
        ...(command && { command }),
        // Config vars are set outside of the file.
        environment: { variables, files: [], open: true },
        network: 'own',
        names: [],
        files: [],
        // https://devcenter.heroku.com/articles/container-registry-and-runtime#dockerfile-commands-and-runtime
        ...(name === 'web' && { given: { variable: 'PORT', by: 'Heroku' } }),
      };
    });
    return { workloads };
  },
} satisfies Format;

/** The context is the folder of the Dockerfile. */
function builtFrom(folder: string, path: string): Build {
  const dockerfile = joined(folder, path);
  return { context: dockerfile?.slice(0, Math.max(0, dockerfile.lastIndexOf('/'))), dockerfile, args: [] };
}

/** A text, or a list of texts that run one after the other. */
function commandOf(node: Node | undefined, text: string): readonly CommandLine[] | undefined {
  if (node?.kind !== 'list') return node && textCommand(node, text, true);
  const [first] = node.items;
  return node.items.length === 1 && first
    ? textCommand(first, text, true)
    : undefinedWhereEmpty(listCommand(node, text));
}

const undefinedWhereEmpty = (line: CommandLine | undefined) => (line && line.words.length > 0 ? [line] : undefined);
