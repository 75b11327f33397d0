// Runs node's test runner over the given files and folders, or over test/. Lists and bundle are made first, because some tests run the built program.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

/** Test files below a path; node 20 does not expand patterns itself. */
function testFiles(target) {
  if (statSync(target).isFile()) return [target];
  return readdirSync(target, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(target, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(file);
      return entry.name.endsWith('.test.ts') ? [file] : [];
    });
}

const targets = process.argv.slice(2);
const files = (targets.length > 0 ? targets : ['test']).flatMap(testFiles);
if (files.length === 0) {
  console.error(`no test files in ${targets.join(', ')}`);
  process.exit(2);
}
const run = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
process.exitCode =
  run('scripts/generate.mjs') ||
  run('scripts/build.mjs') ||
  run(
    '--import',
    'tsx',
    '--import',
    './test/seed.ts',
    '--test',
    '--test-reporter=spec',
    '--test-concurrency=2',
    ...files,
  );
