// The folder is the registry: this writes the list of each folder's modules, so that nobody keeps it by hand.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Names of the modules below a folder, without ending; a scoped name such as @hono/node-server is a path. */
function modules(folder, prefix = '') {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder, prefix), { withFileTypes: true })
    .flatMap((entry) => {
      const name = prefix + entry.name;
      if (entry.isDirectory()) return modules(folder, `${name}/`);
      return name.endsWith('.ts') ? [name.slice(0, -3)] : [];
    })
    .sort();
}

function write(file, text) {
  const target = path.join(root, 'generated', file);
  mkdirSync(path.dirname(target), { recursive: true });
  let before;
  try {
    before = readFileSync(target, 'utf8');
  } catch {}
  if (before !== text) writeFileSync(target, text);
}

/** All modules of a folder in one table: small data that is loaded together. */
function table(file, folder, type, from) {
  const names = modules(folder);
  write(
    file,
    [
      `import type { ${type} } from '../${from}';`,
      ...names.map((name, index) => `import m${index} from '../${folder}/${name}.ts';`),
      '',
      `const table: Readonly<Record<string, ${type}>> = {`,
      ...names.map((name, index) => `  '${name}': m${index},`),
      '};',
      'export default table;',
      '',
    ].join('\n'),
  );
}

/** One loader a module: each is loaded when it is named. */
function loaders(file, folder, type, from) {
  write(
    file,
    [
      `import type { ${type} } from '../${from}';`,
      '',
      `const loaders: Readonly<Record<string, () => Promise<{ default: ${type} }>>> = {`,
      ...modules(folder).map((name) => `  '${name}': () => import('../${folder}/${name}.ts'),`),
      '};',
      'export default loaders;',
      '',
    ].join('\n'),
  );
}

table('python.ts', 'src/frameworks/python', 'Framework', 'src/framework.ts');
table('javascript.ts', 'src/frameworks/javascript', 'Framework', 'src/framework.ts');
table('program.ts', 'src/frameworks/program', 'Framework', 'src/framework.ts');
table('formats.ts', 'src/formats', 'Format', 'src/format.ts');
table('rules.ts', 'rules', 'Rule', 'src/rule.ts');
loaders('reports.ts', 'src/report', 'Reporter', 'src/reporter.ts');
await signs();
searching();
programDigest();

/** What was found out by another version is not what this one finds. */
function programDigest() {
  const code = ['src', 'rules'].flatMap((folder) => modules(folder).map((name) => `${folder}/${name}.ts`));
  const digest = digestOf(...code, 'package.json', 'package-lock.json');
  write('program-digest.ts', `/** Names all code of the program. */\nexport default '${digest}';\n`);
}

/** What is remembered of searches is theirs alone: another version may find something else, or remember it otherwise. */
function searching() {
  const files = [
    'src/config/nested-settings.ts',
    ...modules('src/workspace').map((name) => `src/workspace/${name}.ts`),
  ];
  write('searching.ts', `/** Names the code that searches. */\nexport default '${digestOf(...files)}';\n`);
}

/** What gives a file away before it is parsed, so that a run which finds no such file loads no catalogue. */
async function signs() {
  const contents = [
    "import { signsOf } from './src/signs.ts';",
    "import python from './generated/python.ts';",
    "import javascript from './generated/javascript.ts';",
    "import program from './generated/program.ts';",
    "import formats from './generated/formats.ts';",
    'export default signsOf(python, javascript, program, formats);',
  ].join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  const source = Buffer.from(outputFiles[0].contents).toString('base64');
  const { callees, scripts, kinds, programs, serverSettings } = (await import(`data:text/javascript;base64,${source}`))
    .default;
  const list = (expressions) => `[${expressions.join(', ')}]`;
  const entries = (callees) =>
    [...callees].map(
      ([name, { roots, method }]) =>
        `    [${JSON.stringify(name)}, { roots: new Set(${JSON.stringify([...roots])}), method: ${method} }],`,
    );
  write(
    'signs.ts',
    [
      "import type { Signs } from '../src/signs.ts';",
      '',
      'const signs: Signs = {',
      '  callees: new Map([',
      ...entries(callees),
      '  ]),',
      '  scripts: new Map([',
      ...entries(scripts),
      '  ]),',
      '  kinds: [',
      ...kinds.map(({ files, literals }) => `    { files: ${files}, literals: ${JSON.stringify(literals)} },`),
      '  ],',
      `  programs: ${programs},`,
      `  serverSettings: { names: ${JSON.stringify(serverSettings.names)}, paths: ${list(serverSettings.paths)} },`,
      '};',
      'export default signs;',
      '',
      '/** Names the code that looks closer at what holds the signs. */',
      `export const closerLook = '${digestOf('src/prefilter.ts', 'src/match/callees.ts', 'src/workspace/settings-files.ts')}';`,
      '',
    ].join('\n'),
  );
}

function digestOf(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(path.join(root, file)));
  return hash.digest('hex').slice(0, 16);
}
