import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import ts from 'typescript';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const programs = { main: 'src/main.ts', api: 'src/api.ts', testing: 'src/testing/page-tests.ts' };
const entries = Object.values(programs);

/** Bundled, the parser of JavaScript loads in a third of the time, but its native part stays with its package. */
const nativeParser = {
  name: 'native parser',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]oxc-parser[\\/]src-js[\\/](?:bindings|index)\.js$/ }, ({ path: file }) => {
      const own = 'createRequire(import.meta.url)';
      const [before, after, ...more] = readFileSync(file, 'utf8').split(own);
      if (after === undefined || more.length > 0) throw new Error(`${file} does not hold ${own} once`);
      return { contents: `${before}createRequire(${own}.resolve('oxc-parser'))${after}` };
    });
  },
};

const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: programs,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'linked',
  // jsonc-parser's main file requires its parts in a way that cannot be bundled; its module file can.
  mainFields: ['module', 'main'],
  // The last four are loaded by cosmiconfig's own loaders, which are given no file.
  external: ['ts-morph', '@vscode/ripgrep', 'typescript', 'js-yaml', 'parse-json', 'import-fresh'],
  // A module's own place, as CommonJS knows it.
  define: { 'import.meta.url': '__moduleUrl' },
  plugins: [nativeParser],
  // Node's build of it asks the environment at every token whether it should log, a fifth of the time on a large chart.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  metafile: true,
  write: false,
  logLevel: 'warning',
});

/** A chunk as CommonJS, which Node loads in half the time: only esbuild's modules can be split, and only one by one be turned into it. */
async function commonJs(file, text) {
  const chunks = metafile.outputs[file].imports.filter(({ kind, external }) => kind === 'dynamic-import' && !external);
  let count = 0;
  const required = text.replace(/\bimport\(("\.\.?\/[^"\n]+")\)/g, (_, chunk) => {
    count++;
    return `Promise.resolve().then(() => require(${chunk}))`;
  });
  if (count < chunks.length) throw new Error(`${file}: ${chunks.length} chunks are imported, ${count} were found`);
  const url = 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;';
  const { code } = await transform(required, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'inline',
    logLevel: 'warning',
    ...(text.includes('__moduleUrl') && { banner: url }),
  });
  return code;
}

/** What is loaded together is one file, because each file costs as much as a hundred lines: by name, the modules it is made for, with all that they import. */
const packs = {
  start: ['src/main.ts', 'src/cli/package-root.ts'],
  check: [
    'src/cli/check.ts',
    'src/config/nested-settings.ts',
    'src/workspace/settings-files.ts',
    'generated/signs.ts',
    'generated/rules.ts',
    'generated/reports.ts',
  ],
  signs: ['src/signs.ts'],
  analysis: ['src/run.ts', 'generated/python.ts', 'generated/program.ts', 'generated/formats.ts'],
};
/** The file that a chunk is packed into, by the chunk's own file. */
const packOf = new Map();
function pack(name, chunk) {
  const { entryPoint, imports } = metafile.outputs[chunk];
  if (packOf.has(chunk)) return;
  // The programs' own entries keep their files.
  if (!entries.includes(entryPoint)) packOf.set(chunk, `dist/chunks/${name}.js`);
  for (const { path: imported, kind, external } of imports) {
    if (kind === 'import-statement' && !external) pack(name, imported);
  }
}
for (const [name, modules] of Object.entries(packs)) {
  for (const module of modules) {
    const chunks = Object.entries(metafile.outputs).filter(
      ([, { entryPoint, inputs }]) => entryPoint === module || inputs[module]?.bytesInOutput > 0,
    );
    if (chunks.length === 0) throw new Error(`${module} is in no chunk`);
    for (const [chunk] of chunks) pack(name, chunk);
  }
}

/** The code with what it requires taken out of the packs. */
function fromPacks(file, code) {
  return code.replace(/\brequire\("(\.\.?\/[^"]+)"\)/g, (all, specifier) => {
    const chunk = path.posix.join(path.posix.dirname(file), specifier);
    const packed = packOf.get(chunk);
    if (packed === undefined) return all;
    const relative = path.posix.relative(path.posix.dirname(file), packed);
    return `require("${relative.startsWith('.') ? relative : `./${relative}`}")("${path.posix.basename(chunk)}")`;
  });
}

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
mkdirSync(path.join(root, 'dist/chunks'), { recursive: true });
writeFileSync(path.join(root, 'dist/package.json'), '{ "type": "commonjs" }\n');
const packed = Object.fromEntries(Object.keys(packs).map((name) => [`dist/chunks/${name}.js`, []]));
for (const { path: target, text } of outputFiles) {
  const file = path.relative(root, target).replaceAll(path.sep, '/');
  const code = file.endsWith('.js') ? fromPacks(file, await commonJs(file, text)) : text;
  if (packOf.has(file)) packed[packOf.get(file)].push([path.posix.basename(file), code]);
  else writeFileSync(target, code);
}
for (const [file, chunks] of Object.entries(packed)) {
  // In parentheses, V8 compiles a function at once instead of twice.
  const functions = chunks.map(([name, code]) => `${JSON.stringify(name)}:(function(exports,module){${code}\n})`);
  const load =
    'const loaded={};module.exports=(name)=>{let chunk=loaded[name];if(!chunk){chunk=loaded[name]={exports:{}};chunks[name](chunk.exports,chunk)}return chunk.exports};';
  writeFileSync(path.join(root, file), `"use strict";const chunks={${functions.join(',\n')}};${load}`);
}
/** What programs and rules of users see: its declarations are made of each file alone. */
const declared = { ...programs, rule: 'src/rule.ts', facts: 'src/facts.ts' };
delete declared.main;
for (const [name, file] of Object.entries(declared)) {
  const { outputText } = ts.transpileDeclaration(readFileSync(path.join(root, file), 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2023, strict: true },
  });
  const text = outputText.replace(/from '(\.\.?\/[^']+)\.ts'/g, (_, specifier) => {
    const module = path.posix.basename(specifier);
    if (!(module in declared))
      throw new Error(`${file} names types of ${specifier}, which are not part of the package`);
    return `from './${module}.js'`;
  });
  writeFileSync(path.join(root, 'dist', `${name}.d.ts`), text);
}
// Which modules each file of the bundle holds: test/startup.test.ts reads it.
const modules = {};
for (const [chunk, { inputs }] of Object.entries(metafile.outputs)) {
  const file = packOf.get(chunk) ?? chunk;
  modules[file] = [...(modules[file] ?? []), ...Object.keys(inputs).filter((input) => inputs[input].bytesInOutput > 0)];
}
writeFileSync(path.join(root, 'generated/bundle.json'), JSON.stringify(modules));
