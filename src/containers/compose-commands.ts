import type { Extract } from '../format.ts';
import { joined } from '../paths.ts';
import type { CommandLine } from '../syntax/command.ts';
import { interpolated } from './interpolation.ts';

/** A command that runs compose with environment files of its choice; paths below each of the folders it may be started in. */
export interface ComposeCommand {
  /** Empty: those that compose takes by itself. */
  readonly files: readonly string[];
  readonly environmentFiles: readonly string[];
  readonly folders: readonly string[];
}

const valued =
  /^(?:-f|--file|--env-file|-p|--project-name|--project-directory|--profile|--parallel|--progress|--ansi|-c|--context)$/;
/** Nobody writes down more. */
const mostCommands = 200;

/** The commands of one file that give compose environment files: `docker compose --env-file .env.dev -f dev.yml up`. */
export function composeCommands(file: string, commands: Extract['commands']): ComposeCommand[] {
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  const folders = [...new Set([folder, ''])];
  return commands.slice(0, 10 * mostCommands).flatMap(({ line }) => {
    const words = composeWords(line);
    if (!words) return [];
    const files: string[] = [];
    const environmentFiles: string[] = [];
    for (let at = 0; at < words.length; at++) {
      const [, name, attached] = /^(--?[a-z-]+)(?:=(.*))?$/.exec(words[at]!) ?? [];
      // What follows is the subcommand's own.
      if (name === undefined) break;
      const value = attached ?? (valued.test(name) ? words[++at] : undefined);
      if (value === undefined || value.includes('$')) continue;
      if (name === '-f' || name === '--file') files.push(value);
      if (name === '--env-file') environmentFiles.push(value);
    }
    return environmentFiles.length > 0 ? [{ files, environmentFiles, folders }] : [];
  });
}

/** What follows `docker compose`, with the variables of the script filled in. */
function composeWords({ words, variables = [], environment }: CommandLine): readonly string[] | undefined {
  const at = words.findIndex(
    ({ value }, index) =>
      /(?:^|\/)(?:docker|podman)-compose$/.test(value) ||
      (value === 'compose' && /(?:^|\/)(?:docker|podman|nerdctl)$/.test(words[index - 1]?.value ?? '')),
  );
  if (at === -1 || at > 20) return undefined;
  const given = (name: string) => {
    const held = [...variables, ...environment].findLast((one) => one.name === name)?.value;
    return held && { value: held.expands && /[$`]/.test(held.value) ? undefined : held.value, span: held.span };
  };
  return words.slice(at + 1).map(({ value, expands }) => (expands ? (interpolated(value, given).value ?? '$') : value));
}

/** Names of the file that compose looks for. https://docs.docker.com/compose/intro/compose-application-model/ */
const usual = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The environment files that commands name for a compose file. */
export function environmentFilesFor(compose: string, commands: readonly ComposeCommand[]): readonly string[] {
  const found = new Set<string>();
  for (const { files, environmentFiles, folders } of commands.slice(0, mostCommands)) {
    for (const folder of folders) {
      const named = (files.length > 0 ? files : usual).map((path) => joined(folder, path));
      if (!named.includes(compose)) continue;
      for (const path of environmentFiles) {
        const place = joined(folder, path);
        if (place !== undefined) found.add(place);
      }
    }
  }
  return [...found];
}
