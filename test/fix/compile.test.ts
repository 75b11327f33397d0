import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import rules from '../../generated/rules.ts';
import { planFixes } from '../../src/fix/apply.ts';
import { analyze, type RunOptions } from '../../src/run.ts';
import { parsePage } from '../../src/testing/pages.ts';
import { textWorkspace } from '../../src/workspace/text-workspace.ts';

const root = path.dirname(path.dirname(import.meta.dirname));

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Every case of every page, and every project, as files by path. */
function* inputs(): Iterable<{ readonly name: string; readonly texts: ReadonlyMap<string, string> }> {
  for (const folder of ['fixtures/rules', 'fixtures/frameworks', 'fixtures/formats']) {
    for (const page of filesBelow(folder).filter((file) => file.endsWith('.md'))) {
      for (const one of parsePage(readFileSync(page, 'utf8')))
        yield { name: `${path.relative(root, page)}: ${one.title}`, texts: one.files };
    }
  }
  for (const project of readdirSync(path.join(root, 'fixtures/projects'), { withFileTypes: true })) {
    if (!project.isDirectory()) continue;
    const folder = path.join('fixtures/projects', project.name);
    const texts = new Map(
      filesBelow(folder).map((file) => [
        path.relative(path.join(root, folder), file).replaceAll(path.sep, '/'),
        readFileSync(file, 'utf8'),
      ]),
    );
    yield { name: folder, texts };
  }
}

const run: RunOptions = {
  rules,
  host: '0.0.0.0',
  hostStated: true,
  severity: (_id, _file, _context, lowered, own) => lowered ?? own.severity,
};

const python = spawnSync('python3', ['--version']).status === 0;

test('every fixed fixture compiles, and a second run changes nothing', {
  skip: python ? false : 'python3 is not installed',
}, async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bindlint-fixtures-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const names = new Map<string, string>();
  const write = (kind: string, text: string, name: string) => {
    const place = path.join(folder, kind, `${names.size}.py`);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
    names.set(place, name);
    return place;
  };
  const pairs: { before: string; after: string }[] = [];
  for (const { name, texts } of inputs()) {
    for (const style of ['literal', 'env'] as const) {
      const options = { style, unsafe: true, wanted: () => true, run };
      const workspace = textWorkspace(texts);
      const plan = await planFixes(await analyze(workspace, run), workspace, options);
      if (plan.texts.size === 0) continue;
      const after = new Map([...texts].map(([file, text]) => [file, plan.texts.get(file)?.after ?? text]));
      const again = textWorkspace(after);
      const second = await planFixes(await analyze(again, run), again, options);
      assert.deepEqual([...second.texts.keys()], [], `${name}, style ${style}`);
      for (const [file, text] of plan.texts)
        if (file.endsWith('.py'))
          pairs.push({
            before: write('before', text.before, name),
            after: write('after', text.after, `${name}: ${file}\n${text.after}`),
          });
    }
  }
  assert.ok(pairs.length > 0);
  const compiles = (files: readonly string[]) => {
    const program =
      'import sys\nfor f in sys.argv[1:]:\n    try: compile(open(f, "rb").read(), f, "exec")\n    except SyntaxError: print(f)';
    const { stdout, status } = spawnSync('python3', ['-c', program, ...files], { encoding: 'utf8' });
    assert.equal(status, 0);
    return new Set(stdout.split('\n').filter(Boolean));
  };
  const brokenBefore = compiles(pairs.map(({ before }) => before));
  const brokenAfter = compiles(pairs.map(({ after }) => after));
  for (const { before, after } of pairs)
    assert.ok(brokenBefore.has(before) || !brokenAfter.has(after), names.get(after));
  const whole = pairs.filter(({ before }) => !brokenBefore.has(before)).map(({ after }) => after);
  const compiled = spawnSync('python3', ['-m', 'py_compile', ...whole], { encoding: 'utf8' });
  assert.equal(compiled.stderr + compiled.status, '0');
});
