import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ParseError, parse as parseJsonc } from 'jsonc-parser';
import { parseAllDocuments } from 'yaml';
import table from '../generated/rules.ts';
import { main } from '../src/cli/main.ts';
import type { Rule } from '../src/rule.ts';
import { testPage } from '../src/testing/page-tests.ts';
import { schemaErrors } from './valid.ts';

const root = path.dirname(import.meta.dirname);
const updating = process.env.UPDATE === '1';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-fixtures-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Pages below a folder, relative to the root. */
function pagesBelow(below: string): string[] {
  if (!existsSync(path.join(root, below))) return [];
  return readdirSync(path.join(root, below), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${below}/${name.replaceAll(path.sep, '/')}`)
    .sort();
}

/** Python texts that fixes have written, compiled together in the end. */
const writtenPython: string[] = [];

/** YAML that fixes have written, held against schemas in the end. */
const writtenYaml: { readonly file: string; readonly text: string; readonly before: string }[] = [];

/** What a fix has written must still be what it was: Python, YAML or JSON. */
function assertParses(file: string, text: string, before: string): void {
  if (file.endsWith('.py')) {
    const target = path.join(folder, `fixed${writtenPython.length}.py`);
    writeFileSync(target, text);
    writtenPython.push(target);
  } else if (/\.ya?ml$/.test(file)) {
    for (const document of parseAllDocuments(text)) assert.deepEqual(document.errors, [], file);
    writtenYaml.push({ file, text, before });
  } else if (/\.jsonc?$/.test(file)) {
    const errors: ParseError[] = [];
    parseJsonc(text, errors, { allowTrailingComma: true });
    assert.deepEqual(errors, [], file);
  }
}

/** A page shows one rule alone; but only where the others run is it known which suppressions hide nothing. */
function rulesFor(rule: string): Readonly<Record<string, Rule>> {
  return rule === 'unused-suppression' ? table : { [rule]: table[rule]! };
}

for (const page of [...pagesBelow('fixtures/frameworks'), ...pagesBelow('fixtures/formats')]) testPage(page);
for (const page of pagesBelow('fixtures/settings')) {
  const rule = 'loopback-host';
  testPage(page, { rules: rulesFor(rule), rule, written: assertParses });
}

for (const page of pagesBelow('fixtures/rules')) {
  const id = path.basename(page, '.md');
  if (id in table) testPage(page, { rules: rulesFor(id), written: assertParses });
  else test(page, () => assert.fail(`there is no rule ${id}`));
}

/** What a command prints, run in a folder of the repository, with what differs between runs made equal. */
async function printed(where: string, ...argv: string[]): Promise<string> {
  let text = '';
  const output = {
    write(written: string, done?: () => void) {
      text += written;
      done?.();
    },
  };
  const io = {
    stdout: output,
    stderr: output,
    stdin: (async function* () {})(),
    env: { XDG_STATE_HOME: path.join(folder, 'state') },
    cwd: path.resolve(root, where),
  };
  const status = await main(argv, async () => table, io);
  assert.ok(status <= 1, text);
  return text.replace(/\b\d+(\.\d+)? m?s\b/, 'N ms');
}

for (const project of readdirSync(path.join(root, 'fixtures/projects'), { withFileTypes: true })) {
  if (!project.isDirectory()) continue;
  const name = `fixtures/projects/${project.name}`;
  const outputs = [
    ['.txt', ['check', '--preset', 'strict', '.']],
    ['.diff', ['fix', '--diff', '.']],
  ] as const;
  describe(name, () => {
    for (const [ending, argv] of outputs) {
      test(`${argv.join(' ')} prints ${project.name}${ending}`, async () => {
        const target = path.join(root, name + ending);
        const said = await printed(name, ...argv);
        if (updating) writeFileSync(target, said);
        else assert.equal(said, existsSync(target) ? readFileSync(target, 'utf8') : '');
      });
    }
    test('fix writes what parses', async () => {
      const copy = path.join(folder, project.name);
      cpSync(path.join(root, name), copy, { recursive: true });
      await printed(copy, 'fix', '.');
      for (const entry of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
        if (!statSync(path.join(copy, entry)).isFile()) continue;
        const before = readFileSync(path.join(root, name, entry), 'utf8');
        const text = readFileSync(path.join(copy, entry), 'utf8');
        if (text !== before) assertParses(`${name}/${entry}`, text, before);
      }
    });
  });
}

test('the README shows what the program prints', async () => {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const command = /node bin\/bindlint\.js (check \S+)/.exec(readme)?.[1];
  const shown = /^```text\n([\s\S]*?)\n```$/m.exec(readme)?.[1];
  assert.ok(command && shown, 'the README shows no output');
  const said = (await printed('.', ...command.split(' '))).trimEnd().split('\n\n');
  for (const block of shown.split('\n\n')) assert.ok(said.includes(block), block);
});

test('every compose file and every manifest that a fix has written is as valid as it was', {
  skip: updating,
}, async () => {
  const kinds = new Set<string>();
  for (const { file, text, before } of writtenYaml) {
    const errors = await schemaErrors(file, text);
    assert.deepEqual(errors, await schemaErrors(file, before), `${file}\n${text}`);
    if (/^services:/m.test(text)) kinds.add('compose');
    for (const [, kind] of text.matchAll(/^kind: (\w+)/gm)) kinds.add(kind!);
  }
  for (const kind of ['compose', 'Deployment', 'Service']) assert.ok(kinds.has(kind), `no fix has written a ${kind}`);
});

test('every Python file that a fix has written compiles', { skip: updating }, () => {
  assert.ok(writtenPython.length > 0, 'no fix has written Python');
  const { status, stderr } = spawnSync('python3', ['-m', 'py_compile', ...writtenPython], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});
