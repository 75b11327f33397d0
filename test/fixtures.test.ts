import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createTwoFilesPatch } from 'diff';
import { type ParseError, parse as parseJsonc } from 'jsonc-parser';
import { parseAllDocuments } from 'yaml';
import table from '../generated/rules.ts';
import { main } from '../src/cli/main.ts';
import { defaultSettings, loadNamed, type Settings, severityOf } from '../src/config/settings.ts';
import type { Span } from '../src/facts.ts';
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

/** A unified diff of two states of the inputs; empty where they are equal. */
function diffText(before: Texts, after: Texts): string {
  return [...before]
    .filter(([file, text]) => after.get(file) !== text)
    .map(([file, text]) => {
      const patch = createTwoFilesPatch(file, file, text, after.get(file)!, undefined, undefined, { context: 2 });
      return patch.slice(patch.indexOf('--- ')).trimEnd();
    })
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

/** What the program says about a case, by kind of expectation. */
async function answers(pageCase: PageCase, kinds: readonly ExpectationKind[], rules: Readonly<Record<string, Rule>>) {
  const settings = await settingsOf(pageCase);
  const options = optionsFor(rules, settings);
  const analysis = await analyze(textWorkspace(pageCase.files), options);
  const locate = locateIn(pageCase.files);
  const problems = analysis.problems.map(
    ({ file, offset = 0, message }) => `${locate({ file, start: offset, end: offset })} problem ${message}`,
  );
  const texts: Partial<Record<ExpectationKind, string>> = {};
  for (const kind of kinds) {
    if (kind === 'facts') texts.facts = [factsText(analysis.facts, locate), ...problems].filter(Boolean).join('\n');
    if (kind === 'findings') {
      texts.findings = [findingsText(analysis.findings, locate), ...problems].filter(Boolean).join('\n');
    }
  }
  return texts;
}

/** Runs a page: each of its cases is a test, and with UPDATE=1 its expectations are written. */
function runPage(page: string, standard: readonly ExpectationKind[], rules: Readonly<Record<string, Rule>>): void {
  const text = readFileSync(path.join(root, page), 'utf8');
  const cases = parsePage(text);
  const replacements: Replacement[] = [];
  describe(page, () => {
    test('has cases', () => assert.ok(cases.length > 0));
    for (const pageCase of cases) {
      test(`line ${pageCase.line}: ${pageCase.title}`, async () => {
        const kinds = pageCase.expected.size > 0 ? [...pageCase.expected.keys()] : standard;
        const said = await answers(pageCase, kinds, rules);
        for (const kind of kinds) {
          if (updating) replacements.push(expectation(pageCase, kind, said[kind]!));
          else assert.equal(said[kind], pageCase.expected.get(kind)?.text, `${page}:${pageCase.line} ${kind}`);
        }
      });
    }
    after(() => {
      if (updating) writeFileSync(path.join(root, page), rewritePage(text, replacements));
    });
  });
}

for (const page of [...pagesBelow('fixtures/frameworks'), ...pagesBelow('fixtures/formats')])
  runPage(page, ['facts'], {});

for (const page of pagesBelow('fixtures/rules')) {
  const id = path.basename(page, '.md');
  const rule = table[id];
  if (rule) runPage(page, ['findings', 'diff'], { [id]: rule });
  else test(page, () => assert.fail(`there is no rule ${id}`));
}
