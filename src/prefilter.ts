import { type Callee, escaped, mayCall, rootsIn } from './match/callees.ts';
import type { Signs } from './signs.ts';
import type { Prefilter } from './workspace/workspace.ts';

/** Links to the unspecified address. */
const links = ':\\/\\/(?:0\\.0\\.0\\.0|\\[::0?\\])';
/** A key or method of a server that a program hands to whoever runs it: `export default { port, fetch: app.fetch }`. */
const handler = '(?:^|[{,/])[ \\t]*(?:async[ \\t]+)?fetch[ \\t]*(?:[(:,}/]|\\r?$)';
/** The unspecified address alone, which a link may be filled with. */
const alone = '["\'`]0\\.0\\.0\\.0["\'`]';
/** A method that is handed on, or called by way of another: `server.listen.bind(server)`. */
const detached = '\\.(?:bind|call|apply)\\(';
/** A method that is called by its name as a text: `app['listen'](3000)`. */
const asText = '["\'`]\\][ \\t]*(?:\\?\\.)?\\(';

/** Python's files of code. */
export const isPython = /\.pyw?$/;
/** JavaScript's and TypeScript's, declarations and what is built from others left out. */
const withEnding =
  /^(?!(?:.*\/)?(?:dist|\.next|\.nuxt|\.output|\.svelte-kit|\.yarn)\/)(?!.*(?:\.d\.[cm]?ts|\.bundle\.[cm]?js|-bundle\.js|\.pnp\.c?js)$).*\.(?:[cm]?[jt]s|[jt]sx)$/;
const inScript = /\.[cm]?[jt]sx?$/;
/** Programs without an ending say in their first line what runs them. */
const withoutEnding = /(?:^|\/)bin\/[\w-]+$/;
const hashbang = /^#!.*\b(?:node|bun|deno|tsx)\b/;
export const isScript = new RegExp(`${withEnding.source}|${withoutEnding.source}`);

/** Did somebody write it, or is it what a bundler or a minifier made? */
function isWritten(text: string): boolean {
  if (text.length < 20_000) return true;
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return text.length / lines < 300 && !text.includes('__webpack_require__');
}

/** What is asked of the files before any is parsed. */
export interface Prefilters {
  readonly prefilter: Prefilter;
  /** A second, closer look at a program's text. */
  isCandidate(file: string, text: string): boolean;
  /** Do servers read their settings from a file of this name? */
  isServerSettings(file: string): boolean;
}

/** Words one of which a settings file holds that says where something listens. */
export const settingsWords = /host|port|bind|listen|addr|url/i;

/**
 * @param signs what gives a file away
 * @param isSettings is a path a settings file of the project
 * @param version names the code of the closer look
 */
export function prefilters(
  { callees, scripts, kinds, programs, serverSettings }: Signs,
  isSettings: (file: string) => boolean,
  version: string,
): Prefilters {
  const alternatives = (of: ReadonlyMap<string, Callee>) => [...of.keys()].sort().map(escaped).join('|');
  const anyName = (of: ReadonlyMap<string, Callee>) => new RegExp(`\\b(?:${alternatives(of)})\\b`, 'g');
  // One list of names and no more: every further one costs ripgrep as much again.
  const patternOf = (of: ReadonlyMap<string, Callee>) =>
    `\\b(?:${alternatives(of)})(?:[ \\t]*(?:[(,)\\[<?!:\\\\]|/[*/]|\\r?$)|[ \\t]+as\\b|${detached}|${asText})|${links}|${alone}|${handler}`;
  const inPython = { callees, anyName: anyName(callees) };
  const inScripts = { callees: scripts, anyName: anyName(scripts) };
  const called = (of: ReadonlyMap<string, Callee>) =>
    [...of].map(([name, { roots, method }]) => [name, method, ...roots].join(' '));
  const anyLink = new RegExp(links);
  const anyHandler = new RegExp(handler, 'm');
  const unspecified = new RegExp(alone);
  const lastParts = new Set(serverSettings.names.map(lastPart));
  const settingsPaths = joined(serverSettings.paths);
  const kindPaths = joined(kinds.map(({ files }) => files));
  const isServerSettings = (file: string) =>
    (!inScript.test(file) || withEnding.test(file)) &&
    ((lastParts.has(lastPart(file)) && serverSettings.names.some((name) => `/${file}`.endsWith(`/${name}`))) ||
      settingsPaths.some((paths) => paths.test(file)));
  const confirmed = new Map<string, string>();
  const isCandidate = (file: string, text: string): boolean => {
    if (confirmed.get(file) === text) return true;
    const answer = looksLikeServer(file, text);
    if (answer) confirmed.set(file, text);
    return answer;
  };
  const looksLikeServer = (file: string, text: string): boolean => {
    if (withoutEnding.test(file) && !hashbang.test(text)) return false;
    if (isScript.test(file) && !isWritten(text)) return false;
    if (anyLink.test(text) || (unspecified.test(text) && filled.test(text))) return true;
    if (/\bexport\s+default\b/.test(text) && anyHandler.test(text)) return true;
    const holdsRoot = rootsIn(text);
    const { callees, anyName } = isScript.test(file) ? inScripts : inPython;
    for (const { 0: name, index } of text.matchAll(anyName)) {
      if (!isUsed(text, name, index)) continue;
      if (mayCall(callees, name, undefined, holdsRoot)) return true;
      if (callees.get(name)?.method && mayCall(callees, name, receiverOf(text, index), holdsRoot)) return true;
    }
    return false;
  };
  const isWorthParsing = (file: string, text: string): boolean => {
    if (isServerSettings(file)) return true;
    if (
      isPython.test(file) || isScript.test(file)
        ? isCandidate(file, text)
        : isSettings(file) && settingsWords.test(text)
    )
      return true;
    return kinds.some(({ files, literals }) => files.test(file) && holdsSigns(text, literals, programs));
  };
  return {
    prefilter: {
      // The short names of one language are everywhere in another: each is asked for its own.
      searches: [
        { paths: isPython, pattern: patternOf(callees), confirms: isCandidate },
        { paths: withEnding, pattern: patternOf(scripts), confirms: isCandidate },
        {
          paths: {
            test: (file) =>
              isSettings(file) ||
              isServerSettings(file) ||
              withoutEnding.test(file) ||
              kindPaths.some((paths) => paths.test(file)),
          },
          confirms: isWorthParsing,
        },
      ],
      get revision() {
        return [
          version,
          ...called(callees),
          ...called(scripts),
          ...kinds.map(({ files, literals }) => [files, ...literals].join(' ')),
          programs,
          ...serverSettings.names,
          ...serverSettings.paths,
        ].join('\n');
      },
    },
    isCandidate,
    isServerSettings,
  };
}

/** Commands that start containers or build their images. */
export const containerCommands =
  /\b(?:docker|podman|nerdctl)\)?[ \t]+(?:(?:container|image|buildx|builder)[ \t]+)?(?:run|create|build)\b|\bcompose\b[^\n]{0,300}--env-file\b/i;

/**
 * Does a text hold what its format has to hold to be worth reading?
 * @param literals the format's own
 * @param programs what counts where it has none
 */
export function holdsSigns(text: string, literals: readonly string[], programs: RegExp): boolean {
  if (literals.length === 0) return programs.test(text) || containerCommands.test(text);
  return literals.every((literal) => new RegExp(literal).test(text));
}

/** Expressions as one for each set of flags: a third of the time of asking them one by one. */
function joined(expressions: readonly RegExp[]): RegExp[] {
  const sources = new Map<string, string[]>();
  for (const { flags, source } of expressions) sources.set(flags, [...(sources.get(flags) ?? []), source]);
  return [...sources].map(([flags, alternatives]) => new RegExp(alternatives.join('|'), flags));
}

const lastPart = (file: string) => file.slice(file.lastIndexOf('/') + 1);

/** A link whose host is put in: `http://${HOST}`, `http://{}`, `'http://' + HOST`. */
const filled = /:\/\/(?:\$?\{|%[s(]|["'`])/;

/** Type arguments, `?.` and comments may stand before the parenthesis. */
const called = /(?:\s|\\\r?\n)*(?:(?:\?\.|!)\s*)?(?:[(<]|\/[*/])/y;
const renamed = /\s+as\s+\w|\s*:\s*\w+\s*[,}]/y;
const ended = /\s*[,)]|[ \t]*(?:\\?\r?\n|$)/y;
const handedOn = /(?<=[.=(,[]\s{0,200})/y;
const handedOver = new RegExp(detached, 'y');
const takenAsText = new RegExp(asText, 'y');
// Bounded, because it is asked at every name: who looks back to the beginning of a long line each time never ends.
const inherited = /(?<=\bclass[ \t]{1,9}\w{1,99}[ \t]{0,9}\([^)]{0,300})/y;

/** Is a name called, handed on to what will call it (`Thread(target=uvicorn.run, ...)`), imported by another name or a base of a class? */
function isUsed(text: string, name: string, start: number): boolean {
  const fits = (expression: RegExp, offset: number) => {
    expression.lastIndex = offset;
    return expression.test(text);
  };
  const end = start + name.length;
  return (
    fits(called, end) ||
    fits(handedOver, end) ||
    fits(takenAsText, end) ||
    (fits(ended, end) && fits(handedOn, start)) ||
    fits(renamed, end) ||
    (/^[A-Z]/.test(name) && fits(inherited, start))
  );
}

/** The name before the dot that stands before an offset, or before the call that does: `app` in `app.run` and in `app().run`. */
const receiver =
  /(?<=([A-Za-z_$][\w$]{0,99}|\))[ \t]{0,9}(?:\([^()\n]{0,300}\))?\s{0,99}(?:[?!]?\.\s{0,99}|(?:\?\.)?\[["'`]))/y;

function receiverOf(text: string, offset: number): string | undefined {
  receiver.lastIndex = offset;
  return receiver.exec(text)?.[1];
}
