import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
rmSync(path.join(root, 'dist'), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['bin/main.ts'],
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
  // CommonJS packages inside the bundle still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});
// Which modules each file of the bundle holds: test/startup.test.ts reads it.
const modules = Object.entries(metafile.outputs).map(([file, { inputs }]) => [
  file,
  Object.keys(inputs).filter((input) => inputs[input].bytesInOutput > 0),
]);
writeFileSync(path.join(root, 'generated/bundle.json'), JSON.stringify(Object.fromEntries(modules)));
