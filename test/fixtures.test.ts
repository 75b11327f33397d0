import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ParseError, parse as parseJsonc } from 'jsonc-parser';
import { parseAllDocuments } from 'yaml';
import table from '../generated/rules.ts';
import { main } from '../src/cli/main.ts';
import { declaredExposure, defaultSettings, loadNamed, type Settings, severityOf } from '../src/config/settings.ts';
import type { Span } from '../src/facts.ts';
import { type FixOptions, planFixes } from '../src/fix/apply.ts';
import { unifiedDiff } from '../src/fix/diff.ts';
import { positionsOf } from '../src/positions.ts';
import type { Finding, Rule } from '../src/rule.ts';
import { analyze, type RunOptions } from '../src/run.ts';
import { textWorkspace } from '../src/workspace/text-workspace.ts';
import { factsText } from './fact-lines.ts';
import { type ExpectationKind, expectation, type PageCase, parsePage, type Replacement, rewritePage } from './pages.ts';

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

type Texts = ReadonlyMap<string, string>;

function locateIn(texts: Texts): (span: Span) => string {
  return ({ file, start }) => {
    const text = texts.get(file);
    assert.ok(text !== undefined && start <= text.length, `a place outside of the inputs: ${file} ${start}`);
    const { line, column } = positionsOf(text).at(start);
    return `${file}:${line}:${column}`;
  };
}

async function settingsOf(pageCase: PageCase): Promise<Settings> {
  if (pageCase.settings === undefined) return defaultSettings('/project');
  const file = path.join(folder, '.bindlint.yaml');
  writeFileSync(file, pageCase.settings);
  return { ...(await loadNamed(file, folder, Object.keys(table))), folder: '/project' };
}

/** How a page runs its rules: a rule that the preset leaves out runs at its own severity. */
function optionsFor(rules: Readonly<Record<string, Rule>>, settings: Settings): RunOptions {
  return {
    rules,
    host: settings.fix.host,
    hostStated: settings.fix.hostStated,
    severity: (id, file, context, lowered, { severity }) =>
      severityOf(settings, id, { severity }, file, context, lowered),
    exposure: (file) => declaredExposure(settings, file),
  };
}

function findingsText(findings: readonly Finding[], locate: (span: Span) => string): string {
  return findings
    .flatMap((finding) => [
      `${locate(finding.at)} ${finding.severity} ${finding.message}`,
      ...(finding.related ?? []).map(({ at, message }) => `  ${locate(at)} ${message}`),
    ])
    .join('\n');
}

/** Python texts that fixes have written, compiled together in the end. */
const writtenPython: string[] = [];

/** What a fix has written must still be what it was: Python, YAML or JSON. */
function assertParses(file: string, text: string): void {
  if (file.endsWith('.py')) {
    const target = path.join(folder, `fixed${writtenPython.length}.py`);
    writeFileSync(target, text);
    writtenPython.push(target);
  } else if (/\.ya?ml$/.test(file)) {
    for (const document of parseAllDocuments(text)) assert.deepEqual(document.errors, [], file);
  } else if (/\.jsonc?$/.test(file)) {
    const errors: ParseError[] = [];
    parseJsonc(text, errors, { allowTrailingComma: true });
    assert.deepEqual(errors, [], file);
  }
}

/** What `fix` does, as a diff, after making sure that it was done well. */
async function fixedText(texts: Texts, options: FixOptions): Promise<string> {
  const fix = async (before: Texts) => {
    const workspace = textWorkspace(before);
    const analysis = await analyze(workspace, options.run);
    return { analysis, plan: await planFixes(analysis, workspace, options) };
  };
  const { analysis, plan } = await fix(texts);
  const left = plan.analysis.findings.length;
  assert.ok(left <= analysis.findings.length - plan.applied.length, 'findings are left that a fix was made for');
  for (const [file, { after: text }] of plan.texts) assertParses(file, text);
  const again = await fix(new Map([...texts].map(([file, text]) => [file, plan.texts.get(file)?.after ?? text])));
  assert.deepEqual([...again.plan.texts.keys()], [], 'a second fix changes something');
  return unifiedDiff(plan, (file) => file).trimEnd();
}

/** A page shows one rule alone; but only where the others run is it known which suppressions hide nothing. */
function rulesFor(rule: string | undefined): Readonly<Record<string, Rule>> {
  if (rule === undefined) return {};
  return rule === 'unused-suppression' ? table : { [rule]: table[rule]! };
}

/**
 * What the program says about a case.
 * @param rule the page's own; none: the page is about facts
 */
async function answer(pageCase: PageCase, kind: ExpectationKind, rule: string | undefined): Promise<string> {
  const settings = await settingsOf(pageCase);
  const run = optionsFor(rulesFor(rule), settings);
  const wanted = (finding: Finding) => finding.rule === rule;
  if (kind === 'diff' || kind === 'diff --unsafe-fixes') {
    const unsafe = kind === 'diff --unsafe-fixes';
    return fixedText(pageCase.files, { run, style: settings.fix.style, unsafe, wanted });
  }
  const analysis = await analyze(textWorkspace(pageCase.files), run);
  const locate = locateIn(pageCase.files);
  const said =
    kind === 'facts' ? factsText(analysis.facts, locate) : findingsText(analysis.findings.filter(wanted), locate);
  const problems = analysis.problems.map(
    ({ file, offset = 0, message }) => `${locate({ file, start: offset, end: offset })} problem ${message}`,
  );
  return [said, ...problems].filter(Boolean).join('\n');
}

/** Runs a page: each of its cases is a test, and with UPDATE=1 its expectations are written. */
function runPage(page: string, standard: readonly ExpectationKind[], rule?: string): void {
  const text = readFileSync(path.join(root, page), 'utf8');
  const cases = parsePage(text);
  const replacements: Replacement[] = [];
  describe(page, () => {
    test('shows what it is about', () => {
      const shown = cases.flatMap(({ expected }) => [...expected]).filter(([kind]) => kind === standard[0]);
      assert.ok(updating || shown.some(([, { text }]) => text !== ''), `no case has ${standard[0]}`);
    });
    for (const pageCase of cases) {
      test(`line ${pageCase.line}: ${pageCase.title}`, async () => {
        const kinds = pageCase.expected.size > 0 ? [...pageCase.expected.keys()] : standard;
        for (const kind of kinds) {
          const said = await answer(pageCase, kind, rule);
          if (updating) replacements.push(expectation(pageCase, kind, said));
          else assert.equal(said, pageCase.expected.get(kind)?.text, `${page}:${pageCase.line} ${kind}`);
        }
      });
    }
    after(() => {
      if (updating) writeFileSync(path.join(root, page), rewritePage(text, replacements));
    });
  });
}

for (const page of [...pagesBelow('fixtures/frameworks'), ...pagesBelow('fixtures/formats')]) runPage(page, ['facts']);
for (const page of pagesBelow('fixtures/settings')) runPage(page, ['facts'], 'loopback-host');

for (const page of pagesBelow('fixtures/rules')) {
  const id = path.basename(page, '.md');
  if (id in table) runPage(page, ['findings', 'diff'], id);
  else test(page, () => assert.fail(`there is no rule ${id}`));
}

/** What a command prints, run in a folder of the repository, with what differs between runs made equal. */
async function printed(folder: string, ...argv: string[]): Promise<string> {
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
    env: {},
    cwd: path.join(root, folder),
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

test('every Python file that a fix has written compiles', { skip: updating }, () => {
  assert.ok(writtenPython.length > 0, 'no fix has written Python');
  const { status, stderr } = spawnSync('python3', ['-m', 'py_compile', ...writtenPython], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});
