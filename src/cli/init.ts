import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadFolder } from '../config/settings.ts';
import { searchPlaces } from '../config/settings-file.ts';
import type { Rule } from '../rule.ts';
import { columnsOf, harmless } from '../terminal.ts';
import { gitRootOf } from '../workspace/disk-workspace.ts';
import { makeFolder } from '../workspace/make-folder.ts';
import { check } from './check.ts';
import { type Io, print } from './io.ts';
import { MisuseError } from './misuse.ts';
import { ownPackage } from './package-root.ts';
import { runOn } from './run.ts';

export interface InitFlags {
  readonly dryRun?: true;
  readonly baseline?: string;
}

/** What fits one part of a project: a file to write, or lines that somebody has to put in a file that there is. */
type Step =
  | { readonly write: string; readonly text: string }
  | { readonly add: string; readonly text: string }
  | { readonly note: string };

/**
 * Writes settings, hook and CI step that fit a project. What is there already is never changed.
 * @param folder in the project; undefined: the working directory
 * @throws {MisuseError} where there is no such folder, or the baseline lies elsewhere
 */
export async function init(
  folder: string | undefined,
  flags: InitFlags,
  table: Readonly<Record<string, Rule>>,
  io: Io,
): Promise<number> {
  const shown = folder ?? '.';
  const start = path.resolve(io.cwd, shown);
  if (!statSync(start, { throwIfNoEntry: false })?.isDirectory())
    throw new MisuseError(`cannot read ${JSON.stringify(shown)}: there is no such folder`);
  const given = realpathSync(start);
  const root = gitRootOf(given) ?? given;
  await print(io.stdout, await whatListens(root, table, io));
  const words = flags.baseline === undefined ? '' : ` --baseline ${baselineIn(flags.baseline)}`;
  const steps = [await settingsStep(root, Object.keys(table)), hookStep(root, words), ciStep(root, words)];
  for (const step of steps) await take(step, root, flags.dryRun === true, io);
  if (flags.baseline === undefined) {
    await print(
      io.stdout,
      'to accept what is there already: bindlint init --baseline bindlint-baseline.json\nto see it: bindlint check\n',
    );
    return 0;
  }
  if (existsSync(path.join(root, flags.baseline))) {
    await print(io.stdout, `there already: ${flags.baseline}\n`);
    return 0;
  }
  if (flags.dryRun) {
    await print(io.stdout, `would write ${flags.baseline}, which accepts what is found now\n`);
    return 0;
  }
  await print(io.stdout, `wrote ${flags.baseline}, which accepts what is found now\n`);
  const update = {
    color: 'never',
    targets: [{ format: 'text' }],
    baseline: flags.baseline,
    updateBaseline: true,
  } as const;
  return check([], update, table, { ...io, cwd: root });
}

/** Which servers and containers the project has, and in which files: what settings, hook and CI step are for. */
async function whatListens(root: string, table: Readonly<Record<string, Rule>>, io: Io): Promise<string> {
  const { facts } = await runOn([], { color: 'never', targets: [] }, table, { ...io, cwd: root }, true);
  const files = new Map<string, Set<string>>();
  for (const { framework, span, context } of [...facts.binds, ...facts.publishes, ...facts.containers]) {
    if (context === 'test' || context === 'example' || context === 'docs') continue;
    files.set(framework, (files.get(framework) ?? new Set()).add(span.file));
  }
  if (files.size === 0) return 'found nothing that listens; bindlint frameworks lists what is known\n';
  const rows = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([framework, of]) => [framework, listed([...of])]);
  return `found what listens or is published:\n${columnsOf(rows)
    .map((row) => `    ${row}\n`)
    .join('')}`;
}

const shownFiles = 3;

function listed(files: readonly string[]): string {
  const shown = files.toSorted().slice(0, shownFiles).map(harmless).join(', ');
  return files.length > shownFiles ? `${shown} and ${files.length - shownFiles} more` : shown;
}

function baselineIn(file: string): string {
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(file) || file.split('/').includes('..') || file.startsWith('-'))
    throw new MisuseError('--baseline of init is a plain path inside of the project, such as bindlint-baseline.json');
  return file;
}

async function take(step: Step, root: string, dry: boolean, io: Io): Promise<void> {
  if ('note' in step) return print(io.stdout, `${step.note}\n`);
  const text = step.text.replace(/^(?=.)/gm, '    ');
  if ('add' in step) return print(io.stdout, `add to ${step.add}:\n${text}`);
  if (dry) return print(io.stdout, `would write ${step.write}:\n${text}`);
  const target = path.join(root, step.write);
  const folder = path.dirname(target);
  try {
    let around = folder;
    while (!existsSync(around)) around = path.dirname(around);
    const inside = path.relative(root, realpathSync(around));
    if (inside.split(path.sep)[0] === '..' || path.isAbsolute(inside)) throw new Error('it leads out of the project');
    makeFolder(folder);
    writeFileSync(target, step.text, { flag: 'wx' });
  } catch (error) {
    throw new MisuseError(
      `cannot write ${step.write}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
    );
  }
  await print(io.stdout, `wrote ${step.write}\n`);
}

async function settingsStep(root: string, ruleIds: readonly string[]): Promise<Step> {
  const around = { cwd: root, within: root };
  const places = await searchPlaces(root, around);
  const found = await loadFolder(root, { ...around, places }, ruleIds);
  if (found?.file !== undefined)
    return { note: `there already: settings in ${path.relative(root, found.file).replaceAll(path.sep, '/')}` };
  return {
    write: '.bindlintrc.yaml',
    text: '# What a reviewer would flag. strict: every bind explicit, every bind error handled, everywhere.\npreset: recommended\n',
  };
}

function textIn(root: string, file: string): string | undefined {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

const named = () => `bindlint@${ownPackage().version}`;

function hookStep(root: string, words: string): Step {
  const entry = `  - repo: local
    hooks:
      - id: bindlint
        name: bindlint
        entry: bindlint check${words}
        args: [--]
        language: node
        additional_dependencies: ['${named()}']
        types: [text]
        require_serial: true
`;
  const config = '.pre-commit-config.yaml';
  const hooks = textIn(root, config);
  if (hooks?.includes('bindlint')) return { note: `there already: a hook in ${config}` };
  if (hooks !== undefined) return { add: `${config}, below repos`, text: entry };
  const staged = lintStagedIn(root);
  if (staged?.text.includes('bindlint')) return { note: `there already: lint-staged in ${staged.file}` };
  if (staged !== undefined)
    return { add: `lint-staged in ${staged.file}`, text: `"*": "npx --yes ${named()} check${words} --"\n` };
  if (existsSync(path.join(root, '.husky'))) {
    const hook = '.husky/pre-commit';
    if (textIn(root, hook)?.includes('bindlint')) return { note: `there already: a hook in ${hook}` };
    return { add: hook, text: `npx --yes ${named()} check --staged${words}\n` };
  }
  const isPython = readdirSync(root).some((name) =>
    /^(?:pyproject\.toml|setup\.(?:py|cfg)|requirements.*\.txt|.*\.py)$/.test(name),
  );
  if (isPython) return { write: config, text: `repos:\n${entry}` };
  return { add: 'a hook that runs before commits', text: `npx --yes ${named()} check --staged${words}\n` };
}

/** Where lint-staged is told what to run; husky and others start it where it is used, so it is asked for first. */
function lintStagedIn(root: string): { readonly file: string; readonly text: string } | undefined {
  const own = readdirSync(root).find((name) => /^(?:\.lintstagedrc(?:\.\w+)?|lint-staged\.config\.\w+)$/.test(name));
  if (own !== undefined) return { file: own, text: textIn(root, own) ?? '' };
  const manifest = textIn(root, 'package.json');
  try {
    const told = JSON.parse(manifest ?? '{}')['lint-staged'];
    return told === undefined ? undefined : { file: 'package.json', text: JSON.stringify(told) };
  } catch {
    return undefined;
  }
}

function ciStep(root: string, words: string): Step {
  if (existsSync(path.join(root, '.github'))) {
    const write = '.github/workflows/bindlint.yml';
    if (existsSync(path.join(root, write))) return { note: `there already: ${write}` };
    return {
      write,
      text: `name: bindlint
on: [push, pull_request]
permissions:
  contents: read
jobs:
  bindlint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npx --yes ${named()} check --format github${words}
`,
    };
  }
  const gitlab = textIn(root, '.gitlab-ci.yml');
  if (gitlab?.includes('bindlint')) return { note: 'there already: a job in .gitlab-ci.yml' };
  if (gitlab !== undefined) {
    return {
      add: '.gitlab-ci.yml',
      text: `bindlint:
  image: node:22
  script:
    - npx --yes ${named()} check --format gitlab --output gl-code-quality-report.json${words}
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
`,
    };
  }
  return { add: 'what runs your checks', text: `npx --yes ${named()} check${words}\n` };
}
