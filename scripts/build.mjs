import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import ts from 'typescript';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts', 'src/api.ts'],
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
  external: ['ts-morph', '@vscode/ripgrep', 'oxc-parser', 'typescript', 'js-yaml', 'parse-json', 'import-fresh'],
  // A module's own place, as CommonJS knows it.
  define: { 'import.meta.url': '__moduleUrl' },
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

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
mkdirSync(path.join(root, 'dist/chunks'), { recursive: true });
writeFileSync(path.join(root, 'dist/package.json'), '{ "type": "commonjs" }\n');
for (const { path: target, text } of outputFiles) {
  const file = path.relative(root, target).replaceAll(path.sep, '/');
  writeFileSync(target, file.endsWith('.js') ? await commonJs(file, text) : text);
}
// The programming interface names no type of another file, so its declarations are made from it alone.
const { outputText } = ts.transpileDeclaration(readFileSync(path.join(root, 'src/api.ts'), 'utf8'), {
  compilerOptions: { target: ts.ScriptTarget.ES2023, strict: true },
});
writeFileSync(path.join(root, 'dist/api.d.ts'), outputText);
// Which modules each file of the bundle holds: test/startup.test.ts reads it.
const modules = Object.entries(metafile.outputs).map(([file, { inputs }]) => [
  file,
  Object.keys(inputs).filter((input) => inputs[input].bytesInOutput > 0),
]);
writeFileSync(path.join(root, 'generated/bundle.json'), JSON.stringify(Object.fromEntries(modules)));
